//! Shaders for the convolution and its gradients.
//!
//! - Cross-correlation, for the forward pass and, with flipped kernels, for the gradient of the
//!   input of a convolution with stride 1: each thread computes several neighboring pixels of four output channels. The kernels of
//!   these channels are in workgroup memory.
//! - Gradients of kernels and bias, in two passes, since WebGPU has no atomic floats: first each
//!   thread sums a row of four kernels over a part of one image, then one thread per weight sums
//!   the parts.

use std::fmt::Write;

use kernels::Conv;

use crate::text::{
    COOPERATIVE_GROUP, INDEPENDENT_GROUP, MIN_THREADS, each, grid_stride_loop, head,
};

/// Number of kernel values, of four channels each, in workgroup memory. They take half of the 16 KB
/// that WebGPU guarantees, so that two workgroups fit on devices that have no more.
const SHARED: usize = 512;

/// Returns the number of parts into which each image is split for the gradient of the kernels:
/// enough to keep a GPU busy, but each has at least four rows.
pub fn conv_parts(conv: &Conv) -> usize {
    let rows = conv.output_size()[0];
    let threads = conv.outputs.div_ceil(4) * conv.inputs * conv.kernel * conv.batch;
    MIN_THREADS.div_ceil(threads).clamp(1, rows.div_ceil(4))
}

/// Returns the number of neighboring pixels that a thread computes: five to eight, whichever wastes
/// the fewest computations in a row of this width.
pub(crate) fn pixels(width: usize) -> usize {
    (5..=8).rev().min_by_key(|n| width.next_multiple_of(*n)).unwrap_or(8)
}

/// Returns an expression for the pixel in row `base`, or 0 if the column is outside the image.
fn guarded(base: &str, column: &str, width: usize) -> String {
    let last = width - 1;
    format!(
        "select(0.0, x[{base} + u32(clamp({column}, 0, {last}))], {column} >= 0 && {column} <= {last})"
    )
}

/// Returns an expression for the first pixel that place `name` of the kernel reads.
fn scaled(name: &str, stride: usize) -> String {
    if stride == 1 { name.to_owned() } else { format!("{name} * {stride}u") }
}

