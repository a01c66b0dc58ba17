//! Restart policy of the interpreter's worker: whether a dead one is replaced, and what is said
//! meanwhile.

/// Crashes in a row, each before a worker was healthy, after which no other worker is started.
const MAX_CRASHES: u32 = 3;
/// Polls after which a worker that answers is healthy. One that breaks over a certain question
/// answers the others before, so an answer alone is no sign of health.
const HEALTHY_AFTER_POLLS: u32 = 20;

/// Crashes and age of the workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Crashes since a worker was last healthy.
    crashes: u32,
    /// Polls since the present worker was started.
    polls: u32,
    /// Whether one has crashed and none has answered since.
    error_shown: bool,
}

impl RestartPolicy {
    /// Notes that a worker was started.
    pub fn begin(&mut self) {
        self.polls = 0;
    }

    /// Notes that a poll interval has passed.
    pub fn poll(&mut self) {
        self.polls = self.polls.saturating_add(1);
    }

    /// Notes that the worker crashed. Returns what to say of it.
    pub fn died(&mut self) -> &'static str {
        self.crashes += 1;
        self.error_shown = true;
        if self.is_over() {
            "The part of this page that looks into networks stops again and again. Reload the page to \
             go on; the address keeps your settings."
        } else {
            "The part of this page that looks into networks has stopped, and is being started again. \
             It no longer has the networks of earlier epochs."
        }
    }

    /// Notes an answer. Returns whether it ends what was said of a crash.
    pub fn answered(&mut self) -> bool {
        if self.polls >= HEALTHY_AFTER_POLLS {
            self.crashes = 0;
        }
        std::mem::take(&mut self.error_shown)
    }

    /// Returns whether no other worker is started.
    pub fn is_over(&self) -> bool {
        self.crashes >= MAX_CRASHES
    }

    /// Returns whether no crash is shown.
    pub fn is_well(&self) -> bool {
        !self.error_shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_holds_until_an_answer() {
        let mut policy = RestartPolicy::default();
        policy.begin();
        assert!(!policy.answered() && policy.is_well());
        assert!(policy.died().contains("started again"));
        policy.begin();
        assert!(!policy.is_well());
        assert!(policy.answered() && policy.is_well());
        assert!(!policy.answered());
    }

    #[test]
    fn three_crashes_in_a_row_are_the_end() {
        let mut policy = RestartPolicy::default();
        for death in 1..=MAX_CRASHES {
            assert!(!policy.is_over());
            policy.begin();
            // An answer before the crash does not reset the counter.
            policy.answered();
            let sentence = policy.died();
            assert_eq!(sentence.contains("Reload the page"), death == MAX_CRASHES);
        }
        assert!(policy.is_over());
    }

    #[test]
    fn a_worker_that_has_done_well_wipes_out_the_crashes_before_it() {
        let mut policy = RestartPolicy::default();
        for _ in 0..10 {
            policy.died();
            policy.begin();
            for _ in 0..HEALTHY_AFTER_POLLS {
                policy.poll();
            }
            policy.answered();
            assert!(!policy.is_over());
        }
    }
}
