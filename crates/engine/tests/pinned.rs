//! Compares initial weights and checkpoints bit by bit, and the losses of a run on the CPU.
//!
//! The kernels use 128-bit vectors without fused multiply-add (the build enables no such target
//! feature), so that their sums are rounded in the same way on every x86-64 processor and in
//! WebAssembly. Native runs differ in the last bit between processors all the same: `exp`, `ln` and
//! `tanh` come from the platform's math library, and burn multiplies large matrices with the widest
//! vectors that the processor has (seen between one with AVX-512 and one without). Losses are
//! therefore compared within a tolerance, and bit by bit where `PLAYGROUND_PINNED_BITS` is set, on the
//! processor on which the values were made.

use std::fmt::Write;
use std::rc::Rc;

use burn::tensor::Transaction;
use data::phantom::{self, ventricles};
use engine::burn::tensor::Device;
use engine::data::{ImageData, SliceData};
use engine::model::DeviceNetwork;
use engine::training::classification::ClassificationTask;
use engine::training::segmentation::SegmentationTask;
use engine::training::{Session, TrainingTask};
use engine::{burn, checkpoint};
use futures::executor::block_on;
use model::{
    Architecture, DataSource, Lab, Network, Optimizer, RunConfig, Segmentation, Task, UNet,
    Upsampling, Ventricles,
};
use protocol::RunId;
use protocol::interpret::Checkpoint;

const STEPS: usize = 10;

/// Largest difference of a loss or weight between processors after ten steps. A difference of 1e-7 was
/// seen; a change of the arithmetic that matters changes more digits.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
const TOLERANCE: f32 = 1e-5;

/// Computes the 64-bit FNV-1a hash.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn weights(network: &DeviceNetwork) -> Vec<u8> {
    block_on(checkpoint::weights(network)).unwrap()
}

/// Returns the default phantoms of seed 1.
fn phantoms() -> Rc<ImageData> {
    let set = phantom::dataset(phantom::Spec { noise: 10, rotation: 15 }, 1);
    Rc::new(ImageData::new(&set, &Device::flex()))
}

/// Returns the default ventricles of seed 1.
fn heads() -> Rc<SliceData> {
    Rc::new(SliceData::new(ventricles::slices(Ventricles::default(), 1), &Device::flex()))
}

/// Returns the default run of the classification lab with this network, seed and optimizer.
fn classifier(
    data: &Rc<ImageData>,
    network: Network,
    seed: u32,
    optimizer: Optimizer,
) -> Session<ClassificationTask> {
    let config = RunConfig {
        task: Task::Classify(network),
        data: DataSource::PHANTOM,
        seed,
        optimizer,
        ..RunConfig::default_for(Lab::Classify)
    };
    Session::classify(config, data.clone()).unwrap()
}

/// Returns the default run of the segmentation lab with this U-Net and seed.
fn segmenter(data: &Rc<SliceData>, unet: UNet, seed: u32) -> Session<SegmentationTask> {
    let config = RunConfig {
        task: Task::Segment(Segmentation { unet, ..Segmentation::default() }),
        data: DataSource::Ventricles(Ventricles::default()),
        seed,
        ..RunConfig::default_for(Lab::Segment)
    };
    Session::segment(config, data.clone()).unwrap()
}

/// Returns a network with every kind of layer: batch norm, dropout, and all four activations.
fn mixed() -> Network {
    let layers = ["conv4k5.bn.gelu.pool4.drop20", "conv3k3.tanh.pool2", "dense12.bn.relu.drop50"]
        .into_iter()
        .chain(["dense8.sigmoid"]);
    Network {
        architecture: Architecture::Cnn,
        layers: layers.map(|layer| layer.parse().unwrap()).collect(),
    }
}

/// Writes the length, hash and first values of a network's weights.
fn describe(text: &mut String, when: &str, weights: &[u8]) {
    let floats = weights.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let first = floats.take(4).collect::<Vec<_>>();
    writeln!(text, "{when}: {} bytes {:016x} {first:?}", weights.len(), hash(weights)).unwrap();
}

#[test]
fn first_weights_are_pinned() {
    let (phantoms, heads) = (phantoms(), heads());
    let mut text = String::new();
    for seed in [0, 1, 2] {
        for (name, network) in [
            ("cnn", Network::default_for(Architecture::Cnn)),
            ("mlp", Network::default_for(Architecture::Mlp)),
            ("mixed", mixed()),
        ] {
            let session = classifier(&phantoms, network, seed, Optimizer::Adam);
            describe(&mut text, &format!("{name} seed {seed}"), &weights(session.network()));
        }
        for upsampling in Upsampling::ALL {
            for batch_norm in [true, false] {
                let unet = UNet { upsampling, batch_norm, ..UNet::default() };
                let name = format!("unet {upsampling:?} batch norm {batch_norm} seed {seed}");
                describe(&mut text, &name, &weights(segmenter(&heads, unet, seed).network()));
            }
        }
    }
    insta::assert_snapshot!(text);
}

