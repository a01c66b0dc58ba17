//! Max-pooling, its gradient, and the weaving of upsampled images.

use kernels::Upsample;

use super::{LOOSE, head, stride};
use crate::ops::Pool;

/// Squares of all images together; those that an odd side cuts off where asked for.
pub(super) fn squares(pool: &Pool, cut: bool) -> usize {
    let [batch, channels, height, width] = pool.shape;
    let along = |side: usize| if cut { side.div_ceil(2) } else { side / 2 };
    batch * channels * along(height) * along(width)
}

pub(super) fn pool(pool: &Pool) -> String {
    let [.., height, width] = pool.shape;
    let (rows, columns) = (height / 2, width / 2);
    let plane = height * width;
    let end = if pool.relu { "select(largest, 0.0, largest < 0.0)" } else { "largest" };
    head(&["x", "y"], "", LOOSE)
        + &stride(squares(pool, false))
        + &format!(
            "        let at = i / {}u * {plane}u + i / {columns}u % {rows}u * {}u + i % {columns}u * 2u;
        let upper = max(x[at], x[at + 1u]);
        let largest = max(upper, max(x[at + {width}u], x[at + {}u]));
        y[i] = {end};
    }}
}}
",
            rows * columns,
            2 * width,
            width + 1
        )
}

pub(super) fn pool_back(pool: &Pool) -> String {
    let [.., height, width] = pool.shape;
    let (rows, columns) = (height / 2, width / 2);
    let (tall, wide) = (height.div_ceil(2), width.div_ceil(2));
    let plane = height * width;
    let through =
        if pool.relu { "select(0.0, slope, max(max(a, b), max(c, d)) > 0.0)" } else { "slope" };
    head(&["x", "gradient", "found"], "", LOOSE)
        + &stride(squares(pool, true))
        + &format!(
            "        let row = i / {wide}u % {tall}u;
        let column = i % {wide}u;
        let image = i / {}u;
        let at = image * {plane}u + row * {}u + column * 2u;
        if (row < {rows}u && column < {columns}u) {{
            let slope = gradient[(image * {rows}u + row) * {columns}u + column];
            let a = x[at];
            let b = x[at + 1u];
            let c = x[at + {width}u];
            let d = x[at + {}u];
            let given = {through};
            // Of equals the first counts.
            let lower = max(c, d) > max(a, b);
            found[at] = select(0.0, given, !lower && !(b > a));
            found[at + 1u] = select(0.0, given, !lower && b > a);
            found[at + {width}u] = select(0.0, given, lower && !(d > c));
            found[at + {}u] = select(0.0, given, lower && d > c);
        }} else {{
            // The last row or column of an odd side is in no square.
            found[at] = 0.0;
            if (column * 2u + 1u < {width}u) {{ found[at + 1u] = 0.0; }}
            if (row * 2u + 1u < {height}u) {{
                found[at + {width}u] = 0.0;
                if (column * 2u + 1u < {width}u) {{ found[at + {}u] = 0.0; }}
            }}
        }}
    }}
}}
",
            tall * wide,
            2 * width,
            width + 1,
            width + 1,
            width + 1
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
