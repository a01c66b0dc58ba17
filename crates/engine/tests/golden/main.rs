//! Comparison with PyTorch, on a small committed set of values (created by `generate.py`, `generate_step.py` and
//! `generate_unet.py` in this folder), and on full-size networks in the folder given by
//! `PLAYGROUND_GOLDEN_DIR`.

mod classifier;
mod networks;
mod numbers;
mod step;
mod unet;
