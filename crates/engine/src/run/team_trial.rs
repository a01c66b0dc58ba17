//! Whether a run trains faster together with other workers than alone: measured, not guessed.

/// Number of steps alone before others are asked: the first ones compile the module's code.
const STEPS_ALONE: usize = 5;

/// Shortest duration of a step, in seconds, for which others are asked. Shorter ones would mostly wait
/// for messages.
const SHORTEST_STEP_SECS: f64 = 0.004;

/// Number of steps together before they are measured: the others compile their code first.
const WARM_UP_STEPS: usize = 30;

/// Number of measured steps together.
const MEASURED_STEPS: usize = 20;

/// Duration of a step together, relative to one alone, above which the run goes on alone.
const WORTHWHILE: f64 = 0.95;

/// Durations of the steps of one run.
#[derive(Debug, Default)]
pub(super) struct TeamTrial {
    /// Number of steps made in the present way.
    steps: usize,
    /// Duration of the fastest step alone, in seconds.
    alone: Option<f64>,
    /// Duration of the fastest measured step together.
    together: Option<f64>,
    /// Whether it was decided that the run goes on alone.
    is_over: bool,
}

impl TeamTrial {
    /// Notes a step by this many replicas.
    pub(super) fn note(&mut self, replicas: usize, seconds: f64) {
        let fastest = if replicas == 1 { &mut self.alone } else { &mut self.together };
        self.steps += 1;
        if replicas == 1 || self.steps > WARM_UP_STEPS {
            *fastest = Some(fastest.map_or(seconds, |before| before.min(seconds)));
        }
    }

    /// Returns whether others should train with the run, which is alone.
    pub(super) fn wants_team(&self) -> bool {
        let is_slow = self.alone.is_some_and(|seconds| seconds >= SHORTEST_STEP_SECS);
        !self.is_over && self.steps >= STEPS_ALONE && is_slow
    }

    /// Notes that others train with the run from now on, or do not any more.
    pub(super) fn changed(&mut self) {
        self.steps = 0;
        self.together = None;
    }

    /// Returns whether the others, who train with the run, do not make it faster. The run stays alone
    /// then.
    pub(super) fn is_slower(&mut self) -> bool {
        let (Some(alone), Some(together)) = (self.alone, self.together) else { return false };
        let is_measured = self.steps >= WARM_UP_STEPS + MEASURED_STEPS;
        self.is_over |= is_measured && together > WORTHWHILE * alone;
        self.is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(alone: f64, together: f64) -> TeamTrial {
        let mut trial = TeamTrial::default();
        for _ in 0..STEPS_ALONE {
            assert!(!trial.wants_team());
            trial.note(1, alone);
        }
        if trial.wants_team() {
            trial.changed();
            for step in 0..WARM_UP_STEPS + MEASURED_STEPS {
                assert!(!trial.is_slower(), "step {step}");
                trial.note(2, if step < WARM_UP_STEPS { 10.0 * alone } else { together });
            }
        }
        trial
    }

    #[test]
    fn others_stay_where_they_help() {
        assert!(!after(0.05, 0.03).is_slower());
        let mut trial = after(0.05, 0.049);
        assert!(trial.is_slower());
        trial.changed();
        trial.note(1, 0.05);
        assert!(!trial.wants_team(), "it was decided");
    }

    #[test]
    fn a_small_network_stays_alone() {
        assert!(!after(0.002, 0.001).wants_team());
    }
}
