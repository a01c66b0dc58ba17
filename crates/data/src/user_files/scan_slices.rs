//! Slices of a visitor's file as a network sees them.

use super::frame::Frame;
use super::labels::LabelTable;
use super::mask_grid::MaskGrid;
use super::open_file::OpenFile;
use crate::resample::{area_average, resample_gray, resample_labels};
use crate::{Plane, PlaneGrid, center, center_gray};

/// Returns the gray values of a slice of a frame, whole, in row-major order; `None` if the index is
/// out of range. Values from the first one of `window` to the second one become 0 to 255.
pub fn gray_slice(
    file: &OpenFile,
    frame: &Frame,
    index: usize,
    window: (f32, f32),
) -> Option<Vec<u8>> {
    let plane = gray_plane(file, frame, index)?;
    Some(center_gray(&plane, frame.size, window))
}

/// Returns the class of each pixel of a slice of the image's frame, in row-major order; `None` if
/// the index is out of range. `classes` has the class of each entry of the table.
pub fn label_slice(
    (image, mask): (&OpenFile, &OpenFile),
    grid: &MaskGrid,
    (table, classes): (&LabelTable, &[u8]),
    frame: &Frame,
    index: usize,
) -> Option<Vec<u8>> {
    let plane = PlaneGrid::of(image.facts.grid.shape, frame.axis)?;
    if index >= frame.slices {
        return None;
    }
    let class_at = |row: usize, column: usize| {
        let at = grid.index(plane.index(index, row, column))?;
        classes.get(table.entry(mask.voxels.table_place(at)?)).copied()
    };
    let [height, width] = plane.size;
    let labels: Vec<u8> = (0..height * width)
        .map(|pixel| class_at(pixel / width, pixel % width).unwrap_or(0))
        .collect();
    let (size, labels) = resample_labels(&labels, plane.size, frame.from_mm, frame.pixel_mm);
    Some(center(size, frame.size, labels.into_iter()))
}

/// Returns the middle slice of a file, scaled to fit into an image of `size` and centered in it: the
/// axial one of a volume. Gray values 0 to 255, in row-major order.
pub fn thumbnail(file: &OpenFile, size: [usize; 2]) -> Vec<u8> {
    let grid = &file.facts.grid;
    let axis = if grid.shape.contains(&1) { grid.slice_axis() } else { 2 };
    let thumbnail = || {
        let plane = PlaneGrid::of(grid.shape, axis)?;
        let from_mm = plane.pixel_mm(grid.voxel_mm);
        // Millimeters per pixel so that the whole slice fits.
        let mm = |side: usize| plane.size[side] as f32 * from_mm[side] / size[side] as f32;
        let pixel_mm = [mm(0).max(mm(1)); 2];
        let slices = grid.shape[axis];
        let frame = Frame { axis, slices, size, from_mm, pixel_mm, slice_mm: grid.voxel_mm[axis] };
        gray_slice(file, &frame, slices / 2, file.facts.window)
    };
    thumbnail().unwrap_or_else(|| vec![0; size[0] * size[1]])
}

/// Returns a slice with the pixels of the frame: interpolated linearly in volumes, averaged over the
/// area of a new pixel where pictures are shrunk.
fn gray_plane(file: &OpenFile, frame: &Frame, index: usize) -> Option<Plane> {
    let grid = PlaneGrid::of(file.facts.grid.shape, frame.axis)?;
    if index >= frame.slices {
        return None;
    }
    let Frame { from_mm, pixel_mm, .. } = *frame;
    let is_shrunk = from_mm[0] < pixel_mm[0] || from_mm[1] < pixel_mm[1];
    if file.facts.grid.is_picture && is_shrunk {
        let value = |row: usize, column: usize| file.voxels.get(grid.index(index, row, column));
        return Some(area_average(grid.size, from_mm, pixel_mm, value));
    }
    let values = grid.values(&file.voxels, index);
    Some(resample_gray(Plane { size: grid.size, values, pixel_mm: from_mm }, pixel_mm))
}
