use super::*;
use crate::Orientation;

/// Returns an 8-bit gray PNG, stored without compression, so that no encoder is needed.
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

/// Returns a `.nii` file of 8-bit voxels, first axis fastest.
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

/// Returns a network's input of this size, with pixels of 1 mm.
fn input(size: [usize; 2]) -> NetworkInput {
    NetworkInput { size, pixel_mm: [1.0; 2] }
}

/// Returns the grid of a volume without a position.
fn grid(shape: [usize; 3]) -> Grid {
    Grid { shape, voxel_mm: [1.0; 3], affine: None, stored: Orientation::RAS }
}

/// Sets the affine transform of a `.nii` file.
fn placed(mut file: Vec<u8>, rows: [[f32; 4]; 3]) -> Vec<u8> {
    file[254..256].copy_from_slice(&1_i16.to_le_bytes());
    for (place, value) in rows.iter().flatten().enumerate() {
        file[280 + 4 * place..][..4].copy_from_slice(&value.to_le_bytes());
    }
    file
}

fn refusal(of: Extent, name: &str, bytes: &[u8], names: &[&str]) -> String {
    let problem = read_mask(of, name, bytes, input([4, 4]), &classes(names)).unwrap_err();
    problem.to_string()
}

const TWO: [&str; 2] = ["background", "ventricle"];

#[test]
fn a_volume_is_known_by_its_name_or_by_gzip() {
    assert!(
        is_volume_file("T1.NII", b"")
            && is_volume_file("t1.nii.gz", b"")
            && is_volume_file("t1.hdr", b"")
            && is_volume_file("x", &[31, 139])
    );
    assert!(!is_volume_file("scan.png", b"\x89PNG"));
}

#[test]
fn images_fit_with_their_longer_side() {
    let square = |height, width| fit_size([height, width], [64, 64]);
    assert_eq!(square(64, 64), [64, 64]);
    assert_eq!(square(1000, 4000), [16, 64]);
    assert_eq!(square(20, 10), [64, 32]);
    assert_eq!(square(100_000, 1), [64, 1]);
    assert_eq!(square(0, 0), [1, 1]);
    assert_eq!(fit_size([100, 100], [48, 80]), [48, 48]);
    assert_eq!(fit_size([100, 300], [48, 96]), [32, 96]);
}

