mod checkpoints;
mod devices;
mod encoder;
mod own_data;
mod segment;
mod weights;

use model::permalink::Permalink;
use model::{
    Architecture, DataSource, DeviceChoice, ImageRef, Lab, Network, Optimizer, RunConfig, Task,
};
use protocol::embed::EmbedEvent;
use protocol::interpret::UnitRef;
use protocol::{
    BatchTrace, BatchTracePhase, Command, DataInfo, DeviceInfo, DeviceKind, EpochReport, ErrorCode,
    Evaluation, Event, ImagesInfo, Problem, RunId, RunState, StepReport, TestReport, Timing,
};

use super::reduce;
use crate::action::Action;
use crate::effect::Effect;
use crate::engine::{EngineData, EngineStatus};
use crate::packs::ListedPack;
use crate::run::RunCommand;
use crate::state::State;
use crate::view_model;
use model::DatasetKey;

/// A page on which effects have only the results that the test dispatches.
struct Page {
    state: State,
    effects: Vec<Effect>,
}

impl Page {
    fn open(link: Permalink) -> Self {
        let state = State::new(link, "test".into(), 1000);
        let mut page = Self { state, effects: vec![] };
        page.act(Action::Open(vec![]));
        page
    }

    /// Returns a page on which engine, pack and run are ready, and no step has been made.
    fn ready() -> Self {
        Self::ready_at(Permalink::default())
    }

    fn ready_at(link: Permalink) -> Self {
        let mut page = Self::open(link);
        page.pack_arrives();
        page.engine_arrives();
        page.data_is_decoded();
        page.run_is_ready();
        page.effects.clear();
        page
    }

    /// Dispatches an action. Data sets are decoded immediately.
    fn act(&mut self, action: Action) {
        let effects = reduce(&mut self.state, action);
        let loaded = effects.iter().rev().find_map(|effect| match effect {
            Effect::LoadDataset(key) => Some(*key),
            _ => None,
        });
        self.effects.extend(effects);
        if let Some(key) = loaded {
            self.act(Action::DatasetLoaded(key));
        }
    }

    fn on_event(&mut self, event: Event) {
        self.act(Action::EngineEvent { worker: self.state.engine.worker, event });
    }

    fn pack_arrives(&mut self) {
        let packs = [("mednist", 2000), ("hippocampus", 1000)];
        self.act(Action::PacksListed(packs.map(|(name, bytes)| listed(name, bytes)).to_vec()));
        self.act(Action::PackReady(self.state.link.config.data));
    }

    fn engine_arrives(&mut self) {
        self.act(Action::EngineLoaded);
        self.worker_is_ready();
    }

    fn worker_is_ready(&mut self) {
        self.worker_is_on(DeviceKind::Cpu);
    }

    fn worker_is_on(&mut self, kind: DeviceKind) {
        self.on_event(Event::Ready(DeviceInfo {
            kind,
            adapter: String::new(),
            reason: "You chose it.".into(),
            choice: self.state.engine.device,
            speedup: None,
        }));
    }

    fn data_is_decoded(&mut self) {
        let EngineData::Loading(key) = self.state.engine.data else {
            panic!("no data were asked for: {:?}", self.state.engine.data)
        };
        let info = match key.source.lab() {
            Lab::Classify => DataInfo::Images(ImagesInfo {
                classes: ["A", "B"].map(String::from).to_vec(),
                train_labels: vec![0, 1],
                evaluated: key.sampling.partition.evaluated(),
                evaluated_labels: vec![0, 1],
            }),
            Lab::Segment => segment::info(),
        };
        self.on_event(Event::DataReady { key, info });
    }

    fn run_is_ready(&mut self) {
        let run = self.id();
        self.on_event(Event::RunReady { run, parameters: 100, steps_per_epoch: 4 });
        self.on_event(Event::State { run, state: RunState::Paused, step: 0 });
    }

    fn engine_says(&mut self, state: RunState) {
        let (run, step) = (self.id(), self.run().step());
        self.on_event(Event::State { run, state, step });
    }

