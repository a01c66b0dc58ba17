//! Commands from the page, events from the engine.

use serde::{Deserialize, Serialize};

use model::{DataShape, DataSource, DeviceChoice, IMAGE_SIDE, ImageRef, RunConfig};

use crate::{LivePrediction, Problem, QuantizedMaps, SegmentEvaluation, SlicesInfo};

/// Which run an event belongs to. The page counts up; a larger id is a newer run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RunId(pub u32);

/// What the page asks of the engine. Fire and forget: the answer is an [`Event`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Use these images from now on. Answer: [`Event::DataReady`] or [`Event::Error`].
    LoadData {
        /// What the bytes are, or how to draw the images.
        source: DataSource,
        /// Seed of generated images; ignored for packs.
        seed: u32,
        /// The pack (zip) for data sets that are files; empty for generated ones.
        pack: Vec<u8>,
    },
    /// Forget the present run and set up a new one, paused at step 0. Answer: [`Event::RunReady`].
    Configure {
        /// The id of the new run.
        run: RunId,
        /// What to run.
        config: RunConfig,
    },
    /// Train the run's network for a few steps, on the engine's device and on the CPU, before its
    /// first step or while it rests: answered by [`Event::Benchmark`].
    Benchmark(RunId),
    /// Train until paused or finished.
    Play(RunId),
    /// Stop after the step that is being made.
    Pause(RunId),
    /// One step with the [`BatchTrace`] on it, then pause.
    Step(RunId),
    /// Train to the end of the epoch, then pause.
    Epoch(RunId),
    /// Use another learning rate from the next step on.
    SetLearningRate {
        /// The run.
        run: RunId,
        /// The new rate.
        value: f64,
    },
    /// Hand the weights over to the interpreter as they are, as a
    /// [`Checkpoint`](crate::interpret::Checkpoint). Those of whole epochs come by themselves.
    SendCheckpoint(RunId),
    /// Class probabilities for one 64×64 image. Answer: [`Event::Prediction`].
    Predict {
        /// The run whose network is asked.
        run: RunId,
        /// Comes back with the answer.
        request: u32,
        /// Gray values 0 to 255, row by row.
        pixels: Vec<u8>,
    },
    /// The mask of some slices, of any number of them. Answer: [`Event::Masks`].
    Segment {
        /// The run whose network is asked.
        run: RunId,
        /// Comes back with the answer.
        request: u32,
        /// Gray values 0 to 255, `[n, height, width]` row by row, of the data's size.
        pixels: Vec<u8>,
    },
    /// What every block makes of one slice. Answer: [`Event::Features`].
    Features {
        /// The run whose network is asked.
        run: RunId,
        /// Comes back with the answer.
        request: u32,
        /// Gray values 0 to 255, `[height, width]` row by row, of the data's size.
        pixels: Vec<u8>,
    },
}

/// What kind of processor trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A graphics processor through WebGPU.
    Gpu,
    /// The processor, in WebAssembly.
    Cpu,
}

/// What trains, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// The adapter's name as far as the browser tells it; empty for the CPU.
    pub adapter: String,
    /// Why this device, in one sentence.
    pub reason: String,
    /// What the visitor asked for.
    pub choice: DeviceChoice,
    /// How many times as fast as the other device it trains, where that was measured.
    pub speedup: Option<f64>,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DataInfo {
    /// Images with a class each.
    Images(ImagesInfo),
    /// Slices with a mask each.
    Slices(SlicesInfo),
}

impl DataInfo {
    /// Class names in label order.
    pub fn classes(&self) -> &[String] {
        match self {
            DataInfo::Images(info) => &info.classes,
            DataInfo::Slices(info) => &info.classes,
        }
    }

    /// What a configuration depends on.
    pub fn shape(&self) -> DataShape {
        let size = match self {
            DataInfo::Images(_) => [IMAGE_SIDE; 2],
            DataInfo::Slices(info) => info.size,
        };
        DataShape { classes: self.classes().len(), size }
    }
}

/// What images were loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagesInfo {
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Labels of the training images, in pack order.
    pub train_labels: Vec<u8>,
    /// Labels of the test images, in pack order.
    pub test_labels: Vec<u8>,
}

/// Whether a run moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// Waiting for a command.
    Paused,
    /// Training.
    Running,
    /// All epochs done.
    Finished,
    /// The loss was no number; weights are those of the last good epoch.
    Diverged,
}

/// When a [`BatchTrace`] was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchTracePhase {
    /// The batch that the next step will use.
    BeforeStep,
    /// The batch that a step has just used.
    AfterStep {
        /// Logits after the step, `[batch, classes]` row by row.
        logits_after: Vec<f32>,
        /// Mean cross-entropy after the step.
        loss_after: f32,
    },
}

/// One batch under the lens. Dropout is off in both forward passes, so that before and after
/// differ by the step alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchTrace {
    /// The step that uses this batch, counted from 1.
    pub step: usize,
    /// The images.
    pub images: Vec<ImageRef>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// Logits before the step, `[batch, classes]` row by row.
    pub logits_before: Vec<f32>,
    /// Mean cross-entropy before the step.
    pub loss_before: f32,
    /// Before or after the step.
    pub phase: BatchTracePhase,
}

