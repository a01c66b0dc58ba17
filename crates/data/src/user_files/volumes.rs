//! Volumes of a visitor, and their masks.

use serde::{Deserialize, Serialize};

use super::error::UserFileError;
use super::labels::check_labels;
use crate::affine::Affine;
use crate::orientation::Orientation;
use crate::resample::{is_same_pixel_size, resample_gray, resample_labels};
use crate::{Plane, Volume, center, center_gray, intensity_window, slice_axis};

/// Maximum total number of pixels of all slices, the same as for packs.
const MAX_PIXELS: usize = 64 << 20;

/// Angle in degrees from which the page says that a volume is oblique.
const OBLIQUE_DEG: f64 = 10.0;

/// The voxels of a visitor's volume after it was turned to RAS: what a mask has to fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Number of voxels along the axes.
    pub shape: [usize; 3],
    /// Size of a voxel along the axes in millimeters.
    pub voxel_mm: [f32; 3],
    /// Position of the voxels in the patient; `None` if the file does not specify it.
    pub affine: Option<Affine>,
    /// Order of the axes in the file.
    pub stored: Orientation,
}

impl Grid {
    /// Returns the number of slices.
    pub fn slices(&self) -> usize {
        self.shape[slice_axis(self.shape)]
    }
}

/// Input of the network that a volume is prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkInput {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Height and width of a pixel in millimeters.
    pub pixel_mm: [f32; 2],
}

/// Slices read from a visitor's volume.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeSlices {
    /// The voxels.
    pub grid: Grid,
    /// Gray values 0 to 255, `[n, height, width]` in row-major order.
    pub slices: Vec<u8>,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

/// Labels read from the mask of a visitor's image or volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskSlices {
    /// The class of each pixel, `[n, height, width]` in row-major order.
    pub labels: Vec<u8>,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

/// Reads all slices of a volume as a network's input, with the same intensity window as the training
/// data.
pub fn read_volume(
    name: &str,
    bytes: &[u8],
    input: NetworkInput,
) -> Result<VolumeSlices, UserFileError> {
    let volume = Volume::read(bytes).map_err(|error| UserFileError::new(name, error))?;
    let stored = volume.orientation();
    let mut notes = orientation_notes(&volume, stored);
    if volume.volumes > 1 {
        notes.push(format!("The first of {} volumes.", volume.volumes));
    }
    let volume = volume.turned(stored);
    let most = MAX_PIXELS / (input.size[0] * input.size[1]).max(1);
    if volume.planes() > most {
        let sentence = format!(
            "the volume has {} slices; at most {most} can be shown here. Cut it.",
            volume.planes()
        );
        return Err(UserFileError::new(name, sentence));
    }
    let window = intensity_window(&volume);
    let planes = || (0..volume.planes()).filter_map(|index| volume.slice(index));
    if let Some(plane) = planes().next() {
        notes.extend(plane_notes(&plane, input));
    }
    let slices = planes()
        .flat_map(|plane| center_gray(&resample_gray(plane, input.pixel_mm), input.size, window))
        .collect();
    let Volume { shape, voxel_mm, affine, .. } = volume;
    Ok(VolumeSlices { grid: Grid { shape, voxel_mm, affine, stored }, slices, notes })
}

/// Reads the mask of a volume: the class of each pixel of each slice.
pub(super) fn read_volume_mask(
    name: &str,
    bytes: &[u8],
    grid: &Grid,
    input: NetworkInput,
    classes: &[String],
) -> Result<MaskSlices, UserFileError> {
    let fail = |reason: String| UserFileError::new(name, reason);
    let volumes =
        Volume::read_all(bytes, classes.len()).map_err(|error| UserFileError::new(name, error))?;
    let mut notes = Vec::new();
    let mask = one_volume(volumes, classes.len(), &mut notes).map_err(fail)?;
    let mask = on_grid(mask, grid, &mut notes).map_err(fail)?;
    let mut labels = Vec::new();
    for plane in (0..mask.planes()).filter_map(|index| mask.slice(index)) {
        let of_plane = plane.labels().map_err(|error| UserFileError::new(name, error))?;
        let known = check_labels(name, of_plane, classes)?;
        let (size, resampled) = resample_labels(&known, plane.size, plane.pixel_mm, input.pixel_mm);
        labels.extend(center(size, input.size, resampled.into_iter()));
    }
    Ok(MaskSlices { labels, notes })
}

