//! Why a class: which pixels speak for it.
//!
//! All methods explain one number: a class's logit, or in a segmentation the sum of that logit over
//! the pixels that the network gives to the class.

use crate::graph::{Slopes, Values};
use crate::network::Model;

/// Side of the square that occlusion covers, as a share of the image's height.
const SQUARE: usize = 8;

/// The number that is explained, as a gradient with respect to the logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// 1 for each logit that counts, `[classes, height, width]` of the head.
    pub seed: Vec<f32>,
}

impl Target {
    /// The logit of a class, given what the network makes of the image.
    pub fn class(model: &Model, logits: &[f32], class: usize) -> Self {
        let pixels = logits.len() / model.classes();
        let mut seed = vec![0.0; logits.len()];
        for pixel in 0..pixels {
            if pixels == 1 || best(logits, pixels, pixel) == class {
                seed[class * pixels + pixel] = 1.0;
            }
        }
        // A class that no pixel has been given to is asked for everywhere.
        if seed.iter().all(|weight| *weight == 0.0) {
            seed[class * pixels..][..pixels].fill(1.0);
        }
        Self { seed }
    }

    /// Its value for each image of a batch of logits.
    pub fn scores(&self, logits: &[f32]) -> Vec<f32> {
        let dot = |row: &[f32]| {
            row.iter().zip(&self.seed).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum::<f64>()
        };
        logits.chunks_exact(self.seed.len()).map(|row| dot(row) as f32).collect()
    }

    /// Gradients of the explained number with respect to what each node puts out, image by image, in
    /// one backward pass: all that methods which go by gradients need. `values` must reach up to the
    /// logits.
    pub fn slopes(&self, model: &Model, weights: &[f32], values: &Values) -> Slopes {
        let seed = (model.head(), self.seed.repeat(values.batch));
        model.graph.backward(weights, values, seed, false)
    }
}

/// The most probable class of a pixel of logits `[classes, pixels]`, the first of equals.
pub fn best(logits: &[f32], pixels: usize, pixel: usize) -> usize {
    let values = logits.iter().skip(pixel).step_by(pixels);
    let first = (0, f32::NEG_INFINITY);
    values
        .enumerate()
        .fold(first, |best, (class, x)| if *x > best.1 { (class, *x) } else { best })
        .0
}

/// Grad-CAM at a layer (Selvaraju et al. 2017; for segmentations Vinogradova et al. 2020): its
/// feature maps, weighed by the mean gradient of each, summed up where positive, and resized to the
/// image by bilinear interpolation. `[height, width]`. `values` are of one image, `slopes` are
/// [`Target::slopes`] of them.
pub fn grad_cam(model: &Model, values: &Values, slopes: &Slopes, layer: usize) -> Vec<f32> {
    activation_map(model, values, slopes, layer, |gradient, map| {
        let weight = gradient.iter().sum::<f32>() / gradient.len() as f32;
        map.iter().map(|value| weight * value).collect()
    })
}

/// HiResCAM at a layer (Draelos & Carin 2020): as Grad-CAM, with each place of a map weighed by its own
/// gradient. Where dense layers follow, a map speaks for a class at one place and against it at
/// another, and the mean of its gradients says nothing.
pub fn hires_cam(model: &Model, values: &Values, slopes: &Slopes, layer: usize) -> Vec<f32> {
    activation_map(model, values, slopes, layer, kernels::multiply)
}

/// What `weigh` makes of the gradient and the values of each map, summed up where positive.
fn activation_map(
    model: &Model,
    values: &Values,
    slopes: &Slopes,
    layer: usize,
    weigh: impl Fn(&[f32], &[f32]) -> Vec<f32>,
) -> Vec<f32> {
    let node = model.layout[layer].active;
    let [_, height, width] = model.graph.shape(node);
    let pixels = height * width;
    let mut sum = vec![0.0; pixels];
    let gradients = slopes.nodes[node].chunks_exact(pixels);
    for (gradient, map) in gradients.zip(values.nodes[node].chunks_exact(pixels)) {
        for (sum, value) in sum.iter_mut().zip(weigh(gradient, map)) {
            *sum += value;
        }
    }
    for value in &mut sum {
        *value = value.max(0.0);
    }
    let [_, rows, columns] = model.graph.shape(0);
    resize(&sum, [height, width], [rows, columns])
}

