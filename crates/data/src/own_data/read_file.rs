//! Reading of one file, as [`user_files`](crate::user_files) reads those to be classified.

use std::hash::{DefaultHasher, Hasher};
use std::io::Read;

use model::{IMAGE_LEN, IMAGE_SIDE};

use super::limits::MAX_FILE_BYTES;
use crate::user_files::{Frame, LabelTable, MaskGrid, MaskValue, OpenFile, label_slice, thumbnail};
use crate::{FileSource, PlaneGrid};

/// Height and width of the images that a network sees.
const SIZE: [usize; 2] = [IMAGE_SIDE; 2];

/// An image or a mask as a network sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Height and width of the file in pixels.
    pub size: [u32; 2],
    /// Gray values or values of the mask, `[64, 64]` in row-major order.
    pub pixels: Vec<u8>,
}

/// Returns the gray values of a file, scaled and centered as those to be classified are.
pub fn gray(file: &OpenFile) -> Pixels {
    Pixels { size: size_of(file), pixels: thumbnail(file, SIZE) }
}

/// Returns the values of a mask, each that of the nearest pixel, at the places where [`gray`] puts
/// the pixels of an image of the same size.
///
/// # Errors
///
/// Returns a sentence if they are not whole numbers from 0 to 255.
pub fn mask(file: &OpenFile) -> Result<Pixels, String> {
    let table = LabelTable::of(file).map_err(|error| error.reason)?;
    let value = |value: MaskValue| match value {
        MaskValue::Number(number) => u8::try_from(number).ok(),
        MaskValue::Color(_) => None,
    };
    let values: Option<Vec<u8>> = table.entries().iter().map(|entry| value(entry.value)).collect();
    let values = values.ok_or(
        "its colours or values tell no class. Write the number of its class into each pixel, and save \
         it as a gray PNG.",
    )?;
    let grid = &file.facts.grid;
    let axis = if grid.shape.contains(&1) { grid.slice_axis() } else { 2 };
    let plane = PlaneGrid::of(grid.shape, axis).ok_or("the mask is damaged.")?;
    let from_mm = plane.pixel_mm(grid.voxel_mm);
    let mm = |side: usize| plane.size[side] as f32 * from_mm[side] / SIZE[side] as f32;
    let pixel_mm = [mm(0).max(mm(1)); 2];
    let (slices, slice_mm) = (grid.shape[axis], grid.voxel_mm[axis]);
    let frame = Frame { axis, slices, size: SIZE, from_mm, pixel_mm, slice_mm };
    let places = MaskGrid::of(file, file)?;
    let pixels = label_slice((file, file), &places, (&table, &values), &frame, slices / 2);
    let pixels = pixels.filter(|pixels| pixels.len() == IMAGE_LEN).ok_or("the mask is damaged.")?;
    Ok(Pixels { size: size_of(file), pixels })
}

/// Returns the height and width of the slice that is shown, in pixels.
fn size_of(file: &OpenFile) -> [u32; 2] {
    let grid = &file.facts.grid;
    let axis = if grid.shape.contains(&1) { grid.slice_axis() } else { 2 };
    let size = PlaneGrid::of(grid.shape, axis).map_or([0; 2], |plane| plane.size);
    size.map(|side| u32::try_from(side).unwrap_or(u32::MAX))
}

/// Returns the first bytes of a file, its length, and a hash of its bytes.
///
/// # Errors
///
/// Returns a sentence if the file is too large or cannot be read.
pub fn look(file: &dyn FileSource) -> Result<(Vec<u8>, u64, u64), String> {
    let (mut start, mut length, mut hasher) = (Vec::new(), 0, DefaultHasher::new());
    let mut reader = file.open();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(format!("{error}. Choose it again.")),
        };
        if start.len() < 1024 {
            start.extend(&read[..read.len().min(1024)]);
        }
        hasher.write(read);
        length += read.len() as u64;
        if length > MAX_FILE_BYTES {
            return Err(too_large());
        }
    }
    Ok((start, length, hasher.finish()))
}

/// Returns the sentence about a file that is too large.
pub fn too_large() -> String {
    format!("it has more than {} MB. Scale it down first.", MAX_FILE_BYTES >> 20)
}

/// Returns a reason with a full stop at its end.
pub fn sentence(reason: &str) -> String {
    format!("{}.", reason.trim_end_matches('.'))
}
