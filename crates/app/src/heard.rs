//! What the engine's events change.

mod segment;

use model::DeviceChoice;
use protocol::embed::{EmbedEvent, TestDice};
use protocol::{
    BatchTracePhase, Command, DeviceInfo, DeviceKind, EpochReport, ErrorCode, Event, Problem,
    RunState, TestReport,
};
use segment::hear_segment;

use crate::examined::Examined;
use crate::reconcile::wanted_device;
use crate::reduce::{Effect, ask_again, pack_failed, report, worker_failed};
use crate::state::{
    Asked, DataKey, EngineData, EngineStatus, EpochPoint, Run, RunSize, Speed, State,
};

/// Takes an event of the present worker into the state. Events of an older run are dropped.
pub fn hear(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Ready(mut info) => {
            if let Some(reason) = &state.engine.on_cpu {
                info.reason.clone_from(reason);
                info.choice = state.link.config.device;
            } else if state.engine.automatic {
                info.choice = DeviceChoice::Auto;
                weigh(&mut info, state.speeds.of(&state.link.config));
            }
            effects.push(Effect::Emit(EmbedEvent::Ready {
                device: match info.kind {
                    DeviceKind::Gpu => "gpu",
                    DeviceKind::Cpu => "cpu",
                },
                adapter: info.adapter.clone(),
                build: state.build.clone(),
            }));
            state.engine.status = EngineStatus::Ready(info);
        }
        Event::DataReady { source, seed, info } => {
            let key = DataKey::new(source, seed);
            if state.engine.data == EngineData::Asked(key) {
                state.engine.data = EngineData::Ready(key, info);
            }
        }
        Event::Error { run: None, problem } => failed(state, problem, effects),
        event => {
            let Some(run) = &mut state.run else { return };
            if event.run() == Some(run.id) {
                hear_run(state, event, effects);
            }
        }
    }
}

/// Says of a device how it compares, if that was measured and the choice is ours.
fn weigh(info: &mut DeviceInfo, speed: Option<Speed>) {
    if let Some(speed) = speed.filter(|speed| speed.faster() == info.kind) {
        info.speedup = Some(speed.times(info.kind));
        info.reason = speed.to_string();
    }
}

/// Has the devices compared, where the choice is ours, there are two, and it is not known.
fn compare_devices(state: &State, effects: &mut Vec<Effect>) {
    let EngineStatus::Ready(info) = &state.engine.status else { return };
    if let Some(run) = &state.run
        && state.engine.automatic
        && info.kind == DeviceKind::Gpu
        && state.speeds.of(&run.config).is_none()
    {
        effects.push(Effect::Send(Command::Benchmark(run.id)));
    }
}

/// The devices were compared. If the other one is faster and nothing was trained yet, the run
/// starts there; reconciling sees to it.
fn measured(state: &mut State, speed: Speed, effects: &mut Vec<Effect>) {
    let Some(run) = &state.run else { return };
    state.speeds.insert(&run.config, speed);
    effects.push(Effect::RememberSpeeds(state.speeds.clone()));
    if wanted_device(state) != state.engine.device {
        if state.run.as_ref().is_some_and(Run::moves) {
            state.queued = Some(Asked::Play);
        }
    } else if let EngineStatus::Ready(info) = &mut state.engine.status {
        weigh(info, Some(speed));
    }
}

