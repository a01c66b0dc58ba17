//! Tests of training sessions: gradients, overfitting, evaluation mode.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use data::phantom::{self, ventricles};
use data::rng::{Purpose, Rng};
use data::{ImageSet, Images, SliceSet, Slices};
use engine::burn;
use engine::data::{ImageData, SliceData};
use engine::evaluation::segmentation::SegmentationAccumulator;
use engine::model::DeviceNetwork;
use engine::training::Session;
use engine::training::classification::{ClassificationTask, cross_entropy};
use engine::training::segmentation::SegmentationTask;
use futures::executor::block_on;
use model::graph::Graph;
use model::score::argmax;
use model::{
    Architecture, DataShape, DataSource, IMAGE_LEN, Lab, Network, RunConfig, SegmentLoss,
    Segmentation, Split, Task, UNet, Upsampling, Ventricles,
};

fn stack(layers: &[&str]) -> Network {
    let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
    Network { architecture: Architecture::Cnn, layers }
}

/// Returns the first `each` phantoms of each class, for both training and test.
fn few(each: usize) -> ImageSet {
    let spec = phantom::Spec { noise: 10, rotation: 15 };
    let mut images = Images::default();
    for index in 0..each {
        for class in 0..phantom::CLASSES.len() {
            images.push(class as u8, &phantom::draw(spec, 1, class, index, Split::Train));
        }
    }
    let classes = phantom::CLASSES.map(str::to_owned).to_vec();
    ImageSet { classes, train: images.clone(), test: images, ..ImageSet::default() }
}

fn session(network: Network, dataset: &ImageSet) -> Session<ClassificationTask> {
    let config = RunConfig {
        task: Task::Classify(network),
        data: DataSource::PHANTOM,
        batch: dataset.train.len(),
        epochs: 1000,
        learning_rate: 0.005,
        ..RunConfig::default()
    };
    Session::classify(config, Rc::new(ImageData::new(dataset, &Device::flex()))).unwrap()
}

#[test]
fn training_accuracy_is_counted_from_the_logits_of_each_step() {
    let dataset = few(2);
    let mut session = session(stack(&["dense16.relu"]), &dataset);
    let mut expected = 0;
    for _ in 0..3 {
        // Without dropout and batch norm, training and evaluation mode are the same.
        let batch = session.next_batch();
        let logits = block_on(session.train_logits(&batch)).unwrap();
        expected += logits
            .chunks_exact(6)
            .zip(&batch.indices)
            .filter(|(row, index)| argmax(row) == Some(usize::from(dataset.train.labels[**index])))
            .count();
        block_on(session.train());
    }
    assert_eq!(session.take_correct(), None, "nothing is read yet");
    block_on(session.read_losses()).unwrap();
    assert_eq!(session.take_correct(), Some(expected));
    assert_eq!(session.take_correct(), None);
}

#[test]
fn one_batch_overfits() {
    for layers in [
        &["conv4k5.relu.pool2", "conv6k5.relu.pool4", "dense16.relu"][..],
        &["conv4k5.bn.gelu.pool4", "dense16.bn.tanh"],
    ] {
        let dataset = few(2);
        let mut session = session(stack(layers), &dataset);
        for _ in 0..150 {
            block_on(session.train());
        }
        let losses = block_on(session.read_losses()).unwrap();
        assert!((losses[0] - 6.0_f32.ln()).abs() < 0.5, "{layers:?} began at {}", losses[0]);
        assert!(losses[149] < 0.05, "{layers:?} ended at {}", losses[149]);
        // Also in evaluation mode, in which batch norm uses running statistics.
        let logits = block_on(session.evaluated_logits(0..dataset.test.len())).unwrap();
        let right = logits
            .chunks_exact(6)
            .zip(&dataset.test.labels)
            .filter(|(row, label)| model::score::argmax(row) == Some(usize::from(**label)))
            .count();
        assert_eq!(right, dataset.test.len(), "{layers:?}");
    }
}

