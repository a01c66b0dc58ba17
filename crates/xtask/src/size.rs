//! Size of the files that visitors download, compressed as in the copies next to each file.

use std::fs;
use std::path::Path;

use crate::compress::{ENDINGS, copy_of};
use crate::files::list;
use crate::shell::Failure;

/// A group of files, and the limit of their total size in bytes.
struct Sum {
    what: &'static str,
    holds: fn(&str) -> bool,
    brotli: Option<usize>,
    gzip: Option<usize>,
}

/// All groups of files: everything with a limit; the files needed for the first paint in the second
/// lab; the views of the learned network and the interpreter, which load after the engine; the link
/// maker, the view of the code and the panel of own data, which load when they are opened; the reader,
/// which loads at the same time as the page; a replica, which
/// loads when a run trains on several cores; the view of studies and their worker, which load when a study is opened or begun; the converter of DICOM files, which loads when such a file
/// is chosen; and the packs that load when their data set is chosen, which are not part of everything
/// else.
const SUMS: [Sum; 19] = [
    Sum { what: "UI wasm + CSS", holds: is_ui, brotli: Some(250_000), gzip: None },
    Sum { what: "before the engine", holds: is_before, brotli: None, gzip: Some(500_000) },
    Sum { what: "UI wasm + CSS, first lab", holds: is_classify, brotli: None, gzip: None },
    Sum { what: "UI wasm + CSS, second lab", holds: is_second_ui, brotli: None, gzip: None },
    Sum { what: "UI wasm + CSS, learned", holds: is_learned, brotli: None, gzip: None },
    Sum { what: "help and glossary", holds: is_help, brotli: None, gzip: None },
    Sum { what: "link maker", holds: is_share, brotli: None, gzip: None },
    Sum { what: "code view", holds: is_code, brotli: None, gzip: None },
    Sum { what: "studies view", holds: is_studies, brotli: None, gzip: None },
    Sum { what: "own data", holds: is_own, brotli: None, gzip: None },
    Sum { what: "reader", holds: is_reader, brotli: None, gzip: None },
    Sum { what: "interpreter", holds: is_interpreter, brotli: None, gzip: None },
    Sum { what: "replica", holds: is_replica, brotli: None, gzip: None },
    Sum { what: "study worker", holds: is_study, brotli: None, gzip: None },
    Sum { what: "DICOM converter", holds: is_dicom, brotli: Some(140_000), gzip: None },
    Sum {
        what: "engine wasm",
        holds: |name| name.starts_with("engine-") && name.ends_with(".wasm"),
        brotli: Some(1_600_000),
        gzip: Some(2_400_000),
    },
    Sum {
        what: "MedNIST pack",
        holds: |name| name.starts_with("packs/mednist-"),
        brotli: None,
        gzip: Some(2_000_000),
    },
    Sum { what: "packs to choose", holds: is_chosen_pack, brotli: None, gzip: Some(7_500_000) },
    Sum {
        what: "everything else",
        holds: |name| !is_chosen_pack(name),
        brotli: None,
        gzip: Some(5_300_000),
    },
];

fn is_ui(name: &str) -> bool {
    ["app-", "style-"].iter().any(|start| name.starts_with(start)) && !name.ends_with(".js")
}

/// Returns whether a file is needed for the second lab, including the files that it shares with the
/// views of the learned network.
fn is_second_ui(name: &str) -> bool {
    let is_other = name.ends_with(".js") || is_needed_later(name);
    is_ui(name) || (name.starts_with("later-") && !is_other)
}

/// Returns whether a file is needed only for the views of the learned network.
fn is_learned(name: &str) -> bool {
    name.starts_with("later-learned-")
}

/// Returns whether a file is needed only for the views that only the first lab has.
fn is_classify(name: &str) -> bool {
    name.starts_with("later-classify-")
}

/// Returns whether a file is needed only for the help and the explanations of terms.
fn is_help(name: &str) -> bool {
    name.starts_with("later-help-")
}

/// Returns whether a file is a part of the page that the second lab does not need at first.
fn is_needed_later(name: &str) -> bool {
    let parts = [is_classify, is_code, is_help, is_learned, is_own, is_share, is_studies];
    parts.iter().any(|is_part| is_part(name))
}

/// Returns whether a file is needed only for the panel of a visitor's own data.
fn is_own(name: &str) -> bool {
    name.starts_with("later-own-")
}

/// Returns whether a file is needed only for the link maker.
fn is_share(name: &str) -> bool {
    name.starts_with("later-share-")
}

/// Returns whether a file is needed only for the view of the code.
fn is_code(name: &str) -> bool {
    name.starts_with("later-code-")
}

/// Returns whether a file is needed only for the view of studies.
fn is_studies(name: &str) -> bool {
    name.starts_with("later-studies-")
}

fn is_reader(name: &str) -> bool {
    name.starts_with("reader-")
}

fn is_interpreter(name: &str) -> bool {
    name.starts_with("interpreter-")
}

fn is_replica(name: &str) -> bool {
    name.starts_with("replica-")
}

fn is_study(name: &str) -> bool {
    name.starts_with("study-")
}

fn is_dicom(name: &str) -> bool {
    name.starts_with("dicom-")
}

/// Returns whether a file is a pack that no link without `data=` loads.
fn is_chosen_pack(name: &str) -> bool {
    ["busbra-", "pneumonia-"]
        .iter()
        .any(|pack| name.strip_prefix("packs/").is_some_and(|file| file.starts_with(pack)))
}

/// Returns whether a file is loaded before the engine in the second lab. The first lab needs fewer
/// files.
fn is_before(name: &str) -> bool {
    let later = ["engine-", "worker-"].iter().any(|start| name.starts_with(start));
    let later = later || is_needed_later(name) || is_interpreter(name);
    let later = later || is_replica(name) || is_study(name) || is_dicom(name);
    !later && !is_reader(name) && !name.ends_with(".zip")
}

