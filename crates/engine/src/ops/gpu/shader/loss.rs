//! Losses over softmax: sums over all pixels in two passes, then the gradient of each pixel.

use std::fmt::Write;

use kernels::{Loss, Surprise};

use super::{GROUP, LOOSE, TOGETHER, each, head, stride};

/// Sums that are kept of a thread: those that the loss needs.
pub(in crate::ops::gpu) fn kept(loss: &Loss) -> usize {
    if loss.dice { loss.sum_count() } else { 2 }
}

/// Of pixel `i`: where its logits start, probabilities `p0`, `p1` …, the true class, its weight and
/// probability, and the surprise.
fn pixel(loss: &Loss) -> String {
    let Loss { classes, pixels, .. } = *loss;
    let mut text = format!(
        "        let start = i / {pixels}u * {}u + i % {pixels}u;
        let truth = min(u32(targets[i]), {}u);
        let weight = weights[truth];
        var largest = logits[start];
",
        classes * pixels,
        classes - 1
    );
    for class in 1..classes {
        let _ =
            writeln!(text, "        largest = max(largest, logits[start + {}u]);", class * pixels);
    }
    text += &each(classes, |class| {
        format!("        let e{class} = exp(logits[start + {}u] - largest);", class * pixels)
    });
    let sum = (0..classes).map(|class| format!("e{class}")).collect::<Vec<_>>().join(" + ");
    let _ = writeln!(text, "        let sum = {sum};");
    text += &each(classes, |class| format!("        let p{class} = e{class} / sum;"));
    let _ = write!(
        text,
        "        let surprise = log(sum) + largest - logits[start + truth * {pixels}u];
        let right = exp(-surprise);
        let wrong = 1.0 - right;
"
    );
    text
}

pub(super) fn parts(loss: &Loss, groups: usize) -> String {
    let kept = kept(loss);
    let penalty = match loss.surprise {
        Some(Surprise::CrossEntropy) => "weight * surprise",
        Some(Surprise::Focal) => "weight * wrong * wrong * surprise",
        None => "0.0",
    };
    let mut text = head(&["logits", "targets", "weights", "parts"], "", LOOSE);
    text += &each(kept, |k| format!("    var sum{k} = 0.0;"));
    text += &stride(loss.batch * loss.pixels);
    text += &pixel(loss);
    let _ = writeln!(text, "        sum0 += {penalty};\n        sum1 += weight;");
    if loss.dice {
        for class in 1..loss.classes {
            let (overlap, total) = (2 * class, 2 * class + 1);
            let _ = writeln!(
                text,
                "        let there{class} = f32(truth == {class}u);
        sum{overlap} += p{class} * there{class};
        sum{total} += p{class} + there{class};"
            );
        }
    }
    // A column a sum, so that neighbours write neighbours.
    let threads = groups * LOOSE;
    text += "    }\n";
    text += &format!("    let to = group.x * {LOOSE}u + lane;\n");
    text += &each(kept, |k| format!("    parts[{}u + to] = sum{k};", k * threads));
    text + "}\n"
}

pub(super) fn total(loss: &Loss, groups: usize) -> String {
    let kept = kept(loss);
    let threads = groups * LOOSE;
    let mut text = head(&["parts", "value", "sums"], TOGETHER, GROUP);
    text += &each(kept, |k| {
        format!(
            "    var term{k} = 0.0;
    for (var i = lane; i < {threads}u; i += {GROUP}u) {{ term{k} += parts[{}u + i]; }}
    let sum{k} = together(lane, term{k});",
            k * threads
        )
    });
    text += "    if (lane == 0u) {\n";
    text += &each(kept, |k| format!("        sums[{k}] = sum{k};"));
    text += if loss.surprise.is_some() {
        "        var loss = sum0 / max(sum1, 1.17549435e-38);\n"
    } else {
        "        var loss = 0.0;\n"
    };
    if loss.dice {
        let epsilon = Loss::DICE_EPSILON;
        text += "        var scores = 0.0;\n";
        for class in 1..loss.classes {
            let (overlap, total) = (2 * class, 2 * class + 1);
            let _ = writeln!(
                text,
                "        scores += (2.0 * sum{overlap} + f32({epsilon})) / (sum{total} + f32({epsilon}));"
            );
        }
        let _ = writeln!(text, "        loss += 1.0 - scores / f32({});", foreground(loss));
    }
    text + "        value[0] = loss;\n    }\n}\n"
}

/// See [`Loss::backward`], which this follows line by line.
pub(super) fn back(loss: &Loss) -> String {
    let Loss { classes, pixels, .. } = *loss;
    let epsilon = Loss::DICE_EPSILON;
    let mut text = head(&["logits", "targets", "weights", "sums", "slope", "found"], "", LOOSE);
    if loss.dice {
        for class in 1..classes {
            let (overlap, total) = (2 * class, 2 * class + 1);
            let _ = writeln!(
                text,
                "    let total{class} = sums[{total}] + f32({epsilon});
    let share{class} = 1.0 / (total{class} * f32({}));
    let falls{class} = (2.0 * sums[{overlap}] + f32({epsilon})) / total{class} * share{class};",
                foreground(loss)
            );
        }
    }
    text += "    let norm = 1.0 / max(sums[1], 1.17549435e-38);\n";
    text += &stride(loss.batch * loss.pixels);
    text += &pixel(loss);
    let pull = match loss.surprise {
        Some(Surprise::CrossEntropy) => "weight * norm",
        Some(Surprise::Focal) => "weight * norm * wrong * (wrong + 2.0 * right * surprise)",
        None => "0.0",
    };
    let _ = writeln!(text, "        let pull = {pull};\n        var mean = 0.0;");
    if loss.dice {
        for class in 1..classes {
            let _ = writeln!(
                text,
                "        let along{class} = falls{class} - select(0.0, 2.0 * share{class}, truth == {class}u);
        mean += along{class} * p{class};"
            );
        }
    }
    text += &each(classes, |class| {
        let along = if loss.dice && class > 0 { format!("along{class}") } else { "0.0".into() };
        format!(
            "        found[start + {}u] = slope[0] * (pull * (p{class} - f32(truth == {class}u)) + p{class} * ({along} - mean));",
            class * pixels
        )
    });
    text + "    }\n}\n"
}

fn foreground(loss: &Loss) -> usize {
    loss.classes.saturating_sub(1).max(1)
}
