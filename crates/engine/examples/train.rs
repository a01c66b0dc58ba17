//! Trains without a browser, with the same engine, and prints one line of JSON per epoch.
//!
//! ```text
//! cargo run --release -p engine --example train -- \
//!     --data PACK --model cnn --epochs 10 --seed 1 --device cpu
//! cargo run --release -p engine --example train -- --lab segment --data PACK --skips 00
//! ```
//!
//! Curves are of the validation set. With `--test-set open`, the test set is opened at the end of the
//! run, and one more line printed.
//!
//! `--data` takes the path of a pack, or, for generated images, `nodules` or `phantom` in the
//! classification lab and `ventricles` in the segmentation lab. `--device` takes `cpu`, or `wgpu` for the GPU of the
//! machine. Every other option is a parameter of the page's links, from the table
//! [`model::params`]; `--help` lists them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use data::{Dataset, Split};
use engine::burn::tensor::Device;
use engine::{Host, serve};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::executor::block_on;
use metrics::{BinaryCases, area_under_roc};
use model::params;
use model::{DataSource, DatasetKey, Lab, RunConfig};
use protocol::{Command, EpochReport, Evaluation, Event, RunId, RunState, TestReport};

const RUN: RunId = RunId(1);

/// Option that is no parameter of links.
const TEST_SET: &str = "test-set";

/// Returns the help text for all options.
fn help() -> String {
    format!(
        "Usage: train --data PACK|nodules|phantom [OPTION VALUE]…\n       \
         train --lab segment --data PACK|ventricles [OPTION VALUE]…\n\n  \
         --data       path of a pack, or generated images: nodules, phantom, ventricles\n  \
         --device     cpu, wgpu, default cpu\n  \
         --test-set   open: evaluates on the test set at the end\n{}",
        params::command_line_help(&["data", "device"])
    )
}

/// Parsed command line.
struct Args {
    config: RunConfig,
    dataset: Dataset,
    device: Device,
    opens_test_set: bool,
}

impl Args {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let values = pairs(arguments)?;
        let get = |key: &str| values.get(key).map(String::as_str);
        let device = match get("device") {
            None | Some("cpu") => Device::flex(),
            Some("wgpu") => gpu()?,
            Some(other) => return Err(format!("The devices are cpu and wgpu, not {other}.")),
        };
        let opens_test_set = match get(TEST_SET) {
            None => false,
            Some("open") => true,
            Some(other) => return Err(format!("--test-set takes open, not {other}.")),
        };
        let lab = match get("lab") {
            Some("segment") => Lab::Segment,
            _ => Lab::Classify,
        };
        let path = get("data").ok_or("--data is missing.")?;
        let packed = RunConfig::default_for(lab).data;
        let mut generated =
            DataSource::of_lab(lab).iter().filter(|source| source.pack_name().is_none());
        let (source, pack) = match generated.find(|source| source.slug() == path) {
            Some(source) => (*source, Vec::new()),
            None => (packed, std::fs::read(path).map_err(|e| format!("{path}: {e}."))?),
        };
        let value_of = |key: &str| match key {
            "data" => Some(source.slug()),
            "device" | TEST_SET => None,
            _ => get(key),
        };
        let mut complaints = Vec::new();
        let mut config = RunConfig::default();
        params::set_all(
            &mut config,
            value_of,
            |text| text.parse().ok(),
            |key, value, rule| complaints.push(format!("--{key} {value}: {rule}")),
        );
        // Unlike in a link, an option that has no effect is an error.
        let has = |key: &str| {
            params::all().any(|param| param.key == key && (param.applies.holds)(&config))
        };
        for key in values.keys().filter(|key| *key != TEST_SET && !has(key)) {
            complaints.push(format!("--{key} has no effect on this run."));
        }
        match complaints.is_empty() {
            true => {
                let (_, dataset) = data::load(DatasetKey::of(&config), pack)
                    .map_err(|error| format!("{path}: {error}"))?;
                Ok(Self { config, dataset, device, opens_test_set })
            }
            false => Err(complaints.join("\n")),
        }
    }
}

/// Parses options, each followed by its value.
fn pairs(mut arguments: impl Iterator<Item = String>) -> Result<BTreeMap<String, String>, String> {
    let mut pairs = BTreeMap::new();
    while let Some(option) = arguments.next() {
        let key = option.strip_prefix("--").ok_or(format!("“{option}” is no option."))?;
        if key != TEST_SET && !params::all().any(|param| param.key == key) {
            return Err(format!("There is no option {option}."));
        }
        let value = arguments.next().ok_or(format!("{option} needs a value."))?;
        pairs.insert(key.to_owned(), value);
    }
    Ok(pairs)
}

