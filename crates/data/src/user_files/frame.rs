//! Slices of a visitor's file with the pixels of a network.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, NetworkInput};
use crate::PlaneGrid;
use crate::resample::resampled_size;

/// Slices along an axis, whole, with pixels of the size that a network was trained with. Slices
/// smaller than the network's input are centered in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Axis that the slices are perpendicular to.
    pub axis: usize,
    /// Number of slices.
    pub slices: usize,
    /// Height and width of a slice in pixels, at least those of the network's input.
    pub size: [usize; 2],
    /// Height and width in the file of a pixel, in millimeters.
    pub from_mm: [f32; 2],
    /// Height and width of a pixel of the frame, in millimeters.
    pub pixel_mm: [f32; 2],
    /// Distance between neighboring slices, in millimeters.
    pub slice_mm: f32,
}

impl Frame {
    /// Returns the slices along an axis, or `None` if there is no such axis.
    ///
    /// The size of a picture's pixels is unknown. One that is no larger than the input has the
    /// pixels of the training data, and a larger one is shrunk to fit.
    pub fn of(grid: &Grid, axis: usize, input: NetworkInput) -> Option<Self> {
        let plane = PlaneGrid::of(grid.shape, axis)?;
        let from_mm = if grid.is_picture {
            let fit = |side: usize| input.size[side] as f32 / plane.size[side].max(1) as f32;
            let factor = fit(0).min(fit(1)).min(1.0);
            input.pixel_mm.map(|mm| mm * factor)
        } else {
            plane.pixel_mm(grid.voxel_mm)
        };
        let content = resampled_size(plane.size, from_mm, input.pixel_mm);
        let size = std::array::from_fn(|side| content[side].max(input.size[side]));
        Some(Self {
            axis,
            slices: grid.shape[axis],
            size,
            from_mm,
            pixel_mm: input.pixel_mm,
            slice_mm: grid.voxel_mm[axis],
        })
    }

    /// Returns whether a slice is larger than the network's input.
    pub fn is_larger_than(&self, input: NetworkInput) -> bool {
        self.size != input.size
    }

    /// Returns the letters of the directions at the left, right, top and bottom edge of a slice, or
    /// `None` where the file does not tell them.
    pub fn edge_letters(&self, grid: &Grid) -> Option<[&'static str; 4]> {
        grid.affine?;
        Some(match self.axis {
            0 => ["P", "A", "S", "I"],
            1 => ["R", "L", "S", "I"],
            _ => ["R", "L", "A", "P"],
        })
    }
}
