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

/// What a pixel is penalised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Surprise {
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
    /// The part that is a mean over pixels, where there is one.
    pub surprise: Option<Surprise>,
    /// Whether the Dice loss is added.
    pub dice: bool,
}

impl Loss {
    /// Pixels that are taken to agree in any case, in the Dice loss.
    pub const DICE_EPSILON: f32 = 1.0;

    /// Sums that the loss is made of: weighted surprises, weights, then overlap and found + true of
    /// each class but the first.
    pub fn sum_count(&self) -> usize {
        2 * self.classes.max(1)
    }

    /// The sums, from logits `[batch, classes, pixels]`, class ids `[batch, pixels]` and the classes'
    /// weights `[classes]`. A class id that is none counts as the last class.
    pub fn sums(&self, logits: &[f32], targets: &[f32], weights: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0_f64; self.sum_count()];
        self.each(logits, targets, |_, truth, p, surprise| {
            let weight = f64::from(weights[truth]);
            let wrong = 1.0 - f64::from(p[truth]);
            sums[0] += match self.surprise {
                Some(Surprise::CrossEntropy) => weight * f64::from(surprise),
                Some(Surprise::Focal) => weight * wrong * wrong * f64::from(surprise),
                None => 0.0,
            };
            sums[1] += weight;
            for (class, p) in p.iter().enumerate().skip(1) {
                let there = f64::from(u8::from(class == truth));
                sums[2 * class] += f64::from(*p) * there;
                sums[2 * class + 1] += f64::from(*p) + there;
            }
        });
        sums.into_iter().map(|sum| sum as f32).collect()
    }

    /// The loss that those sums make.
    pub fn value(&self, sums: &[f32]) -> f32 {
        let mean = match self.surprise {
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
        mean + 1.0 - scores.sum::<f32>() / self.foreground()
    }

    /// The gradient with respect to the logits, `[batch, classes, pixels]`, times `slope`, that of
    /// whatever is made of the loss.
    pub fn backward(
        &self,
        logits: &[f32],
        targets: &[f32],
        weights: &[f32],
        sums: &[f32],
        slope: f32,
    ) -> Vec<f32> {
        let mut found = vec![0.0; logits.len()];
        // What the loss changes by with a class's probability in a pixel, where that is not the
        // true class and where it is.
        let dice: Vec<[f32; 2]> = sums
            .chunks_exact(2)
            .enumerate()
            .map(|(class, sums)| {
                if !self.dice || class == 0 {
                    return [0.0; 2];
                }
                let total = sums[1] + Self::DICE_EPSILON;
                let share = 1.0 / (total * self.foreground());
                let falls = (2.0 * sums[0] + Self::DICE_EPSILON) / total * share;
                [falls, falls - 2.0 * share]
            })
            .collect();
        let scale = 1.0 / sums[1].max(f32::MIN_POSITIVE);
        self.each(logits, targets, |start, truth, p, surprise| {
            let weight = weights[truth] * scale;
            let (right, wrong) = (p[truth], 1.0 - p[truth]);
            // How much the surprise falls with the true class's logit, over what its softmax lets
            // through.
            let pull = match self.surprise {
                Some(Surprise::CrossEntropy) => weight,
                Some(Surprise::Focal) => weight * wrong * (wrong + 2.0 * right * surprise),
                None => 0.0,
            };
            let along = |class: usize| dice[class][usize::from(class == truth)];
            let mean: f32 = p.iter().enumerate().map(|(class, p)| along(class) * p).sum();
            for (class, p) in p.iter().enumerate() {
                let there = f32::from(u8::from(class == truth));
                let entropy = pull * (p - there);
                let value = entropy + p * (along(class) - mean);
                found[start + class * self.pixels] = slope * value;
            }
        });
        found
    }

    /// Calls `f` for each pixel: where its logits start, its true class, the probabilities, and −ln
    /// of the true class's.
    fn each(&self, logits: &[f32], targets: &[f32], mut f: impl FnMut(usize, usize, &[f32], f32)) {
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

    /// Classes but the first.
    fn foreground(&self) -> f32 {
        self.classes.saturating_sub(1).max(1) as f32
    }
}
