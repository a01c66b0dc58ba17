//! Comparison with PyTorch: a small committed set (made by `generate.py` and `generate_unet.py`
//! beside this file) and from the lab's full-size networks in the folder that
//! `PLAYGROUND_GOLDEN_DIR` names.

mod classifier;
mod numbers;
mod unet;
