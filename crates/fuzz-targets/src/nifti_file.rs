//! NIfTI files from the bytes of an input.

use crate::bytes::Bytes;

/// Data types by code, with the number of bytes of a voxel.
const TYPES: [(i16, usize); 8] =
    [(2, 1), (4, 2), (16, 4), (64, 8), (256, 1), (512, 2), (1024, 8), (1280, 8)];

/// Returns a volume, or several, of up to 6 × 6 × 6 voxels each, NIfTI-1 or NIfTI-2, in either byte
/// order, with a position in the patient.
pub fn nifti_file(bytes: &mut Bytes<'_>) -> Vec<u8> {
    let is_second = bytes.byte() > 200;
    let mut file = Header {
        bytes: vec![0; if is_second { 544 } else { 352 }],
        is_second,
        is_big_endian: bytes.byte() > 200,
    };
    let shape = [1 + bytes.below(6), 1 + bytes.below(6), 1 + bytes.below(6)];
    let volumes = bytes.one_of([1, 1, 2, 3, 4]);
    let (code, voxel_bytes) = bytes.one_of(TYPES);
    file.set_form(shape, volumes, code);
    let scale = bytes.one_of([(0.0, 0.0), (1.0, 0.0), (-0.5, 3.0), (f64::NAN, f64::INFINITY)]);
    file.set_floats(112, 176, &[scale.0, scale.1]);
    let units = bytes.one_of([2, 0, 1, 3]);
    file.bytes[if is_second { 500 + 3 * usize::from(file.is_big_endian) } else { 123 }] = units;
    let pixdim: [f64; 4] = std::array::from_fn(|_| bytes.number());
    file.set_floats(76, 104, &pixdim);
    file.set_codes(bytes.below(3) as i16, bytes.below(3) as i16);
    file.set_floats(256, 352, &std::array::from_fn::<_, 6, _>(|_| bytes.number()));
    file.set_floats(280, 400, sform(bytes).as_flattened());
    let count = shape.iter().product::<usize>() * volumes * voxel_bytes;
    let most = usize::from(bytes.byte());
    let values = match bytes.up_to(most) {
        [] => &[0, 1, 2],
        values => values,
    };
    file.bytes.extend(values.iter().cycle().take(count));
    file.bytes
}

/// Returns the rows of a transform: axes in any order and direction, at times oblique or any numbers.
fn sform(bytes: &mut Bytes<'_>) -> [[f64; 4]; 3] {
    const ORDERS: [[usize; 3]; 6] =
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut rows = [[0.0; 4]; 3];
    if bytes.byte() > 220 {
        return rows.map(|row| row.map(|_| bytes.number()));
    }
    let (order, signs) = (bytes.one_of(ORDERS), bytes.byte());
    for (axis, row) in order.into_iter().enumerate() {
        let mm = bytes.one_of([1.0, 0.5, 2.0, 1.0]);
        rows[row][axis] = if signs >> axis & 1 == 1 { -mm } else { mm };
        rows[row][3] = bytes.number();
    }
    if bytes.byte() > 200 {
        rows[bytes.below(3)][bytes.below(3)] += bytes.number() / 16.0;
    }
    rows
}

struct Header {
    bytes: Vec<u8>,
    /// Whether the version is NIfTI-2.
    is_second: bool,
    is_big_endian: bool,
}

impl Header {
    fn set_form(&mut self, [a, b, c]: [usize; 3], volumes: usize, code: i16) {
        let dimensions = if volumes > 1 { 4 } else { 3 };
        let dim = [dimensions, a, b, c, volumes, 1, 1, 1];
        if self.is_second {
            self.put(0, 540_i32.to_le_bytes());
            self.bytes[4..12].copy_from_slice(b"n+2\0\r\n\x1a\n");
            self.put(12, code.to_le_bytes());
            (0..8).for_each(|at| self.put(16 + 8 * at, (dim[at] as i64).to_le_bytes()));
            self.put(168, 544_i64.to_le_bytes());
        } else {
            self.put(0, 348_i32.to_le_bytes());
            (0..8).for_each(|at| self.put(40 + 2 * at, (dim[at] as i16).to_le_bytes()));
            self.put(70, code.to_le_bytes());
            self.put(108, 352_f32.to_le_bytes());
            self.bytes[344..348].copy_from_slice(b"n+1\0");
        }
    }

    /// Sets numbers, given where they are in each version.
    fn set_floats(&mut self, first: usize, second: usize, values: &[f64]) {
        for (at, value) in values.iter().enumerate() {
            match self.is_second {
                true => self.put(second + 8 * at, value.to_le_bytes()),
                false => self.put(first + 4 * at, (*value as f32).to_le_bytes()),
            }
        }
    }

    /// Sets the codes of the qform and the sform.
    fn set_codes(&mut self, qform: i16, sform: i16) {
        for (at, code) in [qform, sform].into_iter().enumerate() {
            match self.is_second {
                true => self.put(344 + 4 * at, i32::from(code).to_le_bytes()),
                false => self.put(252 + 2 * at, code.to_le_bytes()),
            }
        }
    }

    fn put<const N: usize>(&mut self, at: usize, mut value: [u8; N]) {
        if self.is_big_endian {
            value.reverse();
        }
        self.bytes[at..at + N].copy_from_slice(&value);
    }
}
