//! Small DICOM files, and the volumes that are converted from them.

#![allow(dead_code)]

use dicom_converter::{DicomError, FileSet};
use dicom_core::value::PixelFragmentSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

/// A data set, with short methods to set elements.
#[derive(Clone)]
pub struct DataSet(pub InMemDicomObject);

impl DataSet {
    pub fn empty() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    /// Returns an axial CT slice of 3 columns and 2 rows at a height, with voxels of 0.5 × 0.75 mm.
    pub fn ct(z_mm: f64, pixels: [i16; 6]) -> Self {
        Self::empty()
            .text(tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE)
            .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3")
            .text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2")
            .text(tags::IMAGE_POSITION_PATIENT, VR::DS, &format!("-10\\20\\{z_mm}"))
            .text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0")
            .text(tags::PIXEL_SPACING, VR::DS, "0.75\\0.5")
            .text(tags::RESCALE_SLOPE, VR::DS, "1")
            .text(tags::RESCALE_INTERCEPT, VR::DS, "-1024")
            .short(tags::SAMPLES_PER_PIXEL, 1)
            .form([3, 2], [16, 16, 15])
            .short(tags::PIXEL_REPRESENTATION, 1)
            .words(&pixels.map(|pixel| pixel as u16))
    }

    pub fn text(self, tag: Tag, vr: VR, value: &str) -> Self {
        self.element(tag, vr, PrimitiveValue::from(value))
    }

    pub fn short(self, tag: Tag, value: u16) -> Self {
        self.element(tag, VR::US, PrimitiveValue::from(value))
    }

    pub fn element(mut self, tag: Tag, vr: VR, value: PrimitiveValue) -> Self {
        self.0.put(DataElement::new(tag, vr, value));
        self
    }

    /// Sets columns and rows, and the bits: allocated, stored, the highest one.
    pub fn form(self, [columns, rows]: [u16; 2], bits: [u16; 3]) -> Self {
        self.short(tags::COLUMNS, columns)
            .short(tags::ROWS, rows)
            .short(tags::BITS_ALLOCATED, bits[0])
            .short(tags::BITS_STORED, bits[1])
            .short(tags::HIGH_BIT, bits[2])
    }

    pub fn words(self, pixels: &[u16]) -> Self {
        self.element(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(pixels.into()))
    }

    pub fn bytes(self, pixels: &[u8]) -> Self {
        self.element(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(pixels.into()))
    }

    /// Sets compressed frames, one in each fragment.
    pub fn fragments(mut self, fragments: &[Vec<u8>]) -> Self {
        let offsets: &[u32] = &[];
        let value = PixelFragmentSequence::new(offsets, fragments.to_vec());
        self.0.put(DataElement::new(tags::PIXEL_DATA, VR::OB, value));
        self
    }

    /// Sets a sequence.
    pub fn sequence(mut self, tag: Tag, items: Vec<DataSet>) -> Self {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|item| item.0).collect();
        self.0.put(DataElement::new(tag, VR::SQ, dicom_core::value::DataSetSequence::from(items)));
        self
    }

    pub fn without(mut self, tag: Tag) -> Self {
        self.0.remove_element(tag);
        self
    }

    /// Encodes a file, explicit little-endian.
    pub fn file(self) -> Vec<u8> {
        self.file_as(uids::EXPLICIT_VR_LITTLE_ENDIAN)
    }

    /// Encodes a file with a transfer syntax.
    pub fn file_as(self, transfer_syntax: &str) -> Vec<u8> {
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(transfer_syntax)
            .media_storage_sop_class_uid(uids::CT_IMAGE_STORAGE)
            .media_storage_sop_instance_uid("1.2.3.4");
        let mut bytes = Vec::new();
        self.0.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
        bytes
    }
}

/// A converted volume.
#[derive(Debug)]
pub struct Volume {
    pub file: Vec<u8>,
    pub notes: Vec<String>,
}

impl Volume {
    fn number<const N: usize>(&self, at: usize) -> [u8; N] {
        self.file[at..at + N].try_into().unwrap()
    }

    pub fn float(&self, at: usize) -> f32 {
        f32::from_le_bytes(self.number(at))
    }

    pub fn short(&self, at: usize) -> i16 {
        i16::from_le_bytes(self.number(at))
    }

    pub fn shape(&self) -> [i16; 3] {
        [42, 44, 46].map(|at| self.short(at))
    }

    pub fn data_type(&self) -> i16 {
        self.short(70)
    }

    /// Returns slope and intercept.
    pub fn scale(&self) -> (f32, f32) {
        (self.float(112), self.float(116))
    }

    pub fn voxel_mm(&self) -> [f32; 3] {
        [80, 84, 88].map(|at| self.float(at))
    }

    /// Returns the rows of the sform; `None` if there is none.
    pub fn affine(&self) -> Option<[[f32; 4]; 3]> {
        let row = |row: usize| [0, 1, 2, 3].map(|i| self.float(280 + 16 * row + 4 * i));
        assert_eq!(self.short(252), 0, "there is never a qform");
        (self.short(254) == 1).then(|| [row(0), row(1), row(2)])
    }

    /// Returns the voxels as stored.
    pub fn voxels(&self) -> Vec<f64> {
        let bytes = &self.file[352..];
        match self.data_type() {
            2 => bytes.iter().map(|byte| (*byte).into()).collect(),
            256 => bytes.iter().map(|byte| (*byte as i8).into()).collect(),
            4 => words(bytes).map(|raw| i16::from_le_bytes(raw).into()).collect(),
            512 => words(bytes).map(|raw| u16::from_le_bytes(raw).into()).collect(),
            768 => words(bytes).map(|raw| u32::from_le_bytes(raw).into()).collect(),
            8 => words(bytes).map(|raw| i32::from_le_bytes(raw).into()).collect(),
            16 => words(bytes).map(|raw| f32::from_le_bytes(raw).into()).collect(),
            other => panic!("data type {other}"),
        }
    }
}

fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> {
    bytes.chunks_exact(N).map(|raw| raw.try_into().unwrap())
}

/// Converts files.
pub fn convert(files: &[Vec<u8>]) -> Result<Volume, DicomError> {
    let mut set = FileSet::new();
    for file in files {
        set.add(&file[..], file.len() as u64)?;
    }
    let plan = set.plan()?;
    let mut slices = vec![Vec::new(); plan.shape()[2]];
    for file in plan.files() {
        plan.read_slices(file, &files[file][..], |index, voxels| slices[index] = voxels)?;
    }
    let mut file = plan.header().to_vec();
    file.extend(slices.concat());
    Ok(Volume { file, notes: plan.notes().iter().map(|note| note.to_string()).collect() })
}

/// Packs a frame as RLE Lossless does, each segment as literal runs and repeats.
pub fn rle(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut packed = Vec::new();
    for segment in segments {
        header.push(64 + packed.len() as u32);
        let mut rest = &segment[..];
        while let Some(&first) = rest.first() {
            let equal = rest.iter().take(128).take_while(|byte| **byte == first).count();
            if equal > 1 {
                packed.extend([(257 - equal) as u8, first]);
                rest = &rest[equal..];
            } else {
                packed.extend([0, first]);
                rest = &rest[1..];
            }
        }
        packed.resize(packed.len().next_multiple_of(2), 128);
    }
    header.resize(16, 0);
    header.iter().flat_map(|word| word.to_le_bytes()).chain(packed).collect()
}
