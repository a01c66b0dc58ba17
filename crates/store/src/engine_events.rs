//! State changes in response to events of the engine.

use std::sync::Arc;

use model::DeviceChoice;
use protocol::embed::{EmbedEvent, TestDice};
use protocol::{
    BatchTracePhase, Command, DeviceInfo, DeviceKind, EpochReport, ErrorCode, Event, Problem,
    RunState, StepReport, TestReport,
};

use crate::effect::Effect;
use crate::engine::{EngineData, EngineStatus};
use crate::run::{EpochPoint, Run, RunCommand, RunSize};
use crate::shared_evaluation::SharedEvaluation;
use crate::speeds::Speed;
use crate::state::State;

impl State {
    /// Applies an event of the current worker. Events of earlier runs are dropped.
    pub(crate) fn on_event(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Ready(info) => self.on_ready(info, effects),
            Event::WantsReplicas(count) => effects.push(Effect::StartReplicas(count)),
            Event::DataReady { key, info } => {
                if self.engine.data == EngineData::Loading(key) {
                    self.engine.data = EngineData::Ready(key, info);
                }
            }
            Event::Error { run: None, problem } => self.on_problem(problem, effects),
            event => {
                if self.run.as_ref().is_some_and(|run| event.run() == Some(run.id)) {
                    self.on_run_event(event, effects);
                }
            }
        }
    }

    fn on_ready(&mut self, mut info: DeviceInfo, effects: &mut Vec<Effect>) {
        if let Some(reason) = &self.engine.on_cpu {
            info.reason.clone_from(reason);
            info.choice = self.link.config.device;
        } else if self.engine.automatic {
            info.choice = DeviceChoice::Auto;
            annotate_speedup(&mut info, self.speeds.of(&self.link.config));
        }
        effects.push(Effect::Emit(EmbedEvent::Ready {
            device: match info.kind {
                DeviceKind::Gpu => "gpu",
                DeviceKind::Cpu => "cpu",
            },
            adapter: info.adapter.clone(),
            build: self.build.clone(),
        }));
        self.engine.status = EngineStatus::Ready(info);
    }

    /// Applies an event of the current run.
    fn on_run_event(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else { return };
        match event {
            Event::RunReady { parameters, steps_per_epoch, .. } => {
                run.size = Some(RunSize { parameters, steps_per_epoch });
                self.compare_devices(effects);
                if let Some(command) = self.pending_command.take() {
                    self.send_to_run(command, effects);
                }
                self.refresh_predictions(effects);
            }
            Event::Benchmark { device: gpu, cpu, .. } => {
                self.on_benchmark(Speed { gpu, cpu }, effects);
            }
            Event::State { state: now, step, .. } => self.on_run_state(now, step, effects),
            Event::Steps { first, losses, timing, .. } => {
                self.engine.crashes = 0;
                run.timing = timing;
                write_losses(run, first, &losses);
                effects.push(Effect::EmitSteps { first, losses });
            }
            Event::Epoch { report, .. } => self.on_epoch(report, effects),
            Event::Tested { report, .. } => self.on_tested(report, effects),
            Event::Restored { epoch, report, .. } => self.on_restored(epoch, report, effects),
            Event::TestSet { epoch, report, .. } => self.on_test_set(epoch, report),
            Event::BatchTrace { trace, .. } => {
                if run.unconfirmed_command == Some(RunCommand::Step)
                    && matches!(trace.phase, BatchTracePhase::AfterStep { .. })
                {
                    run.unconfirmed_command = None;
                    run.state = RunState::Paused;
                }
                run.batch_trace = Some(trace);
            }
            Event::StepTrace { trace, .. } => run.step_trace = Some(trace.into()),
            Event::Prediction { request, logits, .. } => {
                if let Some(prediction) = self.prediction.as_mut().filter(|p| p.request == request)
                {
                    prediction.logits = Some(logits);
                }
            }
            Event::Error { problem, .. } => {
                run.unconfirmed_command = None;
                // The engine has set up no run with such weights.
                if problem.code == ErrorCode::BadWeights {
                    let refused = self.first_weights.take();
                    self.encoder_weights.take_if(|weights| Some(&*weights) == refused.as_ref());
                }
                self.on_problem(problem, effects);
            }
            Event::LivePrediction { prediction, .. } => {
                run.live_prediction = Some(Arc::new(prediction));
            }
            Event::Masks { request, masks, .. } => {
                if let Some(slices) = self.own_slices.as_mut().filter(|s| s.request == request) {
                    slices.masks = Some(Arc::new(masks));
                }
            }
            Event::Weights { step, values, .. } => self.on_weights(step, values, effects),
            Event::Ready(_) | Event::WantsReplicas(_) | Event::DataReady { .. } => {}
        }
    }

    fn on_run_state(&mut self, now: RunState, step: usize, effects: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else { return };
        run.state = now;
        if run.unconfirmed_command.is_some_and(|command| is_confirmed(command, now)) {
            run.unconfirmed_command = None;
        }
        effects.push(Effect::Emit(EmbedEvent::State { state: state_name(now), step }));
        if now == RunState::Finished {
            let last = run.points.last();
            effects.push(Effect::Emit(EmbedEvent::Finished {
                epoch: last.map_or(run.config.epochs, |point| point.epoch),
                step,
                test_accuracy: last.map_or(f64::NAN, |point| point.test_accuracy),
                test_dice: last.and_then(|point| test_dice(&point.dice)),
            }));
        }
        if now != RunState::Running {
            self.refresh_predictions(effects);
        }
    }

    fn on_epoch(&mut self, report: EpochReport, effects: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else { return };
        effects.push(Effect::Emit(epoch_event(&report)));
        run.points.retain(|earlier| earlier.epoch < report.epoch);
        run.points.push(epoch_point(&report));
        // What was measured at the same step is drawn once.
        run.step_points.retain(|earlier| earlier.step != report.step);
        match report.test {
            TestReport::Classify(test) => {
                run.evaluation = Some(SharedEvaluation::new(report.epoch, test));
            }
            TestReport::Segment(test) => {
                run.segment_evaluation = Some(SharedEvaluation::new(report.epoch, test));
            }
        }
        self.refresh_predictions(effects);
    }

    /// Stores an evaluation within an epoch.
    fn on_tested(&mut self, report: StepReport, effects: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else { return };
        let StepReport { step, test } = report;
        let epoch = run.size.and_then(|size| step.checked_div(size.steps_per_epoch)).unwrap_or(0);
        let point = point(epoch, step, None, &test);
        effects.push(Effect::Emit(EmbedEvent::Tested {
            step,
            test_loss: point.test_loss,
            test_accuracy: point.test_accuracy,
            test_dice: test_dice(&point.dice),
        }));
        if run.points.last().is_none_or(|point| point.step < step) {
            run.step_points.retain(|earlier| earlier.step < step);
            run.step_points.push(point);
        }
        match test {
            TestReport::Classify(test) => {
                run.evaluation = Some(SharedEvaluation::at_step(epoch, step, test));
            }
            TestReport::Segment(test) => {
                run.segment_evaluation = Some(SharedEvaluation::at_step(epoch, step, test));
            }
        }
    }

    /// Starts a benchmark of the devices if the page chose the device, there is a GPU, and the
    /// result is not known yet.
    fn compare_devices(&self, effects: &mut Vec<Effect>) {
        let EngineStatus::Ready(info) = &self.engine.status else { return };
        if let Some(run) = &self.run
            && self.engine.automatic
            && info.kind == DeviceKind::Gpu
            && self.speeds.of(&run.config).is_none()
        {
            effects.push(Effect::SendCommand(Command::Benchmark(run.id)));
        }
    }

    /// Stores the result of a device benchmark. If the other device is faster and no step has been
    /// made yet, reconciliation moves the run there.
    fn on_benchmark(&mut self, speed: Speed, effects: &mut Vec<Effect>) {
        let Some(run) = &self.run else { return };
        self.speeds.insert(&run.config, speed);
        effects.push(Effect::RememberSpeeds(self.speeds.clone()));
        if self.wanted_device() != self.engine.device {
            if self.run.as_ref().is_some_and(Run::moves) {
                self.pending_command = Some(RunCommand::Play);
            }
        } else if let EngineStatus::Ready(info) = &mut self.engine.status {
            annotate_speedup(info, Some(speed));
        }
    }

    /// Handles a problem reported by the engine.
    fn on_problem(&mut self, problem: Problem, effects: &mut Vec<Effect>) {
        match problem.code {
            ErrorCode::Device => self.on_worker_failure(&problem.message, effects),
            _ => self.report(problem, effects),
        }
    }
}