/// Returns the volume of a mask. Several volumes are one per class, with or without the background.
fn one_volume(
    mut volumes: Vec<Volume>,
    classes: usize,
    notes: &mut Vec<String>,
) -> Result<Volume, String> {
    let Some(first) = volumes.first() else { return Err("the mask is empty.".into()) };
    let (count, voxels) = (first.volumes, first.voxels.len());
    if count == 1 {
        return Ok(volumes.swap_remove(0));
    }
    let first_class = match classes.checked_sub(count) {
        Some(first @ 0..=1) => first,
        _ => {
            return Err(format!(
                "the mask has {} volumes, and the data {classes} classes. Save the mask as one \
                 volume of class numbers.",
                count
            ));
        }
    };
    let class_of = |voxel: usize| {
        let values = volumes.iter().map(|volume| volume.voxels[voxel]);
        let best = values.enumerate().filter(|(_, value)| *value > 0.0);
        // Of equal values the first one wins, as in NumPy.
        let best = best.fold(None, |best: Option<(usize, f32)>, (class, value)| match best {
            Some((_, largest)) if largest >= value => best,
            _ => Some((class, value)),
        });
        best.map_or(0, |(class, _)| class + first_class) as f32
    };
    let labels = (0..voxels).map(class_of).collect();
    notes.push(format!("The mask has one volume per class; of {count} the largest counts."));
    let mask = volumes.swap_remove(0);
    Ok(Volume { volumes: 1, voxels: labels, ..mask })
}

/// Returns a mask with the voxels of its volume: turned, and where the voxels differ, resampled to
/// the nearest one.
fn on_grid(mask: Volume, grid: &Grid, notes: &mut Vec<String>) -> Result<Volume, String> {
    // Without positions, the mask can only have been stored like its volume.
    let orientation = match (grid.affine, mask.affine) {
        (Some(_), Some(_)) => mask.orientation(),
        _ => grid.stored,
    };
    let stored_shape = mask.shape;
    let mask = mask.turned(orientation);
    match (grid.affine, mask.affine) {
        (Some(image), Some(of_mask)) => {
            if mask.shape == grid.shape && is_same_place(&image, &of_mask, grid) {
                return Ok(mask);
            }
            sample(&mask, &of_mask, &image, grid, notes)
        }
        _ if mask.shape == grid.shape => Ok(mask),
        _ => {
            let text = |[a, b, c]: [usize; 3]| format!("{a} × {b} × {c}");
            Err(format!(
                "the mask has {} voxels, the volume {}. Choose the mask of this volume.",
                text(stored_shape),
                text(grid.stored.stored_shape(grid.shape))
            ))
        }
    }
}

