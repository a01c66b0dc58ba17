//! The segmentation lab while a run goes on: watched slices, masks, feature maps.

use std::ops::Range;

use protocol::{ErrorCode, Event, RunId, TestReport};

use crate::error::EngineError;
use crate::lab::{Answer, Lab, Question, Wanted};
use crate::segment::Segment;
use crate::segment_evaluation::{SegmentFigures, glimpse, most_probable, preview_masks};
use crate::session::Session;

/// Slices that are segmented together: it bounds memory.
const STRETCH: usize = 16;

impl Lab for Segment {
    const STRETCH: usize = STRETCH;
    const SHOWS_STEPS: bool = false;

    type Figures = SegmentFigures;
    type Before = ();

    fn test_images(&self) -> usize {
        self.data.test.len()
    }

    async fn evaluate(
        session: &Session<Self>,
        range: Range<usize>,
        figures: &mut SegmentFigures,
    ) -> Result<(), EngineError> {
        let logits = session.test_logits(range).await?;
        figures.add(session.data(), &session.learner().loss, &logits);
        Ok(())
    }

    fn report(session: &Session<Self>, figures: SegmentFigures) -> TestReport {
        TestReport::Segment(figures.finish(session.data(), &session.learner().loss))
    }

    async fn before_step(_: &mut Session<Self>) -> Result<(), EngineError> {
        Ok(())
    }

    async fn after_step(
        session: &Session<Self>,
        run: RunId,
        _before: (),
    ) -> Result<Event, EngineError> {
        look(session, run).await
    }

    async fn glimpse(
        session: &mut Session<Self>,
        run: RunId,
        _resting: bool,
    ) -> Result<Option<Event>, EngineError> {
        look(session, run).await.map(Some)
    }

    fn glimpse_of(session: &Session<Self>, run: RunId, report: &TestReport) -> Option<Event> {
        let TestReport::Segment(test) = report else { return None };
        let data = session.data();
        let glimpse = glimpse(data, session.step(), preview_masks(data, &test.masks));
        Some(Event::LivePrediction { run, prediction: glimpse })
    }

    async fn answer(
        session: &Session<Self>,
        question: &mut Question,
    ) -> Result<Option<Answer>, EngineError> {
        let data = session.data();
        let ([height, width], pixels) = (data.size, data.pixels());
        let (given, run, request) = (question.pixels.len(), question.run, question.request);
        let bad = |sentence: String| Ok(Some(Answer::refusal(ErrorCode::BadImage, sentence)));
        match question.wanted {
            Wanted::Prediction => Ok(Some(Answer::refusal(
                ErrorCode::NotReady,
                "This network segments slices and names no class of a whole image. Go to the \
                 classification lab for that.",
            ))),
            Wanted::Features if given != pixels => bad(format!(
                "The slice has {given} values instead of {height} × {width}. Choose another one."
            )),
            Wanted::Features => {
                let blocks = session.features(&question.pixels).await?;
                Ok(Some(Answer::Event(Event::Features { run, request, blocks })))
            }
            Wanted::Masks if given == 0 || !given.is_multiple_of(pixels) => bad(format!(
                "The slices have {given} values, which makes no whole slices of {height} × \
                 {width}. Choose another image."
            )),
            Wanted::Masks => {
                let done = question.masks.len();
                let part = &question.pixels[done..given.min(done + STRETCH * pixels)];
                let logits = session.logits_of(part).await?;
                question.masks.extend(most_probable(&logits, data.classes, pixels));
                if question.masks.len() < given {
                    return Ok(None);
                }
                let masks = std::mem::take(&mut question.masks);
                Ok(Some(Answer::Event(Event::Masks { run, request, masks })))
            }
        }
    }
}

async fn look(session: &Session<Segment>, run: RunId) -> Result<Event, EngineError> {
    let data = session.data();
    let logits = session.watched_logits().await?;
    let masks = most_probable(&logits, data.classes, data.pixels());
    Ok(Event::LivePrediction { run, prediction: glimpse(data, session.step(), masks) })
}
