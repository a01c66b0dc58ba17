//! Summary of a batch trace: which images of the batch improved in a step and which got worse.

use model::ImageRef;
use model::score::{argmax, softmax};
use protocol::{BatchTrace, BatchTracePhase};
use ui::format;

use super::step_figures::cross_entropy;

/// Change of one image's loss in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The probability of the true class increased.
    Better,
    /// The probability of the true class decreased.
    Worse,
    /// No change.
    Same,
}

/// One image of the batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImageSummary {
    pub image: ImageRef,
    /// Index of the true class.
    pub label: usize,
    /// Logits before the step, `[classes]`.
    pub logits_before: Vec<f32>,
    /// Logits after the step, `[classes]`; `None` before the step is made.
    pub logits_after: Option<Vec<f32>>,
    /// Softmax of `logits_before`, `[classes]`.
    pub before: Vec<f32>,
    /// Softmax of `logits_after`, `[classes]`; `None` before the step is made.
    pub after: Option<Vec<f32>>,
}

impl ImageSummary {
    /// Returns the probability of the true class before the step.
    pub fn truth_before(&self) -> f32 {
        self.before[self.label]
    }

    /// Returns the probability of the true class after the step, or `None` before the step is made.
    pub fn truth_after(&self) -> Option<f32> {
        self.after.as_ref().map(|after| after[self.label])
    }

    /// Returns the change in the step, or `None` before the step is made. The comparison uses
    /// log-probabilities, since near 1 a probability in single precision does not change although
    /// the loss does.
    pub fn change(&self) -> Option<Change> {
        let after = self.logits_after.as_ref()?;
        let loss = |logits: &[f32]| cross_entropy(logits, self.label);
        let (before, after) = (loss(&self.logits_before), loss(after));
        Some(if after < before {
            Change::Better
        } else if after > before {
            Change::Worse
        } else {
            Change::Same
        })
    }
}

/// Summary of a whole batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BatchSummary {
    step: usize,
    loss_before: f32,
    loss_after: Option<f32>,
    pub images: Vec<ImageSummary>,
}

impl BatchSummary {
    /// Creates the summary. Images whose logits or label do not match the number of classes are
    /// left out.
    pub fn new(trace: &BatchTrace, classes: usize) -> Self {
        let (after, loss_after) = match &trace.phase {
            BatchTracePhase::BeforeStep => (None, None),
            BatchTracePhase::AfterStep { logits_after, loss_after } => {
                (Some(logits_after.as_slice()), Some(*loss_after))
            }
        };
        let row = |logits: &[f32], index: usize| {
            logits.get(index * classes..(index + 1) * classes).map(<[f32]>::to_vec)
        };
        let images = trace
            .images
            .iter()
            .zip(&trace.labels)
            .enumerate()
            .filter(|(_, (_, label))| usize::from(**label) < classes)
            .filter_map(|(index, (image, label))| {
                let logits_before = row(&trace.logits_before, index)?;
                let logits_after = match after {
                    Some(after) => Some(row(after, index)?),
                    None => None,
                };
                Some(ImageSummary {
                    image: *image,
                    label: (*label).into(),
                    before: softmax(&logits_before),
                    after: logits_after.as_deref().map(softmax),
                    logits_before,
                    logits_after,
                })
            })
            .collect();
        Self { step: trace.step, loss_before: trace.loss_before, loss_after, images }
    }

    /// Returns the largest absolute value of the batch's logits, used to scale bars; never 0.
    pub fn largest_logit(&self) -> f32 {
        self.images
            .iter()
            .flat_map(|image| image.logits_before.iter().chain(image.logits_after.iter().flatten()))
            .map(|logit| logit.abs())
            .filter(|logit| logit.is_finite())
            .fold(1e-3, f32::max)
    }

    /// Describes the step in a sentence.
    pub fn sentence(&self) -> String {
        let n = self.images.len();
        let right = |row: fn(&ImageSummary) -> Option<&Vec<f32>>| {
            self.images
                .iter()
                .filter(|image| row(image).and_then(|row| argmax(row)) == Some(image.label))
                .count()
        };
        let right_before = right(|image| Some(&image.logits_before));
        let before = format::loss(self.loss_before.into());
        let images = format::plural(n, "image", "images");
        let Some(after) = self.loss_after else {
            return format!(
                "The next step, number {}, will use these {images}. Loss now {before}, {right_before} of {n} right. Press Step to see what it changes.",
                format::count(self.step)
            );
        };
        let right_after = right(|image| image.logits_after.as_ref());
        let better =
            self.images.iter().filter(|image| image.change() == Some(Change::Better)).count();
        format!(
            "Step {}: loss on this batch {before} → {}. {better} of {images} got better; {right_before} → {right_after} right.",
            format::count(self.step),
            format::loss(after.into())
        )
    }
}

#[cfg(test)]
mod tests {
    use model::Split;

    use super::*;

    fn trace(phase: BatchTracePhase) -> BatchTrace {
        BatchTrace {
            step: 3,
            images: [4, 9].map(|index| ImageRef { split: Split::Train, index }).to_vec(),
            labels: vec![0, 1],
            logits_before: vec![0.0, 0.0, 2.0, 1.0],
            augmented: Vec::new(),
            loss_before: 1.0,
            phase,
        }
    }

    #[test]
    fn a_step_is_told_in_one_sentence() {
        let stepped =
            BatchTracePhase::AfterStep { logits_after: vec![1.0, 0.0, 3.0, 1.0], loss_after: 0.9 };
        let reading = BatchSummary::new(&trace(stepped), 2);
        let changes: Vec<_> = reading.images.iter().map(ImageSummary::change).collect();
        assert_eq!(changes, [Some(Change::Better), Some(Change::Worse)]);
        assert_eq!(
            reading.sentence(),
            "Step 3: loss on this batch 1.000 → 0.900. 1 of 2 images got better; 1 → 1 right."
        );
        assert_eq!(reading.largest_logit(), 3.0);
        assert_eq!(reading.images[0].before, [0.5, 0.5]);
    }

    #[test]
    fn before_a_step_nothing_is_better_or_worse() {
        let reading = BatchSummary::new(&trace(BatchTracePhase::BeforeStep), 2);
        assert_eq!(reading.images[0].change(), None);
        assert!(
            reading.sentence().starts_with("The next step, number 3, will use these 2 images.")
        );
    }

    #[test]
    fn a_gain_that_no_probability_shows_is_still_a_gain() {
        let change = |before: f32, after: f32| {
            ImageSummary {
                image: ImageRef { split: Split::Train, index: 0 },
                label: 0,
                before: vec![1.0, 0.0],
                after: Some(vec![1.0, 0.0]),
                logits_before: vec![before, 0.0],
                logits_after: Some(vec![after, 0.0]),
            }
            .change()
        };
        assert_eq!(change(40.0, 41.0), Some(Change::Better));
        assert_eq!(change(41.0, 41.0), Some(Change::Same));
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut odd = trace(BatchTracePhase::BeforeStep);
        odd.labels = vec![7, 1];
        odd.logits_before.truncate(3);
        assert_eq!(BatchSummary::new(&odd, 2).images, []);
        assert_eq!(BatchSummary::new(&odd, 0).images, []);
    }
}
