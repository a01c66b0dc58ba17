//! Weights of a network as a safetensors file, under the names and in the layout of PyTorch.
//!
//! A checkpoint holds the values of all parameters one after the other, and dense weights as
//! `[in, out]`; PyTorch holds them as `[out, in]`. The file format is that of
//! <https://github.com/huggingface/safetensors>.

mod error;
mod header;

use std::collections::BTreeMap;

use model::graph::{Graph, Parameter};
use model::{Network, Task, UNet};

pub use error::WeightsError;
use header::{Header, Tensor};

/// Bytes of a 32-bit float.
const FLOAT_BYTES: usize = 4;

/// End of the name of a tensor of PyTorch's batch norm, which counts batches and has no effect.
const BATCH_COUNT: &str = ".num_batches_tracked";

/// Returns the safetensors file of a network with these weights, the values of a checkpoint.
///
/// # Errors
///
/// Returns an error if there are more or fewer values than the network has.
pub fn write(graph: &Graph, checkpoint: &[f32]) -> Result<Vec<u8>, WeightsError> {
    let expected = graph.checkpoint_len();
    if checkpoint.len() != expected {
        return Err(WeightsError::CheckpointLength { found: checkpoint.len(), expected });
    }
    let mut file = header::write(graph.parameters().iter().map(|parameter| {
        let bytes = parameter.values.start * FLOAT_BYTES..parameter.values.end * FLOAT_BYTES;
        (parameter.name.as_str(), parameter.shape.as_slice(), bytes)
    }));
    for parameter in graph.parameters() {
        let values = &checkpoint[parameter.values.clone()];
        let [rows, columns] = matrix(&parameter.stored_shape(), parameter);
        let values = reordered(values, rows, columns);
        file.extend(values.flat_map(|value| value.to_le_bytes()));
    }
    Ok(file)
}

/// Reads the weights of a safetensors file into the order of a checkpoint.
///
/// # Errors
///
/// Returns the first reason why the file cannot be read, or why it holds not the weights of this
/// network: a name that is missing or unknown, a shape or type that does not fit, a value that is no
/// finite number.
pub fn read(graph: &Graph, file: &[u8]) -> Result<Vec<f32>, WeightsError> {
    let Header { tensors, values } = header::read(file)?;
    let mut tensors: BTreeMap<_, _> =
        tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut checkpoint = Vec::with_capacity(graph.checkpoint_len());
    for parameter in graph.parameters() {
        let name = || parameter.name.clone();
        let tensor = tensors
            .remove(parameter.name.as_str())
            .ok_or_else(|| WeightsError::Missing { name: name() })?;
        let numbers = numbers(tensor, parameter, values)?;
        let [rows, columns] = matrix(&parameter.shape, parameter);
        checkpoint.extend(reordered(&numbers, rows, columns));
    }
    let unknown = tensors.into_keys().find(|name| !is_batch_count(graph, name));
    match unknown {
        Some(name) => Err(WeightsError::Unknown { name: name.to_owned() }),
        None => Ok(checkpoint),
    }
}

/// Weights of a file that fit a network.
#[derive(Clone, Debug, PartialEq)]
pub enum FileWeights {
    /// Those of the whole network: the values of a checkpoint.
    Network(Vec<f32>),
    /// Those of a classifier that a U-Net's encoder can take: the first values of a checkpoint of the
    /// U-Net, as many as [`Graph::encoder_len`].
    Encoder(Vec<f32>),
}

/// Reads the weights of a safetensors file for the network of a task, `graph`: those of the same
/// network or, for a U-Net, of a classifier of this page that begins with its encoder.
///
/// # Errors
///
/// Returns the reason why the file cannot be read, or why it holds weights of another network.
pub fn read_first(task: &Task, graph: &Graph, file: &[u8]) -> Result<FileWeights, WeightsError> {
    if let (Task::Segment(part), Some(len)) = (task, graph.encoder_len())
        && let Some(classifier) = encoder_classifier(&part.unet)
        && let Some(first) = classifier.parameters().first()
    {
        let tensors = header::read(file)?.tensors;
        if tensors.iter().any(|tensor| tensor.name == first.name) {
            return read_encoder(&part.unet, &classifier, len, file).map(FileWeights::Encoder);
        }
    }
    read(graph, file).map(FileWeights::Network)
}

