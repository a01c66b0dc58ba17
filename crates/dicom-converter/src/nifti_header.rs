//! Header of a NIfTI-1 file (`nifti1.h`). Its fields for text stay empty.

use crate::voxels::VoxelType;

/// Length of the header and of the (empty) extension flag, in bytes.
pub const HEADER_BYTES: usize = 352;

/// What the header says of the volume.
pub struct NiftiHeader {
    /// Number of voxels along the three axes, each at most `i16::MAX`.
    pub shape: [usize; 3],
    /// Size of a voxel along them in millimeters; `None` if it is not known.
    pub voxel_mm: Option<[f64; 3]>,
    /// Data type of the voxels.
    pub voxel_type: VoxelType,
    /// Slope and intercept that convert a voxel to a value.
    pub scale: (f64, f64),
    /// First three rows of the transform of voxels to RAS, in millimeters; `None` if the position
    /// in the patient is not known.
    pub affine: Option<[[f64; 4]; 3]>,
}

impl NiftiHeader {
    /// Encodes the header, little-endian.
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let mut put = |at: usize, raw: &[u8]| bytes[at..at + raw.len()].copy_from_slice(raw);
        put(0, &348_i32.to_le_bytes());
        put(38, b"r");
        let [a, b, c] = self.shape.map(|side| side as i16);
        for (index, side) in [3, a, b, c, 1, 1, 1, 1].into_iter().enumerate() {
            put(40 + 2 * index, &side.to_le_bytes());
        }
        let (code, bits) = self.voxel_type.code_and_bits();
        put(70, &code.to_le_bytes());
        put(72, &bits.to_le_bytes());
        put(76, &1_f32.to_le_bytes());
        for (index, side) in self.voxel_mm.unwrap_or([1.0; 3]).into_iter().enumerate() {
            put(80 + 4 * index, &(side as f32).to_le_bytes());
        }
        put(108, &(HEADER_BYTES as f32).to_le_bytes());
        put(112, &(self.scale.0 as f32).to_le_bytes());
        put(116, &(self.scale.1 as f32).to_le_bytes());
        // Millimeters.
        put(123, &[if self.voxel_mm.is_some() { 2 } else { 0 }]);
        if let Some(affine) = self.affine {
            // The coordinates of the scanner.
            put(254, &1_i16.to_le_bytes());
            for (index, value) in affine.into_iter().flatten().enumerate() {
                put(280 + 4 * index, &(value as f32).to_le_bytes());
            }
        }
        put(344, b"n+1\0");
        bytes
    }
}