    fn steps(&mut self, losses: &[f32]) {
        let (run, first) = (self.id(), self.run().step() + 1);
        self.on_event(Event::Steps {
            run,
            first,
            losses: losses.to_vec(),
            learning_rate: 0.001,
            timing: Timing { images_per_second: 100.0, seconds_left: 2.0 },
        });
    }

    fn epoch_ends(&mut self, epoch: usize) {
        let run = self.id();
        let test = Evaluation { probabilities: vec![1.0, 0.0], loss: 0.5, accuracy: 0.75 };
        let test = TestReport::Classify(test);
        self.on_event(Event::Epoch {
            run,
            report: EpochReport {
                epoch,
                step: epoch * 4,
                train_loss: (epoch > 0).then_some(1.0),
                train_accuracy: (epoch > 0).then_some(0.9),
                test,
                images_per_second: 100.0,
            },
        });
    }

    fn edit(&mut self, change: impl FnOnce(&mut RunConfig)) {
        let mut config = self.state.link.config.clone();
        change(&mut config);
        self.act(Action::SetConfig(config));
    }

    fn edit_and_debounce(&mut self, change: impl FnOnce(&mut RunConfig)) {
        self.edit(change);
        self.act(Action::DebounceElapsed);
    }

    fn run(&self) -> &crate::run::Run {
        self.state.run.as_ref().expect("there is a run")
    }

    fn id(&self) -> RunId {
        self.run().id
    }

    fn commands(&self) -> Vec<&Command> {
        self.effects
            .iter()
            .filter_map(|effect| {
                if let Effect::SendCommand(command) = effect { Some(command) } else { None }
            })
            .collect()
    }

    fn notices(&self) -> Vec<&str> {
        self.state.notices.iter().map(|notice| notice.problem.message.as_str()).collect()
    }
}

fn listed(name: &str, bytes: u64) -> ListedPack {
    ListedPack { name: name.into(), file: format!("{name}.zip"), bytes }
}

fn autostart() -> Permalink {
    Permalink { autostart: true, ..Permalink::default() }
}

#[test]
fn ten_plays_are_one() {
    let mut page = Page::ready();
    for _ in 0..10 {
        page.act(Action::Play);
    }
    assert_eq!(page.commands(), [&Command::Play(RunId(1))]);
    page.engine_says(RunState::Running);
    page.act(Action::Play);
    assert_eq!(page.commands().len(), 1);
}

#[test]
fn toggling_follows_what_was_asked_last() {
    let mut page = Page::ready();
    let id = page.id();
    page.act(Action::Toggle);
    page.act(Action::Toggle);
    page.engine_says(RunState::Running);
    assert!(!page.run().moves(), "the pause is still on its way");
    page.engine_says(RunState::Paused);
    page.act(Action::Toggle);
    let play = Command::Play(id);
    assert_eq!(page.commands(), [&play, &Command::Pause(id), &play]);
}

#[test]
fn a_test_is_drawn_at_its_step_and_shown_as_the_last_evaluation() {
    let mut page = Page::ready();
    let run = page.id();
    page.act(Action::Test);
    assert_eq!(page.commands(), [&Command::Test(run)]);
    let tested = |step, accuracy| {
        let test = Evaluation { probabilities: vec![1.0, 0.0], loss: 0.4, accuracy };
        Event::Tested { run, report: StepReport { step, test: TestReport::Classify(test) } }
    };
    page.epoch_ends(1);
    page.on_event(tested(6, 0.8));
    let event = EmbedEvent::Tested { step: 6, test_loss: 0.4, test_accuracy: 0.8, test_dice: None };
    assert!(page.effects.contains(&Effect::Emit(event)), "a course page is told");
    page.on_event(tested(6, 0.8));
    let points = |page: &Page| -> Vec<usize> {
        page.run().step_points.iter().map(|point| point.step).collect()
    };
    assert_eq!(points(&page), [6]);
    assert_eq!(page.run().step_points[0].epoch, 1);
    assert_eq!(page.run().evaluation.as_ref().unwrap().when(), "after step 6");
    assert_eq!(page.run().last_point().unwrap().step, 6);
    page.epoch_ends(2);
    assert_eq!(page.run().last_point().unwrap().step, 8);
    assert_eq!(page.run().evaluation.as_ref().unwrap().when(), "after epoch 2");
    // The end of the epoch is drawn already.
    page.on_event(tested(8, 0.9));
    assert_eq!(points(&page), [6]);
}

