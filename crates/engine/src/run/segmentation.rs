//! Runs of the segmentation lab: live predictions, masks, feature maps.

use std::convert::Infallible;
use std::ops::Range;
use std::rc::Rc;

use data::Dataset;
use protocol::interpret::UnitRef;
use protocol::{ErrorCode, Event, RunId, TestReport};

use super::task::{InferenceKind, InferenceRequest, InferenceResult, RunTask};
use crate::data::DeviceSlices;
use crate::error::EngineError;
use crate::evaluation::segmentation::{
    SegmentationAccumulator, argmax_masks, live_prediction, preview_masks,
};
use crate::evaluation::sliding_window::SlidingWindows;
use crate::training::Session;
use crate::training::segmentation::SegmentationTask;

/// Number of slices or windows segmented at the same time, which limits memory use.
const BATCH: usize = 16;

impl RunTask for SegmentationTask {
    const EVAL_BATCH: usize = BATCH;
    const SHOWS_STEPS: bool = false;

    type HeldOut = DeviceSlices;
    type Accumulator = SegmentationAccumulator;
    type PreStep = ();
    /// The lab shows no single steps.
    type LookAhead = Infallible;

    fn evaluated(&self) -> Rc<DeviceSlices> {
        self.data.evaluated.clone()
    }

    fn upload_test_set(&self, dataset: Dataset) -> Option<DeviceSlices> {
        let Dataset::Slices(set) = dataset else { return None };
        let fits = set.classes.len() == self.data.classes
            && set.test.size == self.data.size
            && !set.test.is_empty();
        fits.then(|| DeviceSlices::new(set.test.clone(), &self.data.device))
    }

    fn count(held_out: &DeviceSlices) -> usize {
        held_out.slices.len()
    }

    async fn evaluate(
        session: &Session<Self>,
        on: &DeviceSlices,
        range: Range<usize>,
        accumulator: &mut SegmentationAccumulator,
    ) -> Result<(), EngineError> {
        let logits = session.logits_on(on, range).await?;
        let classes = session.data().classes;
        accumulator.add(&on.slices, classes, &session.task().loss, &logits);
        Ok(())
    }

