//! Benchmark of a network on two devices: a few training steps on each, on random data.

use std::rc::Rc;

use burn::tensor::Device;
use data::rng::Rng;
use data::{Case, ImageSet, Images, SliceSet, Slices};
use model::{DataShape, IMAGE_LEN, Lab, RunConfig, RunConfigError};

use crate::data::{ImageData, SliceData};
use crate::error::EngineError;
use crate::training::classification::ClassificationTask;
use crate::training::segmentation::SegmentationTask;
use crate::training::{Session, TrainingTask};

/// Number of timed steps. They follow a first step that includes shader compilation and memory
/// allocation.
const TIMED_STEPS: usize = 3;

/// Duration of the first step on the CPU, in seconds, above which no further step is timed. The CPU
/// compiles no shaders, so the duration of its first step is representative.
const SLOW_STEP_SECS: f64 = 0.5;

/// Benchmark of a network on two devices, done in small pieces of work.
pub(crate) struct Benchmark {
    config: RunConfig,
    shape: DataShape,
    /// Devices that have not been measured yet, in reverse order.
    devices: Vec<Device>,
    current: Option<Candidate>,
    /// Throughput of the devices measured so far.
    images_per_second: Vec<f64>,
}

/// An untrained network on one device.
enum Candidate {
    Classify(Box<Session<ClassificationTask>>),
    Segment(Box<Session<SegmentationTask>>),
}

impl Benchmark {
    /// Creates a benchmark that compares `device` with the CPU. The configuration must have passed
    /// [`RunConfig::check`].
    pub(crate) fn new(config: RunConfig, shape: DataShape, device: Device) -> Self {
        let devices = vec![Device::flex(), device];
        Self { config, shape, devices, current: None, images_per_second: Vec::new() }
    }

    /// Returns whether all devices have been measured.
    pub(crate) fn is_over(&self) -> bool {
        self.current.is_none() && self.devices.is_empty()
    }

    /// Does the next piece of work, timed by `now` in seconds. Returns the images per second of
    /// both devices once both have been measured.
    pub(crate) async fn advance(
        &mut self,
        now: impl Fn() -> f64,
    ) -> Result<Option<[f64; 2]>, EngineError> {
        let seconds = match self.current.take() {
            Some(mut candidate) => {
                let start = now();
                candidate.train(TIMED_STEPS).await?;
                (now() - start) / TIMED_STEPS as f64
            }
            None => {
                let Some(device) = self.devices.pop() else { return Ok(None) };
                let Ok(mut candidate) = Candidate::new(&self.config, self.shape, &device) else {
                    self.devices.clear();
                    return Ok(None);
                };
                let start = now();
                candidate.train(1).await?;
                let seconds = now() - start;
                if seconds < SLOW_STEP_SECS || !self.devices.is_empty() {
                    self.current = Some(candidate);
                    return Ok(None);
                }
                seconds
            }
        };
        self.images_per_second.push(self.config.batch as f64 / seconds.max(f64::MIN_POSITIVE));
        Ok(<[f64; 2]>::try_from(self.images_per_second.as_slice()).ok())
    }
}

impl Candidate {
    fn new(config: &RunConfig, shape: DataShape, device: &Device) -> Result<Self, RunConfigError> {
        let (batch, classes) = (config.batch, shape.classes);
        let mut rng = Rng::new(1);
        let mut noise = |count: usize, below: usize| -> Vec<u8> {
            (0..count).map(|_| rng.below(below.max(1) as u64) as u8).collect()
        };
        let names = vec![String::new(); classes];
        Ok(match config.lab() {
            Lab::Classify => {
                let images = Images {
                    labels: noise(batch, classes),
                    pixels: noise(batch * IMAGE_LEN, 256),
                    ..Default::default()
                };
                let data = ImageSet {
                    classes: names,
                    train: images.clone(),
                    test: images,
                    ..ImageSet::default()
                };
                let data = Rc::new(ImageData::new(&data, device));
                Candidate::Classify(Box::new(Session::classify(config.clone(), data)?))
            }
            Lab::Segment => {
                let pixels = batch * shape.size[0] * shape.size[1];
                let slices = Slices {
                    images: noise(pixels, 256),
                    masks: noise(pixels, classes),
                    cases: vec![Case::with_unit_spacing("")],
                    case_of: vec![0; batch],
                    size: shape.size,
                };
                let data = SliceSet {
                    classes: names,
                    train: slices.clone(),
                    test: slices,
                    ..SliceSet::default()
                };
                let data = Rc::new(SliceData::new(data, device));
                Candidate::Segment(Box::new(Session::segment(config.clone(), data)?))
            }
        })
    }

    /// Makes training steps and waits for their losses.
    async fn train(&mut self, steps: usize) -> Result<(), EngineError> {
        match self {
            Candidate::Classify(session) => train(session, steps).await,
            Candidate::Segment(session) => train(session, steps).await,
        }
    }
}

async fn train<T: TrainingTask>(session: &mut Session<T>, steps: usize) -> Result<(), EngineError> {
    for _ in 0..steps {
        session.train().await;
    }
    session.read_losses().await.map(drop)
}
