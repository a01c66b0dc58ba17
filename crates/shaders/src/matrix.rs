//! Shaders for the matrix product. It is split along the inner dimension (split-K) if there would
//! be too few threads: each thread computes eight rows of four columns over a part of the terms,
//! then one thread per entry sums the parts.

use std::fmt::Write;

use crate::text::{
    COOPERATIVE_GROUP, INDEPENDENT_GROUP, MIN_THREADS, each, grid_stride_loop, head,
};

/// Minimum number of terms per thread if the sums are split.
const MIN_TERMS_PER_THREAD: usize = 64;

/// A matrix product `[rows, columns]` with inner dimension `terms`. Strides are distances between
/// consecutive entries along the output dimension and along the inner dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatMul {
    /// Number of rows of the product.
    pub rows: usize,
    /// Number of columns of the product.
    pub columns: usize,
    /// Number of terms of each sum.
    pub terms: usize,
    /// Strides of the left matrix between rows and between terms.
    pub left: [usize; 2],
    /// Strides of the right matrix between terms and between columns.
    pub right: [usize; 2],
    /// Number of parts into which the sums are split.
    pub parts: usize,
}

impl MatMul {
    /// Number of rows and columns per thread.
    pub(crate) const TILE: [usize; 2] = [8, 4];

    /// Creates a product `[rows, columns]` with inner dimension `terms` whose sums are split into
    /// enough parts to keep a GPU busy.
    pub fn new([rows, terms, columns]: [usize; 3], left: [usize; 2], right: [usize; 2]) -> Self {
        let [tall, wide] = Self::TILE;
        let threads = rows.div_ceil(tall) * columns.div_ceil(wide);
        let parts = (MIN_THREADS / threads).clamp(1, terms.div_ceil(MIN_TERMS_PER_THREAD));
        Self { rows, columns, terms, left, right, parts }
    }
}

pub(crate) fn matmul(product: &MatMul) -> String {
    let MatMul { rows, columns, terms, left: [down, along], right: [deep, across], parts } =
        *product;
    let [tall, wide] = MatMul::TILE;
    let long = terms.div_ceil(parts);
    let (last_row, last_column) = (rows - 1, columns - 1);
    let mut text = head(&["left", "right", "sums"], "", COOPERATIVE_GROUP);
    let _ = write!(
        text,
        "
    let first_column = (group.x * {COOPERATIVE_GROUP}u + lane) * {wide}u;
    if (first_column >= {columns}u) {{ return; }}
    let first_row = group.y * {tall}u;
    let end = min((group.z + 1u) * {long}u, {terms}u);
"
    );
    // Sums beyond the last row and column are computed but not stored.
    text += &each(tall, |row| {
        format!(
            "    let row{row} = min(first_row + {row}u, {last_row}u) * {down}u;
    var sum{row} = vec4<f32>();"
        )
    });
    text += &each(wide, |column| {
        format!(
            "    let column{column} = min(first_column + {column}u, {last_column}u) * {across}u;"
        )
    });
    let right = |column: usize| format!("right[column{column} + i * {deep}u]");
    let _ = write!(
        text,
        "    for (var i = group.z * {long}u; i < end; i++) {{
        let r = vec4<f32>({}, {}, {}, {});
",
        right(0),
        right(1),
        right(2),
        right(3)
    );
    text += &each(tall, |row| format!("        sum{row} += left[row{row} + i * {along}u] * r;"));
    let _ = writeln!(
        text,
        "    }}
    let to = (group.z * {rows}u + first_row) * {columns}u + first_column;"
    );
    for row in 0..tall {
        let _ = writeln!(text, "    if (first_row + {row}u < {rows}u) {{");
        for (column, name) in ["x", "y", "z", "w"].iter().enumerate() {
            let _ = writeln!(
                text,
                "        if (first_column + {column}u < {columns}u) {{ sums[to + {}u] = sum{row}.{name}; }}",
                row * columns + column
            );
        }
        text += "    }\n";
    }
    text + "}\n"
}

pub(crate) fn reduce_split_k(
    parts: usize,
    rows: usize,
    columns: usize,
    bias: bool,
    relu: bool,
) -> String {
    let all = rows * columns;
    let buffers: &[&str] = if bias { &["sums", "bias", "y"] } else { &["sums", "y"] };
    let start = if bias { format!("bias[i % {columns}u]") } else { "0.0".to_owned() };
    let end = if relu { "select(sum, 0.0, sum < 0.0)" } else { "sum" };
    head(buffers, "", INDEPENDENT_GROUP)
        + &grid_stride_loop(all)
        + &format!(
            "        var sum = {start};
        for (var part = 0u; part < {parts}u; part++) {{ sum += sums[part * {all}u + i]; }}
        y[i] = {end};
    }}
}}
"
        )
}
