//! The arithmetic of one operation, for one unit and one image.

use model::OpKind;
use protocol::interpret::{OpTrace, TracedOp, UnitRef};

use crate::activations::unit_weights;
use crate::graph::Op;
use crate::network::{Model, ModelError};

/// What arrives at an operation and what it does with that.
pub fn trace_op(
    model: &Model,
    weights: &[f32],
    pixels: &[u8],
    unit_ref: UnitRef,
    part: OpKind,
) -> Result<OpTrace, ModelError> {
    let layer = model.unit(unit_ref.layer, unit_ref.unit)?;
    let node = match part {
        OpKind::Convolution => layer.linear_op,
        OpKind::Pool => layer.pool,
        OpKind::Upsampling => layer.upsampling,
    };
    let place = node.ok_or(ModelError::Layer(unit_ref.layer))?;
    let node = model.graph.nodes()[place];
    let values = model.graph.forward(weights, model.image(pixels)?, place);
    let [channels, height, width] = model.graph.shape(node.from[0]);
    let arriving = &values.nodes[node.from[0]];
    let bias = || {
        let first = model.graph.first_weight(place).unwrap_or(0);
        weights[first + model.graph.weight_counts(place).0 + unit_ref.unit]
    };
    let (shape, input, operation) = match node.op {
        Op::Conv { kernel, padding, .. } => {
            let weights = unit_weights(model, weights, place, unit_ref.unit);
            let operation = TracedOp::Convolution { kernel, padding, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        Op::Pool(side) => {
            let size = height * width;
            let input = arriving[unit_ref.unit * size..][..size].to_vec();
            ([1, height, width], input, TracedOp::MaxPool { side })
        }
        Op::TransposedConv { .. } => {
            // `[in, out, 2, 2]`: one square for each channel that arrives.
            let first = model.graph.first_weight(place).unwrap_or(0);
            let outputs = node.shape[0];
            let square =
                |input: usize| &weights[first + (input * outputs + unit_ref.unit) * 4..][..4];
            let weights = (0..channels).flat_map(square).copied().collect();
            let operation = TracedOp::Transposed { kernel: 2, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        _ => return Err(ModelError::Layer(unit_ref.layer)),
    };
    Ok(OpTrace { unit_ref, shape, input, operation })
}
