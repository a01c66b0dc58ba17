//! Tests of the pack of chest X-rays, with files made up in the layouts of the archives.

use super::*;

use zip::write::SimpleFileOptions;

const PACK: &str = "www/packs/pneumonia.zip";

/// Returns a file of NumPy.
fn npy(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00".as_slice(), &length, header.as_bytes(), values].concat()
}

/// Returns images and labels: image i is of the shade 10 i + 5, and every third is normal.
fn arrays(count: usize) -> (Vec<u8>, Vec<u8>) {
    let pixels: Vec<u8> = (0..count * 4096).map(|at| (at / 4096 * 10 + 5) as u8).collect();
    let labels: Vec<u8> = (0..count).map(|index| u8::from(index % 3 > 0)).collect();
    (
        npy("|u1", &format!("({count}, 64, 64)"), &pixels),
        npy("|u1", &format!("({count}, 1)"), &labels),
    )
}

/// The files of a small archive of arrays.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let (train, validation, test) = (arrays(12), arrays(4), arrays(6));
    vec![
        ("train_images.npy", train.0),
        ("train_labels.npy", train.1),
        ("val_images.npy", validation.0),
        ("val_labels.npy", validation.1),
        ("test_images.npy", test.0),
        ("test_labels.npy", test.1),
    ]
}

fn npz(path: &Path, files: &[(&str, Vec<u8>)]) {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        io::Write::write_all(&mut zip, bytes).unwrap();
    }
    write(path, &zip.finish().unwrap().into_inner());
}

/// Writes the prepared data set to a folder.
fn prepared_at(home: &Path) -> PathBuf {
    let folder = home.join("pneumonia-64");
    for file in [
        "train/normal/IM-0117-0001.png",
        "train/normal/NORMAL2-IM-1041-0001.png",
        "train/pneumonia/person1_virus_6.png",
        "train/pneumonia/person1_virus_7.png",
        "val/normal/IM-0122-0001.png",
        "val/pneumonia/person1_bacteria_2.png",
        "test/normal/IM-0003-0001-0002.png",
        "test/pneumonia/person80_virus_921_1.png",
    ] {
        write(&folder.join(file), &png([64; 2], |row, _| row as u8));
    }
    folder
}

#[test]
fn arrays_become_a_pack() {
    let (_home, options) = checkout();
    let archive = options.root.join("data/pneumoniamnist_64.npz");
    npz(&archive, &files());
    let report = run_one(&options, PNEUMONIA);
    let manifest = report.pack.unwrap().manifest;
    assert_eq!((manifest.train, manifest.validation, manifest.test), (12, 4, 6));
    assert!(manifest.rule.contains("a child may be in"), "{}", manifest.rule);
    assert!(manifest.source.contains("MedMNIST"), "{}", manifest.source);

    let bytes = fs::read(options.root.join(PACK)).unwrap();
    let pack = Pack::open(bytes.as_slice()).unwrap();
    let names = |label| -> Vec<&str> {
        let own = pack.entries(Split::Train).iter().filter(|entry| entry.label == label);
        own.map(|entry| entry.name.as_str()).collect()
    };
    assert_eq!(names(0), ["0000.jpg", "0003.jpg", "0006.jpg", "0009.jpg"]);
    assert_eq!(names(1).len(), 8);
    assert!(pack.image(Split::Train, 3).unwrap().iter().all(|value| value.abs_diff(95) < 5));
    assert!(run_one(&options, PNEUMONIA).sentence.contains("up to date"));
}

#[test]
fn prepared_images_are_packed_as_they_are_split() {
    let (home, options) = checkout();
    let folder = prepared_at(home.path());
    let archive = home.path().join("shared/data/pneumonia-64.tar.gz");
    fs::create_dir_all(&options.root).unwrap();
    tar_gz(&folder, &archive);
    let manifest = run_one(&options, PNEUMONIA).pack.unwrap().manifest;
    assert_eq!((manifest.train, manifest.validation, manifest.test), (4, 2, 2));
    assert!(manifest.rule.starts_with("By patient"), "{}", manifest.rule);
    let bytes = fs::read(options.root.join(PACK)).unwrap();
    run(&naming(&options, PNEUMONIA, home.path())).unwrap();
    assert!(fs::read(options.root.join(PACK)).unwrap() == bytes);

    // A child of the training set is in the test set, too.
    let fails = || failure(&naming(&options, PNEUMONIA, &folder));
    let file = folder.join("test/pneumonia/person1_virus_9.png");
    write(&file, &png([64; 2], |_, _| 1));
    let error = fails();
    assert!(error.contains("patient person1_virus"), "{error}");
    assert!(error.contains("training and test images"), "{error}");
    fs::rename(&file, folder.join("test/pneumonia/9.png")).unwrap();
    let error = fails();
    assert!(error.contains("9.png in") && error.contains("is not named like IM-"), "{error}");
}

#[test]
fn bad_arrays_are_a_sentence() {
    let (home, options) = checkout();
    let archive = home.path().join("some.npz");
    let with = |name: &str, bytes: Option<Vec<u8>>| {
        let mut files = files();
        let at = files.iter().position(|file| file.0 == name).unwrap();
        match bytes {
            Some(bytes) => files[at].1 = bytes,
            None => drop(files.remove(at)),
        }
        npz(&archive, &files);
        failure(&naming(&options, PNEUMONIA, &archive))
    };
    assert!(with("val_labels.npy", None).contains("val_labels.npy is missing in"));
    let mut short = arrays(12).0;
    short.truncate(9000);
    assert!(with("train_images.npy", Some(short)).contains("values and its shape 49152"));
    let float = npy("<f4", "(4, 1)", &[0; 16]);
    assert!(with("val_labels.npy", Some(float)).contains("of type “<f4”"));
    assert!(with("val_labels.npy", Some(arrays(3).1)).contains("its shape is [3, 1], not 4 × 1"));
    let large = npy("|u1", "(1, 65, 64)", &[0; 65 * 64]);
    assert!(
        with("test_images.npy", Some(large)).contains("its shape is [1, 65, 64], not n × 64 × 64")
    );
    let strange = npy("|u1", "(4, 1)", &[0, 1, 2, 1]);
    assert!(with("val_labels.npy", Some(strange)).contains("it has the label 2"));
    assert!(with("test_labels.npy", Some(b"no".to_vec())).contains("it is no array of NumPy"));
    // Without any image of one class there is nothing to train on.
    let none = npy("|u1", "(0, 64, 64)", &[]);
    let error = with("test_images.npy", Some(none));
    assert!(error.contains("test_labels.npy"), "{error}");
    assert!(!options.root.join(PACK).exists());
}
