//! The ladder: how well a linear classifier reads the class off each layer, and where that layer puts
//! the test images.
//!
//! A probe sees a fixed subset of the training images and is scored on test images. In a
//! segmentation the examples are pixels, equally many of each class; what a layer says of one is the
//! vector of its channels there.

use std::ops::Range;

use data::rng::Rng;
use protocol::interpret::{InterpreterDataset, LayerProbe, MapPoint};

use crate::dead::Ends;
use crate::network::{Layout, Model, scaled};
use crate::pca::plane;
use crate::probe::{Probe, RIDGE};

/// Training images of a probe.
const IMAGES: usize = 300;
/// Images of a segmentation that pixels are taken from, in either split.
const SLICES: usize = 48;
/// Pixels of each class.
const PIXELS: usize = 120;
/// Features of an image that a probe sees; larger maps are averaged over squares of 2 × 2 until they
/// are no more.
const FEATURES: usize = 16_384;
/// Images at a time at most.
const PORTION: usize = 16;

/// An example of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Example {
    image: usize,
    pixel: Option<[usize; 2]>,
    class: u8,
}

/// The examples of a data set, the same for every network.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    classes: usize,
    train: Vec<Example>,
    test: Vec<Example>,
}

impl Examples {
    /// Training images equally spaced within each class and all test images; or pixels of some
    /// slices, drawn once.
    pub fn new(exhibits: &InterpreterDataset) -> Self {
        let classes = exhibits.classes;
        let (train, test) = if exhibits.masks {
            (
                pixels_of(&exhibits.train_targets, exhibits, 1),
                pixels_of(&exhibits.test_targets, exhibits, 2),
            )
        } else {
            let all = |targets: &[u8]| -> Vec<Example> {
                let targets = targets.iter().enumerate();
                targets
                    .map(|(image, class)| Example { image, pixel: None, class: *class })
                    .collect()
            };
            (spread(all(&exhibits.train_targets), classes), all(&exhibits.test_targets))
        };
        Self { classes, train, test }
    }

    /// The test examples, as points of a map.
    pub fn points(&self) -> Vec<MapPoint> {
        let point = |of: &Example| MapPoint { image: of.image, pixel: of.pixel, class: of.class };
        self.test.iter().map(point).collect()
    }

    /// Places of the test images that units are judged dead or alive on, in order: all of them; in a
    /// segmentation those that pixels are taken from, since the rest would cost a ladder more than
    /// everything else in it.
    pub fn judged(&self) -> Vec<usize> {
        let mut images: Vec<_> = self.test.iter().map(|example| example.image).collect();
        images.dedup();
        images
    }
}

/// At most [`IMAGES`] examples, equally many of each class as far as there are.
fn spread(all: Vec<Example>, classes: usize) -> Vec<Example> {
    let each = IMAGES / classes.max(1);
    let of_class = |class: usize| {
        let of: Vec<_> = all.iter().filter(|e| usize::from(e.class) == class).copied().collect();
        let count = of.len().min(each);
        (0..count).map(|i| of[i * of.len() / count]).collect::<Vec<_>>()
    };
    let mut spread: Vec<_> = (0..classes).flat_map(of_class).collect();
    spread.sort_by_key(|example| example.image);
    spread
}

/// Pixels of some slices: equally many of each class as far as there are, from all over the split.
fn pixels_of(masks: &[u8], exhibits: &InterpreterDataset, stream: u64) -> Vec<Example> {
    let [height, width] = exhibits.size;
    let size = height * width;
    let slices = masks.len() / size.max(1);
    let count = slices.min(SLICES);
    let mut rng = Rng::new(stream);
    let mut of_class: Vec<Vec<Example>> = vec![Vec::new(); exhibits.classes];
    for image in (0..count).map(|i| i * slices / count) {
        for (place, class) in masks[image * size..][..size].iter().enumerate() {
            if let Some(of) = of_class.get_mut(usize::from(*class)) {
                let pixel = Some([place / width, place % width]);
                of.push(Example { image, pixel, class: *class });
            }
        }
    }
    let mut picked = Vec::new();
    for mut of in of_class {
        for place in 0..of.len().min(PIXELS) {
            let other = place + rng.below((of.len() - place) as u64) as usize;
            of.swap(place, other);
        }
        of.truncate(PIXELS);
        picked.extend(of);
    }
    picked.sort_by_key(|example| (example.image, example.pixel));
    picked
}

