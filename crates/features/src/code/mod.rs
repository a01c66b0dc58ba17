//! The run as a program, and its weights as a file.

pub mod code_view;
mod layer_choice;
mod listing;
mod program_files;
mod save_file;
mod spans;
mod weights_panel;