    fn report(
        session: &Session<Self>,
        on: &DeviceSlices,
        accumulator: SegmentationAccumulator,
    ) -> TestReport {
        let (classes, loss) = (session.data().classes, &session.task().loss);
        TestReport::Segment(accumulator.finish(&on.slices, classes, loss))
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

    async fn look_ahead(_: &mut Session<Self>) -> Result<Option<Infallible>, EngineError> {
        Ok(None)
    }

    fn step_of(look_ahead: &Infallible) -> usize {
        match *look_ahead {}
    }

    async fn step_trace(
        look_ahead: &Infallible,
        _: RunId,
        _: UnitRef,
    ) -> Result<Event, EngineError> {
        match *look_ahead {}
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
        let prediction =
            live_prediction(data, session.network_position().1, preview_masks(data, &test.masks));
        Some(Event::LivePrediction { run, prediction })
    }

    async fn infer(
        session: &Session<Self>,
        request: &mut InferenceRequest,
    ) -> Result<Option<InferenceResult>, EngineError> {
        let InferenceKind::Masks { size } = request.kind else {
            return Ok(Some(InferenceResult::refused(
                ErrorCode::NotReady,
                "This network segments slices and names no class of a whole image. Go to the \
                 classification lab for that.",
            )));
        };
        let data = session.data();
        if let Err(sentence) = check_slices(request.pixels.len(), size, data.size) {
            return Ok(Some(InferenceResult::refused(ErrorCode::BadImage, sentence)));
        }
        if size == data.size {
            let start = request.masks.len();
            let end = request.pixels.len().min(start + BATCH * data.pixels());
            let logits = session.logits_of(&request.pixels[start..end]).await?;
            request.masks.extend(argmax_masks(&logits, data.classes, data.pixels()));
        } else {
            let windows = request
                .windows
                .get_or_insert_with(|| SlidingWindows::new(size, data.size, data.classes));
            let batch = windows.next_batch(&request.pixels, BATCH);
            let logits = session.logits_of(&batch).await?;
            windows.add(&logits, &mut request.masks);
        }
        if request.masks.len() < request.pixels.len() {
            return Ok(None);
        }
        let masks = std::mem::take(&mut request.masks);
        let (run, request) = (request.run, request.id);
        Ok(Some(InferenceResult::Done(Event::Masks { run, request, masks })))
    }
}

/// Checks that `values` gray values are whole slices of a size that the network can segment.
/// Returns a sentence for the visitor if not.
fn check_slices(values: usize, size: [usize; 2], input: [usize; 2]) -> Result<(), String> {
    let ([height, width], [input_height, input_width]) = (size, input);
    if height < input_height || width < input_width {
        return Err(format!(
            "The slices have {height} × {width} pixels, and the network needs at least \
             {input_height} × {input_width}. Choose a larger image."
        ));
    }
    let whole = |pixels: usize| values > 0 && values.is_multiple_of(pixels);
    if !height.checked_mul(width).is_some_and(whole) {
        return Err(format!(
            "The slices have {values} values, which makes no whole slices of {height} × {width}. \
             Choose another image."
        ));
    }
    Ok(())
}

/// Segments the preview slices.
async fn predict_previews(
    session: &Session<SegmentationTask>,
    run: RunId,
) -> Result<Event, EngineError> {
    let data = session.data();
    let logits = session.preview_logits().await?;
    let masks = argmax_masks(&logits, data.classes, data.pixels());
    Ok(Event::LivePrediction {
        run,
        prediction: live_prediction(data, session.network_position().1, masks),
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use burn::tensor::Device;
    use data::phantom::ventricles;
    use futures::executor::block_on;
    use model::score::softmax;
    use model::{DataSource, Lab, RunConfig, Segmentation, Task, UNet, Ventricles};

    use super::*;
    use crate::data::SliceData;

    const SIDE: usize = 64;
    const PIXELS: usize = SIDE * SIDE;

    /// Returns a small network that is trained for a few steps, so that its masks have both classes.
    fn session() -> Session<SegmentationTask> {
        let source = Ventricles::default();
        let set = ventricles::slices(source, 1);
        let unet = UNet { depth: 1, width: 4, ..UNet::default() };
        let config = RunConfig {
            data: DataSource::Ventricles(source),
            task: Task::Segment(Segmentation { unet, balanced: true, ..Segmentation::default() }),
            batch: 32,
            learning_rate: 0.01,
            ..RunConfig::default_for(Lab::Segment)
        };
        let data = Rc::new(SliceData::new(set, &Device::flex()));
        let mut session = Session::segment(config, data).unwrap();
        for _ in 0..24 {
            block_on(session.train());
        }
        session
    }

    fn request(size: [usize; 2], pixels: Vec<u8>) -> InferenceRequest {
        let kind = InferenceKind::Masks { size };
        InferenceRequest { run: RunId(1), id: 1, kind, pixels, masks: Vec::new(), windows: None }
    }

    /// Returns the answer, and the number of batches that it took.
    fn answer(
        session: &Session<SegmentationTask>,
        size: [usize; 2],
        pixels: Vec<u8>,
    ) -> (InferenceResult, usize) {
        let mut request = request(size, pixels);
        for batches in 1.. {
            if let Some(result) = block_on(SegmentationTask::infer(session, &mut request)).unwrap()
            {
                return (result, batches);
            }
        }
        unreachable!("every request ends");
    }

    fn masks(session: &Session<SegmentationTask>, size: [usize; 2], pixels: Vec<u8>) -> Vec<u8> {
        match answer(session, size, pixels).0 {
            InferenceResult::Done(Event::Masks { masks, .. }) => masks,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn slices_of_the_input_size_are_not_cut_into_windows() {
        let session = session();
        let pixels = session.data().evaluated.slices.images[..5 * PIXELS].to_vec();
        let expected = argmax_masks(&block_on(session.logits_of(&pixels)).unwrap(), 2, PIXELS);
        assert!(expected.contains(&0) && expected.contains(&1));
        assert_eq!(masks(&session, [SIDE; 2], pixels), expected);
    }

    #[test]
    fn larger_slices_have_the_most_probable_class_over_all_windows() {
        let session = session();
        // Test slices side by side, cut to sides that are no multiples of the input's.
        let count = 2;
        let mosaic = |height: usize, width: usize| -> Vec<u8> {
            let pixel = |image: usize, y: usize, x: usize| {
                let slice = (image * 7 + y / SIDE * 3 + x / SIDE) % 20;
                session.data().evaluated.slices.images[slice * PIXELS + y % SIDE * SIDE + x % SIDE]
            };
            let rows = (0..count).flat_map(|image| (0..height).map(move |y| (image, y)));
            rows.flat_map(|(image, y)| (0..width).map(move |x| pixel(image, y, x))).collect()
        };
        for [height, width] in [[128, 96], [70, 131], [64, 65], [200, 64]] {
            let pixels = mosaic(height, width);
            let (mut expected, mut open) = (Vec::new(), 0);
            for image in pixels.chunks_exact(height * width) {
                let (mut sums, mut counts) = (vec![0.0; height * width], vec![0.0; height * width]);
                let starts = |length: usize| {
                    let inner = (0..length - SIDE).step_by(SIDE / 2);
                    inner.chain([length - SIDE]).collect::<Vec<usize>>()
                };
                for (top, left) in starts(height)
                    .iter()
                    .flat_map(|top| starts(width).into_iter().map(move |l| (*top, l)))
                {
                    let places: Vec<usize> =
                        (0..PIXELS).map(|i| (top + i / SIDE) * width + left + i % SIDE).collect();
                    let window: Vec<u8> = places.iter().map(|place| image[*place]).collect();
                    let logits = block_on(session.logits_of(&window)).unwrap();
                    for (i, place) in places.iter().enumerate() {
                        sums[*place] += softmax(&[logits[i], logits[PIXELS + i]])[1];
                        counts[*place] += 1.0;
                    }
                }
                // Sums in a different order may change the class of a pixel with equal means.
                let class = |(sum, count): (&f32, &f32)| match sum / count - 0.5 {
                    margin if margin.abs() < 1e-4 => None,
                    margin => Some(u8::from(margin > 0.0)),
                };
                open += sums.iter().zip(&counts).filter(|pair| class(*pair).is_none()).count();
                expected.extend(sums.iter().zip(&counts).map(class));
            }
            let masks = masks(&session, [height, width], pixels);
            assert_eq!(masks.len(), count * height * width);
            assert!(masks.contains(&0) && masks.contains(&1) && open * 100 < masks.len(), "{open}");
            for (place, (mask, expected)) in masks.iter().zip(&expected).enumerate() {
                assert!(expected.is_none_or(|class| class == *mask), "{height}×{width}: {place}");
            }
        }
    }

    #[test]
    fn windows_are_segmented_in_batches() {
        let session = session();
        // 7 × 7 windows in each of two slices.
        let (_, batches) = answer(&session, [256, 256], vec![90; 2 * 256 * 256]);
        assert_eq!(batches, (2 * 49_usize).div_ceil(BATCH));
    }

    #[test]
    fn slices_of_a_wrong_size_are_refused() {
        let session = session();
        let cases = [
            ([0, 0], 0),
            ([63, 64], 63 * 64),
            ([64, 63], 64 * 63),
            ([64, 64], 0),
            ([64, 65], PIXELS),
            ([100, 100], 10_001),
            ([usize::MAX, 64], PIXELS),
            ([usize::MAX, usize::MAX], 1),
        ];
        for (size, length) in cases {
            let (result, _) = answer(&session, size, vec![0; length]);
            let InferenceResult::Refused(problem) = result else { panic!("{size:?}: {result:?}") };
            assert_eq!(problem.code, ErrorCode::BadImage, "{size:?}");
        }
    }
}