/// Features of the examples in one layer, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
struct Features {
    /// Features of an example.
    width: usize,
    train: Vec<f32>,
    test: Vec<f32>,
}

impl Features {
    /// Takes the mean of the training examples (or, where only test examples are looked at, of these)
    /// off all: products of what hardly varies around a large mean would be all rounding.
    fn centre(&mut self) {
        let Self { width, train, test } = self;
        let of = if train.is_empty() { &*test } else { &*train };
        let count = of.len() / (*width).max(1);
        let mut mean = vec![0.0_f64; *width];
        for row in of.chunks_exact((*width).max(1)) {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        let mean: Vec<f32> = mean.iter().map(|sum| (sum / count.max(1) as f64) as f32).collect();
        for row in [train, test].into_iter().flat_map(|all| all.chunks_exact_mut((*width).max(1))) {
            row.iter_mut().zip(&mean).for_each(|(value, mean)| *value -= mean);
        }
    }
}

/// The ladder of one network, climbed in portions.
#[derive(Clone, Debug)]
pub struct Study {
    /// The layers that are looked at.
    layers: Range<usize>,
    features: Vec<Features>,
    /// What each layer's units put out for the test images at least and at most.
    ends: Vec<Ends>,
    /// Images of both splits that have examples, and how many of them are done.
    images: Vec<(bool, usize)>,
    done: usize,
    /// Layers whose rungs are told.
    told: usize,
    /// Products of features of the present layer, as far as they are made: among training examples,
    /// of test with training examples, among test examples.
    products: Vec<Vec<f64>>,
}

impl Study {
    /// A study at its beginning.
    pub fn new(model: &Model, examples: &Examples, layers: Range<usize>) -> Self {
        let mut train: Vec<_> = examples.train.iter().map(|e| (true, e.image)).collect();
        train.dedup();
        let test = examples.judged().into_iter().map(|image| (false, image)).collect();
        let ends = |layer: &Layout| Ends::new(model.graph.shape(layer.output)[0]);
        Self {
            told: layers.start,
            layers,
            features: vec![Features::default(); model.layout.len()],
            ends: model.layout.iter().map(ends).collect(),
            images: [train, test].concat(),
            done: 0,
            products: Vec::new(),
        }
    }

    /// A look at what one layer says of the test examples.
    pub fn of_tests(model: &Model, examples: &Examples, layer: usize) -> Self {
        let mut study = Self::new(model, examples, layer..layer + 1);
        study.images.retain(|(train, _)| !train);
        study
    }

    /// Whether all rungs have been told.
    pub fn is_done(&self) -> bool {
        self.told >= self.layers.end
    }

    /// Brings the examples' features forward. True once all are there.
    pub fn gather(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        exhibits: &InterpreterDataset,
    ) -> bool {
        if self.done < self.images.len() {
            self.look(model, weights, examples, exhibits);
            if self.done == self.images.len() {
                self.features.iter_mut().for_each(Features::centre);
            }
        }
        self.done == self.images.len()
    }

    /// Inner products of the test examples' features in a layer, `[m, m]`.
    pub fn test_products(&self, layer: usize) -> Vec<f64> {
        let Features { width, test, .. } = &self.features[layer];
        kernels::symmetric_products(test, *width).into_iter().map(f64::from).collect()
    }