/// Returns whether two transforms put all corners of a grid at the same place, within half a voxel.
fn is_same_place(a: &Affine, b: &Affine, grid: &Grid) -> bool {
    let tolerance = f64::from(grid.voxel_mm.iter().copied().fold(f32::INFINITY, f32::min)) / 2.0;
    (0..8).all(|corner| {
        let index = std::array::from_fn(|axis| {
            if corner >> axis & 1 == 1 { grid.shape[axis] as f64 - 1.0 } else { 0.0 }
        });
        let (a, b) = (a.apply(index), b.apply(index));
        (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt() <= tolerance
    })
}

/// Returns the labels of a mask at the voxels of a grid.
fn sample(
    mask: &Volume,
    of_mask: &Affine,
    image: &Affine,
    grid: &Grid,
    notes: &mut Vec<String>,
) -> Result<Volume, String> {
    let (Some(to_mask), Some(to_image)) = (of_mask.inverse(), image.inverse()) else {
        return Err("the position of the mask's voxels is damaged. Save the mask again.".into());
    };
    let (labeled, outside) = outside_voxels(mask, &to_image.after(of_mask), grid.shape);
    if labeled > 0 && outside == labeled {
        return Err(
            "the mask marks another place than the volume shows. Choose the mask of this volume."
                .into(),
        );
    }
    let from_image = to_mask.after(image);
    let [width, height, depth] = grid.shape;
    let mut voxels = Vec::with_capacity(width * height * depth);
    for z in 0..depth {
        for y in 0..height {
            for x in 0..width {
                let index = from_image.apply([x, y, z].map(|index| index as f64));
                voxels.push(nearest(index, mask.shape).map_or(0.0, |at| mask.voxels[at]));
            }
        }
    }
    notes.push("The mask has other voxels than the volume and was resampled to them.".into());
    if outside > 0 {
        let percent = 100.0 * outside as f64 / labeled as f64;
        notes.push(format!("{percent:.0} % of the mask lie outside the volume."));
    }
    let Grid { shape, voxel_mm, affine, .. } = *grid;
    Ok(Volume { shape, voxel_mm, affine, volumes: 1, voxels })
}

/// Returns the number of labeled voxels of a mask, and how many of them are outside a grid.
fn outside_voxels(mask: &Volume, to_grid: &Affine, shape: [usize; 3]) -> (usize, usize) {
    let [width, height, _] = mask.shape;
    let (mut labeled, mut outside) = (0, 0);
    for (place, value) in mask.voxels.iter().enumerate() {
        if value.is_finite() && value.round() != 0.0 {
            labeled += 1;
            let index = [place % width, place / width % height, place / width / height];
            let at = to_grid.apply(index.map(|index| index as f64));
            outside += usize::from(nearest(at, shape).is_none());
        }
    }
    (labeled, outside)
}

/// Returns the offset of the voxel that is nearest to an index, or `None` outside the array.
fn nearest(index: [f64; 3], shape: [usize; 3]) -> Option<usize> {
    let mut rounded = [0; 3];
    for axis in 0..3 {
        let at = index[axis].round();
        if !(0.0..shape[axis] as f64).contains(&at) {
            return None;
        }
        rounded[axis] = at as usize;
    }
    Some(rounded[0] + shape[0] * (rounded[1] + shape[1] * rounded[2]))
}

/// Describes the turning of a volume.
fn orientation_notes(volume: &Volume, stored: Orientation) -> Vec<String> {
    let mut notes = Vec::new();
    if stored != Orientation::RAS {
        notes.push(format!("Stored {}, turned to RAS.", stored.code()));
    }
    let angle = volume.affine.map_or(0.0, |affine| stored.obliquity_deg(&affine));
    if angle > OBLIQUE_DEG {
        notes.push(format!("Oblique: the axes are up to {angle:.0}° from those of the patient."));
    }
    notes
}

/// Describes the resampling of planes, and what of them the network does not see.
fn plane_notes(plane: &Plane, input: NetworkInput) -> Vec<String> {
    let mut notes = Vec::new();
    let [height, width] = plane.pixel_mm;
    let [to_height, to_width] = input.pixel_mm;
    if !is_same_pixel_size(plane.pixel_mm, input.pixel_mm) {
        notes.push(format!(
            "Resampled from pixels of {} × {} mm to {} × {} mm.",
            mm(width),
            mm(height),
            mm(to_width),
            mm(to_height)
        ));
    }
    let side_mm = |axis: usize| plane.size[axis] as f32 * plane.pixel_mm[axis];
    let seen_mm = |axis: usize| input.size[axis] as f32 * input.pixel_mm[axis];
    if (0..2).any(|axis| side_mm(axis) > seen_mm(axis) + 0.5 * input.pixel_mm[axis]) {
        notes.push(format!(
            "A slice is {:.0} × {:.0} mm; the network sees the middle {:.0} × {:.0} mm.",
            side_mm(1),
            side_mm(0),
            seen_mm(1),
            seen_mm(0)
        ));
    }
    notes
}

/// Formats millimeters with at most two decimals.
fn mm(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