#[test]
fn an_epoch_visits_every_image_once() {
    let dataset = few(3);
    let config = RunConfig {
        task: Task::Classify(stack(&["dense2.relu"])),
        data: DataSource::PHANTOM,
        batch: 4,
        ..RunConfig::default()
    };
    let data = Rc::new(ImageData::new(&dataset, &Device::flex()));
    let mut session = Session::classify(config, data).unwrap();
    assert_eq!(session.steps_per_epoch(), 5);
    let mut epochs = Vec::new();
    for _ in 0..2 {
        let mut seen = Vec::new();
        for _ in 0..5 {
            let batch = session.next_batch();
            assert_eq!(block_on(session.train()), batch.indices.len());
            seen.extend(batch.indices);
        }
        assert!(session.is_epoch_end());
        epochs.push(seen.clone());
        seen.sort_unstable();
        assert_eq!(seen, (0..18).collect::<Vec<_>>());
    }
    assert_ne!(epochs[0], epochs[1], "each epoch has an order of its own");
}

/// The gradient of every kind of layer together, dropout included, against central differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let device = Device::flex();
    // No ReLU or max-pooling, whose kinks would make the finite differences inaccurate.
    let network = stack(&["conv2k8.bn.tanh.drop20", "dense5.bn.gelu.drop30"]);
    let shape = DataShape { classes: 6, size: [64, 64] };
    let graph = Graph::classifier(&network, shape).unwrap();
    let mut values = cpu::initial_values(&graph, 3);
    let mut rng = Rng::new(5);
    let pixels: Vec<f32> = (0..6 * IMAGE_LEN).map(|_| rng.uniform() as f32).collect();
    let images = Tensor::<4>::from_data(TensorData::new(pixels, [6, 1, 64, 64]), &device);
    let targets = TensorData::new(vec![0.0_f32, 1.0, 2.0, 3.0, 4.0, 5.0], [6]);
    let targets = Tensor::<1>::from_data(targets, &device);
    let loss = |values: &[Vec<f32>]| {
        let mut model = DeviceNetwork::new(graph.clone(), values, &device);
        let mut dropout = Rng::stream(1, Purpose::Dropout, 0);
        let logits = model.forward_train(images.clone().autodiff(), &mut dropout).vectors();
        (cross_entropy(logits, targets.clone(), Tensor::ones([6], &device)), model)
    };
    let value =
        |values: &[Vec<f32>]| loss(values).0.inner().into_data().iter::<f32>().next().unwrap();

    let (tracked, model) = loss(&values);
    let mut gradients = tracked.backward();
    let of_layers = ["conv1.weight", "fc1.weight", "fc2.weight"].map(|name| {
        let index = graph.parameters().iter().position(|p| p.name == name).unwrap();
        let gradient = model.parameters()[index].take_gradient(&mut gradients).unwrap();
        let gradient: Vec<f32> = gradient.into_data().iter::<f32>().collect();
        // In PyTorch's layout, as the values.
        let outputs = graph.parameters()[index].shape[0];
        let rows = |output: usize| gradient.iter().skip(output).step_by(outputs).copied();
        let found = match graph.parameters()[index].is_transposed {
            true => (0..outputs).flat_map(rows).collect(),
            false => gradient.clone(),
        };
        (index, found)
    });
    for (layer, (parameter, found)) in of_layers.iter().enumerate() {
        let largest = found.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
        assert!(largest > 1e-4, "layer {layer} has a gradient to compare: {largest}");
        for index in (0..found.len()).step_by(found.len().div_ceil(7)) {
            let start = values[*parameter][index];
            // Curvature adds an error of about h², rounding of a loss near 2 one of about 1e-7 / h.
            let h = 4e-3;
            values[*parameter][index] = start + h;
            let above = value(&values);
            values[*parameter][index] = start - h;
            let below = value(&values);
            values[*parameter][index] = start;
            let expected = (above - below) / (2.0 * h);
            let difference = (found[index] - expected).abs();
            assert!(
                difference < 0.03 * largest + 2e-4,
                "layer {layer}, weight {index}: gradient {}, difference quotient {expected}, \
                 they differ by {difference:e}",
                found[index]
            );
        }
    }
}

