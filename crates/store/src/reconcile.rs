//! Reconciliation: issues the commands that take the engine from its current state to the state
//! that the visitor asked for.
//!
//! Runs once after every action, and issues each command once. The order follows the dependencies:
//! data on the page, a worker on the right device, data in the engine, a run with the right
//! configuration, and the visitor's command to the run.

use std::sync::Arc;

use model::{DataShape, Lab};
use protocol::{Command, ErrorCode, Problem, RunId};

use crate::effect::Effect;
use crate::engine::{EngineData, EngineStatus};
use crate::first_weights::FirstWeights;
use crate::pack_events::replacement;
use crate::packs::PackStatus;
use crate::progress::Progress;
use crate::run::{Run, RunCommand};
use crate::state::State;
use model::DatasetKey;

impl State {
    /// Issues the commands that are missing.
    pub(crate) fn reconcile(&mut self, effects: &mut Vec<Effect>) {
        self.fetch_and_show(effects);
        if self.debouncing || !matches!(self.engine.status, EngineStatus::Ready(_)) {
            return;
        }
        if self.wanted_device() != self.engine.device {
            return self.start_worker(effects);
        }
        if let Some(shape) = self.load(effects) {
            self.configure(shape, effects);
        }
        self.forward_watched_step(effects);
        self.forward_pending_command(effects);
    }

    fn fetch_and_show(&mut self, effects: &mut Vec<Effect>) {
        let source = self.packs.with_import(self.link.config.data);
        self.link.config.data = source;
        match self.packs.status(source).clone() {
            PackStatus::Unavailable(problem) => {
                self.report(problem, effects);
                self.link.config.choose_data(replacement(source));
                // The replacement may have to be fetched, or be missing as well.
                return self.fetch_and_show(effects);
            }
            PackStatus::Listed { file, bytes } => {
                effects.push(Effect::FetchPack { source, file, bytes });
                self.packs.set(source, PackStatus::Loading(Progress { received: 0, total: bytes }));
                return;
            }
            PackStatus::Unlisted | PackStatus::Loading(_) => return,
            PackStatus::Ready => {}
        }
        let key = DatasetKey::of(&self.link.config);
        if self.shown != Some(key) && !self.debouncing {
            // The visitor's own slices belong to one kind of data set.
            if self.shown.is_some_and(|shown| shown.source.slug() != key.source.slug()) {
                self.own_slices = None;
            }
            self.shown = Some(key);
            effects.push(Effect::LoadDataset(key));
        }
    }

    /// Loads the data into the engine. Returns the shape of the data once they are ready.
    fn load(&mut self, effects: &mut Vec<Effect>) -> Option<DataShape> {
        let key = DatasetKey::of(&self.link.config);
        match &self.engine.data {
            EngineData::Ready(loaded, info) if *loaded == key => return Some(info.shape()),
            EngineData::Loading(loading) if *loading == key => {}
            _ if self.loaded == Some(key) => {
                // A run on the old data cannot continue.
                self.stop(effects);
                self.archive_run();
                self.engine.data = EngineData::Loading(key);
                effects.push(Effect::SendData(key));
            }
            _ => {}
        }
        None
    }

    /// Sets up a run with the configuration of the page.
    fn configure(&mut self, shape: DataShape, effects: &mut Vec<Effect>) {
        if let Err(error) = self.link.config.check(shape) {
            // The editor shows the reason at the layer. The last valid run stays on the page.
            self.stop(effects);
            if self.pending_command.take().is_some() {
                self.report(Problem::new(ErrorCode::BadConfig, error), effects);
            }
            return;
        }
        if self.has_wanted_run() {
            return;
        }
        self.drop_misfit_weights(shape, effects);
        if self.has_wanted_run() {
            return;
        }
        self.archive_run();
        let id = RunId(self.last_run.0 + 1);
        self.last_run = id;
        let config = self.link.config.clone();
        let first_weights = self.first_weights.clone();
        effects.push(Effect::SendCommand(Command::Configure {
            run: id,
            config: config.clone(),
            first_weights: first_weights
                .as_ref()
                .and_then(|weights| weights.initial_weights(&config.task, shape)),
        }));
        self.run = Some(Run { first_weights, ..Run::new(id, config) });
    }

    /// Returns whether the run is the one that the visitor wants.
    fn has_wanted_run(&self) -> bool {
        let number = |weights: &Option<Arc<FirstWeights>>| weights.as_ref().map(|one| one.number);
        self.run.as_ref().is_some_and(|run| {
            run.config == self.link.config
                && number(&run.first_weights) == number(&self.first_weights)
        })
    }

    /// Sends the pending command of the visitor if the run is ready. Drops a command that has been
    /// sent already or that comes after the end of the run.
    fn forward_pending_command(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.run.as_ref().filter(|run| run.size.is_some()) else { return };
        let Some(command) = self.pending_command else { return };
        let is_sent = match command {
            // After Epoch, Play is not redundant: it continues beyond the end of the epoch.
            RunCommand::Play => run.moves() && run.unconfirmed_command != Some(RunCommand::Epoch),
            other => run.unconfirmed_command == Some(other),
        };
        let is_useless = is_sent || run.has_ended();
        self.pending_command = None;
        if let Err(error) = self.link.config.check(self.engine.data.shape()) {
            self.report(Problem::new(ErrorCode::BadConfig, error), effects);
        } else if !is_useless {
            self.send_to_run(command, effects);
        }
    }
    /// Tells a run that is ready which unit to watch, if that has changed.
    fn forward_watched_step(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.run.as_mut().filter(|run| run.size.is_some()) else { return };
        if run.config.lab() == Lab::Classify && run.watched_step != self.watched_step {
            run.watched_step = self.watched_step;
            let command = Command::WatchStep { run: run.id, unit: run.watched_step };
            effects.push(Effect::SendCommand(command));
        }
    }

    /// Asks for the batch of the next step, unless the run is training.
    pub(crate) fn look_ahead(&self, effects: &mut Vec<Effect>) {
        let run = self.run.as_ref().filter(|run| run.size.is_some() && !run.moves());
        if let Some(run) = run.filter(|run| !run.has_ended()) {
            effects.push(Effect::SendCommand(Command::LookAhead(run.id)));
        }
    }
}
