//! Conversion of values read back from a device.

use burn::tensor::TensorData;

use crate::error::EngineError;

/// Returns the floats of a tensor that was read back from a device.
///
/// # Errors
///
/// Returns an error if the number of values is not `expected`.
pub(crate) fn floats(data: TensorData, expected: usize) -> Result<Vec<f32>, EngineError> {
    let values: Vec<f32> = data.iter::<f32>().collect();
    if values.len() == expected {
        Ok(values)
    } else {
        Err(EngineError::Readback { expected, found: values.len() })
    }
}
