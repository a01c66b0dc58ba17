//! Runs the interpreter on checkpoints of networks that the engine has trained.

use std::rc::Rc;

use data::rng::Rng;
use data::{ImageSet, Images, SliceSet, Slices, phantom};
use engine::burn::tensor::Device;
use engine::checkpoint;
use engine::data::{ImageData, SliceData};
use engine::training::Session;
use engine::training::classification::ClassificationTask;
use engine::training::segmentation::SegmentationTask;
use futures::executor::block_on;
use interpret::attribution::{Target, argmax_class, grad_cam, hires_cam};
use interpret::execute::{Gradients, Values};
use interpret::network::{Model, to_unit_range};
use model::{
    DataSource, IMAGE_LEN, IMAGE_SIDE, Lab, Network, RunConfig, Segmentation, Split, Task, UNet,
    Upsampling,
};

fn stack(layers: &[&str]) -> Task {
    let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
    Task::Classify(Network { architecture: model::Architecture::Cnn, layers })
}

fn phantoms() -> ImageSet {
    let spec = phantom::Spec { noise: 10, rotation: 15 };
    let mut images = Images::default();
    for index in 0..6 {
        for class in 0..phantom::CLASSES.len() {
            images.push(class as u8, &phantom::draw(spec, 1, class, index, Split::Train));
        }
    }
    let classes = phantom::CLASSES.map(str::to_owned).to_vec();
    ImageSet { classes, train: images.clone(), test: images, ..ImageSet::default() }
}

fn classify(task: Task, dataset: &ImageSet, seed: u32) -> Session<ClassificationTask> {
    let data = DataSource::PHANTOM;
    let config = RunConfig { task, data, seed, batch: 16, ..RunConfig::default() };
    Session::classify(config, Rc::new(ImageData::new(dataset, &Device::flex()))).unwrap()
}

fn floats(bytes: Vec<u8>) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(1.0_f32, |m, v| m.max(v.abs()));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        // The sums are in a different order.
        let off = (found - expected).abs();
        assert!(off < 1e-4 * largest, "[{place}] {found} instead of {expected}");
    }
}

#[test]
fn both_compute_the_same_classifier_from_the_same_weights() {
    let dataset = phantoms();
    for layers in [
        &["conv4k5.relu.pool2", "conv6k3.bn.gelu.pool3", "dense16.bn.relu", "dense8.tanh"][..],
        &["conv3k4.sigmoid", "conv3k3.bn.relu.pool4.drop20", "dense10.gelu.drop10"],
        &[
            "conv4k5.same.stride2.relu.avgpool2",
            "conv4k2.stride2.bn.tanh",
            "conv3k3.same.relu.avgpool2",
        ],
        &["conv4k5.same.separable.stride2.bn.relu.pool2", "conv6k3.separable.gelu", "gap"],
        &["res4k3.bn.relu", "res4k3.tanh.pool2", "res6k3.stride2.bn.gelu.drop10", "gap"],
        &["dense8.tanh"],
    ] {
        let mut task = stack(layers);
        if layers.len() == 1 {
            task = Task::Classify(Network::default_for(model::Architecture::Mlp));
        }
        let mut session = classify(task.clone(), &dataset, 1);
        // Train until the running statistics differ from their initial values.
        for _ in 0..5 {
            block_on(session.train());
        }
        let weights = floats(block_on(checkpoint::weights(session.network())).unwrap());
        let model = Model::new(&task, dataset.classes.len(), [IMAGE_SIDE; 2]).unwrap();
        model.check_weights(weights.len()).unwrap();
        let images = to_unit_range(&dataset.test.pixels[..8 * IMAGE_LEN]);
        let found = model.forward(&weights, images, model.head());
        let expected = block_on(session.evaluated_logits(0..8)).unwrap();
        assert_close(&found.nodes[model.head()], &expected);
    }
}

