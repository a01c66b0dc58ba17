//! The classification lab while a run goes on: batches under the lens, probabilities, predictions.

use std::ops::Range;

use model::{IMAGE_LEN, ImageRef, Split};
use protocol::{BatchTrace, BatchTracePhase, ErrorCode, Event, RunId, TestReport};

use crate::classify::Classify;
use crate::error::EngineError;
use crate::evaluation::{classification, mean_cross_entropy};
use crate::lab::{Answer, Lab, Question, Wanted};
use crate::session::Session;

/// A batch and its logits before the step that uses it.
pub(crate) struct Before {
    batch: Vec<usize>,
    logits: Vec<f32>,
}

impl Lab for Classify {
    const STRETCH: usize = 32;
    const SHOWS_STEPS: bool = true;

    type Figures = Vec<f32>;
    type Before = Before;

    fn test_images(&self) -> usize {
        self.data.test.labels.len()
    }

    async fn evaluate(
        session: &Session<Self>,
        range: Range<usize>,
        figures: &mut Vec<f32>,
    ) -> Result<(), EngineError> {
        figures.extend(session.test_logits(range).await?);
        Ok(())
    }

    fn report(session: &Session<Self>, logits: Vec<f32>) -> TestReport {
        let data = session.data();
        TestReport::Classify(classification(&logits, &data.test.labels, data.classes))
    }

    async fn before_step(session: &mut Session<Self>) -> Result<Before, EngineError> {
        let batch = session.next_batch();
        let logits = session.train_logits(&batch).await?;
        Ok(Before { batch, logits })
    }

    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        before: Before,
    ) -> Result<Event, EngineError> {
        let logits_after = session.train_logits(&before.batch).await?;
        let labels = labels(session, &before.batch);
        let loss_after = mean_cross_entropy(&logits_after, &labels, session.data().classes);
        let phase = BatchTracePhase::AfterStep { logits_after, loss_after };
        Ok(lens(session, run, session.step(), before, phase))
    }

    async fn glimpse(
        session: &mut Session<Self>,
        run: RunId,
        resting: bool,
    ) -> Result<Option<Event>, EngineError> {
        // A run that trains has no batch to wait with.
        if !resting {
            return Ok(None);
        }
        let next = session.step() + 1;
        let before = Self::before_step(session).await?;
        Ok(Some(lens(session, run, next, before, BatchTracePhase::BeforeStep)))
    }

    fn glimpse_of(_: &Session<Self>, _: RunId, _: &TestReport) -> Option<Event> {
        None
    }

    async fn answer(
        session: &Session<Self>,
        question: &mut Question,
    ) -> Result<Option<Answer>, EngineError> {
        let Question { run, request, wanted, ref pixels, .. } = *question;
        Ok(Some(match wanted {
            Wanted::Prediction if pixels.len() == IMAGE_LEN => {
                let logits = session.predict(pixels).await?;
                Answer::Event(Event::Prediction { run, request, logits })
            }
            Wanted::Prediction => {
                let sentence = format!(
                    "The image has {} values instead of {IMAGE_LEN}. Drop in another one.",
                    pixels.len()
                );
                Answer::refusal(ErrorCode::BadImage, sentence)
            }
            Wanted::Masks | Wanted::Features => Answer::refusal(
                ErrorCode::NotReady,
                "This network names the class of an image and makes no masks. Go to the \
                 segmentation lab for those.",
            ),
        }))
    }
}

fn labels(session: &Session<Classify>, batch: &[usize]) -> Vec<u8> {
    batch.iter().map(|index| session.data().train.labels[*index]).collect()
}

fn lens(
    session: &Session<Classify>,
    run: RunId,
    step: usize,
    before: Before,
    phase: BatchTracePhase,
) -> Event {
    let labels = labels(session, &before.batch);
    let image = |index: &usize| ImageRef { split: Split::Train, index: *index };
    let lens = BatchTrace {
        step,
        images: before.batch.iter().map(image).collect(),
        loss_before: mean_cross_entropy(&before.logits, &labels, session.data().classes),
        labels,
        logits_before: before.logits,
        phase,
    };
    Event::BatchTrace { run, trace: lens }
}
