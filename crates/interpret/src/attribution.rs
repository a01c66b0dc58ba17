//! Attribution methods, which compute how much each pixel contributes to a class.
//!
//! All methods explain a scalar, the score: the logit of a class or, in a segmentation, the sum of
//! this logit over the pixels predicted as the class.

use crate::execute::{Gradients, Values};
use crate::network::Model;

/// Height of an image divided by the side of the occluding square.
const OCCLUSION_DIVISOR: usize = 8;

/// The score to explain, given by its gradient with respect to the logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// 1 for each logit that is part of the score, otherwise 0: `[classes, height, width]` of the
    /// head.
    pub seed: Vec<f32>,
}

impl Target {
    /// Returns the target for the logit of a class, given the logits of the image.
    pub fn class(model: &Model, logits: &[f32], class: usize) -> Self {
        let pixels = logits.len() / model.classes();
        let mut seed = vec![0.0; logits.len()];
        for pixel in 0..pixels {
            if pixels == 1 || argmax_class(logits, pixels, pixel) == class {
                seed[class * pixels + pixel] = 1.0;
            }
        }
        // If no pixel is predicted as the class, its logits at all pixels are explained.
        if seed.iter().all(|weight| *weight == 0.0) {
            seed[class * pixels..][..pixels].fill(1.0);
        }
        Self { seed }
    }

    /// Returns the score of each image in a batch of logits.
    pub fn scores(&self, logits: &[f32]) -> Vec<f32> {
        let dot = |row: &[f32]| {
            row.iter().zip(&self.seed).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum::<f64>()
        };
        logits.chunks_exact(self.seed.len()).map(|row| dot(row) as f32).collect()
    }

    /// Computes the gradients of the score with respect to the output of each node, for each image
    /// of the batch, in one backward pass. `values` must include the logits.
    pub fn gradients(&self, model: &Model, weights: &[f32], values: &Values) -> Gradients {
        let seed = (model.head(), self.seed.repeat(values.batch));
        model.backward(weights, values, seed, false)
    }
}

/// Returns the most probable class of a pixel, given logits `[classes, pixels]`. Of equal logits,
/// the first counts.
pub fn argmax_class(logits: &[f32], pixels: usize, pixel: usize) -> usize {
    let values = logits.iter().skip(pixel).step_by(pixels);
    let first = (0, f32::NEG_INFINITY);
    values
        .enumerate()
        .fold(first, |best, (class, x)| if *x > best.1 { (class, *x) } else { best })
        .0
}

/// Computes Grad-CAM at a layer, `[height, width]` (Selvaraju et al. 2017; for segmentations
/// Vinogradova et al. 2020). The feature maps, each weighted by its mean gradient, are summed,
/// rectified, and resized to the image by bilinear interpolation. `values` belong to a single
/// image; `gradients` are its [`Target::gradients`].
pub fn grad_cam(model: &Model, values: &Values, gradients: &Gradients, layer: usize) -> Vec<f32> {
    activation_map(model, values, gradients, layer, |gradient, map| {
        let weight = gradient.iter().sum::<f32>() / gradient.len() as f32;
        map.iter().map(|value| weight * value).collect()
    })
}

/// Computes HiResCAM at a layer (Draelos & Carin 2020). In contrast to Grad-CAM, each position of a
/// map is weighted by its own gradient. If dense layers follow, a map can count for a class at one
/// position and against it at another, so that the mean of its gradients cancels out.
pub fn hires_cam(model: &Model, values: &Values, gradients: &Gradients, layer: usize) -> Vec<f32> {
    activation_map(model, values, gradients, layer, kernels::multiply)
}

/// Sums `weigh(gradient, values)` over all maps, rectifies the sum, and resizes it to the image.
fn activation_map(
    model: &Model,
    values: &Values,
    gradients: &Gradients,
    layer: usize,
    weigh: impl Fn(&[f32], &[f32]) -> Vec<f32>,
) -> Vec<f32> {
    let node = model.graph().layers()[layer].activation_node();
    let [_, height, width] = model.shape(node);
    let pixels = height * width;
    let mut sum = vec![0.0; pixels];
    let gradients = gradients.nodes[node].chunks_exact(pixels);
    for (gradient, map) in gradients.zip(values.nodes[node].chunks_exact(pixels)) {
        for (sum, value) in sum.iter_mut().zip(weigh(gradient, map)) {
            *sum += value;
        }
    }
    for value in &mut sum {
        *value = value.max(0.0);
    }
    let [_, rows, columns] = model.shape(0);
    resize_bilinear(&sum, [height, width], [rows, columns])
}