/// How fast it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Training images a second, over the last second or so.
    pub images_per_second: f64,
    /// Estimated time to the end of the run, in seconds.
    pub seconds_left: f64,
}

/// The test set as the network sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Softmax probabilities, `[test images, classes]` row by row, in pack order.
    pub probabilities: Vec<f32>,
    /// Mean cross-entropy.
    pub loss: f32,
    /// Share of images whose most probable class is right, 0 to 1.
    pub accuracy: f64,
}

/// The test set at the end of an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TestReport {
    /// Of a classifier.
    Classify(Evaluation),
    /// Of a U-Net.
    Segment(SegmentEvaluation),
}

impl TestReport {
    /// The loss on the test set.
    pub fn loss(&self) -> f32 {
        match self {
            TestReport::Classify(test) => test.loss,
            TestReport::Segment(test) => test.loss,
        }
    }

    /// The figure that says how good the network is, 0 to 1: test accuracy, or mean Dice (0 where
    /// there is nothing to score).
    pub fn score(&self) -> f64 {
        match self {
            TestReport::Classify(test) => test.accuracy,
            TestReport::Segment(test) => test.mean_dice().unwrap_or(0.0),
        }
    }
}

/// The end of an epoch. Epoch 0 is the untrained network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// Mean training loss over the epoch's steps; none at epoch 0.
    pub train_loss: Option<f32>,
    /// The test set.
    pub test: TestReport,
    /// Training images a second over the epoch, evaluation not counted; 0 at epoch 0.
    pub images_per_second: f64,
}

/// What the engine tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The first event: the engine runs on this device.
    Ready(DeviceInfo),
    /// The data is decoded.
    DataReady {
        /// Which.
        source: DataSource,
        /// Seed of generated images.
        seed: u32,
        /// What is in it.
        info: DataInfo,
    },
    /// A run stands at step 0.
    RunReady {
        /// The run.
        run: RunId,
        /// Learned values.
        parameters: usize,
        /// Steps an epoch (the last batch may be smaller).
        steps_per_epoch: usize,
    },
    /// The answer to [`Command::Benchmark`]: images a second.
    Benchmark {
        /// The run whose network was trained.
        run: RunId,
        /// On the engine's device.
        device: f64,
        /// On the CPU.
        cpu: f64,
    },
    /// A run started, paused or ended.
    State {
        /// The run.
        run: RunId,
        /// What it does now.
        state: RunState,
        /// Steps done.
        step: usize,
    },
    /// Steps were made.
    Steps {
        /// The run.
        run: RunId,
        /// Number of the first step in `losses`, counted from 1.
        first: usize,
        /// Loss of each step's batch, before its update.
        losses: Vec<f32>,
        /// Learning rate of these steps.
        learning_rate: f64,
        /// Speed.
        timing: Timing,
    },
    /// An epoch ended.
    Epoch {
        /// The run.
        run: RunId,
        /// Figures.
        report: EpochReport,
    },
    /// A batch under the lens: of the next step when a run stands at 0, of the step just made after
    /// [`Command::Step`].
    BatchTrace {
        /// The run.
        run: RunId,
        /// The batch.
        trace: BatchTrace,
    },
    /// The answer to [`Command::Predict`].
    Prediction {
        /// The run whose network answered.
        run: RunId,
        /// The request's number.
        request: u32,
        /// Logits, one a class.
        logits: Vec<f32>,
    },
    /// The watched slices, every few steps while a U-Net trains, and when a run stands at step 0.
    LivePrediction {
        /// The run.
        run: RunId,
        /// What it shows.
        prediction: LivePrediction,
    },
    /// The answer to [`Command::Segment`].
    Masks {
        /// The run whose network answered.
        run: RunId,
        /// The request's number.
        request: u32,
        /// Most probable class of each pixel, `[n, height, width]` row by row.
        masks: Vec<u8>,
    },
    /// The answer to [`Command::Features`].
    Features {
        /// The run whose network answered.
        run: RunId,
        /// The request's number.
        request: u32,
        /// What each block puts out after its last activation, in the order of
        /// [`crate::UNetSummary::blocks`]; the head's are the classes' probabilities.
        blocks: Vec<QuantizedMaps>,
    },
    /// Something could not be done. Nothing else changed.
    Error {
        /// The run, where it belongs to one.
        run: Option<RunId>,
        /// What.
        problem: Problem,
    },
}

impl Event {
    /// The run that the event belongs to, where it belongs to one.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Event::Ready(_) | Event::DataReady { .. } => None,
            Event::RunReady { run, .. }
            | Event::Benchmark { run, .. }
            | Event::State { run, .. }
            | Event::Steps { run, .. }
            | Event::Epoch { run, .. }
            | Event::BatchTrace { run, .. }
            | Event::Prediction { run, .. }
            | Event::LivePrediction { run, .. }
            | Event::Masks { run, .. }
            | Event::Features { run, .. } => Some(*run),
            Event::Error { run, .. } => *run,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Split;

