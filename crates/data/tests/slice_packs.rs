//! Tests of packs of slices: valid ones, zips made by visitors, and invalid ones.

use std::io::{Cursor, Read, Write};

use data::{
    Case, ImageEncoding, ImageError, LabeledSlice, MANIFEST_NAME, Manifest, Pack, PackError,
    PackKind, Partition, PngError, SlicePack, SlicePackError, Split, Splits, add_file,
    encode_gray_jpeg, phantom::ventricles, write_pack, write_slice_pack,
};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const SIZE: [usize; 2] = [16, 24];

fn manifest() -> Manifest {
    let measured = Case { name: "a".into(), pixel_mm: [2.0, 3.0], slice_mm: 4.0 };
    Manifest { name: "test".into(), cases: vec![measured], ..ventricles::manifest() }
}

/// Returns a gradient of gray values with a rectangle of one class in it.
fn labeled(name: &str, label: u8) -> LabeledSlice {
    let [height, width] = SIZE;
    let image = (0..height * width).map(|at| (at % 200) as u8 + label).collect();
    let mask = (0..height * width).map(|at| if at % 5 == 0 { label } else { 0 }).collect();
    LabeledSlice { name: name.into(), size: SIZE, image, mask }
}

fn good_pack() -> Vec<u8> {
    let train = vec![labeled("b_1.png", 1), labeled("a_2.png", 0), labeled("a_1.png", 1)];
    let test = vec![labeled("c_7.png", 1)];
    pack_of(train, test, ImageEncoding::Png)
}

fn pack_of(train: Vec<LabeledSlice>, test: Vec<LabeledSlice>, encoding: ImageEncoding) -> Vec<u8> {
    let images = Splits { train, validation: Vec::new(), test };
    write_slice_pack(manifest(), images, encoding).unwrap()
}

#[test]
fn images_may_be_jpegs_and_masks_of_two_classes_have_one_bit() {
    let slices = || vec![labeled("b_1.png", 1), labeled("a_2.png", 1)];
    let bytes = pack_of(slices(), slices(), ImageEncoding::Jpeg { step: 8 });
    let pack = SlicePack::open(bytes.as_slice()).unwrap();
    let file = &pack.files(Split::Train)[0];
    assert_eq!(
        (file.name.as_str(), file.mask_name(), file.case.as_str()),
        ("a_2.jpg", "a_2.png", "a")
    );
    let set = pack.decode(Partition::ThreeWay).unwrap();
    let original = labeled("a_2.png", 1);
    assert_eq!(set.train.mask(0), original.mask);
    let errors = set.train.image(0).iter().zip(&original.image).map(|(a, b)| a.abs_diff(*b));
    let mean = errors.map(f64::from).sum::<f64>() / original.image.len() as f64;
    assert!(mean > 0.0 && mean < 3.0, "{mean}");
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut mask = Vec::new();
    zip.by_name("train/masks/a_2.png").unwrap().read_to_end(&mut mask).unwrap();
    assert_eq!(mask[24], 1, "bits per sample in the header");

    let with = |bytes: Vec<u8>| {
        let mut files = own_but("train/images/anna_9.png", None);
        files.push(("train/images/anna_9.jpg".into(), bytes));
        SlicePack::open(zip_of(&files)).and_then(|pack| pack.decode(Partition::ThreeWay))
    };
    let good = encode_gray_jpeg(SIZE, &[90; SIZE[0] * SIZE[1]], 4).unwrap();
    assert!(with(good.clone()).is_ok());
    let broken = with(good[..good.len() / 2].to_vec()).unwrap_err();
    assert!(matches!(broken, SlicePackError::Jpeg { .. }), "{broken}");
    let error = with(encode_gray_jpeg([15, 16], &[90; 240], 4).unwrap()).unwrap_err();
    let reason = ImageError::SliceSize { width: 16, height: 15 };
    assert_eq!(error, SlicePackError::Jpeg { file: "train/images/anna_9.jpg".into(), reason });
}