#[test]
fn play_reaches_beyond_an_epoch_that_was_asked_for() {
    let mut page = Page::ready();
    let id = page.id();
    page.act(Action::Epoch);
    page.act(Action::Epoch);
    page.act(Action::Play);
    assert_eq!(page.commands(), [&Command::Epoch(id), &Command::Play(id)]);
}

#[test]
fn a_held_step_key_does_not_pile_up_steps() {
    let mut page = Page::ready();
    let run = page.id();
    page.act(Action::Step);
    page.act(Action::Step);
    assert_eq!(page.commands(), [&Command::Step(run)]);
    page.steps(&[1.8]);
    let phase = BatchTracePhase::AfterStep { logits_after: vec![], loss_after: 1.5 };
    let trace = BatchTrace {
        step: 1,
        images: vec![],
        labels: vec![],
        logits_before: vec![],
        augmented: Vec::new(),
        loss_before: 1.8,
        phase,
    };
    page.on_event(Event::BatchTrace { run, trace: trace.clone() });
    assert_eq!(page.run().batch_trace, Some(trace));
    page.act(Action::Step);
    assert_eq!(page.commands().len(), 2);
}

#[test]
fn a_watched_unit_is_told_once_to_each_run_and_never_to_the_second_lab() {
    let unit = |unit| Some(UnitRef { layer: 1, unit });
    let mut page = Page::open(Permalink::default());
    page.act(Action::WatchStep(unit(0)));
    page.act(Action::LookAhead);
    assert_eq!(page.commands(), [] as [&Command; 0], "there is no run yet");
    page.pack_arrives();
    page.engine_arrives();
    page.data_is_decoded();
    page.run_is_ready();
    page.effects.clear();
    let run = page.id();
    page.act(Action::WatchStep(unit(3)));
    page.act(Action::WatchStep(unit(3)));
    page.act(Action::LookAhead);
    page.act(Action::WatchStep(None));
    assert_eq!(
        page.commands(),
        [
            &Command::WatchStep { run, unit: unit(3) },
            &Command::LookAhead(run),
            &Command::WatchStep { run, unit: None },
        ]
    );
    // The next run is told anew.
    page.act(Action::WatchStep(unit(4)));
    page.steps(&[1.0]);
    page.act(Action::Reset);
    page.run_is_ready();
    let mut told = page.commands().into_iter().filter(|c| matches!(c, Command::WatchStep { .. }));
    assert_eq!(told.next_back(), Some(&Command::WatchStep { run: page.id(), unit: unit(4) }));
    assert_ne!(page.id(), run);
    // While training there is no step to look ahead to.
    page.effects.clear();
    page.act(Action::Play);
    page.act(Action::LookAhead);
    assert_eq!(page.commands(), [&Command::Play(page.id())]);
    page.act(Action::SetLab(Lab::Segment));
    page.effects.clear();
    page.act(Action::DebounceElapsed);
    assert!(!page.commands().iter().any(|c| matches!(c, Command::WatchStep { .. })));
}

#[test]
fn autostart_waits_for_engine_data_and_run_then_plays_once() {
    let mut page = Page::open(autostart());
    assert_eq!(page.effects, [Effect::LoadEngine, Effect::ListPacks]);
    page.engine_arrives();
    assert_eq!(page.commands(), [] as [&Command; 0]);
    page.pack_arrives();
    page.data_is_decoded();
    assert!(matches!(page.commands()[..], [Command::Configure { .. }]));
    page.run_is_ready();
    page.run_is_ready();
    let plays = page.commands().into_iter().filter(|c| matches!(c, Command::Play(_))).count();
    assert_eq!(plays, 1);
}

