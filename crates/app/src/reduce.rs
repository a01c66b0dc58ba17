//! The one place where the state changes: an action goes in, effects on the world come out.
//!
//! Actions only note what was wished or heard. What the engine has to be told follows from
//! `crate::reconcile`, which compares the state with what the visitor wants; so it does not
//! matter in which order engine, data and clicks arrive.

mod lab;
mod packs;
pub(crate) mod segment;

use std::sync::Arc;

use lab::go_to;
use model::permalink::write;
use model::{DataShape, DataSource, DeviceChoice, ImageRef, Lab, RunConfig, check_learning_rate};
pub use packs::Listed;
pub(crate) use packs::pack_failed;
use packs::{pack_progress, packs_listed, packs_unlisted};
use protocol::embed::EmbedEvent;
use protocol::{Command, ErrorCode, Event, Problem};

use crate::heard::hear;
use crate::reconcile::{reconcile, retire, wanted_device};
use crate::state::{
    Asked, DataKey, EngineData, EngineStatus, Notice, PackStatus, Progress, Question, Speeds, State,
};

/// Notices that are kept; older ones go. What a link got wrong is not counted: all of it is named,
/// and a link is finite.
const NOTICES: usize = 5;
/// Deaths of workers in a row after which the engine is given up.
const CRASHES: u32 = 3;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The page was opened; these parts of the link were ignored.
    Open(Vec<String>),
    /// The visitor changed the run.
    SetConfig(RunConfig),
    /// The visitor went to a lab.
    SetLab(Lab),
    /// The visitor changed the learning rate, which a run can take up while it goes on.
    SetLearningRate(f64),
    /// The visitor chose a device.
    SetDevice(DeviceChoice),
    /// Train.
    Play,
    /// Stop.
    Pause,
    /// Play or pause, whichever is not the case.
    Toggle,
    /// One step.
    Step,
    /// To the end of the epoch.
    Epoch,
    /// Back to step 0.
    Reset,
    /// Which class is this image (64×64 gray values)?
    Predict(Vec<u8>),
    /// Show this slice, and what the network makes of it.
    View {
        /// The data that it belongs to.
        data: DataKey,
        /// Its place in them.
        image: ImageRef,
        /// Gray values, `[height, width]` row by row.
        pixels: Arc<[u8]>,
    },
    /// What are the masks of these slices (gray values, `[n, height, width]`)?
    Segment(Vec<u8>),
    /// A notice was read.
    Dismiss(u32),
    /// Something on the page went wrong.
    Report(Problem),
    /// No edit followed the last one.
    Settled,
    /// More of the engine has arrived.
    EngineProgress(Progress),
    /// The engine's module is compiled.
    EngineLoaded,
    /// The engine's module did not come, with a sentence.
    EngineUnavailable(String),
    /// The present worker, or an earlier one, said something.
    Heard {
        /// Which worker.
        worker: u32,
        /// What.
        event: Event,
    },
    /// A worker died.
    WorkerFailed {
        /// Which.
        worker: u32,
        /// What the browser or the engine said.
        message: String,
    },
    /// The list of packs arrived.
    PacksListed(Vec<Listed>),
    /// The list of packs cannot be used, and so no pack.
    PacksUnlisted(Problem),
    /// More of a pack has arrived.
    PackProgress(DataSource, Progress),
    /// A pack is open.
    PackReady(DataSource),
    /// A pack cannot be used.
    PackFailed(DataSource, Problem),
}

/// What the world has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fetch and compile the engine's module.
    LoadEngine,
    /// Fetch the list of packs.
    ListPacks,
    /// Fetch and open a pack.
    FetchPack {
        /// Which data set.
        source: DataSource,
        /// Its name below `packs/`.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// Show these images or slices.
    Show(DataKey),
    /// Start that worker, and stop the one before.
    StartWorker {
        /// Its number.
        worker: u32,
        /// What it shall train on.
        device: DeviceChoice,
    },
    /// Stop the worker.
    StopWorker,
    /// Hand these images to the engine.
    SendData(DataKey),
    /// Tell the engine.
    Send(Command),
    /// Dispatch [`Action::Settled`] in a moment, counted from the last of these.
    Settle,
    /// Write this query string into the address.
    ReplaceUrl(String),
    /// Remember how fast the devices are, for the next visit.
    RememberSpeeds(Speeds),
    /// Tell the course page.
    Emit(EmbedEvent),
    /// Tell the course page of these steps, one by one.
    EmitSteps {
        /// Number of the first.
        first: usize,
        /// Their losses.
        losses: Vec<f32>,
    },
}

