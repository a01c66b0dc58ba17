//! Losses over softmax, of images or of pixels, with their gradients.
//!
//! With p the predicted probability of the true class and w that class's weight:
//! - cross-entropy: Σ −w ln p / Σ w, PyTorch's weighted mean;
//! - focal: Σ −w (1 − p)² ln p / Σ w (Lin et al. 2017, γ = 2, divided as cross-entropy is);
//! - Dice: 1 − the mean over all classes but the first of (2 Σ p·q + ε) / (Σ p + Σ q + ε), where p is
//!   that class's probability in each pixel, q is 1 where it is the true class and else 0, and the
//!   sums run over all pixels of the batch (Milletari, Navab & Ahmadi 2016, with the sums to the
//!   first power). ε is 1: as if one pixel more agreed. It makes a class that is nowhere, in truth
//!   or prediction, a perfect score instead of 0 / 0.

/// Per-pixel term of a loss, a function of the probability p of the true class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelTerm {
    /// −ln p
    CrossEntropy,
    /// −(1 − p)² ln p
    Focal,
}

/// A loss of logits `[batch, classes, pixels]`; images with one class each have one pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loss {
    /// Images.
    pub batch: usize,
    /// Classes.
    pub classes: usize,
    /// Pixels of an image.
    pub pixels: usize,
    /// The term that is averaged over pixels, if there is one.
    pub pixel_term: Option<PixelTerm>,
    /// Whether the Dice loss is added.
    pub dice: bool,
}

impl Loss {
    /// Smoothing term ε of the Dice loss, in pixels.
    pub const DICE_EPSILON: f32 = 1.0;

    /// Number of sums that the loss is computed from: weighted pixel terms, weights, then overlap and
    /// predicted + true of each class but the first.
    pub fn sum_count(&self) -> usize {
        2 * self.classes.max(1)
    }

    /// Returns the sums, from logits `[batch, classes, pixels]`, class ids `[batch, pixels]` and the classes'
    /// weights `[classes]`. An id beyond the classes counts as the last class.
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

    /// Returns the loss, from its sums.
    pub fn value(&self, sums: &[f32]) -> f32 {
        let mean = match self.pixel_term {
            // No pixel of weight 0 is trained on, but a sum of zeros must not divide.
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

    /// Returns the gradient with respect to the logits, `[batch, classes, pixels]`, times `upstream`,
    /// the gradient with respect to the loss itself.
    pub fn backward(
        &self,
        logits: &[f32],
        targets: &[f32],
        weights: &[f32],
        sums: &[f32],
        upstream: f32,
    ) -> Vec<f32> {
        let mut gradient = vec![0.0; logits.len()];
        // Derivative of the Dice loss by a class's probability in a pixel: where that is not the
        // true class, and where it is.
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
            // Negated derivative of the pixel term by the true class's logit, divided by that of
            // softmax, 1 - p.
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

    /// Calls `f` for each pixel with the index of its first logit, its true class, the probabilities,
    /// and the negative log-likelihood of the true class.
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

    /// Number of classes but the first, the background.
    fn foreground_classes(&self) -> f32 {
        self.classes.saturating_sub(1).max(1) as f32
    }
}
