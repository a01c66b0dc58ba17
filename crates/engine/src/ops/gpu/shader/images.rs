//! Max-pooling, its gradient, and the weaving of upsampled images.

use std::fmt::Write;

use kernels::{Pool, Upsample};

use super::{LOOSE, head, stride};

/// Squares of all images together; those that are no whole ones where asked for.
pub(super) fn squares(pool: &Pool, all: bool) -> usize {
    let [batch, channels, height, width] = pool.shape;
    let along = |length: usize| if all { length.div_ceil(pool.side) } else { length / pool.side };
    batch * channels * along(height) * along(width)
}

/// Where the pixels of a square are, from its first on.
fn places(pool: &Pool) -> impl Iterator<Item = [usize; 2]> {
    let side = pool.side;
    (0..side).flat_map(move |row| (0..side).map(move |column| [row, column]))
}

pub(super) fn pool(pool: &Pool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    let end = if pool.relu { "select(largest, 0.0, largest < 0.0)" } else { "largest" };
    let mut text = head(&["x", "y"], "", LOOSE) + &stride(squares(pool, false));
    let _ = writeln!(
        text,
        "        let at = i / {}u * {}u + i / {columns}u % {rows}u * {}u + i % {columns}u * {side}u;
        var largest = x[at];",
        (rows * columns).max(1),
        height * width,
        side * width
    );
    for [row, column] in places(pool).skip(1) {
        let _ =
            writeln!(text, "        largest = max(largest, x[at + {}u]);", row * width + column);
    }
    text + &format!("        y[i] = {end};\n    }}\n}}\n")
}

pub(super) fn pool_back(pool: &Pool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    let (tall, wide) = (height.div_ceil(side), width.div_ceil(side));
    let through = if pool.relu { "select(0.0, slope, largest > 0.0)" } else { "slope" };
    let mut text = head(&["x", "gradient", "found"], "", LOOSE) + &stride(squares(pool, true));
    let _ = writeln!(
        text,
        "        let row = i / {wide}u % {tall}u;
        let column = i % {wide}u;
        let image = i / {}u;
        let at = image * {}u + row * {}u + column * {side}u;
        if (row < {rows}u && column < {columns}u) {{
            let slope = gradient[(image * {rows}u + row) * {columns}u + column];
            var largest = x[at];
            var best = 0u;",
        tall * wide,
        height * width,
        side * width
    );
    // Of equals the first counts.
    for (place, [down, across]) in places(pool).enumerate().skip(1) {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            if (x[at + {offset}u] > largest) {{ largest = x[at + {offset}u]; best = {place}u; }}"
        );
    }
    let _ = writeln!(text, "            let given = {through};");
    for (place, [down, across]) in places(pool).enumerate() {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            found[at + {offset}u] = select(0.0, given, best == {place}u);"
        );
    }
    text += "        } else {\n";
    // The last rows and columns are in no whole square.
    for [down, across] in places(pool) {
        let offset = down * width + across;
        let _ = writeln!(
            text,
            "            if (row * {side}u + {down}u < {height}u && column * {side}u + {across}u < {width}u) {{ found[at + {offset}u] = 0.0; }}"
        );
    }
    text + "        }\n    }\n}\n"
}

/// Gradients of the parts of upsampling put together: kernels as `[inputs, outputs·4]`, the bias
/// summed over the four pixels of a square.
pub(super) fn unparted(inputs: usize, outputs: usize) -> String {
    let wide = 4 * outputs;
    head(&["parts", "part_bias", "weight", "bias"], "", LOOSE)
        + &stride(inputs * wide)
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

/// Values of an upsampled batch.
pub(super) fn woven(up: &Upsample) -> usize {
    up.batch * up.outputs * 4 * up.size[0] * up.size[1]
}

pub(super) fn weave(up: &Upsample, forward: bool) -> String {
    let Upsample { outputs, size: [height, width], .. } = *up;
    let (tall, wide) = (2 * height, 2 * width);
    let buffers: &[&str] = if forward { &["parts", "bias", "y"] } else { &["y", "parts"] };
    let act = if forward {
        format!("y[i] = parts[at] + bias[image % {outputs}u];")
    } else {
        "parts[at] = y[i];".to_owned()
    };
    head(buffers, "", LOOSE)
        + &stride(woven(up))
        + &format!(
            "        let column = i % {wide}u;
        let row = i / {wide}u % {tall}u;
        let image = i / {}u;
        let part = image * 4u + row % 2u * 2u + column % 2u;
        let at = (part * {height}u + row / 2u) * {width}u + column / 2u;
        {act}
    }}
}}
",
            tall * wide
        )
}
