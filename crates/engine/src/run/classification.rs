//! Runs of the classification lab: traces of batches and steps, predictions.

use std::ops::Range;
use std::rc::Rc;

use data::Dataset;
use model::{IMAGE_LEN, ImageRef, Split};
use protocol::interpret::UnitRef;
use protocol::{BatchTrace, BatchTracePhase, ErrorCode, Event, RunId, TestReport};

use super::task::{InferenceKind, InferenceRequest, InferenceResult, RunTask};
use crate::data::DeviceImages;
use crate::error::EngineError;
use crate::evaluation::{classification, mean_cross_entropy};
use crate::training::classification::ClassificationTask;
use crate::training::look_ahead::LookAhead;
use crate::training::{Batch, Session};

/// A batch and its logits before the step that trains on it.
pub(crate) struct PreStep {
    batch: Batch,
    logits: Vec<f32>,
}

impl RunTask for ClassificationTask {
    const EVAL_BATCH: usize = 32;
    const SHOWS_STEPS: bool = true;

    type HeldOut = DeviceImages;
    /// Logits, `[images, classes]` in row-major order.
    type Accumulator = Vec<f32>;
    type PreStep = PreStep;
    type LookAhead = LookAhead;

    fn evaluated(&self) -> Rc<DeviceImages> {
        self.data.evaluated.clone()
    }

    fn upload_test_set(&self, dataset: Dataset) -> Option<DeviceImages> {
        let Dataset::Images(set) = dataset else { return None };
        let fits = set.classes.len() == self.data.classes && !set.test.is_empty();
        fits.then(|| DeviceImages::new(&set.test, &self.data.device))
    }

    fn count(held_out: &DeviceImages) -> usize {
        held_out.labels.len()
    }

    async fn evaluate(
        session: &Session<Self>,
        on: &DeviceImages,
        range: Range<usize>,
        logits: &mut Vec<f32>,
    ) -> Result<(), EngineError> {
        logits.extend(session.logits_on(on, range).await?);
        Ok(())
    }

    fn report(session: &Session<Self>, on: &DeviceImages, logits: Vec<f32>) -> TestReport {
        TestReport::Classify(classification(&logits, &on.labels, session.data().classes))
    }

    async fn before_step(session: &mut Session<Self>) -> Result<PreStep, EngineError> {
        let batch = session.next_batch();
        let logits = session.train_logits(&batch).await?;
        Ok(PreStep { batch, logits })
    }

    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        before: PreStep,
    ) -> Result<Event, EngineError> {
        let logits_after = session.train_logits(&before.batch).await?;
        let labels = labels(session, &before.batch);
        let loss_after = mean_cross_entropy(&logits_after, &labels, session.data().classes);
        let phase = BatchTracePhase::AfterStep { logits_after, loss_after };
        Ok(batch_trace(session, run, session.step(), before, phase))
    }

    async fn look_ahead(session: &mut Session<Self>) -> Result<Option<LookAhead>, EngineError> {
        session.look_ahead().await.map(Some)
    }

    fn step_of(look_ahead: &LookAhead) -> usize {
        look_ahead.step()
    }

    async fn step_trace(
        look_ahead: &LookAhead,
        run: RunId,
        unit: UnitRef,
    ) -> Result<Event, EngineError> {
        Ok(Event::StepTrace { run, trace: Box::new(look_ahead.trace(unit).await?) })
    }

    async fn preview(
        session: &mut Session<Self>,
        run: RunId,
        is_idle: bool,
    ) -> Result<Option<Event>, EngineError> {
        // During training, the next batch is already in use.
        if !is_idle {
            return Ok(None);
        }
        let next = session.step() + 1;
        let before = Self::before_step(session).await?;
        Ok(Some(batch_trace(session, run, next, before, BatchTracePhase::BeforeStep)))
    }

    fn preview_from_report(_: &Session<Self>, _: RunId, _: &TestReport) -> Option<Event> {
        None
    }

    async fn infer(
        session: &Session<Self>,
        request: &mut InferenceRequest,
    ) -> Result<Option<InferenceResult>, EngineError> {
        let InferenceRequest { run, id: request, kind, ref pixels, .. } = *request;
        Ok(Some(match kind {
            InferenceKind::Prediction if pixels.len() == IMAGE_LEN => {
                let logits = session.predict(pixels).await?;
                InferenceResult::Done(Event::Prediction { run, request, logits })
            }
            InferenceKind::Prediction => {
                let sentence = format!(
                    "The image has {} values instead of {IMAGE_LEN}. Drop in another one.",
                    pixels.len()
                );
                InferenceResult::refused(ErrorCode::BadImage, sentence)
            }
            InferenceKind::Masks { .. } => InferenceResult::refused(
                ErrorCode::NotReady,
                "This network names the class of an image and makes no masks. Go to the \
                 segmentation lab for those.",
            ),
        }))
    }
}

fn labels(session: &Session<ClassificationTask>, batch: &Batch) -> Vec<u8> {
    batch.indices.iter().map(|index| session.data().train.labels[*index]).collect()
}

fn batch_trace(
    session: &Session<ClassificationTask>,
    run: RunId,
    step: usize,
    before: PreStep,
    phase: BatchTracePhase,
) -> Event {
    let labels = labels(session, &before.batch);
    let augmented = session.task().augmented(&before.batch).unwrap_or_default();
    let image = |index: &usize| ImageRef { split: Split::Train, index: *index };
    let trace = BatchTrace {
        step,
        images: before.batch.indices.iter().map(image).collect(),
        augmented: augmented.iter().map(|gray| (gray * 255.0).round() as u8).collect(),
        loss_before: mean_cross_entropy(&before.logits, &labels, session.data().classes),
        labels,
        logits_before: before.logits,
        phase,
    };
    Event::BatchTrace { run, trace }
}
