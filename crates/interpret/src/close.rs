//! The arithmetic of one operation, for one unit and one image.

use protocol::interpret::{CloseUp, Operation, Part, Spot};

use crate::graph::Op;
use crate::layers::unit_weights;
use crate::network::{Model, ModelError};

/// What arrives at an operation and what it does with that.
pub fn close_up(
    model: &Model,
    weights: &[f32],
    pixels: &[u8],
    spot: Spot,
    part: Part,
) -> Result<CloseUp, ModelError> {
    let layout = model.unit(spot.layer, spot.unit)?;
    let node = match part {
        Part::Convolution => layout.product,
        Part::Pool => layout.pool,
        Part::Upsampling => layout.upsampling,
    };
    let place = node.ok_or(ModelError::Layer(spot.layer))?;
    let node = model.graph.nodes()[place];
    let values = model.graph.forward(weights, model.image(pixels)?, place);
    let [channels, height, width] = model.graph.shape(node.from[0]);
    let arriving = &values.nodes[node.from[0]];
    let bias = || {
        let first = model.graph.first_weight(place).unwrap_or(0);
        weights[first + model.graph.counts(place).0 + spot.unit]
    };
    let (shape, input, operation) = match node.op {
        Op::Conv { kernel, padding, .. } => {
            let weights = unit_weights(model, weights, place, spot.unit);
            let operation = Operation::Convolution { kernel, padding, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        Op::Pool(side) => {
            let size = height * width;
            let input = arriving[spot.unit * size..][..size].to_vec();
            ([1, height, width], input, Operation::MaxPool { side })
        }
        Op::Transposed { .. } => {
            // `[in, out, 2, 2]`: one square for each channel that arrives.
            let first = model.graph.first_weight(place).unwrap_or(0);
            let outputs = node.shape[0];
            let square = |input: usize| &weights[first + (input * outputs + spot.unit) * 4..][..4];
            let weights = (0..channels).flat_map(square).copied().collect();
            let operation = Operation::Transposed { kernel: 2, weights, bias: bias() };
            ([channels, height, width], arriving.clone(), operation)
        }
        _ => return Err(ModelError::Layer(spot.layer)),
    };
    Ok(CloseUp { spot, shape, input, operation })
}
