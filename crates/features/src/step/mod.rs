//! View of one training step in five moves: batch, forward pass, loss, backward pass, update.
//!
//! The figures of a step are computed in `step_figures`, `update_rule` and `batch_summary`;
//! `formulas` and `update_formula` write them as equations, with
//! `mathml`, and `snippets` as lines of NumPy that
//! give the same figures.

mod backward_move;
mod batch_cards;
mod batch_move;
mod batch_summary;
mod copy_button;
mod figure;
mod formulas;
mod forward_move;
mod loss_move;
mod mathml;
mod numbers;
mod snippets;
mod step_figures;
mod step_state;
pub mod step_view;
mod unit_pictures;
mod update_formula;
mod update_move;
mod update_rule;
