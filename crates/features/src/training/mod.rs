//! Views of the optimizer, hyperparameters and loss.

pub mod hyper_panel;
pub mod loss_panel;
