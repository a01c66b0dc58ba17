//! Header of a file: the elements that are needed to read its pixels, and no others.

use std::io::Read;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use crate::DicomError;
use crate::elements::{Elements, PIXEL_DATA, Token};
use crate::file_meta::{self, FileStart};
use crate::frame_fields::FrameFields;
use crate::palette::Palette;
use crate::pixel_format::PixelFormat;
use crate::sop_class;
use crate::source::Source;
use crate::transfer_syntax::{ElementEncoding, TransferSyntax};
use crate::value::Value;

/// Maximum length of a value that is read, in bytes. The largest are those of palettes.
const MAX_VALUE_BYTES: u64 = 1 << 20;

/// Maximum number of frames in a file.
const MAX_FRAMES: usize = 100_000;

/// Header of a file with an image.
pub struct Header {
    /// Transfer syntax of the file.
    pub syntax: TransferSyntax,
    /// UID of the series, which is only compared with others. Empty if there is none.
    pub series: String,
    /// Form of the pixels.
    pub format: PixelFormat,
    /// Number of frames.
    pub frames: usize,
    /// What is said of each frame in its functional groups; empty if there are none.
    pub of_frames: Vec<FrameFields>,
    /// What is said of all frames.
    pub of_all: FrameFields,
    /// Distance of each frame from the first one along the normal of the slices, in millimeters
    /// (grid frame offset vector).
    pub frame_offsets: Vec<f64>,
    /// Instance, acquisition: numbers by which images without a position are ordered.
    pub instance_number: f64,
    /// Number of the acquisition.
    pub acquisition_number: f64,
}

/// A file that is read up to its pixels.
pub struct OpenFile<'a> {
    /// The header.
    pub header: Header,
    /// The elements from the pixels on.
    pub elements: Elements<'a>,
    /// Whether the pixels are fragments.
    pub is_encapsulated: bool,
    /// Whether the bytes of the pixels are those of words, in the file's byte order.
    pub is_words: bool,
}

#[derive(Default)]
struct Fields {
    sop_class: String,
    series: String,
    photometric: String,
    samples: Option<u16>,
    planar: Option<u16>,
    rows: Option<u16>,
    columns: Option<u16>,
    allocated: Option<u16>,
    stored: Option<u16>,
    high_bit: Option<u16>,
    is_signed: bool,
    frames: Option<f64>,
    palette: Palette,
    all: FrameFields,
    shared: FrameFields,
    each: Vec<FrameFields>,
    frame_offsets: Vec<f64>,
    instance: Option<f64>,
    acquisition: Option<f64>,
}

impl<'a> OpenFile<'a> {
    /// Reads a file up to its pixels.
    ///
    /// # Errors
    ///
    /// Returns an error if the file has no pixels, or none that can be read.
    pub fn open(reader: impl Read + 'a) -> Result<Self, DicomError> {
        let FileStart { syntax, sop_class, mut elements } = file_meta::open(Source::new(reader))?;
        let is_big_endian = syntax.elements == ElementEncoding::ExplicitBig;
        let mut fields = Fields { sop_class, ..Fields::default() };
        let mut path: Vec<Tag> = Vec::new();
        let (is_encapsulated, is_words) = loop {
            match elements.next()? {
                Some(Token::SequenceStart(PIXEL_DATA)) if path.is_empty() => break (true, false),
                Some(Token::Element(header)) if header.tag == PIXEL_DATA && path.is_empty() => {
                    break (false, header.vr != VR::OB);
                }
                Some(Token::Element(header)) if is_wanted(&path, header.tag) => {
                    let vr = vr_of(header.tag, header.vr);
                    let value = elements.value(MAX_VALUE_BYTES)?;
                    fields.set(&path, header.tag, Value::new(value, vr, is_big_endian));
                }
                Some(Token::Element(_) | Token::Fragment | Token::ItemEnd) => {}
                Some(Token::ItemStart) => {
                    if path[..] == [tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE] {
                        fields.each.push(FrameFields::default());
                    }
                    if fields.each.len() > MAX_FRAMES {
                        return Err(DicomError::Damaged);
                    }
                }
                Some(Token::SequenceStart(tag)) => path.push(tag),
                Some(Token::SequenceEnd(_)) => {
                    path.pop();
                }
                None => return Err(sop_class::no_image(&fields.sop_class)),
            }
        };
        if let Some(kind) = sop_class::not_converted(&fields.sop_class) {
            return Err(DicomError::NotConverted(kind));
        }
        syntax.check_pixels()?;
        let header = fields.header(syntax)?;
        Ok(Self { header, elements, is_encapsulated, is_words })
    }

