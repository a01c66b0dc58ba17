//! Loading of a data set: decoding of a pack, or generation from a seed.

use model::{DataSource, DatasetKey, Split};
use thiserror::Error;

use crate::own_data::{Collection, OwnDataError};
use crate::phantom::{self, nodules, ventricles};
use crate::{
    Dataset, DatasetInfo, Pack, PackError, SamplingError, SlicePack, SlicePackError, sample,
};

/// Error in a pack of either kind.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The pack of images cannot be used.
    #[error(transparent)]
    Images(#[from] PackError),
    /// The pack of slices cannot be used.
    #[error(transparent)]
    Slices(#[from] SlicePackError),
    /// The visitor's own data cannot be used.
    #[error(transparent)]
    Own(#[from] OwnDataError),
    /// The data set cannot be sampled as asked.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
}

/// Decodes the data set of a pack, or generates it, and samples it. `pack` is empty for generated
/// data sets. Counts and classes of the
/// description are those of the sample.
pub fn load(
    DatasetKey { source, sampling, seed }: DatasetKey,
    pack: Vec<u8>,
) -> Result<(DatasetInfo, Dataset), LoadError> {
    let (info, dataset): (DatasetInfo, Dataset) = match source {
        DataSource::MedNist | DataSource::BreastUltrasound | DataSource::ChestXRays => {
            let pack = Pack::open(pack)?;
            (pack.manifest().clone().into(), pack.decode(sampling.partition)?.into())
        }
        DataSource::Hippocampus | DataSource::BreastUltrasoundMasks => {
            let pack = SlicePack::open(pack)?;
            (pack.manifest().clone().into(), pack.decode(sampling.partition)?.into())
        }
        DataSource::Phantom { noise, rotation } => {
            let set = phantom::dataset(phantom::Spec { noise, rotation }, seed);
            (phantom::manifest().into(), set.into())
        }
        DataSource::OwnImages(_) | DataSource::OwnSlices(_) => {
            let own = Collection::from_bytes(&pack)?;
            if own.lab() != source.lab() {
                return Err(OwnDataError::Kept.into());
            }
            (own.info(source.slug()), own.dataset(sampling.partition))
        }
        DataSource::Nodules(look) => {
            (nodules::manifest().into(), nodules::dataset(look, seed).into())
        }
        DataSource::Ventricles(look) => {
            (ventricles::manifest().into(), ventricles::slices(look, seed).into())
        }
    };
    let dataset = sample(dataset, sampling, seed)?;
    let [train, validation, test] = Split::ALL.map(|split| dataset.count(split));
    let classes = dataset.classes().to_vec();
    Ok((DatasetInfo { classes, train, validation, test, ..info }, dataset))
}
