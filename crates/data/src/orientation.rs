//! Order of a volume's axes, and turning volumes to the order RAS.

use serde::{Deserialize, Serialize};

use crate::affine::Affine;

/// For each axis of an array, the direction in the patient that it is closest to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orientation(pub [Direction; 3]);

/// Direction of an axis in the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// 0 for left-right, 1 for back-front, 2 for feet-head.
    pub axis: usize,
    /// Whether the axis runs towards the left, the back or the feet.
    pub is_reversed: bool,
}

impl Orientation {
    /// The order in which the first axis runs to the right, the second to the front (anterior), the
    /// third to the head (superior).
    pub const RAS: Self = Self([Direction::along(0), Direction::along(1), Direction::along(2)]);

    /// Returns the orientation with the smallest total deviation from the axes of an affine
    /// transform.
    pub fn of(affine: &Affine) -> Self {
        const ORDERS: [[usize; 3]; 6] =
            [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let voxel_mm = affine.voxel_mm();
        let cosine = |stored: usize, axis: usize| affine.0[axis][stored] / voxel_mm[stored];
        let agreement = |order: &[usize; 3]| -> f64 {
            order.iter().enumerate().map(|(stored, axis)| cosine(stored, *axis).abs()).sum()
        };
        let best = ORDERS
            .iter()
            .max_by(|a, b| agreement(a).total_cmp(&agreement(b)))
            .unwrap_or(&ORDERS[0]);
        Self(std::array::from_fn(|stored| Direction {
            axis: best[stored],
            is_reversed: cosine(stored, best[stored]) < 0.0,
        }))
    }

    /// Returns the three-letter code, for example `LIA`: the directions towards which the axes run.
    pub fn code(&self) -> String {
        self.0.iter().map(Direction::letter).collect()
    }

    /// Returns the largest angle in degrees between an axis of the transform and the direction that
    /// it is closest to.
    pub fn obliquity_deg(&self, affine: &Affine) -> f64 {
        let voxel_mm = affine.voxel_mm();
        let angle = |stored: usize| {
            let along = affine.0[self.0[stored].axis][stored].abs();
            (along / voxel_mm[stored]).clamp(0.0, 1.0).acos().to_degrees()
        };
        (0..3).map(angle).fold(0.0, f64::max)
    }

    /// Returns the shape of an array with this orientation after it has been turned to RAS.
    pub fn turned_shape(&self, shape: [usize; 3]) -> [usize; 3] {
        let mut turned = [0; 3];
        for (stored, direction) in self.0.iter().enumerate() {
            turned[direction.axis] = shape[stored];
        }
        turned
    }

    /// Returns the shape of an array with this orientation, given its shape after turning.
    pub fn stored_shape(&self, turned: [usize; 3]) -> [usize; 3] {
        self.0.map(|direction| turned[direction.axis])
    }

    /// Returns the transform of an array of `shape` after it has been turned to RAS.
    pub fn turn_affine(&self, shape: [usize; 3], affine: &Affine) -> Affine {
        let first = std::array::from_fn(|stored| match self.0[stored].is_reversed {
            true => shape[stored] as f64 - 1.0,
            false => 0.0,
        });
        let origin = affine.apply(first);
        let mut turned = Affine(origin.map(|origin| [0.0, 0.0, 0.0, origin]));
        for (stored, direction) in self.0.iter().enumerate() {
            let sign = if direction.is_reversed { -1.0 } else { 1.0 };
            for (row, value) in affine.column(stored).into_iter().enumerate() {
                turned.0[row][direction.axis] = sign * value;
            }
        }
        turned
    }
}

impl Direction {
    /// Returns the direction towards the right (0), the front (1) or the head (2).
    pub const fn along(axis: usize) -> Self {
        Self { axis, is_reversed: false }
    }

    /// Returns the letter of the direction: R, L, A, P, S or I.
    pub fn letter(&self) -> char {
        let letters = if self.is_reversed { ['L', 'P', 'I'] } else { ['R', 'A', 'S'] };
        letters[self.axis.min(2)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voxels::Voxels;

    /// Returns all 48 orientations.
    fn all() -> Vec<Orientation> {
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let of = |order: [usize; 3], signs: usize| {
            Orientation(std::array::from_fn(|stored| Direction {
                axis: order[stored],
                is_reversed: signs >> stored & 1 == 1,
            }))
        };
        orders.iter().flat_map(|order| (0..8).map(|signs| of(*order, signs))).collect()
    }

    /// Returns an affine transform with this orientation, 1, 2 and 3 mm per voxel along x, y and z.
    fn affine(orientation: &Orientation) -> Affine {
        let mut affine = Affine([[0.0, 0.0, 0.0, 7.0], [0.0, 0.0, 0.0, -5.0], [0.0; 4]]);
        for (stored, direction) in orientation.0.iter().enumerate() {
            let sign = if direction.is_reversed { -1.0 } else { 1.0 };
            affine.0[direction.axis][stored] = sign * (direction.axis as f64 + 1.0);
        }
        affine
    }

    #[test]
    fn every_voxel_keeps_its_position_in_all_48_orders() {
        let shape = [2, 3, 4];
        let voxels = || Voxels::from_table(0..24, (0..24).map(|i| i as f32).collect(), shape);
        let mut codes: Vec<String> = Vec::new();
        for orientation in all() {
            let stored = affine(&orientation);
            assert_eq!(Orientation::of(&stored), orientation);
            assert_eq!(orientation.obliquity_deg(&stored), 0.0);
            codes.push(orientation.code());
            let turned_shape = orientation.turned_shape(shape);
            assert_eq!(orientation.stored_shape(turned_shape), shape);
            let turned_affine = orientation.turn_affine(shape, &stored);
            assert_eq!(Orientation::of(&turned_affine), Orientation::RAS);
            let turned = voxels().unwrap().turned(orientation);
            assert_eq!(turned.shape(), turned_shape);
            let [width, height, _] = turned_shape;
            for place in 0..24 {
                let index = [place % width, place / width % height, place / width / height];
                let value = turned.get(index) as usize;
                let from = [value % 2, value / 2 % 3, value / 6];
                let position = |affine: &Affine, index: [usize; 3]| {
                    affine.apply(index.map(|index| index as f64))
                };
                assert_eq!(position(&turned_affine, index), position(&stored, from));
            }
        }
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 48);
    }

    #[test]
    fn an_oblique_volume_goes_to_the_nearest_axes_and_its_angle_is_known() {
        let (sine, cosine) = 20.0_f64.to_radians().sin_cos();
        // LPS, turned by 20° about x.
        let affine =
            Affine([[-1.0, 0.0, 0.0, 0.0], [0.0, -cosine, -sine, 0.0], [0.0, -sine, cosine, 0.0]]);
        let orientation = Orientation::of(&affine);
        assert_eq!(orientation.code(), "LPS");
        assert!((orientation.obliquity_deg(&affine) - 20.0).abs() < 1e-9);
    }
}
