//! Slices: the frames of all files, with what is needed to put them in order.

use crate::frame_fields::FrameFields;
use crate::header::Header;
use crate::pixel_format::{Photometric, PixelFormat};
use crate::vector::{Vector, add_scaled, cross, dot, length, scaled};

/// Largest difference of the directions of two slices of a stack, as the sine of the angle: about
/// half a degree.
const DIRECTION_TOLERANCE: f64 = 0.01;

/// Position of a slice in the patient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Center of the first pixel, in millimeters.
    pub position: Vector,
    /// Unit vector along a row of pixels.
    pub along_row: Vector,
    /// Unit vector along a column of pixels.
    pub along_column: Vector,
}

impl Location {
    /// Returns the location that the orientation and position of a frame describe.
    fn of(position: Vector, [a, b, c, d, e, f]: [f64; 6]) -> Option<Self> {
        let unit = |vector: Vector| {
            let length = length(vector);
            (length > 0.5).then(|| scaled(vector, 1.0 / length))
        };
        let (along_row, along_column) = (unit([a, b, c])?, unit([d, e, f])?);
        let is_right_angle = dot(along_row, along_column).abs() < 0.01;
        is_right_angle.then_some(Self { position, along_row, along_column })
    }

    /// Returns the unit vector that slices are stacked along.
    pub fn normal(&self) -> Vector {
        let normal = cross(self.along_row, self.along_column);
        scaled(normal, 1.0 / length(normal))
    }
}

/// What the slices of a stack have in common, apart from their direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackKey {
    /// Number of columns and rows.
    pub size: [usize; 2],
    /// Number of bits that a sample takes.
    pub bits_allocated: u32,
    /// Whether samples are signed.
    pub is_signed: bool,
    /// Whether pixels have colors.
    pub is_color: bool,
    /// Whether the colors are those of a palette.
    has_palette: bool,
    /// The file, if its frames have no positions and so cannot be combined with others.
    file: Option<usize>,
}

impl StackKey {
    /// Returns the number of bits of the luma of colors: those of a palette have 8.
    pub fn bits_of_luma(&self) -> u32 {
        if self.has_palette { 8 } else { self.bits_allocated }
    }
}

/// A frame of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Index of the file.
    pub file: usize,
    /// Index of the frame in its file.
    pub frame: usize,
    /// Index of the series.
    pub series: usize,
    /// What the slices of a stack have in common.
    pub key: StackKey,
    /// Position in the patient; `None` if the file does not give it.
    pub location: Option<Location>,
    /// Distance between columns, then rows, in millimeters.
    pub pixel_mm: Option<[f64; 2]>,
    /// Whether that is the distance at the detector.
    pub is_at_detector: bool,
    /// Distance to the next slice as the file gives it, in millimeters.
    pub step_mm: Option<f64>,
    /// Slope and intercept that convert a stored number to a value.
    pub scale: (f64, f64),
    /// Whether larger numbers are darker.
    pub is_inverted: bool,
    /// Number of the echo, time point, acquisition, image: the order at one position.
    pub order: [f64; 4],
}

impl Slice {
    /// Returns the slices of a file.
    pub fn of_file(header: &Header, file: usize, series: usize) -> Vec<Self> {
        let fields: Vec<FrameFields> = (0..header.frames)
            .map(|frame| {
                let own = header.of_frames.get(frame).copied().unwrap_or_default();
                own.or(&header.of_all)
            })
            .collect();
        let locations = locations(header, &fields);
        let has_location = locations.iter().all(Option::is_some);
        let is_color = is_color(&header.format);
        let key = StackKey {
            size: header.format.size,
            bits_allocated: header.format.bits_allocated,
            is_signed: header.format.is_signed,
            is_color,
            has_palette: matches!(header.format.photometric, Photometric::Palette(_)),
            file: (header.frames > 1 && !has_location).then_some(file),
        };
        let slice = |(frame, (fields, location)): (usize, (&FrameFields, Option<Location>))| Self {
            file,
            frame,
            series,
            key,
            location: location.filter(|_| has_location),
            // Given for rows first.
            pixel_mm: fields
                .pixel_spacing
                .or(fields.imager_pixel_spacing)
                .map(|[rows, columns]| [columns, rows]),
            is_at_detector: fields.pixel_spacing.is_none(),
            step_mm: fields.slice_spacing.or(fields.slice_thickness).map(f64::abs),
            scale: if is_color { (1.0, 0.0) } else { fields.scale() },
            is_inverted: header.format.photometric == Photometric::Gray { is_inverted: true },
            order: [
                fields.echo.unwrap_or(0.0),
                fields.time_point.unwrap_or(0.0),
                header.acquisition_number,
                header.instance_number,
            ],
        };
        fields.iter().zip(locations).enumerate().map(slice).collect()
    }

    /// Returns whether two slices are parallel and of the same form.
    pub fn fits(&self, other: &Self) -> bool {
        let close = |a: Vector, b: Vector| length(add_scaled(a, -1.0, b)) < DIRECTION_TOLERANCE;
        let is_parallel = match (&self.location, &other.location) {
            (Some(a), Some(b)) => {
                close(a.along_row, b.along_row) && close(a.along_column, b.along_column)
            }
            (None, None) => true,
            _ => false,
        };
        let same_spacing = match (self.pixel_mm, other.pixel_mm) {
            (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01 * a),
            (None, None) => true,
            _ => false,
        };
        self.key == other.key && is_parallel && same_spacing
    }
}

fn is_color(format: &PixelFormat) -> bool {
    !matches!(format.photometric, Photometric::Gray { .. })
}

/// Returns the location of each frame.
fn locations(header: &Header, fields: &[FrameFields]) -> Vec<Option<Location>> {
    let of = |position: Option<Vector>, fields: &FrameFields| {
        Location::of(position?, fields.orientation?)
    };
    let each_has_own = fields.len() <= header.of_frames.len()
        && header.of_frames.iter().all(|frame| frame.position.is_some());
    if header.frames == 1 || each_has_own {
        return fields.iter().map(|fields| of(fields.position, fields)).collect();
    }
    // One position for all frames is that of the first one.
    let offset = |frame: usize, fields: &FrameFields| match header.frame_offsets.get(frame) {
        Some(offset) => Some(offset - header.frame_offsets[0]),
        // Negative if frames run against the normal, as in nuclear medicine.
        None => Some(frame as f64 * fields.slice_spacing.or(fields.slice_thickness)?),
    };
    let located = |(frame, fields): (usize, &FrameFields)| {
        let first = of(fields.position, fields)?;
        let position = add_scaled(first.position, offset(frame, fields)?, first.normal());
        Some(Location { position, ..first })
    };
    fields.iter().enumerate().map(located).collect()
}
