//! Tests of all packs and their index, and of the MedNIST pack.

mod breast_ultrasound;
mod chest_xrays;
mod hippocampus;

use super::mednist::{BLOCKS, CLASSES, GUARD, NEEDED, SOURCE, pick};
use super::*;

use std::time::{Duration, Instant};

use data::{Entry, Pack, Partition, Split};
use flate2::Compression;
use flate2::write::GzEncoder;
use jpeg_encoder::{ColorType, Encoder};
use tempfile::TempDir;

/// Returns a JPEG of uniform gray with a bright square, whose position depends on `mark`.
fn jpeg(side: u16, shade: u8, mark: usize) -> Vec<u8> {
    let side_of = usize::from(side);
    let mut pixels = vec![shade; side_of * side_of];
    pixels[mark % (side_of * side_of)] = 255;
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 90).encode(&pixels, side, side, ColorType::Luma).unwrap();
    bytes
}

/// Returns a checkout without any data around it and with downloads disabled.
fn checkout() -> (TempDir, DataOptions) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("checkout");
    let options = DataOptions {
        origins: Default::default(),
        shared: root.join("../shared/data"),
        cache: Some(home.path().join("cache")),
        root,
    };
    (home, options)
}

/// Returns the options with a location specified for one of the data sets.
fn naming(options: &DataOptions, recipe: usize, path: &Path) -> DataOptions {
    let mut options = options.clone();
    options.origins[recipe].named = Some(path.to_owned());
    options
}

const MEDNIST: usize = 0;
const HIPPOCAMPUS: usize = 1;
const BUSBRA: usize = 2;
const PNEUMONIA: usize = 3;
const BUSBRA_MASKS: usize = 4;

/// Returns the sentence of the failure.
#[track_caller]
fn failure(options: &DataOptions) -> String {
    let sentence = run(options).unwrap_err().to_string();
    assert!(sentence.ends_with('.'), "{sentence}");
    sentence
}

