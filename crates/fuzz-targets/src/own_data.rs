//! Visitors' data sets: zip files, paths of folders, and what a browser has kept.

use data::own_data::{Collection, Import, OwnDataError, ReadResult, Report, ZipFile};
use data::{Dataset, IMAGE_LEN, Partition, Split};

use crate::bytes::Bytes;
use crate::sentence;

/// Most files of a folder, so that an input is read in time.
const MOST_PATHS: usize = 64;

/// Reads bytes as a data set: as a zip file, as paths of a folder, whose files are gray images of
/// several sizes or the paths themselves, or as the file in which a browser keeps a data set.
pub fn own_data(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let collection = match bytes.below(3) {
        0 => zip_file(bytes.rest().to_vec()),
        1 => folder(bytes),
        _ => Collection::from_bytes(bytes.rest()),
    };
    match collection {
        Ok(collection) => check(&collection),
        Err(error) => check_sentence(&error.to_string()),
    }
}

fn zip_file(bytes: Vec<u8>) -> Result<Collection, OwnDataError> {
    let mut import = Import::of_zip(ZipFile::open("own.zip", &bytes)?)?;
    for place in 0..import.files().len() {
        if let ReadResult::Convert { bytes, .. } = import.read(place, None)? {
            // A browser would decode it.
            import.add_gray(place, [1, bytes.len()], &bytes);
        }
    }
    import.finish()
}

fn folder(mut bytes: Bytes<'_>) -> Result<Collection, OwnDataError> {
    let sizes: Vec<[usize; 2]> =
        (0..4).map(|_| [bytes.below(80), usize::from(bytes.short()) % 300]).collect();
    let text = String::from_utf8_lossy(bytes.rest()).into_owned();
    let paths: Vec<String> = text.lines().take(MOST_PATHS).map(str::to_owned).collect();
    let mut import = Import::of_files(&paths)?;
    for place in 0..import.files().len() {
        let plan = import.files()[place].clone();
        let [height, width] = sizes[plan.path.len() % sizes.len()];
        let is_damaged = plan.path.len().is_multiple_of(7);
        if is_damaged {
            import.read(place, Some(&plan.path.into_bytes()))?;
        } else {
            let gray: Vec<u8> = plan.path.bytes().cycle().take(height * width).collect();
            import.add_gray(place, [height, width], &gray);
        }
    }
    import.finish()
}

/// Checks a sentence. What it quotes are names of files, which may contain any words.
fn check_sentence(text: &str) {
    assert!(!text.chars().any(char::is_control), "control characters: {text:?}");
    let unquoted = text.split('“').map(|part| part.rsplit('”').next().unwrap_or_default());
    sentence::check(&unquoted.collect::<String>());
}

/// Checks what must hold of a data set.
fn check(collection: &Collection) {
    let count = collection.items.len();
    assert_eq!(collection.pixels.len(), count * IMAGE_LEN);
    assert!(collection.masks.is_empty() || collection.masks.len() == collection.pixels.len());
    let kept = Collection::from_bytes(&collection.to_bytes());
    assert_eq!(kept.as_ref(), Ok(collection), "it is kept as it is");

    let report = Report::of(collection);
    report.warnings().iter().for_each(|warning| check_sentence(warning));
    check_sentence(&report.rule_text);
    for rule in report.rules.clone() {
        let collection = Collection { rule, ..collection.clone() };
        let splits = rule.apply(&collection.items);
        assert_eq!(splits.len(), count);
        check_splits(&collection.dataset(Partition::ThreeWay), count);
        check_splits(&collection.dataset(Partition::TwoWay), count);
    }
}

fn check_splits(dataset: &Dataset, count: usize) {
    let mut total = 0;
    for split in [Split::Train, Split::Validation, Split::Test] {
        total += match dataset {
            Dataset::Images(set) => {
                let images = set.split(split);
                assert_eq!(images.pixels.len(), images.len() * IMAGE_LEN);
                let classes = set.classes.len();
                assert!(images.labels.iter().all(|label| usize::from(*label) < classes));
                images.len()
            }
            Dataset::Slices(set) => {
                let slices = set.split(split);
                assert_eq!(slices.masks.len(), slices.images.len());
                let classes = set.classes.len();
                assert!(slices.masks.iter().all(|class| usize::from(*class) < classes));
                slices.len()
            }
        };
    }
    assert!(total <= count);
}
