//! Voxels of a visitor's file, and the input of a network.

use serde::{Deserialize, Serialize};

use crate::affine::Affine;
use crate::orientation::Orientation;
use crate::slice_axis;

/// Axis of a volume in RAS that the training slices are perpendicular to: those of all data sets with
/// positions are sagittal.
pub(super) const TRAINED_AXIS: usize = 0;

/// The voxels of a visitor's file after it was turned to RAS.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Number of voxels along the axes.
    pub shape: [usize; 3],
    /// Size of a voxel along the axes in millimeters; of a picture, that is unknown.
    pub voxel_mm: [f32; 3],
    /// Position of the voxels in the patient; `None` if the file does not specify it.
    pub affine: Option<Affine>,
    /// Order of the axes in the file.
    pub stored: Orientation,
    /// Whether the file is a picture. Its columns run to the left and its rows to the back, as those
    /// of an axial plane.
    pub is_picture: bool,
}

impl Grid {
    /// Returns the axis that slices are perpendicular to at first: the first one, or that of a file
    /// with a single plane.
    pub fn slice_axis(&self) -> usize {
        slice_axis(self.shape)
    }

    /// Returns the transform from an index in RAS to the index in the file.
    pub(super) fn to_stored(self) -> Affine {
        let shape = self.stored.stored_shape(self.shape);
        self.stored.turn_affine(shape, &Affine::scaling([1.0; 3]))
    }
}

/// Input of the network that slices are prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkInput {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Height and width of a pixel in millimeters.
    pub pixel_mm: [f32; 2],
}
