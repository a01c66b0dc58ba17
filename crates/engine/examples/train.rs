//! Trains without a browser, through the same engine, and prints one line of JSON an epoch.
//!
//! ```text
//! cargo run --release -p engine --example train -- \
//!     --data PACK --model cnn --epochs 10 --seed 1 --device cpu
//! ```
//!
//! `--data` takes the path of a pack, or `phantom`; `--device` takes `cpu`, or `wgpu` for the
//! machine's graphics processor. Every other option is a parameter of the page's link: `--model`,
//! `--layers`, `--seed`, `--batch`, `--epochs`, `--optimizer`, `--lr`, `--momentum`, `--decay`,
//! `--noise`, `--rotation`.

use std::cell::RefCell;
use std::process::ExitCode;
use std::time::Instant;

use engine::burn::tensor::Device;
use engine::{Host, serve};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::executor::block_on;
use protocol::query::{self, Link};
use protocol::{Command, EpochReport, Event, RunConfig, RunId, RunState};

const USAGE: &str = "Usage: train --data PACK|phantom [--device cpu|wgpu] [--model mlp|cnn] \
[--layers STACK] [--seed N] [--batch N] [--epochs N] [--optimizer sgd|adam|adamw] [--lr RATE] …";

const RUN: RunId = RunId(1);

/// What the command line asks for.
struct Wish {
    config: RunConfig,
    pack: Vec<u8>,
    device: Device,
}

impl Wish {
    fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.peekable();
        let (mut pack, mut device, mut pairs) = (None, Device::flex(), Vec::new());
        while let Some(option) = arguments.next() {
            let key = option.strip_prefix("--").ok_or(format!("“{option}” is no option."))?;
            let value = arguments.next().ok_or(format!("{option} needs a value."))?;
            match (key, value.as_str()) {
                ("data", "phantom") => pack = Some(Vec::new()),
                ("data", path) => {
                    let bytes = std::fs::read(path).map_err(|e| format!("{path}: {e}."))?;
                    pack = Some(bytes);
                }
                ("device", "cpu") => {}
                ("device", "wgpu") => device = gpu()?,
                ("device", other) => {
                    return Err(format!("The devices are cpu and wgpu, not {other}."));
                }
                _ if KEYS.contains(&key) => pairs.push(format!("{key}={value}")),
                _ => return Err(format!("There is no option {option}.")),
            }
        }
        let pack = pack.ok_or("--data is missing.")?;
        let source = if pack.is_empty() { "phantom" } else { "mednist" };
        let (Link { config, .. }, complaints) =
            query::parse(&format!("data={source}&{}", pairs.join("&")));
        match complaints.is_empty() {
            true => Ok(Self { config, pack, device }),
            false => Err(complaints.join("\n")),
        }
    }
}

/// The machine's graphics processor.
#[cfg(feature = "gpu")]
fn gpu() -> Result<Device, String> {
    Ok(Device::wgpu(engine::burn::tensor::DeviceKind::DefaultDevice))
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> Result<Device, String> {
    Err("This build knows no GPU. Build it with the feature “gpu”.".into())
}

/// Parameters of a link that make sense here.
const KEYS: [&str; 11] = [
    "model",
    "layers",
    "seed",
    "batch",
    "epochs",
    "optimizer",
    "lr",
    "momentum",
    "decay",
    "noise",
    "rotation",
];

/// Answers events with the next command.
struct Terminal {
    start: Instant,
    commands: RefCell<Option<UnboundedSender<Command>>>,
    config: RunConfig,
    failed: RefCell<Option<String>>,
}

impl Terminal {
    fn send(&self, command: Command) {
        if let Some(commands) = &*self.commands.borrow() {
            // The engine listens until the sender is dropped.
            let _ = commands.unbounded_send(command);
        }
    }

    fn print(&self, report: &EpochReport) {
        println!(
            "{}",
            serde_json::json!({
                "epoch": report.epoch,
                "step": report.step,
                "trainLoss": report.train_loss,
                "testLoss": report.test.loss,
                "testAccuracy": report.test.accuracy,
                "imagesPerSecond": report.images_per_second,
                "seconds": self.now(),
            })
        );
    }
}

impl Host for &Terminal {
    fn emit(&self, event: Event) {
        match event {
            Event::DataReady { .. } => {
                self.send(Command::Configure { run: RUN, config: self.config.clone() });
            }
            // The untrained network's figures are there: nothing is skipped.
            Event::Epoch { report, .. } => {
                self.print(&report);
                if report.epoch == 0 {
                    self.send(Command::Play(RUN));
                }
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
    let wish = match Wish::read(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(sentence) => {
            eprintln!("{sentence}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let (sender, commands) = unbounded();
    let terminal = Terminal {
        start: Instant::now(),
        commands: RefCell::new(Some(sender)),
        failed: RefCell::new(None),
        config: wish.config,
    };
    terminal.send(Command::LoadData {
        source: terminal.config.data,
        seed: terminal.config.seed,
        pack: wish.pack,
    });
    block_on(serve(wish.device, &terminal, commands));
    match terminal.failed.take() {
        None => ExitCode::SUCCESS,
        Some(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