/// Sizes of one file, or of several files, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints the raw, gzip and brotli sizes of the files of a built site with compressed copies.
/// Returns an error if a limit is exceeded.
pub fn print_table(site: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in list(site)?.into_iter().chain(list(&site.join("packs"))?) {
        if path.is_file() && !is_copy(&path) {
            let name = path.strip_prefix(site).unwrap_or(&path).display().to_string();
            files.push((name, sizes(&path)?));
        }
    }
    println!("{:36} {:>12} {:>12} {:>12}", "file (bytes)", "raw", "gzip", "brotli");
    for (name, Sizes { raw, gzip, brotli }) in &files {
        println!("{name:36} {raw:>12} {gzip:>12} {brotli:>12}");
    }
    let mut over = Vec::new();
    for sum in &SUMS {
        let all = total(&files, sum.holds);
        let bars = [(sum.gzip, all.gzip, "gzip"), (sum.brotli, all.brotli, "brotli")];
        let bars = bars.iter().filter_map(|&(bar, size, word)| Some((bar?, size, word)));
        let text: Vec<String> =
            bars.clone().map(|(bar, _, word)| format!("bar {bar} {word}")).collect();
        let Sizes { raw, gzip, brotli } = all;
        println!("{:36} {raw:>12} {gzip:>12} {brotli:>12}   {}", sum.what, text.join(", "));
        let of = sum.what;
        over.extend(bars.filter(|(bar, size, _)| size > bar).map(|(bar, size, word)| {
            format!("{of} is {size} bytes in {word}, and the bar is {bar}")
        }));
    }
    match over.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!("{}.", over.join("; ")))),
    }
}

fn is_copy(path: &Path) -> bool {
    path.extension().is_some_and(|found| ENDINGS.iter().any(|ending| found == *ending))
}

/// Returns the sizes of a file. If a compressed copy does not exist because it would not be
/// smaller, returns the size of the file itself.
fn sizes(path: &Path) -> Result<Sizes, Failure> {
    let length = |path: &Path| fs::metadata(path).map(|found| found.len() as usize);
    let raw = length(path).map_err(|error| Failure::io("read", path, error))?;
    let [brotli, gzip] = ENDINGS.map(|ending| length(&copy_of(path, ending)).unwrap_or(raw));
    Ok(Sizes { raw, gzip, brotli })
}

fn total(files: &[(String, Sizes)], holds: fn(&str) -> bool) -> Sizes {
    files.iter().filter(|(name, _)| holds(name)).fold(Sizes::default(), |all, (_, one)| Sizes {
        raw: all.raw + one.raw,
        gzip: all.gzip + one.gzip,
        brotli: all.brotli + one.brotli,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates a site with files of these sizes in bytes, each with a gzip copy of half the size.
    fn site(files: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("packs")).unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::write(&path, vec![0; *bytes]).unwrap();
            fs::write(copy_of(&path, "gz"), vec![0; bytes / 2]).unwrap();
        }
        folder
    }

    #[test]
    fn all_that_is_over_a_bar_is_named_in_one_sentence() {
        let small =
            [("app-1.wasm", 200_000), ("style-1.css", 30_000), ("engine-1.wasm", 1_500_000)];
        assert!(print_table(site(&small).path()).is_ok());
        // Half the size with gzip, and the full size where there is no brotli copy.
        let large = [("app-1.wasm", 1_200_000), ("packs/mednist-1.zip", 4_100_000)];
        assert_eq!(
            print_table(site(&large).path()).unwrap_err().to_string(),
            "UI wasm + CSS is 1200000 bytes in brotli, and the bar is 250000; before the engine is \
             600000 bytes in gzip, and the bar is 500000; MedNIST pack is 2050000 bytes in gzip, \
             and the bar is 2000000."
        );
    }

    #[test]
    fn each_file_belongs_to_its_part() {
        assert!(is_before("app-1.js") && is_before("packs/index-1.json") && is_before("boot-1.js"));
        assert!(!is_before("worker-1.js") && !is_before("reader-1.js"));
        assert!(is_replica("replica-1.wasm") && !is_before("replica-1.js"));
        assert!(is_study("study-1.wasm") && !is_before("study-1.js"));
        assert!(is_studies("later-studies-1.wasm") && !is_before("later-studies-1.css"));
        assert!(is_dicom("dicom-1.wasm") && is_dicom("dicom-1.js") && !is_before("dicom-1.wasm"));
        assert!(is_ui("style-1.css") && is_ui("app-1.wasm") && !is_ui("app-1.js"));
        assert!(is_learned("later-learned-1.wasm") && is_learned("later-learned-1.css"));
        assert!(!is_before("later-learned-1.wasm") && !is_ui("later-learned-1.css"));
        for name in ["later-classify-1.css", "later-help-1.wasm", "later-own-1.wasm"] {
            assert!(!is_before(name) && !is_second_ui(name), "{name}");
        }
        for name in ["later-segment-1.css", "later-segment-1.wasm", "later-shared-3-1.wasm"] {
            assert!(is_second_ui(name) && is_before(name) && !is_ui(name) && !is_learned(name));
        }
        assert!(is_before("later-1.js") && !is_second_ui("later-1.js"));
        for name in ["packs/busbra-1.zip", "packs/busbra-masks-1.zip", "packs/pneumonia-1.zip"] {
            assert!(is_chosen_pack(name) && !is_before(name), "{name}");
        }
        assert!(!is_chosen_pack("packs/mednist-1.zip") && !is_chosen_pack("packs/index-1.json"));
    }
}
