//! Bootstrap intervals, computed in parts between the frames of the page.

use std::rc::Rc;

use data::rng::Rng;
use leptos::prelude::*;
use metrics::{ConfidenceInterval, Groups, Resamples};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::effect;
use ui::hooks::use_animation_frame::{AnimationFrame, use_animation_frame};

/// Time for resamples in a frame. A long task, over 50 ms, would delay the visitor's input.
const BUDGET_MS: f64 = 8.0;
/// Number of resamples between two looks at the clock.
const RESAMPLES_AT_ONCE: usize = 5;
/// Seed of the samples. It is fixed, so that the same evaluation has the same intervals.
const SEED: u64 = 24;

/// Intervals of several metrics; `None` for a metric without a value.
pub(super) type Intervals = Vec<Option<ConfidenceInterval>>;

/// Sets the values of metrics of a sample of images.
type Metrics = Rc<dyn Fn(&[usize], &mut [Option<f64>])>;

/// Metrics whose intervals are wanted.
pub(super) struct BootstrapJob {
    /// The images of each patient; each image is a group of its own if the patients are unknown.
    pub groups: Groups,
    pub resamples: usize,
    /// Number of metrics.
    pub count: usize,
    pub metrics: Metrics,
}

struct Running {
    job: BootstrapJob,
    rng: Rng,
    made: Resamples,
}

/// Returns the intervals of a job; empty until they are computed. When the signals that `job` reads
/// change, it begins anew.
pub(super) fn use_bootstrap(job: impl Fn() -> Option<BootstrapJob> + 'static) -> Signal<Intervals> {
    let intervals = RwSignal::new(Vec::new());
    let frame = use_animation_frame();
    effect(move || {
        frame.cancel();
        if intervals.with_untracked(|intervals| !intervals.is_empty()) {
            intervals.set(Vec::new());
        }
        if let Some(job) = job() {
            let (rng, made) = (Rng::new(SEED), Resamples::new(job.count));
            go_on(Running { job, rng, made }, frame, intervals);
        }
    });
    intervals.into()
}

/// Makes resamples in the next frames, and sets the intervals at the end.
fn go_on(mut running: Running, frame: AnimationFrame, intervals: RwSignal<Intervals>) {
    frame.request(move || {
        let until = now_ms() + BUDGET_MS;
        while running.made.made() < running.job.resamples {
            if now_ms() >= until {
                go_on(running, frame, intervals);
                return;
            }
            running.resample();
        }
        intervals.set(running.made.intervals());
    });
}

impl Running {
    fn resample(&mut self) {
        let Self { job, rng, made } = self;
        let draw = |n: usize| rng.below(n as u64) as usize;
        made.extend(&job.groups, RESAMPLES_AT_ONCE, draw, |sample, values| {
            (job.metrics)(sample, values);
        });
    }
}

fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
