//! Elements of a data set, one after the other, without keeping any of them.

use dicom_core::header::{DataElementHeader, HasLength, Header, SequenceItemHeader};
use dicom_core::{Tag, VR};
use dicom_encoding::decode::Decode;
use dicom_encoding::decode::explicit_be::ExplicitVRBigEndianDecoder;
use dicom_encoding::decode::explicit_le::ExplicitVRLittleEndianDecoder;
use dicom_encoding::decode::implicit_le::ImplicitVRLittleEndianDecoder;

use crate::DicomError;
use crate::dictionary::SequenceDictionary;
use crate::source::Source;
use crate::transfer_syntax::ElementEncoding;

/// Maximum depth of nested sequences; those of images have three levels.
const MAX_DEPTH: usize = 64;

/// What comes next in a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token {
    /// An element with a value, which is skipped unless it is read before the next token.
    Element(DataElementHeader),
    /// Start of a sequence, or of compressed pixels.
    SequenceStart(Tag),
    /// End of that.
    SequenceEnd(Tag),
    /// Start of an item of a sequence.
    ItemStart,
    /// End of an item.
    ItemEnd,
    /// A fragment of compressed pixels, which is skipped unless it is read before the next token.
    Fragment,
}

#[derive(Clone, Copy)]
enum Level {
    Sequence(Tag),
    Item,
    Fragments,
}

/// An open sequence or item. `end` is a position in the file, `None` if a delimiter marks the end.
#[derive(Clone, Copy)]
struct Open {
    level: Level,
    end: Option<u64>,
    encoding: ElementEncoding,
}

/// Iterator over the elements of a data set.
pub struct Elements<'a> {
    source: Source<'a>,
    encoding: ElementEncoding,
    open: Vec<Open>,
    /// Length of the value of the last element, in bytes, until it is read.
    value_bytes: u64,
}

impl<'a> Elements<'a> {
    /// Creates the iterator from the start of a data set.
    pub fn new(source: Source<'a>, encoding: ElementEncoding) -> Self {
        Self { source, encoding, open: Vec::new(), value_bytes: 0 }
    }

    /// Returns the number of bytes read so far.
    pub fn position(&self) -> u64 {
        self.source.position()
    }

    /// Returns the length of the value that was not read yet, in bytes.
    pub fn value_bytes(&self) -> u64 {
        self.value_bytes
    }

    /// Reads the value of the last element or fragment.
    ///
    /// # Errors
    ///
    /// Returns an error if it is longer than `max_bytes` or the file ends before it does.
    pub fn value(&mut self, max_bytes: u64) -> Result<Vec<u8>, DicomError> {
        match self.value_bytes {
            length if length > max_bytes => Err(DicomError::Damaged),
            length => self.part_of_value(length),
        }
    }

    /// Reads the next bytes of the value of the last element.
    ///
    /// # Errors
    ///
    /// Returns an error if the value or the file ends before.
    pub fn part_of_value(&mut self, bytes: u64) -> Result<Vec<u8>, DicomError> {
        self.value_bytes = self.value_bytes.checked_sub(bytes).ok_or(DicomError::Truncated)?;
        self.source.read_bytes(bytes)
    }

