//! Tests of the packs of breast ultrasound, with files made up in the layouts of the archives.

use super::*;

use data::{Partition, SlicePack};

const SIZE: [usize; 2] = [80, 100];

/// Number, class, fold and views of each patient.
const PATIENTS: [(u32, &str, u8, &[&str]); 9] = [
    (1, "malignant", 3, &["l", "r"]),
    (2, "benign", 5, &["l", "r"]),
    (3, "malignant", 4, &["s"]),
    (4, "benign", 4, &["l", "r"]),
    (5, "malignant", 5, &["l"]),
    (6, "benign", 1, &["s"]),
    (8, "benign", 4, &["s"]),
    (10, "benign", 4, &["s"]),
    (11, "malignant", 4, &["r", "l"]),
];

/// Returns an image in which the lesion is brighter, and its mask.
fn scan(patient: u32) -> (Vec<u8>, Vec<u8>) {
    let inside = |row: usize, column: usize| {
        (20..40).contains(&row) && (30..60 + patient as usize).contains(&column)
    };
    let image = png(SIZE, |row, column| 40 + 150 * u8::from(inside(row, column)));
    (image, png(SIZE, |row, column| 255 * u8::from(inside(row, column))))
}

/// Writes the data set as published to a folder.
fn published_at(home: &Path) -> PathBuf {
    let folder = home.join("BUSBRA");
    let mut cases =
        "ID,Case,Histology,Pathology,BIRADS,Device,Width,Height,Side,BBOX\r\n".to_owned();
    let mut folds = "ID,Pathology,kFold,valid_1\r\n".to_owned();
    for (patient, class, fold, views) in PATIENTS {
        for view in views {
            let name = format!("{patient:04}-{view}");
            cases += &format!(
                "bus_{name},{patient},x,{class},4,\"GE, Logiq\",100,80,left,\"[30,20,30,20]\"\r\n"
            );
            folds += &format!("bus_{name},{class},{fold},NaN\r\n");
            let (image, mask) = scan(patient);
            write(&folder.join(format!("Images/bus_{name}.png")), &image);
            write(&folder.join(format!("Masks/mask_{name}.png")), &mask);
        }
    }
    write(&folder.join("bus_data.csv"), cases.as_bytes());
    write(&folder.join("5-fold-cv.csv"), folds.as_bytes());
    write(&folder.join("LICENSE.txt"), b"Copies carry this notice.");
    write(&folder.join("Images/._bus_0001-l.png"), b"left behind");
    folder
}

/// Writes both prepared data sets to folders. Patient 1 is in the training set, patient 2 in the test
/// set and so on.
fn prepared_at(home: &Path) -> (PathBuf, PathBuf) {
    let (lesions, whole) = (home.join("busbra-roi-64"), home.join("busbra-seg-64"));
    for (patient, class, split) in [
        (1, "malignant", "train"),
        (2, "benign", "test"),
        (3, "malignant", "val"),
        (4, "benign", "val"),
        (5, "malignant", "test"),
        (6, "benign", "train"),
    ] {
        for view in ["l", "r"] {
            let name = format!("{class}_case{patient:04}_{patient:04}-{view}_birads4.png");
            let shade = |row, _| 3 * row as u8 + patient;
            write(&lesions.join(format!("{split}/{class}/{name}")), &png([64; 2], shade));
            write(&whole.join(format!("{split}/images/{name}")), &png([64; 2], shade));
            let mask = png([64; 2], |row, column| 255 * u8::from(row < 9 && column > 60));
            write(&whole.join(format!("{split}/masks/{name}")), &mask);
        }
    }
    for folder in [&lesions, &whole] {
        write(&folder.join("LICENSE-BUS-BRA.txt"), b"Copies carry this notice.");
    }
    (lesions, whole)
}

fn pack_bytes(options: &DataOptions, name: &str) -> Vec<u8> {
    fs::read(options.root.join(format!("www/packs/{name}.zip"))).unwrap()
}

fn license_of(pack: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(io::Cursor::new(pack)).unwrap();
    io::read_to_string(zip.by_name("LICENSE.txt").unwrap()).unwrap()
}

