//! Scans as people have them: each kind of file gives the same slices as the plain volume, or a
//! sentence. The files are in the folder that `PLAYGROUND_CASES_DIR` names; without it there is
//! nothing to test.

use std::path::PathBuf;

use data::user_files::{Extent, NetworkInput};
use reader::{Request, Response, handle};

const INPUT: NetworkInput = NetworkInput { size: [64, 64], pixel_mm: [1.0, 1.0] };

/// Returns the contents of a file, or `None` without a folder.
fn file(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("PLAYGROUND_CASES_DIR") else {
        println!("note: PLAYGROUND_CASES_DIR is not set");
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Slices of a volume, with what was noted.
struct Scan {
    extent: Extent,
    slices: Vec<u8>,
    notes: Vec<String>,
}

fn scan(name: &str) -> Option<Scan> {
    let request = Request::Volume { name: name.into(), input: INPUT };
    match handle(request, file(&format!("volumes/{name}"))?) {
        Ok(Response::Volume { grid, slices, notes }) => {
            Some(Scan { extent: Extent::Volume(grid), slices, notes })
        }
        other => panic!("{name}: {other:?}"),
    }
}

fn mask(name: &str, of: &Scan) -> Option<(Vec<u8>, Vec<String>)> {
    let classes = ["background", "anterior", "posterior"].map(str::to_owned).to_vec();
    let request =
        Request::Mask { name: name.into(), of: Box::new(of.extent), input: INPUT, classes };
    match handle(request, file(&format!("volumes/{name}"))?) {
        Ok(Response::Mask { labels, notes }) => Some((labels, notes)),
        other => panic!("{name}: {other:?}"),
    }
}

/// Returns the plain volume and its labels.
fn reference() -> Option<(Scan, Vec<u8>)> {
    let plain = scan("hippocampus_001.nii.gz")?;
    let (labels, notes) = mask("hippocampus_001_label.nii.gz", &plain)?;
    assert_eq!((&plain.notes, notes), (&vec![], vec![]));
    assert!(labels.contains(&1) && labels.contains(&2));
    Some((plain, labels))
}

// Compared with `assert!`, since a failing `assert_eq!` would print all pixels.

#[test]
fn the_order_of_the_axes_changes_nothing() {
    let Some((plain, labels)) = reference() else { return };
    for code in ["LPS", "LIA"] {
        let stored = scan(&format!("hippocampus_{code}.nii.gz")).unwrap();
        assert!(stored.slices == plain.slices, "{code}");
        assert_eq!(stored.notes, [format!("Stored {code}, turned to RAS.")]);
        let own = mask(&format!("hippocampus_{code}_label.nii.gz"), &stored).unwrap();
        assert!(own == (labels.clone(), vec![]), "{code}");
        let plain_mask = mask("hippocampus_001_label.nii.gz", &stored).unwrap();
        assert!(plain_mask == (labels.clone(), vec![]), "{code}");
    }
    let turned = mask("hippocampus_001_label_in_LPS.nii.gz", &plain).unwrap();
    assert!(turned == (labels, vec![]));
}

#[test]
fn masks_are_read_as_programs_write_them() {
    let Some((plain, labels)) = reference() else { return };
    let integers = mask("hippocampus_001_label_int64.nii.gz", &plain).unwrap();
    assert!(integers == (labels.clone(), vec![]));
    let (per_class, notes) = mask("hippocampus_001_label_onehot4d.nii.gz", &plain).unwrap();
    assert!(per_class == labels && notes.len() == 1, "{notes:?}");
}

#[test]
fn other_formats_give_the_same_slices() {
    let Some((plain, _)) = reference() else { return };
    assert!(scan("hippocampus_nifti2.nii.gz").unwrap().slices == plain.slices);
    let series = scan("hippocampus_4d.nii.gz").unwrap();
    assert!(series.slices == plain.slices);
    assert_eq!(series.notes, ["The first of 3 volumes."]);
    let header = file("volumes/hippocampus_pair.hdr").unwrap();
    let pair = [&header[..348], &file("volumes/hippocampus_pair.img").unwrap()].concat();
    let request = Request::Volume { name: "pair.hdr".into(), input: INPUT };
    let Ok(Response::Volume { slices, .. }) = handle(request, pair) else { panic!("no pair") };
    assert!(slices == plain.slices);
    let single = scan("hippocampus_one_slice.nii.gz").unwrap();
    let is_a_slice = plain.slices.chunks(64 * 64).any(|slice| {
        // The window of one slice differs from that of the volume.
        slice.iter().zip(&single.slices).all(|(a, b)| (*a == 0) == (*b == 0) || a.abs_diff(*b) < 64)
    });
    assert!(single.extent.slices() == 1 && is_a_slice);
}

#[test]
fn gzip_is_read_as_gunzip_does() {
    let Some(plain) = scan("dim4_zero.nii") else { return };
    for name in ["gz_trailing_zeros.nii.gz", "gz_trailing_garbage.nii.gz", "gz_in_gz.nii.gz"] {
        let scan = scan(name).unwrap();
        assert!(scan.extent.slices() == plain.extent.slices(), "{name}");
    }
}

#[test]
fn other_voxel_sizes_are_resampled_to_the_same_picture() {
    let Some((plain, _)) = reference() else { return };
    let fine = scan("hippocampus_third_mm.nii.gz").unwrap();
    assert_eq!(fine.notes, ["Resampled from pixels of 0.33 × 0.33 mm to 1 × 1 mm."]);
    let coarse = scan("hippocampus_4mm_slices.nii.gz").unwrap();
    assert_eq!(coarse.notes, ["Resampled from pixels of 1 × 4 mm to 1 × 1 mm."]);
    for (scan, limit) in [(fine, 8.0), (coarse, 30.0)] {
        assert_eq!(scan.extent.slices(), plain.extent.slices());
        let difference: f64 = scan
            .slices
            .iter()
            .zip(&plain.slices)
            .map(|(a, b)| f64::from(a.abs_diff(*b)))
            .sum::<f64>()
            / plain.slices.len() as f64;
        assert!(difference < limit, "mean difference {difference} of 255");
    }
}

#[test]
fn the_mask_of_a_large_image_is_read() {
    let Some(bytes) = file("images/ct_512_mask.png") else { return };
    let classes = ["background", "brain"].map(str::to_owned).to_vec();
    let of = Box::new(Extent::Image([512, 512]));
    let request = Request::Mask { name: "ct_512_mask.png".into(), of, input: INPUT, classes };
    let Ok(Response::Mask { labels, .. }) = handle(request, bytes) else { panic!("no mask") };
    assert!(labels.len() == 64 * 64 && labels.contains(&0) && labels.contains(&1));
}

#[test]
fn a_scan_larger_than_the_network_sees_says_so() {
    let Some(head) = scan("wholehead.nii.gz") else { return };
    assert_eq!(head.extent.slices(), 180);
    assert_eq!(head.notes, ["A slice is 220 × 180 mm; the network sees the middle 64 × 64 mm."]);
    mask("wholehead_label.nii.gz", &head).unwrap();
}