#[test]
fn engine_and_data_may_come_in_either_order() {
    let mut page = Page::open(Permalink::default());
    page.pack_arrives();
    assert!(page.effects.contains(&Effect::LoadDataset(DatasetKey::of(&RunConfig {
        data: DataSource::MedNist,
        seed: 1,
        ..RunConfig::default()
    }))));
    assert!(!page.effects.iter().any(|effect| matches!(effect, Effect::SendData(_))));
    page.engine_arrives();
    assert!(page.effects.contains(&Effect::SendData(DatasetKey::of(&RunConfig {
        data: DataSource::MedNist,
        seed: 1,
        ..RunConfig::default()
    }))));
}

#[test]
fn play_before_the_engine_is_there_is_kept_and_can_be_taken_back() {
    let mut page = Page::open(Permalink::default());
    page.act(Action::Play);
    assert_eq!(page.state.pending_command, Some(RunCommand::Play));
    page.act(Action::Toggle);
    assert_eq!(page.state.pending_command, None);
}

#[test]
fn events_of_an_older_run_are_dropped() {
    let mut page = Page::ready();
    let old = page.id();
    page.steps(&[1.8]);
    page.act(Action::Reset);
    assert_eq!(page.id(), RunId(old.0 + 1));
    let before = page.state.clone();
    let losses = vec![0.1];
    let timing = Timing::default();
    page.effects.clear();
    page.on_event(Event::Steps { run: old, first: 2, losses, learning_rate: 0.1, timing });
    page.on_event(Event::State { run: old, state: RunState::Running, step: 2 });
    let problem = Problem::new(ErrorCode::Diverged, "Too late.");
    page.on_event(Event::Error { run: Some(old), problem });
    assert_eq!(page.state, before);
    assert!(page.effects.is_empty(), "{:?}", page.effects);
}

#[test]
fn messages_of_an_earlier_worker_are_dropped() {
    let mut page = Page::ready();
    let before = page.state.clone();
    let worker = page.state.engine.worker - 1;
    page.act(Action::WorkerFailed { worker, message: "late".into() });
    let event = Event::State { run: page.id(), state: RunState::Running, step: 0 };
    page.act(Action::EngineEvent { worker, event });
    assert_eq!(page.state, before);
}

#[test]
fn reset_in_mid_step_sets_up_a_new_run() {
    let mut page = Page::ready();
    page.act(Action::Step);
    page.act(Action::Reset);
    let config = page.state.link.config.clone();
    assert_eq!(
        page.commands(),
        [
            &Command::Step(RunId(1)),
            &Command::Configure { run: RunId(2), config, first_weights: None }
        ]
    );
    assert!(page.state.past.is_empty(), "a run without a step leaves nothing behind");
    page.act(Action::Play);
    page.run_is_ready();
    assert_eq!(page.commands().last(), Some(&&Command::Play(RunId(2))));
}

#[test]
fn reset_of_a_run_that_has_not_moved_does_nothing() {
    let mut page = Page::ready();
    page.act(Action::Reset);
    assert!(page.effects.is_empty(), "{:?}", page.effects);
}

#[test]
fn an_edit_while_running_sets_up_a_new_run_and_keeps_the_old_as_an_overlay() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.steps(&[1.8, 1.7]);
    page.edit(|config| config.batch = 64);
    assert_eq!(page.id(), RunId(1), "more edits may follow");
    page.edit(|config| config.batch = 32);
    page.act(Action::DebounceElapsed);
    assert_eq!(page.id(), RunId(2));
    assert_eq!(page.run().config.batch, 32);
    let [past] = &page.state.past[..] else { panic!("{:?}", page.state.past) };
    assert_eq!((past.number, &past.losses[..], past.config.batch), (1, &[1.8, 1.7][..], 16));
    let configured =
        page.commands().iter().filter(|c| matches!(c, Command::Configure { .. })).count();
    assert_eq!(configured, 1);
    assert_eq!(page.effects.iter().filter(|e| matches!(e, Effect::ReplaceUrl(_))).count(), 2);
}

