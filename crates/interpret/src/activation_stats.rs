//! Activation statistics of a layer and its units on the test set.

use model::PixelRect;
use model::graph::GraphLayer;
use protocol::interpret::{Histogram, TopActivation, UnitActivations, UnitRef};

use crate::dead_units::ValueRanges;
use crate::network::{Model, ModelError, to_unit_range};
use crate::quantize::quantize_signed;
use crate::unit_weights::{unit_weights, weight_shape};

/// Maximum number of activations of a layer that are stored. If the test set has more, only every
/// n-th image is stored.
const MAX_HELD_VALUES: usize = 24_000_000;
/// Maximum batch size.
const BATCH: usize = 16;
/// Number of test images with the largest activations of a unit.
const TOP: usize = 9;
/// Number of bins of a histogram.
const HISTOGRAM_BINS: usize = 24;

/// A test image to be processed, with what is done with its activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PlannedImage {
    image: usize,
    is_held: bool,
    is_scored: bool,
}

/// Activations of a layer for the test images, computed batch by batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationStats {
    layer: usize,
    /// Images not processed yet, in reverse order.
    left: Vec<PlannedImage>,
    /// Indices in the test split of the images whose activations are stored.
    images: Vec<usize>,
    /// Stored activations, `[images, units, height, width]`.
    values: Vec<f32>,
    /// Ranges of the activations over the probe images.
    ranges: ValueRanges,
}

impl ActivationStats {
    /// Creates empty statistics of a layer over `tests` test images. Whether a unit is dead is
    /// determined on `probe_images`, indices of test images in increasing order.
    pub fn new(
        model: &Model,
        layer: usize,
        tests: usize,
        probe_images: &[usize],
    ) -> Result<Self, ModelError> {
        let node = model.nodes_of_layer(layer)?.output;
        let most = (MAX_HELD_VALUES / model.graph().len(node)).max(1);
        let stride = tests.div_ceil(most).max(1);
        let look = |image: usize| PlannedImage {
            image,
            is_held: image.is_multiple_of(stride),
            is_scored: probe_images.binary_search(&image).is_ok(),
        };
        let looks = (0..tests).map(look).filter(|look| look.is_held || look.is_scored);
        let left: Vec<PlannedImage> = looks.rev().collect();
        let held = left.iter().rev().filter(|look| look.is_held);
        Ok(Self {
            layer,
            images: held.map(|look| look.image).collect(),
            left,
            values: Vec::new(),
            ranges: ValueRanges::new(model.shape(node)[0]),
        })
    }

    /// Processes the next batch of `tests`, the gray values of all test images. Returns true if no
    /// images are left.
    pub fn advance(&mut self, model: &Model, weights: &[f32], tests: &[u8]) -> bool {
        let (node, pixels) = (self.node(model), model.pixels());
        let batch = self.left.split_off(self.left.len().saturating_sub(model.batch_size(BATCH)));
        let images: Vec<f32> = batch
            .iter()
            .rev()
            .flat_map(|look| to_unit_range(&tests[look.image * pixels..][..pixels]))
            .collect();
        if batch.is_empty() {
            return true;
        }
        let values = model.forward(weights, images, node).nodes.swap_remove(node);
        for (look, values) in batch.iter().rev().zip(values.chunks_exact(model.graph().len(node))) {
            if look.is_held {
                self.values.extend(values);
            }
            if look.is_scored {
                self.ranges.update(values, model.shape(node));
            }
        }
        self.left.is_empty()
    }