/// The first values of each parameter, in the order of a checkpoint.
#[test]
fn first_weights_of_every_parameter_are_pinned() {
    let phantoms = phantoms();
    let mut text = String::new();
    for (name, network) in [
        ("cnn", Network::default_for(Architecture::Cnn)),
        ("mlp", Network::default_for(Architecture::Mlp)),
    ] {
        let session = classifier(&phantoms, network, 1, Optimizer::Adam);
        writeln!(text, "{name}\n{}", parameters(session.network())).unwrap();
    }
    let session = segmenter(&heads(), UNet::default(), 1);
    writeln!(text, "unet\n{}", parameters(session.network())).unwrap();
    insta::assert_snapshot!(text);
}

/// Returns the shape, hash and first values of each parameter.
fn parameters(network: &DeviceNetwork) -> String {
    let mut text = String::new();
    for parameter in network.parameters() {
        let read = parameter.read(Transaction::default()).execute_async();
        let values = block_on(read).unwrap().remove(0).iter::<f32>().collect::<Vec<_>>();
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
        let first = &values[..values.len().min(3)];
        writeln!(text, "{:?} {:016x} {first:?}", parameter.shape(), hash(&bytes)).unwrap();
    }
    text
}

/// Writes the losses of the first steps as decimal numbers and as bits, and the resulting weights.
fn train<L: TrainingTask>(text: &mut String, name: &str, mut session: Session<L>) {
    for _ in 0..STEPS {
        block_on(session.train());
    }
    let losses = block_on(session.read_losses()).unwrap();
    writeln!(text, "{name}").unwrap();
    for loss in &losses {
        writeln!(text, "{loss:?} {:08x}", loss.to_bits()).unwrap();
    }
    describe(text, "weights", &weights(session.network()));
}

#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn losses_of_ten_steps_are_pinned() {
    let (phantoms, heads) = (phantoms(), heads());
    let mut text = String::new();
    for (model, seed) in [(Architecture::Cnn, 1), (Architecture::Cnn, 2), (Architecture::Mlp, 1)] {
        let session = classifier(&phantoms, Network::default_for(model), seed, Optimizer::Adam);
        train(&mut text, &format!("{model:?} seed {seed}"), session);
    }
    for optimizer in [Optimizer::Sgd { momentum: 0.9 }, Optimizer::AdamW { weight_decay: 0.01 }] {
        let session = classifier(&phantoms, mixed(), 1, optimizer);
        train(&mut text, &format!("mixed {optimizer:?}"), session);
    }
    let nearest = UNet { upsampling: Upsampling::Nearest, ..UNet::default() };
    for (name, unet) in [("unet", UNet::default()), ("unet nearest", nearest)] {
        train(&mut text, name, segmenter(&heads, unet, 1));
    }
    if std::env::var_os("PLAYGROUND_PINNED_BITS").is_some() {
        insta::assert_snapshot!(text);
    } else {
        assert_close(&text, include_str!("snapshots/pinned__losses_of_ten_steps_are_pinned.snap"));
    }
}

/// Compares the losses, and the first weights, with those of a snapshot, within a tolerance.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn assert_close(text: &str, snapshot: &str) {
    let (_, expected) = snapshot.split_once("expression: text\n---\n").expect("a header");
    assert_eq!(text.lines().count(), expected.lines().count());
    for (found, expected) in text.lines().zip(expected.lines()) {
        let [numbers, others] = [found, expected].map(numbers_of);
        assert_eq!(numbers.len(), others.len(), "{found} instead of {expected}");
        for (number, other) in numbers.iter().zip(&others) {
            let close = (number - other).abs() <= TOLERANCE * other.abs().max(1.0);
            assert!(close, "{found} instead of {expected}");
        }
    }
}

/// Returns the loss of a line, or the number of bytes of the weights and the first ones.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn numbers_of(line: &str) -> Vec<f32> {
    let weights = line.strip_prefix("weights: ").and_then(|line| line.split_once(" bytes "));
    match (weights, line.split_once(' ')) {
        (Some((bytes, rest)), _) => {
            let (_, first) = rest.split_once('[').expect("the first weights");
            let first = first.trim_end_matches(']').split(", ");
            [bytes].into_iter().chain(first).map(|number| number.parse().unwrap()).collect()
        }
        (None, Some((loss, _))) => loss.parse().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What goes over the wire to the interpreter.
#[test]
fn the_bytes_of_a_checkpoint_are_pinned() {
    let session =
        classifier(&phantoms(), Network::default_for(Architecture::Cnn), 1, Optimizer::Adam);
    let weights = weights(session.network());
    let count = weights.len();
    let checkpoint = Checkpoint { run: RunId(3), epoch: 2, step: 150, keep: true, weights };
    let bytes = postcard::to_stdvec(&checkpoint).unwrap();
    // Run, epoch, step, keep flag, length of the weights, weights.
    assert_eq!(bytes[..5], [3, 2, 150, 1, 1]);
    assert_eq!(bytes.len(), 5 + 4 + count);
    assert_eq!(hash(&bytes), 0x7b7a5658767e3e4d);
}