#[test]
fn the_same_run_again_replaces_its_shorter_overlay() {
    let mut page = Page::ready();
    for losses in [&[1.0][..], &[1.0, 0.9], &[1.0]] {
        page.steps(losses);
        page.act(Action::Reset);
        page.run_is_ready();
    }
    let lengths: Vec<usize> = page.state.past.iter().map(|past| past.losses.len()).collect();
    assert_eq!(lengths, [2]);
}

#[test]
fn a_new_learning_rate_goes_to_the_run_as_it_is() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.steps(&[1.8]);
    page.effects.clear();
    page.act(Action::SetLearningRate(0.01));
    assert_eq!(page.commands(), [&Command::SetLearningRate { run: RunId(1), value: 0.01 }]);
    assert_eq!(page.run().config.learning_rate, 0.01);
    page.edit(|config| config.learning_rate = 0.02);
    assert_eq!(page.id(), RunId(1));
    page.act(Action::SetLearningRate(f64::NAN));
    assert_eq!(page.state.link.config.learning_rate, 0.02);
    assert_eq!(page.notices(), ["The learning rate must be above 0 and at most 10, not NaN."]);
}

#[test]
fn a_new_learning_rate_after_the_end_is_a_new_run() {
    let mut page = Page::ready();
    page.steps(&[1.8, f32::NAN]);
    page.engine_says(RunState::Diverged);
    page.act(Action::SetLearningRate(0.0001));
    page.act(Action::DebounceElapsed);
    assert_eq!(page.id(), RunId(2));
}

#[test]
fn a_stack_that_cannot_be_built_stops_the_run_and_says_why_on_play() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    let good = page.state.link.config.clone();
    page.effects.clear();
    page.edit_and_debounce(|config| {
        let layers = vec!["conv1k5.pool4".parse().unwrap(); 4];
        config.task = Task::Classify(Network { architecture: Architecture::Cnn, layers });
    });
    assert_eq!(page.commands(), [&Command::Pause(RunId(1))]);
    page.engine_says(RunState::Paused);
    page.act(Action::Play);
    assert_eq!(page.commands().len(), 1, "nothing runs");
    assert!(page.notices()[0].starts_with("Layer 3: "), "{:?}", page.notices());
    page.act(Action::SetConfig(good));
    page.act(Action::DebounceElapsed);
    assert_eq!(page.id(), RunId(1), "the run that was there goes on");
}

#[test]
fn a_link_with_an_impossible_stack_and_autostart_says_so_once() {
    let mut link = autostart();
    let layers = vec!["conv4".parse().unwrap()];
    link.config.task = Task::Classify(Network { architecture: Architecture::Mlp, layers });
    let mut page = Page::open(link);
    page.pack_arrives();
    page.engine_arrives();
    page.data_is_decoded();
    assert_eq!(page.state.run, None);
    assert_eq!(page.notices().len(), 1);
    page.act(Action::Dismiss(page.state.notices[0].id));
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_crash_starts_the_engine_again_on_the_cpu_and_goes_on() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.steps(&[1.8]);
    page.effects.clear();
    let worker = page.state.engine.worker;
    page.act(Action::WorkerFailed { worker, message: "unreachable".into() });
    assert!(
        page.effects
            .contains(&Effect::StartWorker { worker: worker + 1, device: DeviceChoice::Cpu })
    );
    assert!(page.notices()[0].contains("unreachable"), "{:?}", page.notices());
    assert_eq!(page.state.past.len(), 1);
    page.worker_is_ready();
    page.data_is_decoded();
    page.run_is_ready();
    assert_eq!(page.commands().last(), Some(&&Command::Play(RunId(2))));
    let EngineStatus::Ready(info) = &page.state.engine.status else { panic!() };
    assert_eq!(info.reason, "The engine stopped on the chosen device.");
}

