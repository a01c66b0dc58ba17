//! Runs of the segmentation lab: live predictions, masks, feature maps.

use std::ops::Range;

use protocol::{ErrorCode, Event, RunId, TestReport};

use super::task::{InferenceKind, InferenceRequest, InferenceResult, RunTask};
use crate::error::EngineError;
use crate::evaluation::segmentation::{
    SegmentationAccumulator, argmax_masks, live_prediction, preview_masks,
};
use crate::training::Session;
use crate::training::segmentation::SegmentationTask;

/// Number of slices segmented at the same time, which limits memory use.
const BATCH: usize = 16;

impl RunTask for SegmentationTask {
    const EVAL_BATCH: usize = BATCH;
    const SHOWS_STEPS: bool = false;

    type Accumulator = SegmentationAccumulator;
    type PreStep = ();

    fn test_images(&self) -> usize {
        self.data.test.len()
    }

    async fn evaluate(
        session: &Session<Self>,
        range: Range<usize>,
        accumulator: &mut SegmentationAccumulator,
    ) -> Result<(), EngineError> {
        let logits = session.test_logits(range).await?;
        accumulator.add(session.data(), &session.task().loss, &logits);
        Ok(())
    }

    fn report(session: &Session<Self>, accumulator: SegmentationAccumulator) -> TestReport {
        TestReport::Segment(accumulator.finish(session.data(), &session.task().loss))
    }

    async fn before_step(_: &mut Session<Self>) -> Result<(), EngineError> {
        Ok(())
    }

    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        _before: (),
    ) -> Result<Event, EngineError> {
        predict_previews(session, run).await
    }

    async fn preview(
        session: &mut Session<Self>,
        run: RunId,
        _is_idle: bool,
    ) -> Result<Option<Event>, EngineError> {
        predict_previews(session, run).await.map(Some)
    }

    fn preview_from_report(
        session: &Session<Self>,
        run: RunId,
        report: &TestReport,
    ) -> Option<Event> {
        let TestReport::Segment(test) = report else { return None };
        let data = session.data();
        let prediction = live_prediction(data, session.step(), preview_masks(data, &test.masks));
        Some(Event::LivePrediction { run, prediction })
    }

    async fn infer(
        session: &Session<Self>,
        request: &mut InferenceRequest,
    ) -> Result<Option<InferenceResult>, EngineError> {
        let data = session.data();
        let ([height, width], pixels) = (data.size, data.pixels());
        let (given, run, id) = (request.pixels.len(), request.run, request.id);
        let refuse =
            |sentence: String| Ok(Some(InferenceResult::refused(ErrorCode::BadImage, sentence)));
        match request.kind {
            InferenceKind::Prediction => Ok(Some(InferenceResult::refused(
                ErrorCode::NotReady,
                "This network segments slices and names no class of a whole image. Go to the \
                 classification lab for that.",
            ))),
            InferenceKind::Masks if given == 0 || !given.is_multiple_of(pixels) => refuse(format!(
                "The slices have {given} values, which makes no whole slices of {height} × \
                 {width}. Choose another image."
            )),
            InferenceKind::Masks => {
                let done = request.masks.len();
                let batch = &request.pixels[done..given.min(done + BATCH * pixels)];
                let logits = session.logits_of(batch).await?;
                request.masks.extend(argmax_masks(&logits, data.classes, pixels));
                if request.masks.len() < given {
                    return Ok(None);
                }
                let masks = std::mem::take(&mut request.masks);
                Ok(Some(InferenceResult::Done(Event::Masks { run, request: id, masks })))
            }
        }
    }
}

/// Segments the preview slices.
async fn predict_previews(
    session: &Session<SegmentationTask>,
    run: RunId,
) -> Result<Event, EngineError> {
    let data = session.data();
    let logits = session.preview_logits().await?;
    let masks = argmax_masks(&logits, data.classes, data.pixels());
    Ok(Event::LivePrediction { run, prediction: live_prediction(data, session.step(), masks) })
}
