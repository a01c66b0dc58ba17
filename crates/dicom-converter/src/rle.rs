//! RLE Lossless (DICOM PS3.5, annex G). The decoder of `dicom-transfer-syntax-registry` panics on
//! damaged frames.

use crate::DicomError;

/// Length of the header of a frame, in bytes: the number of segments and 15 offsets.
const HEADER_BYTES: usize = 64;

/// Most bytes that a packed byte becomes: two bytes repeat one 128 times.
const MAX_EXPANSION: usize = 64;

/// Decodes a frame of `samples` samples of `bytes` bytes for each of `pixels` pixels. Returns
/// little-endian samples, all first samples first.
///
/// # Errors
///
/// Returns an error if a segment is missing or too short.
pub fn decode(
    frame: &[u8],
    pixels: usize,
    samples: usize,
    bytes: usize,
) -> Result<Vec<u8>, DicomError> {
    let word = |index: usize| {
        let raw: [u8; 4] = frame.get(4 * index..4 * index + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(raw) as usize)
    };
    let count = word(0).filter(|count| *count == samples * bytes && frame.len() >= HEADER_BYTES);
    let count = count.ok_or(DicomError::DamagedPixels)?;
    // Checked before memory is allocated for what the header promises.
    let length = pixels * samples * bytes;
    if length > frame.len().saturating_mul(MAX_EXPANSION) {
        return Err(DicomError::DamagedPixels);
    }
    let mut decoded = vec![0; length];
    for segment in 0..count {
        let start = word(1 + segment);
        let end = if segment + 1 < count { word(2 + segment) } else { Some(frame.len()) };
        let packed = start.zip(end).and_then(|(start, end)| frame.get(start..end));
        let plane = unpack(packed.ok_or(DicomError::DamagedPixels)?, pixels)?;
        // The first segment of a sample has its most significant bytes.
        let (sample, byte) = (segment / bytes, bytes - 1 - segment % bytes);
        let first = sample * pixels * bytes + byte;
        for (place, value) in decoded[first..].iter_mut().step_by(bytes).zip(plane) {
            *place = value;
        }
    }
    Ok(decoded)
}

/// Decodes a segment, which is packed as PackBits does.
fn unpack(mut packed: &[u8], length: usize) -> Result<Vec<u8>, DicomError> {
    let mut unpacked = Vec::with_capacity(length);
    while unpacked.len() < length {
        let (&control, rest) = packed.split_first().ok_or(DicomError::DamagedPixels)?;
        packed = match control {
            0..128 => {
                let literal = usize::from(control) + 1;
                let (bytes, rest) =
                    rest.split_at_checked(literal).ok_or(DicomError::DamagedPixels)?;
                unpacked.extend_from_slice(bytes);
                rest
            }
            128 => rest,
            129.. => {
                let (&byte, rest) = rest.split_first().ok_or(DicomError::DamagedPixels)?;
                unpacked.extend(std::iter::repeat_n(byte, 257 - usize::from(control)));
                rest
            }
        };
    }
    unpacked.truncate(length);
    Ok(unpacked)
}
