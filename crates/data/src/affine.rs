//! Affine transforms from voxel indices to positions in the patient.

use serde::{Deserialize, Serialize};

/// Transform from voxel indices to millimeters: x towards the patient's right, y towards the front
/// (anterior), z towards the head (superior). The rows give x, y and z; the last column is the
/// position of the center of voxel 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affine(pub [[f64; 4]; 3]);

impl Affine {
    /// Returns the transform that scales by the size of a voxel in millimeters.
    pub fn scaling([x, y, z]: [f64; 3]) -> Self {
        Self([[x, 0.0, 0.0, 0.0], [0.0, y, 0.0, 0.0], [0.0, 0.0, z, 0.0]])
    }

    /// Returns the transform of a unit quaternion with components b, c and d, as `nifti1.h` defines
    /// it. `handedness` is -1 or 1 and multiplies the third axis.
    pub fn from_quaternion(
        [b, c, d]: [f64; 3],
        offset: [f64; 3],
        voxel_mm: [f64; 3],
        handedness: f64,
    ) -> Self {
        let square = 1.0 - (b * b + c * c + d * d);
        // Rounding may make a rotation by 180° slightly longer than 1.
        let (a, b, c, d) = if square < 1e-7 {
            let length = (b * b + c * c + d * d).sqrt();
            (0.0, b / length, c / length, d / length)
        } else {
            (square.sqrt(), b, c, d)
        };
        let rotation = [
            [a * a + b * b - c * c - d * d, 2.0 * (b * c - a * d), 2.0 * (b * d + a * c)],
            [2.0 * (b * c + a * d), a * a + c * c - b * b - d * d, 2.0 * (c * d - a * b)],
            [2.0 * (b * d - a * c), 2.0 * (c * d + a * b), a * a + d * d - c * c - b * b],
        ];
        let scale = [voxel_mm[0], voxel_mm[1], voxel_mm[2] * handedness];
        Self(std::array::from_fn(|row| {
            let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| rotation[row][axis] * scale[axis]);
            [x, y, z, offset[row]]
        }))
    }

    /// Returns the vector from a voxel to the next one along an axis, in millimeters.
    pub fn column(&self, axis: usize) -> [f64; 3] {
        std::array::from_fn(|row| self.0[row][axis])
    }

    /// Returns the size of a voxel along each axis in millimeters.
    pub fn voxel_mm(&self) -> [f64; 3] {
        std::array::from_fn(|axis| self.column(axis).iter().map(|x| x * x).sum::<f64>().sqrt())
    }

    /// Returns the position of a voxel, in millimeters.
    pub fn apply(&self, index: [f64; 3]) -> [f64; 3] {
        self.0.map(|[x, y, z, offset]| x * index[0] + y * index[1] + z * index[2] + offset)
    }

    /// Returns the volume of a voxel in mm³; below 0 for a left-handed order of the axes.
    pub fn determinant(&self) -> f64 {
        let [[a, b, c, _], [d, e, f, _], [g, h, i, _]] = self.0;
        a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    }

    /// Returns whether it assigns different positions to different voxels.
    pub fn is_invertible(&self) -> bool {
        let determinant = self.determinant().abs();
        self.0.iter().flatten().all(|value| value.is_finite())
            && determinant.is_finite()
            // Relative to a box of the same side lengths.
            && determinant > 1e-6 * self.voxel_mm().iter().product::<f64>()
            && determinant > 0.0
    }

    /// Returns the transform from millimeters to voxel indices, or `None` if it is not invertible.
    pub fn inverse(&self) -> Option<Self> {
        if !self.is_invertible() {
            return None;
        }
        let [[a, b, c, x], [d, e, f, y], [g, h, i, z]] = self.0;
        let scale = 1.0 / self.determinant();
        let rows = [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ];
        Some(Self(rows.map(|row| {
            let [p, q, r] = row.map(|value| value * scale);
            [p, q, r, -(p * x + q * y + r * z)]
        })))
    }

    /// Returns the transform that first applies `inner`, then this one.
    pub fn after(&self, inner: &Self) -> Self {
        let origin = self.apply([inner.0[0][3], inner.0[1][3], inner.0[2][3]]);
        Self(std::array::from_fn(|row| {
            let mut out = [0.0, 0.0, 0.0, origin[row]];
            for (axis, value) in out.iter_mut().take(3).enumerate() {
                *value = (0..3).map(|k| self.0[row][k] * inner.0[k][axis]).sum();
            }
            out
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_leads_back() {
        let affine =
            Affine([[0.9, -0.2, 0.1, -30.0], [0.3, 1.1, 0.0, 12.0], [0.0, 0.1, -2.0, 5.0]]);
        let inverse = affine.inverse().unwrap();
        for index in [[0.0; 3], [3.0, -7.0, 11.0]] {
            let back = inverse.apply(affine.apply(index));
            assert!((0..3).all(|axis| (back[axis] - index[axis]).abs() < 1e-9), "{back:?}");
        }
        let identity = inverse.after(&affine);
        for (row, values) in identity.0.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let expected = f64::from(u8::from(row == column));
                assert!((value - expected).abs() < 1e-9, "{identity:?}");
            }
        }
        let flat = Affine([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]);
        assert_eq!(flat.inverse(), None);
        assert_eq!(Affine::scaling([f64::NAN, 1.0, 1.0]).inverse(), None);
    }

    #[test]
    fn a_quaternion_turns_by_its_angle() {
        // 90° about z: x becomes y.
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let affine =
            Affine::from_quaternion([0.0, 0.0, half], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0], -1.0);
        let expected = [[0.0, -3.0, 0.0, 1.0], [2.0, 0.0, 0.0, 2.0], [0.0, 0.0, -4.0, 3.0]];
        for (found, expected) in affine.0.iter().flatten().zip(expected.iter().flatten()) {
            assert!((found - expected).abs() < 1e-9, "{affine:?}");
        }
        // 180° about z, with rounding.
        let affine = Affine::from_quaternion([0.0, 0.0, 1.000_000_1], [0.0; 3], [1.0; 3], 1.0);
        assert!((affine.0[0][0] + 1.0).abs() < 1e-6, "{affine:?}");
    }
}
