//! Input, weights and operation that produce one feature map, for one image.

use model::OpKind;
use model::graph::Op;
use protocol::interpret::{OpTrace, OpTraceQuery, TracedOp};

use crate::job::{JobContext, QueryError};
use crate::network::ModelError;
use crate::unit_weights::{unit_bias, unit_weights};

/// Returns the input and the weights from which the operation computes the feature map of the unit.
pub fn answer(
    OpTraceQuery { image, unit: unit_ref, op }: &OpTraceQuery,
    context: &JobContext<'_>,
) -> Result<OpTrace, QueryError> {
    let (model, weights) = (&context.model, context.weights.values.as_slice());
    let layer = model.unit(unit_ref.layer, unit_ref.unit)?;
    let node = match op {
        OpKind::Convolution => layer.linear_op,
        OpKind::Pool => layer.pool,
        OpKind::Upsampling => layer.upsampling,
    };
    let place = node.ok_or(ModelError::Layer(unit_ref.layer))?;
    let graph = model.graph();
    let node = &graph.nodes()[place];
    let values = model.forward(weights, model.image(&image.pixels)?, place);
    // A depthwise convolution and the 1×1 convolution after it are shown as one.
    let before = &graph.nodes()[node.inputs[0]];
    let (op, from) = match (node.op, before.op) {
        (Op::Conv { outputs, .. }, Op::DepthwiseConv { kernel, stride, padding }) => {
            (Op::Conv { outputs, kernel, stride, padding }, before.inputs[0])
        }
        _ => (node.op, node.inputs[0]),
    };
    let [channels, height, width] = model.shape(from);
    let arriving = &values.nodes[from];
    let bias = || unit_bias(model, weights, place, unit_ref.unit);
    let of_own_channel = |operation: TracedOp| {
        let size = height * width;
        let input = arriving[unit_ref.unit * size..][..size].to_vec();
        ([1, height, width], input, operation)
    };
    let (shape, input, operation) = match op {
        Op::Conv { kernel, stride, padding, .. } => {
            let weights = unit_weights(model, weights, place, unit_ref.unit);
            let operation =
                TracedOp::Convolution { kernel, stride, padding, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        Op::MaxPool { side } => of_own_channel(TracedOp::MaxPool { side }),
        Op::AveragePool { side } => {
            let weights = vec![1.0 / (side * side) as f32; side * side];
            of_own_channel(TracedOp::AveragePool { side, weights })
        }
        Op::TransposedConv { .. } => {
            // The kernels are `[in, out, 2, 2]`: one 2×2 square for each input channel.
            let kernels = &weights[graph.parameters_of(place)[0].values.clone()];
            let [outputs, ..] = model.shape(place);
            let square = |input: usize| &kernels[(input * outputs + unit_ref.unit) * 4..][..4];
            let weights = (0..channels).flat_map(square).copied().collect();
            let operation = TracedOp::Transposed { kernel: 2, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        _ => return Err(ModelError::Layer(unit_ref.layer).into()),
    };
    Ok(OpTrace { unit_ref: *unit_ref, shape, input, operation })
}
