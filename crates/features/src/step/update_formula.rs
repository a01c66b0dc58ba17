//! The update of a weight as equations, by the rule of each optimizer.

use super::formulas::Formula;
use super::mathml::{
    equation, fraction, hat, index, integer, name, operator, parentheses, power, root, row,
};
use super::numbers::{digits, number};
use super::snippets;
use super::update_rule::{BETA_1, BETA_2, EPSILON, Rule, WeightUpdate};

/// The new value of a weight.
pub(crate) fn update(of: &WeightUpdate) -> Formula {
    let (general, arithmetic) = match of.rule {
        Rule::Sgd => sgd(of),
        Rule::Momentum { momentum, velocity } => with_momentum(of, momentum, velocity),
        Rule::Adam { mean, square, update, weight_decay } => {
            adam(of, [mean, square], update, weight_decay)
        }
    };
    Formula {
        title: "New value of the weight".into(),
        value: digits(of.updated),
        general,
        arithmetic,
        snippet: snippets::update(of),
    }
}

/// Equations in general, and with numbers.
type Lines = (Vec<String>, Vec<String>);

fn sgd(of: &WeightUpdate) -> Lines {
    let w = name("w");
    let general = equation(&[&w, &operator("←"), &w, &operator("−"), &name("η"), &name("g")]);
    let numbers = minus_product(of.weight, of.learning_rate, of.gradient);
    (vec![general], vec![equals(&numbers, of.updated)])
}

fn with_momentum(of: &WeightUpdate, momentum: f64, velocity: f64) -> Lines {
    let (v, w, arrow, minus) = (name("v"), name("w"), operator("←"), operator("−"));
    let velocity_line = equation(&[&v, &arrow, &name("μ"), &v, &operator("+"), &name("g")]);
    let weight_line = equation(&[&w, &arrow, &w, &minus, &name("η"), &v]);
    let sum = row(&[
        &number(momentum),
        &operator("·"),
        &signed(velocity),
        &operator("+"),
        &signed(of.gradient),
    ]);
    let numbers = minus_product(of.weight, of.learning_rate, of.velocity());
    (
        vec![velocity_line, weight_line],
        vec![equals(&sum, of.velocity()), equals(&numbers, of.updated)],
    )
}

fn adam(of: &WeightUpdate, [mean, square]: [f64; 2], update: usize, decay: Option<f64>) -> Lines {
    let values = of.adam();
    let (arrow, minus, plus, dot) = (operator("←"), operator("−"), operator("+"), operator("·"));
    let (m, v, w, g) = (name("m"), name("v"), name("w"), name("g"));
    let beta = |number| index(&name("β"), &integer(number));
    let one_minus = |what: &str| parentheses(&row(&[&integer(1), &operator("−"), what]));
    let eta = name("η");
    let g_squared = power(&g, &integer(2));
    let average = |of: &str, number, new: &str| {
        equation(&[of, &arrow, &beta(number), of, &plus, &one_minus(&beta(number)), new])
    };
    let corrected = |of: &str, number: usize| {
        let below = row(&[&integer(1), &minus, &power(&beta(number), &name("t"))]);
        equation(&[&hat(of), &operator("="), &fraction(&name(of), &below)])
    };
    let below = row(&[&root(&hat("v")), &plus, &name("ε")]);
    let step = fraction(&row(&[&eta, &hat("m")]), &below);
    let mut general =
        vec![average(&m, 1, &g), average(&v, 2, &g_squared), corrected("m", 1), corrected("v", 2)];

    let averaged = |beta: f64, old: f64, new: &str, result| {
        let (old, beta_text) = (signed(old), number(beta));
        let rest = number(1.0 - beta);
        equals(&row(&[&beta_text, &dot, &old, &plus, &rest, &dot, new]), result)
    };
    let correction = |value: f64, beta: f64, result| {
        let power = power(&number(beta), &integer(update));
        equals(&fraction(&number(value), &row(&[&integer(1), &minus, &power])), result)
    };
    let gradient_squared = power(&signed(of.gradient), &integer(2));
    let mut arithmetic = vec![
        averaged(BETA_1, mean, &signed(of.gradient), values.mean),
        averaged(BETA_2, square, &gradient_squared, values.square),
        correction(values.mean, BETA_1, values.mean_hat),
        correction(values.square, BETA_2, values.square_hat),
    ];
    if let Some(decay) = decay {
        let kept = row(&[&integer(1), &minus, &eta, &name("λ")]);
        general.push(equation(&[&w, &arrow, &parentheses(&kept), &w]));
        let kept = row(&[&integer(1), &minus, &number(of.learning_rate), &dot, &number(decay)]);
        let kept = parentheses(&kept);
        arithmetic.push(equals(&row(&[&kept, &dot, &signed(of.weight)]), values.decayed));
    }
    general.push(equation(&[&w, &arrow, &w, &minus, &step]));
    let below = row(&[&root(&number(values.square_hat)), &plus, &number(EPSILON)]);
    let above = row(&[&number(of.learning_rate), &dot, &signed(values.mean_hat)]);
    let step = fraction(&above, &below);
    arithmetic.push(equals(&row(&[&number(values.decayed), &minus, &step]), of.updated));
    (general, arithmetic)
}

fn minus_product(from: f64, factor: f64, other: f64) -> String {
    row(&[&number(from), &operator("−"), &number(factor), &operator("·"), &signed(other)])
}

fn equals(left: &str, result: f64) -> String {
    equation(&[left, &operator("="), &number(result)])
}

/// Writes a number, in parentheses if it is negative.
fn signed(value: f64) -> String {
    if value < 0.0 { parentheses(&number(value)) } else { number(value) }
}

#[cfg(test)]
mod tests {
    use model::Optimizer;

    use super::super::formulas::tests::assert_sound;
    use super::super::update_rule::tests::unit;
    use super::*;

    #[test]
    fn an_update_is_told_line_by_line() {
        let plain = Optimizer::Sgd { momentum: 0.0 };
        let rules = [(plain, 1), (Optimizer::SGD, 2), (Optimizer::Adam, 5), (Optimizer::ADAMW, 6)];
        for (optimizer, lines) in rules {
            let formula = update(&WeightUpdate::new(&unit(optimizer), 1).unwrap());
            assert_sound(&formula);
            assert_eq!(formula.general.len(), lines, "{optimizer:?}");
        }
    }
}
