//! Colors of a palette (DICOM PS3.3, C.7.6.3.1.5).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::DicomError;
use crate::luma::luma;
use crate::value::Value;

/// Colors of a palette, as far as the header gives them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// Number of colors, the first number that has one, bits of a color.
    descriptor: Option<[u16; 3]>,
    /// Red, green, blue.
    tables: [Vec<u16>; 3],
    is_segmented: bool,
}

impl Palette {
    /// Returns whether an element belongs to a palette.
    pub fn has(tag: Tag) -> bool {
        matches!(
            tag,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR
                | tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA
                | tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA
                | tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA
                | tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA
        )
    }

    /// Sets what an element contains.
    pub fn set(&mut self, tag: Tag, value: Value) {
        match tag {
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR => {
                self.descriptor = value.shorts().collect::<Vec<_>>().try_into().ok();
            }
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA => self.tables[0] = value.shorts().collect(),
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA => {
                self.tables[1] = value.shorts().collect()
            }
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA => self.tables[2] = value.shorts().collect(),
            _ => self.is_segmented = true,
        }
    }

    /// Checks that there is a color for each number.
    pub fn check(mut self) -> Result<Self, DicomError> {
        let entries = self.entries();
        // Two colors of 8 bits may share a word.
        if self.bits() == 8 && self.tables.iter().all(|table| table.len() == entries.div_ceil(2)) {
            for table in &mut self.tables {
                *table = table.iter().flat_map(|word| word.to_le_bytes().map(u16::from)).collect();
            }
        }
        let has_all = entries > 0 && self.tables.iter().all(|table| table.len() >= entries);
        match (has_all, self.is_segmented) {
            (true, _) => Ok(self),
            (false, true) => Err(DicomError::PixelForm("a palette of segments")),
            (false, false) => Err(DicomError::PixelForm("an incomplete palette")),
        }
    }

    /// Returns the luma of each color, 0 to 255.
    pub fn lumas(&self) -> Vec<u8> {
        let [red, green, blue] = &self.tables;
        let shift = if self.bits() == 8 { 0 } else { 8 };
        let channel = |value: u16| u32::from(value >> shift).min(255);
        let colors = red.iter().zip(green).zip(blue);
        colors.map(|((r, g), b)| luma([*r, *g, *b].map(channel)) as u8).collect()
    }

    /// Returns the number of the first color.
    pub fn first(&self) -> i64 {
        // Numbers of pixels are unsigned in all but a few files.
        self.descriptor.map_or(0, |descriptor| descriptor[1].into())
    }

    fn entries(&self) -> usize {
        match self.descriptor {
            Some([0, ..]) => 1 << 16,
            Some([entries, ..]) => entries.into(),
            None => 0,
        }
    }

    /// Returns the bits of a color. Some writers name 16 where colors have 8.
    fn bits(&self) -> u16 {
        let largest = self.tables.iter().flatten().max();
        match self.descriptor {
            Some([_, _, 8]) => 8,
            _ if largest.is_some_and(|largest| *largest < 256) => 8,
            _ => 16,
        }
    }
}
