//! Properties of the segmentation metrics on random masks: an omission never improves a figure, and
//! HD95 agrees with a plain computation.

use data::rng::Rng;
use data::{Case, SliceSet, Slices};
use engine::burn::tensor::Device;
use engine::data::SliceData;
use engine::evaluation::mask_metrics::case_scores;
use engine::evaluation::segmentation::SegmentationAccumulator;
use engine::training::segmentation_loss::PixelLoss;
use model::SegmentLoss;
use protocol::SegmentEvaluation;

const CLASSES: usize = 3;

/// Random test slices, and a prediction in which some slices are exactly right.
fn random_split(rng: &mut Rng) -> (Slices, Vec<u8>) {
    let mut below = |n: usize| rng.below(n as u64) as usize;
    let size = [3 + below(7), 3 + below(7)];
    let (mut slices, mut predicted) = (Slices { size, ..Slices::default() }, Vec::new());
    for index in 0..1 + below(3) {
        let mm = |n: usize| (n + 1) as f32 * 0.25;
        slices.cases.push(Case {
            name: format!("{index}"),
            pixel_mm: [mm(below(12)), mm(below(12))],
            slice_mm: mm(below(12)),
        });
        for _ in 0..1 + below(5) {
            let truth = random_mask(&mut below, size);
            predicted.extend(match below(4) {
                0 => vec![0; truth.len()],
                1 => random_mask(&mut below, size),
                _ => truth.clone(),
            });
            slices.masks.extend(truth);
            slices.case_of.push(index);
        }
    }
    slices.images = vec![0; slices.masks.len()];
    (slices, predicted)
}

/// Returns up to three rectangles of random classes, some of them empty, and a few single pixels.
fn random_mask(below: &mut impl FnMut(usize) -> usize, [height, width]: [usize; 2]) -> Vec<u8> {
    let mut mask = vec![0; height * width];
    for _ in 0..below(4) {
        let (class, top, left) = (below(CLASSES) as u8, below(height), below(width));
        let (bottom, right) = (top + below(height - top + 1), left + below(width - left + 1));
        for row in top..bottom {
            mask[row * width + left..row * width + right].fill(class);
        }
    }
    for _ in 0..below(3) {
        mask[below(height * width)] = below(CLASSES) as u8;
    }
    mask
}

/// Evaluates a prediction as the engine does after an epoch.
fn evaluate(slices: &Slices, predicted: &[u8]) -> SegmentEvaluation {
    let classes = ["background", "one", "two"].map(str::to_owned).to_vec();
    let set =
        SliceSet { classes, train: slices.clone(), test: slices.clone(), ..SliceSet::default() };
    let data = SliceData::new(set, &Device::flex());
    let loss = PixelLoss::new(SegmentLoss::CrossEntropy, vec![1.0; CLASSES]);
    let plane = |class: usize| move |pixel: &u8| f32::from(u8::from(usize::from(*pixel) == class));
    let logits: Vec<f32> = predicted
        .chunks_exact(data.pixels())
        .flat_map(|slice| (0..CLASSES).flat_map(move |class| slice.iter().map(plane(class))))
        .collect();
    let mut accumulator = SegmentationAccumulator::default();
    accumulator.add(slices, CLASSES, &loss, &logits);
    let report = accumulator.finish(slices, CLASSES, &loss);
    assert_eq!(report.masks, predicted);
    report
}

/// Returns every figure of a report as a penalty, so that a larger value is worse: those of each
/// case and class, and the means.
fn penalties(report: &SegmentEvaluation) -> Vec<Option<f64>> {
    let inverse = |dice: Option<f64>| dice.map(|dice| 1.0 - dice);
    let of_classes =
        report.cases.iter().flat_map(|case| &case.classes).flat_map(|class| {
            [inverse(class.dice), class.hausdorff95_mm, Some(class.volume_error_ml)]
        });
    let of_cases = report.cases.iter().map(|case| inverse(case.mean_dice()));
    let means = [
        inverse(report.mean_dice()),
        report.mean_hausdorff95_mm(),
        report.mean_volume_error_ml(),
        Some(1.0 - report.pixel_accuracy),
    ];
    let class_means = report.dice.iter().copied().map(inverse);
    of_classes.chain(of_cases).chain(class_means).chain(means).collect()
}

#[test]
fn removing_a_slice_that_is_right_improves_no_figure() {
    let (mut removed, mut missed_wholly, mut farther) = (0, 0, 0);
    for seed in 0..400 {
        let (slices, mut predicted) = random_split(&mut Rng::new(seed));
        let pixels = slices.size[0] * slices.size[1];
        let mut before = evaluate(&slices, &predicted);
        // One after the other, so that in the end nothing right is left.
        for place in 0..slices.len() {
            let range = place * pixels..(place + 1) * pixels;
            let right = predicted[range.clone()] == *slices.mask(place);
            if !right || predicted[range.clone()].iter().all(|class| *class == 0) {
                continue;
            }
            predicted[range].fill(0);
            let after = evaluate(&slices, &predicted);
            for (index, pair) in penalties(&before).into_iter().zip(penalties(&after)).enumerate() {
                match pair {
                    (Some(before), Some(after)) => assert!(
                        after >= before - 1e-9,
                        "seed {seed}, slice {place}, figure {index}: {before} to {after}"
                    ),
                    // A figure neither vanishes nor appears.
                    (before, after) => assert_eq!(before, after, "seed {seed}, figure {index}"),
                }
            }
            let scores =
                |report: &SegmentEvaluation| report.cases[slices.case_of[place]].classes.clone();
            for (before, after) in scores(&before).into_iter().zip(scores(&after)) {
                missed_wholly += u32::from(before.predicted_ml > 0.0 && after.predicted_ml == 0.0);
                farther += u32::from(after.hausdorff95_mm > before.hausdorff95_mm);
            }
            removed += 1;
            before = after;
        }
    }
    // The cases that the property is about do occur.
    assert!(
        removed > 500 && missed_wholly > 100 && farther > 100,
        "{removed} {missed_wholly} {farther}"
    );
}

