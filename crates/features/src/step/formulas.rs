//! Figures of a step as equations: in general, and with the numbers on the page.

use ui::format;

use super::mathml::{
    equation, fraction, index, integer, name, operator, parentheses, power, root, row, sum, words,
};
use super::numbers::{digits, number};
use super::snippets;
use super::step_figures::{ImageFigures, StepFigures};

/// Number of terms of a sum that are written out.
const MOST_TERMS: usize = 4;

/// A figure with its equation, its arithmetic and its lines of NumPy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula {
    /// What the figure is.
    pub title: String,
    /// The figure as text.
    pub value: String,
    /// Equations in general, in MathML.
    pub general: Vec<String>,
    /// The same equations with numbers.
    pub arithmetic: Vec<String>,
    /// Lines of NumPy that print the figure.
    pub snippet: String,
}

/// The number of values in the batch.
pub(crate) fn batch_values(shape: [usize; 4]) -> Formula {
    let times = operator("×");
    let count: usize = shape.iter().product();
    let product = |parts: [String; 4]| parts.join(&times);
    let letters = ["N", "C", "H", "W"].map(name);
    let numbers = shape.map(integer);
    Formula {
        title: "Values in the batch".into(),
        value: format::count(count),
        general: vec![equation(&[&product(letters)])],
        arithmetic: vec![equation(&[&product(numbers), &operator("="), &integer(count)])],
        snippet: snippets::batch_values(shape),
    }
}

/// The probability of an image's true class.
pub(crate) fn softmax(image: &ImageFigures) -> Formula {
    let e = name("e");
    let z = |below: &str| index(&name("z"), &name(below));
    let general = fraction(&power(&e, &z("c")), &row(&[&sum("j"), &power(&e, &z("j"))]));
    let own = image.logits.get(image.label).copied().unwrap_or(f32::NAN);
    let terms = image.logits.iter().map(|logit| power(&e, &number((*logit).into())));
    let terms = terms.collect::<Vec<_>>().join(&operator("+"));
    let p = image.probabilities.get(image.label).copied().unwrap_or(f32::NAN);
    let numbers = fraction(&power(&e, &number(own.into())), &terms);
    Formula {
        title: "Softmax: probability of the right class".into(),
        value: format::percent(p.into()),
        general: vec![equation(&[&index(&name("p"), &name("c")), &operator("="), &general])],
        arithmetic: vec![equation(&[&numbers, &operator("="), &number(p.into())])],
        snippet: snippets::softmax(image),
    }
}

/// The predicted class of an image.
pub(crate) fn prediction(image: &ImageFigures, classes: &[String]) -> Formula {
    let predicted = image.predicted();
    let class = predicted.and_then(|class| classes.get(class)).cloned().unwrap_or_default();
    let logits = image.logits.iter().map(|logit| number((*logit).into()));
    let logits = logits.collect::<Vec<_>>().join(&operator(","));
    let largest = predicted.map_or(f64::NAN, |class| image.logits[class].into());
    let arg = index(&name("argmax"), &name("c"));
    Formula {
        title: "Prediction: the class with the largest logit".into(),
        general: vec![equation(&[&arg, &index(&name("z"), &name("c"))])],
        arithmetic: vec![equation(&[
            &name("max"),
            &parentheses(&logits),
            &operator("="),
            &number(largest),
            &operator("→"),
            &words(&class),
        ])],
        value: class,
        snippet: snippets::prediction(image),
    }
}

/// The fraction of correctly classified images.
pub(crate) fn accuracy(figures: &StepFigures) -> Formula {
    let (right, count) = (figures.right(), figures.images.len());
    let share = right as f64 / count as f64;
    let numbers = fraction(&integer(right), &integer(count));
    Formula {
        title: "Accuracy on the batch".into(),
        value: format!("{right} of {count}"),
        general: vec![equation(&[&fraction(&words("right"), &name("N"))])],
        arithmetic: vec![equation(&[&numbers, &operator("="), &number(share)])],
        snippet: snippets::accuracy(figures),
    }
}

/// The loss of one image.
pub(crate) fn image_loss(image: &ImageFigures) -> Formula {
    let p = image.probabilities.get(image.label).copied().unwrap_or(f32::NAN);
    let (minus, log) = (operator("−"), name("ln"));
    Formula {
        title: "Loss of the chosen image".into(),
        value: digits(image.loss),
        general: vec![equation(&[&minus, &log, &index(&name("p"), &words("right"))])],
        arithmetic: vec![equation(&[
            &minus,
            &log,
            &number(p.into()),
            &operator("="),
            &number(image.loss),
        ])],
        snippet: snippets::image_loss(image),
    }
}

/// The loss of the batch.
pub(crate) fn batch_loss(figures: &StepFigures) -> Formula {
    let count = figures.images.len();
    let l = index(&name("L"), &name("i"));
    let general = row(&[&fraction(&integer(1), &name("N")), &sum("i"), &l]);
    let losses = figures.images.iter().map(|image| image.loss);
    let terms = terms(losses, count);
    let numbers = fraction(&terms, &integer(count));
    Formula {
        title: "Loss of the batch: the mean".into(),
        value: digits(figures.loss),
        general: vec![equation(&[&name("L"), &operator("="), &general])],
        arithmetic: vec![equation(&[&numbers, &operator("="), &number(figures.loss)])],
        snippet: snippets::batch_loss(figures),
    }
}