/// Writes a file. Creates missing parent folders.
fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Returns a gray PNG of a height and width.
fn png(size: [usize; 2], value: impl Fn(usize, usize) -> u8) -> Vec<u8> {
    let pixels: Vec<u8> =
        (0..size[0] * size[1]).map(|at| value(at / size[1], at % size[1])).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[1] as u32, size[0] as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// Returns the report on one data set.
fn run_one(options: &DataOptions, recipe: usize) -> DataReport {
    run(options).unwrap().swap_remove(recipe)
}

fn index_of(options: &DataOptions) -> Index {
    let text = fs::read(options.root.join("www/packs/index.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn mednist_at(folder: &Path, per_class: usize) {
    for (label, class) in CLASSES.iter().enumerate() {
        let folder = folder.join(class);
        fs::create_dir_all(&folder).unwrap();
        for number in 0..per_class {
            let bytes = jpeg(64, 30 * label as u8, number);
            fs::write(folder.join(format!("{number:06}.jpeg")), bytes).unwrap();
        }
        fs::write(folder.join("._000000.jpeg"), "left behind").unwrap();
    }
    fs::write(folder.join("README.md"), "stray").unwrap();
}

fn tar_gz(folder: &Path, target: &Path) {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    tar.append_dir_all(folder.file_name().unwrap(), folder).unwrap();
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::write(target, tar.into_inner().unwrap().finish().unwrap()).unwrap();
}

/// Writes a zip archive of a folder in `home`, with paths from there.
fn zip_of(home: &Path, folder: &Path, target: &Path) {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(home).unwrap().to_str().unwrap().replace('\\', "/");
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            io::Write::write_all(&mut zip, &fs::read(&path).unwrap()).unwrap();
        }
    }
    write(target, &zip.finish().unwrap().into_inner());
}

fn numbers(entries: &[Entry], label: u8) -> Vec<usize> {
    let own = entries.iter().filter(|entry| entry.label == label);
    own.map(|entry| entry.name.trim_end_matches(".jpeg").parse().unwrap()).collect()
}

#[test]
fn the_rule_keeps_training_away_from_test() {
    for count in [NEEDED, 300, 599, 600, 601, 1199, 8954, 10_000] {
        let picks = pick(count).unwrap();
        let of = |split| -> Vec<usize> {
            picks.iter().filter(|pick| pick.1 == split).map(|pick| pick.0).collect()
        };
        let (train, validation) = (of(Split::Train), of(Split::Validation));
        assert_eq!((validation.len(), of(Split::Test).len()), (30, 20), "of {count}");
        let mut held_out = [validation.as_slice(), &of(Split::Test)].concat();
        held_out.sort_unstable();
        let mut distinct: Vec<_> = train.iter().chain(&held_out).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!((train.len(), held_out.len(), distinct.len()), (200, 50, 250), "of {count}");
        assert!(distinct.iter().all(|index| **index < count), "of {count}");
        let stride = (count / 600).max(1);
        let nearest = held_out.iter().flat_map(|t| train.iter().map(|u| t.abs_diff(*u))).min();
        assert!(nearest >= Some((GUARD + 1) * stride), "of {count}: {nearest:?}");
        let runs = held_out.windows(2).filter(|pair| pair[1] != pair[0] + stride).count() + 1;
        assert_eq!(runs, BLOCKS, "of {count}");
        // Blocks lie far from each other, so that no adjacent slices are in both held-out splits.
        let apart = |index: &usize| of(Split::Test).iter().map(|t| t.abs_diff(*index)).min();
        assert!(validation.iter().filter_map(apart).min() > Some(10 * stride), "of {count}");
        // The training images are spread over the whole class.
        assert!(train[0] < 3 * stride && *train.last().unwrap() > (count.min(600) - 6) * stride);
    }
    assert_eq!(pick(NEEDED - 1), None);
    assert_eq!(pick(0), None);
}

/// The subset contains every 16th file (every 14th for BreastMRI) of the full archive.
#[test]
fn the_full_archive_and_the_subset_give_the_same_images() {
    for (full, stride) in [(10_000, 16), (8954, 14)] {
        let of_subset = pick(600).unwrap();
        let of_full = pick(full).unwrap();
        let numbers: Vec<_> = of_subset.iter().map(|(i, split)| (i * stride, *split)).collect();
        assert_eq!(of_full, numbers);
    }
}

#[test]
fn a_folder_and_its_archive_give_the_same_bytes_and_the_second_run_does_nothing() {
    let (home, options) = checkout();
    let folder = home.path().join("somewhere/MedNIST");
    mednist_at(&folder, 280);
    let pack_path = options.root.join("www/packs/mednist.zip");

    // The parent folder is accepted as well.
    let named = naming(&options, MEDNIST, &home.path().join("somewhere"));
    let report = run_one(&named, MEDNIST);
    let info = report.pack.unwrap();
    let bytes = fs::read(&pack_path).unwrap();
    assert_eq!((info.bytes, &info.sha256), (bytes.len() as u64, &sha256_hex(&bytes)));

    let written = fs::metadata(&pack_path).unwrap().modified().unwrap();
    let again = run_one(&named, MEDNIST);
    assert!(again.sentence.contains("up to date"), "{again}");
    assert_eq!(fs::metadata(&pack_path).unwrap().modified().unwrap(), written);

    let archive = options.root.join("data/MedNIST.tar.gz");
    tar_gz(&folder, &archive);
    let from_archive = run_one(&options, MEDNIST);
    assert!(from_archive.sentence.starts_with("Packed"), "{from_archive}");
    assert_eq!(fs::read(&pack_path).unwrap(), bytes);

    assert_eq!(index_of(&options), Index { packs: vec![info] });

    let pack = Pack::open(bytes).unwrap();
    assert_eq!(
        (pack.manifest().train, pack.manifest().validation, pack.manifest().test),
        (1200, 180, 120)
    );
    let (train, test) =
        (numbers(pack.entries(Split::Train), 2), numbers(pack.entries(Split::Test), 2));
    assert_eq!((train.len(), test.len()), (200, 20));
    let file = folder.join("CXR").join(&pack.entries(Split::Test)[50].name);
    assert_eq!(pack.file(Split::Test, 50).unwrap(), fs::read(file).unwrap());
    let three = pack.decode(Partition::ThreeWay).unwrap();
    assert_eq!((three.train.len(), three.validation.len(), three.test.len()), (1200, 180, 120));
    // With two splits, all that is held out is in the order of the files.
    let two = pack.decode(Partition::TwoWay).unwrap();
    assert_eq!((two.train == three.train, two.validation.len(), two.test.len()), (true, 0, 300));
    let held_out = [Split::Validation, Split::Test].map(|split| numbers(pack.entries(split), 2));
    let (validation, test) = (&held_out[0], &held_out[1]);
    let mut order = held_out.concat();
    order.sort_unstable();
    for (place, number) in order.iter().enumerate() {
        let image = match validation.iter().position(|own| own == number) {
            Some(index) => three.validation.image(2 * 30 + index),
            None => three.test.image(2 * 20 + test.iter().position(|own| own == number).unwrap()),
        };
        assert!(two.test.image(2 * 50 + place) == image, "place {place}");
    }

    // The pack is kept when the source is removed.
    fs::remove_file(archive).unwrap();
    let kept = run_one(&options, MEDNIST);
    assert!(kept.pack.is_some() && kept.sentence.contains("kept"), "{kept}");
}

#[test]
fn places_are_tried_in_order() {
    let (home, options) = checkout();
    let cached = home.path().join("cache/MedNIST.tar.gz");
    let shared = home.path().join("shared/data/MedNIST-subset.tar.gz");
    let own = options.root.join("data/MedNIST-subset.tar.gz");
    let own_folder = options.root.join("data/MedNIST");
    fs::create_dir_all(&options.root).unwrap();
    let find = |options: &DataOptions| {
        locate::find_here(options, &SOURCE, &options.origins[MEDNIST]).unwrap()
    };
    assert_eq!(find(&options), None);
    for archive in [&cached, &shared, &own] {
        fs::create_dir_all(archive.parent().unwrap()).unwrap();
        fs::write(archive, "").unwrap();
        let found = find(&options).unwrap();
        assert_eq!(fs::canonicalize(found.path()).unwrap(), fs::canonicalize(archive).unwrap());
    }
    fs::create_dir_all(own_folder.join("Hand")).unwrap();
    let found = find(&options);
    assert_eq!(found.unwrap().path(), own_folder);
    let named = naming(&options, MEDNIST, &cached);
    assert_eq!(find(&named).unwrap().path(), cached);
}

#[test]
fn without_a_source_the_site_has_generated_images() {
    let (_home, options) = checkout();
    let reports = run(&options).unwrap();
    assert_eq!(reports.len(), RECIPES.len());
    for (report, recipe) in reports.iter().zip(RECIPES) {
        assert_eq!(report.pack, None);
        assert!(report.sentence.contains("generated images"), "{report}");
        assert!(report.sentence.contains(recipe.source.flag), "{report}");
    }
    assert_eq!(index_of(&options), Index::default());
}

#[test]
fn manifests_say_what_the_page_shows() {
    for recipe in RECIPES {
        for layout in recipe.source.layouts {
            let manifest = (recipe.facts)(layout);
            assert_eq!(manifest.name, recipe.name);
            assert!(manifest.format == data::FORMAT && manifest.source_url.starts_with("http"));
            assert!(manifest.license_url.starts_with("https://creativecommons.org/licenses/"));
            let texts = [&manifest.description, &manifest.rule, &manifest.attribution];
            assert!(texts.iter().all(|text| !text.is_empty() && !text.contains("  ")), "{texts:?}");
            for note in &manifest.notes {
                let sentences = note.matches(". ").count() + usize::from(note.ends_with('.'));
                assert!((1..=2).contains(&sentences) && !note.contains("  "), "{note}");
            }
            assert_eq!(Manifest::from_json(manifest.to_json().as_bytes()).unwrap(), manifest);
        }
    }
    let mut names = RECIPES.map(|recipe| recipe.name);
    names.sort_unstable();
    assert_eq!(names, ["busbra", "busbra-masks", "hippocampus", "mednist", "pneumonia"]);
}

#[test]
fn a_network_that_refuses_is_said_soon() {
    let (home, mut options) = checkout();
    for origin in &mut options.origins {
        // No server listens on port 1 of this machine.
        origin.url = Some("http://127.0.0.1:1/archive".into());
    }
    let start = Instant::now();
    let reports = run(&options).unwrap();
    assert!(start.elapsed() < Duration::from_secs(10));
    for report in reports {
        assert_eq!(report.pack, None);
        assert!(report.sentence.contains("did not work") || report.sentence.contains("curl"));
    }
    let left = fs::read_dir(home.path().join("cache")).unwrap().count();
    assert_eq!(left, 0, "files left by a failed download");
}

#[test]
fn bad_sources_are_a_sentence() {
    let (home, options) = checkout();
    let fails = |path: &Path| run(&naming(&options, MEDNIST, path)).unwrap_err();
    let missing = home.path().join("nowhere");
    assert!(matches!(fails(&missing), DataError::NotThere { .. }));

    let empty = home.path().join("empty");
    fs::create_dir_all(&empty).unwrap();
    assert!(matches!(fails(&empty), DataError::NoParts { .. }));

    let few = home.path().join("few");
    mednist_at(&few, 4);
    let error = fails(&few);
    assert!(matches!(error, DataError::TooFew { found: 4, needed: NEEDED, .. }));
    assert!(error.to_string().contains("images of AbdomenCT"), "{error}");

    let archive = home.path().join("few.tar.gz");
    tar_gz(&few, &archive);
    let whole = fs::read(&archive).unwrap();
    for broken in [&whole[..whole.len() / 2], b"not an archive".as_slice()] {
        fs::write(&archive, broken).unwrap();
        assert!(matches!(fails(&archive), DataError::Archive { .. }));
    }

    let large = home.path().join("large");
    mednist_at(&large, NEEDED);
    fs::write(large.join("Hand/000000.jpeg"), jpeg(65, 9, 0)).unwrap();
    let error = fails(&large);
    assert!(matches!(error, DataError::Pack { .. }));
    assert!(error.to_string().contains("train/Hand/000000.jpeg"), "{error}");
    assert!(!options.root.join("www/packs/mednist.zip").exists());
}
