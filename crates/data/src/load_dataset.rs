//! Loading of a data set: decoding of a pack, or generation from a seed.

use model::DataSource;
use thiserror::Error;

use crate::phantom::{self, ventricles};
use crate::{Dataset, Manifest, Pack, PackError, SlicePack, SlicePackError};

/// Error in a pack of either kind.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The pack of images cannot be used.
    #[error(transparent)]
    Images(#[from] PackError),
    /// The pack of slices cannot be used.
    #[error(transparent)]
    Slices(#[from] SlicePackError),
}

/// Decodes the data set of a pack, or generates the data set of a seed. `pack` is empty for
/// generated data sets.
pub fn load(
    source: DataSource,
    seed: u32,
    pack: Vec<u8>,
) -> Result<(Manifest, Dataset), LoadError> {
    Ok(match source {
        DataSource::MedNist => {
            let pack = Pack::open(pack)?;
            (pack.manifest().clone(), pack.decode()?.into())
        }
        DataSource::Hippocampus => {
            let pack = SlicePack::open(pack)?;
            (pack.manifest().clone(), pack.decode()?.into())
        }
        DataSource::Phantom { noise, rotation } => {
            let set = phantom::dataset(phantom::Spec { noise, rotation }, seed);
            (phantom::manifest(), set.into())
        }
        DataSource::Ventricles(look) => {
            (ventricles::manifest(), ventricles::slices(look, seed).into())
        }
    })
}
