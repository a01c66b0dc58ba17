//! Shaders for losses after softmax: sums over all pixels in two passes, then the gradient of each
//! pixel.

use std::fmt::Write;

use kernels::{Loss, PixelTerm};

use crate::text::{
    COOPERATIVE_GROUP, INDEPENDENT_GROUP, WORKGROUP_SUM, each, grid_stride_loop, head,
};

/// Number of pixels per workgroup in the first pass. They are few workgroups with many pixels each,
/// because the second pass is a single workgroup.
const PIXELS_PER_GROUP: usize = 2048;

/// Returns the number of workgroups that compute the sums of a loss.
pub fn loss_groups(loss: &Loss) -> usize {
    (loss.batch * loss.pixels).div_ceil(PIXELS_PER_GROUP).clamp(1, 8)
}

/// Returns the number of sums that a thread stores, which are those that the loss uses.
fn kept(loss: &Loss) -> usize {
    if loss.dice { loss.sum_count() } else { 2 }
}

/// Computes for pixel `i`: the index of its first logit, the probabilities `p0`, `p1` …, the true
/// class, its weight and probability, and the negative log-likelihood.
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
        "        let nll = log(sum) + largest - logits[start + truth * {pixels}u];
        let right = exp(-nll);
        let wrong = 1.0 - right;
"
    );
    text
}

pub(crate) fn partial_sums(loss: &Loss, groups: usize) -> String {
    let kept = kept(loss);
    let penalty = match loss.pixel_term {
        Some(PixelTerm::CrossEntropy) => "weight * nll",
        Some(PixelTerm::Focal) => "weight * wrong * wrong * nll",
        None => "0.0",
    };
    let mut text = head(&["logits", "targets", "weights", "parts"], "", INDEPENDENT_GROUP);
    text += &each(kept, |k| format!("    var sum{k} = 0.0;"));
    text += &grid_stride_loop(loss.batch * loss.pixels);
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
    // One contiguous block per sum, so that neighboring threads write neighboring values.
    let threads = groups * INDEPENDENT_GROUP;
    text += "    }\n";
    text += &format!("    let to = group.x * {INDEPENDENT_GROUP}u + lane;\n");
    text += &each(kept, |k| format!("    parts[{}u + to] = sum{k};", k * threads));
    text + "}\n"
}

pub(crate) fn value(loss: &Loss, groups: usize) -> String {
    let kept = kept(loss);
    let threads = groups * INDEPENDENT_GROUP;
    let mut text = head(&["parts", "value", "sums"], WORKGROUP_SUM, COOPERATIVE_GROUP);
    text += &each(kept, |k| {
        format!(
            "    var term{k} = 0.0;
    for (var i = lane; i < {threads}u; i += {COOPERATIVE_GROUP}u) {{ term{k} += parts[{}u + i]; }}
    let sum{k} = workgroup_sum(lane, term{k});",
            k * threads
        )
    });
    text += "    if (lane == 0u) {\n";
    text += &each(kept, |k| format!("        sums[{k}] = sum{k};"));
    text += if loss.pixel_term.is_some() {
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

/// See [`Loss::backward`]. The shader has the same structure.
pub(crate) fn grad(loss: &Loss) -> String {
    let Loss { classes, pixels, .. } = *loss;
    let epsilon = Loss::DICE_EPSILON;
    let mut text =
        head(&["logits", "targets", "weights", "sums", "grad", "found"], "", INDEPENDENT_GROUP);
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
    text += &grid_stride_loop(loss.batch * loss.pixels);
    text += &pixel(loss);
    let pull = match loss.pixel_term {
        Some(PixelTerm::CrossEntropy) => "weight * norm",
        Some(PixelTerm::Focal) => "weight * norm * wrong * (wrong + 2.0 * right * nll)",
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
            "        found[start + {}u] = grad[0] * (pull * (p{class} - f32(truth == {class}u)) + p{class} * ({along} - mean));",
            class * pixels
        )
    });
    text + "    }\n}\n"
}

fn foreground(loss: &Loss) -> usize {
    loss.classes.saturating_sub(1).max(1)
}
