//! Lines of NumPy that compute a figure of the view from the numbers on the page. Each prints the
//! figure.

use std::fmt::Write;

use super::step_figures::{ImageFigures, StepFigures};
use super::update_rule::{BETA_1, BETA_2, EPSILON, Rule, WeightUpdate};

/// Number of values in a line.
const VALUES_PER_LINE: usize = 8;

/// Computes the number of values in the batch.
pub(crate) fn batch_values(shape: [usize; 4]) -> String {
    numpy(&format!("shape = {shape:?}  # images, channels, rows, columns\nprint(np.prod(shape))\n"))
}

/// Computes the probabilities of an image.
pub(crate) fn softmax(image: &ImageFigures) -> String {
    numpy(&format!("{}print(p)\n", probabilities(&image.logits)))
}

/// Computes the predicted class of an image.
pub(crate) fn prediction(image: &ImageFigures) -> String {
    numpy(&format!("{}print(np.argmax(z))\n", array("z", &image.logits)))
}

/// Computes the fraction of correctly classified images.
pub(crate) fn accuracy(figures: &StepFigures) -> String {
    numpy(&format!("{}print((z.argmax(axis=1) == y).mean())\n", logits_and_labels(figures)))
}

/// Computes the loss of an image.
pub(crate) fn image_loss(image: &ImageFigures) -> String {
    let label = image.label;
    numpy(&format!("{}print(-np.log(p[{label}]))\n", probabilities(&image.logits)))
}

/// Computes the loss of the batch.
pub(crate) fn batch_loss(figures: &StepFigures) -> String {
    let setup = logits_and_labels(figures);
    numpy(&format!(
        "{setup}z = z - z.max(axis=1, keepdims=True)\n\
         log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))\n\
         print(-log_p[np.arange(len(y)), y].mean())\n"
    ))
}

/// Computes the loss of guessing.
pub(crate) fn guessing_loss(figures: &StepFigures) -> String {
    numpy(&format!("print(np.log({}))\n", figures.classes))
}

/// Computes the gradient of the batch's loss with respect to the logits of an image.
pub(crate) fn logit_gradient(image: &ImageFigures, batch: usize) -> String {
    let (label, setup) = (image.label, probabilities(&image.logits));
    numpy(&format!("{setup}y = np.zeros(len(p))\ny[{label}] = 1\nprint((p - y) / {batch})\n"))
}

/// Computes the norm of the gradient of a unit's weights.
pub(crate) fn gradient_norm(gradients: &[f32]) -> String {
    numpy(&format!("{}print(np.sqrt((g ** 2).sum()))\n", array("g", gradients)))
}

/// Computes a weight after its update.
pub(crate) fn update(of: &WeightUpdate) -> String {
    let WeightUpdate { weight, gradient, learning_rate, rule, .. } = *of;
    let update = match rule {
        Rule::Sgd => "print(w - lr * g)\n".to_owned(),
        Rule::Momentum { momentum, velocity } => format!(
            "velocity = {velocity}\nvelocity = {momentum} * velocity + g\nprint(w - lr * velocity)\n"
        ),
        Rule::Adam { mean, square, update, weight_decay } => {
            let decay = weight_decay
                .map(|decay| format!("w = w * (1 - lr * {decay})  # weight decay\n"))
                .unwrap_or_default();
            format!(
                "{decay}m, v, t = {mean}, {square}, {update}\n\
                 m = {BETA_1} * m + {:.1} * g\n\
                 v = {BETA_2} * v + {:.3} * g ** 2\n\
                 m_hat = m / (1 - {BETA_1} ** t)\n\
                 v_hat = v / (1 - {BETA_2} ** t)\n\
                 print(w - lr * m_hat / (np.sqrt(v_hat) + {EPSILON:e}))\n",
                1.0 - BETA_1,
                1.0 - BETA_2,
            )
        }
    };
    numpy(&format!("w = {weight}\ng = {gradient}\nlr = {learning_rate}\n{update}"))
}

/// Computes the change of the true class's probability by a step.
pub(crate) fn probability_change(before: &[f32], after: &[f32], label: usize) -> String {
    numpy(&format!(
        "{}{}softmax = lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()\n\
         print(softmax(after)[{label}] - softmax(before)[{label}])\n",
        array("before", before),
        array("after", after),
    ))
}

fn numpy(lines: &str) -> String {
    format!("import numpy as np\n\n{lines}")
}

fn probabilities(logits: &[f32]) -> String {
    format!("{}e = np.exp(z - z.max())\np = e / e.sum()\n", array("z", logits))
}

