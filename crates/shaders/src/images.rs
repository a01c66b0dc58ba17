//! Shaders for max-pooling and its gradient, pixel shuffle and its inverse, and the weight gradient
//! of transposed convolutions.

use std::fmt::Write;

use kernels::{Pool, TransposedConv};

use crate::text::{INDEPENDENT_GROUP, grid_stride_loop, head};

/// Returns the number of pooling windows of all images, including incomplete ones at the borders if
/// `all`.
pub(crate) fn windows(pool: &Pool, all: bool) -> usize {
    let [batch, channels, height, width] = pool.shape;
    let along = |length: usize| if all { length.div_ceil(pool.side) } else { length / pool.side };
    batch * channels * along(height) * along(width)
}

/// Returns the offsets of the pixels of a window relative to its first pixel.
fn window_pixels(pool: &Pool) -> impl Iterator<Item = [usize; 2]> {
    let side = pool.side;
    (0..side).flat_map(move |row| (0..side).map(move |column| [row, column]))
}

pub(crate) fn pool(pool: &Pool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    let end = if pool.relu { "select(largest, 0.0, largest < 0.0)" } else { "largest" };
    let mut text =
        head(&["x", "y"], "", INDEPENDENT_GROUP) + &grid_stride_loop(windows(pool, false));
    let _ = writeln!(
        text,
        "        let at = i / {}u * {}u + i / {columns}u % {rows}u * {}u + i % {columns}u * {side}u;
        var largest = x[at];",
        (rows * columns).max(1),
        height * width,
        side * width
    );
    for [row, column] in window_pixels(pool).skip(1) {
        let _ =
            writeln!(text, "        largest = max(largest, x[at + {}u]);", row * width + column);
    }
    text + &format!("        y[i] = {end};\n    }}\n}}\n")
}

pub(crate) fn pool_grad(pool: &Pool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    let (tall, wide) = (height.div_ceil(side), width.div_ceil(side));
    let passed = if pool.relu { "select(0.0, grad, largest > 0.0)" } else { "grad" };
    let mut text = head(&["x", "gradient", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(windows(pool, true));
    let _ = writeln!(
        text,
        "        let row = i / {wide}u % {tall}u;
        let column = i % {wide}u;
        let image = i / {}u;
        let at = image * {}u + row * {}u + column * {side}u;
        if (row < {rows}u && column < {columns}u) {{
            let grad = gradient[(image * {rows}u + row) * {columns}u + column];
            var largest = x[at];
            var best = 0u;",
        tall * wide,
        height * width,
        side * width
    );
    // Ties go to the first pixel.
    for (place, [down, across]) in window_pixels(pool).enumerate().skip(1) {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            if (x[at + {offset}u] > largest) {{ largest = x[at + {offset}u]; best = {place}u; }}"
        );
    }
    let _ = writeln!(text, "            let given = {passed};");
    for (place, [down, across]) in window_pixels(pool).enumerate() {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            found[at + {offset}u] = select(0.0, given, best == {place}u);"
        );
    }
    text += "        } else {\n";
    // Pixels in the last rows and columns may belong to no complete window.
    for [down, across] in window_pixels(pool) {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            if (row * {side}u + {down}u < {height}u && column * {side}u + {across}u < {width}u) {{ found[at + {offset}u] = 0.0; }}"
        );
    }
    text + "        }\n    }\n}\n"
}

/// Rearranges the weight gradient of the 1×1 convolution into that of the transposed convolution:
/// kernels as `[inputs, outputs·4]`, and the bias summed over its four channels.
pub(crate) fn upsample_weight_grad(inputs: usize, outputs: usize) -> String {
    let wide = 4 * outputs;
    head(&["parts", "part_bias", "weight", "bias"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(inputs * wide)
        + &format!(
            "        weight[i] = parts[i % {wide}u * {inputs}u + i / {wide}u];
        if (i < {outputs}u) {{
            let at = 4u * i;
            bias[i] = part_bias[at] + part_bias[at + 1u] + part_bias[at + 2u] + part_bias[at + 3u];
        }}
    }}
}}
"
        )
}

/// Returns the number of values of an upsampled batch.
pub(crate) fn upsampled_len(up: &TransposedConv) -> usize {
    up.batch * up.outputs * 4 * up.size[0] * up.size[1]
}

pub(crate) fn pixel_shuffle(up: &TransposedConv) -> String {
    let statement = format!("y[i] = parts[at] + bias[image % {}u];", up.outputs);
    shuffle(up, &["parts", "bias", "y"], &statement)
}

pub(crate) fn pixel_unshuffle(up: &TransposedConv) -> String {
    shuffle(up, &["y", "parts"], "parts[at] = y[i];")
}

/// Returns a shader that executes a statement for each pixel `i` of the upsampled batch and its
/// index `at` in the parts.
fn shuffle(up: &TransposedConv, buffers: &[&str], statement: &str) -> String {
    let [height, width] = up.size;
    let (tall, wide) = (2 * height, 2 * width);
    head(buffers, "", INDEPENDENT_GROUP)
        + &grid_stride_loop(upsampled_len(up))
        + &format!(
            "        let column = i % {wide}u;
        let row = i / {wide}u % {tall}u;
        let image = i / {}u;
        let part = image * 4u + row % 2u * 2u + column % 2u;
        let at = (part * {height}u + row / 2u) * {width}u + column / 2u;
        {statement}
    }}
}}
",
            tall * wide
        )
}
