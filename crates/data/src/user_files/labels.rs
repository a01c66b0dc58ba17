//! Values and colors of a mask, and the classes that they stand for.

use serde::{Deserialize, Serialize};

use super::error::UserFileError;
use super::open_file::OpenFile;

/// What a mask marks its pixels with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum MaskValue {
    /// A number, such as a gray value.
    Number(i64),
    /// Red, green and blue, 0 to 255.
    Color([u8; 3]),
}

/// One value of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelEntry {
    /// The value.
    pub value: MaskValue,
    /// Fraction of the pixels that have it, 0 to 1.
    pub share: f64,
}

/// The different values of a mask, in ascending order; colors in the order of their brightness.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelTable {
    entries: Vec<LabelEntry>,
    /// Index of the entry for each place in the table of the mask's values.
    entry_of: Vec<usize>,
    /// Whether values were rounded to whole numbers.
    is_rounded: bool,
}

/// Classes that the values of a mask seem to stand for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelGuess {
    /// Class of each entry of a [`LabelTable`].
    pub classes: Vec<u8>,
    /// Whether there is no other way to read the mask. Otherwise the visitor has to agree.
    pub is_certain: bool,
    /// What was read, as sentences.
    pub notes: Vec<String>,
}

impl LabelTable {
    /// Returns the values of a mask. Numbers are rounded, since scaled masks are rarely exact, and
    /// what is no finite number becomes 0.
    ///
    /// # Errors
    ///
    /// Returns an error that names the file if there are more than 256 different values.
    pub fn of(mask: &OpenFile) -> Result<Self, UserFileError> {
        let (Some(table), Some(counts)) = (mask.voxels.table(), mask.voxels.table_counts()) else {
            return Err(UserFileError::new(
                &mask.facts.name,
                "it has more than 256 different values, as an image has. Choose a mask, which has \
                 one value per class, or swap image and mask.",
            ));
        };
        let value = |place: usize| match &mask.colors {
            Some(colors) => MaskValue::Color(colors[place]),
            // The cast makes 0 of what is no number.
            None => MaskValue::Number(table[place].round() as i64),
        };
        let used: Vec<usize> = (0..table.len()).filter(|place| counts[*place] > 0).collect();
        let mut values: Vec<MaskValue> = Vec::new();
        for value in used.iter().map(|place| value(*place)) {
            let place = values.partition_point(|known| order(*known) < order(value));
            if values.get(place) != Some(&value) {
                values.insert(place, value);
            }
        }
        let entry_of: Vec<usize> = (0..table.len())
            .map(|place| values.iter().position(|known| *known == value(place)).unwrap_or(0))
            .collect();
        let all = counts.iter().sum::<usize>().max(1) as f64;
        let share = |entry: usize| {
            let places = used.iter().filter(|place| entry_of[**place] == entry);
            places.map(|place| counts[*place]).sum::<usize>() as f64 / all
        };
        let entry =
            |(index, value): (usize, &MaskValue)| LabelEntry { value: *value, share: share(index) };
        let entries = values.iter().enumerate().map(entry).collect();
        let is_fraction = |place: &usize| table[*place].is_finite() && table[*place].fract() != 0.0;
        let is_rounded = mask.colors.is_none() && used.iter().any(is_fraction);
        Ok(Self { entries, entry_of, is_rounded })
    }

    /// Returns the values.
    pub fn entries(&self) -> &[LabelEntry] {
        &self.entries
    }

    /// Returns the index of the entry of a place in the table of the mask's values.
    pub(super) fn entry(&self, place: u8) -> usize {
        self.entry_of.get(usize::from(place)).copied().unwrap_or(0)
    }

    /// Guesses which classes of a data set the values stand for.
    ///
    /// Numbers that all are classes stand for themselves, and with two classes, 255 stands for the
    /// second one. Everything else the visitor has to agree to: as many values above 0 as there are
    /// classes besides the background are taken in ascending order, colors in that of their
    /// brightness with black as background.
    pub fn guess(&self, classes: &[String]) -> LabelGuess {
        let count = classes.len();
        let numbers: Option<Vec<i64>> = self
            .entries
            .iter()
            .map(|entry| match entry.value {
                MaskValue::Number(number) => Some(number),
                MaskValue::Color(_) => None,
            })
            .collect();
        let mut notes = Vec::new();
        if self.is_rounded {
            notes.push("The values of the mask were rounded to whole numbers.".to_owned());
        }
        if let Some(numbers) = &numbers {
            if numbers.iter().all(|number| (0..count as i64).contains(number)) {
                let classes = numbers.iter().map(|number| *number as u8).collect();
                return LabelGuess { classes, is_certain: !self.is_rounded, notes };
            }
            if count == 2 && numbers.iter().all(|number| [0, 255].contains(number)) {
                notes.push(format!("White (255) in the mask is {}.", classes[1]));
                let classes = numbers.iter().map(|number| u8::from(*number > 0)).collect();
                return LabelGuess { classes, is_certain: !self.is_rounded, notes };
            }
        }
        let is_background = |entry: &LabelEntry| {
            matches!(entry.value, MaskValue::Number(..=0) | MaskValue::Color([0, 0, 0]))
        };
        let foreground = self.entries.iter().filter(|entry| !is_background(entry)).count();
        let names: Vec<String> = self.entries.iter().map(|entry| describe(entry.value)).collect();
        notes.push(format!(
            "The mask has {} different {}: {}.",
            self.entries.len(),
            if numbers.is_some() { "values" } else { "colors" },
            if names.len() > 8 {
                format!("{}, …", names[..8].join(", "))
            } else {
                names.join(", ")
            }
        ));
        // Without a black background, the darkest color is taken for it.
        let skip = usize::from(foreground == count && foreground == self.entries.len());
        let mut next = 0;
        let guessed = self
            .entries
            .iter()
            .enumerate()
            .map(|(index, entry)| {
                if is_background(entry) || foreground - skip >= count || index < skip {
                    return 0;
                }
                next += 1;
                next
            })
            .collect();
        LabelGuess { classes: guessed, is_certain: false, notes }
    }
}

/// Formats a value of a mask.
fn describe(value: MaskValue) -> String {
    match value {
        MaskValue::Number(number) => number.to_string(),
        MaskValue::Color([red, green, blue]) => format!("#{red:02x}{green:02x}{blue:02x}"),
    }
}

/// Returns a key that orders values.
fn order(value: MaskValue) -> (i64, [u8; 3]) {
    match value {
        MaskValue::Number(number) => (number, [0; 3]),
        MaskValue::Color(color) => {
            let [red, green, blue] = color.map(i64::from);
            (299 * red + 587 * green + 114 * blue, color)
        }
    }
}

impl std::fmt::Display for MaskValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&describe(*self))
    }
}
