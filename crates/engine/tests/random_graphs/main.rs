//! Random networks of both labs with all kinds of layers: engine, interpreter and PyTorch compute the
//! same logits and the same gradients.

mod computed;
mod interpreter;
mod networks;
mod pytorch;