/// Bilinear interpolation with half-pixel centres and clamped ends, as PyTorch's `interpolate` with
/// `align_corners=False`.
pub fn resize(map: &[f32], [height, width]: [usize; 2], [rows, columns]: [usize; 2]) -> Vec<f32> {
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

/// Input gradient times image (Shrikumar et al. 2016), `[height, width]`. `values` are of one image,
/// `slopes` are [`Target::slopes`] of them.
pub fn input_gradient(values: &Values, slopes: &Slopes) -> Vec<f32> {
    kernels::multiply(&slopes.nodes[0], &values.nodes[0])
}

/// Integrated gradients from a black image (Sundararajan, Taly & Yan 2017), in portions.
#[derive(Clone, Debug)]
pub struct Integral {
    /// Gradients so far, summed up over the points of the path.
    sum: Vec<f64>,
    /// Points of the path in all, and those done.
    points: usize,
    done: usize,
    /// Difference of the explained number between image and black, once it is known.
    difference: Option<f32>,
}

impl Integral {
    /// Points at first, and at most: the number is doubled until the sum is right.
    const POINTS: (usize, usize) = (32, 512);
    /// Points at a time at most.
    const PORTION: usize = 8;
    /// How far the sum may be off, as a share of what it should be.
    const TOLERANCE: f32 = 0.005;

    /// An integral at its beginning.
    pub fn new(model: &Model) -> Self {
        let sum = vec![0.0; model.pixels()];
        Self { sum, points: Self::POINTS.0, done: 0, difference: None }
    }

    /// Goes on for a portion. True when the end is reached.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        image: &[f32],
        target: &Target,
    ) -> bool {
        let count = model.portion_both_ways(Self::PORTION).min(self.points - self.done);
        // The middle of each part of the path.
        let share = |place: usize| (place as f32 + 0.5) / self.points as f32;
        let images = (self.done..self.done + count)
            .flat_map(|place| image.iter().map(move |pixel| pixel * share(place)))
            .collect();
        let values = model.graph.forward(weights, images, model.head());
        let slopes = target.slopes(model, weights, &values);
        for slope in slopes.nodes[0].chunks_exact(image.len()) {
            for (sum, slope) in self.sum.iter_mut().zip(slope) {
                *sum += f64::from(*slope);
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

    /// The attributions, `[height, width]`.
    pub fn values(&self, image: &[f32]) -> Vec<f32> {
        let points = self.done.max(1) as f64;
        let each = image.iter().zip(&self.sum);
        each.map(|(pixel, sum)| (f64::from(*pixel) * sum / points) as f32).collect()
    }

    /// The sum of all attributions, and what it should be.
    pub fn completeness(&self, image: &[f32]) -> [f32; 2] {
        [self.values(image).iter().sum(), self.difference.unwrap_or(f32::NAN)]
    }
}

/// Occlusion (Zeiler & Fergus 2014), in portions: how far the explained number falls where a square
/// is covered with the image's mean gray.
#[derive(Clone, Debug)]
pub struct Occlusion {
    /// Drops summed up, and how many squares they are from.
    sum: Vec<f32>,
    count: Vec<f32>,
    /// Corners of the squares that are still to come.
    left: Vec<[usize; 2]>,
    /// The explained number of the whole image.
    whole: f32,
}

impl Occlusion {
    /// Squares at a time at most.
    const PORTION: usize = 15;

    /// An occlusion at its beginning; `whole` is the explained number.
    pub fn new(model: &Model, whole: f32) -> Self {
        let [_, height, width] = model.graph.shape(0);
        let side = square(height);
        let starts = |length: usize| (0..=length - side).step_by((side / 2).max(1));
        let left =
            starts(height).flat_map(|row| starts(width).map(move |column| [row, column])).collect();
        let (sum, count) = (vec![0.0; height * width], vec![0.0; height * width]);
        Self { sum, count, left, whole }
    }

    /// Goes on for a portion. True when the end is reached.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        image: &[f32],
        target: &Target,
    ) -> bool {
        let [_, height, width] = model.graph.shape(0);
        let side = square(height);
        let portion =
            self.left.split_off(self.left.len().saturating_sub(model.portion(Self::PORTION)));
        let mean = image.iter().sum::<f32>() / image.len() as f32;
        let rows = |[top, left]: [usize; 2]| {
            (top..top + side).map(move |row| row * width + left..row * width + left + side)
        };
        let mut covered = image.repeat(portion.len());
        for (image, corner) in covered.chunks_exact_mut(height * width).zip(&portion) {
            rows(*corner).for_each(|row| image[row].fill(mean));
        }
        let scores = target.scores(&model.logits(weights, covered));
        for (corner, score) in portion.iter().zip(scores) {
            for place in rows(*corner).flatten() {
                self.sum[place] += self.whole - score;
                self.count[place] += 1.0;
            }
        }
        self.left.is_empty()
    }

    /// Mean drop over the squares that covered each pixel, `[height, width]`.
    pub fn values(&self) -> Vec<f32> {
        self.sum.iter().zip(&self.count).map(|(sum, count)| sum / count.max(1.0)).collect()
    }
}

fn square(height: usize) -> usize {
    (height / SQUARE).max(1)
}

/// Spearman's rank correlation of two maps; none where one of them is flat.
pub fn agreement(one: &[f32], other: &[f32]) -> Option<f32> {
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

/// Place of each value in the order of all; equals share the mean of theirs.
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