#[test]
fn evaluation_drops_nothing_and_leaves_the_network_alone() {
    let dataset = few(2);
    let mut session =
        session(stack(&["conv2k5.bn.relu.pool4.drop50", "dense8.relu.drop50"]), &dataset);
    block_on(session.train());
    let first = block_on(session.evaluated_logits(0..12)).unwrap();
    let again = block_on(session.evaluated_logits(0..12)).unwrap();
    assert_eq!(first, again);
    // Single images give the same result: it does not depend on the batch.
    for index in 0..12 {
        let alone = block_on(session.evaluated_logits(index..index + 1)).unwrap();
        for (found, expected) in alone.iter().zip(&first[index * 6..]) {
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
        }
    }
}

/// Number of slices in the batch. With fewer than five, the gradients on the CPU take several times
/// longer.
const SLICES: usize = 5;

/// Returns a U-Net with few channels and a session with one batch of heads.
fn segmenting(part: Segmentation) -> (SliceSet, Session<SegmentationTask>) {
    let look = Ventricles { size: 150, ..Ventricles::default() };
    let all = ventricles::slices(look, 1);
    let [height, width] = all.size();
    let few = Slices {
        size: all.size(),
        images: all.train.images[..SLICES * height * width].to_vec(),
        masks: all.train.masks[..SLICES * height * width].to_vec(),
        case_of: (0..SLICES).collect(),
        cases: all.train.cases[..SLICES].to_vec(),
    };
    let set =
        SliceSet { classes: all.classes, train: few.clone(), test: few, ..SliceSet::default() };
    let config = RunConfig {
        task: Task::Segment(part),
        data: DataSource::Ventricles(look),
        batch: SLICES,
        learning_rate: 0.02,
        ..RunConfig::default_for(Lab::Segment)
    };
    let data = Rc::new(SliceData::new(set.clone(), &Device::flex()));
    (set, Session::segment(config, data).unwrap())
}

#[test]
fn one_batch_of_slices_overfits() {
    // Rounding alone changes the Dice after 200 steps by some hundredths.
    const STEPS: usize = 400;
    let plain = UNet { depth: 2, width: 4, batch_norm: false, ..UNet::default() };
    let normed = UNet { batch_norm: true, upsampling: Upsampling::Nearest, ..plain.clone() };
    for unet in [plain, normed] {
        let part = Segmentation { unet, ..Segmentation::default() };
        let (set, mut session) = segmenting(part.clone());
        for _ in 0..STEPS {
            block_on(session.train());
        }
        let losses = block_on(session.read_losses()).unwrap();
        assert!(losses[STEPS - 1] < 0.5 * losses[0], "{part:?}: {losses:?}");
        // Also in evaluation mode, in which batch norm uses running statistics.
        let mut figures = SegmentationAccumulator::default();
        for range in [0..SLICES - 1, SLICES - 1..SLICES] {
            let logits = block_on(session.evaluated_logits(range)).unwrap();
            figures.add(
                &session.data().evaluated.slices,
                session.data().classes,
                &session.task().loss,
                &logits,
            );
        }
        let report = figures.finish(
            &session.data().evaluated.slices,
            session.data().classes,
            &session.task().loss,
        );
        assert!(report.mean_dice().unwrap() > 0.9, "{part:?}: {:?}", report.dice);
        assert_eq!(report.cases.len(), set.test.cases.len());
    }
}

#[test]
fn the_loss_of_a_test_set_is_that_of_one_large_batch() {
    for (loss, balanced) in SegmentLoss::ALL.into_iter().flat_map(|l| [(l, false), (l, true)]) {
        // Batch norm differs between training and evaluation.
        let unet = UNet { depth: 1, width: 4, batch_norm: false, ..UNet::default() };
        let (_, mut session) = segmenting(Segmentation { unet, loss, balanced });
        let mut figures = SegmentationAccumulator::default();
        let logits = block_on(session.evaluated_logits(0..SLICES)).unwrap();
        figures.add(
            &session.data().evaluated.slices,
            session.data().classes,
            &session.task().loss,
            &logits,
        );
        let report = figures.finish(
            &session.data().evaluated.slices,
            session.data().classes,
            &session.task().loss,
        );
        block_on(session.train());
        let trained = block_on(session.read_losses()).unwrap()[0];
        assert!((report.loss - trained).abs() < 1e-4, "{loss:?}: {} {trained}", report.loss);
    }
}
