//! Reasons why a network cannot be built.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{NetworkError, UNetError};

/// Reason why a network cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum GraphError {
    /// A layer of a classifier does not fit.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The U-Net does not fit the images.
    #[error(transparent)]
    UNet(#[from] UNetError),
}
