//! How fast training goes, smoothed over about a second, and how often it may be looked at.

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

/// Share of the training time that glimpses of the network may take.
const GLIMPSE_SHARE: f64 = 0.08;

/// Shortest training time between two glimpses, in seconds: nobody sees more.
const GLIMPSE_EVERY: f64 = 0.2;

/// When the network was last shown, and when to show it again.
#[derive(Clone, Debug, Default)]
pub struct Glimpses {
    /// Steps made when it was last shown.
    step: Option<usize>,
    /// Seconds that a glimpse takes.
    cost: f64,
    /// Seconds of training since the last.
    trained: f64,
}

impl Glimpses {
    /// Takes note of a glimpse after so many steps. A cost of 0 says nothing about the next one.
    pub fn made(&mut self, step: usize, seconds: f64) {
        self.step = Some(step);
        self.trained = 0.0;
        if seconds > 0.0 {
            self.cost = seconds;
        }
    }

    /// Takes note of training.
    pub fn trained(&mut self, seconds: f64) {
        self.trained += seconds;
    }

    /// Whether the last glimpse shows the network after so many steps.
    pub fn shows(&self, step: usize) -> bool {
        self.step == Some(step)
    }

    /// Whether enough was trained for another glimpse.
    pub fn is_due(&self) -> bool {
        self.trained >= GLIMPSE_EVERY.max(self.cost / GLIMPSE_SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glimpses_take_their_share_of_the_time_and_no_more() {
        let mut glimpses = Glimpses::default();
        glimpses.trained(0.1);
        assert!(!glimpses.is_due());
        glimpses.trained(0.1);
        assert!(glimpses.is_due());
        glimpses.made(3, 0.08);
        assert!(glimpses.shows(3) && !glimpses.shows(4));
        glimpses.trained(0.9);
        assert!(!glimpses.is_due(), "0.08 s would be more than 8 % of 0.9 s");
        glimpses.trained(0.2);
        assert!(glimpses.is_due());
        // An epoch's own figures cost nothing more, and teach nothing about the cost.
        glimpses.made(10, 0.0);
        glimpses.trained(0.5);
        assert!(!glimpses.is_due());
    }

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
