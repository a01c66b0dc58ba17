//! Checkpoints: a network's weights, read back from its device.

use burn::tensor::Transaction;

use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::readback;

/// Reads all parameters of a network as little-endian 32-bit floats, in one transaction, in the order
/// of [`model::graph::Graph::parameters`].
pub async fn weights(network: &DeviceNetwork) -> Result<Vec<u8>, EngineError> {
    let parameters = network.parameters();
    let transaction = parameters
        .iter()
        .fold(Transaction::default(), |transaction, parameter| parameter.read(transaction));
    let mut bytes = Vec::with_capacity(4 * network.graph().checkpoint_len());
    for (part, parameter) in transaction.execute_async().await?.into_iter().zip(parameters) {
        let values = readback::floats(part, parameter.len())?;
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    Ok(bytes)
}
