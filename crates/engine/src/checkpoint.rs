//! Checkpoints: a network's weights, read back from its device.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, Transaction};

use crate::error::EngineError;
use crate::readback;

/// Reads all weights of a network as little-endian 32-bit floats, in one transaction. They are in
/// the order of the modules' fields, which [`protocol::interpret::Checkpoint`] describes.
pub async fn weights<M: Module>(network: &M) -> Result<Vec<u8>, EngineError> {
    let mut reader =
        WeightReader { transaction: Some(Transaction::default()), lengths: Vec::new() };
    network.visit(&mut reader);
    let WeightReader { transaction, lengths } = reader;
    let mut bytes = Vec::with_capacity(4 * lengths.iter().sum::<usize>());
    let parts = match transaction {
        Some(transaction) => transaction.execute_async().await?,
        None => Vec::new(),
    };
    for (part, length) in parts.into_iter().zip(lengths) {
        let values = readback::floats(part, length)?;
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    Ok(bytes)
}

struct WeightReader {
    /// An `Option` because registering a tensor consumes the transaction.
    transaction: Option<Transaction>,
    lengths: Vec<usize>,
}

impl ModuleVisitor for WeightReader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        self.lengths.push(tensor.dims().iter().product());
        let tensor = if tensor.device().is_autodiff() { tensor.inner() } else { tensor };
        self.transaction = self.transaction.take().map(|read| read.register(tensor));
    }
}
