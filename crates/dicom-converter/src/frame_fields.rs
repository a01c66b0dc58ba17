//! Elements that are given for all frames of a file, or for each frame in its functional groups.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::value::Value;

/// Position and scale of a frame, as far as given. Lengths are in millimeters, directions and
/// positions in the patient's coordinates (x to the left, y to the back, z to the head).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameFields {
    /// Center of the first pixel.
    pub position: Option<[f64; 3]>,
    /// Direction along a row, then along a column.
    pub orientation: Option<[f64; 6]>,
    /// Distance between rows, then between columns.
    pub pixel_spacing: Option<[f64; 2]>,
    /// The same at the detector.
    pub imager_pixel_spacing: Option<[f64; 2]>,
    /// Distance between the centers of slices.
    pub slice_spacing: Option<f64>,
    /// Thickness of a slice.
    pub slice_thickness: Option<f64>,
    /// Slope of the conversion of stored numbers to values.
    pub slope: Option<f64>,
    /// Intercept of that conversion.
    pub intercept: Option<f64>,
    /// Number of the echo.
    pub echo: Option<f64>,
    /// Number of the time point.
    pub time_point: Option<f64>,
}

impl FrameFields {
    /// Returns whether an element is one of the fields.
    pub fn has(tag: Tag) -> bool {
        matches!(
            tag,
            tags::IMAGE_POSITION_PATIENT
                | tags::IMAGE_ORIENTATION_PATIENT
                | tags::PIXEL_SPACING
                | tags::IMAGER_PIXEL_SPACING
                | tags::SPACING_BETWEEN_SLICES
                | tags::SLICE_THICKNESS
                | tags::RESCALE_SLOPE
                | tags::RESCALE_INTERCEPT
                | tags::DOSE_GRID_SCALING
                | tags::ECHO_NUMBERS
                | tags::TEMPORAL_POSITION_IDENTIFIER
                | tags::TEMPORAL_POSITION_INDEX
        )
    }

    /// Sets the field of an element, if its value can be used.
    pub fn set(&mut self, tag: Tag, value: &Value) {
        let length = |value: &Value| value.number().filter(|length| *length != 0.0);
        let spacing = |value: &Value| {
            value.array().filter(|sides: &[f64; 2]| sides.iter().all(|side| *side > 0.0))
        };
        match tag {
            tags::IMAGE_POSITION_PATIENT => self.position = value.array(),
            tags::IMAGE_ORIENTATION_PATIENT => self.orientation = value.array(),
            tags::PIXEL_SPACING => self.pixel_spacing = spacing(value),
            tags::IMAGER_PIXEL_SPACING => self.imager_pixel_spacing = spacing(value),
            tags::SPACING_BETWEEN_SLICES => self.slice_spacing = length(value),
            tags::SLICE_THICKNESS => self.slice_thickness = length(value),
            tags::RESCALE_SLOPE | tags::DOSE_GRID_SCALING => self.slope = length(value),
            tags::RESCALE_INTERCEPT => self.intercept = value.number(),
            tags::ECHO_NUMBERS => self.echo = value.number(),
            tags::TEMPORAL_POSITION_IDENTIFIER | tags::TEMPORAL_POSITION_INDEX => {
                self.time_point = value.number();
            }
            _ => {}
        }
    }

    /// Returns these fields, and those of `other` where a field is not set.
    pub fn or(&self, other: &Self) -> Self {
        Self {
            position: self.position.or(other.position),
            orientation: self.orientation.or(other.orientation),
            pixel_spacing: self.pixel_spacing.or(other.pixel_spacing),
            imager_pixel_spacing: self.imager_pixel_spacing.or(other.imager_pixel_spacing),
            slice_spacing: self.slice_spacing.or(other.slice_spacing),
            slice_thickness: self.slice_thickness.or(other.slice_thickness),
            slope: self.slope.or(other.slope),
            intercept: self.intercept.or(other.intercept),
            echo: self.echo.or(other.echo),
            time_point: self.time_point.or(other.time_point),
        }
    }

    /// Returns slope and intercept of the conversion of stored numbers to values.
    pub fn scale(&self) -> (f64, f64) {
        (self.slope.unwrap_or(1.0), self.intercept.unwrap_or(0.0))
    }
}