/// Returns the device for the machine's GPU.
#[cfg(feature = "gpu")]
fn gpu() -> Result<Device, String> {
    Ok(Device::wgpu(engine::burn::tensor::DeviceKind::DefaultDevice))
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> Result<Device, String> {
    Err("This build knows no GPU. Build it with the feature “gpu”.".into())
}

/// Host that prints reports and responds to events with the next command.
struct Terminal {
    start: Instant,
    commands: RefCell<Option<UnboundedSender<Command>>>,
    config: RunConfig,
    dataset: Dataset,
    opens_test_set: bool,
    failed: RefCell<Option<String>>,
}

impl Terminal {
    fn send(&self, command: Command) {
        if let Some(commands) = &*self.commands.borrow() {
            // The engine accepts commands until the sender is dropped.
            let _ = commands.unbounded_send(command);
        }
    }

    fn print(&self, report: &EpochReport) {
        let mut line = serde_json::json!({
            "epoch": report.epoch,
            "step": report.step,
            "trainLoss": report.train_loss,
            "trainAccuracy": report.train_accuracy,
            "imagesPerSecond": report.images_per_second,
            "seconds": self.now(),
        });
        self.add(&mut line, &report.test, self.dataset.evaluated());
        println!("{line}");
    }

    /// Adds the figures of an evaluation to a line.
    fn add(&self, line: &mut serde_json::Value, test: &TestReport, split: Split) {
        line["testLoss"] = test.loss().into();
        match test {
            TestReport::Classify(test) => {
                line["testAccuracy"] = test.accuracy.into();
                line["testAuc"] = self.area_under_roc(test, split).into();
            }
            TestReport::Segment(test) => {
                line["testAccuracy"] = test.pixel_accuracy.into();
                line["testDice"] =
                    serde_json::json!({"mean": test.mean_dice(), "classes": test.dice});
                line["hausdorff95"] = test.mean_hausdorff95_mm().into();
                line["volumeErrorMl"] = test.mean_volume_error_ml().into();
            }
        }
    }

    /// Returns the area under the ROC curve of the second of two classes.
    fn area_under_roc(&self, test: &Evaluation, split: Split) -> Option<f64> {
        let Dataset::Images(set) = &self.dataset else { return None };
        if set.classes.len() != 2 {
            return None;
        }
        let positive = set.split(split).labels.iter().map(|label| *label == 1).collect();
        let scores: Vec<f32> = test.probabilities.iter().skip(1).step_by(2).copied().collect();
        BinaryCases::new(positive, &scores).ok().map(|cases| area_under_roc(&cases))
    }
}

impl Host for &Terminal {
    fn emit(&self, event: Event) {
        match event {
            Event::DataReady { .. } => {
                self.send(Command::Configure {
                    run: RUN,
                    config: self.config.clone(),
                    first_weights: None,
                });
            }
            // Play is sent after the evaluation of the untrained network, so that the evaluation is
            // not skipped.
            Event::Epoch { report, .. } => {
                self.print(&report);
                if report.epoch == 0 {
                    self.send(Command::Play(RUN));
                }
            }
            Event::State { state: RunState::Finished, .. } if self.opens_test_set => {
                self.send(Command::OpenTestSet { run: RUN, dataset: self.dataset.clone() });
            }
            Event::TestSet { epoch, report, .. } => {
                let mut line = serde_json::json!({"opened": "test set", "epoch": epoch});
                self.add(&mut line, &report.test, Split::Test);
                println!("{line}");
                self.commands.take();
            }
            Event::State { state: RunState::Finished, .. } => {
                self.commands.take();
            }
            Event::Error { problem, .. } => {
                self.failed.replace(Some(problem.message));
                self.commands.take();
            }
            _ => {}
        }
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    async fn yield_now(&self) {}
}

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--help" || argument == "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(sentence) => {
            eprintln!("{sentence}\n`--help` lists all options.");
            return ExitCode::FAILURE;
        }
    };
    let (sender, commands) = unbounded();
    let terminal = Terminal {
        start: Instant::now(),
        commands: RefCell::new(Some(sender)),
        failed: RefCell::new(None),
        config: args.config,
        dataset: args.dataset.clone(),
        opens_test_set: args.opens_test_set,
    };
    terminal
        .send(Command::LoadData { key: DatasetKey::of(&terminal.config), dataset: args.dataset });
    block_on(serve(args.device, &terminal, commands));
    match terminal.failed.take() {
        None => ExitCode::SUCCESS,
        Some(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