fn names(pack: &Pack, split: Split) -> Vec<(u8, &str)> {
    pack.entries(split).iter().map(|entry| (entry.label, entry.name.as_str())).collect()
}

#[test]
fn the_published_archive_is_split_by_patient() {
    let (home, options) = checkout();
    let folder = published_at(home.path());
    let named = naming(&naming(&options, BUSBRA, &folder), BUSBRA_MASKS, home.path());
    let reports = run(&named).unwrap();
    assert!(reports[BUSBRA].sentence.starts_with("Packed Breast ultrasound from"));

    let bytes = pack_bytes(&options, "busbra");
    let pack = Pack::open(bytes.as_slice()).unwrap();
    assert_eq!(
        names(&pack, Split::Train),
        [(0, "0006_s.jpg"), (1, "0001_l.jpg"), (1, "0001_r.jpg")]
    );
    assert_eq!(
        names(&pack, Split::Test),
        [(0, "0002_l.jpg"), (0, "0002_r.jpg"), (1, "0005_l.jpg")]
    );
    // Of fold 4, patients 4 and 10 are benign validation patients, and 3 is the malignant one.
    let validation = [(0, "0004_l.jpg"), (0, "0004_r.jpg"), (0, "0010_s.jpg"), (1, "0003_s.jpg")];
    assert_eq!(names(&pack, Split::Validation), validation);
    assert_eq!(license_of(&bytes), "Copies carry this notice.");
    assert!(pack.manifest().rule.contains("every second patient"), "{}", pack.manifest().rule);
    // The lesion of patient 6 is 36 pixels wide and 20 high, so the square has 58 and begins in column
    // 19; the lesion is in its middle.
    let image = pack.image(Split::Train, 0).unwrap();
    let at = |row: usize, column: usize| image[row * 64 + column];
    for (row, column, inside) in [(32, 32, true), (32, 16, true), (32, 8, false), (15, 32, false)] {
        assert!((at(row, column) > 120) == inside, "{row} {column}: {}", at(row, column));
    }

    let masks = pack_bytes(&options, "busbra-masks");
    let slices = SlicePack::open(masks.as_slice()).unwrap();
    assert_eq!(license_of(&masks), "Copies carry this notice.");
    let set = slices.decode(Partition::ThreeWay).unwrap();
    let cases = |slices: &data::Slices| -> Vec<String> {
        slices.cases.iter().map(|case| case.name.clone()).collect()
    };
    assert_eq!(cases(&set.train), ["0001", "0006"]);
    assert_eq!(cases(&set.validation), ["0003", "0004", "0010"]);
    assert_eq!(cases(&set.test), ["0002", "0005"]);
    assert_eq!((set.classes.len(), set.size()), (2, [64; 2]));
    // A lesion of 20 × 31 pixels in an image of 80 × 100.
    let share = set.train.mask(0).iter().filter(|label| **label == 1).count() as f64 / 4096.0;
    assert!((share - 20.0 * 31.0 / 8000.0).abs() < 0.01, "{share}");

    // A zip file gives the same bytes, and the second run does nothing.
    let archive = options.root.join("data/BUSBRA.zip");
    zip_of(home.path(), &folder, &archive);
    assert!(run(&options).unwrap()[BUSBRA_MASKS].sentence.starts_with("Packed"));
    assert!(
        pack_bytes(&options, "busbra") == bytes && pack_bytes(&options, "busbra-masks") == masks
    );
    for report in [&run(&options).unwrap()[BUSBRA], &run(&options).unwrap()[BUSBRA_MASKS]] {
        assert!(report.sentence.contains("up to date"), "{report}");
    }
}

