//! Masks with a volume per class.

use super::error::UserFileError;
use super::open_file::OpenFile;
use crate::voxels::Voxels;
use crate::{FileSource, Volume};

/// Reads a mask with several volumes, one per class with or without the background, as one volume of
/// class numbers: the volume with the largest value above 0 counts, of equal ones the first, as in
/// NumPy's `argmax`. Returns `None` if the number of volumes is not that of the classes.
///
/// # Errors
///
/// Returns an error that names the file if it cannot be read.
pub fn one_volume_per_class(
    name: &str,
    file: &dyn FileSource,
    volumes: usize,
    classes: usize,
) -> Result<Option<OpenFile>, UserFileError> {
    let Some(first_class @ 0..=1) = classes.checked_sub(volumes).filter(|_| volumes > 1) else {
        return Ok(None);
    };
    let all = Volume::read_all(file, volumes).map_err(|error| UserFileError::new(name, error))?;
    let Some(Volume { shape, voxel_mm, affine, .. }) = all.first() else { return Ok(None) };
    let mut values: Vec<_> = all.iter().map(|volume| volume.voxels.iter()).collect();
    let count = shape.iter().product::<usize>();
    let labels = (0..count).map(|_| {
        let mut best = (0.0, None);
        for (class, values) in values.iter_mut().enumerate() {
            match values.next() {
                Some(value) if value > best.0 => best = (value, Some(class)),
                _ => {}
            }
        }
        best.1.map_or(0, |class| (class + first_class) as u8)
    });
    let table = (0..=u8::MAX).map(f32::from).collect();
    let voxels = Voxels::from_table(labels, table, *shape);
    let (voxel_mm, affine, shape) = (*voxel_mm, *affine, *shape);
    let Some(voxels) = voxels else { return Ok(None) };
    let volume = Volume { shape, voxel_mm, affine, volumes, voxels };
    let mut mask = OpenFile::of_volume(name, volume, 0);
    mask.facts
        .notes
        .push(format!("The mask has one volume per class; of {volumes} the largest counts."));
    Ok(Some(mask))
}
