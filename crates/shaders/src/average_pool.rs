//! Shaders for average pooling over windows and over whole images, and their gradients.

use kernels::{AveragePool, GlobalAveragePool};

use crate::text::{COOPERATIVE_GROUP, INDEPENDENT_GROUP, WORKGROUP_SUM, grid_stride_loop, head};

/// Returns the number of windows of all images.
pub(crate) fn windows(pool: &AveragePool) -> usize {
    let [rows, columns] = pool.output_size();
    pool.shape[0] * pool.shape[1] * rows * columns
}

pub(crate) fn pool(pool: &AveragePool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    head(&["x", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(windows(pool))
        + &format!(
            "        let at = i / {}u * {}u + i / {columns}u % {rows}u * {}u + i % {columns}u * {side}u;
        var sum = 0.0;
        for (var down = 0u; down < {side}u; down++) {{
            for (var across = 0u; across < {side}u; across++) {{
                sum += x[at + down * {width}u + across];
            }}
        }}
        y[i] = sum / {}.0;
    }}
}}
",
            rows * columns,
            height * width,
            side * width,
            side * side
        )
}

pub(crate) fn pool_grad(pool: &AveragePool) -> String {
    let ([.., height, width], [rows, columns], side) = (pool.shape, pool.output_size(), pool.side);
    head(&["gradient", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(pool.shape.iter().product())
        + &format!(
            "        let column = i % {width}u / {side}u;
        let row = i / {width}u % {height}u / {side}u;
        let image = i / {}u;
        var grad = 0.0;
        // Pixels in the last rows and columns may belong to no complete window.
        if (row < {rows}u && column < {columns}u) {{
            grad = gradient[(image * {rows}u + row) * {columns}u + column] / {}.0;
        }}
        found[i] = grad;
    }}
}}
",
            height * width,
            side * side
        )
}

/// Computes the mean of a channel with a workgroup, one for each channel of each image.
pub(crate) fn global(pool: &GlobalAveragePool) -> String {
    let [_, channels, height, width] = pool.shape;
    let pixels = height * width;
    head(&["x", "y"], WORKGROUP_SUM, COOPERATIVE_GROUP)
        + &format!(
            "    let plane = group.y * {channels}u + group.x;
    var sum = 0.0;
    for (var p = lane; p < {pixels}u; p += {COOPERATIVE_GROUP}u) {{ sum += x[plane * {pixels}u + p]; }}
    let total = workgroup_sum(lane, sum);
    if (lane == 0u) {{ y[plane] = total / {pixels}.0; }}
}}
"
        )
}

pub(crate) fn global_grad(pool: &GlobalAveragePool) -> String {
    let pixels = pool.shape[2] * pool.shape[3];
    head(&["gradient", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(pool.shape.iter().product())
        + &format!("        found[i] = gradient[i / {pixels}u] / {pixels}.0;\n    }}\n}}\n")
}
