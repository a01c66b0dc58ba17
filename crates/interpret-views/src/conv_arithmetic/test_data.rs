//! Test data for the arithmetic view.

use protocol::interpret::{OpTrace, TracedOp, UnitRef};

/// Returns an operation on a small input of distinct numbers.
pub fn op_trace(shape: [usize; 3], operation: TracedOp) -> OpTrace {
    let input = (0..shape.iter().product::<usize>()).map(|i| ((i * 7) % 11) as f32 - 3.0);
    OpTrace { unit_ref: UnitRef { layer: 1, unit: 0 }, shape, input: input.collect(), operation }
}

/// Returns distinct numbers, used as weights.
pub fn numbers(many: usize) -> Vec<f32> {
    (0..many).map(|i| ((i * 5) % 7) as f32 / 2.0 - 1.0).collect()
}
