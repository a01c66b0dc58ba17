//! Which device trains a network faster: a few real steps on each, on noise.

use std::rc::Rc;

use burn::tensor::Device;
use data::rng::Rng;
use data::{Case, Dataset, Images, SliceSet, Slices};
use model::{DataShape, IMAGE_LEN, Lab, RunConfig, RunConfigError};

use crate::classify::{Classify, ImageData};
use crate::error::EngineError;
use crate::segment::{Segment, SliceData};
use crate::session::Session;

/// Steps that are timed, after one that pays for shaders and memory.
const STEPS: usize = 3;

/// A first step on the CPU that takes so many seconds says enough: it compiles nothing.
const LONG: f64 = 0.5;

/// A network to be trained on two devices, a piece of work at a time.
pub(crate) struct Benchmark {
    config: RunConfig,
    shape: DataShape,
    /// Devices that have not been measured, last first.
    devices: Vec<Device>,
    present: Option<Contestant>,
    /// Images a second, in the order of the devices.
    found: Vec<f64>,
}

/// A fresh network on one device.
enum Contestant {
    Classify(Box<Session<Classify>>),
    Segment(Box<Session<Segment>>),
}

impl Benchmark {
    /// Of a network that has passed [`RunConfig::check`], on an engine's device and on the CPU.
    pub(crate) fn new(config: RunConfig, shape: DataShape, device: Device) -> Self {
        let devices = vec![Device::flex(), device];
        Self { config, shape, devices, present: None, found: Vec::new() }
    }

    /// Whether nothing is left to measure.
    pub(crate) fn is_over(&self) -> bool {
        self.present.is_none() && self.devices.is_empty()
    }

    /// Makes some steps, timed by `now`, which gives seconds. Images a second on both devices once
    /// both were measured.
    pub(crate) async fn advance(
        &mut self,
        now: impl Fn() -> f64,
    ) -> Result<Option<[f64; 2]>, EngineError> {
        let seconds = match self.present.take() {
            Some(mut contestant) => {
                let start = now();
                contestant.train(STEPS).await?;
                (now() - start) / STEPS as f64
            }
            None => {
                let Some(device) = self.devices.pop() else { return Ok(None) };
                let Ok(mut contestant) = Contestant::new(&self.config, self.shape, &device) else {
                    self.devices.clear();
                    return Ok(None);
                };
                let start = now();
                contestant.train(1).await?;
                let seconds = now() - start;
                if seconds < LONG || !self.devices.is_empty() {
                    self.present = Some(contestant);
                    return Ok(None);
                }
                seconds
            }
        };
        self.found.push(self.config.batch as f64 / seconds.max(f64::MIN_POSITIVE));
        Ok(<[f64; 2]>::try_from(self.found.as_slice()).ok())
    }
}

impl Contestant {
    fn new(config: &RunConfig, shape: DataShape, device: &Device) -> Result<Self, RunConfigError> {
        let (batch, classes) = (config.batch, shape.classes);
        let mut rng = Rng::new(1);
        let mut noise = |count: usize, below: usize| -> Vec<u8> {
            (0..count).map(|_| rng.below(below.max(1) as u64) as u8).collect()
        };
        let names = vec![String::new(); classes];
        Ok(match config.lab() {
            Lab::Classify => {
                let images =
                    Images { labels: noise(batch, classes), pixels: noise(batch * IMAGE_LEN, 256) };
                let data = Dataset { classes: names, train: images.clone(), test: images };
                let data = Rc::new(ImageData::new(&data, device));
                Contestant::Classify(Box::new(Session::classify(config.clone(), data)?))
            }
            Lab::Segment => {
                let pixels = batch * shape.size[0] * shape.size[1];
                let slices = Slices {
                    images: noise(pixels, 256),
                    masks: noise(pixels, classes),
                    cases: vec![Case::unmeasured("")],
                    case_of: vec![0; batch],
                    size: shape.size,
                };
                let data = SliceSet { classes: names, train: slices.clone(), test: slices };
                let data = Rc::new(SliceData::new(data, device));
                Contestant::Segment(Box::new(Session::segment(config.clone(), data)?))
            }
        })
    }

    /// Makes steps and waits for them.
    async fn train(&mut self, steps: usize) -> Result<(), EngineError> {
        match self {
            Contestant::Classify(session) => train(session, steps).await,
            Contestant::Segment(session) => train(session, steps).await,
        }
    }
}

async fn train<L: crate::session::Learner>(
    session: &mut Session<L>,
    steps: usize,
) -> Result<(), EngineError> {
    for _ in 0..steps {
        session.train();
    }
    session.read_losses().await.map(drop)
}