/// Adds the measured speedup to a device's description, if a measurement exists and the device is
/// the faster one.
fn annotate_speedup(info: &mut DeviceInfo, speed: Option<Speed>) {
    if let Some(speed) = speed.filter(|speed| speed.faster() == info.kind) {
        info.speedup = Some(speed.speedup(info.kind));
        info.reason = speed.to_string();
    }
}

/// Returns whether the run state `now` shows that a command was executed or has become impossible.
fn is_confirmed(command: RunCommand, now: RunState) -> bool {
    match now {
        RunState::Running => matches!(command, RunCommand::Play | RunCommand::Epoch),
        RunState::Paused => matches!(command, RunCommand::Pause | RunCommand::Step),
        RunState::Finished | RunState::Diverged => true,
    }
}

pub(crate) fn state_name(state: RunState) -> &'static str {
    match state {
        RunState::Paused => "paused",
        RunState::Running => "running",
        RunState::Finished => "finished",
        RunState::Diverged => "diverged",
    }
}

/// Stores losses at the indices of their steps. Missing steps, which should not occur, are filled
/// with NaN and show as a gap in the curve.
fn write_losses(run: &mut Run, first: usize, losses: &[f32]) {
    let start = first.saturating_sub(1);
    if run.total_steps().is_none_or(|total| start + losses.len() > total) {
        return;
    }
    run.losses.resize(start, f32::NAN);
    run.losses.extend_from_slice(losses);
}

/// Returns the metrics of an epoch that curves and course pages need.
fn epoch_point(report: &EpochReport) -> EpochPoint {
    point(report.epoch, report.step, report.train_accuracy, &report.test)
}

fn point(epoch: usize, step: usize, train_accuracy: Option<f64>, test: &TestReport) -> EpochPoint {
    let (test_accuracy, dice) = match test {
        TestReport::Classify(test) => (test.accuracy, Vec::new()),
        TestReport::Segment(test) => (test.pixel_accuracy, test.dice.clone()),
    };
    EpochPoint { epoch, step, test_loss: test.loss(), test_accuracy, train_accuracy, dice }
}

/// Returns the Dice scores for course pages, or `None` if the run is not a segmentation run.
pub(crate) fn test_dice(classes: &[Option<f64>]) -> Option<TestDice> {
    let mean = model::score::mean_of_some(classes.iter().copied());
    (!classes.is_empty()).then(|| TestDice { mean, classes: classes.to_vec() })
}

fn epoch_event(report: &EpochReport) -> EmbedEvent {
    let point = epoch_point(report);
    EmbedEvent::Epoch {
        epoch: report.epoch,
        step: report.step,
        train_loss: report.train_loss,
        test_loss: point.test_loss,
        test_accuracy: point.test_accuracy,
        test_dice: test_dice(&point.dice),
        images_per_second: report.images_per_second,
    }
}