/// Reads the first `len` values of a classifier's checkpoint. A file does not tell the operations of
/// its network, such as pooling, so that only names and shapes are compared.
fn read_encoder(
    unet: &UNet,
    classifier: &Graph,
    len: usize,
    file: &[u8],
) -> Result<Vec<f32>, WeightsError> {
    let Header { tensors, values } = header::read(file)?;
    let of_name = |name: &str| tensors.iter().find(|tensor| tensor.name == name);
    let is_encoders = |parameter: &&Parameter| parameter.values.end <= len;
    let mut checkpoint = Vec::with_capacity(len);
    for parameter in classifier.parameters().iter().take_while(is_encoders) {
        let name = parameter.name.clone();
        let tensor = of_name(&name).ok_or(WeightsError::Missing { name })?;
        // Convolutions and batch norms are stored as they are in the file.
        checkpoint.extend(numbers(tensor, parameter, values)?);
    }
    // The file may go on with other layers, but the encoder has all of its own.
    let with_norm = encoder_classifier(&UNet { batch_norm: true, ..unet.clone() });
    let unknown = with_norm.iter().flat_map(Graph::parameters).find(|parameter| {
        let name = &parameter.name;
        let is_own = classifier.parameters().iter().any(|own| own.name == *name);
        !is_own && of_name(name).is_some()
    });
    match unknown {
        Some(parameter) => Err(WeightsError::Unknown { name: parameter.name.clone() }),
        None => Ok(checkpoint),
    }
}

/// Returns the classifier that begins with the encoder of a U-Net. Its names are those of every
/// classifier that does, since modules are counted from the first layer on.
pub(crate) fn encoder_classifier(unet: &UNet) -> Option<Graph> {
    let shape = model::DataShape { classes: 2, size: [model::IMAGE_SIDE; 2] };
    Graph::classifier_without_limits(&Network::encoder_of(unet), shape).ok()
}

/// Returns the values of a tensor, in the order of the file, after checking that they fit.
fn numbers(
    tensor: &Tensor,
    parameter: &Parameter,
    values: &[u8],
) -> Result<Vec<f32>, WeightsError> {
    let name = parameter.name.clone();
    if tensor.data_type != "F32" {
        return Err(WeightsError::DataType { name, found: tensor.data_type.clone() });
    }
    if tensor.shape != parameter.shape {
        let (found, expected) = (tensor.shape.clone(), parameter.shape.clone());
        return Err(WeightsError::Shape { name, found, expected });
    }
    // The header has been checked, so that the range lies in the file and has the shape's length.
    let bytes = values.get(tensor.bytes.clone()).unwrap_or_default();
    let numbers: Vec<f32> =
        bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    if let Some(value) = numbers.iter().find(|value| !value.is_finite()) {
        return Err(WeightsError::NotFinite { name, value: *value });
    }
    let is_variance = parameter.kind == model::graph::ParameterKind::RunningVariance;
    if is_variance && numbers.iter().any(|value| *value < 0.0) {
        return Err(WeightsError::NegativeVariance { name });
    }
    Ok(numbers)
}

/// Returns rows and columns of the matrix that is transposed between checkpoint and file, given one of
/// its shapes; one row, if nothing is transposed.
fn matrix(shape: &[usize], parameter: &Parameter) -> [usize; 2] {
    match (parameter.is_transposed, shape) {
        (true, [rows, columns]) => [*rows, *columns],
        _ => [1, parameter.values.len()],
    }
}

/// Returns the transpose of a matrix in row-major order.
fn reordered(values: &[f32], rows: usize, columns: usize) -> impl Iterator<Item = f32> {
    (0..columns).flat_map(move |column| (0..rows).map(move |row| values[row * columns + column]))
}

/// Returns whether a tensor counts the batches of one of the network's batch norms.
fn is_batch_count(graph: &Graph, name: &str) -> bool {
    name.strip_suffix(BATCH_COUNT).is_some_and(|module| {
        let mean = format!("{module}.running_mean");
        graph.parameters().iter().any(|parameter| parameter.name == mean)
    })
}