    /// Returns the next token; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<Token>, DicomError> {
        let rest = std::mem::take(&mut self.value_bytes);
        self.source.skip(rest)?;
        if let Some(end) = self.open.last().and_then(|open| open.end) {
            let position = self.source.position();
            if position > end {
                return Err(DicomError::Damaged);
            }
            if position == end {
                return self.close().map(Some);
            }
        }
        match self.open.last().map(|open| open.level) {
            Some(Level::Sequence(_)) => self.next_item().map(Some),
            Some(Level::Fragments) => self.next_fragment().map(Some),
            Some(Level::Item) => self.next_element().map(Some),
            None if self.source.peek(1)?.is_empty() => Ok(None),
            None => self.next_element().map(Some),
        }
    }

    fn encoding(&self) -> ElementEncoding {
        self.open.last().map_or(self.encoding, |open| open.encoding)
    }

    fn close(&mut self) -> Result<Token, DicomError> {
        match self.open.pop().map(|open| open.level) {
            Some(Level::Sequence(tag)) => Ok(Token::SequenceEnd(tag)),
            Some(Level::Fragments) => Ok(Token::SequenceEnd(PIXEL_DATA)),
            Some(Level::Item) => Ok(Token::ItemEnd),
            None => Err(DicomError::Damaged),
        }
    }

    fn begin(&mut self, level: Level, end: Option<u64>, encoding: ElementEncoding) {
        self.open.push(Open { level, end, encoding });
    }

    fn next_element(&mut self) -> Result<Token, DicomError> {
        let header = self.element_header()?;
        if header.tag == ITEM_END {
            return match self.open.last().map(|open| open.level) {
                Some(Level::Item) => self.close(),
                _ => Err(DicomError::Damaged),
            };
        }
        if header.tag.group() == ITEM_GROUP {
            return Err(DicomError::Damaged);
        }
        let length = header.length().get();
        if header.is_encapsulated_pixeldata() {
            self.begin(Level::Fragments, None, self.encoding());
            return Ok(Token::SequenceStart(header.tag));
        }
        match length {
            Some(length) if header.vr != VR::SQ => {
                self.value_bytes = length.into();
                Ok(Token::Element(header))
            }
            _ if self.open.len() >= MAX_DEPTH => Err(DicomError::Damaged),
            _ => {
                let end = length.map(|length| self.source.position() + u64::from(length));
                // What a writer did not know is encoded implicitly (PS3.5, 6.2.2, note 2).
                let encoding = match header.vr {
                    VR::UN => ElementEncoding::ImplicitLittle,
                    _ => self.encoding(),
                };
                self.begin(Level::Sequence(header.tag), end, encoding);
                Ok(Token::SequenceStart(header.tag))
            }
        }
    }

    fn next_item(&mut self) -> Result<Token, DicomError> {
        match self.item_header()? {
            SequenceItemHeader::Item { len } => {
                let end = len.get().map(|length| self.source.position() + u64::from(length));
                self.begin(Level::Item, end, self.encoding());
                Ok(Token::ItemStart)
            }
            SequenceItemHeader::SequenceDelimiter => self.close(),
            SequenceItemHeader::ItemDelimiter => Err(DicomError::Damaged),
        }
    }

    fn next_fragment(&mut self) -> Result<Token, DicomError> {
        match self.item_header()? {
            SequenceItemHeader::Item { len } => {
                self.value_bytes = len.get().ok_or(DicomError::Damaged)?.into();
                Ok(Token::Fragment)
            }
            SequenceItemHeader::SequenceDelimiter => self.close(),
            SequenceItemHeader::ItemDelimiter => Err(DicomError::Damaged),
        }
    }

    fn element_header(&mut self) -> Result<DataElementHeader, DicomError> {
        let encoding = self.encoding();
        let source = &mut self.source;
        // Errors of the decoders may quote the file.
        let header = match encoding {
            ElementEncoding::ImplicitLittle => {
                ImplicitVRLittleEndianDecoder::with_dict(SequenceDictionary).decode_header(source)
            }
            ElementEncoding::ExplicitLittle => {
                ExplicitVRLittleEndianDecoder::default().decode_header(source)
            }
            ElementEncoding::ExplicitBig => {
                ExplicitVRBigEndianDecoder::default().decode_header(source)
            }
        };
        header.map(|(header, _)| header).map_err(|_| self.source.error())
    }

    fn item_header(&mut self) -> Result<SequenceItemHeader, DicomError> {
        let encoding = self.encoding();
        let source = &mut self.source;
        let header = match encoding {
            ElementEncoding::ExplicitBig => {
                ExplicitVRBigEndianDecoder::default().decode_item_header(source)
            }
            _ => ExplicitVRLittleEndianDecoder::default().decode_item_header(source),
        };
        header.map_err(|_| self.source.error())
    }
}

/// Tag of the pixels.
pub const PIXEL_DATA: Tag = dicom_dictionary_std::tags::PIXEL_DATA;

/// Tag that ends an item.
const ITEM_END: Tag = Tag(ITEM_GROUP, 0xe00d);

/// Group of items and their delimiters.
const ITEM_GROUP: u16 = 0xfffe;
