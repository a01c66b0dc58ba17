//! The header of a safetensors file: 8 bytes with its length, little-endian, then a JSON object with
//! type, shape and byte range of each tensor. The values follow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::error::{MAX_HEADER_BYTES, WeightsError};

/// Length of the length in bytes.
const LENGTH_BYTES: usize = 8;

/// Key of the header under which programs store remarks.
const METADATA: &str = "__metadata__";

/// A tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    pub name: String,
    /// Type of the values, such as “F32”.
    pub data_type: String,
    pub shape: Vec<usize>,
    /// Range among the bytes after the header.
    pub bytes: Range<usize>,
}

/// A header whose byte ranges have been checked, and the bytes after it.
#[derive(Debug)]
pub struct Header<'f> {
    pub tensors: Vec<Tensor>,
    pub values: &'f [u8],
}

#[derive(Deserialize, Serialize)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// Writes a header of tensors of 32-bit floats, given with name, shape and byte range. Spaces at its
/// end make its length a multiple of 8, so that the values are aligned.
pub fn write<'t>(tensors: impl Iterator<Item = (&'t str, &'t [usize], Range<usize>)>) -> Vec<u8> {
    let entry = |(name, shape, bytes): (&str, &[usize], Range<usize>)| {
        let entry = Entry {
            dtype: "F32".into(),
            shape: shape.iter().map(|side| *side as u64).collect(),
            data_offsets: [bytes.start as u64, bytes.end as u64],
        };
        (name.to_owned(), entry)
    };
    let entries: BTreeMap<_, _> = tensors.map(entry).collect();
    // Maps with string keys always have a JSON form.
    let mut json = serde_json::to_vec(&entries).unwrap_or_default();
    json.resize(json.len().next_multiple_of(LENGTH_BYTES), b' ');
    let mut file = (json.len() as u64).to_le_bytes().to_vec();
    file.extend(json);
    file
}

/// Reads a header, and checks that the tensors fill the rest of the file without overlapping.
pub fn read(file: &[u8]) -> Result<Header<'_>, WeightsError> {
    let truncated = |expected| WeightsError::Truncated { found: file.len(), expected };
    let (length, rest) =
        file.split_first_chunk::<LENGTH_BYTES>().ok_or(truncated(LENGTH_BYTES as u64))?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER_BYTES {
        return Err(WeightsError::HeaderTooLong(length));
    }
    let start = LENGTH_BYTES as u64 + length;
    let (json, values) = rest.split_at_checked(length as usize).ok_or(truncated(start))?;
    let Entries { entries, duplicate } =
        serde_json::from_slice(json).map_err(|error| WeightsError::Header(error.to_string()))?;
    if let Some(name) = duplicate {
        return Err(WeightsError::Duplicate { name });
    }
    let end = entries.iter().map(|(_, entry)| entry.data_offsets[1]).max().unwrap_or(0);
    if end > values.len() as u64 {
        return Err(truncated(start.saturating_add(end)));
    }
    let tensors = entries.into_iter().map(|(name, entry)| tensor(name, entry));
    let mut tensors = tensors.collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by_key(|tensor| (tensor.bytes.start, tensor.bytes.end));
    for pair in tensors.windows(2) {
        if pair[1].bytes.start < pair[0].bytes.end {
            let [name, other] = [&pair[0], &pair[1]].map(|tensor| tensor.name.clone());
            return Err(WeightsError::Overlap { name, other });
        }
    }
    let used: usize = tensors.iter().map(|tensor| tensor.bytes.len()).sum();
    match values.len() - used {
        0 => Ok(Header { tensors, values }),
        count => Err(WeightsError::UnusedBytes { count }),
    }
}

/// Checks that the range of a tensor has the length that its shape and type need.
fn tensor(name: String, entry: Entry) -> Result<Tensor, WeightsError> {
    let Entry { dtype, shape, data_offsets: [start, end] } = entry;
    let values = shape.iter().try_fold(1_u64, |product, side| product.checked_mul(*side));
    let bits = values.and_then(|values| values.checked_mul(bits_of_value(&dtype)?));
    let bytes = end.checked_sub(start);
    // A type that is unknown has an unknown length; it is refused later, by its name.
    let fits =
        bits_of_value(&dtype).is_none() || bits == bytes.and_then(|bytes| bytes.checked_mul(8));
    let sizes = || -> Option<(Vec<usize>, Range<usize>)> {
        let shape = shape.iter().map(|side| usize::try_from(*side).ok()).collect::<Option<_>>()?;
        Some((shape, usize::try_from(start).ok()?..usize::try_from(end).ok()?))
    };
    match sizes() {
        Some((shape, range)) if fits && bytes.is_some() => {
            Ok(Tensor { name, data_type: dtype, shape, bytes: range })
        }
        _ => Err(WeightsError::Range { name }),
    }
}

/// Returns the bits of a value of a type, if it is one of the common types.
fn bits_of_value(data_type: &str) -> Option<u64> {
    Some(match data_type {
        "F64" | "I64" | "U64" => 64,
        "F32" | "I32" | "U32" => 32,
        "F16" | "BF16" | "I16" | "U16" => 16,
        "I8" | "U8" | "BOOL" | "F8_E4M3" | "F8_E5M2" => 8,
        _ => return None,
    })
}

/// Entries of a header, and the first name that occurs twice, which a map would hide.
struct Entries {
    entries: Vec<(String, Entry)>,
    duplicate: Option<String>,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with type, shape and range of each tensor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut found = Entries { entries: Vec::new(), duplicate: None };
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                found.duplicate.get_or_insert(name.clone());
            }
            if name == METADATA {
                map.next_value::<IgnoredAny>()?;
            } else {
                let entry = map.next_value().map_err(|error| {
                    de::Error::custom(format_args!("the entry of “{name}”: {error}"))
                })?;
                found.entries.push((name, entry));
            }
        }
        Ok(found)
    }
}
