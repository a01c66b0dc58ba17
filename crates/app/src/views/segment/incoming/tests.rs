use super::*;

/// An 8-bit gray PNG: stored, not compressed, so that no encoder is needed.
fn png([height, width]: [usize; 2], pixels: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in pixels.chunks(width) {
        raw.push(0);
        raw.extend(row);
    }
    let length = u16::try_from(raw.len()).unwrap();
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let mut packed = vec![0x78, 1, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(raw);
    packed.extend((b << 16 | a).to_be_bytes());
    let mut header = Vec::new();
    header.extend(u32::try_from(width).unwrap().to_be_bytes());
    header.extend(u32::try_from(height).unwrap().to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", &header), (b"IDAT", &packed), (b"IEND", &vec![])] {
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        let chunk: Vec<u8> = kind.iter().chain(body).copied().collect();
        let crc = chunk.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 * (crc & 1)))
        });
        file.extend(chunk);
        file.extend((!crc).to_be_bytes());
    }
    file
}

/// A `.nii` file of 8-bit voxels, first axis fastest.
fn nifti(shape: [i16; 3], voxels: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 352];
    file[..4].copy_from_slice(&348_i32.to_le_bytes());
    for (place, value) in [3, shape[0], shape[1], shape[2], 1, 1, 1, 1].into_iter().enumerate() {
        file[40 + 2 * place..][..2].copy_from_slice(&i16::to_le_bytes(value));
    }
    file[70..72].copy_from_slice(&2_i16.to_le_bytes());
    file[72..74].copy_from_slice(&8_i16.to_le_bytes());
    for place in 0..4 {
        file[76 + 4 * place..][..4].copy_from_slice(&1_f32.to_le_bytes());
    }
    file[108..112].copy_from_slice(&352_f32.to_le_bytes());
    file[344..348].copy_from_slice(b"n+1\0");
    file.extend(voxels);
    file
}

fn classes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn picture(original: [usize; 2]) -> Source {
    Source::Picture { pixels: vec![0; 16], original }
}

fn refusal(source: &Source, name: &str, bytes: &[u8], names: &[&str]) -> String {
    let problem = read_mask(source, name, bytes, [4, 4], &classes(names)).unwrap_err();
    assert_eq!(problem.code, ErrorCode::BadImage);
    problem.message
}

const TWO: [&str; 2] = ["background", "ventricle"];

#[test]
fn two_files_have_their_roles_by_name() {
    let find = |names: &[&str], has_image| roles(&classes(names), has_image);
    let both = |image, mask| Ok(Roles { image, mask });
    assert_eq!(find(&["scan.png"], false), both(Some(0), None));
    assert_eq!(find(&["scan_mask.png"], false), both(Some(0), None));
    assert_eq!(find(&["scan_mask.png"], true), both(None, Some(0)));
    assert_eq!(find(&["Label.nii.gz", "t1.nii.gz"], true), both(Some(1), Some(0)));
    assert_eq!(find(&["a.png", "b.png"], false), both(Some(0), Some(1)));
    assert_eq!(find(&[], false), both(None, None));
    assert!(find(&["a", "b", "c"], false).unwrap_err().message.starts_with("3 files are too many"));
}

#[test]
fn a_volume_is_known_by_its_name_or_by_gzip() {
    assert!(is_volume("T1.NII", b"") && is_volume("t1.nii.gz", b"") && is_volume("x", &[31, 139]));
    assert!(!is_volume("scan.png", b"\x89PNG"));
}

#[test]
fn a_pictures_mask_is_shrunk_as_the_picture_was() {
    // Twice as wide as high: it lies in the middle rows of the network's square.
    let mut pixels = vec![0; 16 * 32];
    for row in 8..16 {
        pixels[row * 32..][..16].fill(1);
    }
    let bytes = png([16, 32], &pixels);
    let masks = read_mask(&picture([16, 32]), "m.png", &bytes, [4, 4], &classes(&TWO)).unwrap();
    let expected = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0];
    assert_eq!(masks, [Arc::from(expected)]);
}

#[test]
fn white_is_the_only_class_of_two_but_no_class_of_three() {
    let pixels: Vec<u8> = [0, 255].repeat(128);
    let bytes = png([16, 16], &pixels);
    let source = picture([16, 16]);
    let masks = read_mask(&source, "m.png", &bytes, [16, 16], &classes(&TWO)).unwrap();
    assert_eq!(masks[0][..4], [0, 1, 0, 1]);
    assert_eq!(
        refusal(&source, "m.png", &bytes, &["background", "anterior", "posterior"]),
        "“m.png”: the mask has the label 255; the classes are 0 background, 1 anterior, \
         2 posterior. Relabel the mask."
    );
}

#[test]
fn a_mask_that_does_not_belong_to_the_image_is_refused() {
    let source = picture([64, 64]);
    let bytes = png([16, 32], &[0; 512]);
    assert_eq!(
        refusal(&source, "m.png", &bytes, &TWO),
        "“m.png”: the mask is 32 × 16 pixels, the image 64 × 64. Choose the mask of this image."
    );
    assert!(refusal(&source, "m.nii", &[], &TWO).contains("has to be a PNG"));
    assert!(refusal(&source, "m.png", b"no png", &TWO).contains("Save the mask as a gray PNG."));
}

#[test]
fn a_volume_is_shown_slice_by_slice_and_scored_with_its_mask() {
    // Two slices along the first axis, each of 2×2 pixels.
    let volume = Volume::read(&nifti([2, 2, 2], &[0, 100, 0, 100, 0, 100, 0, 100])).unwrap();
    let source = Source::volume(volume);
    assert_eq!(source.len(), 2);
    assert_eq!(source.slice(0, [2, 2]), Some(vec![0; 4]));
    assert_eq!(source.slice(1, [2, 2]), Some(vec![255; 4]));
    assert_eq!(source.slice(2, [2, 2]), None);
    let mask = nifti([2, 2, 2], &[0, 1, 0, 1, 0, 1, 0, 1]);
    let masks = read_mask(&source, "m.nii", &mask, [2, 2], &classes(&TWO)).unwrap();
    assert_eq!(masks, [Arc::from([0; 4]), Arc::from([1; 4])]);
    assert_eq!(
        refusal(&source, "m.nii", &nifti([3, 2, 2], &[0; 12]), &TWO),
        "“m.nii”: the mask has 3 × 2 × 2 voxels, the volume 2 × 2 × 2. Choose the mask of this volume."
    );
    assert!(refusal(&source, "m.nii", &mask[..300], &TWO).contains("no NIfTI volume"));
    assert!(refusal(&source, "m.png", b"", &TWO).contains("NIfTI volume, too"));
}
