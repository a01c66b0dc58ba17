//! Functions exported by the module. A trial runs to its end without a pause: the page stops it by
//! stopping the worker.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use protocol::interpret::InterpreterDataset;
use protocol::study::{NetworkTrial, StudyRequest, StudyResponse, Trial, TrialResult};
use protocol::{ErrorCode, Problem};
use studies::{TrialError, TrialRun, fit_classical};
use wasm_bindgen::prelude::*;

thread_local! {
    static DATASET: RefCell<Option<Rc<InterpreterDataset>>> = RefCell::default();
}

/// Time between two messages about the progress of a trial, in seconds.
const PROGRESS_SECS: f64 = 0.1;

/// Prepares the module.
#[wasm_bindgen]
pub fn start() {
    transport::report_panics();
}

/// Handles a message from the page: an encoded [`StudyRequest`].
#[wasm_bindgen]
pub fn receive(bytes: &[u8]) -> Result<(), JsError> {
    match transport::decode(bytes)? {
        StudyRequest::SetDataset(dataset) => DATASET.set(Some(Rc::new(dataset))),
        StudyRequest::Train(trial) => {
            let response = train(trial).unwrap_or_else(|error| {
                StudyResponse::Failed(Problem::new(ErrorCode::BadConfig, error.to_string()))
            });
            transport::post(&response);
        }
    }
    Ok(())
}

fn train(trial: Trial) -> Result<StudyResponse, TrialError> {
    let dataset = DATASET.with_borrow(Clone::clone).ok_or(TrialError::NoImages)?;
    let start = now_secs();
    let trial = match trial {
        Trial::Network(trial) => *trial,
        Trial::Classical(trial) => {
            let result = fit_classical(&trial, &dataset)?;
            return Ok(StudyResponse::Done(TrialResult { seconds: now_secs() - start, ..result }));
        }
    };
    let mut run = TrialRun::new(trial, dataset)?;
    let mut posted = start;
    let mut post = |steps: usize| {
        if now_secs() - posted >= PROGRESS_SECS {
            posted = now_secs();
            transport::post(&StudyResponse::Steps(steps));
        }
    };
    let mut steps = 0;
    while run.train()?.is_some() {
        steps += 1;
        post(steps);
    }
    let seconds = now_secs() - start;
    let result = run.evaluate(seconds, |probings| {
        post(steps + probings * NetworkTrial::STEPS_OF_PROBING);
    });
    Ok(StudyResponse::Done(result))
}

fn now_secs() -> f64 {
    Date::now() / 1000.0
}
