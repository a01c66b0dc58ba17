//! Layer probes: the accuracy of a linear classifier on the activations of each layer, and a
//! two-dimensional embedding of the test examples by these activations.
//!
//! A probe is fitted on a fixed subset of the training images and scored on test images. In a
//! segmentation, the examples are pixels, the same number of each class, and the features of a
//! pixel are the channels of the layer at its position.

use std::ops::Range;

use data::rng::Rng;
use model::graph::GraphLayer;
use protocol::interpret::{InterpreterDataset, LayerProbe, MapPoint};

use crate::dead_units::ValueRanges;
use crate::feature_rows::{BATCH, FeatureRows, image_features};
use crate::linear_probe::{LinearProbe, RIDGE};
use crate::network::{Model, to_unit_range};
use crate::pca::principal_plane;

/// Number of training images of a probe.
const PROBE_IMAGES: usize = 300;
/// Number of slices, in each split, from which pixels are sampled in a segmentation.
const PROBE_SLICES: usize = 48;
/// Number of sampled pixels of each class.
const PIXELS_PER_CLASS: usize = 120;

/// Labeled example for a probe: an image, or a pixel of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Example {
    image: usize,
    pixel: Option<[usize; 2]>,
    class: u8,
}

/// Examples for the probes of a data set. They are the same for all networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    classes: usize,
    train: Vec<Example>,
    test: Vec<Example>,
}

impl Examples {
    /// Chooses the examples: training images equally spaced within each class and all test images
    /// or, in a segmentation, sampled pixels of some slices.
    pub fn new(dataset: &InterpreterDataset) -> Self {
        let classes = dataset.classes;
        let (train, test) = if dataset.masks {
            (
                sample_pixels(&dataset.train_targets, dataset, 1),
                sample_pixels(&dataset.test_targets, dataset, 2),
            )
        } else {
            let all = |targets: &[u8]| -> Vec<Example> {
                let targets = targets.iter().enumerate();
                targets
                    .map(|(image, class)| Example { image, pixel: None, class: *class })
                    .collect()
            };
            (pick_evenly(all(&dataset.train_targets), classes), all(&dataset.test_targets))
        };
        Self { classes, train, test }
    }

    /// Returns the test examples as points of the embedding maps.
    pub fn points(&self) -> Vec<MapPoint> {
        let point = |of: &Example| MapPoint { image: of.image, pixel: of.pixel, class: of.class };
        self.test.iter().map(point).collect()
    }

    /// Returns the indices of the training images that probes are fitted to, in increasing order.
    pub fn train_images(&self) -> Vec<usize> {
        let mut images: Vec<_> = self.train.iter().map(|example| example.image).collect();
        images.dedup();
        images
    }

    /// Returns the indices of the test images on which dead units are determined, in increasing
    /// order. These are all test images; in a segmentation, only those from which pixels are
    /// sampled, since processing the others would take longer than the rest of the probe.
    pub fn probe_images(&self) -> Vec<usize> {
        let mut images: Vec<_> = self.test.iter().map(|example| example.image).collect();
        images.dedup();
        images
    }
}

/// Picks at most [`PROBE_IMAGES`] equally spaced examples, the same number of each class as far as
/// there are enough.
fn pick_evenly(all: Vec<Example>, classes: usize) -> Vec<Example> {
    let each = PROBE_IMAGES / classes.max(1);
    let of_class = |class: usize| {
        let of: Vec<_> = all.iter().filter(|e| usize::from(e.class) == class).copied().collect();
        let count = of.len().min(each);
        (0..count).map(|i| of[i * of.len() / count]).collect::<Vec<_>>()
    };
    let mut picked: Vec<_> = (0..classes).flat_map(of_class).collect();
    picked.sort_by_key(|example| example.image);
    picked
}

/// Samples pixels from slices spread over the whole split, the same number of each class as far as
/// there are enough.
fn sample_pixels(masks: &[u8], dataset: &InterpreterDataset, stream: u64) -> Vec<Example> {
    let [height, width] = dataset.size;
    let size = height * width;
    let slices = masks.len() / size.max(1);
    let count = slices.min(PROBE_SLICES);
    let mut rng = Rng::new(stream);
    let mut of_class: Vec<Vec<Example>> = vec![Vec::new(); dataset.classes];
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
        for place in 0..of.len().min(PIXELS_PER_CLASS) {
            let other = place + rng.below((of.len() - place) as u64) as usize;
            of.swap(place, other);
        }
        of.truncate(PIXELS_PER_CLASS);
        picked.extend(of);
    }
    picked.sort_by_key(|example| (example.image, example.pixel));
    picked
}

/// Features of the examples in one layer.
#[derive(Clone, Debug, Default, PartialEq)]
struct Features {
    train: FeatureRows,
    test: FeatureRows,
}

impl Features {
    /// Subtracts the mean of the training examples, or of the test examples if there are no
    /// training examples.
    fn center(&mut self) {
        let of = if self.train.values.is_empty() { &self.test } else { &self.train };
        let mean = of.mean();
        [&mut self.train, &mut self.test].into_iter().for_each(|rows| rows.subtract(&mean));
    }
}

/// Computes the layer probes of one network in pieces.
#[derive(Clone, Debug)]
pub struct ProbeJob {
    /// The layers to probe.
    layers: Range<usize>,
    features: Vec<Features>,
    /// Range of each unit's output on the probe images, for each layer.
    ranges: Vec<ValueRanges>,
    /// Images that contain examples: whether each is a training image, and its index.
    images: Vec<(bool, usize)>,
    /// Number of processed images.
    images_done: usize,
    /// The next layer to probe.
    next_layer: usize,
    /// Inner products of the current layer's features, as far as computed: between training
    /// examples, between test and training examples, and between test examples.
    products: Vec<Vec<f64>>,
    /// Whether the embedding of each layer is computed, too.
    has_maps: bool,
}

