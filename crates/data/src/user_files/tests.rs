use super::*;
use crate::Voxels;

/// Returns an 8-bit gray PNG.
fn png(size: [usize; 2], pixels: &[u8]) -> Vec<u8> {
    png_of(size, [8, 0], pixels)
}

/// Returns a PNG with this depth and color type, stored without compression, so that no encoder is
/// needed.
fn png_of([height, width]: [usize; 2], kind: [u8; 2], pixels: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in pixels.chunks((pixels.len() / height).max(1)) {
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
    header.extend(kind);
    header.extend([0, 0, 0]);
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

/// Sets the affine transform of a `.nii` file.
fn placed(mut file: Vec<u8>, rows: [[f32; 4]; 3]) -> Vec<u8> {
    file[254..256].copy_from_slice(&1_i16.to_le_bytes());
    for (place, value) in rows.iter().flatten().enumerate() {
        file[280 + 4 * place..][..4].copy_from_slice(&value.to_le_bytes());
    }
    file
}

/// Opens an image and its mask, and returns the slices of both along the first axis, or along that
/// of a single plane, with what was noted.
fn pair(
    image: &OpenFile,
    mask: &OpenFile,
    input: NetworkInput,
    names: &[&str],
) -> Result<Pair, String> {
    let frame = Frame::of(&image.facts.grid, image.facts.grid.slice_axis(), input).unwrap();
    let grid = MaskGrid::of(image, mask)?;
    let mut notes = grid.notes(image, mask)?;
    let table = LabelTable::of(mask).map_err(|error| error.to_string())?;
    let guess = table.guess(&classes(names));
    notes.extend(guess.notes);
    let window = image.facts.window;
    let gray = (0..frame.slices).filter_map(|i| gray_slice(image, &frame, i, window)).flatten();
    let labels = (0..frame.slices)
        .filter_map(|i| label_slice((image, mask), &grid, (&table, &guess.classes), &frame, i))
        .flatten();
    Ok(Pair { gray: gray.collect(), labels: labels.collect(), is_certain: guess.is_certain, notes })
}

#[derive(Debug, PartialEq)]
struct Pair {
    gray: Vec<u8>,
    labels: Vec<u8>,
    is_certain: bool,
    notes: Vec<String>,
}

fn open(name: &str, bytes: &[u8]) -> OpenFile {
    OpenFile::read(name, &bytes, 0).unwrap()
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    OpenFile::read(name, &bytes, 0).unwrap_err().to_string()
}

const TWO: [&str; 2] = ["background", "ventricle"];
const THREE: [&str; 3] = ["background", "a", "b"];

#[test]
fn a_picture_that_fits_keeps_its_pixels_and_a_larger_one_is_shrunk() {
    let size = |height, width| {
        let pixels = vec![7; height * width];
        let file = OpenFile::of_gray("p", [height, width], &pixels).unwrap();
        let frame = Frame::of(&file.facts.grid, 2, input([64, 64])).unwrap();
        assert_eq!((frame.slices, frame.size), (1, [64, 64]));
        let slice = gray_slice(&file, &frame, 0, file.facts.window).unwrap();
        // Rows and columns that are not black.
        let rows = slice.chunks(64).filter(|row| row.iter().any(|value| *value > 0)).count();
        [rows, slice.iter().filter(|value| **value > 0).count() / rows.max(1)]
    };
    assert_eq!(size(64, 64), [64, 64]);
    assert_eq!(size(51, 35), [51, 35]);
    assert_eq!(size(1000, 4000), [16, 64]);
    assert_eq!(size(20, 10), [20, 10]);
    assert_eq!(size(1000, 1), [64, 1]);
    assert!(OpenFile::of_gray("p", [2, 2], &[1]).is_err());
    assert!(OpenFile::of_gray("p", [0, 0], &[]).is_err());
}

#[test]
fn a_pictures_mask_is_shrunk_as_the_picture_was() {
    // Twice as wide as high, so it fills the middle rows of the network's square input.
    let mut pixels = vec![0; 16 * 32];
    for row in 8..16 {
        pixels[row * 32..][..16].fill(1);
    }
    let image =
        OpenFile::of_gray("p", [16, 32], &pixels.iter().map(|p| p * 200).collect::<Vec<_>>());
    let mask = open("m.png", &png([16, 32], &pixels));
    let found = pair(&image.unwrap(), &mask, input([4, 4]), &TWO).unwrap();
    assert_eq!(found.labels, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(found.gray, [0, 0, 0, 0, 0, 0, 0, 0, 200, 200, 0, 0, 0, 0, 0, 0]);
    assert!(found.is_certain && found.notes.is_empty());
}

#[test]
fn a_mask_may_be_as_large_as_its_image() {
    let pixels: Vec<u8> = (0..300 * 200).map(|i| u8::from(i % 300 >= 150)).collect();
    let image = OpenFile::of_gray("p", [200, 300], &vec![0; 60_000]).unwrap();
    let mask = open("m.png", &png([200, 300], &pixels));
    assert_eq!(
        pair(&image, &mask, input([4, 6]), &TWO).unwrap().labels,
        [0, 0, 0, 1, 1, 1].repeat(4)
    );
}

#[test]
fn values_that_are_no_classes_are_shown_before_they_count() {
    let image = OpenFile::of_gray("p", [16, 16], &[9; 256]).unwrap();
    let guess = |values: &[u8], names: &[&str]| {
        let pixels: Vec<u8> = values.iter().copied().cycle().take(256).collect();
        let found = pair(&image, &open("m.png", &png([16, 16], &pixels)), input([16, 16]), names);
        let Pair { labels, is_certain, notes, .. } = found.unwrap();
        (labels[..values.len()].to_vec(), is_certain, notes.join(" "))
    };
    let white = "White (255) in the mask is ventricle.".to_owned();
    assert_eq!(guess(&[0, 255], &TWO), (vec![0, 1], true, white));
    let three = "The mask has 3 different values: 0, 127, 255.".to_owned();
    assert_eq!(guess(&[0, 127, 255], &THREE), (vec![0, 1, 2], false, three));
    assert_eq!(guess(&[2, 0, 1, 2], &THREE), (vec![2, 0, 1, 2], true, String::new()));
    // Structures whose numbers mean nothing here.
    let (labels, is_certain, notes) = guess(&[0, 17, 53, 18, 54], &THREE);
    assert_eq!((labels, is_certain), (vec![0; 5], false));
    assert!(notes.contains("5 different values: 0, 17, 18, 53, 54."), "{notes}");
    let (labels, is_certain, _) = guess(&[7, 0], &THREE);
    assert_eq!((labels, is_certain), (vec![1, 0], false));
}

#[test]
fn colors_become_classes_in_the_order_of_their_brightness() {
    let mask = |colors: Vec<[u8; 3]>| {
        let places = (0..16).map(|i| (i % colors.len()) as u8);
        let table = colors.iter().map(|color| f32::from(color[1])).collect();
        let voxels = Voxels::from_table(places, table, [4, 4, 1]).unwrap();
        let mut file = OpenFile::of_gray("m", [4, 4], &[0; 16]).unwrap();
        (file.voxels, file.colors) = (voxels, Some(colors));
        file
    };
    let guess =
        |colors, names: &[&str]| LabelTable::of(&mask(colors)).unwrap().guess(&classes(names));
    let [black, red, green] = [[0; 3], [255, 0, 0], [0, 255, 0]];
    let found = guess(vec![green, black, red], &THREE);
    assert_eq!((found.classes, found.is_certain), (vec![0, 1, 2], false));
    assert_eq!(found.notes, ["The mask has 3 different colors: #000000, #ff0000, #00ff00."]);
    // Without black, the darkest is the background.
    assert_eq!(guess(vec![green, red, [255; 3]], &THREE).classes, [0, 1, 2]);
    assert_eq!(guess(vec![red, black], &TWO).classes, [0, 1]);
    // Two entries of a palette may be the same color.
    let table = LabelTable::of(&mask(vec![red, black, red])).unwrap();
    assert_eq!(table.entries().len(), 2);
    assert!((table.entries()[1].share - 11.0 / 16.0).abs() < 1e-12, "{:?}", table.entries());
}

#[test]
fn pngs_of_all_kinds_are_read_as_images_and_as_masks() {
    let [black, red, green] = [[0, 0, 0], [255, 0, 0], [0, 255, 0]];
    let colors: Vec<u8> = [black, red, green, black].concat().repeat(4);
    let of_colors = open("m.png", &png_of([4, 4], [8, 2], &colors));
    let entries = LabelTable::of(&of_colors).unwrap().entries().to_vec();
    assert_eq!(
        entries.iter().map(|e| e.value).collect::<Vec<_>>(),
        [black, red, green].map(MaskValue::Color)
    );
    assert_eq!((of_colors.facts.labels, of_colors.voxels.get([2, 3, 0])), (Some(3), 76.0));
    // With an alpha channel, which does not count.
    let with_alpha: Vec<u8> = [[9, 9, 9, 0], [200, 200, 200, 255]].concat().repeat(8);
    let gray = open("p.png", &png_of([4, 4], [8, 6], &with_alpha));
    assert_eq!((gray.colors, gray.facts.labels), (None, Some(2)));
    // More than 256 colors are those of a photo.
    let photo: Vec<u8> = (0..3 * 400).map(|i| (i * 7 % 256) as u8 ^ (i / 256) as u8).collect();
    let photo = open("p.png", &png_of([20, 20], [8, 2], &photo));
    assert!(photo.colors.is_none() && photo.facts.window == (0.0, 255.0));
    // Bits of black and white, eight in a byte.
    let bits = open("m.png", &png_of([2, 8], [1, 0], &[0b1000_0001, 0]));
    let values: Vec<f32> = bits.voxels.iter().collect();
    assert_eq!(
        (values[..9].to_vec(), bits.facts.window),
        (vec![1., 0., 0., 0., 0., 0., 0., 1., 0.], (0.0, 1.0))
    );
    // 16 bits: the classes of a mask, or an image that is spread over its values.
    let sixteen = |values: &[u16]| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
        open("p.png", &png_of([values.len() / 16, 16], [16, 0], &bytes))
    };
    let mask = sixteen(&[0, 1, 2, 1].repeat(8));
    assert_eq!(LabelTable::of(&mask).unwrap().guess(&classes(&THREE)).classes, [0, 1, 2]);
    let image = sixteen(&(0..1600).map(|i| 100 + i).collect::<Vec<_>>());
    let (low, high) = image.facts.window;
    assert!((107.0..109.0).contains(&low) && (1690.0..1692.0).contains(&high), "{low} {high}");
    assert!(LabelTable::of(&image).unwrap_err().to_string().contains("swap image and mask"));
}

#[test]
fn a_picture_is_the_mask_of_a_single_slice_as_both_are_drawn() {
    let marked = |row: usize, column: usize| usize::from(row == 0 && column == 2) as u8;
    let mask: Vec<u8> = (0..12).map(|i| marked(i / 4, i % 4)).collect();
    let mask = open("m.png", &png([3, 4], &mask));
    // The same pixel of a slice along each axis: drawn in the first row and the third column.
    for (axis, shape, index) in
        [(0, [1, 4, 3], [0, 2, 2]), (1, [4, 1, 3], [1, 0, 2]), (2, [4, 3, 1], [1, 2, 0])]
    {
        let mut values = vec![10; 12];
        let strides = [1, shape[0], shape[0] * shape[1]];
        values[(0..3).map(|axis: usize| index[axis] * strides[axis]).sum::<usize>()] = 200;
        let file = nifti(shape.map(|side| side as i16), &values);
        let image = open("s.nii", &placed(file, RAS));
        let found = pair(&image, &mask, input([3, 4]), &TWO).unwrap();
        let bright: Vec<u8> = found.gray.iter().map(|gray| u8::from(*gray > 128)).collect();
        assert_eq!(found.labels, bright, "axis {axis}");
        assert_eq!(found.labels.iter().map(|label| usize::from(*label)).sum::<usize>(), 1);
        let other = open("m.png", &png([4, 4], &[1; 16]));
        assert!(pair(&image, &other, input([3, 4]), &TWO).unwrap_err().contains("4 × 4 pixels"));
    }
}

#[test]
fn a_mask_that_does_not_belong_to_the_image_is_refused() {
    let image = OpenFile::of_gray("p", [64, 64], &[1; 4096]).unwrap();
    let refused = |mask: &OpenFile| pair(&image, mask, input([4, 4]), &TWO).unwrap_err();
    assert_eq!(
        refused(&open("m.png", &png([16, 32], &[0; 512]))),
        "the mask has 32 × 16 pixels, the image 64 × 64. Choose the mask of this image."
    );
    assert!(
        refused(&open("m.nii", &nifti([2, 2, 2], &[0; 8]))).contains("has to be a picture, too")
    );
    let volume = open("v.nii", &nifti([2, 2, 2], &[1, 0, 0, 0, 0, 0, 0, 0]));
    let other = open("m.nii", &nifti([3, 2, 2], &[1; 12]));
    assert_eq!(
        pair(&volume, &other, input([4, 4]), &TWO).unwrap_err(),
        "the mask has 3 × 2 × 2 voxels, the volume 2 × 2 × 2. Choose the mask of this volume."
    );
    assert!(
        pair(&volume, &image, input([4, 4]), &TWO).unwrap_err().contains("has to be a volume, too")
    );
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_its_name() {
    assert!(refusal("m.png", b"").starts_with("“m.png”: the file is empty (0 bytes)."));
    assert!(refusal("a.nii", b"<!DOCTYPE html><p>Log in").contains("seems to be a web page"));
    let file = nifti([2, 2, 2], &[1; 8]);
    assert!(refusal("a.nii", &file[..300]).contains("its header is incomplete"));
    assert!(refusal("a.nii", &file[..356]).contains("4 of its 8 voxels"));
    assert!(
        refusal("a.png", b"\x89PNG\r\n\x1a\n, and no more").contains("no PNG that can be read")
    );
    assert!(refusal("a.jpg", &[0xff, 0xd8, 0xff, 0xe0]).contains("no JPEG that can be read"));
}

#[test]
fn a_picture_with_fewer_pixels_than_its_header_says_takes_no_memory_for_them() {
    // 40 megapixels.
    let empty = png([5000, 8000], &[0]);
    assert!(refusal("p.png", &empty).contains("it has fewer pixels than its header says"));
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    encoder.encode(&[7; 64], 8, 8, jpeg_encoder::ColorType::Luma).unwrap();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..][..4].copy_from_slice(&[0x13, 0x88, 0x1f, 0x40]);
    assert!(refusal("p.jpg", &jpeg).contains("it has fewer pixels than its header says"));
}

#[test]
fn a_volume_is_read_slice_by_slice_and_has_a_mask_of_its_shape() {
    // Two slices along the first axis, each of 2×2 pixels.
    let volume = open("v.nii", &nifti([2, 2, 2], &[0, 100, 0, 100, 0, 100, 0, 100]));
    let labels = open("m.nii", &nifti([2, 2, 2], &[0, 1, 0, 1, 0, 1, 0, 1]));
    let found = pair(&volume, &labels, input([2, 2]), &TWO).unwrap();
    assert_eq!(found.gray, [[0; 4], [255; 4]].concat());
    assert_eq!(found.labels, [[0; 4], [1; 4]].concat());
    assert!(found.is_certain && found.notes.is_empty() && volume.facts.notes.is_empty());
}

/// Opens an image and a mask with three classes.
fn read_pair(image: &[u8], mask: &[u8]) -> Result<Pair, String> {
    pair(&open("v.nii", image), &open("m.nii", mask), input([4, 4]), &THREE)
}

const RAS: [[f32; 4]; 3] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];

#[test]
fn a_mask_fits_its_volume_by_its_position_not_by_its_axes() {
    let values: Vec<u8> = (0..24).collect();
    let labels: Vec<u8> = values.iter().map(|value| value % 3).collect();
    let image = placed(nifti([2, 3, 4], &values), RAS);
    let plain = read_pair(&image, &placed(nifti([2, 3, 4], &labels), RAS)).unwrap();
    assert!(plain.notes.is_empty());
    // The same mask, stored from left to right as 1 to 0.
    let mut flipped = labels.clone();
    flipped.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    let left = [[-1.0, 0.0, 0.0, 1.0], RAS[1], RAS[2]];
    assert_eq!(read_pair(&image, &placed(nifti([2, 3, 4], &flipped), left)).unwrap(), plain);
    // Without a position, a mask is stored like its volume.
    let mut values = values.clone();
    values.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    let image_flipped = placed(nifti([2, 3, 4], &values), left);
    assert_eq!(read_pair(&image_flipped, &nifti([2, 3, 4], &flipped)).unwrap(), plain);
    assert_eq!(open("v.nii", &image_flipped).facts.notes, ["Stored LAS, turned to RAS."]);
}

#[test]
fn a_scan_is_the_same_in_all_48_orders_of_its_axes() {
    let shape = [4_usize, 5, 6];
    let value = |index: [usize; 3]| (index[0] + 4 * index[1] + 20 * index[2]) as u8;
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut seen = Vec::new();
    for order in orders {
        for signs in 0..8 {
            let is_reversed = |stored: usize| signs >> stored & 1 == 1;
            let sides = order.map(|axis| shape[axis]);
            let mut rows = [[0.0; 4]; 3];
            for (stored, axis) in order.into_iter().enumerate() {
                let last = sides[stored] as f32 - 1.0;
                rows[axis][stored] = if is_reversed(stored) { -1.0 } else { 1.0 };
                rows[axis][3] = if is_reversed(stored) { last } else { 0.0 };
            }
            let mut image = Vec::new();
            for c in 0..sides[2] {
                for b in 0..sides[1] {
                    for a in 0..sides[0] {
                        let mut index = [0; 3];
                        for (stored, at) in [a, b, c].into_iter().enumerate() {
                            let at = if is_reversed(stored) { sides[stored] - 1 - at } else { at };
                            index[order[stored]] = at;
                        }
                        image.push(value(index));
                    }
                }
            }
            let mask: Vec<u8> = image.iter().map(|value| value % 3).collect();
            let sides = sides.map(|side| side as i16);
            let file = |voxels: &[u8]| placed(nifti(sides, voxels), rows);
            seen.push(read_pair(&file(&image), &file(&mask)).unwrap());
        }
    }
    assert!(seen.len() == 48 && seen[0].labels.contains(&2));
    assert!(seen.iter().all(|pair| *pair == seen[0]));
}

#[test]
fn a_mask_of_other_voxels_is_resampled_and_one_of_another_place_refused() {
    let image = placed(nifti([2, 4, 4], &[9; 32]), RAS);
    // Voxels of 2 mm, of which the first four are labeled: half of them outside the volume.
    let coarse = [[2.0, 0.0, 0.0, 0.5], [0.0, 2.0, 0.0, 0.5], [0.0, 0.0, 2.0, 0.5]];
    let mask = placed(nifti([2, 2, 2], &[1, 1, 1, 1, 0, 0, 0, 0]), coarse);
    let found = read_pair(&image, &mask).unwrap();
    let slice = [[0; 8], [1; 8]].concat();
    assert_eq!(found.labels, [&slice[..], &slice[..]].concat());
    assert_eq!(
        found.notes,
        [
            "The mask has other voxels than the volume and was resampled to them.",
            "50 % of the mask lie outside the volume."
        ]
    );
    let far = [[1.0, 0.0, 0.0, 100.0], RAS[1], RAS[2]];
    assert_eq!(
        read_pair(&image, &placed(nifti([2, 4, 4], &[1; 32]), far)).unwrap_err(),
        "the mask marks another place than the volume shows. Choose the mask of this volume."
    );
}

#[test]
fn a_volume_with_smaller_pixels_is_brought_to_those_of_the_training_data() {
    let mut file = nifti([1, 8, 8], &[[0; 32], [200; 32]].concat());
    let mut mask = nifti([1, 8, 8], &[[0; 32], [1; 32]].concat());
    for bytes in [&mut file, &mut mask] {
        for axis in [1, 2] {
            bytes[80 + 4 * axis..][..4].copy_from_slice(&0.5_f32.to_le_bytes());
        }
    }
    let found = read_pair(&file, &mask).unwrap();
    assert_eq!(found.gray, [[255; 8], [0; 8]].concat());
    assert_eq!(found.labels, [[1; 8], [0; 8]].concat());
    let volume = open("v.nii", &file);
    let frame = Frame::of(&volume.facts.grid, 0, input([4, 4])).unwrap();
    assert_eq!(
        frame_notes(&volume.facts.grid, &frame, input([4, 4])),
        ["Resampled from pixels of 0.5 × 0.5 mm to 1 × 1 mm."]
    );
    let wide = open("v.nii", &nifti([1, 8, 8], &[7; 64]));
    let frame = Frame::of(&wide.facts.grid, 0, input([4, 4])).unwrap();
    assert!(frame.is_larger_than(input([4, 4])) && frame.size == [8, 8]);
}

#[test]
fn slices_along_all_axes_have_the_letters_of_radiology() {
    let volume = open("v.nii", &placed(nifti([2, 3, 4], &(0..24).collect::<Vec<u8>>()), RAS));
    let letters = |axis| {
        let frame = Frame::of(&volume.facts.grid, axis, input([1, 1])).unwrap();
        let slice = gray_slice(&volume, &frame, 0, (0.0, 255.0)).unwrap();
        (frame.edge_letters(&volume.facts.grid).unwrap().concat(), frame.size, slice[0])
    };
    // The value on the upper left: of sagittal slices the voxel at the back and on top.
    assert_eq!(letters(0), ("PASI".into(), [4, 3], 18));
    assert_eq!(letters(1), ("RLSI".into(), [4, 2], 19));
    assert_eq!(letters(2), ("RLAP".into(), [3, 2], 5));
    assert_eq!(Frame::of(&volume.facts.grid, 3, input([1, 1])), None);
    let unplaced = open("v.nii", &nifti([2, 3, 4], &[1; 24])).facts.grid;
    assert_eq!(Frame::of(&unplaced, 0, input([1, 1])).unwrap().edge_letters(&unplaced), None);
}

#[test]
fn a_mask_with_a_volume_per_class_is_read() {
    // 1×2×2 voxels with the classes 0, 1, 2, 1.
    let mut series = nifti([1, 2, 2], &[1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0]);
    series[40..42].copy_from_slice(&4_i16.to_le_bytes());
    series[48..50].copy_from_slice(&3_i16.to_le_bytes());
    let image = open("v.nii", &nifti([1, 2, 2], &[1, 2, 3, 4]));
    let labels = |series: &[u8], volumes| {
        let mask = one_volume_per_class("m.nii", &series, volumes, 3).unwrap().unwrap();
        assert_eq!(mask.facts.notes.len(), 1);
        pair(&image, &mask, input([4, 4]), &THREE).unwrap().labels
    };
    let wanted = [0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0];
    assert_eq!(labels(&series, 3), wanted);
    // Without the background.
    let mut two = nifti([1, 2, 2], &[0, 1, 0, 1, 0, 0, 1, 0]);
    two[40..42].copy_from_slice(&4_i16.to_le_bytes());
    two[48..50].copy_from_slice(&2_i16.to_le_bytes());
    assert_eq!(labels(&two, 2), wanted);
    for volumes in [1, 4, 9] {
        assert_eq!(one_volume_per_class("m.nii", &series, volumes, 3), Ok(None));
    }
}

#[test]
fn the_volume_of_a_series_is_chosen() {
    let mut series = nifti([2, 2, 2], &(0..24).collect::<Vec<u8>>());
    series[40..42].copy_from_slice(&4_i16.to_le_bytes());
    series[48..50].copy_from_slice(&3_i16.to_le_bytes());
    let first = |volume| {
        let file = OpenFile::read("s.nii", &series, volume).unwrap();
        (file.voxels.get([0; 3]), file.facts.volume, file.facts.volumes)
    };
    assert_eq!(first(0), (0.0, 0, 3));
    assert_eq!(first(2), (16.0, 2, 3));
    assert_eq!(first(7), (16.0, 2, 3));
}

#[test]
fn who_is_the_mask_is_decided_by_content_then_by_name_then_by_order() {
    let many: Vec<u8> = (0..250).collect();
    let image = |name: &str| open(name, &nifti([5, 5, 10], &many)).facts;
    let mask = |name: &str| {
        open(name, &nifti([5, 5, 10], &many.iter().map(|v| v % 3).collect::<Vec<_>>())).facts
    };
    assert_eq!(
        mask_of_two([&image("T1_masked.nii"), &mask("aseg.nii")]),
        (1, "“aseg.nii” is the mask: it has only 3 different values.".into())
    );
    assert_eq!(mask_of_two([&mask("scan.nii"), &image("unlabeled.nii")]).0, 0);
    assert_eq!(
        mask_of_two([&mask("a_seg.nii"), &mask("b.nii")]),
        (0, "“a_seg.nii” is the mask: its name says so.".into())
    );
    assert_eq!(
        mask_of_two([&image("a.nii"), &image("b.nii")]),
        (1, "“b.nii” is the mask: it is the second file.".into())
    );
}

#[test]
fn a_thumbnail_shows_the_whole_middle_slice() {
    let file = OpenFile::of_gray("p", [2, 4], &[0, 255, 0, 255, 0, 255, 0, 255]).unwrap();
    assert_eq!(thumbnail(&file, [4, 4])[4..12], [0, 255, 0, 255, 0, 255, 0, 255]);
    assert_eq!(thumbnail(&file, [2, 2]), [128, 128, 0, 0]);
    // An axial slice, with voxels twice as high as wide.
    let mut bytes = nifti([2, 2, 3], &[0, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 0]);
    bytes[84..88].copy_from_slice(&2_f32.to_le_bytes());
    let volume = open("v.nii", &bytes);
    assert_eq!(thumbnail(&volume, [4, 4]).len(), 16);
    assert_eq!(thumbnail(&volume, [4, 4])[1..3], [255, 0]);
}

#[test]
fn a_window_of_nearly_nothing_shows_what_there_is() {
    // One voxel in 400 is not 0, less than the half percent that is cut off.
    let mut voxels = vec![0; 400];
    voxels[7] = 90;
    let file = open("v.nii", &nifti([1, 20, 20], &voxels));
    assert_eq!(file.facts.window, (0.0, 90.0));
    let flat = open("v.nii", &nifti([1, 20, 20], &[5; 400]));
    assert_eq!(flat.facts.window, (5.0, 5.0));
    // The regions of a mask differ from its background.
    let regions: Vec<u8> = (0..400).map(|i| if i < 300 { 0 } else { 1 + (i % 2) as u8 }).collect();
    assert_eq!(open("m.nii", &nifti([1, 20, 20], &regions)).facts.window, (0.0, 2.0));
    // A part of a head in a box: the window is that of the part, be the values whole or not.
    let head = |scale: f32| {
        let part = (0..1000).map(|i| 20.0 + (i % 101) as f32 * scale);
        let values = part.chain(std::iter::repeat_n(0.0, 7000));
        let voxels = Voxels::from_values(values, [20, 20, 20]).unwrap();
        let shape = voxels.shape();
        let volume = crate::Volume { shape, voxel_mm: [1.0; 3], affine: None, volumes: 1, voxels };
        crate::intensity_window(&volume)
    };
    assert_eq!(head(1.0), (20.0, 120.0));
    let floats = (0..900).map(|i| 20.0 + i as f32 * 0.1).chain(std::iter::repeat_n(0.0, 7100));
    let voxels = Voxels::from_values(floats, [20, 20, 20]).unwrap();
    let shape = voxels.shape();
    let volume = crate::Volume { shape, voxel_mm: [1.0; 3], affine: None, volumes: 1, voxels };
    let (low, high) = crate::intensity_window(&volume);
    assert!((20.0..21.0).contains(&low) && (109.0..110.0).contains(&high), "{low} {high}");
}

#[test]
fn hounsfield_units_are_known_by_air() {
    let ct = |start: i16| {
        let mut file = nifti([4, 10, 10], &[]);
        file[70..72].copy_from_slice(&4_i16.to_le_bytes());
        file.extend((0..400).flat_map(|i| (start + i * 5).to_le_bytes()));
        open("ct.nii", &file).facts
    };
    assert!(ct(-1024).is_hounsfield && ct(-3024).is_hounsfield);
    assert!(!ct(0).is_hounsfield && !ct(-300).is_hounsfield);
    for preset in WINDOW_PRESETS {
        let (low, high) = preset.range();
        assert!(low < high && (low + high) / 2.0 == preset.level, "{preset:?}");
    }
}
