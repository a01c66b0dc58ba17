//! Replays inputs of all targets: those in `corpus/`, which reach deep or failed once, and those
//! made by code.

mod seeds;

use std::alloc::System;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cap::Cap;
use fuzz_targets::TARGETS;

/// An input that makes the readers allocate more than 512 MB ends the process.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 512 << 20);

/// Maximum time for an input, in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

fn replay(name: &str) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut inputs: Vec<(String, Vec<u8>)> = seeds::of(name)
        .into_iter()
        .enumerate()
        .map(|(at, input)| (format!("seed {at}"), input))
        .collect();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        inputs.push((path.display().to_string(), std::fs::read(path).unwrap()));
    }
    assert!(inputs.len() > 8, "{name}: the corpus is missing");
    for (label, input) in inputs {
        // Shown if the target panics.
        println!("{name}: {label}");
        let start = Instant::now();
        target(&input);
        assert!(start.elapsed() < LONGEST, "{name}: {label} takes {:?}", start.elapsed());
    }
}

#[test]
fn dicom_files_are_volumes_or_sentences() {
    replay("dicom");
}

#[test]
fn compressed_volumes_are_volumes_or_sentences() {
    replay("gzip");
}

#[test]
fn volumes_are_slices_or_sentences() {
    replay("nifti");
}

#[test]
fn data_sets_are_whole_or_sentences() {
    replay("own_data");
}

#[test]
fn pairs_are_slices_with_classes_or_sentences() {
    replay("pair");
}

#[test]
fn pictures_are_slices_or_sentences() {
    replay("picture");
}

/// Writes the inputs that are made by code to folders for the fuzzer, in the folder that
/// `FUZZ_SEEDS_DIR` names.
#[test]
fn seeds_are_written() {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS_DIR") else { return };
    for (name, _) in TARGETS {
        let folder = PathBuf::from(&folder).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (at, input) in seeds::of(name).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{at}")), input).unwrap();
        }
    }
}
