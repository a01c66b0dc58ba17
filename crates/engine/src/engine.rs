//! What a command means now: the data, the present run, and whose turn it is.

use std::rc::Rc;

use burn::tensor::Device;
use data::{Dataset, Pack, phantom};
use protocol::{
    Command, DataInfo, DataSource, ErrorCode, Event, IMAGE_LEN, Problem, RunConfig, RunId,
    check_learning_rate,
};

use crate::run::Run;
use crate::serve::Host;
use crate::session::{DeviceData, Session};

/// Data on the device, and what it is.
struct Loaded {
    source: DataSource,
    seed: u32,
    data: Rc<DeviceData>,
}

impl Loaded {
    /// Whether a run with that config may use the data.
    fn serves(&self, config: &RunConfig) -> bool {
        self.source == config.data
            && (self.source == DataSource::MedNist || self.seed == config.seed)
    }
}

/// The state behind [`crate::serve()`].
pub(crate) struct Engine<'h, H> {
    device: Device,
    host: &'h H,
    loaded: Option<Loaded>,
    run: Option<Run<'h, H>>,
}

impl<'h, H: Host> Engine<'h, H> {
    pub(crate) fn new(device: Device, host: &'h H) -> Self {
        Self { device, host, loaded: None, run: None }
    }

    /// Whether there is something to do without a further command.
    pub(crate) fn has_work(&self) -> bool {
        self.run.as_ref().is_some_and(Run::has_work)
    }

    /// Does one piece of it.
    pub(crate) async fn work(&mut self) {
        if let Some(run) = &mut self.run {
            run.work().await;
        }
    }

    /// Does what the page asks.
    pub(crate) async fn obey(&mut self, command: Command) {
        match command {
            Command::LoadData { source, seed, pack } => self.load(source, seed, pack),
            Command::Configure { run, config } => self.configure(run, config),
            Command::Play(id) => {
                if let Some(run) = self.present(id) {
                    run.play();
                }
            }
            Command::Pause(id) => {
                if let Some(run) = self.present(id) {
                    run.pause().await;
                }
            }
            Command::Step(id) => {
                if let Some(run) = self.present(id) {
                    run.step_once().await;
                }
            }
            Command::Epoch(id) => {
                if let Some(run) = self.present(id) {
                    run.play_epoch();
                }
            }
            Command::SetLearningRate { run: id, value } => {
                if let Some(run) = self.present(id) {
                    match check_learning_rate(value) {
                        Ok(()) => run.set_learning_rate(value).await,
                        Err(error) => self.complain(Some(id), ErrorCode::BadConfig, error),
                    }
                }
            }
            Command::Predict { run: id, request, pixels } => {
                if let Some(run) = self.present(id) {
                    if pixels.len() == IMAGE_LEN {
                        run.predict(request, &pixels).await;
                    } else {
                        let sentence = format!(
                            "The image has {} values instead of {IMAGE_LEN}. Drop in another one.",
                            pixels.len()
                        );
                        self.complain(Some(id), ErrorCode::BadImage, sentence);
                    }
                }
            }
        }
    }

    /// The run of that id. Commands for an older run are late and mean nothing any more; those for
    /// a run that was never set up get an answer.
    fn present(&mut self, id: RunId) -> Option<&mut Run<'h, H>> {
        let known = self.run.as_ref().map(Run::id);
        if known.is_none_or(|known| id > known) {
            self.complain(
                Some(id),
                ErrorCode::NotReady,
                "There is no such run yet. Load data and set up a run first.",
            );
        }
        self.run.as_mut().filter(|run| run.id() == id)
    }

    fn load(&mut self, source: DataSource, seed: u32, pack: Vec<u8>) {
        let dataset = match read(source, seed, pack) {
            Ok(dataset) => dataset,
            Err(problem) => return self.host.emit(Event::Error { run: None, problem }),
        };
        let info = DataInfo {
            classes: dataset.classes.clone(),
            train_labels: dataset.train.labels.clone(),
            test_labels: dataset.test.labels.clone(),
        };
        let data = Rc::new(DeviceData::new(&dataset, &self.device));
        self.loaded = Some(Loaded { source, seed, data });
        self.host.emit(Event::DataReady { source, seed, info });
    }

    fn configure(&mut self, id: RunId, config: RunConfig) {
        if self.run.as_ref().is_some_and(|run| run.id() > id) {
            return;
        }
        let Some(loaded) = self.loaded.as_ref().filter(|loaded| loaded.serves(&config)) else {
            return self.complain(
                Some(id),
                ErrorCode::NotReady,
                "The data of this run is not loaded yet. Load it first, then set up the run.",
            );
        };
        if let Err(error) = config.check(loaded.data.classes) {
            return self.complain(Some(id), ErrorCode::BadConfig, error);
        }
        match Session::new(config, loaded.data.clone()) {
            Ok(session) => self.run = Some(Run::start(id, session, self.host)),
            Err(error) => self.complain(Some(id), ErrorCode::BadConfig, error),
        }
    }

    fn complain(&self, run: Option<RunId>, code: ErrorCode, sentence: impl ToString) {
        self.host.emit(Event::Error { run, problem: Problem::new(code, sentence) });
    }
}

fn read(source: DataSource, seed: u32, pack: Vec<u8>) -> Result<Dataset, Problem> {
    let dataset = match source {
        DataSource::MedNist => Pack::open(pack)
            .and_then(|pack| pack.decode())
            .map_err(|error| Problem::new(ErrorCode::BadPack, error))?,
        DataSource::Phantom { noise, rotation } => {
            phantom::dataset(phantom::Spec { noise, rotation }, seed)
        }
    };
    if dataset.train.is_empty() || dataset.test.is_empty() {
        return Err(Problem::new(
            ErrorCode::BadPack,
            "The data pack has no images to train on, or none to test with. Choose another one.",
        ));
    }
    Ok(dataset)
}
