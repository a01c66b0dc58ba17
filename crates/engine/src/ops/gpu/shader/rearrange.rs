//! What moves values without much arithmetic.

use kernels::{Join, Nearest};

use super::{LOOSE, head, stride};

pub(super) fn rows(count: usize, width: usize) -> String {
    head(&["table", "indices", "y"], "", LOOSE)
        + &stride(count * width)
        + &format!(
            "        y[i] = table[u32(indices[i / {width}u]) * {width}u + i % {width}u];
    }}
}}
"
        )
}

pub(super) fn join(join: &Join) -> String {
    let act = ["y[i] = a[at];", "y[i] = b[at];"];
    head(&["a", "b", "y"], "", LOOSE) + &each_joined(join, act)
}

pub(super) fn split(join: &Join) -> String {
    let act = ["a[at] = gradient[i];", "b[at] = gradient[i];"];
    head(&["gradient", "a", "b"], "", LOOSE) + &each_joined(join, act)
}

/// Does something with each value of a joined batch, `i`, which is the first's or the second's `at`.
fn each_joined(join: &Join, [first, second]: [&str; 2]) -> String {
    let [a, b] = join.lengths;
    stride(join.batch * (a + b))
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

pub(super) fn repeat(nearest: &Nearest) -> String {
    let [.., height, width] = nearest.shape;
    let wide = 2 * width;
    head(&["x", "y"], "", LOOSE)
        + &stride(4 * nearest.shape.iter().product::<usize>())
        + &format!(
            "        let row = i / {wide}u;
        y[i] = x[(row / {0}u * {height}u + row % {0}u / 2u) * {width}u + i % {wide}u / 2u];
    }}
}}
",
            2 * height
        )
}

pub(super) fn repeat_back(nearest: &Nearest) -> String {
    let width = nearest.shape[3];
    let wide = 2 * width;
    head(&["gradient", "found"], "", LOOSE)
        + &stride(nearest.shape.iter().product())
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
