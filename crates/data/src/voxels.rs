//! Values of a volume, in as few bytes as they need.

mod blocks;
mod builder;

use blocks::Blocks;
pub use builder::{Range, Slots, VoxelsBuilder};

use crate::orientation::Orientation;

/// Values of a volume. They stay in the order in which they are stored; another order of the axes
/// changes only where an index points to, so that turning a volume copies nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Voxels {
    values: Values,
    /// Number of values along the axes.
    shape: [usize; 3],
    /// Place of the first value.
    first: usize,
    /// Distance between neighbors along the axes.
    strides: [isize; 3],
}

/// Values in the order in which they are stored.
#[derive(Clone, Debug, PartialEq)]
enum Values {
    /// Places in a table of at most 256 values.
    Indexed(Blocks<u8>, Vec<f32>),
    /// 16-bit numbers.
    Scaled(Blocks<i16>, Scale),
    Floats(Blocks<f32>),
}

/// Conversion of a 16-bit number n to the value slope · (n + shift) + intercept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    shift: f64,
    slope: f64,
    intercept: f64,
}

impl Scale {
    fn value(&self, number: i16) -> f32 {
        (self.slope * (f64::from(number) + self.shift) + self.intercept) as f32
    }

    /// Returns the number whose value is nearest; 0 for what is no number.
    fn number(&self, value: f32) -> i16 {
        ((f64::from(value) - self.intercept) / self.slope - self.shift).round() as i16
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Indexed(places, _) => places.len(),
            Values::Scaled(numbers, _) => numbers.len(),
            Values::Floats(values) => values.len(),
        }
    }

    fn get(&self, place: usize) -> f32 {
        match self {
            Values::Indexed(places, table) => table[usize::from(places.get(place))],
            Values::Scaled(numbers, scale) => scale.value(numbers.get(place)),
            Values::Floats(values) => values.get(place),
        }
    }
}

impl Voxels {
    /// Creates the voxels of an array of `shape`, the first axis fastest, if there are as many
    /// values.
    fn new(values: Values, shape: [usize; 3]) -> Option<Self> {
        let strides = [1, shape[0] as isize, (shape[0] * shape[1]) as isize];
        let count = shape.iter().product::<usize>();
        (values.len() == count).then_some(Self { values, shape, first: 0, strides })
    }

    /// Creates the voxels of an array of `shape`, the first axis fastest, from places in a table of
    /// values. Returns `None` if the number of places is not that of the shape, or if a place is not
    /// in the table.
    pub fn from_table(
        places: impl Iterator<Item = u8>,
        table: Vec<f32>,
        shape: [usize; 3],
    ) -> Option<Self> {
        let mut blocks = Blocks::default();
        for place in places {
            table.get(usize::from(place))?;
            blocks.push(place);
        }
        Self::new(Values::Indexed(blocks, table), shape)
    }

    /// Returns the number of values along the axes.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Returns the value at an index.
    ///
    /// # Panics
    ///
    /// Panics if the index is out of range.
    pub fn get(&self, index: [usize; 3]) -> f32 {
        self.values.get(self.place(index))
    }

    /// Returns the place in [`Voxels::table`] of the value at an index, or `None` without a table.
    ///
    /// # Panics
    ///
    /// Panics if the index is out of range.
    pub fn table_place(&self, index: [usize; 3]) -> Option<u8> {
        match &self.values {
            Values::Indexed(places, _) => Some(places.get(self.place(index))),
            _ => None,
        }
    }

    /// Returns all values if there are at most 256 different ones. Values that differ in nothing but
    /// the sign of zero count as equal.
    pub fn table(&self) -> Option<&[f32]> {
        match &self.values {
            Values::Indexed(_, table) => Some(table),
            _ => None,
        }
    }

    /// Returns how often each value of the table occurs, or `None` without a table.
    pub fn table_counts(&self) -> Option<Vec<usize>> {
        let Values::Indexed(places, table) = &self.values else { return None };
        let mut counts = vec![0; table.len()];
        places.iter().for_each(|place| counts[usize::from(place)] += 1);
        Some(counts)
    }

    /// Returns all values in the order in which they are stored.
    pub fn iter(&self) -> impl Iterator<Item = f32> {
        (0..self.values.len()).map(|place| self.values.get(place))
    }

    /// Returns each value that occurs and how often, in ascending order, if at most 65,536 different
    /// ones are possible. Values that are not finite are left out.
    pub fn histogram(&self) -> Option<Vec<(f32, usize)>> {
        let counted: Vec<(f32, usize)> = match &self.values {
            Values::Indexed(_, table) => {
                table.iter().copied().zip(self.table_counts().unwrap_or_default()).collect()
            }
            Values::Scaled(numbers, scale) => {
                let mut counts = vec![0_usize; 1 << 16];
                let place = |number: i16| (i32::from(number) - i32::from(i16::MIN)) as usize;
                numbers.iter().for_each(|number| counts[place(number)] += 1);
                let mut counted: Vec<_> = (i16::MIN..=i16::MAX)
                    .map(|number| (scale.value(number), counts[place(number)]))
                    .collect();
                if scale.slope < 0.0 {
                    counted.reverse();
                }
                counted
            }
            Values::Floats(_) => return None,
        };
        let mut histogram: Vec<(f32, usize)> = Vec::new();
        for (value, count) in counted {
            if count > 0 && value.is_finite() {
                let place = histogram.partition_point(|(known, _)| *known < value);
                match histogram.get_mut(place) {
                    // Different numbers may be scaled to the same value.
                    Some((known, sum)) if *known == value => *sum += count,
                    // At the end, if there are many: their numbers are in order.
                    _ => histogram.insert(place, (value, count)),
                }
            }
        }
        Some(histogram)
    }

    /// Turns the axes, given their directions: those of the result run to the right, to the front
    /// and to the head. Nothing is copied.
    pub fn turned(self, orientation: Orientation) -> Self {
        let mut turned =
            Self { values: self.values, first: self.first, shape: [0; 3], strides: [0; 3] };
        for (stored, direction) in orientation.0.iter().enumerate() {
            let stride = self.strides[stored];
            let last = self.shape[stored].saturating_sub(1) as isize;
            if direction.is_reversed {
                turned.first = (turned.first as isize + last * stride) as usize;
            }
            turned.strides[direction.axis] = if direction.is_reversed { -stride } else { stride };
            turned.shape[direction.axis] = self.shape[stored];
        }
        turned
    }

    /// Returns the place of the value at an index among the stored ones.
    fn place(&self, index: [usize; 3]) -> usize {
        assert!((0..3).all(|axis| index[axis] < self.shape[axis]), "the index is out of range");
        let offset: isize = (0..3).map(|axis| index[axis] as isize * self.strides[axis]).sum();
        (self.first as isize + offset) as usize
    }
}

#[cfg(test)]
mod tests;
