//! Tables of bytes in host memory whose rows become tensors.

use burn::tensor::{Device, Tensor, TensorData};

use crate::ops::{RowIndices, gather_rows, is_cpu};

/// A table of bytes as floats. A GPU gets the whole table once and gathers there. On the CPU a row is
/// converted when it is gathered: the whole table as floats would take four times the memory of the bytes.
#[derive(Debug)]
pub(crate) struct RowsOnDevice {
    width: usize,
    convert: fn(u8) -> f32,
    device: Device,
    /// The table on a GPU, `[rows, width]`.
    uploaded: Option<Tensor<2>>,
}

impl RowsOnDevice {
    /// Uploads a table of rows of `width` bytes, converted, if the device is a GPU.
    pub fn new(bytes: &[u8], width: usize, convert: fn(u8) -> f32, device: &Device) -> Self {
        let upload = || {
            let values: Vec<f32> = bytes.iter().map(|byte| convert(*byte)).collect();
            let shape = [bytes.len() / width.max(1), width];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        let uploaded = (!is_cpu(device)).then(upload);
        Self { width, convert, device: device.clone(), uploaded }
    }

    /// Gathers rows of the table, `[indices, width]`. `bytes` are those it was created with.
    pub fn gather(&self, bytes: &[u8], rows: &RowIndices<'_>) -> Tensor<2> {
        if let Some(table) = &self.uploaded {
            return gather_rows(table, rows);
        }
        let values: Vec<f32> = rows
            .indices()
            .iter()
            .flat_map(|row| &bytes[row * self.width..][..self.width])
            .map(|byte| (self.convert)(*byte))
            .collect();
        let shape = [rows.indices().len(), self.width];
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_converted_as_they_are_gathered() {
        let bytes = [1, 2, 3, 4, 5, 6];
        let table = RowsOnDevice::new(&bytes, 2, |byte| f32::from(byte) / 2.0, &Device::flex());
        let rows = table.gather(&bytes, &RowIndices::new(&[2, 0, 2]));
        assert_eq!(rows.dims(), [3, 2]);
        let values: Vec<f32> = rows.into_data().try_to_vec().unwrap();
        assert_eq!(values, [2.5, 3.0, 0.5, 1.0, 2.5, 3.0]);
    }
}