#[test]
fn a_pictures_mask_is_shrunk_as_the_picture_was() {
    // Twice as wide as high, so it fills the middle rows of the network's square input.
    let mut pixels = vec![0; 16 * 32];
    for row in 8..16 {
        pixels[row * 32..][..16].fill(1);
    }
    let bytes = png([16, 32], &pixels);
    let labels = read_mask(Extent::Image([16, 32]), "m.png", &bytes, input([4, 4]), &classes(&TWO))
        .unwrap()
        .labels;
    assert_eq!(labels, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn a_mask_may_be_as_large_as_its_image() {
    let pixels: Vec<u8> = (0..300 * 200).map(|i| u8::from(i % 300 >= 150)).collect();
    let picture = Extent::Image([200, 300]);
    let bytes = png([200, 300], &pixels);
    let labels = read_mask(picture, "m.png", &bytes, input([4, 6]), &classes(&TWO)).unwrap().labels;
    assert_eq!(labels, [0, 0, 0, 1, 1, 1].repeat(4));
}

#[test]
fn white_is_the_only_class_of_two_but_no_class_of_three() {
    let pixels: Vec<u8> = [0, 255].repeat(128);
    let bytes = png([16, 16], &pixels);
    let picture = Extent::Image([16, 16]);
    let labels =
        read_mask(picture, "m.png", &bytes, input([16, 16]), &classes(&TWO)).unwrap().labels;
    assert_eq!(labels[..4], [0, 1, 0, 1]);
    assert_eq!(
        refusal(picture, "m.png", &bytes, &["background", "anterior", "posterior"]),
        "“m.png”: the mask has the label 255; the classes are 0 background, 1 anterior, \
         2 posterior. Relabel the mask."
    );
}

#[test]
fn a_mask_that_does_not_belong_to_the_image_is_refused() {
    let picture = Extent::Image([64, 64]);
    let bytes = png([16, 32], &[0; 512]);
    assert_eq!(
        refusal(picture, "m.png", &bytes, &TWO),
        "“m.png”: the mask is 32 × 16 pixels, the image 64 × 64. Choose the mask of this image."
    );
    assert!(refusal(picture, "m.nii", &[], &TWO).contains("has to be a PNG"));
    assert!(refusal(picture, "m.png", b"no png", &TWO).contains("Save the mask as a gray PNG."));
}

#[test]
fn a_volume_of_too_many_slices_is_refused() {
    let file = nifti([300, 2, 2], &[7; 1200]);
    let problem = read_volume("thin.nii", &file, input([1 << 10, 1 << 10])).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "“thin.nii”: the volume has 300 slices; at most 64 can be shown here. Cut it."
    );
}

#[test]
fn a_volume_is_read_slice_by_slice_and_has_a_mask_of_its_shape() {
    // Two slices along the first axis, each of 2×2 pixels.
    let file = nifti([2, 2, 2], &[0, 100, 0, 100, 0, 100, 0, 100]);
    let slices = [[0; 4], [255; 4]].concat();
    let grid = grid([2; 3]);
    let wanted = VolumeSlices { grid, slices, notes: vec![] };
    assert_eq!(read_volume("v.nii", &file, input([2, 2])), Ok(wanted));
    let of = Extent::Volume(grid);
    assert_eq!((of.slices(), Extent::Image([9, 9]).slices()), (2, 1));

    let labels = nifti([2, 2, 2], &[0, 1, 0, 1, 0, 1, 0, 1]);
    let truth = read_mask(of, "m.nii", &labels, input([2, 2]), &classes(&TWO)).unwrap();
    assert_eq!(truth.labels, [[0; 4], [1; 4]].concat());
    assert_eq!(
        refusal(of, "m.nii", &nifti([3, 2, 2], &[0; 12]), &TWO),
        "“m.nii”: the mask has 3 × 2 × 2 voxels, the volume 2 × 2 × 2. Choose the mask of this volume."
    );
    assert!(refusal(of, "m.nii", &labels[..300], &TWO).contains("no NIfTI volume"));
    assert!(refusal(of, "m.png", b"", &TWO).contains("NIfTI volume, too"));
}

/// Returns slices and mask of a small volume: both files are stored with this transform.
fn read_pair(image: &[u8], mask: &[u8]) -> Result<(VolumeSlices, MaskSlices), UserFileError> {
    let volume = read_volume("v.nii", image, input([4, 4]))?;
    let names = classes(&["background", "a", "b"]);
    let mask = read_mask(Extent::Volume(volume.grid), "m.nii", mask, input([4, 4]), &names)?;
    Ok((volume, mask))
}

const RAS: [[f32; 4]; 3] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];

#[test]
fn a_mask_fits_its_volume_by_its_position_not_by_its_axes() {
    let values: Vec<u8> = (0..24).collect();
    let labels: Vec<u8> = values.iter().map(|value| value % 3).collect();
    let image = placed(nifti([2, 3, 4], &values), RAS);
    let (volume, truth) = read_pair(&image, &placed(nifti([2, 3, 4], &labels), RAS)).unwrap();
    assert_eq!((volume.notes.len(), truth.notes.len()), (0, 0));
    // The same mask, stored from left to right as 1 to 0.
    let mut flipped = labels.clone();
    for pair in flipped.chunks_exact_mut(2) {
        pair.swap(0, 1);
    }
    let left = [[-1.0, 0.0, 0.0, 1.0], RAS[1], RAS[2]];
    let flipped = placed(nifti([2, 3, 4], &flipped), left);
    assert_eq!(read_pair(&image, &flipped).unwrap(), (volume.clone(), truth.clone()));
    // Without a position, a mask is stored like its volume.
    let image_flipped = {
        let mut values = values.clone();
        values.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
        placed(nifti([2, 3, 4], &values), left)
    };
    let plain = {
        let mut labels = labels.clone();
        labels.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
        nifti([2, 3, 4], &labels)
    };
    let (turned, truth_of_turned) = read_pair(&image_flipped, &plain).unwrap();
    assert_eq!((&turned.slices, &truth_of_turned), (&volume.slices, &truth));
    assert_eq!(turned.notes, ["Stored LAS, turned to RAS."]);
}

