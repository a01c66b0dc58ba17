//! What the conversion did with the files, for the person who chose them.

use std::fmt;

use crate::DicomError;

/// Something that a person should know about a conversion. Contains no text of a header.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// There are several series; the one with the most slices was taken.
    Series {
        /// Number of series.
        count: usize,
        /// Number of slices of the one that was taken.
        slices: usize,
    },
    /// Number of files that are no DICOM files.
    NotDicom(usize),
    /// Number of DICOM files without an image.
    WithoutImage(usize),
    /// Number of DICOM files that could not be read, and why the first one could not.
    NotRead(usize, DicomError),
    /// Number of images of the series of another size, orientation or form.
    OtherImages(usize),
    /// Most images at one position, of which the first was taken.
    Repeated(usize),
    /// Slices are missing.
    Gap {
        /// Number of the slice before the first gap, from 1.
        after: usize,
        /// Distance there, in millimeters.
        distance_mm: f64,
        /// Usual distance, in millimeters.
        usual_mm: f64,
        /// Number of gaps.
        gaps: usize,
    },
    /// Smallest and largest distance between slices, in millimeters.
    Irregular(f64, f64),
    /// Angle between the direction of the stack and the normal of its slices, in degrees.
    Tilted(f64),
    /// The files give no positions. Contains the distance that was assumed, in millimeters.
    NoPositions(f64),
    /// The files do not give the distance between pixels.
    NoSpacing,
    /// The distance between pixels is that at the detector.
    DetectorSpacing,
    /// Larger numbers are darker, so the numbers were inverted.
    Inverted,
    /// Colors were converted to luma.
    Colors,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let were = |count: &usize| if *count == 1 { "was" } else { "were" };
        let s = |count: &usize| if *count == 1 { "" } else { "s" };
        match self {
            Note::Series { count, slices } => write!(
                f,
                "The files belong to {count} series; the one with the most slices ({slices}) was read."
            ),
            Note::NotDicom(1) => write!(f, "1 file that is no DICOM file was skipped."),
            Note::NotDicom(count) => {
                write!(f, "{count} files that are no DICOM files were skipped.")
            }
            Note::WithoutImage(n) => {
                write!(f, "{n} DICOM file{} without an image {} skipped.", s(n), were(n))
            }
            Note::NotRead(n, error) => {
                write!(f, "{n} DICOM file{} {} not read. {error}", s(n), were(n))
            }
            Note::OtherImages(n) => write!(
                f,
                "{n} image{} of the series {} left out: of another size or orientation, as localizers are.",
                s(n),
                were(n)
            ),
            Note::Repeated(count) => write!(
                f,
                "There are up to {count} images at one position (time points, echoes or the like); the first of each was read."
            ),
            Note::Gap { after, distance_mm, usual_mm, gaps } => {
                let next = after + 1;
                let (distance, usual) = (Mm(*distance_mm), Mm(*usual_mm));
                let off = Mm(distance_mm - usual_mm);
                match gaps {
                    1 => write!(
                        f,
                        "Slices are missing: slices {after} and {next} are {distance} mm apart, the others {usual} mm. The positions after the gap are off by {off} mm."
                    ),
                    _ => write!(
                        f,
                        "Slices are missing at {gaps} places, first between slices {after} and {next}: they are {distance} mm apart, most others {usual} mm. The positions after the gaps are off."
                    ),
                }
            }
            Note::Irregular(least, most) => write!(
                f,
                "The slices are {} to {} mm apart; they are placed at equal distances.",
                Mm(*least),
                Mm(*most)
            ),
            Note::Tilted(degrees) => write!(
                f,
                "The slices are tilted by {degrees:.1}° against the direction of the stack (gantry tilt); their positions account for it."
            ),
            Note::NoPositions(distance) => write!(
                f,
                "The files give no positions: the slices are in the order of their numbers, {} mm apart, and their orientation is unknown.",
                Mm(*distance)
            ),
            Note::NoSpacing => write!(
                f,
                "The file does not give the size of its pixels; it is taken as 1 mm, so lengths and volumes are not those of the patient."
            ),
            Note::DetectorSpacing => write!(
                f,
                "The size of the pixels is that at the detector; lengths in the patient are smaller."
            ),
            Note::Inverted => {
                write!(f, "The numbers were inverted, since larger ones are darker (MONOCHROME1).")
            }
            Note::Colors => write!(f, "The colors were converted to gray (luma)."),
        }
    }
}

/// A length with at most two decimals.
struct Mm(f64);

impl fmt::Display for Mm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        write!(f, "{rounded}")
    }
}
