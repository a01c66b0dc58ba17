//! From what is to what the visitor wants: the commands that are still missing.
//!
//! Runs after every action and says each thing once. The order is that of need: data on the page,
//! a worker on the right device, data in the engine, a run with the right configuration.

use model::{DataShape, DeviceChoice};
use protocol::{Command, DeviceKind, ErrorCode, Problem, RunId};

use crate::reduce::segment::forget_answers;
use crate::reduce::{Effect, report, start_worker};
use crate::state::{DataKey, EngineData, EngineStatus, PackStatus, PastRun, Progress, Run, State};

/// Overlays of a lab that stay readable.
const PAST_RUNS: usize = 6;

/// Says what is still missing.
pub fn reconcile(state: &mut State, effects: &mut Vec<Effect>) {
    fetch_and_show(state, effects);
    if state.settling || !matches!(state.engine.status, EngineStatus::Ready(_)) {
        return;
    }
    if wanted_device(state) != state.engine.device {
        return start_worker(state, effects);
    }
    if let Some(shape) = load(state, effects) {
        configure(state, shape, effects);
    }
}

/// What the engine shall train on. The automatic choice is the worker's own where nothing was
/// measured, else the faster device; a run that has made a step keeps the one that it has.
pub fn wanted_device(state: &State) -> DeviceChoice {
    let engine = &state.engine;
    if engine.on_cpu.is_some() {
        return DeviceChoice::Cpu;
    }
    let config = &state.link.config;
    if config.device != DeviceChoice::Auto {
        return config.device;
    }
    let moved = state.run.as_ref().is_some_and(|run| run.config == *config && run.step() > 0);
    if engine.automatic && moved {
        return engine.device;
    }
    match state.speeds.of(config).map(|speed| speed.faster()) {
        Some(DeviceKind::Cpu) => DeviceChoice::Cpu,
        Some(DeviceKind::Gpu) | None => DeviceChoice::Auto,
    }
}

fn fetch_and_show(state: &mut State, effects: &mut Vec<Effect>) {
    let source = state.link.config.data;
    match state.packs.status(source).clone() {
        PackStatus::Unavailable(problem) => {
            report(state, problem, effects);
            state.link.config.data = source.generated_fallback();
        }
        PackStatus::Listed { file, bytes } => {
            effects.push(Effect::FetchPack { source, file, bytes });
            state.packs.set(source, PackStatus::Loading(Progress { received: 0, total: bytes }));
            return;
        }
        PackStatus::Unlisted | PackStatus::Loading(_) => return,
        PackStatus::Ready => {}
    }
    let key = DataKey::of(&state.link.config);
    if state.shown != Some(key) && !state.settling {
        // Slices that were brought to data of one kind mean nothing to those of another.
        if state.shown.is_some_and(|shown| shown.source.slug() != key.source.slug()) {
            state.brought = None;
        }
        state.shown = Some(key);
        effects.push(Effect::Show(key));
    }
}

/// Gets the data into the engine; their shape once they are there.
fn load(state: &mut State, effects: &mut Vec<Effect>) -> Option<DataShape> {
    let key = DataKey::of(&state.link.config);
    match &state.engine.data {
        EngineData::Ready(loaded, info) if *loaded == key => return Some(info.shape()),
        EngineData::Asked(asked) if *asked == key => {}
        _ if state.shown == Some(key) => {
            // What trains on the old data has no meaning beside the new ones.
            stop(state, effects);
            retire(state);
            state.engine.data = EngineData::Asked(key);
            effects.push(Effect::SendData(key));
        }
        _ => {}
    }
    None
}

fn configure(state: &mut State, shape: DataShape, effects: &mut Vec<Effect>) {
    if let Err(error) = state.link.config.check(shape) {
        // The editor shows the reason at the layer. The last run that could be built stays.
        stop(state, effects);
        if state.queued.take().is_some() {
            report(state, Problem::new(ErrorCode::BadConfig, error), effects);
        }
        return;
    }
    if state.run.as_ref().is_some_and(|run| run.config == state.link.config) {
        return;
    }
    retire(state);
    let id = RunId(state.last_run.0 + 1);
    state.last_run = id;
    let config = state.link.config.clone();
    effects.push(Effect::Send(Command::Configure { run: id, config: config.clone() }));
    state.run = Some(Run::new(id, config));
}

/// Asks the run to stop, if it moves.
pub fn stop(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(run) = state.run.as_mut().filter(|run| run.moves()) {
        run.asked = Some(crate::state::Asked::Pause);
        effects.push(Effect::Send(Command::Pause(run.id)));
    }
}

/// Takes the run off the stage. If it made a step, it stays as an overlay.
pub fn retire(state: &mut State) {
    forget_answers(state);
    let Some(run) = state.run.take() else { return };
    let (Some(size), 1..) = (run.size, run.step()) else { return };
    // The same config gives the same curve: the longer one says it all.
    if let Some(same) = state.past.iter().position(|past| past.config == run.config) {
        if state.past[same].losses.len() > run.step() {
            return;
        }
        state.past.remove(same);
    }
    let lab = run.config.lab();
    let mut of_lab = (0..state.past.len()).filter(|&i| state.past[i].config.lab() == lab);
    if let (Some(oldest), PAST_RUNS..) = (of_lab.next(), of_lab.count() + 1) {
        state.past.remove(oldest);
    }
    state.runs_made += 1;
    state.past.push(PastRun {
        number: state.runs_made,
        config: run.config,
        steps_per_epoch: size.steps_per_epoch,
        losses: run.losses.into(),
        points: run.points,
    });
}
