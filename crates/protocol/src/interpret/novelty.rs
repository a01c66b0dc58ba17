//! How unusual an image is.

use serde::{Deserialize, Serialize};

/// How unusual an image is for a network, by the activations of the last hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Novelty {
    /// Distance to the tenth nearest training image, 0 to 2, of activations scaled to length 1.
    pub distance: f64,
    /// Fraction of the held-out images that are nearer, 0 to below 1. Of new images that are like
    /// them, at most 5 % reach 0.95.
    pub percentile: f64,
}