    /// Goes on for a portion; a rung where one is found.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        exhibits: &InterpreterDataset,
    ) -> Option<LayerProbe> {
        if !self.gather(model, weights, examples, exhibits) || self.is_done() {
            return None;
        }
        let layer = self.told;
        let Features { width, train, test } = &self.features[layer];
        let next = match self.products.len() {
            0 => kernels::symmetric_products(train, *width),
            1 => kernels::products(test, train, *width),
            2 => {
                let products = self.test_products(layer);
                self.products.push(products);
                return None;
            }
            _ => {
                let rung = self.rung(examples, layer);
                self.products.clear();
                self.features[layer] = Features::default();
                self.told += 1;
                return Some(rung);
            }
        };
        self.products.push(next.into_iter().map(f64::from).collect());
        None
    }

    /// Features of the next images.
    fn look(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        exhibits: &InterpreterDataset,
    ) {
        let (train, _) = self.images[self.done];
        let portion: Vec<usize> = self.images[self.done..]
            .iter()
            .take(model.portion(PORTION))
            .take_while(|(of, _)| *of == train)
            .map(|(_, image)| *image)
            .collect();
        self.done += portion.len();
        let pixels = model.pixels();
        let gray = if train { &exhibits.train } else { &exhibits.test };
        let images: Vec<f32> =
            portion.iter().flat_map(|image| scaled(&gray[image * pixels..][..pixels])).collect();
        let values = model.graph.forward(weights, images, model.head());
        let all = if train { &examples.train } else { &examples.test };
        for layer in self.layers.clone() {
            let node = model.layout[layer].output;
            let shape = model.graph.shape(node);
            let each = model.graph.len(node);
            if !train {
                self.ends[layer].see(&values.nodes[node], shape);
            }
            let features = &mut self.features[layer];
            for (image, values) in portion.iter().zip(values.nodes[node].chunks_exact(each)) {
                for example in all.iter().filter(|example| example.image == *image) {
                    let found = match example.pixel {
                        None => shrunk(values, shape),
                        Some(pixel) => at_pixel(values, shape, pixel, exhibits.size),
                    };
                    features.width = found.len();
                    let into = if train { &mut features.train } else { &mut features.test };
                    into.extend(found);
                }
            }
        }
    }

    fn rung(&self, examples: &Examples, layer: usize) -> LayerProbe {
        let [train, cross, test] = &self.products[..] else { unreachable!("all are made") };
        let classes = |of: &[Example]| of.iter().map(|e| e.class).collect::<Vec<u8>>();
        let (learned, truth) = (classes(&examples.train), classes(&examples.test));
        // A layer whose values are no numbers has nothing to read off.
        let accuracy = Probe::new(train, &learned, examples.classes, RIDGE)
            .map_or(0.0, |probe| probe.accuracy(cross, &truth));
        let found = plane(test);
        let dead = self.ends[layer].share();
        LayerProbe { layer, accuracy, map: found.points, variance: found.shares, dead }
    }
}

/// Maps of an image as features, averaged over squares until they are few enough.
fn shrunk(values: &[f32], [channels, mut height, mut width]: [usize; 3]) -> Vec<f32> {
    let mut values = values.to_vec();
    while channels * height * width > FEATURES && height > 1 && width > 1 {
        let [rows, columns] = [height / 2, width / 2];
        let mut halved = Vec::with_capacity(channels * rows * columns);
        for map in values.chunks_exact(height * width) {
            for row in 0..rows {
                for column in 0..columns {
                    let at = |y: usize, x: usize| map[(2 * row + y) * width + 2 * column + x];
                    halved.push((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4.0);
                }
            }
        }
        (values, height, width) = (halved, rows, columns);
    }
    values
}

/// What a layer says of one pixel of the image.
fn at_pixel(
    values: &[f32],
    [_, height, width]: [usize; 3],
    [row, column]: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Vec<f32> {
    let place = row * height / rows * width + column * width / columns;
    values.iter().skip(place).step_by(height * width).copied().collect()
}
