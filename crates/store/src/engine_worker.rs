//! Start of the engine's worker, choice of its device, and handling of its failures.

use model::DeviceChoice;
use protocol::{DeviceKind, ErrorCode, Problem};

use crate::effect::Effect;
use crate::engine::{EngineData, EngineStatus};
use crate::run::RunCommand;
use crate::state::State;

/// Maximum number of consecutive worker failures after which another worker is started.
pub(crate) const MAX_CRASHES: u32 = 3;

/// Maximum length of an error message within a sentence, in characters.
const MAX_REASON_CHARS: usize = 160;

impl State {
    /// Returns the device on which the engine should train. With automatic choice the worker
    /// decides if nothing was measured, else it is the faster device. A run that has completed a
    /// step keeps its device.
    pub(crate) fn wanted_device(&self) -> DeviceChoice {
        let engine = &self.engine;
        if engine.on_cpu.is_some() {
            return DeviceChoice::Cpu;
        }
        let config = &self.link.config;
        if config.device != DeviceChoice::Auto {
            return config.device;
        }
        let moved = self.run.as_ref().is_some_and(|run| run.config == *config && run.step() > 0);
        if engine.automatic && moved {
            return engine.device;
        }
        match self.speeds.of(config).map(|speed| speed.faster()) {
            Some(DeviceKind::Cpu) => DeviceChoice::Cpu,
            Some(DeviceKind::Gpu) | None => DeviceChoice::Auto,
        }
    }

    /// Replaces the current worker by a new one. The current run is kept as an overlay.
    pub(crate) fn start_worker(&mut self, effects: &mut Vec<Effect>) {
        self.archive_run();
        let device = self.wanted_device();
        let engine = &mut self.engine;
        engine.worker += 1;
        engine.status = EngineStatus::Starting;
        engine.data = EngineData::None;
        engine.device = device;
        engine.automatic = engine.on_cpu.is_none() && self.link.config.device == DeviceChoice::Auto;
        effects.push(Effect::StartWorker { worker: engine.worker, device });
    }

    /// Continues with a new worker on the CPU after the worker crashed or its device was lost,
    /// unless the engine has never started on the CPU or has crashed too often.
    pub(crate) fn on_worker_failure(&mut self, message: &str, effects: &mut Vec<Effect>) {
        let engine = &mut self.engine;
        engine.crashes += 1;
        let never_started =
            engine.status == EngineStatus::Starting && engine.device == DeviceChoice::Cpu;
        let message = shortened(message);
        if never_started || engine.crashes > MAX_CRASHES {
            let sentence = format!(
                "The engine does not run in this browser ({message}). Reload the page, or try the \
                 newest Chrome, Edge, Firefox or Safari."
            );
            engine.status = EngineStatus::Failed(sentence.clone());
            engine.data = EngineData::None;
            self.pending_command = None;
            self.archive_run();
            effects.push(Effect::StopWorker);
            return self.report(Problem::new(ErrorCode::Engine, sentence), effects);
        }
        let sentence = format!(
            "The engine stopped ({message}). It has been started again on the CPU, and the run \
             starts anew."
        );
        if self.run.as_ref().is_some_and(|run| run.moves()) {
            self.pending_command = Some(RunCommand::Play);
        }
        self.engine.on_cpu = Some("The engine stopped on the chosen device.".into());
        self.start_worker(effects);
        self.report(Problem::new(ErrorCode::Device, sentence), effects);
    }
}

/// Returns the first line of a message, shortened so that it fits into a sentence.
fn shortened(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    if line.is_empty() {
        return "no reason was given".into();
    }
    match line.char_indices().nth(MAX_REASON_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
