//! Scores of a U-Net case by case.

mod case_order;
mod case_table;
pub mod cases_view;
