//! What a visitor's file is, by its name and its first bytes.

use super::picture::is_picture;

/// Advice at the end of all sentences about files that cannot be read.
const WANTED: &str =
    "Choose a picture (PNG, JPEG, WebP), a NIfTI volume (.nii, .nii.gz) or DICOM files.";

/// Returns whether a file is to be read as a volume, based on its name or its first bytes.
pub fn is_volume_file(name: &str, start: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    [".nii", ".nii.gz", ".hdr", ".img"].iter().any(|end| name.ends_with(end))
        || start.starts_with(&[0x1f, 0x8b])
        || [[0x5c, 1, 0, 0], [0, 0, 1, 0x5c], [0x1c, 2, 0, 0], [0, 0, 2, 0x1c]]
            .iter()
            .any(|size| start.starts_with(size))
}

/// Returns whether a file begins like a WebP picture, which the browser has to decode.
pub fn is_webp(start: &[u8]) -> bool {
    start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP")
}

/// Returns whether a file is read here: a picture or a NIfTI volume, by its name or its first bytes.
pub fn is_image_file(name: &str, start: &[u8]) -> bool {
    is_picture(start) || is_webp(start) || is_volume_file(name, start)
}

/// Kinds of files that people have, by their first bytes, and what to save them as.
const KINDS: [(&[u8], &str); 19] = [
    (b"%PDF", "a PDF document. Save its picture as a PNG."),
    (b"PK\x03\x04", "a zip archive. Unpack it, and choose the files in it."),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it, and choose the files in it."),
    (b"Rar!", "a RAR archive. Unpack it, and choose the files in it."),
    (b"GIF8", "a GIF picture. Save it as a PNG."),
    (b"BM", "a BMP picture. Save it as a PNG."),
    (b"II*\0", "a TIFF picture. Save it as a PNG."),
    (b"MM\0*", "a TIFF picture. Save it as a PNG."),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture. Save it as a PNG."),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture. Save it as a PNG."),
    (b"\xff\x0a", "a JPEG XL picture. Save it as a PNG."),
    (b"NRRD", "an NRRD volume. Save it as NIfTI (.nii.gz), for example with 3D Slicer."),
    (b"\x93NUMPY", "a NumPy array. Save it as NIfTI (.nii.gz) with nibabel."),
    (b"MATLAB", "a MATLAB file. Save its array as NIfTI (.nii.gz) with `niftiwrite`."),
    (b"\x89HDF", "an HDF5 or MINC file. Save it as NIfTI (.nii.gz), for example with `mnc2nii`."),
    (b"CDF\x01", "a MINC file. Save it as NIfTI (.nii.gz) with `mnc2nii`."),
    (
        b"ObjectType",
        "a MetaImage header. Save the volume as NIfTI (.nii.gz), for example with ITK.",
    ),
    (b"NDims", "a MetaImage header. Save the volume as NIfTI (.nii.gz), for example with ITK."),
    (b"\x28\xb5\x2f\xfd", "a file compressed with Zstandard. Decompress it first."),
];

/// Kinds of files by the end of their names, where the first bytes tell nothing.
const ENDINGS: [(&str, &str); 7] = [
    (".img", "the second file of a pair. Choose the .hdr and the .img file together."),
    (".mgh", "a FreeSurfer volume. Save it as NIfTI (.nii.gz) with `mri_convert`."),
    (".mgz", "a FreeSurfer volume. Save it as NIfTI (.nii.gz) with `mri_convert`."),
    (".raw", "raw values without a header. Save the volume as NIfTI (.nii.gz)."),
    (".mha", "a MetaImage volume. Save it as NIfTI (.nii.gz), for example with ITK."),
    (".par", "a Philips header. Save the volume as NIfTI (.nii.gz) with `dcm2niix`."),
    (".heic", "an HEIC photo. Save it as a JPEG."),
];

/// Returns a sentence about a file that is not read here: what it seems to be, and what to save it
/// as.
pub fn seems_to_be(name: &str, start: &[u8]) -> String {
    if start.is_empty() {
        return format!("the file is empty (0 bytes). {WANTED}");
    }
    if let Some((_, what)) = KINDS.iter().find(|(magic, _)| start.starts_with(magic)) {
        return format!("it seems to be {what}");
    }
    if start.get(4..12).is_some_and(|kind| {
        [&b"ftyphei"[..], b"ftypavi", b"ftypmif"].iter().any(|k| kind.starts_with(k))
    }) {
        return "it seems to be an HEIC or AVIF photo. Save it as a JPEG.".into();
    }
    let text: String = String::from_utf8_lossy(start)
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head"].iter().any(|tag| text.starts_with(tag)) {
        return "it seems to be a web page, perhaps the log-in or error page of a download. Download \
                the file again."
            .into();
    }
    if text.starts_with("<?xml") && text.contains("gifti") {
        return "it seems to be a GIFTI surface. Choose a volume (.nii.gz).".into();
    }
    if start.starts_with(&[0x5c, 1, 0, 0]) || start.starts_with(&[0, 0, 1, 0x5c]) {
        if start.len() < 348 {
            return "its header is incomplete. Fetch or save the file again.".into();
        }
        return "it seems to be an Analyze 7.5 header, which does not tell left from right. Save the \
                volume as NIfTI (.nii.gz)."
            .into();
    }
    let lower = name.to_ascii_lowercase();
    if let Some((_, what)) = ENDINGS.iter().find(|(end, _)| lower.ends_with(end)) {
        return format!("it seems to be {what}");
    }
    let is_text =
        !start.contains(&0) && std::str::from_utf8(start).is_ok_and(|text| !text.is_empty());
    let what =
        if is_text { "it seems to be text" } else { "it is not an image that can be read here" };
    format!("{what}. {WANTED}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_known_by_its_name_or_by_its_start() {
        assert!(is_volume_file("T1.NII", b"") && is_volume_file("t1.nii.gz", b""));
        assert!(is_volume_file("t1.hdr", b"") && is_volume_file("x", &[31, 139]));
        assert!(is_volume_file("renamed", &[0x5c, 1, 0, 0]));
        assert!(!is_volume_file("scan.png", b"\x89PNG"));
    }

    #[test]
    fn other_files_are_named_with_what_to_save_them_as() {
        for (name, start, wanted) in [
            ("scan.nii", &b"<!DOCTYPE html><html>"[..], "a web page"),
            ("scan.nii.gz", b"\n <HTML lang=en>", "a web page"),
            ("a", b"%PDF-1.7", "PDF"),
            ("a.tif", b"II*\0\x08", "TIFF"),
            ("a.nrrd", b"NRRD0004", "NRRD"),
            ("a.mgz", &[0xde, 0xad], "FreeSurfer"),
            ("a.txt", "Dear diary".as_bytes(), "text"),
            ("a", &[1, 0, 2], "not an image"),
            ("a.img", &[1, 0, 2], "second file of a pair"),
            ("a.hdr", &[&[0x5c, 1, 0, 0][..], &[0; 344]].concat(), "Analyze 7.5"),
            ("a.heic", b"\0\0\0\x18ftypheic", "HEIC"),
            ("a.png", b"", "empty (0 bytes)"),
        ] {
            let sentence = seems_to_be(name, start);
            assert!(sentence.contains(wanted) && sentence.ends_with('.'), "{name}: {sentence}");
        }
    }
}
