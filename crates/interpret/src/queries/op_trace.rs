//! Input, weights and operation that produce one feature map, for one image.

use model::OpKind;
use model::graph::Op;
use protocol::interpret::{OpTrace, OpTraceQuery, TracedOp};

use crate::job::{JobContext, QueryError};
use crate::network::ModelError;
use crate::unit_weights::unit_weights;

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
    let [channels, height, width] = model.shape(node.inputs[0]);
    let arriving = &values.nodes[node.inputs[0]];
    let parameter = |index: usize| &weights[graph.parameters_of(place)[index].values.clone()];
    let bias = || parameter(1)[unit_ref.unit];
    let (shape, input, operation) = match node.op {
        Op::Conv { kernel, padding, .. } => {
            let weights = unit_weights(model, weights, place, unit_ref.unit);
            let operation = TracedOp::Convolution { kernel, padding, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        Op::MaxPool { side } => {
            let size = height * width;
            let input = arriving[unit_ref.unit * size..][..size].to_vec();
            ([1, height, width], input, TracedOp::MaxPool { side })
        }
        Op::TransposedConv { .. } => {
            // The kernels are `[in, out, 2, 2]`: one 2×2 square for each input channel.
            let (kernels, [outputs, ..]) = (parameter(0), model.shape(place));
            let square = |input: usize| &kernels[(input * outputs + unit_ref.unit) * 4..][..4];
            let weights = (0..channels).flat_map(square).copied().collect();
            let operation = TracedOp::Transposed { kernel: 2, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        _ => return Err(ModelError::Layer(unit_ref.layer).into()),
    };
    Ok(OpTrace { unit_ref: *unit_ref, shape, input, operation })
}
