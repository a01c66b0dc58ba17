//! How much of the time the interpreter works while a run trains on the same cores.

/// Share of the time in which it works then, in the long run.
const SHARE: f64 = 0.1;

/// Work that is done at once after a pause, in seconds, so that a short query is answered as fast as ever.
const BURST_SECS: f64 = 0.15;

/// Tells how long to wait between pieces of work: a token bucket, filled by the time that passes.
#[derive(Clone, Copy, Debug)]
pub struct DutyCycle {
    /// Seconds of work that may be done at once; negative if work is owed.
    credit: f64,
    /// Time of the last piece of work, in seconds.
    at: f64,
}

impl Default for DutyCycle {
    fn default() -> Self {
        Self { credit: BURST_SECS, at: f64::NEG_INFINITY }
    }
}

impl DutyCycle {
    /// Notes a piece of work that took `worked` seconds and has ended `now`, in seconds. Returns the
    /// seconds to wait before the next one.
    pub fn wait_after(&mut self, worked: f64, now: f64) -> f64 {
        self.credit = (self.credit + SHARE * (now - self.at)).min(BURST_SECS) - worked;
        self.at = now;
        (-self.credit / SHARE).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_query_is_answered_at_once_and_a_long_one_takes_a_tenth_of_the_time() {
        let (mut duty, mut now) = (DutyCycle::default(), 100.0);
        let mut worked = 0.0;
        while worked < 0.1 {
            now += 0.01;
            worked += 0.01;
            assert_eq!(duty.wait_after(0.01, now), 0.0, "after {worked} s");
        }
        while worked < 10.0 {
            now += 0.02;
            worked += 0.02;
            now += duty.wait_after(0.02, now);
        }
        let share = worked / (now - 100.0);
        assert!((0.095..0.105).contains(&share), "{share}");
        // Later, short ones are again.
        now += 2.0;
        assert_eq!(duty.wait_after(0.1, now), 0.0);
    }
}
