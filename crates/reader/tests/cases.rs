//! Scans as people have them: each kind of file gives the same slices as the plain volume, or a
//! sentence. The files are in the folder that `PLAYGROUND_CASES_DIR` names; without it there is
//! nothing to test.

use std::path::PathBuf;

use data::user_files::{
    FileFacts, Frame, MaskFacts, MaskValue, NetworkInput, Slices, SlicesRequest, mask_of_two,
};
use reader::{Reader, Request, Response};

const INPUT: NetworkInput = NetworkInput { size: [64, 64], pixel_mm: [1.0, 1.0] };

/// Number of the image among the files that are open.
const IMAGE: u32 = 1;

/// Number of the mask.
const MASK: u32 = 2;

/// Returns the contents of a file, or `None` without a folder.
fn file(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("PLAYGROUND_CASES_DIR") else {
        println!("note: PLAYGROUND_CASES_DIR is not set");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// An image, perhaps with its mask.
struct Scan {
    reader: Reader,
    facts: FileFacts,
    mask: Option<MaskFacts>,
    slices: Slices,
}

fn open(reader: &mut Reader, id: u32, name: &str, bytes: &[u8], volume: usize) -> FileFacts {
    let request = Request::Open { file: id, name: name.into(), volume };
    match reader.handle(request, &bytes) {
        Ok(Response::Opened(facts)) => *facts,
        other => panic!("{name}: {other:?}"),
    }
}

/// Reads an image and its mask for data with the given classes.
fn pair_of(image: (&str, &[u8]), mask: Option<(&str, &[u8])>, classes: &[&str]) -> Scan {
    let mut reader = Reader::default();
    let facts = open(&mut reader, IMAGE, image.0, image.1, 0);
    let found = mask.map(|(name, bytes)| {
        open(&mut reader, MASK, name, bytes, 0);
        let classes = classes.iter().map(|class| (*class).to_owned()).collect();
        match reader.handle(Request::Mask { image: IMAGE, mask: MASK, classes }, &bytes) {
            Ok(Response::Mask(facts)) => facts,
            other => panic!("{name}: {other:?}"),
        }
    });
    let axis = facts.grid.slice_axis();
    let request = SlicesRequest {
        image: IMAGE,
        mask: found.as_ref().map(|mask| (MASK, mask.guess.classes.clone())),
        axis,
        first: 0,
        count: facts.grid.shape[axis],
        window: facts.window,
        input: INPUT,
    };
    match reader.handle(Request::Slices(request), &Vec::new()) {
        Ok(Response::Slices(slices)) => Scan { reader, facts, mask: found, slices },
        other => panic!("{}: {other:?}", image.0),
    }
}

/// Reads a volume and its mask; the names are without `.nii.gz`.
fn pair(image: &str, mask: Option<&str>) -> Option<Scan> {
    let read =
        |name: &str| Some((format!("{name}.nii.gz"), file(&format!("volumes/{name}.nii.gz"))?));
    let (image, mask) = (read(image)?, mask.and_then(read));
    let mask = mask.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    Some(pair_of((&image.0, &image.1), mask, &["background", "anterior", "posterior"]))
}

fn picture(image: &str, mask: Option<&str>, classes: &[&str]) -> Option<Scan> {
    let read = |name: &str| file(&format!("images/{name}"));
    let mask = match mask {
        Some(name) => Some((name, read(name)?)),
        None => None,
    };
    let mask = mask.as_ref().map(|(name, bytes)| (*name, bytes.as_slice()));
    Some(pair_of((image, &read(image)?), mask, classes))
}

/// Returns the plain volume with its labels.
fn plain() -> Option<Scan> {
    let plain = pair("hippocampus_001", Some("hippocampus_001_label"))?;
    let mask = plain.mask.as_ref().unwrap();
    assert!(plain.facts.notes.is_empty() && mask.notes.is_empty() && mask.guess.is_certain);
    assert!(plain.slices.labels.contains(&1) && plain.slices.labels.contains(&2));
    Some(plain)
}

// Pixels are compared with `assert!`, since a failing `assert_eq!` would print all of them.

#[test]
fn the_order_of_the_axes_changes_nothing() {
    let Some(plain) = plain() else { return };
    for (image, mask, notes) in [
        ("hippocampus_LPS", "hippocampus_LPS_label", &["Stored LPS, turned to RAS."][..]),
        ("hippocampus_LIA", "hippocampus_LIA_label", &["Stored LIA, turned to RAS."]),
        ("hippocampus_LIA", "hippocampus_001_label", &["Stored LIA, turned to RAS."]),
        ("hippocampus_001", "hippocampus_001_label_in_LPS", &[]),
    ] {
        let scan = pair(image, Some(mask)).unwrap();
        assert!(scan.slices == plain.slices, "{image} with {mask}");
        assert_eq!(scan.facts.notes, notes);
    }
}

#[test]
fn masks_are_read_as_programs_write_them() {
    let Some(plain) = plain() else { return };
    let read = |mask: &str| {
        let scan = pair("hippocampus_001", Some(mask)).unwrap();
        assert!(scan.slices.labels == plain.slices.labels, "{mask}");
        scan.mask.unwrap()
    };
    assert!(read("hippocampus_001_label_int64").notes.is_empty());
    let one_hot = read("hippocampus_001_label_onehot4d");
    assert_eq!(one_hot.notes, ["The mask has one volume per class; of 3 the largest counts."]);
    assert!(one_hot.guess.is_certain);
    let gray = read("hippocampus_001_label_0_127_255");
    assert_eq!(gray.notes, ["The mask has 3 different values: 0, 127, 255."]);
    assert!(!gray.guess.is_certain);
    assert_eq!(gray.guess.classes, [0, 1, 2]);
}

#[test]
fn other_formats_give_the_same_slices() {
    let Some(plain) = plain() else { return };
    let same = |scan: &Scan| scan.slices.images == plain.slices.images;
    assert!(same(&pair("hippocampus_nifti2", None).unwrap()));
    let series = pair("hippocampus_4d", None).unwrap();
    assert!(same(&series) && (series.facts.volumes, series.facts.volume) == (3, 0));
    let mut reader = series.reader;
    let bytes = file("volumes/hippocampus_4d.nii.gz").unwrap();
    let last = open(&mut reader, IMAGE, "4d", &bytes, 2);
    assert_eq!((last.volume, last.volumes), (2, 3));
    let header = file("volumes/hippocampus_pair.hdr").unwrap();
    let joined = [&header[..348], &file("volumes/hippocampus_pair.img").unwrap()].concat();
    assert!(same(&pair_of(("pair.hdr", &joined), None, &[])));
    let single = pair("hippocampus_one_slice", None).unwrap();
    let is_a_slice = plain.slices.images.chunks(64 * 64).any(|slice| {
        // The window of one slice differs from that of the volume.
        slice
            .iter()
            .zip(&single.slices.images)
            .all(|(a, b)| (*a == 0) == (*b == 0) || a.abs_diff(*b) < 64)
    });
    assert!(single.slices.frame.slices == 1 && is_a_slice);
}

#[test]
fn gzip_is_read_as_gunzip_does() {
    let Some(bytes) = file("volumes/dim4_zero.nii") else { return };
    let plain = pair_of(("dim4_zero.nii", &bytes), None, &[]);
    for name in ["gz_trailing_zeros", "gz_trailing_garbage", "gz_in_gz"] {
        let scan = pair(name, None).unwrap();
        assert!(scan.slices.frame.slices == plain.slices.frame.slices, "{name}");
    }
}

#[test]
fn other_voxel_sizes_are_resampled_to_the_same_picture() {
    let Some(plain) = plain() else { return };
    for (name, limit) in [("hippocampus_third_mm", 8.0), ("hippocampus_4mm_slices", 30.0)] {
        let scan = pair(name, None).unwrap();
        assert_eq!(scan.slices.frame.slices, plain.slices.frame.slices);
        assert_eq!(scan.slices.frame.size, [64, 64]);
        let pairs = scan.slices.images.iter().zip(&plain.slices.images);
        let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        let difference = sum / plain.slices.images.len() as f64;
        assert!(difference < limit, "{name}: mean difference {difference} of 255");
    }
}

#[test]
fn a_scan_larger_than_the_network_sees_is_shown_whole() {
    let Some(plain) = plain() else { return };
    let head = pair("wholehead", Some("wholehead_label")).unwrap();
    assert_eq!((head.slices.frame.slices, head.slices.frame.size), (180, [180, 220]));
    let count = |labels: &[u8]| labels.iter().filter(|label| **label > 0).count();
    assert_eq!(count(&head.slices.labels), count(&plain.slices.labels));
    // The plain volume is a part of the head.
    let labeled = |labels: &[u8], pixels: usize| {
        labels.chunks(pixels).filter(|slice| slice.iter().any(|label| *label > 0)).count()
    };
    assert_eq!(labeled(&head.slices.labels, 180 * 220), labeled(&plain.slices.labels, 64 * 64));
}

#[test]
fn content_decides_which_file_is_the_mask() {
    let mut reader = Reader::default();
    for (image, mask) in [("T1_masked", "aseg"), ("unlabeled_scan", "manual_roi")] {
        let mut facts = |id, name: &str| {
            let bytes = file(&format!("volumes/roles/{name}.nii.gz"))?;
            Some(open(&mut reader, id, &format!("{name}.nii.gz"), &bytes, 0))
        };
        let Some(image) = facts(IMAGE, image) else { return };
        let mask = facts(MASK, mask).unwrap();
        let why = format!("“{}” is the mask: it has only 3 different values.", mask.name);
        assert_eq!(mask_of_two([&image, &mask]), (1, why.clone()));
        assert_eq!(mask_of_two([&mask, &image]), (0, why));
    }
}

#[test]
fn a_picture_of_a_slice_enters_like_the_slice_of_the_volume() {
    let Some(plain) = plain() else { return };
    let classes = ["background", "anterior", "posterior"];
    let scan = picture("slice_51x35.png", Some("slice_51x35_mask.png"), &classes).unwrap();
    let middle = plain.slices.frame.slices / 2;
    let of_plain = |values: &[u8]| values[middle * 64 * 64..][..64 * 64].to_vec();
    assert!(scan.slices.labels == of_plain(&plain.slices.labels));
    let worst = scan.slices.images.iter().zip(of_plain(&plain.slices.images));
    let worst = worst.map(|(a, b)| a.abs_diff(b)).max().unwrap();
    assert!(worst <= 1, "{worst} of 255");
}

#[test]
fn a_mask_is_as_large_as_its_picture() {
    let classes = ["background", "brain"];
    let Some(scan) = picture("ct_512.png", Some("ct_512_mask.png"), &classes) else { return };
    assert_eq!(scan.slices.frame.size, [64, 64]);
    assert!(scan.slices.labels.contains(&1) && scan.mask.unwrap().guess.is_certain);
}

#[test]
fn twelve_bits_in_sixteen_are_spread_over_what_is_there() {
    let Some(scan) = picture("mr_12bit_in_16bit.png", None, &[]) else { return };
    let images = &scan.slices.images;
    let mean = images.iter().map(|value| f64::from(*value)).sum::<f64>() / images.len() as f64;
    assert!(
        images.contains(&0) && images.contains(&255) && (40.0..200.0).contains(&mean),
        "{mean}"
    );
}

#[test]
fn a_mask_is_turned_with_its_photo() {
    let classes = ["background", "brain"];
    let Some(scan) = picture("brain_exif6.jpg", Some("brain_exif6_mask.png"), &classes) else {
        return;
    };
    assert_eq!(scan.facts.notes, ["Turned as its EXIF data say."]);
    assert_eq!(
        scan.mask.unwrap().notes,
        ["The mask was drawn on the pixels as they are stored, and turned with its image."]
    );
    // The mask covers what is bright.
    let mean = |class: u8| {
        let pixels = scan.slices.images.iter().zip(&scan.slices.labels);
        let of: Vec<f64> = pixels
            .filter(|(_, label)| **label == class)
            .map(|(gray, _)| f64::from(*gray))
            .collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!(mean(1) > 2.0 * mean(0), "{} and {}", mean(1), mean(0));
}

#[test]
fn a_palette_counts_by_what_is_seen() {
    let name = "brain_mask_palette_swapped.png";
    let Some(plain) = picture("brain_exif6.jpg", Some("brain_exif6_mask.png"), &["a", "b"]) else {
        return;
    };
    let swapped = picture("brain_exif6.jpg", Some(name), &["a", "b"]).unwrap();
    let mask = swapped.mask.unwrap();
    let values: Vec<MaskValue> = mask.entries.iter().map(|entry| entry.value).collect();
    assert_eq!(values, [MaskValue::Number(0), MaskValue::Number(255)]);
    let share = |labels: &[u8]| labels.iter().filter(|label| **label == 1).count();
    let (a, b) = (share(&plain.slices.labels), share(&swapped.slices.labels));
    assert!(a.abs_diff(b) < a / 20, "{a} and {b} pixels");
}

#[test]
fn the_order_of_the_axes_is_that_of_nibabel() {
    // `nibabel.aff2axcodes(nibabel.load(file).affine)`, nibabel 5.
    for (name, code) in [
        ("dim4_zero.nii", "LAS"),
        ("gz_trailing_garbage.nii.gz", "LAS"),
        ("gz_trailing_zeros.nii.gz", "LAS"),
        ("hippocampus_001.nii.gz", "RAS"),
        ("hippocampus_001_label_0_127_255.nii.gz", "RAS"),
        ("hippocampus_001_label_in_LPS.nii.gz", "LPS"),
        ("hippocampus_001_label_int64.nii.gz", "RAS"),
        ("hippocampus_001_label_onehot4d.nii.gz", "RAS"),
        ("hippocampus_4d.nii.gz", "RAS"),
        ("hippocampus_4mm_slices.nii.gz", "RAS"),
        ("hippocampus_LIA.nii.gz", "LIA"),
        ("hippocampus_LIA_label.nii.gz", "LIA"),
        ("hippocampus_LPS.nii.gz", "LPS"),
        ("hippocampus_LPS_label.nii.gz", "LPS"),
        ("hippocampus_nifti2.nii.gz", "RAS"),
        ("hippocampus_one_slice.nii.gz", "RAS"),
        ("hippocampus_third_mm.nii.gz", "RAS"),
        ("wholehead.nii.gz", "RAS"),
    ] {
        let Some(bytes) = file(&format!("volumes/{name}")) else { return };
        let facts = open(&mut Reader::default(), IMAGE, name, &bytes, 0);
        assert_eq!(facts.grid.stored.code(), code, "{name}");
        let axis = facts.grid.slice_axis();
        let frame = Frame::of(&facts.grid, axis, INPUT).unwrap();
        let letters = frame.edge_letters(&facts.grid).unwrap().concat();
        assert_eq!(letters, ["PASI", "RLSI", "RLAP"][axis], "{name}");
    }
}
