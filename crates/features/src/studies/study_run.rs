//! A study that is carried out: which trial is next, and what was found.

use protocol::study::{Trial, TrialResult};

use super::study::{Arm, Study};

/// Number of training steps that a classical method counts as in the progress.
const CLASSICAL_STEPS: usize = 20;

/// Place of a trial in a study: index of its arm, and number of its seed from 0.
pub type Place = (usize, usize);

/// State of a trial.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It has not begun.
    Waiting,
    /// This many training steps have been made.
    Training(usize),
    /// It is done.
    Done(TrialResult),
}

/// A study with the outcomes of its trials.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRun {
    /// The study.
    pub study: Study,
    /// The outcomes, for each arm one a seed.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Whether it was stopped before its end.
    pub is_stopped: bool,
}

impl StudyRun {
    /// Begins a study.
    pub fn new(study: Study) -> Self {
        let waiting = |arm: &Arm| vec![Outcome::Waiting; arm.trials.len()];
        Self { outcomes: study.arms.iter().map(waiting).collect(), study, is_stopped: false }
    }

    /// Returns the next trial, and marks it as begun. All arms come with their first seed before any
    /// with its second, so that they can be compared soon.
    pub fn begin_next(&mut self) -> Option<(Place, Trial)> {
        let seeds = self.study.settings.seeds;
        let mut places =
            (0..seeds).flat_map(|seed| (0..self.outcomes.len()).map(move |arm| (arm, seed)));
        let (arm, seed) =
            places.find(|(arm, seed)| self.outcomes[*arm][*seed] == Outcome::Waiting)?;
        self.outcomes[arm][seed] = Outcome::Training(0);
        Some(((arm, seed), self.study.arms[arm].trials[seed].clone()))
    }

    /// Sets the outcome of a trial.
    pub fn set(&mut self, (arm, seed): Place, outcome: Outcome) {
        self.outcomes[arm][seed] = outcome;
    }

    /// Returns the study as if the trials that are not done had not begun.
    pub fn without_progress(&self) -> Self {
        let mut run = self.clone();
        for outcome in run.outcomes.iter_mut().flatten() {
            if let Outcome::Training(_) = outcome {
                *outcome = Outcome::Waiting;
            }
        }
        run
    }

    /// Returns whether trials are still to be done.
    pub fn is_running(&self) -> bool {
        let is_open = |outcome: &Outcome| !matches!(outcome, Outcome::Done(_));
        !self.is_stopped && self.outcomes.iter().flatten().any(is_open)
    }

    /// Returns the results of an arm, with the numbers of their seeds.
    pub fn results(&self, arm: usize) -> impl Iterator<Item = (usize, &TrialResult)> {
        let outcomes = self.outcomes[arm].iter().enumerate();
        outcomes.filter_map(|(seed, outcome)| match outcome {
            Outcome::Done(result) => Some((seed, result)),
            _ => None,
        })
    }

    /// Returns the part of all steps that are done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let (mut done, mut all) = (0, 0);
        for (arm, outcomes) in self.study.arms.iter().zip(&self.outcomes) {
            for (trial, outcome) in arm.trials.iter().zip(outcomes) {
                // A classical method takes about as long as some steps of a network.
                let steps = match trial {
                    Trial::Network(trial) => trial.all_steps(),
                    Trial::Classical(_) => CLASSICAL_STEPS,
                };
                all += steps;
                done += match outcome {
                    Outcome::Waiting => 0,
                    Outcome::Training(made) => *made,
                    Outcome::Done(_) => steps,
                };
            }
        }
        done as f64 / all.max(1) as f64
    }

    /// Returns the number of trials that are done, and of all.
    pub fn done_of(&self) -> (usize, usize) {
        let done = self.outcomes.iter().flatten();
        let done = done.filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
        (done, self.outcomes.iter().map(Vec::len).sum())
    }
}
