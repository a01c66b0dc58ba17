//! Shaders for batch norm. Statistics and their gradients take two passes: first one thread per
//! part of a channel of an image, with the parts interleaved, then one workgroup per channel.

use kernels::BatchNorm;

use crate::text::{
    COOPERATIVE_GROUP, INDEPENDENT_GROUP, MIN_THREADS, WORKGROUP_SUM, each, grid_stride_loop, head,
};

/// Minimum number of pixels per thread, if there are that many.
const MIN_PIXELS_PER_THREAD: usize = 16;

/// Returns the number of parts into which each channel of an image is split for its statistics.
pub fn norm_parts(norm: &BatchNorm) -> usize {
    let planes = norm.batch * norm.channels;
    (MIN_THREADS / planes).min(norm.pixels / MIN_PIXELS_PER_THREAD).max(1)
}

/// Returns the number of neighboring pixels per thread in elementwise passes.
fn run(norm: &BatchNorm) -> usize {
    if norm.pixels.is_multiple_of(4) { 4 } else { 1 }
}

/// Returns the number of threads of an elementwise pass.
pub(crate) fn runs(norm: &BatchNorm) -> usize {
    norm.batch * norm.channels * norm.pixels / run(norm)
}

/// Opens a loop over the parts of each channel of each image.
fn each_part(norm: &BatchNorm, parts: usize) -> String {
    let BatchNorm { batch, channels, pixels, .. } = *norm;
    grid_stride_loop(batch * channels * parts)
        + &format!(
            "        let part = i % {parts}u;
        let plane = i / {parts}u;
        let channel = plane % {channels}u;
        let start = plane * {pixels}u;
        let to = ((channel * {batch}u + plane / {channels}u) * {parts}u + part) * 2u;
"
        )
}

/// Returns an expression for the number of pixels in part `part`.
fn count(norm: &BatchNorm, parts: usize) -> String {
    format!("f32(({}u - part) / {parts}u)", norm.pixels + parts - 1)
}

pub(crate) fn moments(norm: &BatchNorm, parts: usize) -> String {
    let pixels = norm.pixels;
    let count = count(norm, parts);
    head(&["x", "moments"], "", INDEPENDENT_GROUP)
        + &each_part(norm, parts)
        + &format!(
            "        var sum = 0.0;
        for (var p = part; p < {pixels}u; p += {parts}u) {{ sum += x[start + p]; }}
        let mean = sum / {count};
        var squares = 0.0;
        for (var p = part; p < {pixels}u; p += {parts}u) {{
            let d = x[start + p] - mean;
            squares += d * d;
        }}
        moments[to] = mean;
        moments[to + 1u] = squares;
    }}
}}
"
        )
}

/// Combines the means and squared deviations of the parts as in Chan, Golub & LeVeque 1983.
pub(crate) fn statistics(norm: &BatchNorm, parts: usize) -> String {
    let each = norm.batch * parts;
    let all = norm.count();
    let count = count(norm, parts);
    let [[keep_mean, take_mean], [keep_variance, take_variance]] = norm.running_update_factors();
    let buffers = [
        "moments",
        "running_mean",
        "running_variance",
        "mean",
        "variance",
        "next_mean",
        "next_variance",
    ];
    head(&buffers, WORKGROUP_SUM, COOPERATIVE_GROUP)
        + &format!(
            "    let channel = group.x;
    var sum = 0.0;
    for (var i = lane; i < {each}u; i += {COOPERATIVE_GROUP}u) {{
        let part = i % {parts}u;
        sum += {count} * moments[(channel * {each}u + i) * 2u];
    }}
    let m = workgroup_sum(lane, sum) / f32({all});
    var squares = 0.0;
    for (var i = lane; i < {each}u; i += {COOPERATIVE_GROUP}u) {{
        let part = i % {parts}u;
        let d = moments[(channel * {each}u + i) * 2u] - m;
        squares += moments[(channel * {each}u + i) * 2u + 1u] + {count} * d * d;
    }}
    let v = workgroup_sum(lane, squares) / f32({all});
    if (lane == 0u) {{
        mean[channel] = m;
        variance[channel] = v;
        next_mean[channel] = f32({keep_mean}) * running_mean[channel] + f32({take_mean}) * m;
        next_variance[channel] =
            f32({keep_variance}) * running_variance[channel] + f32({take_variance}) * v;
    }}
}}
"
        )
}