#[test]
fn prepared_archives_are_packed_as_they_are_split() {
    let (home, options) = checkout();
    let (lesions, whole) = prepared_at(home.path());
    let shared = home.path().join("shared/data");
    fs::create_dir_all(&options.root).unwrap();
    tar_gz(&lesions, &shared.join("busbra-roi-64.tar.gz"));
    tar_gz(&whole, &shared.join("busbra-seg-64.tar.gz"));
    let reports = run(&options).unwrap();
    let info = reports[BUSBRA].pack.as_ref().unwrap();
    assert!(info.manifest.rule.contains("drawn at random"), "{}", info.manifest.rule);
    assert_eq!(index_of(&options).pack("busbra"), Some(info));
    let counts = |manifest: &Manifest| (manifest.train, manifest.validation, manifest.test);
    assert_eq!(counts(&info.manifest), (4, 4, 4));

    let pack = Pack::open(pack_bytes(&options, "busbra")).unwrap();
    assert_eq!(names(&pack, Split::Test)[1..3], [(0, "0002_r.jpg"), (1, "0005_l.jpg")]);
    let image = pack.image(Split::Train, 0).unwrap();
    let worst = (0..64).map(|row| image[row * 64].abs_diff(3 * row as u8 + 6)).max();
    assert!(worst <= Some(6), "{worst:?}");

    let slices = SlicePack::open(pack_bytes(&options, "busbra-masks")).unwrap();
    let set = slices.decode(Partition::ThreeWay).unwrap();
    assert_eq!(
        (set.test.len(), set.test.cases.len(), set.test.cases[0].name.as_str()),
        (4, 2, "0002")
    );
    assert_eq!(set.test.mask(3).iter().filter(|label| **label == 1).count(), 27);
}

#[test]
fn both_packs_are_made_from_one_download() {
    let (home, mut options) = checkout();
    let archive = home.path().join("published.zip");
    zip_of(home.path(), &published_at(home.path()), &archive);
    let md5 = <md5::Md5 as md5::Digest>::digest(fs::read(&archive).unwrap());
    let md5: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
    let url = format!("file://{}", archive.display());
    for recipe in [BUSBRA, BUSBRA_MASKS] {
        options.origins[recipe].url = Some(format!("{url}#other"));
        options.origins[recipe].md5 = "0".repeat(32);
    }
    let reports = run(&options).unwrap();
    if reports[BUSBRA].sentence.contains("curl") {
        println!("skipped: this machine has no curl that reads files");
        return;
    }
    for recipe in [BUSBRA, BUSBRA_MASKS] {
        let sentence = &reports[recipe].sentence;
        assert!(sentence.contains("The download is damaged: its MD5 is"), "{sentence}");
        options.origins[recipe].url = Some(url.clone());
        options.origins[recipe].md5.clone_from(&md5);
    }
    let reports = run(&options).unwrap();
    assert!(reports[BUSBRA].pack.is_some() && reports[BUSBRA_MASKS].pack.is_some(), "{reports:?}");
    let cached: Vec<_> = fs::read_dir(home.path().join("cache")).unwrap().flatten().collect();
    assert_eq!(cached.iter().map(|entry| entry.file_name()).collect::<Vec<_>>(), ["BUSBRA.zip"]);
}

