//! Arguments and images of the examples.

use std::rc::Rc;
use std::{env, fs};

use data::{Dataset, load};
use model::{DataSource, DatasetKey, Lab, RunConfig};
use protocol::interpret::InterpreterDataset;

/// What an example is asked to do.
pub struct Arguments {
    /// Images to train and evaluate on.
    pub dataset: Rc<InterpreterDataset>,
    /// Where they come from.
    pub source: DataSource,
    /// Number of epochs.
    pub epochs: usize,
    /// Number of seeds.
    pub seeds: u32,
}

impl Arguments {
    /// Reads the command line: data, epochs, seeds.
    pub fn read() -> Self {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let number = |place: usize| arguments.get(place).and_then(|text| text.parse().ok());
        let (dataset, source) = dataset(arguments.first().map_or("nodules", String::as_str));
        let seeds = number(2).unwrap_or(1) as u32;
        Self { dataset, source, epochs: number(1).unwrap_or(4), seeds }
    }
}

/// Loads generated images, or a pack.
fn dataset(path: &str) -> (Rc<InterpreterDataset>, DataSource) {
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
