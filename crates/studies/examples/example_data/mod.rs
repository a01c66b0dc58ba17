//! Images of the examples.

use std::fs;
use std::rc::Rc;

use data::{Dataset, load};
use model::{DataSource, DatasetKey, Lab, RunConfig};
use protocol::interpret::InterpreterDataset;

/// Loads generated images, or a pack.
pub fn dataset(path: &str) -> (Rc<InterpreterDataset>, DataSource) {
    let generated = DataSource::of_lab(Lab::Classify).iter().find(|source| source.slug() == path);
    let (source, pack) = match generated {
        Some(source) => (*source, Vec::new()),
        None => (DataSource::MedNist, fs::read(path).expect("a pack")),
    };
    let mut config = RunConfig::default();
    config.choose_data(source);
    let Ok((_, Dataset::Images(set))) = load(DatasetKey::of(&config), pack) else {
        panic!("no images in {path}")
    };
    let dataset = InterpreterDataset::whole(&set);
    (Rc::new(dataset), source)
}
