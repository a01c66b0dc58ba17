//! Shaders that copy: rows of a table, concatenation, nearest-neighbor upsampling.

use kernels::{Concat, NearestUpsample};

use crate::text::{INDEPENDENT_GROUP, grid_stride_loop, head};

pub(crate) fn gather_rows(count: usize, width: usize) -> String {
    head(&["table", "indices", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(count * width)
        + &format!(
            "        y[i] = table[u32(indices[i / {width}u]) * {width}u + i % {width}u];
    }}
}}
"
        )
}

pub(crate) fn concat(join: &Concat) -> String {
    let act = ["y[i] = a[at];", "y[i] = b[at];"];
    head(&["a", "b", "y"], "", INDEPENDENT_GROUP) + &each_value(join, act)
}

pub(crate) fn split(join: &Concat) -> String {
    let act = ["a[at] = gradient[i];", "b[at] = gradient[i];"];
    head(&["gradient", "a", "b"], "", INDEPENDENT_GROUP) + &each_value(join, act)
}

/// Returns a shader that executes a statement for each value `i` of a concatenated batch, at index
/// `at` of its source.
fn each_value(join: &Concat, [first, second]: [&str; 2]) -> String {
    let [a, b] = join.lengths;
    grid_stride_loop(join.batch * (a + b))
        + &format!(
            "        let image = i / {0}u;
        let place = i % {0}u;
        if (place < {a}u) {{
            let at = image * {a}u + place;
            {first}
        }} else {{
            let at = image * {b}u + place - {a}u;
            {second}
        }}
    }}
}}
",
            a + b
        )
}

pub(crate) fn upsample_nearest(nearest: &NearestUpsample) -> String {
    let [.., height, width] = nearest.shape;
    let wide = 2 * width;
    head(&["x", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(4 * nearest.shape.iter().product::<usize>())
        + &format!(
            "        let row = i / {wide}u;
        y[i] = x[(row / {0}u * {height}u + row % {0}u / 2u) * {width}u + i % {wide}u / 2u];
    }}
}}
",
            2 * height
        )
}

pub(crate) fn upsample_nearest_grad(nearest: &NearestUpsample) -> String {
    let width = nearest.shape[3];
    let wide = 2 * width;
    head(&["gradient", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(nearest.shape.iter().product())
        + &format!(
            "        let at = i / {width}u * {}u + i % {width}u * 2u;
        found[i] =
            gradient[at] + gradient[at + 1u] + gradient[at + {wide}u] + gradient[at + {}u];
    }}
}}
",
            2 * wide,
            wide + 1
        )
}
