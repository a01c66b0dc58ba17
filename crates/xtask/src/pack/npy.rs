//! Arrays of bytes in NumPy's format (`numpy.lib.format`, versions 1 to 3).

use thiserror::Error;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Reason why an array cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NpyError {
    /// The file does not begin as an array does, or its header is incomplete.
    #[error("it is no array of NumPy")]
    NotNpy,
    /// The values have another type.
    #[error("its values are of type “{0}”, not bytes (“|u1”)")]
    Type(String),
    /// Columns are consecutive instead of rows.
    #[error("it is stored column by column")]
    ColumnMajor,
    /// The shape is not the one needed.
    #[error("its shape is {found:?}, not {needed}")]
    Shape {
        /// The shape.
        found: Vec<usize>,
        /// Description of the needed shape.
        needed: String,
    },
    /// There are fewer values than the shape says.
    #[error("it has {found} values and its shape {needed}")]
    Truncated {
        /// Number of values in the file.
        found: usize,
        /// Number of values according to the shape.
        needed: usize,
    },
    /// A label is neither 0 nor 1.
    #[error("it has the label {0}, and only 0 and 1 are known")]
    Label(u8),
}

/// An array of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteArray {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Values in row-major order.
    pub values: Vec<u8>,
}

/// Reads an array of bytes. The number of values is checked against the shape.
pub fn read(mut bytes: Vec<u8>) -> Result<ByteArray, NpyError> {
    let (header, start) = header(&bytes).ok_or(NpyError::NotNpy)?;
    let kind = entry(&header, "descr").ok_or(NpyError::NotNpy)?.trim_matches(['\'', '"']);
    if !matches!(kind, "|u1" | "<u1" | ">u1" | "u1") {
        return Err(NpyError::Type(kind.chars().take(40).collect()));
    }
    if entry(&header, "fortran_order") == Some("True") {
        return Err(NpyError::ColumnMajor);
    }
    let shape = entry(&header, "shape").ok_or(NpyError::NotNpy)?;
    let lengths = shape.trim_matches(['(', ')']).split(',').map(str::trim);
    let shape: Option<Vec<usize>> =
        lengths.filter(|text| !text.is_empty()).map(|text| text.parse().ok()).collect();
    let shape = shape.ok_or(NpyError::NotNpy)?;
    let needed = shape.iter().try_fold(1, |all: usize, length| all.checked_mul(*length));
    let needed = needed.ok_or(NpyError::NotNpy)?;
    let mut values = bytes.split_off(start);
    if values.len() < needed {
        return Err(NpyError::Truncated { found: values.len(), needed });
    }
    values.truncate(needed);
    Ok(ByteArray { shape, values })
}

/// Returns the text of the header, a dictionary in Python's syntax, and the place of the first value.
fn header(bytes: &[u8]) -> Option<(String, usize)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (length, start) = match *rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([a, b])), MAGIC.len() + 4),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]) as usize, MAGIC.len() + 6),
        _ => return None,
    };
    let end = start.checked_add(length)?;
    Some((String::from_utf8_lossy(bytes.get(start..end)?).into_owned(), end))
}

/// Returns the value of an entry of the header: up to the next comma, or in parentheses.
fn entry<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let at = header.find(&format!("'{key}'"))?;
    let value = header[at..].split_once(':')?.1.trim_start();
    let end = match value.starts_with('(') {
        true => value.find(')')? + 1,
        false => value.find([',', '}'])?,
    };
    Some(value[..end].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(version: u8, header: &str, values: &[u8]) -> Vec<u8> {
        let mut bytes = [MAGIC, &[version, 0]].concat();
        match version {
            1 => bytes.extend((header.len() as u16).to_le_bytes()),
            _ => bytes.extend((header.len() as u32).to_le_bytes()),
        }
        [&bytes, header.as_bytes(), values].concat()
    }

    fn of(header: &str, values: &[u8]) -> Result<ByteArray, NpyError> {
        read(npy(1, header, values))
    }

    #[test]
    fn arrays_of_bytes_are_read() {
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }   \n";
        for version in 1..=3 {
            let array = read(npy(version, header, &[1, 2, 3, 4, 5, 6])).unwrap();
            assert_eq!(array, ByteArray { shape: vec![2, 3], values: vec![1, 2, 3, 4, 5, 6] });
        }
        let header = "{'shape': (2,), 'fortran_order': False, 'descr': '|u1'}";
        assert_eq!(of(header, &[7, 8, 9]).unwrap().values, [7, 8]);
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let header = |descr: &str, fortran: &str, shape: &str| {
            format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}")
        };
        let truncated = NpyError::Truncated { found: 3, needed: 4 };
        assert_eq!(of(&header("'|u1'", "False", "(2, 2)"), &[0; 3]), Err(truncated));
        assert_eq!(
            of(&header("'<f4'", "False", "(1,)"), &[0; 4]),
            Err(NpyError::Type("<f4".into()))
        );
        assert_eq!(of(&header("'|u1'", "True", "(1, 1)"), &[0]), Err(NpyError::ColumnMajor));
        for shape in ["(-1,)", "(x)", "(9999999999999, 9999999999999)", "(2"] {
            assert_eq!(
                of(&header("'|u1'", "False", shape), &[0]),
                Err(NpyError::NotNpy),
                "{shape}"
            );
        }
        let whole = npy(1, &header("'|u1'", "False", "(1,)"), &[]);
        for length in 0..whole.len() {
            assert_eq!(read(whole[..length].to_vec()), Err(NpyError::NotNpy), "{length}");
        }
    }
}