/// Takes an action into the state.
pub fn reduce(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    take(state, action, &mut effects);
    reconcile(state, &mut effects);
    effects
}

fn take(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Open(complaints) => {
            effects.extend([Effect::LoadEngine, Effect::ListPacks]);
            for complaint in complaints {
                report(state, Problem::new(ErrorCode::BadLink, complaint), effects);
            }
        }
        Action::SetConfig(config) => edit(state, config, effects),
        Action::SetLab(lab) => go_to(state, lab, effects),
        Action::SetLearningRate(rate) => {
            edit(state, RunConfig { learning_rate: rate, ..state.link.config.clone() }, effects);
        }
        Action::SetDevice(device) => {
            let config = RunConfig { device, ..state.link.config.clone() };
            if config != state.link.config || state.engine.on_cpu.is_some() {
                state.engine.on_cpu = None;
                state.engine.crashes = 0;
                edit(state, config, effects);
            }
        }
        Action::Play => ask(state, Asked::Play, effects),
        Action::Step => ask(state, Asked::Step, effects),
        Action::Epoch => ask(state, Asked::Epoch, effects),
        Action::Pause => pause(state, effects),
        Action::Toggle if is_moving(state) => pause(state, effects),
        Action::Toggle => ask(state, Asked::Play, effects),
        Action::Reset => {
            state.settling = false;
            state.queued = None;
            // A run that has not moved is where it would be after a reset.
            if state.run.as_ref().is_some_and(|run| run.step() > 0 || run.asked.is_some()) {
                retire(state);
            }
        }
        Action::Predict(pixels) => {
            state.question = Some(Question { request: 0, pixels, logits: None });
            ask_again(state, effects);
        }
        Action::View { data, image, pixels } => segment::view(state, data, image, pixels, effects),
        Action::Segment(pixels) => segment::bring(state, pixels, effects),
        Action::Dismiss(id) => state.notices.retain(|notice| notice.id != id),
        Action::Report(problem) => report(state, problem, effects),
        Action::Settled => state.settling = false,
        Action::EngineProgress(progress) => {
            if let EngineStatus::Loading(status) = &mut state.engine.status {
                *status = progress;
            }
        }
        Action::EngineLoaded => start_worker(state, effects),
        Action::EngineUnavailable(sentence) => {
            state.engine.status = EngineStatus::Failed(sentence.clone());
            state.queued = None;
            report(state, Problem::new(ErrorCode::Engine, sentence), effects);
        }
        Action::Heard { worker, event } if worker == state.engine.worker => {
            hear(state, event, effects);
        }
        Action::WorkerFailed { worker, message } if worker == state.engine.worker => {
            worker_failed(state, &message, effects);
        }
        Action::Heard { .. } | Action::WorkerFailed { .. } => {}
        Action::PacksListed(listed) => packs_listed(state, &listed),
        Action::PacksUnlisted(problem) => packs_unlisted(state, &problem),
        Action::PackProgress(source, progress) => pack_progress(state, source, progress),
        Action::PackReady(source) => state.packs.set(source, PackStatus::Ready),
        Action::PackFailed(source, problem) => pack_failed(state, source, problem),
    }
}

/// Puts a problem on the page and tells the course page. What is there already is not said twice.
pub(crate) fn report(state: &mut State, problem: Problem, effects: &mut Vec<Effect>) {
    effects.push(Effect::Emit(EmbedEvent::Error {
        code: problem.code.slug(),
        message: problem.message.clone(),
    }));
    state.notices.retain(|notice| notice.problem != problem);
    let passing = |notice: &Notice| notice.problem.code != ErrorCode::BadLink;
    if state.notices.iter().filter(|notice| passing(notice)).count() > NOTICES - 1
        && let Some(oldest) = state.notices.iter().position(passing)
    {
        state.notices.remove(oldest);
    }
    state.notices.push(Notice { id: state.next_notice, problem });
    state.next_notice += 1;
}

/// Takes over an edited configuration. A new learning rate alone goes to the run as it is.
fn edit(state: &mut State, config: RunConfig, effects: &mut Vec<Effect>) {
    if config == state.link.config {
        return;
    }
    let rate = config.learning_rate;
    // Also because a NaN would never equal itself, and every action would set up another run.
    if let Err(error) = check_learning_rate(rate) {
        return report(state, Problem::new(ErrorCode::BadConfig, error), effects);
    }
    let only_rate = RunConfig { learning_rate: rate, ..state.link.config.clone() } == config;
    state.link.config = config;
    effects.push(Effect::ReplaceUrl(write(&state.link)));
    match &mut state.run {
        // A run that has ended cannot take up a new rate: the visitor wants another try.
        Some(run) if only_rate && run.size.is_some() && !run.has_ended() => {
            run.config.learning_rate = rate;
            effects.push(Effect::Send(Command::SetLearningRate { run: run.id, value: rate }));
        }
        _ => {
            state.settling = true;
            effects.push(Effect::Settle);
        }
    }
}

