//! Scores of a U-Net for each test case.

mod case_order;
mod case_table;
pub mod cases_view;
mod dice_figures;
pub mod test_cases_view;