/// The loss of guessing.
pub(crate) fn guessing_loss(figures: &StepFigures) -> Formula {
    let guess = figures.guessing_loss();
    let (classes, log) = (figures.classes, name("ln"));
    let share = fraction(&integer(1), &integer(classes));
    let equals = operator("=");
    Formula {
        title: "What guessing costs".into(),
        value: digits(guess),
        general: vec![equation(&[
            &operator("−"),
            &log,
            &fraction(&integer(1), &name("K")),
            &equals,
            &log,
            &name("K"),
        ])],
        arithmetic: vec![equation(&[
            &operator("−"),
            &log,
            &share,
            &equals,
            &log,
            &integer(classes),
            &equals,
            &number(guess),
        ])],
        snippet: snippets::guessing_loss(figures),
    }
}

/// The gradient with respect to the logit of an image's true class.
pub(crate) fn logit_gradient(image: &ImageFigures, batch: usize) -> Formula {
    let p: f64 = image.probabilities.get(image.label).copied().unwrap_or(f32::NAN).into();
    let gradient = (p - 1.0) / batch as f64;
    let z = index(&name("z"), &name("c"));
    let difference =
        row(&[&index(&name("p"), &name("c")), &operator("−"), &index(&name("y"), &name("c"))]);
    let left = fraction(&row(&[&operator("∂"), &name("L")]), &row(&[&operator("∂"), &z]));
    let numbers = fraction(&row(&[&number(p), &operator("−"), &integer(1)]), &integer(batch));
    Formula {
        title: "Gradient at the logit of the right class".into(),
        value: digits(gradient),
        general: vec![equation(&[&left, &operator("="), &fraction(&difference, &name("N"))])],
        arithmetic: vec![equation(&[&numbers, &operator("="), &number(gradient)])],
        snippet: snippets::logit_gradient(image, batch),
    }
}

/// The norm of the gradient of a unit's weights.
pub(crate) fn gradient_norm(gradients: &[f32]) -> Formula {
    let squares = gradients.iter().map(|gradient| f64::from(*gradient).powi(2));
    let norm = squares.sum::<f64>().sqrt();
    let square = |inside: &str| power(inside, &integer(2));
    let shown = gradients.iter().take(MOST_TERMS).map(|gradient| {
        let value = number((*gradient).into());
        square(&if *gradient < 0.0 { parentheses(&value) } else { value })
    });
    let mut terms: Vec<_> = shown.collect();
    if gradients.len() > MOST_TERMS {
        terms.push(operator("…"));
    }
    let g = index(&name("g"), &name("i"));
    let general = root(&row(&[&sum("i"), &square(&g)]));
    Formula {
        title: "Gradient norm of this unit’s weights".into(),
        value: digits(norm),
        general: vec![equation(&[
            &operator("‖"),
            &name("g"),
            &operator("‖"),
            &operator("="),
            &general,
        ])],
        arithmetic: vec![equation(&[
            &root(&row(&[&terms.join(&operator("+"))])),
            &operator("="),
            &number(norm),
        ])],
        snippet: snippets::gradient_norm(gradients),
    }
}

/// The change of the true class's probability by the step.
pub(crate) fn probability_change(before: &[f32], after: &[f32], label: usize) -> Formula {
    let p = |logits: &[f32]| {
        model::score::softmax(logits).get(label).copied().map_or(f64::NAN, f64::from)
    };
    let (old, new) = (p(before), p(after));
    let minus = operator("−");
    let named = |when: &str| index(&name("p"), &words(when));
    Formula {
        title: "Change of the chosen image’s probability".into(),
        value: digits(new - old),
        general: vec![equation(&[&named("after"), &minus, &named("before")])],
        arithmetic: vec![equation(&[
            &number(new),
            &minus,
            &number(old),
            &operator("="),
            &number(new - old),
        ])],
        snippet: snippets::probability_change(before, after, label),
    }
}

/// Writes the first terms of a sum of `count` numbers.
fn terms(values: impl Iterator<Item = f64>, count: usize) -> String {
    let mut terms: Vec<_> = values.take(MOST_TERMS).map(number).collect();
    if count > MOST_TERMS {
        terms.push(operator("…"));
    }
    terms.join(&operator("+"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::mathml::tests::assert_well_formed;
    use super::super::step_figures::tests::{batch_trace, step_trace};
    use super::*;

    pub(crate) fn assert_sound(formula: &Formula) {
        assert_eq!(formula.general.len(), formula.arithmetic.len().max(1), "{}", formula.title);
        for markup in formula.general.iter().chain(&formula.arithmetic) {
            assert_well_formed(markup);
            assert!(!markup.contains("no number"), "{markup}");
        }
        assert!(formula.snippet.contains("print("));
    }

    #[test]
    fn every_figure_has_equations_and_arithmetic() {
        let figures = StepFigures::new(&batch_trace(), Some(&step_trace()), 3).unwrap();
        let image = &figures.images[1];
        let classes = ["a", "b", "<c>"].map(str::to_owned);
        for formula in [
            batch_values([16, 1, 64, 64]),
            softmax(image),
            prediction(image, &classes),
            accuracy(&figures),
            image_loss(image),
            batch_loss(&figures),
            guessing_loss(&figures),
            logit_gradient(image, 2),
            gradient_norm(&[0.1, -0.2, 0.3, 0.4, 0.5]),
            probability_change(&image.logits, &[0.0, 1.0, 0.0], 1),
        ] {
            assert_sound(&formula);
        }
        assert_eq!(prediction(image, &classes).value, "a");
        assert_eq!(guessing_loss(&figures).value, "1.099");
        assert!(gradient_norm(&[0.1; 5]).arithmetic[0].contains('…'));
    }
}
