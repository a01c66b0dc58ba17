//! Masks computed from logits, and the evaluation of a segmentation network.

use model::score::mean_of_some;
use protocol::{LivePrediction, SegmentEvaluation};

use super::mask_metrics::{self, Overlap};
use data::Slices;

use crate::data::SliceData;
use crate::training::segmentation_loss::{LossSums, PixelLoss};

/// Computes the most probable class of each pixel, `[n, height, width]`, from logits `[n, classes,
/// height, width]` in row-major order. Ties go to the lower class. A pixel whose logits are all NaN
/// is background.
pub fn argmax_masks(logits: &[f32], classes: usize, pixels: usize) -> Vec<u8> {
    let mut masks = Vec::with_capacity(logits.len() / classes);
    let mut best = vec![0.0; pixels];
    for slice in logits.chunks_exact(classes * pixels) {
        let start = masks.len();
        masks.resize(start + pixels, 0);
        best.fill(f32::NEG_INFINITY);
        for (class, plane) in slice.chunks_exact(pixels).enumerate() {
            for ((logit, best), winner) in plane.iter().zip(&mut best).zip(&mut masks[start..]) {
                if *logit > *best {
                    (*best, *winner) = (*logit, class as u8);
                }
            }
        }
    }
    masks
}

/// Masks and loss sums accumulated over the batches of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct SegmentationAccumulator {
    masks: Vec<u8>,
    sums: LossSums,
}

impl SegmentationAccumulator {
    /// Adds the logits `[n, classes, height, width]` of the next of these slices.
    pub fn add(&mut self, slices: &Slices, classes: usize, loss: &PixelLoss, logits: &[f32]) {
        let pixels = slices.size[0] * slices.size[1];
        let first = self.masks.len() / pixels;
        for (index, slice) in logits.chunks_exact(classes * pixels).enumerate() {
            self.sums.add(loss, slice, slices.mask(first + index));
        }
        self.masks.extend(argmax_masks(logits, classes, pixels));
    }

    /// Computes the evaluation of all these slices.
    pub fn finish(self, slices: &Slices, classes: usize, loss: &PixelLoss) -> SegmentEvaluation {
        let cases = mask_metrics::case_scores(slices, &self.masks, classes);
        let dice = (0..classes - 1)
            .map(|class| mean_of_some(cases.iter().map(|case| case.classes[class].dice)))
            .collect();
        let correct = self.masks.iter().zip(&slices.masks).filter(|(a, b)| a == b).count();
        SegmentEvaluation {
            loss: self.sums.loss(loss),
            pixel_accuracy: correct as f64 / self.masks.len() as f64,
            masks: self.masks,
            dice,
            cases,
        }
    }
}

/// Builds the live prediction from the masks of the preview slices, `[slices, height, width]`.
pub fn live_prediction(data: &SliceData, step: usize, masks: Vec<u8>) -> LivePrediction {
    let scores = |(predicted, place): (&[u8], &usize)| {
        let truth = data.evaluated.slices.mask(*place);
        (1..data.classes).map(|class| Overlap::of(class as u8, predicted, truth).dice()).collect()
    };
    let dice = masks.chunks_exact(data.pixels()).zip(&data.preview_slices).map(scores).collect();
    LivePrediction { step, masks, dice }
}

/// Selects the masks of the preview slices among those of all evaluated slices.
pub fn preview_masks(data: &SliceData, masks: &[u8]) -> Vec<u8> {
    let pixels = data.pixels();
    data.preview_slices
        .iter()
        .flat_map(|place| &masks[place * pixels..][..pixels])
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use data::{Case, SliceSet, Slices};
    use model::SegmentLoss;

    /// Returns two test cases, each of one slice of 1×4 pixels, with three classes.
    fn data() -> SliceData {
        let slices = Slices {
            size: [1, 4],
            images: vec![0; 8],
            masks: vec![0, 1, 1, 2, 0, 0, 1, 1],
            case_of: vec![0, 1],
            cases: ["a", "b"].map(Case::with_unit_spacing).to_vec(),
        };
        let classes = ["background", "one", "two"].map(str::to_owned).to_vec();
        let set = SliceSet { classes, train: slices.clone(), test: slices, ..SliceSet::default() };
        SliceData::new(set, &Device::flex())
    }

    /// Returns logits whose argmax gives these masks.
    fn logits(masks: &[u8]) -> Vec<f32> {
        masks
            .chunks_exact(4)
            .flat_map(|slice| {
                (0..3).flat_map(|class| slice.iter().map(move |c| f32::from(u8::from(*c == class))))
            })
            .collect()
    }

    #[test]
    fn ties_go_to_the_lower_class() {
        let masks = [0, 1, 2, 2, 1, 1, 0, 2];
        assert_eq!(argmax_masks(&logits(&masks), 3, 4), masks);
        let nan = f32::NAN;
        assert_eq!(argmax_masks(&[1.0, 0.0, nan, nan, 1.0, 1.0, nan, 1.0], 2, 4), [0, 1, 0, 1]);
    }

    #[test]
    fn evaluation_of_two_cases() {
        let data = data();
        let loss = PixelLoss::new(SegmentLoss::CrossEntropy, vec![1.0; 3]);
        // The first case is correct except for class 2. The second misses one pixel of class 1.
        let found = [0, 1, 1, 0, 0, 0, 0, 1];
        let mut accumulator = SegmentationAccumulator::default();
        let slices = &data.evaluated.slices;
        accumulator.add(slices, 3, &loss, &logits(&found[..4]));
        accumulator.add(slices, 3, &loss, &logits(&found[4..]));
        let report = accumulator.finish(slices, 3, &loss);
        assert_eq!(report.masks, found);
        assert_eq!(report.pixel_accuracy, 0.75);
        // Class 1: 1 and 2/3. Class 2 occurs in the first case only, where it is missed.
        assert_eq!(report.dice, [Some((1.0 + 2.0 / 3.0) / 2.0), Some(0.0)]);
        assert_eq!(report.cases[1].classes[1].dice, None);
        // One logit of 1 and two of 0: ln(e + 2) − 1 if correct, ln(e + 2) if not.
        let expected = (1.0_f64.exp() + 2.0).ln() - 0.75;
        assert!((f64::from(report.loss) - expected).abs() < 1e-6, "{}", report.loss);

        let prediction = live_prediction(&data, 7, preview_masks(&data, &report.masks));
        assert_eq!((prediction.step, &prediction.masks[..]), (7, &found[..]));
        assert_eq!(prediction.dice, [[Some(1.0), Some(0.0)], [Some(2.0 / 3.0), None]]);
    }
}