/// Resizes a map by bilinear interpolation with half-pixel centers and clamped borders, as in
/// PyTorch's `interpolate` with `align_corners=False`.
pub fn resize_bilinear(
    map: &[f32],
    [height, width]: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Vec<f32> {
    let place = |to: usize, from_length: usize, to_length: usize| {
        let at = ((to as f32 + 0.5) * from_length as f32 / to_length as f32 - 0.5).max(0.0);
        let first = (at as usize).min(from_length - 1);
        (first, (first + 1).min(from_length - 1), at - first as f32)
    };
    let mut resized = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        let (top, bottom, down) = place(row, height, rows);
        for column in 0..columns {
            let (left, right, across) = place(column, width, columns);
            let along = |row: usize| {
                let (a, b) = (map[row * width + left], map[row * width + right]);
                a + (b - a) * across
            };
            let (upper, lower) = (along(top), along(bottom));
            resized.push(upper + (lower - upper) * down);
        }
    }
    resized
}

/// Computes input gradient times image, `[height, width]` (Shrikumar et al. 2016). `values` belong
/// to a single image; `gradients` are its [`Target::gradients`].
pub fn input_gradient(values: &Values, gradients: &Gradients) -> Vec<f32> {
    kernels::multiply(&gradients.nodes[0], &values.nodes[0])
}

/// Integrated gradients with a black image as baseline (Sundararajan, Taly & Yan 2017), computed
/// batch by batch.
#[derive(Clone, Debug)]
pub struct IntegratedGradients {
    /// Sum of the gradients at the completed points of the path.
    sum: Vec<f64>,
    /// Total number of points on the path, and number of completed points.
    points: usize,
    done: usize,
    /// Difference between the scores of the image and of the black image, once computed.
    difference: Option<f32>,
}

impl IntegratedGradients {
    /// Initial and maximum number of points. The number is doubled until the sum of the
    /// attributions is accurate enough.
    const POINTS: (usize, usize) = (32, 512);
    /// Maximum batch size.
    const BATCH: usize = 8;
    /// Accepted relative error of the sum of the attributions.
    const TOLERANCE: f32 = 0.005;

    /// Starts the integration.
    pub fn new(model: &Model) -> Self {
        let sum = vec![0.0; model.pixels()];
        Self { sum, points: Self::POINTS.0, done: 0, difference: None }
    }

    /// Computes the next batch. Returns true when the computation is complete.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        image: &[f32],
        target: &Target,
    ) -> bool {
        let count = model.batch_size_with_backward(Self::BATCH).min(self.points - self.done);
        // Midpoint of a segment of the path.
        let share = |place: usize| (place as f32 + 0.5) / self.points as f32;
        let images = (self.done..self.done + count)
            .flat_map(|place| image.iter().map(move |pixel| pixel * share(place)))
            .collect();
        let values = model.forward(weights, images, model.head());
        let gradients = target.gradients(model, weights, &values);
        for grad in gradients.nodes[0].chunks_exact(image.len()) {
            for (sum, grad) in self.sum.iter_mut().zip(grad) {
                *sum += f64::from(*grad);
            }
        }
        self.done += count;
        if self.done < self.points {
            return false;
        }
        let due = *self.difference.get_or_insert_with(|| {
            let both = [image, &vec![0.0; image.len()]].concat();
            let scores = target.scores(&model.logits(weights, both));
            scores[0] - scores[1]
        });
        let off = (self.values(image).iter().sum::<f32>() - due).abs();
        if off > Self::TOLERANCE * due.abs() && self.points < Self::POINTS.1 {
            let due = self.difference;
            *self = Self { points: 2 * self.points, difference: due, ..Self::new(model) };
            return false;
        }
        true
    }

    /// Returns the attribution of each pixel, `[height, width]`.
    pub fn values(&self, image: &[f32]) -> Vec<f32> {
        let points = self.done.max(1) as f64;
        let each = image.iter().zip(&self.sum);
        each.map(|(pixel, sum)| (f64::from(*pixel) * sum / points) as f32).collect()
    }

    /// Returns the sum of all attributions, and the difference between scores that it should equal.
    pub fn completeness(&self, image: &[f32]) -> [f32; 2] {
        [self.values(image).iter().sum(), self.difference.unwrap_or(f32::NAN)]
    }
}

