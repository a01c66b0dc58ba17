//! Views of the optimizer, hyperparameters and loss.

mod augmentation_choice;
pub mod hyper_panel;
pub mod loss_panel;