#[test]
fn a_mask_of_other_voxels_is_resampled_and_one_of_another_place_refused() {
    let image = placed(nifti([2, 4, 4], &[9; 32]), RAS);
    // Voxels of 2 mm, of which the first four are labeled: half of them outside the volume.
    let coarse = [[2.0, 0.0, 0.0, 0.5], [0.0, 2.0, 0.0, 0.5], [0.0, 0.0, 2.0, 0.5]];
    let mask = placed(nifti([2, 2, 2], &[1, 1, 1, 1, 0, 0, 0, 0]), coarse);
    let (_, truth) = read_pair(&image, &mask).unwrap();
    let slice = [[0; 8], [1; 8]].concat();
    assert_eq!(truth.labels, [&slice[..], &slice[..]].concat());
    assert_eq!(
        truth.notes,
        [
            "The mask has other voxels than the volume and was resampled to them.",
            "50 % of the mask lie outside the volume."
        ]
    );
    let far = [[1.0, 0.0, 0.0, 100.0], RAS[1], RAS[2]];
    let elsewhere = placed(nifti([2, 4, 4], &[1; 32]), far);
    assert_eq!(
        read_pair(&image, &elsewhere).unwrap_err().to_string(),
        "“m.nii”: the mask marks another place than the volume shows. Choose the mask of this volume."
    );
}

#[test]
fn a_volume_with_smaller_pixels_is_brought_to_those_of_the_training_data() {
    let mut file = nifti([1, 8, 8], &[[0; 32], [200; 32]].concat());
    for axis in [1, 2] {
        file[80 + 4 * axis..][..4].copy_from_slice(&0.5_f32.to_le_bytes());
    }
    let volume = read_volume("v.nii", &file, input([4, 4])).unwrap();
    assert_eq!(volume.slices, [[255; 8], [0; 8]].concat());
    assert_eq!(volume.notes, ["Resampled from pixels of 0.5 × 0.5 mm to 1 × 1 mm."]);
    let names = classes(&TWO);
    let mut mask = nifti([1, 8, 8], &[[0; 32], [1; 32]].concat());
    mask[80..92].copy_from_slice(&file[80..92]);
    let truth =
        read_mask(Extent::Volume(volume.grid), "m.nii", &mask, input([4, 4]), &names).unwrap();
    assert_eq!(truth.labels, [[1; 8], [0; 8]].concat());
    let wide = read_volume("v.nii", &nifti([1, 8, 8], &[7; 64]), input([4, 4])).unwrap();
    assert_eq!(wide.notes, ["A slice is 8 × 8 mm; the network sees the middle 4 × 4 mm."]);
}

#[test]
fn a_mask_with_a_volume_per_class_is_read() {
    // 1×2×2 voxels with the classes 0, 1, 2, 1.
    let mut series = nifti([1, 2, 2], &[1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0]);
    series[40..42].copy_from_slice(&4_i16.to_le_bytes());
    series[48..50].copy_from_slice(&3_i16.to_le_bytes());
    let image = nifti([1, 2, 2], &[1, 2, 3, 4]);
    let (_, truth) = read_pair(&image, &series).unwrap();
    assert_eq!(truth.labels, [0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    // Without the background.
    let mut two = nifti([1, 2, 2], &[0, 1, 0, 1, 0, 0, 1, 0]);
    two[40..42].copy_from_slice(&4_i16.to_le_bytes());
    two[48..50].copy_from_slice(&2_i16.to_le_bytes());
    assert_eq!(read_pair(&image, &two).unwrap().1.labels, truth.labels);
    series[48..50].copy_from_slice(&9_i16.to_le_bytes());
    series.extend([0; 24]);
    let problem = read_pair(&image, &series).unwrap_err().to_string();
    assert!(problem.contains("the mask has 9 volumes, and the data 3 classes."), "{problem}");
}
