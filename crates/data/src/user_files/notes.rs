//! Sentences about what was done with a file.

use super::frame::Frame;
use super::grid::{Grid, NetworkInput, TRAINED_AXIS};
use crate::PlaneGrid;
use crate::orientation::Orientation;
use crate::resample::is_same_pixel_size;

/// Angle in degrees from which the page says that a volume is oblique.
const OBLIQUE_DEG: f64 = 10.0;

/// Describes the turning of a volume. `affine` is that of the turned volume.
pub fn orientation_notes(grid: &Grid) -> Vec<String> {
    let mut notes = Vec::new();
    if grid.stored != Orientation::RAS {
        notes.push(format!("Stored {}, turned to RAS.", grid.stored.code()));
    }
    let angle = grid.affine.map_or(0.0, |affine| Orientation::RAS.obliquity_deg(&affine));
    if angle > OBLIQUE_DEG {
        notes.push(format!("Oblique: the axes are up to {angle:.0}° from those of the patient."));
    }
    notes
}

/// Describes what was done with the slices of a frame, as sentences.
pub fn frame_notes(grid: &Grid, frame: &Frame, input: NetworkInput) -> Vec<String> {
    let mut notes = Vec::new();
    let ([height, width], [to_height, to_width]) = (frame.from_mm, frame.pixel_mm);
    if !is_same_pixel_size(frame.from_mm, frame.pixel_mm) {
        let original = PlaneGrid::of(grid.shape, frame.axis).map_or([0; 2], |plane| plane.size);
        notes.push(match grid.is_picture {
            true => format!(
                "Shrunk from {} × {} pixels, whose size is unknown, to fit into the {} × {} of the \
                 network.",
                original[1], original[0], input.size[1], input.size[0]
            ),
            false => format!(
                "Resampled from pixels of {} × {} mm to {} × {} mm.",
                mm(width),
                mm(height),
                mm(to_width),
                mm(to_height)
            ),
        });
    }
    if !grid.is_picture && frame.slices > 1 && frame.axis != TRAINED_AXIS {
        notes.push("The network was trained on sagittal slices; these are others.".into());
    }
    notes
}

/// Formats millimeters with at most two decimals.
fn mm(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
