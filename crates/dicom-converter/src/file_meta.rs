//! Start of a file: preamble and meta information (DICOM PS3.10, chapter 7).

use dicom_core::header::HasLength;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_encoding::decode::Decode;
use dicom_encoding::decode::explicit_le::ExplicitVRLittleEndianDecoder;

use crate::DicomError;
use crate::elements::Elements;
use crate::source::Source;
use crate::transfer_syntax::{ElementEncoding, TransferSyntax};
use crate::value::Value;

/// Length of the preamble, in bytes.
const PREAMBLE_BYTES: usize = 128;

/// What comes after the preamble.
const MAGIC: &[u8; 4] = b"DICM";

/// Group of the meta information, little-endian.
const META_GROUP: [u8; 2] = [2, 0];

/// Maximum length of an element of the meta information, in bytes.
const MAX_META_BYTES: u32 = 1 << 20;

/// The start of a file.
pub struct FileStart<'a> {
    /// Transfer syntax of the file.
    pub syntax: TransferSyntax,
    /// UID of the file's SOP class; empty if it is not given.
    pub sop_class: String,
    /// The elements of the data set.
    pub elements: Elements<'a>,
}

/// Reads the start of a file. Preamble and meta information may be missing.
///
/// # Errors
///
/// Returns an error if the file does not begin as a DICOM file does.
pub fn open<'a>(mut source: Source<'a>) -> Result<FileStart<'a>, DicomError> {
    let start = source.peek(PREAMBLE_BYTES + MAGIC.len())?;
    if start.is_empty() {
        return Err(DicomError::Empty);
    }
    let has_preamble = start.get(PREAMBLE_BYTES..) == Some(MAGIC);
    if has_preamble {
        source.skip((PREAMBLE_BYTES + MAGIC.len()) as u64)?;
    } else if !starts_with_element(start) {
        return Err(DicomError::NotDicom);
    }
    let (mut uid, mut sop_class) = (None, String::new());
    while source.peek(2)? == META_GROUP {
        let (tag, value) = meta_element(&mut source)?;
        let text = || Value::new(value, VR::UI, false).text();
        match tag {
            tags::TRANSFER_SYNTAX_UID => uid = Some(text()),
            tags::MEDIA_STORAGE_SOP_CLASS_UID => sop_class = text(),
            _ => {}
        }
    }
    let syntax = uid.filter(|uid| !uid.is_empty()).map(|uid| TransferSyntax::of_uid(&uid));
    if syntax.as_ref().is_some_and(|syntax| syntax.is_deflated) {
        source = source.inflated();
    }
    let found = encoding_of(source.peek(6)?);
    let mut syntax = syntax.unwrap_or_else(|| TransferSyntax::native(found));
    // Some writers name the wrong one of the two little-endian ones.
    if syntax.elements != ElementEncoding::ExplicitBig {
        syntax.elements = found;
    }
    let encoding = syntax.elements;
    Ok(FileStart { syntax, sop_class, elements: Elements::new(source, encoding) })
}

fn meta_element(source: &mut Source) -> Result<(Tag, Vec<u8>), DicomError> {
    let header = ExplicitVRLittleEndianDecoder::default().decode_header(source);
    let (header, _) = header.map_err(|_| source.error())?;
    match header.length().get() {
        Some(length) if length <= MAX_META_BYTES => {
            Ok((header.tag, source.read_bytes(length.into())?))
        }
        _ => Err(DicomError::Damaged),
    }
}

/// Returns whether a file without preamble begins with an element of the meta information or of the
/// first group of a data set.
fn starts_with_element(start: &[u8]) -> bool {
    let plausible_length =
        |bytes: &[u8]| u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) < 256;
    match start {
        [2 | 8, 0, _, 0, a, b, ..] if VR::from_binary([*a, *b]).is_some() => true,
        [8, 0, _, 0, _, _, _, _, ..] => plausible_length(start),
        // Explicit big-endian.
        [0, 8, 0, _, a, b, ..] => VR::from_binary([*a, *b]).is_some(),
        _ => false,
    }
}

/// Returns the encoding of elements that begin with these bytes: tag, then value representation or
/// length.
fn encoding_of(start: &[u8]) -> ElementEncoding {
    match start {
        [group, 0, _, _, a, b] if *group > 0 && VR::from_binary([*a, *b]).is_some() => {
            ElementEncoding::ExplicitLittle
        }
        [0, _, _, _, a, b] if VR::from_binary([*a, *b]).is_some() => ElementEncoding::ExplicitBig,
        _ => ElementEncoding::ImplicitLittle,
    }
}