    /// Checks that all frames can be in a file of a length in bytes. This is not known of compressed
    /// frames before they are read.
    pub fn check_length(self, file_bytes: u64) -> Result<Self, DicomError> {
        if self.is_encapsulated {
            return Ok(self);
        }
        let Header { syntax, format, frames, .. } = &self.header;
        let value_bytes = self.elements.value_bytes();
        let is_cut_off = self.elements.position() + value_bytes > file_bytes;
        let needed_bytes = *frames as u64 * format.native_bytes() as u64;
        if needed_bytes > value_bytes || (is_cut_off && !syntax.is_deflated) {
            return Err(DicomError::Truncated);
        }
        Ok(self)
    }
}

/// Returns whether an element is read. `path` contains the sequences that it is in.
fn is_wanted(path: &[Tag], tag: Tag) -> bool {
    match path {
        [] => {
            FrameFields::has(tag)
                || Palette::has(tag)
                || matches!(
                    tag,
                    tags::SOP_CLASS_UID
                        | tags::SERIES_INSTANCE_UID
                        | tags::ACQUISITION_NUMBER
                        | tags::INSTANCE_NUMBER
                        | tags::SAMPLES_PER_PIXEL
                        | tags::PHOTOMETRIC_INTERPRETATION
                        | tags::PLANAR_CONFIGURATION
                        | tags::NUMBER_OF_FRAMES
                        | tags::ROWS
                        | tags::COLUMNS
                        | tags::BITS_ALLOCATED
                        | tags::BITS_STORED
                        | tags::HIGH_BIT
                        | tags::PIXEL_REPRESENTATION
                        | tags::GRID_FRAME_OFFSET_VECTOR
                )
        }
        [groups, macro_tag] => is_functional_group(*groups, *macro_tag) && FrameFields::has(tag),
        _ => false,
    }
}

/// Returns whether a sequence is a macro of functional groups that is read.
fn is_functional_group(groups: Tag, macro_tag: Tag) -> bool {
    let in_groups = matches!(
        groups,
        tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE | tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE
    );
    in_groups
        && matches!(
            macro_tag,
            tags::FRAME_CONTENT_SEQUENCE
                | tags::PLANE_POSITION_SEQUENCE
                | tags::PLANE_ORIENTATION_SEQUENCE
                | tags::PIXEL_MEASURES_SEQUENCE
                | tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE
        )
}

/// Returns the value representation of an element that is read, where the file does not say it.
fn vr_of(tag: Tag, found: VR) -> VR {
    match (found, tag) {
        (VR::UN, tags::TEMPORAL_POSITION_INDEX) => VR::UL,
        _ => found,
    }
}

impl Fields {
    fn set(&mut self, path: &[Tag], tag: Tag, value: Value) {
        match path.first() {
            Some(&tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE) => self.shared.set(tag, &value),
            Some(_) => {
                if let Some(frame) = self.each.last_mut() {
                    frame.set(tag, &value);
                }
            }
            None => self.set_of_file(tag, value),
        }
    }

    fn set_of_file(&mut self, tag: Tag, value: Value) {
        match tag {
            tags::SOP_CLASS_UID => self.sop_class = value.text(),
            tags::SERIES_INSTANCE_UID => self.series = value.text(),
            tags::ACQUISITION_NUMBER => self.acquisition = value.number(),
            tags::INSTANCE_NUMBER => self.instance = value.number(),
            tags::SAMPLES_PER_PIXEL => self.samples = value.short(),
            tags::PHOTOMETRIC_INTERPRETATION => self.photometric = value.text(),
            tags::PLANAR_CONFIGURATION => self.planar = value.short(),
            tags::NUMBER_OF_FRAMES => self.frames = value.number(),
            tags::ROWS => self.rows = value.short(),
            tags::COLUMNS => self.columns = value.short(),
            tags::BITS_ALLOCATED => self.allocated = value.short(),
            tags::BITS_STORED => self.stored = value.short(),
            tags::HIGH_BIT => self.high_bit = value.short(),
            tags::PIXEL_REPRESENTATION => self.is_signed = value.short() == Some(1),
            tags::GRID_FRAME_OFFSET_VECTOR => {
                self.frame_offsets = value.numbers().unwrap_or_default();
            }
            _ if Palette::has(tag) => self.palette.set(tag, value),
            _ => self.all.set(tag, &value),
        }
    }

    fn header(self, syntax: TransferSyntax) -> Result<Header, DicomError> {
        let format = PixelFormat::check(
            [self.columns, self.rows].map(|side| side.unwrap_or(0).into()),
            self.samples.unwrap_or(1),
            &self.photometric,
            self.planar == Some(1),
            [self.allocated, self.stored, self.high_bit],
            self.is_signed,
            self.palette,
        )?;
        let frames = self.frames.unwrap_or(1.0).clamp(1.0, MAX_FRAMES as f64) as usize;
        Ok(Header {
            syntax,
            series: self.series,
            format,
            frames,
            of_frames: self.each,
            of_all: self.shared.or(&self.all),
            frame_offsets: self.frame_offsets,
            instance_number: self.instance.unwrap_or(0.0),
            acquisition_number: self.acquisition.unwrap_or(0.0),
        })
    }
}