#[test]
fn workers_that_the_engine_wants_are_started() {
    let mut page = Page::ready();
    page.on_event(Event::WantsReplicas(3));
    assert_eq!(page.effects.last(), Some(&Effect::StartReplicas(3)));
}

#[test]
fn an_engine_that_keeps_dying_is_given_up_in_a_sentence() {
    let mut page = Page::ready();
    page.act(Action::Play);
    for _ in 0..=crate::engine_worker::MAX_CRASHES {
        let worker = page.state.engine.worker;
        page.act(Action::WorkerFailed { worker, message: String::new() });
        if page.state.engine.status == EngineStatus::Starting {
            page.worker_is_ready();
        }
    }
    assert!(matches!(page.state.engine.status, EngineStatus::Failed(_)));
    assert_eq!(page.effects.iter().filter(|e| **e == Effect::StopWorker).count(), 1);
    page.act(Action::Play);
    assert_eq!(page.state.pending_command, None, "Play cannot promise anything");
    page.edit_and_debounce(|config| config.batch = 8);
    assert_eq!(page.state.link.config.batch, 8, "the page stays usable");
}

#[test]
fn a_cpu_engine_that_does_not_start_is_not_tried_again() {
    let mut link = Permalink::default();
    link.config.device = DeviceChoice::Cpu;
    let mut page = Page::open(link);
    page.act(Action::EngineLoaded);
    page.act(Action::WorkerFailed { worker: 1, message: "no SIMD".into() });
    assert!(matches!(&page.state.engine.status, EngineStatus::Failed(s) if s.contains("no SIMD")));
}

#[test]
fn a_lost_device_counts_as_a_crash() {
    let mut page = Page::ready();
    let problem = Problem::new(ErrorCode::Device, "The GPU was lost.");
    page.on_event(Event::Error { run: None, problem });
    assert_eq!(page.state.engine.device, DeviceChoice::Cpu);
}

#[test]
fn another_device_is_another_worker() {
    let mut page = Page::ready();
    page.steps(&[1.8]);
    page.effects.clear();
    page.act(Action::SetDevice(DeviceChoice::Cpu));
    page.act(Action::DebounceElapsed);
    assert!(page.effects.contains(&Effect::StartWorker { worker: 2, device: DeviceChoice::Cpu }));
    page.worker_is_ready();
    page.data_is_decoded();
    assert_eq!(page.run().config.device, DeviceChoice::Cpu);
    page.effects.clear();
    page.act(Action::SetDevice(DeviceChoice::Cpu));
    assert!(page.effects.is_empty(), "{:?}", page.effects);
}

#[test]
fn the_engines_missing_file_leaves_the_page_alive() {
    let mut page = Page::open(autostart());
    page.act(Action::EngineUnavailable("The engine is missing on the server.".into()));
    page.pack_arrives();
    assert_eq!(page.notices(), ["The engine is missing on the server."]);
    assert_eq!(
        page.state.shown,
        Some(DatasetKey::of(&RunConfig {
            data: DataSource::MedNist,
            seed: 0,
            ..RunConfig::default()
        }))
    );
    assert_eq!(page.state.pending_command, None);
}

#[test]
fn a_bad_pack_leads_to_nodules_and_nothing_else_is_lost() {
    let mut page = Page::open(autostart());
    page.engine_arrives();
    page.act(Action::PacksListed(vec![listed("mednist", 9)]));
    let problem = Problem::new(ErrorCode::BadPack, "The pack is no zip.");
    page.act(Action::PackFailed(DataSource::MedNist, problem));
    assert!(page.notices()[0].starts_with("The pack is no zip. "));
    assert_eq!(page.state.link.config.data, DataSource::MedNist.generated_fallback());
    page.data_is_decoded();
    page.run_is_ready();
    assert_eq!(page.commands().last(), Some(&&Command::Play(RunId(1))));
}