#[test]
fn a_patient_missed_wholly_counts_in_every_mean() {
    let full = vec![1; 12];
    let slices = Slices {
        size: [3, 4],
        images: vec![0; 24],
        masks: [full.clone(), full.clone()].concat(),
        case_of: vec![0, 1],
        cases: ["found", "missed"].map(Case::with_unit_spacing).to_vec(),
    };
    let report = evaluate(&slices, &[full, vec![0; 12]].concat());
    assert_eq!((report.mean_dice(), &report.dice[..]), (Some(0.5), &[Some(0.5), None][..]));
    // The slice's diagonal is 5 mm.
    assert_eq!(report.mean_hausdorff95_mm(), Some(2.5));
    // 12 pixels of 1 mm³ in one of two cases; no error in the second class, which is absent.
    assert_eq!(report.cases[1].classes[0].volume_error_ml, 0.012);
    assert!((report.mean_volume_error_ml().unwrap() - 0.003).abs() < 1e-12);
}

/// Computes HD95 of one class from all pairs of pixels.
fn plain_hausdorff95(slices: &Slices, predicted: &[u8], case: usize, class: u8) -> Option<f64> {
    let [height, width] = slices.size;
    let [pixel_height, pixel_width] = slices.cases[case].pixel_mm.map(f64::from);
    let boundary = |mask: &[u8]| -> Vec<(f64, f64)> {
        let at = |row: i32, column: i32| {
            let inside = (0..height as i32).contains(&row) && (0..width as i32).contains(&column);
            inside && mask[row as usize * width + column as usize] == class
        };
        let places = (0..height as i32).flat_map(|row| (0..width as i32).map(move |c| (row, c)));
        let is_boundary = |(row, column): &(i32, i32)| {
            let neighbors = [(-1, 0), (1, 0), (0, -1), (0, 1)];
            at(*row, *column) && !neighbors.iter().all(|(y, x)| at(row + y, column + x))
        };
        let mm = |(row, column)| (f64::from(row) * pixel_height, f64::from(column) * pixel_width);
        places.filter(is_boundary).map(mm).collect()
    };
    let diagonal = {
        let (y, x) = (height as f64 * pixel_height, width as f64 * pixel_width);
        (y * y + x * x).sqrt()
    };
    let directed = |one: &[(f64, f64)], other: &[(f64, f64)]| -> Vec<f64> {
        let nearest = |(y, x): &(f64, f64)| {
            let distance = |(b, a): &(f64, f64)| ((y - b).powi(2) + (x - a).powi(2)).sqrt();
            other.iter().map(distance).fold(diagonal, f64::min)
        };
        one.iter().map(nearest).collect()
    };
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    for place in slices.of_case(case) {
        let pixels = height * width;
        let predicted = boundary(&predicted[place * pixels..(place + 1) * pixels]);
        let truth = boundary(slices.mask(place));
        forward.extend(directed(&predicted, &truth));
        backward.extend(directed(&truth, &predicted));
    }
    let percentile = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let rank = 0.95 * (values.len() as f64 - 1.0);
        let at = |index: f64| values.get(index as usize).copied();
        Some(at(rank.floor())? * (1.0 - rank.fract()) + at(rank.ceil())? * rank.fract())
    };
    let both = [forward, backward].into_iter().filter(|values| !values.is_empty());
    both.filter_map(percentile).fold(None, |most, value| Some(most.unwrap_or(0.0_f64).max(value)))
}

#[test]
fn hausdorff95_agrees_with_a_plain_computation() {
    let (mut defined, mut undefined) = (0, 0);
    for seed in 1000..1400 {
        let (slices, predicted) = random_split(&mut Rng::new(seed));
        for (index, case) in case_scores(&slices, &predicted, CLASSES).iter().enumerate() {
            for (part, score) in case.classes.iter().enumerate() {
                let class = part as u8 + 1;
                let expected = plain_hausdorff95(&slices, &predicted, index, class);
                match (score.hausdorff95_mm, expected) {
                    (Some(found), Some(expected)) => {
                        assert!((found - expected).abs() < 1e-9, "seed {seed}: {found} {expected}");
                        defined += 1;
                    }
                    (found, expected) => {
                        assert_eq!(found, expected, "seed {seed}");
                        undefined += 1;
                    }
                }
                let pixels = slices.size[0] * slices.size[1];
                let contains = |masks: &[u8], place: &usize| {
                    masks[place * pixels..][..pixels].contains(&class)
                };
                let count = |test: &dyn Fn(&usize) -> bool| {
                    slices.of_case(index).iter().filter(|place| test(place)).count()
                };
                let (ours, true_ones) = (&predicted, &slices.masks);
                assert_eq!(
                    (score.slices_in_both, score.slices_in_either),
                    (
                        count(&|place| contains(ours, place) && contains(true_ones, place)),
                        count(&|place| contains(ours, place) || contains(true_ones, place))
                    )
                );
            }
        }
    }
    assert!(defined > 500 && undefined > 20, "{defined} {undefined}");
}