#[test]
fn both_compute_the_same_unet_from_the_same_weights() {
    let side = 16;
    let mut rng = Rng::new(3);
    let mut slices = Slices::with_capacity([side; 2], 4);
    for _ in 0..4 {
        slices.images.extend((0..side * side).map(|_| rng.below(256) as u8));
        slices.masks.extend((0..side * side).map(|_| rng.below(3) as u8));
        slices.case_of.push(0);
    }
    slices.cases.push(data::Case::with_unit_spacing("case"));
    let classes = ["background", "one", "two"].map(str::to_owned).to_vec();
    let set =
        SliceSet { classes, train: slices.clone(), test: slices.clone(), ..SliceSet::default() };
    for (upsampling, batch_norm, residual, skip) in [
        (Upsampling::Transposed, true, false, true),
        (Upsampling::Nearest, false, false, false),
        (Upsampling::Transposed, true, true, true),
        (Upsampling::Nearest, false, true, false),
    ] {
        let unet = UNet { upsampling, batch_norm, residual, ..UNet::default() };
        let mut unet = UNet { depth: 2, width: 4, ..unet };
        unet.skips[1] = skip;
        let task = Task::Segment(Segmentation { unet, ..Segmentation::default() });
        let config =
            RunConfig { task: task.clone(), batch: 2, ..RunConfig::default_for(Lab::Segment) };
        let data = Rc::new(SliceData::new(set.clone(), &Device::flex()));
        let mut session: Session<SegmentationTask> = Session::segment(config, data).unwrap();
        for _ in 0..4 {
            block_on(session.train());
        }
        let weights = floats(block_on(checkpoint::weights(session.network())).unwrap());
        let model = Model::new(&task, 3, [side; 2]).unwrap();
        model.check_weights(weights.len()).unwrap();
        let found = model.forward(&weights, to_unit_range(&slices.images), model.head());
        let expected = block_on(session.evaluated_logits(0..4)).unwrap();
        assert_close(&found.nodes[model.head()], &expected);
    }
}

/// Side of the marker and of the window that contains it, in pixels.
const MARKER: usize = 8;
const WINDOW: usize = 18;

/// Returns images of noise that does not depend on the class. Images of class 1 have a marker in
/// the upper left corner.
fn marked(count: usize, seed: u64) -> Images {
    let mut rng = Rng::new(seed);
    let mut images = Images::default();
    for index in 0..count {
        let class = (index % 2) as u8;
        let mut pixels: [u8; IMAGE_LEN] =
            std::array::from_fn(|_| (60.0 + 40.0 * rng.normal()).clamp(0.0, 255.0) as u8);
        if class == 1 {
            for row in 2..2 + MARKER {
                pixels[row * IMAGE_SIDE + 2..][..MARKER].fill(230);
            }
        }
        images.push(class, &pixels);
    }
    images
}

/// Returns the mean fraction of a map's total that lies in the marker's window, for a network after
/// `steps` steps, over test images of the class with the marker. The window is a thirteenth of the
/// image.
fn share_on_marker(task: &Task, seed: u32, steps: usize, cam: Cam) -> f32 {
    let dataset = ImageSet {
        classes: vec!["plain".into(), "marked".into()],
        train: marked(64, 1),
        test: marked(24, 2),
        ..ImageSet::default()
    };
    let mut session = classify(task.clone(), &dataset, seed);
    for _ in 0..steps {
        block_on(session.train());
    }
    let weights = floats(block_on(checkpoint::weights(session.network())).unwrap());
    let model = Model::new(task, 2, [IMAGE_SIDE; 2]).unwrap();
    let layer = model.cam_layer().unwrap();
    let inside = |place: &usize| place / IMAGE_SIDE < WINDOW && place % IMAGE_SIDE < WINDOW;
    let share = |index: usize| {
        let values =
            model.forward(&weights, to_unit_range(dataset.test.image(index)), model.head());
        let logits = &values.nodes[model.head()];
        assert_eq!(argmax_class(logits, 1, 0), 1, "image {index} is recognized");
        let target = Target::class(&model, logits, 1);
        let map = cam(&model, &values, &target.gradients(&model, &weights, &values), layer);
        let mass: f32 = (0..IMAGE_LEN).filter(inside).map(|place| map[place]).sum();
        mass / map.iter().sum::<f32>()
    };
    let marked = (0..dataset.test.len()).filter(|index| dataset.test.labels[*index] == 1);
    let shares: Vec<f32> = marked.map(share).collect();
    shares.iter().sum::<f32>() / shares.len() as f32
}

type Cam = fn(&Model, &Values, &Gradients, usize) -> Vec<f32>;

#[test]
fn grad_cam_finds_a_marker_in_the_corner_of_one_class() {
    // Grad-CAM gives each map a single weight, the mean over all positions. It is informative if
    // pooling leaves few positions.
    let task = stack(&["conv6k5.relu.pool4", "conv8k5.relu.pool4", "dense16.relu"]);
    let share = share_on_marker(&task, 1, 60, grad_cam);
    assert!(share > 0.8, "{share}");
}

#[test]
fn hires_cam_finds_it_in_the_labs_network_whatever_the_seed() {
    let task = Task::Classify(Network::default_for(model::Architecture::Cnn));
    for seed in 1..=3 {
        let share = share_on_marker(&task, seed, 100, hires_cam);
        assert!(share > 0.65, "seed {seed}: {share}");
    }
}
