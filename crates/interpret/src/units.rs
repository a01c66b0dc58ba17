//! What one unit does on the test set.

use model::PixelRect;
use protocol::interpret::{Histogram, TopActivation, UnitActivations, UnitRef};

use crate::dead::Ends;
use crate::layers::{unit_weights, weight_shape};
use crate::network::{Layout, Model, ModelError, scaled};
use crate::picture::signed;

/// Values of a layer that are held at most: what does not fit is looked at in fewer images.
const HELD: usize = 24_000_000;
/// Images at a time at most.
const PORTION: usize = 16;
/// Images that excite a unit most.
const TOP: usize = 9;
/// Parts of a histogram.
const PARTS: usize = 24;

/// A test image, and what is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    image: usize,
    is_held: bool,
    is_judged: bool,
}

/// What a layer puts out for the test images, gathered in portions.
#[derive(Clone, Debug, PartialEq)]
pub struct Census {
    layer: usize,
    /// Images that are still to come, the next one last.
    left: Vec<Look>,
    /// Places in the test split of the images whose values are held.
    images: Vec<usize>,
    /// `[images, units, height, width]`, as far as they are there.
    values: Vec<f32>,
    /// Of the images that units are judged on.
    ends: Ends,
}

impl Census {
    /// A census of that layer over so many test images, at its beginning. Units are judged dead or
    /// alive on the images `judged`, in order.
    pub fn new(
        model: &Model,
        layer: usize,
        tests: usize,
        judged: &[usize],
    ) -> Result<Self, ModelError> {
        let node = model.layer(layer)?.output;
        let most = (HELD / model.graph.len(node)).max(1);
        let stride = tests.div_ceil(most).max(1);
        let look = |image: usize| Look {
            image,
            is_held: image.is_multiple_of(stride),
            is_judged: judged.binary_search(&image).is_ok(),
        };
        let looks = (0..tests).map(look).filter(|look| look.is_held || look.is_judged);
        let left: Vec<Look> = looks.rev().collect();
        let held = left.iter().rev().filter(|look| look.is_held);
        Ok(Self {
            layer,
            images: held.map(|look| look.image).collect(),
            left,
            values: Vec::new(),
            ends: Ends::new(model.graph.shape(node)[0]),
        })
    }

    /// Goes on for a portion of the test images, gray values one after the other. True when the end
    /// is reached.
    pub fn advance(&mut self, model: &Model, weights: &[f32], tests: &[u8]) -> bool {
        let (node, pixels) = (self.node(model), model.pixels());
        let portion = self.left.split_off(self.left.len().saturating_sub(model.portion(PORTION)));
        let images: Vec<f32> = portion
            .iter()
            .rev()
            .flat_map(|look| scaled(&tests[look.image * pixels..][..pixels]))
            .collect();
        if portion.is_empty() {
            return true;
        }
        let values = model.graph.forward(weights, images, node).nodes.swap_remove(node);
        for (look, values) in portion.iter().rev().zip(values.chunks_exact(model.graph.len(node))) {
            if look.is_held {
                self.values.extend(values);
            }
            if look.is_judged {
                self.ends.see(values, model.graph.shape(node));
            }
        }
        self.left.is_empty()
    }

    /// Number of images that are held.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// Their places in the test split.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// What the layer puts out, `[images, values]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The images nearest to that one by the Euclidean distance of what the layer puts out, with the
    /// distance as a share of the mean of all; none where there is no such image.
    pub fn neighbours(&self, image: usize, count: usize) -> Option<Vec<(usize, f32)>> {
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
        model.layout[self.layer].output
    }

    /// Values of a unit, image by image.
    fn of_unit<'a>(&'a self, model: &Model, unit: usize) -> impl Iterator<Item = &'a [f32]> + 'a {
        let node = self.node(model);
        let [units, height, width] = model.graph.shape(node);
        let size = height * width;
        self.values.chunks_exact(units * size).map(move |image| &image[unit * size..][..size])
    }

    /// What a unit does.
    pub fn unit(
        &self,
        model: &Model,
        weights: &[f32],
        unit: usize,
    ) -> Result<UnitActivations, ModelError> {
        let layout = model.unit(self.layer, unit)?;
        let learned = match layout.product {
            Some(product) => {
                signed(weight_shape(model, product), &unit_weights(model, weights, product, unit))
            }
            None => signed([0; 3], &[]),
        };
        Ok(UnitActivations {
            unit_ref: UnitRef { layer: self.layer, unit },
            weights: learned,
            histogram: self.histogram(model, unit),
            dead: self.ends.is_dead(unit),
            layer_dead: self.ends.share(),
            top: self.top(model, layout, unit),
        })
    }

    fn histogram(&self, model: &Model, unit: usize) -> Histogram {
        let (low, high) = ends(self.of_unit(model, unit));
        let mut counts = vec![0; PARTS];
        let scale = if high > low { PARTS as f32 / (high - low) } else { 0.0 };
        for value in self.of_unit(model, unit).flatten().filter(|value| value.is_finite()) {
            counts[(((value - low) * scale) as usize).min(PARTS - 1)] += 1;
        }
        let end = |value: f32| if value.is_finite() { value } else { 0.0 };
        Histogram { low: end(low), high: end(high), counts }
    }

    /// The images in which its largest value is largest, and what it sees there.
    fn top(&self, model: &Model, layout: &Layout, unit: usize) -> Vec<TopActivation> {
        let [_, _, width] = model.graph.shape(layout.output);
        let largest = |values: &[f32]| {
            let values = values.iter().copied().enumerate();
            values.fold((0, f32::NEG_INFINITY), |best, now| if now.1 > best.1 { now } else { best })
        };
        let mut all: Vec<_> = self.of_unit(model, unit).map(largest).zip(&self.images).collect();
        all.sort_by(|(a, _), (b, _)| b.1.total_cmp(&a.1));
        let excited = all.into_iter().take(TOP).map(|((place, value), image)| {
            let (row, column) = (place / width, place % width);
            let area = PixelRect { rows: row..row + 1, columns: column..column + 1 };
            let region = model.graph.receptive_field(layout.output, area);
            TopActivation { image: *image, value, region }
        });
        excited.collect()
    }
}

pub(crate) fn ends<'a>(values: impl Iterator<Item = &'a [f32]>) -> (f32, f32) {
    values.flatten().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}