fn logits_and_labels(figures: &StepFigures) -> String {
    let mut text = "z = np.array([\n".to_owned();
    for image in &figures.images {
        let _ = writeln!(text, "    [{}],", values(&image.logits));
    }
    let labels: Vec<_> = figures.images.iter().map(|image| image.label).collect();
    let _ = write!(text, "])\ny = np.array({labels:?})\n");
    text
}

fn array(name: &str, all: &[f32]) -> String {
    if all.len() <= VALUES_PER_LINE {
        return format!("{name} = np.array([{}])\n", values(all));
    }
    let mut text = format!("{name} = np.array([\n");
    for line in all.chunks(VALUES_PER_LINE) {
        let _ = writeln!(text, "    {},", values(line));
    }
    text.push_str("])\n");
    text
}

/// Lists values with all their digits.
fn values(all: &[f32]) -> String {
    all.iter().map(|value| python_float(*value)).collect::<Vec<_>>().join(", ")
}

fn python_float(value: f32) -> String {
    if value.is_finite() { format!("{value:?}") } else { "np.nan".into() }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use model::Optimizer;

    use super::super::step_figures::tests::{batch_trace, step_trace};
    use super::super::update_rule::tests::unit;
    use super::*;

    /// Returns a Python that has NumPy. `cargo xtask test` names one, which must work; otherwise
    /// `python3` is taken if it has NumPy.
    fn python() -> Option<PathBuf> {
        let (python, is_named) = match std::env::var_os("PLAYGROUND_PYTHON") {
            Some(python) => (PathBuf::from(python), true),
            None => (PathBuf::from("python3"), false),
        };
        let found = Command::new(&python).args(["-c", "import numpy"]).output();
        let works = found.is_ok_and(|found| found.status.success());
        assert!(works || !is_named, "{} has no NumPy", python.display());
        works.then_some(python)
    }

    fn run(python: &PathBuf, snippet: &str) -> Vec<f64> {
        let output = Command::new(python).args(["-c", snippet]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{snippet}\n{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let numbers = text.trim().trim_matches(['[', ']']).split_whitespace();
        numbers.map(|number| number.parse().unwrap()).collect()
    }

    #[test]
    fn numpy_gives_the_figures_of_the_page() {
        let figures = StepFigures::new(&batch_trace(), Some(&step_trace()), 3).unwrap();
        let image = &figures.images[1];
        let count = figures.images.len();
        let gradient = image.probabilities.iter().enumerate().map(|(class, p)| {
            let target = if class == image.label { 1.0 } else { 0.0 };
            (f64::from(*p) - target) / count as f64
        });
        let many: Vec<f32> = (0..75_u8).map(|n| (f32::from(n) - 30.0) * 1e-3).collect();
        let norm = many.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
        let after = [1.5, 2.5, -1.0];
        let change = model::score::softmax(&after)[1] - image.probabilities[1];
        let mut checks = vec![
            ("values", batch_values([16, 1, 64, 64]), vec![65_536.0]),
            ("softmax", softmax(image), image.probabilities.iter().map(|p| (*p).into()).collect()),
            ("prediction", prediction(image), vec![0.0]),
            ("accuracy", accuracy(&figures), vec![figures.right() as f64 / count as f64]),
            ("image loss", image_loss(image), vec![image.loss]),
            ("batch loss", batch_loss(&figures), vec![figures.loss]),
            ("guessing", guessing_loss(&figures), vec![figures.guessing_loss()]),
            ("logit gradient", logit_gradient(image, count), gradient.collect()),
            ("gradient norm", gradient_norm(&many), vec![norm]),
            ("change", probability_change(&image.logits, &after, 1), vec![change.into()]),
        ];
        let plain = Optimizer::Sgd { momentum: 0.0 };
        let rules = [plain, Optimizer::SGD, Optimizer::Adam, Optimizer::ADAMW];
        for (optimizer, name) in rules.into_iter().zip(["SGD", "momentum", "Adam", "AdamW"]) {
            let weight = WeightUpdate::new(&unit(optimizer), 1).unwrap();
            checks.push((name, update(&weight), vec![weight.updated]));
        }
        let mut texts: Vec<_> = checks.iter().map(|(_, snippet, _)| snippet).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), 14);
        let Some(python) = python() else {
            eprintln!("python3 has no NumPy, so the snippets were not run");
            return;
        };
        for (name, snippet, expected) in checks {
            let found = run(&python, &snippet);
            assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                let difference = (found - expected).abs();
                assert!(difference <= 1e-6, "{name}: NumPy has {found}, the page {expected}");
            }
        }
    }

    #[test]
    fn snippets_are_short_lines_and_have_every_digit() {
        let text = gradient_norm(&[0.1; 20]);
        assert!(text.lines().all(|line| line.len() < 100), "{text}");
        assert!(array("g", &[1.5e-7, f32::NAN]).contains("[1.5e-7, np.nan]"));
    }
}
