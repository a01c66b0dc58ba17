//! Values from PyTorch: files, comparisons and tolerances.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::tensor::Tensor;
use engine::burn;
use safetensors::{Dtype, SafeTensors};

/// Tolerance of logits and losses: f32 sums over 4096 pixels in a different order differ by about
/// 1e-6.
pub const FORWARD: f32 = 1e-4;
/// Tolerance of gradients and updated parameters, relative to the largest entry of the tensor.
pub const BACKWARD: f32 = 1e-3;

/// One file of values from PyTorch.
pub struct Golden {
    path: PathBuf,
    pub tensors: HashMap<String, (Vec<usize>, Vec<f32>)>,
    pub about: HashMap<String, String>,
}

impl Golden {
    /// Reads one of the committed files.
    pub fn committed(name: &str) -> Self {
        // Cargo runs tests in the folder of the package.
        Self::read(Path::new("tests/golden").join(format!("{name}.safetensors")))
    }

    /// Reads the file of a full-size network, if `PLAYGROUND_GOLDEN_DIR` is set.
    pub fn full_size(name: &str) -> Option<Self> {
        let folder = std::env::var_os("PLAYGROUND_GOLDEN_DIR")?;
        Some(Self::read(Path::new(&folder).join(format!("{name}.safetensors"))))
    }

    fn read(path: PathBuf) -> Self {
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let about = header.metadata().clone().unwrap_or_default();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensors = file
            .iter()
            .map(|(name, view)| {
                let raw = view.data();
                let values = match view.dtype() {
                    Dtype::F32 => raw
                        .chunks_exact(4)
                        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
                        .collect(),
                    Dtype::I64 => raw
                        .chunks_exact(8)
                        .map(|b| i64::from_le_bytes(b.try_into().unwrap()) as f32)
                        .collect(),
                    Dtype::U8 => raw.iter().map(|b| f32::from(*b)).collect(),
                    other => panic!("{name} holds {other:?}"),
                };
                (name.to_owned(), (view.shape().to_vec(), values))
            })
            .collect();
        Self { path, tensors, about }
    }

    pub fn values(&self, name: &str) -> &[f32] {
        &self.tensors.get(name).unwrap_or_else(|| panic!("{} lacks {name}", self.path.display())).1
    }

    /// Compares entry by entry with an absolute tolerance.
    pub fn check(&self, name: &str, found: &[f32], tolerance: f32) {
        let expected = self.values(name);
        let file = self.path.file_name().unwrap().display();
        assert_eq!(found.len(), expected.len(), "{file}: length of {name}");
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            let difference = (found - expected).abs();
            assert!(
                difference <= tolerance,
                "{file}: {name}[{index}] is {found}, PyTorch has {expected}; \
                 they differ by {difference:e}, allowed are {tolerance:e}"
            );
        }
    }

    pub fn check_relative(&self, name: &str, found: &[f32]) {
        let largest = self.values(name).iter().fold(0.0_f32, |m, v| m.max(v.abs()));
        // A bias before batch norm has no effect. Its gradient is 0 except for rounding errors, in
        // PyTorch too: sums over some 14,000 values of up to 0.01 leave about 1e-6.
        self.check(name, found, (BACKWARD * largest).max(1e-5));
    }
}

/// Returns all values in row-major order.
pub fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
