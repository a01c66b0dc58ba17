//! Loss of a batch.

use kernels::{Loss, PixelTerm};

/// A loss function with its class weights. See [`kernels::Loss`] for the formulas.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchLoss {
    /// Term that is averaged over pixels, if any.
    pub pixel_term: Option<PixelTerm>,
    /// Whether the Dice loss is added.
    pub dice: bool,
    /// `[classes]`
    pub class_weights: Vec<f32>,
}

impl BatchLoss {
    /// Returns the loss of this many images of `pixels` pixels.
    pub(crate) fn of(&self, batch: usize, pixels: usize) -> Loss {
        let Self { pixel_term, dice, class_weights } = self;
        let (classes, pixel_term, dice) = (class_weights.len(), *pixel_term, *dice);
        Loss { batch, classes, pixels, pixel_term, dice }
    }
}
