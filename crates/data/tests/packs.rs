//! Tests of valid and invalid packs of images.

use std::io::{Cursor, Write};

use data::{
    Entry, ImageError, JpegFile, MANIFEST_NAME, MAX_PACK_BYTES, Manifest, Pack, PackError,
    Partition, Split, Splits, decode_jpeg, phantom, sha256_hex, write_pack,
};
use jpeg_encoder::{ColorType, Encoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Returns a gradient of gray values starting at `low`, the same in every row.
fn slope(low: u8, width: u16, height: u16) -> Vec<u8> {
    let row = (0..width).map(move |x| low + x as u8);
    (0..height).flat_map(|_| row.clone()).collect()
}

fn jpeg(low: u8, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = slope(low, width, height);
    Encoder::new(&mut bytes, 100).encode(&pixels, width, height, ColorType::Luma).unwrap();
    bytes
}

fn manifest() -> Manifest {
    Manifest { name: "test".into(), classes: vec!["B".into(), "A".into()], ..phantom::manifest() }
}

fn picture(label: u8, name: &str) -> JpegFile {
    JpegFile { label, name: name.into(), bytes: jpeg(40 * label + name.len() as u8, 64, 64) }
}

fn good_pack() -> Vec<u8> {
    let train = vec![picture(1, "z.jpeg"), picture(1, "aa.jpeg"), picture(0, "longer.jpeg")];
    let test = vec![picture(1, "t.jpeg")];
    write_pack(manifest(), Splits { train, validation: Vec::new(), test }).unwrap()
}

/// Returns a deflated zip of the given files.
fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn manifest_of(train: usize, test: usize) -> String {
    Manifest { train, validation: 0, test, ..manifest() }.to_json()
}

fn open_error(bytes: Vec<u8>) -> PackError {
    Pack::open(bytes).unwrap_err()
}

#[test]
fn a_pack_gives_back_what_went_in_class_by_class() {
    let bytes = good_pack();
    assert_eq!(bytes, good_pack(), "the same pictures, other bytes");
    let pack = Pack::open(bytes).unwrap();
    let names = |split| -> Vec<(u8, String)> {
        let of = |entry: &Entry| (entry.label, entry.name.clone());
        pack.entries(split).iter().map(of).collect()
    };
    assert_eq!(
        names(Split::Train),
        [(0, "longer.jpeg".into()), (1, "aa.jpeg".into()), (1, "z.jpeg".into())]
    );
    assert_eq!(names(Split::Test), [(1, "t.jpeg".into())]);
    assert_eq!(pack.path(Split::Train, 1), "train/A/aa.jpeg");
    assert_eq!(pack.file(Split::Train, 1).unwrap(), picture(1, "aa.jpeg").bytes);
    assert_eq!((pack.manifest().train, pack.manifest().test), (3, 1));

    let all: Vec<u8> = (0..3)
        .map(|index| pack.file(Split::Train, index).unwrap())
        .chain([pack.file(Split::Test, 0).unwrap()])
        .flatten()
        .collect();
    assert_eq!(pack.manifest().sha256, sha256_hex(&all));

    let data = pack.decode(Partition::ThreeWay).unwrap();
    assert_eq!(data.classes, ["B", "A"]);
    assert_eq!(data.train.labels, [0, 1, 1]);
    assert_eq!(data.train.image(2), pack.image(Split::Train, 2).unwrap());
    assert_eq!(data.split(Split::Test).len(), 1);
    assert_eq!(
        pack.image(Split::Test, 1).unwrap_err(),
        PackError::NoSuchImage { split: Split::Test, index: 1 }
    );
}

#[test]
fn backslashes_separate_folders() {
    let [train, test] = [picture(0, "a.jpeg").bytes, picture(1, "b.jpeg").bytes];
    let json = manifest_of(1, 1);
    let with = |separator: &str| {
        let [one, two] = ["train/B/a.jpeg", "test/A/b.jpeg"].map(|n| n.replace('/', separator));
        let files = [(one.as_str(), &train[..]), (&two, &test), ("manifest.json", json.as_bytes())];
        Pack::open(zip_of(&files)).unwrap().decode(Partition::ThreeWay).unwrap()
    };
    assert_eq!(with("\\"), with("/"));
}

#[test]
fn a_jpeg_is_decoded_to_its_grays() {
    let pixels = decode_jpeg(&jpeg(50, 64, 64)).unwrap();
    for (at, (got, want)) in pixels.iter().zip(slope(50, 64, 64)).enumerate() {
        // Even at quality 100 the coefficients are rounded, which changes gray values by one or
        // two.
        assert!(got.abs_diff(want) <= 2, "pixel {at}: {got}, not {want}");
    }
    let mut color = Vec::new();
    Encoder::new(&mut color, 95).encode(&[90; 64 * 64 * 3], 64, 64, ColorType::Rgb).unwrap();
    assert!(decode_jpeg(&color).unwrap().iter().all(|gray| gray.abs_diff(90) <= 1));
}

#[test]
fn bad_images_are_refused_by_their_size_or_bytes() {
    assert_eq!(decode_jpeg(&[]).unwrap_err(), ImageError::Empty);
    assert!(matches!(decode_jpeg(b"GIF89a, not a JPEG"), Err(ImageError::Broken(_))));
    let size = ImageError::Size { width: 65, height: 64 };
    assert_eq!(decode_jpeg(&jpeg(0, 65, 64)).unwrap_err(), size);
    // No memory is allocated for a header that claims 65,500 pixels per side.
    let mut huge = jpeg(0, 64, 64);
    let frame = huge.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    assert!(decode_jpeg(&huge).is_err());
    let whole = jpeg(0, 64, 64);
    for end in 0..whole.len() {
        // Some decoders fill missing parts with gray; none may panic.
        let _ = decode_jpeg(&whole[..end]);
    }
}

#[test]
fn what_is_no_pack_is_told_apart() {
    assert_eq!(open_error(vec![]), PackError::Empty);
    assert_eq!(open_error(b"<!doctype html>".to_vec()), PackError::NotZip);
    assert_eq!(open_error(zip_of(&[("a.txt", b"hello")])), PackError::NoManifest);
    assert!(matches!(open_error(zip_of(&[(MANIFEST_NAME, b"{")])), PackError::Manifest(_)));
    let large = vec![b'P'; MAX_PACK_BYTES + 1];
    assert_eq!(open_error(large), PackError::TooLarge(MAX_PACK_BYTES + 1));
}

#[test]
fn a_truncated_pack_is_refused_wherever_it_ends() {
    let whole = good_pack();
    for end in (1..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let error = Pack::open(&whole[..end]).unwrap_err();
        assert!(matches!(error, PackError::Damaged(_) | PackError::NotZip), "{end}: {error}");
    }
}

#[test]
fn a_flipped_byte_never_panics_and_in_an_image_is_found() {
    let whole = good_pack();
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _ = Pack::open(bytes).and_then(|pack| pack.decode(Partition::ThreeWay));
    }
    let inside = picture(1, "aa.jpeg").bytes;
    let at = whole.windows(inside.len()).position(|window| window == inside).unwrap();
    let mut bytes = whole;
    bytes[at + inside.len() / 2] ^= 1;
    let error = Pack::open(bytes).unwrap().decode(Partition::ThreeWay).unwrap_err();
    assert!(matches!(&error, PackError::File { file, .. } if file == "train/A/aa.jpeg"), "{error}");
}

