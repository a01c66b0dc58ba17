//! Recognizes DICOM files, which are converted to NIfTI before they are read.

/// Returns whether a file is a DICOM file, by its first 132 bytes: `DICM` after a
/// preamble, or without a preamble a plausible element of the first groups (DICOM PS3.10, 7.1).
pub fn is_dicom(start: &[u8]) -> bool {
    match start {
        _ if start.get(128..132) == Some(b"DICM") => true,
        // Meta information or data set, explicit little-endian.
        [2 | 8, 0, _, 0, a, b, _, _, ..] if is_value_representation([*a, *b]) => true,
        // Data set, explicit big-endian.
        [0, 8, 0, _, a, b, _, _, ..] => is_value_representation([*a, *b]),
        // Data set, implicit little-endian: the length of a short first value.
        [8, 0, _, 0, _, 0, 0, 0, ..] => start.len() > 8,
        _ => false,
    }
}

/// Returns whether two letters are a value representation of the first elements: code, date, text,
/// name, UID, unsigned numbers, among others.
fn is_value_representation(letters: [u8; 2]) -> bool {
    const FIRST: [&[u8; 2]; 12] =
        [b"AE", b"CS", b"DA", b"DT", b"LO", b"OB", b"PN", b"SH", b"TM", b"UI", b"UL", b"US"];
    FIRST.contains(&&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preamble_or_a_first_element_is_recognized() {
        let with_preamble = [&[0; 128][..], b"DICM", b"\x02\0\0\0UL"].concat();
        assert!(is_dicom(&with_preamble));
        assert!(is_dicom(b"\x02\0\0\0UL\x04\0\xc0\0\0\0"));
        assert!(is_dicom(b"\x08\0\x05\0CS\x0a\0ISO_IR 100"));
        assert!(is_dicom(b"\0\x08\0\x05CS\0\x0aISO_IR 100"));
        assert!(is_dicom(b"\x08\0\x05\0\x0a\0\0\0ISO_IR 100"));
    }

    #[test]
    fn other_files_are_not() {
        for start in [
            &b""[..],
            b"\x08\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"\x1f\x8b\x08\0\0\0\0\0",
            b"<!DOCTYPE html><html>",
            &[0; 400],
            // Headers of NIfTI-1 and NIfTI-2.
            b"\x5c\x01\0\0\0\0\0\0\0\0",
            b"\0\0\x01\x5c\0\0\0\0\0\0",
            b"\x1c\x02\0\0n+2\0",
        ] {
            assert!(!is_dicom(start), "{start:?}");
        }
        // Cut off before the mark.
        assert!(!is_dicom(&[&[0; 128][..], b"DIC"].concat()));
    }
}