/// Occlusion (Zeiler & Fergus 2014), computed batch by batch: the decrease of the score when a
/// square of the image is covered with the image's mean gray value.
#[derive(Clone, Debug)]
pub struct Occlusion {
    /// For each pixel, the sum of the decreases over the squares that covered it, and their number.
    sum: Vec<f32>,
    count: Vec<f32>,
    /// Upper left corners of the remaining squares.
    remaining: Vec<[usize; 2]>,
    /// Score of the uncovered image.
    score: f32,
}

impl Occlusion {
    /// Maximum batch size.
    const BATCH: usize = 15;

    /// Starts the computation. `score` is the score of the uncovered image.
    pub fn new(model: &Model, score: f32) -> Self {
        let [_, height, width] = model.shape(0);
        let side = occlusion_side(height);
        let starts = |length: usize| (0..=length - side).step_by((side / 2).max(1));
        let remaining =
            starts(height).flat_map(|row| starts(width).map(move |column| [row, column])).collect();
        let (sum, count) = (vec![0.0; height * width], vec![0.0; height * width]);
        Self { sum, count, remaining, score }
    }

    /// Computes the next batch. Returns true when the computation is complete.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        image: &[f32],
        target: &Target,
    ) -> bool {
        let [_, height, width] = model.shape(0);
        let side = occlusion_side(height);
        let batch = self
            .remaining
            .split_off(self.remaining.len().saturating_sub(model.batch_size(Self::BATCH)));
        let mean = image.iter().sum::<f32>() / image.len() as f32;
        let rows = |[top, left]: [usize; 2]| {
            (top..top + side).map(move |row| row * width + left..row * width + left + side)
        };
        let mut covered = image.repeat(batch.len());
        for (image, corner) in covered.chunks_exact_mut(height * width).zip(&batch) {
            rows(*corner).for_each(|row| image[row].fill(mean));
        }
        let scores = target.scores(&model.logits(weights, covered));
        for (corner, score) in batch.iter().zip(scores) {
            for place in rows(*corner).flatten() {
                self.sum[place] += self.score - score;
                self.count[place] += 1.0;
            }
        }
        self.remaining.is_empty()
    }

    /// Returns for each pixel the mean decrease of the score over the squares that covered it,
    /// `[height, width]`.
    pub fn values(&self) -> Vec<f32> {
        self.sum.iter().zip(&self.count).map(|(sum, count)| sum / count.max(1.0)).collect()
    }
}

fn occlusion_side(height: usize) -> usize {
    (height / OCCLUSION_DIVISOR).max(1)
}

/// Returns Spearman's rank correlation of two maps, or `None` if one of them is constant.
pub fn rank_correlation(one: &[f32], other: &[f32]) -> Option<f32> {
    let (one, other) = (ranks(one), ranks(other));
    let mean = (one.len() as f64 - 1.0) / 2.0;
    let (mut product, mut squares) = (0.0, [0.0; 2]);
    for (a, b) in one.iter().zip(&other) {
        let (a, b) = (a - mean, b - mean);
        product += a * b;
        squares[0] += a * a;
        squares[1] += b * b;
    }
    let scale = (squares[0] * squares[1]).sqrt();
    (scale > 0.0).then(|| (product / scale) as f32)
}

/// Returns the rank of each value. Equal values share their mean rank.
fn ranks(values: &[f32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let equals = order[start..].iter().take_while(|place| values[**place] == value).count();
        let end = start + equals.max(1);
        let rank = (start + end - 1) as f64 / 2.0;
        order[start..end].iter().for_each(|place| ranks[*place] = rank);
        start = end;
    }
    ranks
}