    /// Returns the number of images whose activations are stored.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Returns whether no activations are stored.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// Returns the indices in the test split of the images whose activations are stored.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// Returns the stored activations, `[images, units, height, width]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Returns the `count` images nearest to an image by the Euclidean distance between
    /// activations, each with its distance relative to the mean distance to all other images.
    /// Returns `None` if the image's activations are not stored.
    pub fn neighbors(&self, image: usize, count: usize) -> Option<Vec<(usize, f32)>> {
        let place = self.images.iter().position(|other| *other == image)?;
        let each = self.values.len() / self.images.len();
        let of = |place: usize| &self.values[place * each..][..each];
        let distance = |other: usize| {
            let differences = of(place).iter().zip(of(other)).map(|(a, b)| f64::from(a - b));
            differences.map(|d| d * d).sum::<f64>().sqrt() as f32
        };
        let others = (0..self.images.len()).filter(|other| *other != place);
        let mut all: Vec<_> = others.map(|other| (self.images[other], distance(other))).collect();
        let mean = all.iter().map(|(_, d)| d).sum::<f32>() / all.len().max(1) as f32;
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        all.truncate(count);
        let share = |d: f32| if mean > 0.0 { d / mean } else { 0.0 };
        Some(all.into_iter().map(|(image, d)| (image, share(d))).collect())
    }

    fn node(&self, model: &Model) -> usize {
        model.graph().layers()[self.layer].output
    }

    /// Returns the activations of a unit, image by image.
    fn of_unit<'a>(&'a self, model: &Model, unit: usize) -> impl Iterator<Item = &'a [f32]> + 'a {
        let node = self.node(model);
        let [units, height, width] = model.shape(node);
        let size = height * width;
        self.values.chunks_exact(units * size).map(move |image| &image[unit * size..][..size])
    }

    /// Returns weights and activation statistics of a unit.
    pub fn unit(
        &self,
        model: &Model,
        weights: &[f32],
        unit: usize,
    ) -> Result<UnitActivations, ModelError> {
        let layer = model.unit(self.layer, unit)?;
        let learned = match layer.linear_op {
            Some(product) => quantize_signed(
                weight_shape(model, product),
                &unit_weights(model, weights, product, unit),
            ),
            None => quantize_signed([0; 3], &[]),
        };
        Ok(UnitActivations {
            unit_ref: UnitRef { layer: self.layer, unit },
            weights: learned,
            histogram: self.histogram(model, unit),
            dead: self.ranges.is_dead(unit),
            layer_dead: self.ranges.dead_fraction(),
            top: self.top(model, layer, unit),
        })
    }

    fn histogram(&self, model: &Model, unit: usize) -> Histogram {
        let (low, high) = value_range(self.of_unit(model, unit));
        let mut counts = vec![0; HISTOGRAM_BINS];
        let scale = if high > low { HISTOGRAM_BINS as f32 / (high - low) } else { 0.0 };
        for value in self.of_unit(model, unit).flatten().filter(|value| value.is_finite()) {
            counts[(((value - low) * scale) as usize).min(HISTOGRAM_BINS - 1)] += 1;
        }
        let end = |value: f32| if value.is_finite() { value } else { 0.0 };
        Histogram { low: end(low), high: end(high), counts }
    }

    /// Returns the images with the largest maximum activation of the unit, and the receptive field
    /// of that activation.
    fn top(&self, model: &Model, layer: &GraphLayer, unit: usize) -> Vec<TopActivation> {
        let [_, _, width] = model.shape(layer.output);
        let largest = |values: &[f32]| {
            let values = values.iter().copied().enumerate();
            values.fold((0, f32::NEG_INFINITY), |best, now| if now.1 > best.1 { now } else { best })
        };
        let mut all: Vec<_> = self.of_unit(model, unit).map(largest).zip(&self.images).collect();
        all.sort_by(|(a, _), (b, _)| b.1.total_cmp(&a.1));
        let top = all.into_iter().take(TOP).map(|((place, value), image)| {
            let (row, column) = (place / width, place % width);
            let area = PixelRect { rows: row..row + 1, columns: column..column + 1 };
            let region = model.receptive_field(layer.output, area);
            TopActivation { image: *image, value, region }
        });
        top.collect()
    }
}

pub(crate) fn value_range<'a>(values: impl Iterator<Item = &'a [f32]>) -> (f32, f32) {
    values.flatten().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}