#[test]
fn a_pack_keeps_the_text_of_its_license() {
    let pack = add_file(good_pack(), "LICENSE.txt", b"Permission is granted.").unwrap();
    let mut zip = ZipArchive::new(Cursor::new(pack.clone())).unwrap();
    let mut text = String::new();
    zip.by_name("LICENSE.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "Permission is granted.");
    let set = |bytes: Vec<u8>| SlicePack::open(bytes).unwrap().decode(Partition::ThreeWay).unwrap();
    assert_eq!(set(pack), set(good_pack()));
    assert!(matches!(add_file(vec![1, 2, 3], "a", b""), Err(PackError::Damaged(_))));
}

fn png(size: [usize; 2], color: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[1] as u32, size[0] as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == png::ColorType::Indexed {
        encoder.set_palette(vec![0, 0, 0, 255, 0, 0, 0, 255, 0]);
    }
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

fn gray(size: [usize; 2], value: u8) -> Vec<u8> {
    png(size, png::ColorType::Grayscale, png::BitDepth::Eight, &vec![value; size[0] * size[1]])
}

type Files = Vec<(String, Vec<u8>)>;

fn zip_of(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns a zip as a visitor may make it: two training slices, one test slice, classes 0 to 2, no
/// manifest.
fn own() -> Files {
    let of = |folder: &str, name: &str, value| (format!("{folder}/{name}"), gray(SIZE, value));
    vec![
        of("train/images", "anna_10.png", 10),
        of("train/masks", "anna_10.png", 1),
        of("train/images", "anna_9.png", 9),
        of("train/masks", "anna_9.png", 2),
        of("test/images", "ben.png", 50),
        of("test/masks", "ben.png", 1),
    ]
}

/// Returns the same files with one replaced, added, or (if `bytes` is `None`) left out.
fn own_but(path: &str, bytes: Option<Vec<u8>>) -> Files {
    let mut files = own();
    files.retain(|file| file.0 != path);
    files.extend(bytes.map(|bytes| (path.to_owned(), bytes)));
    files
}

fn error(files: &Files) -> SlicePackError {
    let error = SlicePack::open(zip_of(files))
        .and_then(|pack| pack.decode(Partition::ThreeWay))
        .unwrap_err();
    assert!(error.to_string().ends_with('.'), "{error}");
    error
}

#[test]
fn a_pack_gives_back_what_went_in_case_by_case() {
    let bytes = good_pack();
    assert_eq!(bytes, good_pack(), "the same slices, other bytes");
    let pack = SlicePack::open(bytes).unwrap();
    assert_eq!((pack.size(), pack.manifest().kind), (SIZE, PackKind::Slices));
    assert_eq!((pack.manifest().train, pack.manifest().test), (3, 1));
    assert_eq!(pack.manifest().sha256.len(), 64);
    let names: Vec<_> = pack.files(Split::Train).iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["a_1.png", "a_2.png", "b_1.png"]);

    let set = pack.decode(Partition::ThreeWay).unwrap();
    assert_eq!(set.classes, ["background", "ventricle"]);
    assert_eq!(set.train.case_of, [0, 0, 1]);
    assert_eq!(set.train.cases, [manifest().cases[0].clone(), Case::with_unit_spacing("b")]);
    assert_eq!(set.test.cases, [Case::with_unit_spacing("c")]);
    assert_eq!(set.train.image(1), labeled("", 0).image);
    assert_eq!(set.train.mask(2), labeled("", 1).mask);
    assert_eq!(pack.mask(Split::Test, 0).unwrap(), set.test.mask(0));
    let beyond = PackError::NoSuchImage { split: Split::Test, index: 1 };
    assert_eq!(pack.image(Split::Test, 1).unwrap_err(), SlicePackError::Pack(beyond));
}

#[test]
fn a_zip_without_manifest_tells_its_classes_itself() {
    let pack = SlicePack::open(zip_of(&own())).unwrap();
    assert_eq!(pack.manifest().classes, ["background", "1", "2"]);
    let set = pack.decode(Partition::ThreeWay).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (2, 1));
    // 9 comes before 10. A name without a number is a case of its own.
    assert_eq!((set.train.image(0)[0], set.train.mask(0)[0]), (9, 2));
    assert_eq!(set.train.cases, [Case::with_unit_spacing("anna")]);
    assert_eq!(set.test.cases, [Case::with_unit_spacing("ben")]);

    // A zipped folder, with the files that macOS and Windows add.
    let mut inside: Files =
        own().into_iter().map(|(name, bytes)| (format!("My data/{name}"), bytes)).collect();
    for junk in ["__MACOSX/My data/train/images/._anna_9.png", "My data/train/images/.DS_Store"] {
        inside.insert(0, (junk.into(), b"junk".to_vec()));
    }
    inside.push(("My data/test/Thumbs.db".into(), b"junk".to_vec()));
    assert_eq!(SlicePack::open(zip_of(&inside)).unwrap().decode(Partition::ThreeWay).unwrap(), set);
}

#[test]
fn backslashes_separate_folders() {
    let set = SlicePack::open(zip_of(&own())).unwrap().decode(Partition::ThreeWay).unwrap();
    for root in ["", "My data\\", "My data/"] {
        let mut files: Files = own()
            .into_iter()
            .map(|(name, bytes)| (format!("{root}{}", name.replace('/', "\\")), bytes))
            .collect();
        files.push((format!("{root}train\\images\\Thumbs.db"), b"junk".to_vec()));
        let zip = zip_of(&files);
        let name = b"train\\images\\anna_9.png";
        assert!(zip.windows(name.len()).any(|bytes| bytes == name), "stored with backslashes");
        assert_eq!(
            SlicePack::open(zip).unwrap().decode(Partition::ThreeWay).unwrap(),
            set,
            "{root}"
        );

        // The manifest is found as well.
        let json = Manifest { train: 2, validation: 0, test: 1, ..manifest() }.to_json();
        files.push((format!("{root}{MANIFEST_NAME}"), json.into_bytes()));
        assert!(matches!(error(&files), SlicePackError::UnknownLabel { label: 2, last: 1, .. }));
    }
    let stray = own_but("train\\mask\\anna_9.png", Some(gray(SIZE, 0)));
    assert_eq!(error(&stray), SlicePackError::UnknownFolder("train/mask/anna_9.png".into()));
}

/// Returns [`own`] with other values in place of 0, 1 and 2 in the masks. Each mask has a row of
/// background.
fn own_with_values(values: [u8; 3]) -> Files {
    let mask = |class: u8| {
        let mut pixels = vec![values[usize::from(class)]; SIZE[0] * SIZE[1]];
        pixels[..SIZE[1]].fill(values[0]);
        png(SIZE, png::ColorType::Grayscale, png::BitDepth::Eight, &pixels)
    };
    let class_of = [("train/masks/anna_10.png", 1), ("train/masks/anna_9.png", 2)];
    let class =
        |name: &str| class_of.iter().find(|(n, _)| *n == name).map_or(1, |(_, class)| *class);
    let masked = own().into_iter().map(|(name, bytes)| {
        let bytes = if name.contains("masks") { mask(class(&name)) } else { bytes };
        (name, bytes)
    });
    masked.collect()
}

#[test]
fn gray_levels_of_masks_without_manifest_are_classes() {
    let plain = SlicePack::open(zip_of(&own_with_values([0, 1, 2]))).unwrap();
    assert_eq!(plain.manifest().description, "");
    let set = plain.decode(Partition::ThreeWay).unwrap();
    for levels in [[0, 127, 255], [0, 128, 255], [0, 100, 200]] {
        let pack = SlicePack::open(zip_of(&own_with_values(levels))).unwrap();
        assert!(pack.decode(Partition::ThreeWay).unwrap() == set, "{levels:?}");
        assert!(pack.mask(Split::Train, 0).unwrap() == set.train.mask(0), "{levels:?}");
        let [_, one, two] = levels;
        assert_eq!(
            pack.manifest().description,
            format!("In the masks, gray 0 is the background, {one} is class 1, {two} is class 2.")
        );
    }
    // Only the masks together tell how many classes there are.
    let two = SlicePack::open(zip_of(&own_with_values([0, 255, 255]))).unwrap();
    assert_eq!(two.manifest().classes, ["background", "1"]);

    let unclear = error(&own_with_values([0, 1, 255]));
    let file = "train/masks/anna_9.png".to_owned();
    assert_eq!(unclear, SlicePackError::UnknownLabel { file, label: 255, last: 9 });
    // A manifest names the values themselves.
    let mut files = own_with_values([0, 255, 255]);
    let json = Manifest { train: 2, validation: 0, test: 1, ..manifest() }.to_json();
    files.push((MANIFEST_NAME.into(), json.into_bytes()));
    assert!(matches!(error(&files), SlicePackError::UnknownLabel { label: 255, last: 1, .. }));
}

#[test]
fn images_and_masks_must_belong_together() {
    assert_eq!(
        error(&own_but("train/masks/anna_9.png", None)),
        SlicePackError::ImageWithoutMask("train/images/anna_9.png".into())
    );
    assert_eq!(
        error(&own_but("test/images/ben.png", None)),
        SlicePackError::MaskWithoutImage("test/masks/ben.png".into())
    );
    let file = "test/masks/ben.png".to_owned();
    assert_eq!(
        error(&own_but(&file, Some(gray([24, 16], 1)))),
        SlicePackError::MaskSize { file: file.clone(), found: [24, 16], image: SIZE }
    );
    assert_eq!(
        error(&own_but(&file, Some(gray(SIZE, 10)))),
        SlicePackError::UnknownLabel { file, label: 10, last: 9 }
    );
    let file = "test/images/ben.png".to_owned();
    assert_eq!(
        error(&own_but(&file, Some(gray([16, 16], 1)))),
        SlicePackError::Size { file, found: [16, 16], first: SIZE }
    );
}

#[test]
fn labels_must_be_named() {
    let json = Manifest { train: 2, validation: 0, test: 1, ..manifest() }.to_json();
    let mut files = own_but(MANIFEST_NAME, Some(json.into_bytes()));
    let file = "train/masks/anna_9.png".to_owned();
    assert_eq!(
        error(&files),
        SlicePackError::UnknownLabel { file: file.clone(), label: 2, last: 1 }
    );
    files.retain(|other| other.0 != file);
    files.push((file, gray(SIZE, 0)));
    assert_eq!(
        SlicePack::open(zip_of(&files)).unwrap().decode(Partition::ThreeWay).unwrap().classes.len(),
        2
    );

    let empty: Files = own()
        .into_iter()
        .map(|(name, bytes)| {
            let is_mask = name.contains("masks");
            (name, if is_mask { gray(SIZE, 0) } else { bytes })
        })
        .collect();
    assert_eq!(error(&empty), SlicePackError::OnlyBackground);
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let file = "train/images/anna_10.png".to_owned();
    let reason = |bytes: &[u8]| match error(&own_but(&file, Some(bytes.to_vec()))) {
        SlicePackError::Png { file: named, reason } if named == file => reason,
        other => panic!("{other}"),
    };
    assert_eq!(reason(b""), PngError::Empty);
    assert!(matches!(reason(b"GIF89a, no PNG"), PngError::Broken(_)));
    assert_eq!(reason(&gray([15, 16], 0)), PngError::Size { width: 16, height: 15 });
    assert_eq!(reason(&gray([16, 257], 0)), PngError::Size { width: 257, height: 16 });
    assert_eq!(
        error(&own_but("train/mask/anna_9.png", Some(gray(SIZE, 0)))),
        SlicePackError::UnknownFolder("train/mask/anna_9.png".into())
    );
    assert!(matches!(
        error(&own_but("train/images/more/a.png", Some(gray(SIZE, 0)))),
        SlicePackError::UnknownFolder(_)
    ));
    let training: Files = own().into_iter().filter(|file| file.0.starts_with("train")).collect();
    assert_eq!(error(&training), SlicePackError::NoSlices(Split::Test));
    assert_eq!(error(&vec![]), SlicePackError::NoSlices(Split::Train));
}

#[test]
fn what_is_no_pack_of_slices_is_told_apart() {
    let open = |bytes: Vec<u8>| SlicePack::open(bytes).unwrap_err();
    assert_eq!(open(vec![]), SlicePackError::Pack(PackError::Empty));
    assert_eq!(open(b"<!doctype html>".to_vec()), SlicePackError::Pack(PackError::NotZip));
    let json = |manifest: Manifest| own_but(MANIFEST_NAME, Some(manifest.to_json().into_bytes()));
    let images = Manifest { kind: PackKind::Images, ..manifest() };
    assert_eq!(error(&json(images)), SlicePackError::NoSlicePack);
    let count = PackError::Count { split: Split::Train, declared: 240, found: 2 };
    assert_eq!(error(&json(manifest())), SlicePackError::Pack(count));
    assert!(matches!(
        error(&own_but(MANIFEST_NAME, Some(b"{".to_vec()))),
        SlicePackError::Pack(PackError::Manifest(_))
    ));
    for length in ["0.0", "-1.0", "1e99"] {
        let text = Manifest { train: 2, validation: 0, test: 1, ..manifest() }
            .to_json()
            .replace("4.0", length);
        let error = error(&own_but(MANIFEST_NAME, Some(text.into_bytes())));
        assert!(matches!(error, SlicePackError::Pack(PackError::Manifest(_))), "{length}: {error}");
    }
    assert_eq!(Pack::open(good_pack()).unwrap_err(), PackError::NoImagePack);
    assert!(write_pack(manifest(), Splits::default()).is_err());
}

#[test]
fn a_truncated_pack_is_refused_wherever_it_ends() {
    let whole = zip_of(&own());
    for end in (1..whole.len()).step_by(5).chain([whole.len() - 1]) {
        let error = SlicePack::open(&whole[..end]).unwrap_err();
        let expected =
            matches!(error, SlicePackError::Pack(PackError::Damaged(_) | PackError::NotZip));
        assert!(expected, "{end}: {error}");
    }
}

#[test]
fn a_flipped_byte_never_panics() {
    let whole = zip_of(&own());
    for at in 0..whole.len() {
        for mask in [0x01, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            let _ = SlicePack::open(bytes).and_then(|pack| pack.decode(Partition::ThreeWay));
        }
    }
}

#[test]
fn too_many_slices_are_refused_before_they_are_read() {
    let mut files = Files::new();
    for index in 0..10_001 {
        files.push((format!("train/images/{index}.png"), vec![]));
    }
    assert!(matches!(error(&files), SlicePackError::TooMany(_)));
    // Sides of 256 pixels, more than 1024 slices.
    let (image, mask) = (gray([256, 256], 1), gray([256, 256], 1));
    let mut files = Files::new();
    for index in 0..1025 {
        let split = if index == 0 { "test" } else { "train" };
        files.push((format!("{split}/images/{index}.png"), image.clone()));
        files.push((format!("{split}/masks/{index}.png"), mask.clone()));
    }
    assert_eq!(error(&files), SlicePackError::TooMany(1025));
}

mod pngs {
    use super::*;
    use data::{decode_gray_png, decode_mask_png};
    use png::{BitDepth, ColorType};

    const PIXELS: usize = SIZE[0] * SIZE[1];

    #[test]
    fn every_kind_of_mask_tells_its_classes() {
        let mask = |color, depth, data: &[u8]| decode_mask_png(&png(SIZE, color, depth, data));
        let wanted = |label| Ok((SIZE, vec![label; PIXELS]));
        assert_eq!(mask(ColorType::Grayscale, BitDepth::Eight, &[2; PIXELS]), wanted(2));
        assert_eq!(mask(ColorType::Indexed, BitDepth::Eight, &[2; PIXELS]), wanted(2));
        assert_eq!(mask(ColorType::Grayscale, BitDepth::One, &[0xff; PIXELS / 8]), wanted(1));
        assert_eq!(mask(ColorType::Indexed, BitDepth::Two, &[0b1010_1010; PIXELS / 4]), wanted(2));
        assert_eq!(mask(ColorType::Grayscale, BitDepth::Four, &[0x77; PIXELS / 2]), wanted(7));
        assert_eq!(
            mask(ColorType::Grayscale, BitDepth::Sixteen, &[0, 3].repeat(PIXELS)),
            wanted(3)
        );
        assert_eq!(
            mask(ColorType::GrayscaleAlpha, BitDepth::Eight, &[4, 9].repeat(PIXELS)),
            wanted(4)
        );
        assert_eq!(mask(ColorType::Rgb, BitDepth::Eight, &[5; 3 * PIXELS]), wanted(5));
        assert_eq!(mask(ColorType::Rgba, BitDepth::Eight, &[5, 5, 5, 0].repeat(PIXELS)), wanted(5));
        let colors = mask(ColorType::Rgb, BitDepth::Eight, &[5, 0, 0].repeat(PIXELS));
        assert_eq!(colors, Err(PngError::NotAMask));
        let deep = mask(ColorType::Grayscale, BitDepth::Sixteen, &[1, 0].repeat(PIXELS));
        assert_eq!(deep, Err(PngError::NotAMask));
    }

    #[test]
    fn rows_of_narrow_pixels_begin_with_a_byte() {
        // 17 pixels of 2 bits are 4 bytes and a quarter.
        let row = [0b0001_1011, 0, 0, 0b0000_0011, 0b1000_0000];
        let bytes = png([16, 17], ColorType::Grayscale, BitDepth::Two, &row.repeat(16));
        let (size, labels) = decode_mask_png(&bytes).unwrap();
        assert_eq!(size, [16, 17]);
        let wanted = [0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2];
        assert!(labels.chunks_exact(17).all(|row| row == wanted));
    }

    #[test]
    fn every_kind_of_picture_has_grays() {
        let gray = |color, depth, data: &[u8]| {
            decode_gray_png(&png(SIZE, color, depth, data)).unwrap().1[PIXELS - 1]
        };
        assert_eq!(gray(ColorType::Grayscale, BitDepth::Eight, &[77; PIXELS]), 77);
        assert_eq!(gray(ColorType::Grayscale, BitDepth::One, &[0xff; PIXELS / 8]), 255);
        assert_eq!(gray(ColorType::Grayscale, BitDepth::Sixteen, &[77, 3].repeat(PIXELS)), 77);
        assert_eq!(gray(ColorType::GrayscaleAlpha, BitDepth::Eight, &[77, 3].repeat(PIXELS)), 77);
        assert_eq!(gray(ColorType::Rgb, BitDepth::Eight, &[90; 3 * PIXELS]), 90);
        assert_eq!(gray(ColorType::Rgba, BitDepth::Eight, &[0, 255, 0, 9].repeat(PIXELS)), 150);
        // Red and green of the palette.
        assert_eq!(gray(ColorType::Indexed, BitDepth::Eight, &[1; PIXELS]), 76);
    }

    #[test]
    fn a_header_that_promises_too_much_is_not_believed() {
        let mut huge = super::gray(SIZE, 1);
        let sides = [0x7f_u8, 0xff, 0xff, 0xff].repeat(2);
        huge[16..24].copy_from_slice(&sides);
        assert!(decode_gray_png(&huge).is_err());
    }

    #[test]
    fn a_png_cut_short_is_broken_and_a_flipped_byte_never_panics() {
        let whole = super::gray(SIZE, 3);
        for end in 1..whole.len() - 12 {
            assert!(matches!(decode_mask_png(&whole[..end]), Err(PngError::Broken(_))), "{end}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x41;
            let _ = (decode_gray_png(&bytes), decode_mask_png(&bytes));
        }
    }
}
