//! Tests of the selection of patients and slices, with generated volumes.

use super::super::hippocampus::CLASSES;
use super::*;

use std::collections::BTreeSet;

use data::{IMAGE_SIDE, PackKind, Partition, SlicePack, Slices};

const SHAPE: [usize; 3] = [30, 40, 24];
const PACK: &str = "www/packs/hippocampus.zip";

/// Returns a NIfTI file with 8-bit voxels of 1×2×3 mm.
fn nifti(shape: [usize; 3], voxel: impl Fn([usize; 3]) -> u8) -> Vec<u8> {
    let mut bytes = vec![0; 352];
    bytes[..4].copy_from_slice(&348_i32.to_le_bytes());
    for (i, value) in [3, shape[0], shape[1], shape[2], 1, 1, 1, 1].into_iter().enumerate() {
        bytes[40 + 2 * i..][..2].copy_from_slice(&(value as i16).to_le_bytes());
    }
    bytes[70..72].copy_from_slice(&2_i16.to_le_bytes());
    for (i, size) in [1.0_f32, 2.0, 3.0].into_iter().enumerate() {
        bytes[80 + 4 * i..][..4].copy_from_slice(&size.to_le_bytes());
    }
    bytes[108..112].copy_from_slice(&352_f32.to_le_bytes());
    bytes[344..348].copy_from_slice(b"n+1\0");
    for z in 0..shape[2] {
        for y in 0..shape[1] {
            bytes.extend((0..shape[0]).map(|x| voxel([x, y, z])));
        }
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    io::Write::write_all(&mut gzip, &bytes).unwrap();
    gzip.finish().unwrap()
}

fn image(number: usize) -> Vec<u8> {
    nifti(SHAPE, |[x, y, z]| (number + 3 * x + 2 * y + z) as u8)
}

/// Returns a mask in which planes 6 to 23 have 25 labeled voxels. Planes 5 and 24 have 20, which
/// are too few.
fn mask() -> Vec<u8> {
    nifti(SHAPE, |[x, y, z]| match x {
        6..24 if y < 5 && z < 5 => 1 + u8::from(y > 2),
        5 | 24 if y < 5 && z < 4 => 1,
        _ => 0,
    })
}

/// Writes the data set to a folder: one volume of each patient, for some patients both.
fn task_at(home: &Path, patients: usize) -> PathBuf {
    let folder = home.join("Task04_Hippocampus");
    let (images, masks) = (folder.join("imagesTr"), folder.join("labelsTr"));
    fs::create_dir_all(&images).unwrap();
    fs::create_dir_all(&masks).unwrap();
    let mask = mask();
    let add = |number: usize| {
        let name = format!("hippocampus_{number:03}.nii.gz");
        fs::write(images.join(&name), image(number)).unwrap();
        fs::write(masks.join(&name), &mask).unwrap();
    };
    for patient in 1..=patients {
        add(2 * patient - patient % 3 % 2);
        if patient % 3 == 1 {
            add(2 * patient);
        }
    }
    fs::write(images.join("._hippocampus_001.nii.gz"), "left behind").unwrap();
    // A volume without a published mask.
    fs::write(images.join("hippocampus_000.nii.gz"), image(0)).unwrap();
    folder
}

fn tar(folder: &Path, target: &Path) {
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all("Task04_Hippocampus", folder).unwrap();
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::write(target, tar.into_inner().unwrap()).unwrap();
}

#[test]
fn patients_and_slices_are_picked_by_the_rule() {
    let (home, options) = checkout();
    let folder = task_at(home.path(), 90);
    let report = run_one(&naming(&options, HIPPOCAMPUS, home.path()), HIPPOCAMPUS);
    let info = report.pack.unwrap();
    assert_eq!(index_of(&options).pack("hippocampus"), Some(&info));
    assert_eq!(
        (info.manifest.kind, info.manifest.classes.len()),
        (PackKind::Slices, CLASSES.len())
    );

    let bytes = fs::read(options.root.join(PACK)).unwrap();
    let pack = SlicePack::open(bytes.as_slice()).unwrap();
    let set = pack.decode(Partition::ThreeWay).unwrap();
    assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (360, 60, 60));
    assert_eq!(
        (set.train.cases.len(), set.validation.cases.len(), set.test.cases.len()),
        (60, 10, 10)
    );
    let two = pack.decode(Partition::TwoWay).unwrap();
    assert_eq!((two.train.len(), two.validation.len(), two.test.len()), (360, 0, 120));
    let names = |slices: &Slices| -> Vec<String> {
        slices.cases.iter().map(|case| case.name.clone()).collect()
    };
    let by_turns = names(&set.validation).into_iter().zip(names(&set.test));
    assert_eq!(names(&two.test), by_turns.flat_map(|(a, b)| [a, b]).collect::<Vec<_>>());
    assert_eq!(set.size(), [IMAGE_SIDE; 2]);
    // No patient occurs twice, neither within a split nor in two.
    let cases = set.train.cases.iter().chain(&set.validation.cases).chain(&set.test.cases);
    let people: BTreeSet<usize> =
        cases.map(|case| case.name.parse::<usize>().unwrap().div_ceil(2)).collect();
    assert_eq!(people.into_iter().collect::<Vec<_>>(), (1..=80).collect::<Vec<_>>());
    assert_eq!(set.validation.cases[0].name, "007");

    // 18 planes with enough voxels in six runs of three, of which the middle one is selected.
    let names: Vec<_> =
        pack.files(Split::Train)[..6].iter().map(|file| file.name.as_str()).collect();
    let places = ["007", "010", "013", "016", "019", "022"];
    assert_eq!(names, places.map(|place| format!("001_{place}.png")));
    let case = &set.train.cases[0];
    assert_eq!((case.pixel_mm, case.slice_mm), ([3.0, 2.0], 3.0));
    let labeled: usize = set
        .train
        .of_case(0)
        .iter()
        .map(|slice| set.train.mask(*slice).iter().filter(|label| **label > 0).count())
        .sum();
    // By Cavalieri's principle: 18 planes of 1 mm thickness, with 25 voxels of 6 mm² each.
    let volume = labeled as f32 * case.pixel_mm[0] * case.pixel_mm[1] * case.slice_mm;
    assert_eq!(volume, 18.0 * 25.0 * 6.0);
    // Centered: 24 rows starting at 20, 40 columns starting at 12, with the end of the third axis
    // at the top.
    let mask = set.train.mask(0);
    assert_eq!(
        (mask[43 * IMAGE_SIDE + 12], mask[43 * IMAGE_SIDE + 16], mask[44 * IMAGE_SIDE]),
        (1, 2, 0)
    );
    let image = set.train.image(0);
    assert_eq!((image[19 * IMAGE_SIDE + 12], image[43 * IMAGE_SIDE + 11]), (0, 0));
    assert!(image[20 * IMAGE_SIDE + 51] > image[43 * IMAGE_SIDE + 12]);

    // An archive of the folder gives the same bytes, and so does one with more patients.
    let archive = options.root.join("data/Task04_Hippocampus.tar");
    tar(&folder, &archive);
    assert!(run_one(&options, HIPPOCAMPUS).sentence.starts_with("Packed"));
    assert!(fs::read(options.root.join(PACK)).unwrap() == bytes);
    assert!(run_one(&options, HIPPOCAMPUS).sentence.contains("up to date"));
    let (more, _) = checkout();
    let larger = task_at(more.path(), 95);
    run(&naming(&options, HIPPOCAMPUS, &larger)).unwrap();
    assert!(fs::read(options.root.join(PACK)).unwrap() == bytes);

    // The pack is kept when the source is removed.
    fs::remove_file(archive).unwrap();
    let kept = run_one(&options, HIPPOCAMPUS);
    assert!(kept.pack.is_some() && kept.sentence.contains("kept"), "{kept}");
}

