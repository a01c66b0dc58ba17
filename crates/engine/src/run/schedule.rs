//! Training throughput, and the schedule of previews that depends on it.

/// Time constant of the smoothing, in seconds.
const SMOOTHING_SECS: f64 = 1.0;

/// Exponentially smoothed throughput in images per second. Only time spent on training counts.
#[derive(Clone, Debug, Default)]
pub struct Throughput {
    images_per_second: Option<f64>,
}

impl Throughput {
    /// Records that training on `images` images took `seconds`.
    pub fn record(&mut self, images: usize, seconds: f64) {
        if seconds <= 0.0 {
            return;
        }
        let now = images as f64 / seconds;
        // A longer measurement is more reliable and gets more weight, 1 - e^(-t).
        let weight = 1.0 - (-seconds / SMOOTHING_SECS).exp();
        self.images_per_second =
            Some(self.images_per_second.map_or(now, |old| old + weight * (now - old)));
    }

    /// Returns the throughput in images per second, or 0 before the first measurement.
    pub fn images_per_second(&self) -> f64 {
        self.images_per_second.unwrap_or(0.0)
    }

    /// Estimates the time in seconds to train on `images` more images, or 0 before the first
    /// measurement.
    pub fn seconds_for(&self, images: usize) -> f64 {
        self.images_per_second.map_or(0.0, |rate| images as f64 / rate)
    }
}

/// Maximum fraction of the training time that previews may take.
const MAX_PREVIEW_TIME_SHARE: f64 = 0.08;

/// Minimum training time between two previews, in seconds. More frequent ones would not be
/// noticeable.
const MIN_PREVIEW_INTERVAL_SECS: f64 = 0.2;

/// Schedule of the previews of a network during training.
#[derive(Clone, Debug, Default)]
pub struct PreviewSchedule {
    /// Step of the last preview.
    last_step: Option<usize>,
    /// Duration of a preview, in seconds.
    cost_secs: f64,
    /// Training time since the last preview, in seconds.
    trained_secs: f64,
}

impl PreviewSchedule {
    /// Records a preview at this step. If `seconds` is 0, the estimated duration of a preview is
    /// unchanged.
    pub fn record_preview(&mut self, step: usize, seconds: f64) {
        self.last_step = Some(step);
        self.trained_secs = 0.0;
        if seconds > 0.0 {
            self.cost_secs = seconds;
        }
    }

    /// Records training time.
    pub fn record_training(&mut self, seconds: f64) {
        self.trained_secs += seconds;
    }

    /// Returns whether the last preview was made at this step.
    pub fn is_current(&self, step: usize) -> bool {
        self.last_step == Some(step)
    }

    /// Returns whether enough training time has passed for another preview.
    pub fn is_due(&self) -> bool {
        let interval_secs = self.cost_secs / MAX_PREVIEW_TIME_SHARE;
        self.trained_secs >= MIN_PREVIEW_INTERVAL_SECS.max(interval_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_take_their_share_of_the_time_and_no_more() {
        let mut previews = PreviewSchedule::default();
        previews.record_training(0.1);
        assert!(!previews.is_due());
        previews.record_training(0.1);
        assert!(previews.is_due());
        previews.record_preview(3, 0.08);
        assert!(previews.is_current(3) && !previews.is_current(4));
        previews.record_training(0.9);
        assert!(!previews.is_due(), "0.08 s would be more than 8 % of 0.9 s");
        previews.record_training(0.2);
        assert!(previews.is_due());
        // The masks of an evaluation need no extra time, so they do not affect the estimated
        // duration.
        previews.record_preview(10, 0.0);
        previews.record_training(0.5);
        assert!(!previews.is_due());
    }

    #[test]
    fn the_first_measurement_counts_wholly_and_later_ones_by_their_length() {
        let mut throughput = Throughput::default();
        assert_eq!((throughput.images_per_second(), throughput.seconds_for(100)), (0.0, 0.0));
        throughput.record(16, 0.0);
        assert_eq!(throughput.images_per_second(), 0.0);
        throughput.record(10, 1.0);
        assert_eq!((throughput.images_per_second(), throughput.seconds_for(100)), (10.0, 10.0));
        throughput.record(1, 0.001);
        let found = throughput.images_per_second();
        assert!(found < 12.0, "one quick step barely counts: {found}");
        throughput.record(10_000, 10.0);
        let found = throughput.images_per_second();
        assert!((found - 1000.0).abs() < 1.0, "{found}");
    }
}
