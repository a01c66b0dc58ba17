//! Restart policy of the interpreter's worker: whether a crashed worker is replaced, and which
//! message is shown.

/// Number of consecutive crashes, without a healthy worker in between, after which no other worker
/// is started.
const MAX_CRASHES: u32 = 3;
/// Age in seconds at which a worker that answers queries counts as healthy. A worker that crashes
/// on a certain query may answer others before it, so an answer alone does not show that it is
/// healthy.
const HEALTHY_AFTER_SECS: f64 = 10.0;

/// Counts the crashes of workers, and decides whether a crashed worker is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RestartPolicy {
    /// Number of crashes since a worker was last healthy.
    crashes: u32,
    /// Time at which the current worker was started.
    started_secs: f64,
}

impl RestartPolicy {
    /// Records that a worker was started.
    pub fn started(&mut self, now_secs: f64) {
        self.started_secs = now_secs;
    }

    /// Records that the worker crashed. Returns the message for the visitor.
    pub fn crashed(&mut self) -> &'static str {
        self.crashes += 1;
        if self.is_over() {
            "The part of this page that looks into networks stops again and again. Reload the page to \
             go on; the address keeps your settings."
        } else {
            "The part of this page that looks into networks has stopped, and is being started again. \
             It no longer has the networks of earlier epochs."
        }
    }

    /// Records that the worker answered a query.
    pub fn answered(&mut self, now_secs: f64) {
        if now_secs - self.started_secs >= HEALTHY_AFTER_SECS {
            self.crashes = 0;
        }
    }

    /// Returns whether the limit is reached, after which no other worker is started.
    pub fn is_over(&self) -> bool {
        self.crashes >= MAX_CRASHES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_crashes_in_a_row_are_the_end() {
        let mut policy = RestartPolicy::default();
        for crash in 1..=MAX_CRASHES {
            assert!(!policy.is_over());
            policy.started(0.0);
            // An answer shortly after the start does not reset the counter.
            policy.answered(HEALTHY_AFTER_SECS - 1.0);
            let sentence = policy.crashed();
            assert_eq!(sentence.contains("Reload the page"), crash == MAX_CRASHES);
        }
        assert!(policy.is_over());
    }

    #[test]
    fn a_healthy_worker_wipes_out_the_crashes_before_it() {
        let mut policy = RestartPolicy::default();
        for _ in 0..10 {
            policy.crashed();
            policy.started(100.0);
            policy.answered(100.0 + HEALTHY_AFTER_SECS);
            assert!(!policy.is_over());
        }
    }
}