#[test]
fn bad_sources_are_a_sentence() {
    let (home, options) = checkout();
    let fails = |path: &Path| {
        let error = run(&naming(&options, HIPPOCAMPUS, path)).unwrap_err();
        assert!(error.to_string().ends_with('.'), "{error}");
        error
    };
    assert!(matches!(fails(&home.path().join("nowhere")), DataError::NotThere { .. }));
    let few = task_at(&home.path().join("few"), 3);
    assert!(matches!(fails(&few), DataError::TooFew { found: 3, needed: 80, .. }));
    assert!(matches!(fails(&few.join("imagesTr")), DataError::NoParts { .. }));

    let folder = task_at(home.path(), 80);
    let with = |part: &str, bytes: &[u8]| {
        let file = folder.join(part).join("hippocampus_001.nii.gz");
        let good = fs::read(&file).unwrap();
        fs::write(&file, bytes).unwrap();
        let error = fails(&folder);
        fs::write(&file, good).unwrap();
        error
    };
    let image = image(1);
    let error = with("imagesTr", &image[..image.len() / 2]);
    assert!(matches!(error, DataError::Volume { .. }));
    assert!(error.to_string().contains("imagesTr/hippocampus_001.nii.gz"), "{error}");
    let other = nifti([30, 40, 23], |_| 1);
    assert!(matches!(with("labelsTr", &other), DataError::MaskShape { .. }));
    let unmarked = nifti(SHAPE, |[x, ..]| u8::from(x < 5));
    assert!(matches!(with("labelsTr", &unmarked), DataError::TooFew { found: 5, needed: 6, .. }));
    let strange = nifti(SHAPE, |_| 3);
    assert!(matches!(with("labelsTr", &strange), DataError::Slices { .. }));
    assert!(!options.root.join(PACK).exists());
}