pub(crate) fn conv(conv: &Conv, flipped: bool, bias: bool, relu: bool) -> String {
    let Conv { inputs, outputs, size: [height, width], kernel, stride, padding, batch } = *conv;
    let [rows, columns] = conv.output_size();
    let wide = pixels(columns);
    let across = columns.div_ceil(wide);
    let area = kernel * kernel;
    // Number of input channels whose kernels are in workgroup memory at the same time.
    let chunk = (SHARED / area).clamp(1, inputs);
    let shared = format!("var<workgroup> shared_kernels: array<vec4<f32>, {}>;", chunk * area);
    let buffers: &[&str] =
        if bias { &["x", "kernels", "bias", "y"] } else { &["x", "kernels", "y"] };
    let mut text = head(buffers, &shared, COOPERATIVE_GROUP);
    let last_output = outputs - 1;
    let _ = write!(
        text,
        "
    let place = group.x * {COOPERATIVE_GROUP}u + lane;
    let row = place / {across}u;
    let column = place % {across}u * {wide}u;
    let inside = row < {rows}u;
    let first_output = group.y * 4u;
    let o = min(vec4<u32>(first_output, first_output + 1u, first_output + 2u, first_output + 3u),
        vec4<u32>({last_output}u));
"
    );
    let start =
        if bias { "vec4<f32>(bias[o.x], bias[o.y], bias[o.z], bias[o.w])" } else { "vec4<f32>()" };
    text += &each(wide, |pixel| format!("    var sum{pixel} = {start};"));
    // Kernels are `[outputs, inputs, …]`, or `[inputs, outputs, …]` if flipped.
    let kernel_at = |lane: &str| {
        if flipped {
            format!(
                "kernels[((first + i / {area}u) * {outputs}u + o.{lane}) * {area}u + {}u - i % {area}u]",
                area - 1
            )
        } else {
            format!("kernels[(o.{lane} * {inputs}u + first + i / {area}u) * {area}u + i % {area}u]")
        }
    };
    let _ = write!(
        text,
        "
    for (var first = 0u; first < {inputs}u; first += {chunk}u) {{
        let channels = min({chunk}u, {inputs}u - first);
        workgroupBarrier();
        for (var i = lane; i < channels * {area}u; i += {COOPERATIVE_GROUP}u) {{
            shared_kernels[i] = vec4<f32>({}, {}, {}, {});
        }}
        workgroupBarrier();
        if (inside) {{
            for (var channel = 0u; channel < channels; channel++) {{
                for (var down = 0u; down < {kernel}u; down++) {{
                    let at = channel * {area}u + down * {kernel}u;
",
        kernel_at("x"),
        kernel_at("y"),
        kernel_at("z"),
        kernel_at("w"),
    );
    let plane = height * width;
    let (row, column) = (scaled("row", stride), scaled("column", stride));
    // Pixels that are multiplied with no value of the kernel are left out.
    let reach = (0..(wide - 1) * stride + kernel).filter(|i| i % stride < kernel);
    let each_pixel = |line: &dyn Fn(usize) -> String| -> String {
        reach.clone().map(|i| line(i) + "\n").collect()
    };
    if padding == 0 {
        let last = batch * inputs * plane - 1;
        let _ = writeln!(
            text,
            "                    let base = (group.z * {inputs}u + first + channel) * {plane}u + ({row} + down) * {width}u + {column};"
        );
        // Sums beyond the last column are computed but not stored.
        let exact = columns.is_multiple_of(wide);
        text += &each_pixel(&|i| {
            let at =
                if exact { format!("base + {i}u") } else { format!("min(base + {i}u, {last}u)") };
            format!("                    let x{i} = x[{at}];")
        });
    } else {
        let _ = writeln!(
            text,
            "                    let line = i32({row} + down) - {padding};
                    if (line < 0 || line >= {height}) {{ continue; }}
                    let base = (group.z * {inputs}u + first + channel) * {plane}u + u32(line) * {width}u;
                    let left = i32({column}) - {padding};"
        );
        let exact = stride == 1 && columns == width && columns.is_multiple_of(wide);
        text += &each_pixel(&|i| {
            if exact && (padding..padding + wide).contains(&i) {
                format!("                    let x{i} = x[base + u32(left + {i})];")
            } else {
                let value = guarded("base", &format!("(left + {i})"), width);
                format!("                    let x{i} = {value};")
            }
        });
    }
    for place in 0..kernel {
        let _ = writeln!(text, "                    let k{place} = shared_kernels[at + {place}u];");
        text += &each(wide, |pixel| {
            format!("                    sum{pixel} += k{place} * x{};", pixel * stride + place)
        });
    }
    text += "                }\n            }\n        }\n    }\n    if (!inside) { return; }\n";
    if relu {
        // NaN must remain NaN, so that divergence is visible.
        text += &each(wide, |pixel| {
            format!("    sum{pixel} = select(sum{pixel}, vec4<f32>(), sum{pixel} < vec4<f32>());")
        });
    }
    let _ = writeln!(
        text,
        "    let to = ((group.z * {outputs}u + first_output) * {rows}u + row) * {columns}u + column;"
    );
    let out = rows * columns;
    for (lane, name) in ["x", "y", "z", "w"].iter().enumerate() {
        let _ = writeln!(text, "    if (first_output + {lane}u < {outputs}u) {{");
        text += &each(wide, |pixel| {
            let store = format!("y[to + {}u] = sum{pixel}.{name};", lane * out + pixel);
            if columns.is_multiple_of(wide) || pixel == 0 {
                format!("        {store}")
            } else {
                format!("        if (column + {pixel}u < {columns}u) {{ {store} }}")
            }
        });
        text += "    }\n";
    }
    text + "}\n"
}

pub(crate) fn weight_grad(conv: &Conv, parts: usize) -> String {
    let Conv { inputs, outputs, size: [height, width], kernel, stride, padding, batch } = *conv;
    let [rows, columns] = conv.output_size();
    let area = kernel * kernel;
    let threads = outputs.div_ceil(4) * inputs * kernel;
    let tall = rows.div_ceil(parts);
    let out = rows * columns;
    let last = batch * outputs * out - 1;
    let all = outputs * inputs * area;
    let plane = height * width;
    let (row, across) = (scaled("row", stride), scaled("column", stride));
    let mut text = head(&["x", "gradient", "sums"], "", COOPERATIVE_GROUP);
    let _ = write!(
        text,
        "
    let index = group.x * {COOPERATIVE_GROUP}u + lane;
    if (index >= {threads}u) {{ return; }}
    let down = index % {kernel}u;
    let input = index / {kernel}u % {inputs}u;
    let first_output = index / {}u * 4u;
    let image = group.y;
    let first_row = group.z * {tall}u;
    let last_row = min(first_row + {tall}u, {rows}u);
    var bias = vec4<f32>();
",
        kernel * inputs
    );
    text += &each(kernel, |place| format!("    var sum{place} = vec4<f32>();"));
    let _ = write!(
        text,
        "
    for (var row = first_row; row < last_row; row++) {{
        let start = (image * {outputs}u + first_output) * {out}u + row * {columns}u;
"
    );
    let x_at = |column: &str| {
        if padding == 0 {
            format!("x[base + {column}]")
        } else {
            let column = format!("(i32({column}) - {padding})");
            format!("select(0.0, {}, live)", guarded("base", &column, width))
        }
    };
    if padding == 0 {
        let _ = writeln!(
            text,
            "        let base = (image * {inputs}u + input) * {plane}u + ({row} + down) * {width}u;"
        );
    } else {
        let _ = writeln!(
            text,
            "        let line = i32({row} + down) - {padding};
        let live = line >= 0 && line < {height};
        let base = (image * {inputs}u + input) * {plane}u + u32(clamp(line, 0, {})) * {width}u;",
            height - 1
        );
    }
    // Neighboring places of the kernel share all but `stride` of its columns.
    let shared = kernel.saturating_sub(stride);
    text +=
        &each(shared, |place| format!("        var x{place} = {};", x_at(&format!("{place}u"))));
    let gradient = |lane: usize| format!("gradient[min(at + {}u, {last}u)]", lane * out);
    let _ = write!(
        text,
        "
        for (var column = 0u; column < {columns}u; column++) {{
            let at = start + column;
            let grad = vec4<f32>({}, {}, {}, {});
",
        gradient(0),
        gradient(1),
        gradient(2),
        gradient(3),
    );
    for place in shared..kernel {
        let value = x_at(&format!("{across} + {place}u"));
        let _ = writeln!(text, "            let x{place} = {value};");
    }
    text += "            bias += grad;\n";
    text += &each(kernel, |place| format!("            sum{place} += grad * x{place};"));
    text += &each(shared, |place| format!("            x{place} = x{};", place + stride));
    let _ = write!(
        text,
        "        }}
    }}
    let chunk = (image * {parts}u + group.z) * {}u;
",
        all + outputs
    );
    for (lane, name) in ["x", "y", "z", "w"].iter().enumerate() {
        let _ = writeln!(
            text,
            "    if (first_output + {lane}u < {outputs}u) {{
        let to = chunk + ((first_output + {lane}u) * {inputs}u + input) * {area}u + down * {kernel}u;"
        );
        text += &each(kernel, |place| format!("        sums[to + {place}u] = sum{place}.{name};"));
        let _ = writeln!(
            text,
            "        if (input == 0u && down == 0u) {{ sums[chunk + {all}u + first_output + {lane}u] = bias.{name}; }}
    }}"
        );
    }
    text + "}\n"
}

pub(crate) fn reduce_weight_grad(chunks: usize, kernels: usize, outputs: usize) -> String {
    let all = kernels + outputs;
    head(&["sums", "weight", "bias"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(all)
        + &format!(
            "        var sum = 0.0;
        for (var chunk = 0u; chunk < {chunks}u; chunk++) {{ sum += sums[chunk * {all}u + i]; }}
        if (i < {kernels}u) {{ weight[i] = sum; }} else {{ bias[i - {kernels}u] = sum; }}
    }}
}}
"
        )
}
