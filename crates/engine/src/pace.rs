//! How fast training goes, smoothed over about a second.

/// Time constant of the smoothing, in seconds.
const SMOOTHING: f64 = 1.0;

/// A running estimate of images a second. Only time spent training counts.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    rate: Option<f64>,
}

impl Pace {
    /// Takes note of `images` that took `seconds`.
    pub fn add(&mut self, images: usize, seconds: f64) {
        if seconds <= 0.0 {
            return;
        }
        let now = images as f64 / seconds;
        // A long stretch says more than a short one: its weight is 1 - e^(-t).
        let weight = 1.0 - (-seconds / SMOOTHING).exp();
        self.rate = Some(self.rate.map_or(now, |old| old + weight * (now - old)));
    }

    /// Images a second; 0 before the first measurement.
    pub fn rate(&self) -> f64 {
        self.rate.unwrap_or(0.0)
    }

    /// Seconds that `images` more will take; 0 before the first measurement.
    pub fn seconds_for(&self, images: usize) -> f64 {
        self.rate.map_or(0.0, |rate| images as f64 / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_measurement_counts_wholly_and_later_ones_by_their_length() {
        let mut pace = Pace::default();
        assert_eq!((pace.rate(), pace.seconds_for(100)), (0.0, 0.0));
        pace.add(16, 0.0);
        assert_eq!(pace.rate(), 0.0);
        pace.add(10, 1.0);
        assert_eq!((pace.rate(), pace.seconds_for(100)), (10.0, 10.0));
        pace.add(1, 0.001);
        assert!(pace.rate() < 12.0, "one quick step barely counts: {}", pace.rate());
        pace.add(10_000, 10.0);
        assert!((pace.rate() - 1000.0).abs() < 1.0, "{}", pace.rate());
    }
}