/// Opens a loop over runs of neighboring pixels that start at `start`.
fn each_run(norm: &BatchNorm) -> String {
    let BatchNorm { channels, pixels, .. } = *norm;
    let run = run(norm);
    grid_stride_loop(runs(norm))
        + &format!(
            "        let start = i * {run}u;
        let channel = start / {pixels}u % {channels}u;
"
        )
}

pub(crate) fn apply(norm: &BatchNorm) -> String {
    let end = if norm.relu { "select(value, 0.0, value < 0.0)" } else { "value" };
    head(&["x", "mean", "variance", "scale", "shift", "y"], "", INDEPENDENT_GROUP)
        + &each_run(norm)
        + &format!(
            "        let factor = scale[channel] / sqrt(variance[channel] + f32({}));
        let summand = shift[channel] - mean[channel] * factor;
",
            BatchNorm::EPSILON
        )
        + &each(run(norm), |k| {
            format!(
                "        {{
            let value = x[start + {k}u] * factor + summand;
            y[start + {k}u] = {end};
        }}"
            )
        })
        + "    }\n}\n"
}

/// Returns an expression for the gradient at `at`, masked by ReLU if enabled.
fn grad(norm: &BatchNorm, at: &str) -> String {
    if norm.relu {
        format!("select(0.0, gradient[{at}], y[{at}] > 0.0)")
    } else {
        format!("gradient[{at}]")
    }
}

/// Computes the sums for the gradients. The shader binds the buffer y only if it reads it.
pub(crate) fn grad_sums(norm: &BatchNorm, parts: usize) -> String {
    let pixels = norm.pixels;
    let grad = grad(norm, "start + p");
    let buffers: &[&str] = if norm.relu {
        &["x", "gradient", "mean", "sums", "y"]
    } else {
        &["x", "gradient", "mean", "sums"]
    };
    head(buffers, "", INDEPENDENT_GROUP)
        + &each_part(norm, parts)
        + &format!(
            "        let m = mean[channel];
        var along_shift = 0.0;
        var along_scale = 0.0;
        for (var p = part; p < {pixels}u; p += {parts}u) {{
            let grad = {grad};
            along_shift += grad;
            along_scale += grad * (x[start + p] - m);
        }}
        sums[to] = along_shift;
        sums[to + 1u] = along_scale;
    }}
}}
"
        )
}

/// Computes the gradients of scale and shift, and the coefficients of the gradient of x, a·grad +
/// b·x + c.
pub(crate) fn param_grad(norm: &BatchNorm, parts: usize) -> String {
    let each = norm.batch * parts;
    let (all, channels) = (norm.count(), norm.channels);
    // Running statistics do not depend on the input.
    let share = if norm.running { 0.0 } else { 1.0 / all as f32 };
    let buffers = ["sums", "mean", "variance", "scale", "to_scale", "to_shift", "coefficients"];
    head(&buffers, WORKGROUP_SUM, COOPERATIVE_GROUP)
        + &format!(
            "    let channel = group.x;
    var first = 0.0;
    var second = 0.0;
    for (var i = lane; i < {each}u; i += {COOPERATIVE_GROUP}u) {{
        first += sums[(channel * {each}u + i) * 2u];
        second += sums[(channel * {each}u + i) * 2u + 1u];
    }}
    let deviation = 1.0 / sqrt(variance[channel] + f32({}));
    let along_shift = workgroup_sum(lane, first);
    let along_scale = workgroup_sum(lane, second) * deviation;
    if (lane == 0u) {{
        to_shift[channel] = along_shift;
        to_scale[channel] = along_scale;
        let a = scale[channel] * deviation;
        let b = -a * along_scale * f32({share}) * deviation;
        coefficients[channel] = a;
        coefficients[{channels}u + channel] = b;
        coefficients[{}u + channel] = -a * along_shift * f32({share}) - b * mean[channel];
    }}
}}
",
            BatchNorm::EPSILON,
            2 * channels
        )
}

pub(crate) fn input_grad(norm: &BatchNorm) -> String {
    let channels = norm.channels;
    let buffers: &[&str] = if norm.relu {
        &["x", "gradient", "coefficients", "found", "y"]
    } else {
        &["x", "gradient", "coefficients", "found"]
    };
    head(buffers, "", INDEPENDENT_GROUP)
        + &each_run(norm)
        + &format!(
            "        let a = coefficients[channel];
        let b = coefficients[{channels}u + channel];
        let c = coefficients[{}u + channel];
",
            2 * channels
        )
        + &each(run(norm), |k| {
            let at = format!("start + {k}u");
            format!("        found[{at}] = a * {} + b * x[{at}] + c;", grad(norm, &at))
        })
        + "    }\n}\n"
}