/// An event of the run on the stage.
fn hear_run(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    let Some(run) = &mut state.run else { return };
    match event {
        Event::RunReady { parameters, steps_per_epoch, .. } => {
            run.size = Some(RunSize { parameters, steps_per_epoch });
            compare_devices(state, effects);
            let Some(run) = &mut state.run else { return };
            if let Some(asked) = state.queued.take() {
                run.asked = Some(asked);
                effects.push(Effect::Send(asked.command(run.id)));
            }
            ask_again(state, effects);
        }
        Event::Benchmark { device: gpu, cpu, .. } => measured(state, Speed { gpu, cpu }, effects),
        Event::State { state: now, step, .. } => {
            run.state = now;
            if run.asked.is_some_and(|asked| is_answered(asked, now)) {
                run.asked = None;
            }
            effects.push(Effect::Emit(EmbedEvent::State { state: word(now), step }));
            if now == RunState::Finished {
                let last = run.points.last();
                effects.push(Effect::Emit(EmbedEvent::Finished {
                    epoch: last.map_or(run.config.epochs, |point| point.epoch),
                    step,
                    test_accuracy: last.map_or(f64::NAN, |point| point.test_accuracy),
                    test_dice: last.and_then(|point| dice(&point.dice)),
                }));
            }
            if now != RunState::Running {
                ask_again(state, effects);
            }
        }
        Event::Steps { first, losses, timing, .. } => {
            state.engine.crashes = 0;
            run.timing = timing;
            write_losses(run, first, &losses);
            effects.push(Effect::EmitSteps { first, losses });
        }
        Event::Epoch { report, .. } => {
            effects.push(Effect::Emit(epoch_body(&report)));
            run.points.retain(|earlier| earlier.epoch < report.epoch);
            run.points.push(point(&report));
            match report.test {
                TestReport::Classify(test) => {
                    run.report = Some(Examined::new(report.epoch, test));
                }
                TestReport::Segment(test) => {
                    run.segments = Some(Examined::new(report.epoch, test));
                }
            }
            ask_again(state, effects);
        }
        Event::BatchTrace { trace: lens, .. } => {
            if run.asked == Some(Asked::Step)
                && matches!(lens.phase, BatchTracePhase::AfterStep { .. })
            {
                run.asked = None;
                run.state = RunState::Paused;
            }
            run.lens = Some(lens);
        }
        Event::Prediction { request, logits, .. } => {
            if let Some(question) = state.question.as_mut().filter(|q| q.request == request) {
                question.logits = Some(logits);
            }
        }
        Event::Error { problem, .. } => {
            run.asked = None;
            // It may have been the answer; the next glimpse asks again.
            if let Some(viewed) = &mut state.viewed {
                viewed.flight = None;
                viewed.due = false;
            }
            failed(state, problem, effects);
        }
        event @ (Event::LivePrediction { .. } | Event::Masks { .. } | Event::Features { .. }) => {
            hear_segment(state, event, effects);
        }
        Event::Ready(_) | Event::DataReady { .. } => {}
    }
}

/// Whether that state is what was asked for, or makes it impossible.
fn is_answered(asked: Asked, now: RunState) -> bool {
    match now {
        RunState::Running => matches!(asked, Asked::Play | Asked::Epoch),
        RunState::Paused => matches!(asked, Asked::Pause | Asked::Step),
        RunState::Finished | RunState::Diverged => true,
    }
}

fn word(state: RunState) -> &'static str {
    match state {
        RunState::Paused => "paused",
        RunState::Running => "running",
        RunState::Finished => "finished",
        RunState::Diverged => "diverged",
    }
}

/// Losses go where their step number says; a gap, which should not be, shows as one.
fn write_losses(run: &mut Run, first: usize, losses: &[f32]) {
    let start = first.saturating_sub(1);
    if run.total_steps().is_none_or(|total| start + losses.len() > total) {
        return;
    }
    run.losses.resize(start, f32::NAN);
    run.losses.extend_from_slice(losses);
}

/// The figures of an epoch that curves and course pages need.
fn point(report: &EpochReport) -> EpochPoint {
    let (accuracy, dice) = match &report.test {
        TestReport::Classify(test) => (test.accuracy, Vec::new()),
        TestReport::Segment(test) => (test.pixel_accuracy, test.dice.clone()),
    };
    EpochPoint {
        epoch: report.epoch,
        step: report.step,
        test_loss: report.test.loss(),
        test_accuracy: accuracy,
        dice,
    }
}

/// Dice for course pages; none where the run does not segment.
fn dice(classes: &[Option<f64>]) -> Option<TestDice> {
    let mean = model::score::mean_of_some(classes.iter().copied());
    (!classes.is_empty()).then(|| TestDice { mean, classes: classes.to_vec() })
}

fn epoch_body(report: &EpochReport) -> EmbedEvent {
    let point = point(report);
    EmbedEvent::Epoch {
        epoch: report.epoch,
        step: report.step,
        train_loss: report.train_loss,
        test_loss: point.test_loss,
        test_accuracy: point.test_accuracy,
        test_dice: dice(&point.dice),
        images_per_second: report.images_per_second,
    }
}

/// The engine could not do something.
fn failed(state: &mut State, problem: Problem, effects: &mut Vec<Effect>) {
    match (problem.code, &state.engine.data) {
        (ErrorCode::Device, _) => worker_failed(state, &problem.message, effects),
        // The page could open the pack, but the engine not decode it.
        (ErrorCode::BadPack, EngineData::Asked(key)) if key.source.pack_name().is_some() => {
            let source = key.source;
            state.engine.data = EngineData::None;
            pack_failed(state, source, problem);
        }
        _ => report(state, problem, effects),
    }
}
