//! A network's weights, read off the device for whoever wants to look into it.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, Transaction};

use crate::error::EngineError;
use crate::session::values;

/// All weights of a network as little-endian floats, in one read. The order is that of the modules'
/// fields, which is the one that [`protocol::interpret::Checkpoint`] names.
pub async fn weights<M: Module>(network: &M) -> Result<Vec<u8>, EngineError> {
    let mut reading = Reading { read: Some(Transaction::default()), lengths: Vec::new() };
    network.visit(&mut reading);
    let Reading { read, lengths } = reading;
    let mut bytes = Vec::with_capacity(4 * lengths.iter().sum::<usize>());
    let parts = match read {
        Some(read) => read.execute_async().await?,
        None => Vec::new(),
    };
    for (part, length) in parts.into_iter().zip(lengths) {
        bytes.extend(values(part, length)?.iter().flat_map(|value| value.to_le_bytes()));
    }
    Ok(bytes)
}

struct Reading {
    /// Taken and put back, since registering consumes it.
    read: Option<Transaction>,
    lengths: Vec<usize>,
}

impl ModuleVisitor for Reading {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        self.lengths.push(tensor.dims().iter().product());
        let tensor = if tensor.device().is_autodiff() { tensor.inner() } else { tensor };
        self.read = self.read.take().map(|read| read.register(tensor));
    }
}
