//! How the interpreter's workers fare: whether a dead one is replaced, and what is said meanwhile.

/// Workers in a row that may die, each before it has done well, until no other one is started.
const DEATHS: u32 = 3;
/// Pulses after which a worker that answers does well. One that breaks over a certain question answers
/// the others before, so an answer alone is no sign of health.
const TRIAL: u32 = 20;

/// A look at one worker after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vigil {
    /// Deaths since a worker last did well.
    deaths: u32,
    /// Pulses since the present worker was started.
    pulses: u32,
    /// Whether one has died and none has answered since.
    is_mourning: bool,
}

impl Vigil {
    /// A worker was started.
    pub fn begin(&mut self) {
        self.pulses = 0;
    }

    /// Half a second has passed.
    pub fn pulse(&mut self) {
        self.pulses = self.pulses.saturating_add(1);
    }

    /// The worker is dead. Returns what to say of it.
    pub fn died(&mut self) -> &'static str {
        self.deaths += 1;
        self.is_mourning = true;
        if self.is_over() {
            "The part of this page that looks into networks stops again and again. Reload the page to \
             go on; the address keeps your settings."
        } else {
            "The part of this page that looks into networks has stopped, and is being started again. \
             It no longer has the networks of earlier epochs."
        }
    }

    /// The worker has answered a question. True where that ends what was said of a dead one.
    pub fn answered(&mut self) -> bool {
        if self.pulses >= TRIAL {
            self.deaths = 0;
        }
        std::mem::take(&mut self.is_mourning)
    }

    /// Whether no other worker is started.
    pub fn is_over(&self) -> bool {
        self.deaths >= DEATHS
    }

    /// Whether there is nothing to say of dead workers.
    pub fn is_well(&self) -> bool {
        !self.is_mourning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_holds_until_an_answer() {
        let mut vigil = Vigil::default();
        vigil.begin();
        assert!(!vigil.answered() && vigil.is_well());
        assert!(vigil.died().contains("started again"));
        vigil.begin();
        assert!(!vigil.is_well());
        assert!(vigil.answered() && vigil.is_well());
        assert!(!vigil.answered());
    }

    #[test]
    fn three_deaths_in_a_row_are_the_end() {
        let mut vigil = Vigil::default();
        for death in 1..=DEATHS {
            assert!(!vigil.is_over());
            vigil.begin();
            // An answer right before is no comfort.
            vigil.answered();
            let sentence = vigil.died();
            assert_eq!(sentence.contains("Reload the page"), death == DEATHS);
        }
        assert!(vigil.is_over());
    }

    #[test]
    fn a_worker_that_has_done_well_wipes_out_the_deaths_before_it() {
        let mut vigil = Vigil::default();
        for _ in 0..10 {
            vigil.died();
            vigil.begin();
            for _ in 0..TRIAL {
                vigil.pulse();
            }
            vigil.answered();
            assert!(!vigil.is_over());
        }
    }
}
