//! Collection of a volume's values while they are read.

use super::blocks::Blocks;
use super::{Scale, Values, Voxels};

/// Largest number of values that are kept as 32-bit numbers, which take 64 MB.
const MAX_FLOATS: usize = 1 << 24;

/// Number of slots for looking up values in the table: a power of two, and sparse.
const SLOTS: usize = 1 << 12;

/// Error: the values have to be rounded to 16 bits, for which their range must be known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedsRange;

/// Range of the finite values of a volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest value.
    pub low: f64,
    /// The largest value.
    pub high: f64,
    /// Whether all values are whole numbers.
    pub is_whole: bool,
}

/// Collects values in the smallest form that holds them exactly: as places in a table as long as
/// there are at most 256 different ones, then as 16-bit integers if the file holds such, else as
/// 32-bit numbers. More than 16 million of the latter are rounded to one of 65,536 steps.
#[derive(Debug)]
pub struct VoxelsBuilder {
    values: Values,
    slots: Slots,
    /// Slope and intercept that convert a stored number to a value.
    scale: (f64, f64),
    /// What is subtracted from stored numbers so that they are 16-bit integers.
    narrow: Option<f64>,
    /// Range of the values, if it is known.
    range: Option<Range>,
}

impl VoxelsBuilder {
    /// Starts to collect values slope · n + intercept of stored numbers n. `narrow` is 0 if all n
    /// are signed 16-bit integers, 32768 if they are unsigned ones, and `None` otherwise.
    pub fn new(scale: (f64, f64), narrow: Option<f64>, range: Option<Range>) -> Self {
        let values = Values::Indexed(Blocks::default(), Vec::new());
        Self { values, slots: Slots::default(), scale, narrow, range }
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Appends a value, given the stored number.
    ///
    /// # Errors
    ///
    /// Returns an error if the values can only be kept rounded to 16 bits, and no range is known.
    pub fn push(&mut self, number: f64) -> Result<(), NeedsRange> {
        let value = (self.scale.0 * number + self.scale.1) as f32;
        if let Values::Indexed(places, table) = &mut self.values {
            // Turns -0 to 0, so that both count as one value.
            let value = value + 0.0;
            if let Some(place) = self.slots.place(value.to_bits()) {
                if usize::from(place) == table.len() {
                    table.push(value);
                }
                places.push(place);
                return Ok(());
            }
            self.widen();
        }
        match &mut self.values {
            Values::Indexed(..) => {}
            Values::Scaled(numbers, scale) => numbers.push(match self.narrow {
                Some(shift) => (number - shift) as i16,
                None => scale.number(value),
            }),
            Values::Floats(values) if values.len() < MAX_FLOATS => values.push(value),
            Values::Floats(_) => return Err(NeedsRange),
        }
        Ok(())
    }

    /// Returns the voxels of an array of this shape, the first axis fastest; `None` if the number of
    /// values is another.
    pub fn finish(self, shape: [usize; 3]) -> Option<Voxels> {
        Voxels::new(self.values, shape)
    }

    /// Gives up the table, since there are too many different values.
    fn widen(&mut self) {
        let none = Values::Indexed(Blocks::default(), Vec::new());
        let Values::Indexed(places, table) = std::mem::replace(&mut self.values, none) else {
            return;
        };
        let scale = match (self.narrow, self.range) {
            (Some(shift), _) => Scale { shift, slope: self.scale.0, intercept: self.scale.1 },
            (None, Some(Range { low, high, is_whole })) => {
                let step = (high - low) / f64::from(u16::MAX);
                // Whole numbers stay as they are if there are not too many.
                let slope = if is_whole && step <= 1.0 { 1.0 } else { step.max(f64::MIN_POSITIVE) };
                Scale { shift: -f64::from(i16::MIN), slope, intercept: low }
            }
            (None, None) => {
                self.values = Values::Floats(places.map(|place| table[usize::from(place)]));
                return;
            }
        };
        let numbers: Vec<i16> = table.iter().map(|value| scale.number(*value)).collect();
        self.values = Values::Scaled(places.map(|place| numbers[usize::from(place)]), scale);
    }
}

impl Voxels {
    /// Creates the voxels of an array of `shape`, the first axis fastest. Returns `None` if the
    /// number of values is another, or if they are more different ones than fit into memory.
    pub fn from_values(values: impl IntoIterator<Item = f32>, shape: [usize; 3]) -> Option<Self> {
        let mut builder = VoxelsBuilder::new((1.0, 0.0), None, None);
        values.into_iter().try_for_each(|value| builder.push(value.into())).ok()?;
        builder.finish(shape)
    }
}

/// Places in a table of at most 256 different keys, found by a hash of the key.
#[derive(Debug)]
pub struct Slots {
    slots: Vec<Option<(u32, u8)>>,
    /// Number of keys.
    len: usize,
}

impl Default for Slots {
    fn default() -> Self {
        Self { slots: vec![None; SLOTS], len: 0 }
    }
}

impl Slots {
    /// Returns the place of a key in the table: the next free one if it is new, or `None` if the table
    /// is full.
    pub fn place(&mut self, key: u32) -> Option<u8> {
        let mut slot = (key.wrapping_mul(0x9e37_79b9) >> 20) as usize % SLOTS;
        loop {
            match self.slots[slot] {
                Some((known, place)) if known == key => return Some(place),
                Some(_) => slot = (slot + 1) % SLOTS,
                None => {
                    let place = u8::try_from(self.len).ok()?;
                    self.slots[slot] = Some((key, place));
                    self.len += 1;
                    return Some(place);
                }
            }
        }
    }
}
