//! Tags of sequences, for data sets that do not say which elements are sequences.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntryRef, TagRange, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

/// Dictionary of the sequences that are read. Any other sequence of known length is skipped like a
/// value, and one of unknown length is found by its delimiters.
#[derive(Debug)]
pub struct SequenceDictionary;

const fn sequence(tag: Tag) -> DataDictionaryEntryRef<'static> {
    let vr = VirtualVr::Exact(VR::SQ);
    DataDictionaryEntryRef { tag: TagRange::Single(tag), alias: "", vr }
}

static SEQUENCES: [DataDictionaryEntryRef<'static>; 7] = [
    sequence(tags::FRAME_CONTENT_SEQUENCE),
    sequence(tags::PLANE_POSITION_SEQUENCE),
    sequence(tags::PLANE_ORIENTATION_SEQUENCE),
    sequence(tags::PIXEL_MEASURES_SEQUENCE),
    sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE),
    sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE),
    sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE),
];

impl DataDictionary for SequenceDictionary {
    type Entry = DataDictionaryEntryRef<'static>;

    fn by_tag(&self, tag: Tag) -> Option<&Self::Entry> {
        SEQUENCES.iter().find(|entry| entry.tag == TagRange::Single(tag))
    }

    fn by_name(&self, _: &str) -> Option<&Self::Entry> {
        None
    }
}
