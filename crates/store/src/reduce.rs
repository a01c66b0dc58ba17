//! The reducer: applies an action to the state, and returns effects for the page to perform.
//!
//! The reducer works in two steps. `State::apply` records what the visitor wants or what the engine
//! has reported; then `State::reconcile` compares the state with what the visitor wants, and issues
//! the missing commands. Therefore the order in which engine, data and clicks arrive does not
//! matter.

use model::permalink::write;
use model::{DeviceChoice, RunConfig, check_learning_rate};
use protocol::embed::EmbedEvent;
use protocol::{Command, ErrorCode, Problem};

use crate::action::Action;
use crate::effect::Effect;
use crate::engine::EngineStatus;
use crate::first_weights::WeightsRequest;
use crate::packs::PackStatus;
use crate::run::{Run, RunCommand};
use crate::slices::SelectedSlice;
use crate::state::{PredictionRequest, State};

/// Applies an action to the state and returns the effects that follow from it.
pub fn reduce(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.apply(action, &mut effects);
    state.reconcile(&mut effects);
    state.follow_run(&mut effects);
    effects
}

impl State {
    fn apply(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Open(complaints) => {
                effects.extend([Effect::LoadEngine, Effect::ListPacks]);
                for complaint in complaints {
                    self.report(Problem::new(ErrorCode::BadLink, complaint), effects);
                }
            }
            Action::SetConfig(config) => self.edit(config, effects),
            Action::SetLab(lab) if self.is_lab_locked(lab, effects) => {}
            Action::SetLab(lab) => self.switch_lab(lab, effects),
            Action::ShowView { pane, view } => self.show_view(pane, view, effects),
            Action::SetViews(views) => self.set_views(views, effects),
            Action::SetStudy(study) => self.set_study(study, effects),
            Action::TogglePresent => self.toggle_present(effects),
            Action::SetLearningRate(rate) => {
                let config = RunConfig { learning_rate: rate, ..self.link.config.clone() };
                self.edit(config, effects);
            }
            Action::SetDevice(device) => self.set_device(device, effects),
            Action::SetLink { link, id } => self.set_link(*link, id, effects),
            Action::ReportState(id) => {
                effects.push(Effect::Emit(EmbedEvent::Report(self.report_state(id))));
            }
            Action::Play => self.request(RunCommand::Play),
            Action::Step => self.request(RunCommand::Step),
            Action::Epoch => self.request(RunCommand::Epoch),
            Action::Test => self.test(effects),
            Action::RestoreBest => self.restore_best(effects),
            Action::OpenTestSet => self.open_test_set(effects),
            Action::Pause => self.pause(effects),
            Action::Toggle if self.is_moving() => self.pause(effects),
            Action::Toggle => self.request(RunCommand::Play),
            Action::Reset => self.reset(),
            Action::Predict(pixels) => {
                self.prediction = Some(PredictionRequest { request: 0, pixels, logits: None });
                self.refresh_predictions(effects);
            }
            Action::SelectSlice { data, image, pixels } => {
                self.select_slice(SelectedSlice { data, image, pixels });
            }
            Action::Segment { pixels, size } => self.set_own_slices(pixels, size, effects),
            Action::SaveWeights => self.save_weights(effects),
            Action::WeightsSaved => self.saved_weights = WeightsRequest::None,
            Action::LoadWeights(weights) => self.load_weights(weights, effects),
            Action::DropWeights => self.drop_weights(),
            Action::StartFromClassifier => self.start_from_classifier(effects),
            Action::UseAsEncoder => self.use_as_encoder(effects),
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::Report(problem) => self.report(problem, effects),
            Action::DebounceElapsed => self.debouncing = false,
            Action::EngineProgress(progress) => {
                if let EngineStatus::Loading(status) = &mut self.engine.status {
                    *status = progress;
                }
            }
            Action::EngineLoaded => self.start_worker(effects),
            Action::EngineUnavailable(sentence) => {
                self.engine.status = EngineStatus::Failed(sentence.clone());
                self.pending_command = None;
                self.report(Problem::new(ErrorCode::Engine, sentence), effects);
            }
            Action::EngineEvent { worker, event } if worker == self.engine.worker => {
                self.on_event(event, effects);
            }
            Action::WorkerFailed { worker, message } if worker == self.engine.worker => {
                self.on_worker_failure(&message, effects);
            }
            Action::EngineEvent { .. } | Action::WorkerFailed { .. } => {}
            Action::DatasetLoaded(key) => self.loaded = Some(key),
            Action::InterpreterStarted => self.on_interpreter_started(),
            Action::CheckpointStored { run, step, epochs } => {
                self.on_checkpoint_stored(run, step, epochs);
            }
            Action::WatchWeights(watched) => self.watch_weights(watched),
            Action::WatchStep(unit) => self.watched_step = unit,
            Action::LookAhead => self.look_ahead(effects),
            Action::CheckpointIntervalElapsed => self.on_checkpoint_interval(effects),
            Action::PacksListed(listed) => self.on_packs_listed(&listed),
            Action::PacksUnlisted(problem) => self.on_packs_unlisted(&problem),
            Action::PackProgress(source, progress) => self.on_pack_progress(source, progress),
            Action::PackReady(source) => self.packs.set(source, PackStatus::Ready),
            Action::PackFailed(source, problem) => self.on_pack_failure(source, problem),
            Action::UseOwnData(source) => self.use_own_data(source, effects),
            Action::ForgetOwnData => self.forget_own_data(effects),
        }
    }

    /// Applies a configuration that the visitor edited, unless a changed setting is locked.
    pub(crate) fn edit(&mut self, config: RunConfig, effects: &mut Vec<Effect>) {
        match self.why_locked(&config) {
            Some(reason) => self.report(Problem::new(ErrorCode::BadConfig, reason), effects),
            None => self.apply_edit(config, effects),
        }
    }

    /// Applies an edited configuration. If only the learning rate has changed, the run continues
    /// with the new rate.
    pub(crate) fn apply_edit(&mut self, config: RunConfig, effects: &mut Vec<Effect>) {
        if config == self.link.config {
            return;
        }
        let rate = config.learning_rate;
        // A NaN must also be rejected because it is not equal to itself: every action would set up
        // another run.
        if let Err(error) = check_learning_rate(rate) {
            return self.report(Problem::new(ErrorCode::BadConfig, error), effects);
        }
        let only_rate = RunConfig { learning_rate: rate, ..self.link.config.clone() } == config;
        self.link.config = config;
        effects.push(Effect::ReplaceUrl(write(&self.link)));
        match &mut self.run {
            // A finished run cannot use a new learning rate, so the visitor wants to start again.
            Some(run) if only_rate && run.size.is_some() && !run.has_ended() => {
                run.config.learning_rate = rate;
                let command = Command::SetLearningRate { run: run.id, value: rate };
                effects.push(Effect::SendCommand(command));
            }
            _ => {
                self.debouncing = true;
                effects.push(Effect::Debounce);
            }
        }
    }

    /// Sets the device for training. Has an effect even if the device is unchanged, when the engine
    /// has crashed on it and uses the CPU instead.
    fn set_device(&mut self, device: DeviceChoice, effects: &mut Vec<Effect>) {
        let config = RunConfig { device, ..self.link.config.clone() };
        if config != self.link.config || self.engine.on_cpu.is_some() {
            self.engine.on_cpu = None;
            self.engine.crashes = 0;
            self.edit(config, effects);
        }
    }

    fn is_moving(&self) -> bool {
        self.pending_command.is_some() || self.run.as_ref().is_some_and(|run| run.moves())
    }

    /// Stores a command for the run. It is sent during reconciliation, now or when a run is ready.
    fn request(&mut self, command: RunCommand) {
        self.debouncing = false;
        if !matches!(self.engine.status, EngineStatus::Failed(_)) {
            self.pending_command = Some(command);
        }
    }

    fn pause(&mut self, effects: &mut Vec<Effect>) {
        self.pending_command = None;
        self.stop(effects);
    }

    /// Sets up the run again, unless it is at step 0 already.
    fn reset(&mut self) {
        self.debouncing = false;
        self.pending_command = None;
        let has_moved = |run: &Run| run.step() > 0 || run.unconfirmed_command.is_some();
        if self.run.as_ref().is_some_and(has_moved) {
            self.archive_run();
        }
    }
}

#[cfg(test)]
mod tests;
