//! Trains with the engine and with the exported PyTorch program, from the same first weights, and
//! compares the losses of the steps and the test after an epoch.
//!
//! It runs where `PLAYGROUND_PYTHON` names a Python with torch, torchvision and NumPy, and is skipped
//! elsewhere. The data sets are generated; their zip files hold uncompressed images (PGM), which
//! Pillow reads, so that both sides have the same pixels.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use data::phantom::{self, ventricles};
use engine::burn::tensor::Device;
use engine::checkpoint;
use engine::data::{ImageData, SliceData};
use engine::evaluation;
use engine::evaluation::segmentation::SegmentationAccumulator;
use engine::training::{Session, TrainingTask};
use export::Program;
use futures::executor::block_on;
use model::graph::Graph;
use model::{
    Architecture, Augmentation, DataSource, ImageTransform, Lab, Network, Optimizer, RunConfig,
    SegmentLoss, Segmentation, Split, Task, UNet, Upsampling, Ventricles,
};
use protocol::InitialWeights;

/// Number of steps whose losses are compared.
const STEPS: usize = 20;

/// Largest difference of a loss. PyTorch alone differs by up to 1e-3, with one thread and with two, for
/// the U-Net without batch norm.
const LOSS_TOLERANCE: f64 = 2e-3;

/// Largest difference of a loss in the epoch up to which the figures after it are compared. Beyond it,
/// the steps have amplified the rounding of sums, and the figures tell nothing: the same U-Net in
/// PyTorch with one thread and with two differs by 0.08, and its accuracy by 0.16.
const EPOCH_TOLERANCE: f64 = 1e-2;

/// Largest difference of the accuracy after an epoch: half a percentage point.
const ACCURACY_TOLERANCE: f64 = 0.005;

/// Largest difference of a Dice score after an epoch: PyTorch with one thread and with two differs by up
/// to 0.03.
const DICE_TOLERANCE: f64 = 0.05;

/// What a run computed in an epoch.
#[derive(Debug)]
struct Epoch {
    losses: Vec<f64>,
    test_loss: f64,
    accuracy: f64,
    /// Dice score of each class but the background; empty in the classification lab.
    dice: Vec<f64>,
}

/// Returns the Python that `PLAYGROUND_PYTHON` names, if it has torch.
fn python() -> Option<PathBuf> {
    let python = PathBuf::from(std::env::var_os("PLAYGROUND_PYTHON").unwrap_or_default());
    let imports = "import numpy, torch, torchvision";
    let found = Command::new(&python).args(["-c", imports]).output();
    if found.is_ok_and(|found| found.status.success()) {
        return Some(python);
    }
    eprintln!(
        "Skipped: PLAYGROUND_PYTHON names no Python with torch, torchvision and NumPy, so the \
         exported program was not run."
    );
    None
}

/// Returns a new folder of this test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pytorch-{name}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Trains an epoch with the engine and returns the losses of its steps.
fn train<T: TrainingTask>(session: &mut Session<T>) -> Vec<f64> {
    (0..session.steps_per_epoch()).for_each(|_| {
        block_on(session.train());
    });
    block_on(session.read_losses()).unwrap().into_iter().map(f64::from).collect()
}

/// Returns the first weights of a run as a safetensors file.
fn first_weights<T: TrainingTask>(session: &Session<T>) -> Vec<u8> {
    let bytes = block_on(checkpoint::weights(session.network())).unwrap();
    let values = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    export::weights::write(session.network().graph(), &values.collect::<Vec<_>>()).unwrap()
}