#[test]
fn the_engine_gets_a_data_set_once_the_page_has_decoded_it() {
    let mut state = Page::ready().state;
    let config = RunConfig { data: DataSource::PHANTOM, ..state.link.config.clone() };
    let mut effects = reduce(&mut state, Action::SetConfig(config));
    effects.extend(reduce(&mut state, Action::DebounceElapsed));
    let phantoms =
        DatasetKey::of(&RunConfig { data: DataSource::PHANTOM, seed: 1, ..RunConfig::default() });
    assert!(effects.contains(&Effect::LoadDataset(phantoms)));
    let sends = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::SendData(_)));
    assert!(!sends(&effects), "{effects:?}");
    // A data set that is not needed any more is not sent.
    let other =
        DatasetKey::of(&RunConfig { data: DataSource::PHANTOM, seed: 2, ..RunConfig::default() });
    assert!(!sends(&reduce(&mut state, Action::DatasetLoaded(other))));
    let effects = reduce(&mut state, Action::DatasetLoaded(phantoms));
    assert!(effects.contains(&Effect::SendData(phantoms)), "{effects:?}");
}

#[test]
fn a_site_without_mednist_says_so_only_to_those_who_wanted_it() {
    let mut page = Page::open(Permalink::default());
    page.act(Action::PacksListed(vec![]));
    assert_eq!(page.notices().len(), 1);
    let mut link = Permalink::default();
    link.config.data = DataSource::PHANTOM;
    let mut page = Page::open(link);
    page.act(Action::PacksListed(vec![]));
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_seed_changes_phantoms_but_not_mednist() {
    let mut page = Page::ready();
    page.edit_and_debounce(|config| config.seed = 2);
    assert!(!page.effects.iter().any(|effect| matches!(effect, Effect::SendData(_))));
    page.edit_and_debounce(|config| config.data = DataSource::PHANTOM);
    page.data_is_decoded();
    page.effects.clear();
    page.edit_and_debounce(|config| config.seed = 3);
    assert!(page.effects.contains(&Effect::SendData(DatasetKey::of(&RunConfig {
        data: DataSource::PHANTOM,
        seed: 3,
        ..RunConfig::default()
    }))));
}

#[test]
fn divergence_is_told_and_the_run_has_ended() {
    let mut page = Page::ready();
    let run = page.id();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[1.8, f32::NAN]);
    let problem = Problem::new(ErrorCode::Diverged, "The loss was no number at step 2.");
    page.on_event(Event::Error { run: Some(run), problem });
    page.engine_says(RunState::Diverged);
    assert!(page.run().has_ended() && !page.run().moves());
    assert_eq!(page.notices(), ["The loss was no number at step 2."]);
    page.effects.clear();
    page.act(Action::Play);
    assert!(page.effects.is_empty(), "{:?}", page.effects);
}

#[test]
fn the_course_page_hears_everything_in_order() {
    let mut page = Page::ready();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[2.0, 1.0]);
    page.epoch_ends(1);
    page.engine_says(RunState::Finished);
    let told: Vec<&Effect> =
        page.effects.iter().filter(|e| !matches!(e, Effect::SendCommand(_))).collect();
    assert_eq!(
        told,
        [
            &Effect::Emit(EmbedEvent::State { state: "running", step: 0 }),
            &Effect::EmitSteps { first: 1, losses: vec![2.0, 1.0] },
            &Effect::Emit(EmbedEvent::Epoch {
                epoch: 1,
                step: 4,
                train_loss: Some(1.0),
                test_loss: 0.5,
                test_accuracy: 0.75,
                test_dice: None,
                images_per_second: 100.0,
            }),
            &Effect::Emit(EmbedEvent::State { state: "finished", step: 2 }),
            &Effect::Emit(EmbedEvent::Finished {
                epoch: 1,
                step: 2,
                test_accuracy: 0.75,
                test_dice: None,
            }),
        ]
    );
}

