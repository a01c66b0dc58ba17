//! Activation maximization on a network that the engine has trained.

use std::rc::Rc;

use data::{ImageSet, Images, phantom};
use engine::burn::tensor::Device;
use engine::checkpoint;
use engine::data::ImageData;
use engine::training::Session;
use futures::executor::block_on;
use interpret::activation_maximization::{ActivationMaximization, Regularization};
use interpret::network::{Model, to_unit_range};
use model::{DataSource, IMAGE_SIDE, Network, RunConfig, Split, Task};
use protocol::interpret::{FeatureVisualization, UnitRef};

fn phantoms() -> ImageSet {
    let spec = phantom::Spec { noise: 10, rotation: 15 };
    let mut images = Images::default();
    for index in 0..12 {
        for class in 0..phantom::CLASSES.len() {
            images.push(class as u8, &phantom::draw(spec, 1, class, index, Split::Train));
        }
    }
    let classes = phantom::CLASSES.map(str::to_owned).to_vec();
    ImageSet { classes, train: images.clone(), test: images, ..ImageSet::default() }
}

/// Returns the mean difference of neighboring pixels, for gray values 0 to 255.
fn variation(pixels: &[u8]) -> f64 {
    let differences = (0..pixels.len()).map(|place| {
        let right = (place % IMAGE_SIDE + 1 < IMAGE_SIDE).then_some(place + 1);
        let below = Some(place + IMAGE_SIDE).filter(|below| *below < pixels.len());
        let to = |other: usize| f64::from(pixels[place].abs_diff(pixels[other]));
        right.into_iter().chain(below).map(to).sum::<f64>()
    });
    differences.sum::<f64>() / pixels.len() as f64
}

/// Returns the image at the start and at the end.
fn maximize(
    model: &Model,
    weights: &[f32],
    unit_ref: UnitRef,
    regularization: Regularization,
) -> [FeatureVisualization; 2] {
    let mut ascent = ActivationMaximization::new(model, unit_ref, regularization).unwrap();
    let start = ascent.visualization(model, weights);
    while !ascent.is_done() {
        ascent.advance(model, weights);
    }
    [start, ascent.visualization(model, weights)]
}

#[test]
fn it_activates_a_unit_more_than_test_images_and_is_not_noise() {
    let dataset = phantoms();
    let task = Task::Classify(Network::default_for(model::Architecture::Cnn));
    let data = DataSource::PHANTOM;
    let config = RunConfig { task: task.clone(), data, seed: 1, batch: 16, ..RunConfig::default() };
    let data = Rc::new(ImageData::new(&dataset, &Device::flex()));
    let mut session = Session::classify(config, data).unwrap();
    for _ in 0..60 {
        block_on(session.train());
    }
    let bytes = block_on(checkpoint::weights(session.network())).unwrap();
    let weights: Vec<f32> =
        bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let model = Model::new(&task, dataset.classes.len(), [IMAGE_SIDE; 2]).unwrap();
    let values = model.forward(&weights, to_unit_range(&dataset.test.pixels), model.head());

    for layer in 1..model.layers.len() {
        let node = model.graph().layers()[layer].output;
        let [units, height, width] = model.shape(node);
        // The largest value in each test image, sorted.
        let largest = |unit: usize| -> Vec<f32> {
            let maps = values.nodes[node].chunks_exact(height * width).skip(unit).step_by(units);
            let mut all: Vec<f32> =
                maps.map(|map| map.iter().copied().fold(f32::NEG_INFINITY, f32::max)).collect();
            all.sort_by(f32::total_cmp);
            all
        };
        let alive = (0..units).map(|unit| (unit, largest(unit)));
        let alive = alive.filter(|(_, values)| values[values.len() - 1] > values[0]);
        let mut sums = [0.0; 2];
        // Units of the first layer, whose filters respond to details, differ a lot.
        let (most, units) = if layer == 1 { (0.8, 10) } else { (0.4, 2) };
        for (unit, values) in alive.take(units) {
            let unit_ref = UnitRef { layer, unit };
            let [start, end] = maximize(&model, &weights, unit_ref, Regularization::SMOOTH);
            let median = values[values.len() / 2];
            let found = (start.value, end.value, median);
            assert!(end.value > start.value && end.value > median, "{unit_ref:?}: {found:?}");
            let [_, plain] = maximize(&model, &weights, unit_ref, Regularization::NONE);
            sums[0] += variation(&end.pixels);
            sums[1] += variation(&plain.pixels);
        }
        println!("layer {layer}: {:.2} of the variation", sums[0] / sums[1]);
        assert!(sums[1] > 0.0 && sums[0] < most * sums[1], "layer {layer}: {sums:?}");
    }
    let unit_ref = UnitRef { layer: 2, unit: 1 };
    let twice = [0; 2].map(|_| maximize(&model, &weights, unit_ref, Regularization::SMOOTH));
    assert_eq!(twice[0], twice[1]);
}
