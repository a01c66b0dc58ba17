//! Reading data for the page: packs, generated images, and the files that a visitor brings.
//!
//! It runs in a small worker of its own (`www/reader.js`), which the page has long before the
//! engine. The page asks, with the bytes of a file beside the question, and gets pixels: it needs
//! no decoder, and reading never holds it up. Each question stands for itself, so a reader that
//! broke down over a file can be replaced by another one.

pub mod own;

use data::{Dataset, Manifest, Pack, PackError, SlicePack, SliceSet, phantom};
use model::{DataSource, Lab};
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

/// What the page wants to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Can this file be opened as a pack of that lab? Its images are not read.
    Open(Lab),
    /// What is in a data set? The file is its pack; empty for generated images.
    Data {
        /// Which data set.
        source: DataSource,
        /// Seed of generated images.
        seed: u32,
    },
    /// What is in this volume?
    Volume {
        /// Its file's name, for problems.
        name: String,
        /// Height and width in which slices are wanted.
        size: [usize; 2],
    },
    /// What is in this mask?
    Mask {
        /// Its file's name, for problems.
        name: String,
        /// What it is the mask of.
        of: own::Extent,
        /// Height and width in which slices are wanted.
        size: [usize; 2],
        /// Class names in label order.
        classes: Vec<String>,
    },
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The pack can be opened.
    Opened,
    /// Images with a class each.
    Images(Facts, Dataset),
    /// Slices with a mask each.
    Slices(Facts, SliceSet),
    /// A volume.
    Volume {
        /// Voxels along its axes.
        shape: [usize; 3],
        /// Gray values 0 to 255, `[n, height, width]` row by row, along the first axis.
        #[serde(with = "serde_bytes")]
        slices: Vec<u8>,
    },
    /// Class of each pixel of a mask, `[n, height, width]` row by row.
    Mask(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// What the page says of a data set: the parts of its manifest that people read. It travels in a
/// format that, unlike a manifest's JSON, can leave nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The word for programs, as in links.
    pub name: String,
    /// A sentence on what the images show.
    pub description: String,
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Training images in all.
    pub train: usize,
    /// Test images in all.
    pub test: usize,
    /// How the images were picked and split.
    pub rule: String,
    /// Where they come from, for people.
    pub source: String,
    /// Where they come from, for browsers; empty where there is no such place.
    pub source_url: String,
    /// Name of the licence.
    pub licence: String,
    /// Text of the licence; empty where there is none.
    pub licence_url: String,
    /// Whom to thank.
    pub attribution: String,
}

impl From<Manifest> for Facts {
    fn from(manifest: Manifest) -> Self {
        Self {
            name: manifest.name,
            description: manifest.description,
            classes: manifest.classes,
            train: manifest.train,
            test: manifest.test,
            rule: manifest.rule,
            source: manifest.source,
            source_url: manifest.source_url,
            licence: manifest.licence,
            licence_url: manifest.licence_url,
            attribution: manifest.attribution,
        }
    }
}

/// Answers a question about a file. Problems are sentences for the visitor.
pub fn answer(question: Question, file: Vec<u8>) -> Result<Answer, Problem> {
    match question {
        Question::Open(Lab::Classify) => Pack::open(file).map(|_| Answer::Opened).map_err(bad_pack),
        Question::Open(Lab::Segment) => {
            SlicePack::open(file).map(|_| Answer::Opened).map_err(bad_pack)
        }
        Question::Data { source, seed } => read(source, seed, file),
        Question::Volume { name, size } => own::volume(&name, &file, size),
        Question::Mask { name, of, size, classes } => {
            own::mask(of, &name, &file, size, &classes).map(Answer::Mask)
        }
    }
}

fn read(source: DataSource, seed: u32, file: Vec<u8>) -> Result<Answer, Problem> {
    Ok(match source {
        DataSource::MedNist => {
            let read = |file| -> Result<_, PackError> {
                let pack = Pack::open(file)?;
                Ok((pack.manifest().clone(), pack.decode()?))
            };
            let (manifest, images) = read(file).map_err(bad_pack)?;
            Answer::Images(manifest.into(), images)
        }
        DataSource::Hippocampus => {
            let pack = SlicePack::open(file).map_err(bad_pack)?;
            let slices = pack.decode().map_err(bad_pack)?;
            Answer::Slices(pack.manifest().clone().into(), slices)
        }
        DataSource::Phantom { noise, rotation } => {
            let images = phantom::dataset(phantom::Spec { noise, rotation }, seed);
            Answer::Images(phantom::manifest().into(), images)
        }
        DataSource::Ventricles(look) => {
            let slices = phantom::ventricles::slices(look, seed);
            Answer::Slices(phantom::ventricles::manifest().into(), slices)
        }
    })
}

fn bad_pack(error: impl ToString) -> Problem {
    Problem::new(ErrorCode::BadPack, error)
}

#[cfg(test)]
mod tests;
