//! Whether a run trains faster together with other workers than alone, and with how many: measured,
//! not guessed.

/// Number of steps alone before others are asked: the first ones compile the module's code.
const STEPS_ALONE: usize = 5;

/// Shortest duration of a step, in seconds, for which others are asked. Shorter ones would mostly wait
/// for messages.
const SHORTEST_STEP_SECS: f64 = 0.004;

/// Number of steps together before they are measured: the others compile their code first.
const WARM_UP_STEPS: usize = 30;

/// Number of measured steps together.
const MEASURED_STEPS: usize = 20;

/// Duration of a step together, relative to one alone, above which half as many replicas are tried.
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
    /// Number of replicas that trained in the last step.
    replicas: usize,
    /// Largest number of replicas that may still help, once some number did not.
    most: Option<usize>,
}

impl TeamTrial {
    /// Notes a step by this many replicas.
    pub(super) fn note(&mut self, replicas: usize, seconds: f64) {
        let fastest = if replicas == 1 { &mut self.alone } else { &mut self.together };
        (self.steps, self.replicas) = (self.steps + 1, replicas);
        if replicas == 1 || self.steps > WARM_UP_STEPS {
            *fastest = Some(fastest.map_or(seconds, |before| before.min(seconds)));
        }
    }

    /// Returns how many replicas should train at most, if more than the one of the run, which is alone.
    pub(super) fn wanted_replicas(&self) -> Option<usize> {
        let is_slow = self.alone.is_some_and(|seconds| seconds >= SHORTEST_STEP_SECS);
        let most = self.most.unwrap_or(usize::MAX);
        (most > 1 && self.steps >= STEPS_ALONE && is_slow).then_some(most)
    }

    /// Notes that others train with the run from now on, or do not any more.
    pub(super) fn changed(&mut self) {
        self.steps = 0;
        self.together = None;
    }

    /// Returns whether the others, who train with the run, do not make it faster. Half as many are
    /// wanted then, and in the end none.
    pub(super) fn is_slower(&mut self) -> bool {
        let (Some(alone), Some(together)) = (self.alone, self.together) else { return false };
        let is_measured = self.steps >= WARM_UP_STEPS + MEASURED_STEPS;
        let is_slower = is_measured && together > WORTHWHILE * alone;
        if is_slower {
            self.most = Some(self.replicas / 2);
        }
        is_slower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes steps alone until others are wanted. Returns how many at most.
    fn alone(trial: &mut TeamTrial, seconds: f64) -> Option<usize> {
        for _ in 0..STEPS_ALONE {
            assert_eq!(trial.wanted_replicas(), None);
            trial.note(1, seconds);
        }
        let wanted = trial.wanted_replicas();
        trial.changed();
        wanted
    }

    /// Notes steps together until they are measured. Returns whether they are slower.
    fn together(trial: &mut TeamTrial, replicas: usize, seconds: f64) -> bool {
        for step in 0..WARM_UP_STEPS + MEASURED_STEPS {
            assert!(!trial.is_slower(), "step {step}");
            trial.note(replicas, if step < WARM_UP_STEPS { 10.0 } else { seconds });
        }
        let is_slower = trial.is_slower();
        trial.changed();
        is_slower
    }

    #[test]
    fn others_stay_where_they_help() {
        let mut trial = TeamTrial::default();
        assert_eq!(alone(&mut trial, 0.05), Some(usize::MAX));
        assert!(!together(&mut trial, 8, 0.03));
    }

    #[test]
    fn half_as_many_are_tried_until_none_are_left() {
        let mut trial = TeamTrial::default();
        assert_eq!(alone(&mut trial, 0.05), Some(usize::MAX));
        assert!(together(&mut trial, 4, 0.049));
        assert_eq!(alone(&mut trial, 0.05), Some(2));
        assert!(together(&mut trial, 2, 0.049));
        assert_eq!(alone(&mut trial, 0.05), None);
    }

    #[test]
    fn a_small_network_stays_alone() {
        assert_eq!(alone(&mut TeamTrial::default(), 0.002), None);
    }
}