#[test]
fn hidden_results_reach_no_view_but_the_course_page() {
    let results = |link: &str| {
        let mut page = Page::ready_at(model::permalink::parse(link).0);
        page.act(Action::Step);
        page.steps(&[1.5]);
        page.epoch_ends(1);
        let told = page
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Emit(EmbedEvent::Epoch { .. })));
        let state = &page.state;
        let curve = view_model::curves(state).pop().unwrap();
        (
            told,
            view_model::progress(state).score.is_some(),
            view_model::evaluation(state).is_some(),
            !curve.tests.is_empty(),
            !curve.losses.is_empty(),
        )
    };
    assert_eq!(results(""), (true, true, true, true, true));
    assert_eq!(results("hide=accuracy"), (true, false, false, false, true));
    assert_eq!(results("hide=loss"), (true, true, true, true, false));
}

#[test]
fn losses_stand_at_their_steps() {
    let mut page = Page::ready();
    page.steps(&[3.0, 2.0]);
    let run = page.id();
    let more = |first, losses| Event::Steps {
        run,
        first,
        losses,
        learning_rate: 0.1,
        timing: Timing::default(),
    };
    page.on_event(more(4, vec![1.0]));
    assert_eq!(page.run().losses[..2], [3.0, 2.0]);
    assert!(page.run().losses[2].is_nan());
    assert_eq!(page.run().losses[3], 1.0);
    page.on_event(more(1_000_000_000, vec![1.0]));
    assert_eq!(page.run().step(), 4, "beyond the end of the run");
}

#[test]
fn a_question_is_put_again_when_the_weights_have_changed() {
    let mut page = Page::ready();
    let run = page.id();
    page.act(Action::Predict(vec![7]));
    page.epoch_ends(1);
    let asked: Vec<u32> = page
        .commands()
        .iter()
        .filter_map(
            |c| if let Command::Predict { request, .. } = c { Some(*request) } else { None },
        )
        .collect();
    assert_eq!(asked, [1, 2]);
    page.on_event(Event::Prediction { run, request: 1, logits: vec![0.0] });
    assert_eq!(page.state.prediction.as_ref().unwrap().logits, None);
    page.on_event(Event::Prediction { run, request: 2, logits: vec![1.0] });
    assert_eq!(page.state.prediction.as_ref().unwrap().logits, Some(vec![1.0]));
}

#[test]
fn parts_of_the_link_that_were_ignored_are_named() {
    let mut page = Page::open(Permalink::default());
    page.act(Action::Open(vec!["“lr=NaN” was ignored.".into()]));
    assert_eq!(page.notices(), ["“lr=NaN” was ignored."]);
    page.act(Action::Report(Problem::new(ErrorCode::BadLink, "“lr=NaN” was ignored.")));
    assert_eq!(page.notices().len(), 1, "said once");
}

#[test]
fn every_wrong_value_of_a_link_is_named() {
    let mut page = Page::open(Permalink::default());
    let wrong: Vec<String> = (0..9).map(|n| format!("value {n} was ignored.")).collect();
    page.act(Action::Open(wrong.clone()));
    for batch in 0..9 {
        page.act(Action::Report(Problem::new(ErrorCode::BadImage, batch)));
    }
    assert_eq!(page.notices()[..9], wrong);
    assert_eq!(page.notices().len(), 9 + crate::notices::MAX_NOTICES);
}

#[test]
fn past_runs_and_notices_do_not_grow_without_end() {
    let mut page = Page::ready();
    for batch in 1..=20 {
        page.edit_and_debounce(|config| config.batch = batch);
        page.run_is_ready();
        page.steps(&[1.0]);
        page.act(Action::Report(Problem::new(ErrorCode::BadImage, batch)));
    }
    assert_eq!(page.state.past.len(), 6);
    assert_eq!(page.state.past.last().unwrap().number, 19);
    assert_eq!(page.notices().len(), crate::notices::MAX_NOTICES);
}

#[test]
fn an_optimizer_with_its_own_rate_is_a_new_run() {
    let mut page = Page::ready();
    page.edit_and_debounce(|config| {
        config.optimizer = Optimizer::SGD;
        config.learning_rate = 0.01;
    });
    assert_eq!(page.id(), RunId(2));
}