    use super::*;
    use crate::{CaseClassScore, CaseScore, ErrorCode};

    fn survives<T>(value: T)
    where
        T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let bytes = postcard::to_stdvec(&value).unwrap();
        assert_eq!(postcard::from_bytes::<T>(&bytes).unwrap(), value);
        // A message cut short is an error, never a panic.
        for end in 0..bytes.len() {
            assert!(postcard::from_bytes::<T>(&bytes[..end]).is_err(), "{value:?} cut at {end}");
        }
    }

    #[test]
    fn every_command_round_trips() {
        let run = RunId(3);
        survives(Command::LoadData { source: DataSource::PHANTOM, seed: 9, pack: vec![1, 2, 3] });
        survives(Command::Configure { run, config: RunConfig::default() });
        survives(Command::Benchmark(run));
        survives(Command::Play(run));
        survives(Command::Pause(run));
        survives(Command::Step(run));
        survives(Command::Epoch(run));
        survives(Command::SendCheckpoint(run));
        survives(Command::SetLearningRate { run, value: 0.01 });
        survives(Command::Predict { run, request: 7, pixels: vec![0, 255] });
        survives(Command::Segment { run, request: 7, pixels: vec![0, 255] });
        survives(Command::Features { run, request: 7, pixels: vec![0, 255] });
        let segment = RunConfig::default_for(model::Lab::Segment);
        survives(Command::Configure { run, config: segment });
    }

    #[test]
    fn every_event_round_trips() {
        let run = RunId(3);
        survives(Event::Ready(DeviceInfo {
            kind: DeviceKind::Gpu,
            adapter: "swiftshader".into(),
            reason: "You chose it.".into(),
            choice: DeviceChoice::WebGpu,
            speedup: Some(14.0),
        }));
        survives(Event::Benchmark { run, device: 900.0, cpu: 60.5 });
        survives(Event::DataReady {
            source: DataSource::MedNist,
            seed: 1,
            info: DataInfo::Images(ImagesInfo {
                classes: vec!["Hand".into()],
                train_labels: vec![0, 0],
                test_labels: vec![0],
            }),
        });
        survives(Event::DataReady {
            source: DataSource::Ventricles(Default::default()),
            seed: 1,
            info: DataInfo::Slices(SlicesInfo {
                classes: vec!["background".into(), "ventricle".into()],
                size: [64, 64],
                train: 8,
                test: 4,
                class_frequencies: vec![0.97, 0.03],
                preview_slices: vec![0, 2],
            }),
        });
        survives(Event::RunReady { run, parameters: 32_830, steps_per_epoch: 75 });
        survives(Event::State { run, state: RunState::Diverged, step: 4 });
        survives(Event::Steps {
            run,
            first: 1,
            losses: vec![1.8, f32::INFINITY],
            learning_rate: 1e-3,
            timing: Timing { images_per_second: 390.0, seconds_left: 12.0 },
        });
        survives(Event::Epoch {
            run,
            report: EpochReport {
                epoch: 1,
                step: 75,
                train_loss: Some(0.4),
                test: TestReport::Classify(Evaluation {
                    probabilities: vec![0.5, 0.5],
                    loss: 0.7,
                    accuracy: 0.5,
                }),
                images_per_second: 390.0,
            },
        });
        let class = CaseClassScore {
            dice: Some(0.8),
            hausdorff95_mm: None,
            predicted_ml: 1.5,
            true_ml: 1.75,
        };
        let test = SegmentEvaluation {
            masks: vec![0, 1],
            loss: 0.7,
            pixel_accuracy: 0.99,
            dice: vec![Some(0.75), None],
            cases: vec![CaseScore { case: "017".into(), slices: vec![0], classes: vec![class] }],
        };
        assert_eq!(test.mean_dice(), Some(0.75));
        survives(Event::Epoch {
            run,
            report: EpochReport {
                epoch: 1,
                step: 45,
                train_loss: None,
                test: TestReport::Segment(test),
                images_per_second: 80.0,
            },
        });
        let glimpse =
            LivePrediction { step: 5, masks: vec![0, 2], dice: vec![vec![Some(0.5), None]] };
        survives(Event::LivePrediction { run, prediction: glimpse });
        survives(Event::Masks { run, request: 7, masks: vec![1] });
        let maps = QuantizedMaps { shape: [1, 1, 2], low: -1.0, high: 2.0, values: vec![0, 255] };
        survives(Event::Features { run, request: 7, blocks: vec![maps] });
        for phase in [
            BatchTracePhase::BeforeStep,
            BatchTracePhase::AfterStep { logits_after: vec![0.1], loss_after: 1.7 },
        ] {
            survives(Event::BatchTrace {
                run,
                trace: BatchTrace {
                    step: 1,
                    images: vec![ImageRef { split: Split::Train, index: 4 }],
                    labels: vec![2],
                    logits_before: vec![0.0],
                    loss_before: 1.8,
                    phase,
                },
            });
        }
        survives(Event::Prediction { run, request: 7, logits: vec![0.1, 0.2] });
        survives(Event::Error { run: None, problem: Problem::new(ErrorCode::BadPack, "No zip.") });
    }
}
