//! Update of a single weight by the rule of its optimizer, with all intermediate values.
//!
//! The engine computes in single precision and folds the bias corrections of Adam into its learning
//! rate; here every value of the textbook formula is computed in double precision. Both agree to
//! rounding.

use model::Optimizer;
use protocol::UnitUpdate;

/// Decay rates and epsilon of Adam and AdamW, as in the engine: PyTorch's defaults.
pub(crate) const BETA_1: f64 = 0.9;
pub(crate) const BETA_2: f64 = 0.999;
pub(crate) const EPSILON: f64 = 1e-8;

/// One weight, and what its update depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WeightUpdate {
    pub weight: f64,
    pub gradient: f64,
    pub learning_rate: f64,
    /// Weight after the update, as computed by the engine.
    pub updated: f64,
    pub rule: Rule,
}

/// Update rule with the optimizer's state before the update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rule {
    /// Plain gradient descent.
    Sgd,
    /// Gradient descent with momentum.
    Momentum { momentum: f64, velocity: f64 },
    /// Adam, and AdamW where the weight decay is not 0.
    Adam { mean: f64, square: f64, update: usize, weight_decay: Option<f64> },
}

/// Intermediate values of an update by Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AdamValues {
    /// Moving averages of gradient and squared gradient after the step.
    pub mean: f64,
    pub square: f64,
    /// The same, divided by their bias corrections.
    pub mean_hat: f64,
    pub square_hat: f64,
    /// The weight after its decay.
    pub decayed: f64,
}

impl WeightUpdate {
    /// Returns the update of one weight of a unit, or `None` if there is no such weight.
    pub fn new(unit: &UnitUpdate, index: usize) -> Option<Self> {
        let value = |values: &[f32]| values.get(index).copied().map(f64::from);
        let moment = |number: usize| unit.moments.get(number).and_then(|values| value(values));
        let adam = |weight_decay| {
            let (mean, square) = (moment(0)?, moment(1)?);
            Some(Rule::Adam { mean, square, update: unit.update, weight_decay })
        };
        let rule = match unit.optimizer {
            Optimizer::Sgd { momentum: 0.0 } => Rule::Sgd,
            Optimizer::Sgd { momentum } => Rule::Momentum { momentum, velocity: moment(0)? },
            Optimizer::Adam => adam(None)?,
            Optimizer::AdamW { weight_decay } => adam(Some(weight_decay))?,
        };
        Some(Self {
            weight: value(&unit.weights)?,
            gradient: value(&unit.gradients)?,
            learning_rate: unit.learning_rate,
            updated: value(&unit.updated)?,
            rule,
        })
    }

    /// Returns the velocity after the step, for SGD.
    pub fn velocity(&self) -> f64 {
        match self.rule {
            Rule::Momentum { momentum, velocity } => momentum * velocity + self.gradient,
            Rule::Sgd | Rule::Adam { .. } => self.gradient,
        }
    }

    /// Returns the intermediate values of Adam; of other optimizers as if all averages were 0.
    pub fn adam(&self) -> AdamValues {
        let (mean, square, update, decay) = match self.rule {
            Rule::Adam { mean, square, update, weight_decay } => {
                (mean, square, update, weight_decay.unwrap_or(0.0))
            }
            Rule::Sgd | Rule::Momentum { .. } => (0.0, 0.0, 1, 0.0),
        };
        let mean = BETA_1 * mean + (1.0 - BETA_1) * self.gradient;
        let square = BETA_2 * square + (1.0 - BETA_2) * self.gradient * self.gradient;
        let [correction_1, correction_2] =
            [BETA_1, BETA_2].map(|beta| 1.0 - beta.powf(update as f64));
        AdamValues {
            mean,
            square,
            mean_hat: mean / correction_1,
            square_hat: square / correction_2,
            decayed: self.weight * (1.0 - self.learning_rate * decay),
        }
    }
}

/// Returns the index of the weight with the largest gradient, 0 if there is none.
pub(crate) fn steepest(gradients: &[f32]) -> usize {
    let sizes = gradients.iter().map(|gradient| gradient.abs()).enumerate();
    let largest = sizes.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
    largest.map_or(0, |(index, _)| index)
}

#[cfg(test)]
pub(crate) mod tests {
    use protocol::interpret::UnitRef;

    use super::*;

    /// Computes the weight after an update in double precision.
    fn by_formula(of: &WeightUpdate) -> f64 {
        let WeightUpdate { weight, learning_rate, rule, .. } = *of;
        match rule {
            Rule::Sgd | Rule::Momentum { .. } => weight - learning_rate * of.velocity(),
            Rule::Adam { .. } => {
                let AdamValues { mean_hat, square_hat, decayed, .. } = of.adam();
                decayed - learning_rate * mean_hat / (square_hat.sqrt() + EPSILON)
            }
        }
    }

    /// A unit of two weights in the third update of each optimizer. The updated weights are those
    /// of the formulas.
    pub(crate) fn unit(optimizer: Optimizer) -> UnitUpdate {
        let moments = match optimizer {
            Optimizer::Sgd { .. } => vec![vec![0.05, 0.01]],
            Optimizer::Adam | Optimizer::AdamW { .. } => vec![vec![0.03, -0.01], vec![2e-4, 4e-5]],
        };
        let mut unit = UnitUpdate {
            unit: UnitRef { layer: 2, unit: 1 },
            name: "fc1.weight".into(),
            shape: vec![2],
            weights: vec![0.5, -0.125],
            gradients: vec![0.0625, -0.3],
            moments,
            updated: vec![0.0, 0.0],
            optimizer,
            learning_rate: 0.01,
            update: 3,
        };
        let updated = |index| by_formula(&WeightUpdate::new(&unit, index).unwrap()) as f32;
        unit.updated = vec![updated(0), updated(1)];
        unit
    }

    #[test]
    fn each_rule_is_that_of_its_paper() {
        let weight = |optimizer| by_formula(&WeightUpdate::new(&unit(optimizer), 0).unwrap());
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-8, "{found}");
        close(weight(Optimizer::Sgd { momentum: 0.0 }), 0.5 - 0.01 * 0.0625);
        let velocity = 0.9 * f64::from(0.05_f32) + 0.0625;
        close(weight(Optimizer::SGD), 0.5 - 0.01 * velocity);
        let mean = (0.9 * f64::from(0.03_f32) + 0.1 * 0.0625) / (1.0 - 0.9_f64.powi(3));
        let square = 0.999 * f64::from(2e-4_f32) + 0.001 * 0.0625 * 0.0625;
        let square = square / (1.0 - 0.999_f64.powi(3));
        let step = 0.01 * mean / (square.sqrt() + 1e-8);
        close(weight(Optimizer::Adam), 0.5 - step);
        close(weight(Optimizer::AdamW { weight_decay: 0.5 }), 0.5 * (1.0 - 0.005) - step);
    }

    #[test]
    fn a_weight_that_is_not_there_has_no_update() {
        let mut unit = unit(Optimizer::Adam);
        assert_eq!(WeightUpdate::new(&unit, 2), None);
        unit.moments.pop();
        assert_eq!(WeightUpdate::new(&unit, 0), None);
        unit.optimizer = Optimizer::SGD;
        assert!(WeightUpdate::new(&unit, 0).is_some());
    }

    #[test]
    fn the_steepest_weight_has_the_largest_gradient_of_either_sign() {
        assert_eq!(steepest(&[0.1, -0.5, 0.2]), 1);
        assert_eq!(steepest(&[0.3, -0.3]), 0);
        assert_eq!(steepest(&[]), 0);
    }
}