fn is_moving(state: &State) -> bool {
    state.queued.is_some() || state.run.as_ref().is_some_and(|run| run.moves())
}

/// Asks the run to move, now or as soon as there is one.
fn ask(state: &mut State, asked: Asked, effects: &mut Vec<Effect>) {
    state.settling = false;
    reconcile(state, effects);
    if matches!(state.engine.status, EngineStatus::Failed(_)) {
        return;
    }
    let Some(run) = state.run.as_mut().filter(|run| run.size.is_some()) else {
        state.queued = Some(asked);
        return;
    };
    if let Err(error) = state.link.config.check(shape(&state.engine.data)) {
        return report(state, Problem::new(ErrorCode::BadConfig, error), effects);
    }
    let already = match asked {
        // Play after Epoch goes on beyond the epoch's end, so it has to be said.
        Asked::Play => run.moves() && run.asked != Some(Asked::Epoch),
        other => run.asked == Some(other),
    };
    if already || run.has_ended() {
        return;
    }
    run.asked = Some(asked);
    effects.push(Effect::Send(asked.command(run.id)));
}

fn pause(state: &mut State, effects: &mut Vec<Effect>) {
    state.queued = None;
    if let Some(run) = state.run.as_mut().filter(|run| run.moves()) {
        run.asked = Some(Asked::Pause);
        effects.push(Effect::Send(Command::Pause(run.id)));
    }
}

/// Puts the visitor’s questions to the weights of now.
pub(crate) fn ask_again(state: &mut State, effects: &mut Vec<Effect>) {
    if let (Some(question), Some(run)) = (&mut state.question, &state.run)
        && run.size.is_some()
    {
        state.last_question += 1;
        question.request = state.last_question;
        effects.push(Effect::Send(Command::Predict {
            run: run.id,
            request: question.request,
            pixels: question.pixels.clone(),
        }));
    }
    segment::ask_for_masks(state, effects);
    segment::ask_for_maps(state, effects);
}

fn shape(data: &EngineData) -> DataShape {
    match data {
        EngineData::Ready(_, info) => info.shape(),
        _ => DataShape { classes: 0, size: [0; 2] },
    }
}

/// Starts a worker in the place of the present one, whose run is kept as an overlay.
pub(crate) fn start_worker(state: &mut State, effects: &mut Vec<Effect>) {
    retire(state);
    let engine = &mut state.engine;
    engine.worker += 1;
    engine.status = EngineStatus::Starting;
    engine.data = EngineData::None;
    let device = wanted_device(state);
    let engine = &mut state.engine;
    engine.device = device;
    engine.automatic = engine.on_cpu.is_none() && state.link.config.device == DeviceChoice::Auto;
    effects.push(Effect::StartWorker { worker: engine.worker, device });
}

/// The worker is dead or its device lost: go on with a new one on the CPU, unless that has been
/// tried.
pub(crate) fn worker_failed(state: &mut State, message: &str, effects: &mut Vec<Effect>) {
    let engine = &mut state.engine;
    engine.crashes += 1;
    let never_started =
        engine.status == EngineStatus::Starting && engine.device == DeviceChoice::Cpu;
    let message = shortened(message);
    if never_started || engine.crashes > CRASHES {
        let sentence = format!(
            "The engine does not run in this browser ({message}). Reload the page, or try the \
             newest Chrome, Edge, Firefox or Safari."
        );
        engine.status = EngineStatus::Failed(sentence.clone());
        engine.data = EngineData::None;
        state.queued = None;
        retire(state);
        effects.push(Effect::StopWorker);
        return report(state, Problem::new(ErrorCode::Engine, sentence), effects);
    }
    let sentence = format!(
        "The engine stopped ({message}). It has been started again on the CPU, and the run starts \
         anew."
    );
    if state.run.as_ref().is_some_and(|run| run.moves()) {
        state.queued = Some(Asked::Play);
    }
    state.engine.on_cpu = Some("The engine stopped on the chosen device.".into());
    start_worker(state, effects);
    report(state, Problem::new(ErrorCode::Device, sentence), effects);
}

/// The first line, up to a length that a sentence can hold.
fn shortened(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    if line.is_empty() {
        return "no reason was given".into();
    }
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;
