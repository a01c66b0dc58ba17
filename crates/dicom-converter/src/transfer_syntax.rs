//! Transfer syntaxes: how elements and pixels are encoded (DICOM PS3.5, chapter 10).

use dicom_dictionary_std::uids;

use crate::DicomError;

/// Encoding of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementEncoding {
    /// Little-endian, without value representations.
    ImplicitLittle,
    /// Little-endian, with value representations.
    ExplicitLittle,
    /// Big-endian, with value representations.
    ExplicitBig,
}

/// Compression of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelEncoding {
    /// Not compressed.
    Native,
    /// RLE Lossless.
    Rle,
    /// One of the JPEG processes of ISO 10918-1.
    Jpeg,
    /// A compression that is not read; contains its name.
    Other(&'static str),
}

/// A transfer syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferSyntax {
    /// Encoding of elements.
    pub elements: ElementEncoding,
    /// Compression of pixels.
    pub pixels: PixelEncoding,
    /// Whether everything after the file's meta information is deflated.
    pub is_deflated: bool,
    uid: String,
}

/// Retired, but still found.
const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Names of compressions that are not read, by their UIDs (PS3.6, table A-1).
const OTHER: &[(&str, &str)] = &[
    (uids::JPEGLS_LOSSLESS, "JPEG-LS Lossless"),
    (uids::JPEGLS_NEAR_LOSSLESS, "JPEG-LS Lossy (Near-Lossless)"),
    (uids::JPEG2000_LOSSLESS, "JPEG 2000 (Lossless Only)"),
    (uids::JPEG2000, "JPEG 2000"),
    (uids::JPEG2000MC_LOSSLESS, "JPEG 2000 Part 2 Multi-component (Lossless Only)"),
    (uids::JPEG2000MC, "JPEG 2000 Part 2 Multi-component"),
    (uids::JPIP_REFERENCED, "JPIP Referenced"),
    (uids::JPIP_REFERENCED_DEFLATE, "JPIP Referenced Deflate"),
    (uids::JPIPHTJ2K_REFERENCED, "JPIP HTJ2K Referenced"),
    (uids::JPIPHTJ2K_REFERENCED_DEFLATE, "JPIP HTJ2K Referenced Deflate"),
    (uids::HTJ2K_LOSSLESS, "High-Throughput JPEG 2000 (Lossless Only)"),
    (uids::HTJ2K_LOSSLESS_RPCL, "High-Throughput JPEG 2000 with RPCL Options (Lossless Only)"),
    (uids::HTJ2K, "High-Throughput JPEG 2000"),
    (uids::JPEGXL_LOSSLESS, "JPEG XL Lossless"),
    (uids::JPEGXLJPEG_RECOMPRESSION, "JPEG XL JPEG Recompression"),
    (uids::JPEGXL, "JPEG XL"),
    (uids::MPEG2MPML, "MPEG2 Main Profile / Main Level"),
    (uids::MPEG2MPMLF, "Fragmentable MPEG2 Main Profile / Main Level"),
    (uids::MPEG2MPHL, "MPEG2 Main Profile / High Level"),
    (uids::MPEG2MPHLF, "Fragmentable MPEG2 Main Profile / High Level"),
    (uids::MPEG4HP41, "MPEG-4 AVC/H.264 High Profile / Level 4.1"),
    (uids::MPEG4HP41F, "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1"),
    (uids::MPEG4HP41BD, "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1"),
    (uids::MPEG4HP42STEREO, "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2"),
    (uids::HEVCMP51, "HEVC/H.265 Main Profile / Level 5.1"),
    (uids::HEVCM10P51, "HEVC/H.265 Main 10 Profile / Level 5.1"),
    (uids::DEFLATED_IMAGE_FRAME_COMPRESSION, "Deflated Image Frame Compression"),
    (
        uids::ENCAPSULATED_UNCOMPRESSED_EXPLICIT_VR_LITTLE_ENDIAN,
        "Encapsulated Uncompressed Explicit VR Little Endian",
    ),
];

impl TransferSyntax {
    /// Returns the uncompressed transfer syntax with an encoding of elements.
    pub fn native(elements: ElementEncoding) -> Self {
        let pixels = PixelEncoding::Native;
        Self { elements, pixels, is_deflated: false, uid: String::new() }
    }

    /// Returns the transfer syntax with a UID. One that is not known is compressed.
    pub fn of_uid(uid: &str) -> Self {
        let native = match uid {
            uids::IMPLICIT_VR_LITTLE_ENDIAN => Some(ElementEncoding::ImplicitLittle),
            uids::EXPLICIT_VR_LITTLE_ENDIAN | uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN => {
                Some(ElementEncoding::ExplicitLittle)
            }
            EXPLICIT_VR_BIG_ENDIAN => Some(ElementEncoding::ExplicitBig),
            _ => None,
        };
        let pixels = match uid {
            _ if native.is_some() => PixelEncoding::Native,
            uids::RLE_LOSSLESS => PixelEncoding::Rle,
            // Baseline, extended, lossless, and lossless with the first predictor.
            uids::JPEG_BASELINE8_BIT
            | uids::JPEG_EXTENDED12_BIT
            | uids::JPEG_LOSSLESS
            | uids::JPEG_LOSSLESS_SV1 => PixelEncoding::Jpeg,
            _ => {
                let other = OTHER.iter().find(|(known, _)| uid == *known);
                PixelEncoding::Other(other.map_or("an unknown compression", |(_, name)| *name))
            }
        };
        Self {
            elements: native.unwrap_or(ElementEncoding::ExplicitLittle),
            pixels,
            is_deflated: uid == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            uid: uid.to_owned(),
        }
    }

    /// Returns an error if the compression of pixels is not read.
    pub fn check_pixels(&self) -> Result<(), DicomError> {
        match self.pixels {
            PixelEncoding::Other(name) => {
                // What is no UID may be any text of the file.
                let is_uid = self.uid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                let uid = match is_uid && (1..=64).contains(&self.uid.len()) {
                    true => self.uid.clone(),
                    false => "not given".to_owned(),
                };
                Err(DicomError::Compressed { name, uid })
            }
            _ => Ok(()),
        }
    }
}