#[test]
fn a_zip_with_the_wrong_files_is_refused() {
    let image = jpeg(0, 64, 64);
    let open = |json: String, files: &[(&str, &[u8])]| {
        let manifest = [(MANIFEST_NAME, json.as_bytes())];
        Pack::open(zip_of(&[manifest.as_slice(), files].concat()))
    };
    let both = [("train/A/1.jpeg", image.as_slice()), ("test/A/1.jpeg", image.as_slice())];
    // Files next to the splits are ignored.
    let extra = [both.as_slice(), &[("LICENSE", b"text"), ("__MACOSX/x/y", b"")]].concat();
    assert!(open(manifest_of(1, 1), &extra).is_ok());
    assert_eq!(open(manifest_of(0, 1), &both[1..]).unwrap_err(), PackError::NoImages(Split::Train));
    assert_eq!(
        open(manifest_of(2, 1), &both).unwrap_err(),
        PackError::Count { split: Split::Train, declared: 2, found: 1 }
    );
    for stray in ["train/C/1.jpeg", "train/1.jpeg", "test/A/deeper/1.jpeg"] {
        let files = [both.as_slice(), &[(stray, image.as_slice())]].concat();
        let error = open(manifest_of(1, 1), &files).unwrap_err();
        assert_eq!(error, PackError::UnknownFolder(stray.into()));
    }
    let newer = manifest_of(1, 1).replace("\"format\": 1", "\"format\": 2");
    assert_eq!(open(newer, &both).unwrap_err(), PackError::Newer(2));
    for classes in ["[]", r#"["A"]"#, r#"["A", "A"]"#, r#"["A", "../B"]"#, r#"["A", ""]"#] {
        let mut json: serde_json::Value = serde_json::from_str(&manifest_of(1, 1)).unwrap();
        json["classes"] = serde_json::from_str(classes).unwrap();
        let error = open(json.to_string(), &both).unwrap_err();
        assert!(matches!(error, PackError::Manifest(_)), "{classes}: {error}");
    }
}

#[test]
fn a_file_that_unpacks_to_too_much_is_not_unpacked() {
    let bomb = vec![0; 8 << 20];
    let json = manifest_of(1, 1);
    let bytes = zip_of(&[
        (MANIFEST_NAME, json.as_bytes()),
        ("train/A/1.jpeg", &bomb),
        ("test/A/1.jpeg", b""),
    ]);
    assert!(bytes.len() < 20_000);
    let pack = Pack::open(bytes).unwrap();
    assert!(matches!(pack.image(Split::Train, 0), Err(PackError::File { .. })));
    let error = pack.image(Split::Test, 0).unwrap_err();
    let file = "test/A/1.jpeg".to_owned();
    assert_eq!(error, PackError::Image { file, reason: ImageError::Empty });
}

#[test]
fn a_picture_of_another_size_is_not_packed() {
    let wrong = JpegFile { bytes: jpeg(0, 32, 64), ..picture(0, "x.jpeg") };
    let error = write_pack(
        manifest(),
        Splits { train: vec![wrong], validation: Vec::new(), test: vec![picture(0, "y.jpeg")] },
    )
    .unwrap_err();
    let reason = ImageError::Size { width: 32, height: 64 };
    assert_eq!(error, PackError::Image { file: "train/B/x.jpeg".into(), reason });
    assert!(error.to_string().ends_with('.'), "{error}");
}