/// Runs the exported program of a configuration. Without weights, it draws its own.
fn run_program(
    python: &Path,
    name: &str,
    config: &RunConfig,
    program: &Program,
    pack: &[u8],
    weights: Option<&[u8]>,
) -> Epoch {
    let folder = folder(name);
    let program = program.clone().evaluated_on(Split::Validation);
    let file = folder.join("program.py");
    fs::write(&file, program.text()).unwrap();
    fs::write(folder.join(format!("{}.zip", config.data.slug())), pack).unwrap();
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/../export/scripts/run_program.py");
    let mut command = Command::new(python);
    command.arg(runner).arg(&file);
    if let Some(weights) = weights {
        let file = folder.join("weights.safetensors");
        fs::write(&file, weights).unwrap();
        command.arg(file);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap_or(f64::NAN);
    let result = json["results"][0].as_object().unwrap();
    Epoch {
        losses: json["losses"].as_array().unwrap().iter().map(number).collect(),
        test_loss: number(&result["loss"]),
        accuracy: number(&result["accuracy"]),
        dice: result
            .iter()
            .filter(|(key, _)| key.starts_with("Dice of "))
            .map(|(_, value)| number(value))
            .collect(),
    }
}

fn compare(name: &str, engine: &Epoch, pytorch: &Epoch) {
    assert_eq!(engine.losses.len(), pytorch.losses.len(), "{name}: steps of an epoch");
    let pairs = engine.losses.iter().zip(&pytorch.losses);
    let differences: Vec<_> = pairs.map(|(ours, theirs)| (ours - theirs).abs()).collect();
    let largest = |part: &[f64]| part.iter().fold(0.0_f64, |largest, value| largest.max(*value));
    let first = largest(&differences[..STEPS]);
    eprintln!(
        "{name}: losses differ by {first:.1e} in {STEPS} steps, {:.1e} in the epoch; test loss {:.5} \
         and {:.5}, accuracy {:.4} and {:.4}, Dice {:.4?} and {:.4?}",
        largest(&differences),
        engine.test_loss,
        pytorch.test_loss,
        engine.accuracy,
        pytorch.accuracy,
        engine.dice,
        pytorch.dice,
    );
    assert!(engine.losses[STEPS - 1] != engine.losses[0], "{name}: something is learned");
    assert!(first <= LOSS_TOLERANCE, "{name}: {:?} {:?}", engine.losses, pytorch.losses);
    assert_eq!(engine.dice.len(), pytorch.dice.len());
    if largest(&differences) > EPOCH_TOLERANCE {
        return;
    }
    let accuracy = (engine.accuracy - pytorch.accuracy).abs();
    assert!(accuracy <= ACCURACY_TOLERANCE, "{name}: accuracy differs by {accuracy}");
    for (ours, theirs) in engine.dice.iter().zip(&pytorch.dice) {
        assert!((ours - theirs).abs() <= DICE_TOLERANCE, "{name}: Dice {ours} and {theirs}");
    }
}

/// Compares both for a classifier on phantoms. `own_weights` lets the program draw its first weights.
fn compare_classifier(name: &str, network: Network, optimizer: Optimizer, own_weights: bool) {
    compare_images(name, network, optimizer, Augmentation::NONE, own_weights);
}

fn compare_images(
    name: &str,
    network: Network,
    optimizer: Optimizer,
    augmentation: Augmentation,
    own_weights: bool,
) {
    let Some(python) = python() else { return };
    let config = RunConfig {
        task: Task::Classify(network),
        augmentation,
        data: DataSource::PHANTOM,
        seed: 7,
        epochs: 1,
        optimizer,
        ..RunConfig::default()
    };
    let set = phantom::dataset(phantom::Spec { noise: 10, rotation: 15 }, config.seed);
    let shape = data::Dataset::from(set.clone()).shape();
    let images = Rc::new(ImageData::new(&set, &Device::flex()));
    let mut session = Session::classify(config.clone(), images).unwrap();
    let weights = first_weights(&session);
    let losses = train(&mut session);
    let labels = &set.evaluated_images().labels;
    let logits = block_on(session.evaluated_logits(0..labels.len())).unwrap();
    let test = evaluation::classification(&logits, labels, shape.classes);
    let engine =
        Epoch { losses, test_loss: test.loss.into(), accuracy: test.accuracy, dice: Vec::new() };
    let weights = (!own_weights).then_some(&weights[..]);
    let pytorch = run_program(
        &python,
        name,
        &config,
        &export::pytorch::program(&config, shape).unwrap(),
        &export::data_set::images(&set).unwrap(),
        weights,
    );
    compare(name, &engine, &pytorch);
}

/// First weights of the program of a U-Net.
enum UNetStart {
    /// It draws its own.
    Own,
    /// Those of the engine.
    Engine,
    /// The encoder's are those of a classifier, and it draws the others.
    Classifier,
}

/// Trains the classifier that begins with the encoder of a U-Net for some steps. Returns its weights
/// as those of the encoder, and as a safetensors file.
fn trained_encoder(unet: &UNet) -> (InitialWeights, Vec<u8>) {
    let config = RunConfig {
        task: Task::Classify(Network::encoder_of(unet)),
        data: DataSource::PHANTOM,
        ..RunConfig::default()
    };
    let set = phantom::dataset(phantom::Spec { noise: 10, rotation: 15 }, config.seed);
    let images = Rc::new(ImageData::new(&set, &Device::flex()));
    let mut session = Session::classify(config, images).unwrap();
    (0..5).for_each(|_| {
        block_on(session.train());
    });
    block_on(session.read_losses()).unwrap();
    let file = first_weights(&session);
    let shape = model::DataShape { classes: 2, size: [64, 64] };
    let len = Graph::unet(unet, shape).unwrap().encoder_len().unwrap();
    let values = export::weights::read(session.network().graph(), &file).unwrap();
    (InitialWeights::Encoder(values[..len].to_vec()), file)
}

/// Compares both for a U-Net on generated heads.
fn compare_unet(name: &str, segmentation: Segmentation, start: &UNetStart) {
    compare_slices(name, segmentation, Augmentation::NONE, start);
}

fn compare_slices(
    name: &str,
    segmentation: Segmentation,
    augmentation: Augmentation,
    start: &UNetStart,
) {
    let Some(python) = python() else { return };
    let config = RunConfig {
        task: Task::Segment(segmentation),
        augmentation,
        data: DataSource::Ventricles(Ventricles::default()),
        seed: 7,
        epochs: 1,
        ..RunConfig::default_for(Lab::Segment)
    };
    let set = ventricles::slices(Ventricles::default(), config.seed);
    let shape = data::Dataset::from(set.clone()).shape();
    let pack = export::data_set::slices(&set).unwrap();
    let slices = Rc::new(SliceData::new(set, &Device::flex()));
    let mut session = Session::segment(config.clone(), slices).unwrap();
    let mut program = export::pytorch::program(&config, shape).unwrap();
    let weights = match start {
        UNetStart::Own => None,
        UNetStart::Engine => Some(first_weights(&session)),
        UNetStart::Classifier => {
            let (encoder, file) = trained_encoder(&config.segmentation().unwrap().unet);
            session = session.with_first_weights(&encoder).unwrap();
            program = export::pytorch::program_with_encoder(&config, shape, "CNN").unwrap();
            Some(file)
        }
    };
    let losses = train(&mut session);
    let (evaluated, classes) = (&session.data().evaluated.slices, shape.classes);
    let logits = block_on(session.evaluated_logits(0..evaluated.len())).unwrap();
    let mut accumulator = SegmentationAccumulator::default();
    accumulator.add(evaluated, classes, &session.task().loss, &logits);
    let test = accumulator.finish(evaluated, classes, &session.task().loss);
    let engine = Epoch {
        losses,
        test_loss: test.loss.into(),
        accuracy: test.pixel_accuracy,
        dice: test.dice.iter().map(|dice| dice.unwrap_or(f64::NAN)).collect(),
    };
    let pytorch = run_program(&python, name, &config, &program, &pack, weights.as_deref());
    compare(name, &engine, &pytorch);
}

#[test]
fn the_program_of_the_labs_cnn_trains_as_the_engine() {
    let cnn = Network::default_for(Architecture::Cnn);
    compare_classifier("cnn", cnn, Optimizer::Adam, false);
}

#[test]
fn the_program_draws_the_first_weights_of_the_engine() {
    let cnn = Network::default_for(Architecture::Cnn);
    compare_classifier("cnn-own-weights", cnn, Optimizer::Adam, true);
}

#[test]
fn the_program_of_the_labs_mlp_trains_as_the_engine() {
    let mlp = Network::default_for(Architecture::Mlp);
    compare_classifier("mlp", mlp, Optimizer::ADAMW, true);
}

#[test]
fn the_program_drops_the_values_that_the_engine_drops() {
    let layers = ["conv4k5.bn.gelu.pool4.drop20", "conv3k3.tanh.pool2", "dense12.bn.relu.drop50"];
    let network = Network {
        architecture: Architecture::Cnn,
        layers: layers.map(|layer| layer.parse().unwrap()).to_vec(),
    };
    compare_classifier("dropout", network, Optimizer::SGD, false);
}

#[test]
fn the_program_of_the_labs_unet_trains_as_the_engine() {
    compare_unet("unet", Segmentation::default(), &UNetStart::Engine);
}

#[test]
fn a_program_starts_the_encoder_from_a_classifier_as_the_engine_does() {
    for (name, residual) in [("unet-encoder", false), ("unet-residual-encoder", true)] {
        let unet = UNet { residual, ..UNet::default() };
        let segmentation = Segmentation { unet, ..Segmentation::default() };
        compare_unet(name, segmentation, &UNetStart::Classifier);
    }
}

#[test]
fn the_programs_of_other_unets_train_as_the_engine() {
    let nearest = UNet { upsampling: Upsampling::Nearest, ..UNet::default() };
    let plain = UNet { batch_norm: false, skips: [false, true, true, true], ..UNet::default() };
    for (name, unet, loss, balanced) in [
        ("unet-focal", nearest, SegmentLoss::Focal, true),
        ("unet-ce", plain.clone(), SegmentLoss::CrossEntropy, true),
        ("unet-dice", plain, SegmentLoss::Dice, false),
    ] {
        compare_unet(name, Segmentation { unet, loss, balanced }, &UNetStart::Own);
    }
}

#[test]
fn the_programs_augment_as_the_engine_does() {
    let all = Augmentation::of(ImageTransform::ALL);
    let cnn = Network::default_for(Architecture::Cnn);
    compare_images("cnn-augmented", cnn, Optimizer::Adam, all, true);
    compare_slices("unet-augmented", Segmentation::default(), all, &UNetStart::Own);
}
