//! Link maker: chooses what a link shows and locks, and writes the code for a course page.

mod codes;
mod link_edits;
pub mod link_maker_view;
mod qr_path;
