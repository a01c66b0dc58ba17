//! Losses after softmax, for images or for pixels, with their gradients.
//!
//! With p the predicted probability of the true class and w the weight of that class:
//! - cross-entropy: Σ −w ln p / Σ w, PyTorch's weighted mean;
//! - focal loss: Σ −w (1 − p)² ln p / Σ w (Lin et al. 2017, γ = 2, normalized like cross-entropy);
//! - Dice loss: 1 − the mean over all classes except the first of (2 Σ p·q + ε) / (Σ p + Σ q + ε).
//!   Here p is the probability of that class in each pixel, q is 1 where it is the true class and 0
//!   elsewhere, and the sums are over all pixels of the batch (Milletari, Navab & Ahmadi 2016, but
//!   without squares in the denominator). The smoothing term ε is 1, the effect of about one
//!   additional pixel that agrees. With it, a class that occurs neither in the truth nor in the
//!   prediction has a perfect score instead of 0 / 0.

/// Per-pixel term of a loss, as a function of the probability p of the true class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelTerm {
    /// −ln p
    CrossEntropy,
    /// −(1 − p)² ln p
    Focal,
}

/// A loss of logits `[batch, classes, pixels]`. Images with one class label each have one pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loss {
    /// Number of images.
    pub batch: usize,
    /// Number of classes.
    pub classes: usize,
    /// Number of pixels per image.
    pub pixels: usize,
    /// Term that is averaged over pixels, if any.
    pub pixel_term: Option<PixelTerm>,
    /// Whether the Dice loss is added.
    pub dice: bool,
}

impl Loss {
    /// Smoothing term ε of the Dice loss, in pixels.
    pub const DICE_EPSILON: f32 = 1.0;

    /// Returns the number of sums from which the loss is computed: weighted pixel terms, weights,
    /// then the overlap and the predicted + true total of each class except the first.
    pub fn sum_count(&self) -> usize {
        2 * self.classes.max(1)
    }

    /// Computes the sums from logits `[batch, classes, pixels]`, class ids `[batch, pixels]` and
    /// class weights `[classes]`. An id that is too large counts as the last class.
    pub fn sums(&self, logits: &[f32], targets: &[f32], weights: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0_f64; self.sum_count()];
        self.for_each_pixel(logits, targets, |_, truth, p, nll| {
            let weight = f64::from(weights[truth]);
            let wrong = 1.0 - f64::from(p[truth]);
            sums[0] += match self.pixel_term {
                Some(PixelTerm::CrossEntropy) => weight * f64::from(nll),
                Some(PixelTerm::Focal) => weight * wrong * wrong * f64::from(nll),
                None => 0.0,
            };
            sums[1] += weight;
            for (class, p) in p.iter().enumerate().skip(1) {
                let is_truth = f64::from(u8::from(class == truth));
                sums[2 * class] += f64::from(*p) * is_truth;
                sums[2 * class + 1] += f64::from(*p) + is_truth;
            }
        });
        sums.into_iter().map(|sum| sum as f32).collect()
    }

    /// Computes the loss from its sums.
    pub fn value(&self, sums: &[f32]) -> f32 {
        let mean = match self.pixel_term {
            // If all pixels have weight 0, the result is 0 rather than a division by 0.
            Some(_) => sums[0] / sums[1].max(f32::MIN_POSITIVE),
            None => 0.0,
        };
        if !self.dice {
            return mean;
        }
        let scores = sums[2..]
            .chunks_exact(2)
            .map(|sums| (2.0 * sums[0] + Self::DICE_EPSILON) / (sums[1] + Self::DICE_EPSILON));
        mean + 1.0 - scores.sum::<f32>() / self.foreground_classes()
    }

    /// Computes the gradient with respect to the logits, `[batch, classes, pixels]`, multiplied by
    /// `upstream`, the gradient with respect to the loss itself.
    pub fn backward(
        &self,
        logits: &[f32],
        targets: &[f32],
        weights: &[f32],
        sums: &[f32],
        upstream: f32,
    ) -> Vec<f32> {
        let mut gradient = vec![0.0; logits.len()];
        // Derivative of the Dice loss with respect to the probability of a class in a pixel: if it
        // is not the true class, and if it is.
        let dice: Vec<[f32; 2]> = sums
            .chunks_exact(2)
            .enumerate()
            .map(|(class, sums)| {
                if !self.dice || class == 0 {
                    return [0.0; 2];
                }
                let total = sums[1] + Self::DICE_EPSILON;
                let share = 1.0 / (total * self.foreground_classes());
                let other = (2.0 * sums[0] + Self::DICE_EPSILON) / total * share;
                [other, other - 2.0 * share]
            })
            .collect();
        let scale = 1.0 / sums[1].max(f32::MIN_POSITIVE);
        self.for_each_pixel(logits, targets, |start, truth, p, nll| {
            let weight = weights[truth] * scale;
            let (right, wrong) = (p[truth], 1.0 - p[truth]);
            // Negated derivative of the pixel term with respect to the logit of the true class,
            // divided by that of the log-softmax, 1 - p.
            let factor = match self.pixel_term {
                Some(PixelTerm::CrossEntropy) => weight,
                Some(PixelTerm::Focal) => weight * wrong * (wrong + 2.0 * right * nll),
                None => 0.0,
            };
            let dice_grad = |class: usize| dice[class][usize::from(class == truth)];
            let mean: f32 = p.iter().enumerate().map(|(class, p)| dice_grad(class) * p).sum();
            for (class, p) in p.iter().enumerate() {
                let is_truth = f32::from(u8::from(class == truth));
                let entropy = factor * (p - is_truth);
                let value = entropy + p * (dice_grad(class) - mean);
                gradient[start + class * self.pixels] = upstream * value;
            }
        });
        gradient
    }

    /// Calls `f` for each pixel with the index of its first logit, its true class, the
    /// probabilities, and the negative log-likelihood of the true class.
    fn for_each_pixel(
        &self,
        logits: &[f32],
        targets: &[f32],
        mut f: impl FnMut(usize, usize, &[f32], f32),
    ) {
        let Self { batch, classes, pixels, .. } = *self;
        assert_eq!(logits.len(), batch * classes * pixels, "a logit a class and pixel");
        assert_eq!(targets.len(), batch * pixels, "a class a pixel");
        let mut p = vec![0.0_f32; classes];
        for (place, target) in targets.iter().enumerate() {
            let start = place / pixels * classes * pixels + place % pixels;
            let logit = |class: usize| logits[start + class * pixels];
            let largest = (0..classes).map(logit).fold(f32::NEG_INFINITY, f32::max);
            for (class, p) in p.iter_mut().enumerate() {
                *p = (logit(class) - largest).exp();
            }
            let sum: f32 = p.iter().sum();
            for p in &mut p {
                *p /= sum;
            }
            let truth = (*target as usize).min(classes - 1);
            f(start, truth, &p, sum.ln() - (logit(truth) - largest));
        }
    }

    /// Returns the number of classes except the first, which is the background.
    fn foreground_classes(&self) -> f32 {
        self.classes.saturating_sub(1).max(1) as f32
    }
}