#[test]
fn bad_sources_are_a_sentence() {
    let (home, options) = checkout();
    let folder = published_at(home.path());
    let fails = |recipe, path: &Path| failure(&naming(&options, recipe, path));
    let with = |file: &str, bytes: Option<&[u8]>| {
        let path = folder.join(file);
        let good = fs::read(&path).unwrap();
        match bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let error = fails(BUSBRA, &folder);
        fs::write(&path, good).unwrap();
        error
    };
    let table = |file: &str| fs::read_to_string(folder.join(file)).unwrap();

    assert!(with("5-fold-cv.csv", None).contains("5-fold-cv.csv is missing in"));
    let renamed = table("5-fold-cv.csv").replace("kFold", "fold");
    assert!(with("5-fold-cv.csv", Some(renamed.as_bytes())).contains("it has no column “kFold”"));
    let other = table("5-fold-cv.csv").replace("benign,1,", "benign,7,");
    assert!(with("5-fold-cv.csv", Some(other.as_bytes())).contains("has “7” as kFold"));
    let fewer = table("5-fold-cv.csv").replace("bus_0006-s", "bus_0007-s");
    assert!(with("5-fold-cv.csv", Some(fewer.as_bytes())).contains("no row for bus_0006-s"));
    let column = table("bus_data.csv").replace("Pathology", "Class");
    assert!(with("bus_data.csv", Some(column.as_bytes())).contains("no column “Pathology”"));
    let class = table("bus_data.csv").replace("benign", "unknown");
    assert!(with("bus_data.csv", Some(class.as_bytes())).contains("row 4 has “unknown”"));
    let case = table("bus_data.csv").replace("bus_0001-l,1,", "bus_0001-l,one,");
    assert!(with("bus_data.csv", Some(case.as_bytes())).contains("“one” as Case"));
    // Patient 2, of fold 5, becomes patient 1, of fold 3.
    let both = table("bus_data.csv").replace("bus_0002-l,2,", "bus_0002-l,1,");
    let error = with("bus_data.csv", Some(both.as_bytes()));
    assert!(
        error.contains("patient 0001") && error.contains("training and test images"),
        "{error}"
    );

    assert!(with("LICENSE.txt", None).contains("LICENSE.txt is missing"));
    assert!(with("Images/bus_0002-l.png", None).contains("bus_0002-l.png is missing"));
    assert!(with("Images/bus_0002-l.png", Some(b"no")).contains("it is no PNG that can be read"));
    let black = png(SIZE, |_, _| 0);
    assert!(with("Masks/mask_0002-l.png", Some(&black)).contains("mask_0002-l.png in"));
    let small = png([80, 99], |_, _| 255);
    assert!(with("Masks/mask_0002-l.png", Some(&small)).contains("is 99×80 pixels, not 100×80"));

    let archive = home.path().join("BUSBRA.zip");
    zip_of(home.path(), &folder, &archive);
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    assert!(fails(BUSBRA, &archive).contains("is no complete archive"));
    let nowhere = fails(BUSBRA, &home.path().join("nowhere"));
    assert!(nowhere.contains("busbra-roi-64") && nowhere.contains("BUSBRA"), "{nowhere}");
}

#[test]
fn bad_prepared_sources_are_a_sentence() {
    let (home, options) = checkout();
    let (lesions, whole) = prepared_at(home.path());
    let fails = |recipe, path: &Path| failure(&naming(&options, recipe, path));
    let add = |folder: &Path, file: &str, bytes: &[u8]| {
        let path = folder.join(file);
        let old = fs::read(&path).ok();
        write(&path, bytes);
        let recipe = if folder == lesions { BUSBRA } else { BUSBRA_MASKS };
        let error = fails(recipe, folder);
        match old {
            Some(old) => fs::write(&path, old).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        error
    };
    let gray = png([64; 2], |_, _| 9);
    let second = "test/benign/benign_case0006_0006-s_birads4.png";
    let error = add(&lesions, second, &gray);
    assert!(
        error.contains("patient 0006") && error.contains("training and test images"),
        "{error}"
    );
    let error = add(&lesions, "train/benign/6.png", &gray);
    assert!(error.contains("train/benign") || error.contains("6.png"), "{error}");
    assert!(error.contains("is not named like benign_case"), "{error}");
    let first = "train/benign/benign_case0006_0006-l_birads4.png";
    assert!(add(&lesions, first, &png([64, 63], |_, _| 9)).contains("is 63×64 pixels, not 64×64"));

    let mask = "train/masks/malignant_case0001_0001-l_birads4.png";
    assert!(add(&whole, mask, b"no").contains("it is no PNG that can be read"));
    let second = "val/images/malignant_case0001_0001-s_birads4.png";
    assert!(add(&whole, second, &gray).contains("training and validation images"));
    let third = "val/images/malignant_case0003_0003-s_birads4.png";
    assert!(add(&whole, third, &gray).contains("0003-s_birads4.png is missing"));

    fs::remove_dir_all(lesions.join("val/malignant")).unwrap();
    assert!(fails(BUSBRA, &lesions).contains("has 0 images in val/malignant"));
    fs::remove_file(whole.join("LICENSE-BUS-BRA.txt")).unwrap();
    assert!(fails(BUSBRA_MASKS, &whole).contains("LICENSE-BUS-BRA.txt is missing"));
}