impl ProbeJob {
    /// Creates a job for some layers of a network.
    pub fn new(model: &Model, examples: &Examples, layers: Range<usize>) -> Self {
        let train: Vec<_> =
            examples.train_images().into_iter().map(|image| (true, image)).collect();
        let test = examples.probe_images().into_iter().map(|image| (false, image)).collect();
        let range = |layer: &GraphLayer| ValueRanges::new(model.shape(layer.output)[0]);
        Self {
            next_layer: layers.start,
            layers,
            features: vec![Features::default(); model.layers.len()],
            ranges: model.graph().layers().iter().map(range).collect(),
            images: [train, test].concat(),
            images_done: 0,
            products: Vec::new(),
            has_maps: true,
        }
    }

    /// Leaves out the embeddings of the test examples, so that the maps of the probes are empty.
    pub fn without_maps(mut self) -> Self {
        self.has_maps = false;
        self
    }

    /// Creates a job that computes only the features of the test examples in one layer.
    pub fn of_test_examples(model: &Model, examples: &Examples, layer: usize) -> Self {
        let mut job = Self::new(model, examples, layer..layer + 1);
        job.images.retain(|(train, _)| !train);
        job
    }

    /// Returns whether all layers have been probed.
    pub fn is_done(&self) -> bool {
        self.next_layer >= self.layers.end
    }

    /// Computes the features of the next batch of images. Returns true when all features are
    /// computed.
    pub fn gather(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        dataset: &InterpreterDataset,
    ) -> bool {
        if self.images_done < self.images.len() {
            self.gather_batch(model, weights, examples, dataset);
            if self.images_done == self.images.len() {
                self.features.iter_mut().for_each(Features::center);
            }
        }
        self.images_done == self.images.len()
    }

    /// Returns the Gram matrix `[m, m]` of the test examples' features in a layer.
    pub fn test_gram(&self, layer: usize) -> Vec<f64> {
        self.features[layer].test.gram()
    }

    /// Does one piece of work. Returns the next probe if it is complete.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        dataset: &InterpreterDataset,
    ) -> Option<LayerProbe> {
        if !self.gather(model, weights, examples, dataset) || self.is_done() {
            return None;
        }
        let layer = self.next_layer;
        let Features { train, test } = &self.features[layer];
        let next = match self.products.len() {
            0 => train.gram(),
            1 => test.products_with(train),
            2 if self.has_maps => test.gram(),
            _ => {
                let probe = self.probe(examples, layer);
                self.products.clear();
                self.features[layer] = Features::default();
                self.next_layer += 1;
                return Some(probe);
            }
        };
        self.products.push(next);
        None
    }

    /// Extracts the features of the examples in the next batch of images.
    fn gather_batch(
        &mut self,
        model: &Model,
        weights: &[f32],
        examples: &Examples,
        dataset: &InterpreterDataset,
    ) {
        let (train, _) = self.images[self.images_done];
        let batch: Vec<usize> = self.images[self.images_done..]
            .iter()
            .take(model.batch_size(BATCH))
            .take_while(|(of, _)| *of == train)
            .map(|(_, image)| *image)
            .collect();
        self.images_done += batch.len();
        let pixels = model.pixels();
        let gray = if train { &dataset.train } else { &dataset.test };
        let images: Vec<f32> = batch
            .iter()
            .flat_map(|image| to_unit_range(&gray[image * pixels..][..pixels]))
            .collect();
        let values = model.forward(weights, images, model.head());
        let all = if train { &examples.train } else { &examples.test };
        for layer in self.layers.clone() {
            let node = model.graph().layers()[layer].output;
            let shape = model.shape(node);
            let each = model.graph().len(node);
            if !train {
                self.ranges[layer].update(&values.nodes[node], shape);
            }
            let features = &mut self.features[layer];
            for (image, values) in batch.iter().zip(values.nodes[node].chunks_exact(each)) {
                for example in all.iter().filter(|example| example.image == *image) {
                    let found = match example.pixel {
                        None => image_features(values, shape),
                        Some(pixel) => channels_at(values, shape, pixel, dataset.size),
                    };
                    let rows = if train { &mut features.train } else { &mut features.test };
                    rows.push(&found, all.len());
                }
            }
        }
    }

    fn probe(&self, examples: &Examples, layer: usize) -> LayerProbe {
        let [train, cross, ..] = &self.products[..] else { unreachable!("both are made") };
        let classes = |of: &[Example]| of.iter().map(|e| e.class).collect::<Vec<u8>>();
        let (learned, truth) = (classes(&examples.train), classes(&examples.test));
        // If the values of a layer are NaN, no probe can be fitted.
        let accuracy = LinearProbe::new(train, &learned, examples.classes, RIDGE)
            .map_or(0.0, |probe| probe.accuracy(cross, &truth));
        let test = self.products.get(2).map_or(&[][..], Vec::as_slice);
        let found = principal_plane(test);
        let dead = self.ranges[layer].dead_fraction();
        LayerProbe { layer, accuracy, map: found.points, variance: found.explained_variance, dead }
    }
}

/// Returns the channels of a layer at one pixel of the image.
fn channels_at(
    values: &[f32],
    [_, height, width]: [usize; 3],
    [row, column]: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Vec<f32> {
    let place = row * height / rows * width + column * width / columns;
    values.iter().skip(place).step_by(height * width).copied().collect()
}
