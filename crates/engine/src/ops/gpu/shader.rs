//! The shaders' text.
//!
//! - Correlation, forward and with kernels turned round for the gradient of the input: a thread
//!   adds up several neighbouring pixels of four output channels, with the kernels of these
//!   channels in workgroup memory.
//! - Gradients of kernels and bias, in two passes, since WebGPU has no atomic floats: a thread adds
//!   up a row of four kernels over a part of one image; then a thread a weight adds up the parts.
//! - Products of matrices: a thread computes eight rows of four columns, over a part of the terms
//!   where there are few of them; then a thread an entry adds up the parts.
//! - Max-pooling and its gradient: a thread a square.

use std::fmt::Write;

use kernels::{Conv, Upsample};

use super::dense::Product;

/// Threads of a workgroup that shares kernels.
const GROUP: usize = 64;
/// Threads of a workgroup that shares nothing.
const LOOSE: usize = 256;
/// Most workgroups along an axis that WebGPU grants.
const MOST_GROUPS: usize = 65_535;
/// Kernel values of four channels that workgroup memory holds: half of the 16 KB that WebGPU
/// grants, so that two workgroups fit where there is no more.
const SHARED: usize = 512;

/// What a shader does, with every number that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shader {
    /// x, kernels, bias where there is one → y. `turned` reads the kernels as those of the
    /// convolution that `conv` is the way back of.
    Correlate { conv: Conv, turned: bool, bias: bool, relu: bool },
    /// x, gradient → sums `[batch · parts, kernels + outputs]`.
    Slopes { conv: Conv, parts: usize },
    /// sums → kernels, bias
    Total { chunks: usize, kernels: usize, outputs: usize },
    /// left, right → sums `[parts, rows, columns]`
    Product(Product),
    /// sums, bias a column where there is one → y `[rows, columns]`
    Gather { parts: usize, rows: usize, columns: usize, bias: bool },
    /// parameter, gradient, both means, scalars → parameter, both means. The betas' bits.
    Adam { length: usize, beta_1: u32, beta_2: u32 },
    /// parts `[batch, outputs·4, height, width]`, bias → y `[batch, outputs, 2 height, 2 width]`
    Weave(Upsample),
    /// The way back, without bias.
    Unweave(Upsample),
    /// x → y
    Pool { images: usize, size: [usize; 2] },
    /// x, gradient of y → gradient of x
    PoolBack { images: usize, size: [usize; 2] },
}

impl Shader {
    /// Threads of a workgroup.
    pub(super) fn workgroup_size(&self) -> u32 {
        let size = match self {
            Shader::Correlate { .. } | Shader::Slopes { .. } | Shader::Product(_) => GROUP,
            _ => LOOSE,
        };
        size as u32
    }

    /// Workgroups along each axis.
    pub(super) fn workgroups(&self) -> [u32; 3] {
        let loose = |threads: usize| [threads.div_ceil(LOOSE).clamp(1, MOST_GROUPS), 1, 1];
        let counts = match *self {
            Shader::Correlate { conv, .. } => {
                let [height, width] = conv.output_size();
                let threads = height * width.div_ceil(pixels(width));
                [threads.div_ceil(GROUP), conv.outputs.div_ceil(4), conv.batch]
            }
            Shader::Slopes { conv, parts } => {
                let rows = conv.outputs.div_ceil(4) * conv.inputs * conv.kernel;
                [rows.div_ceil(GROUP), conv.batch, parts]
            }
            Shader::Product(Product { rows, columns, parts, .. }) => {
                let [tall, wide] = Product::TILE;
                [columns.div_ceil(wide).div_ceil(GROUP), rows.div_ceil(tall), parts]
            }
            Shader::Gather { rows, columns, .. } => loose(rows * columns),
            Shader::Adam { length, .. } => loose(length),
            Shader::Weave(up) | Shader::Unweave(up) => loose(woven(&up)),
            Shader::Total { kernels, outputs, .. } => loose(kernels + outputs),
            Shader::Pool { images, size } => loose(images * (size[0] / 2) * (size[1] / 2)),
            Shader::PoolBack { images, size } => {
                loose(images * size[0].div_ceil(2) * size[1].div_ceil(2))
            }
        };
        counts.map(|count| count as u32)
    }

    /// The WGSL.
    pub(super) fn text(&self) -> String {
        match *self {
            Shader::Correlate { conv, turned, bias, relu } => correlate(&conv, turned, bias, relu),
            Shader::Slopes { conv, parts } => slopes(&conv, parts),
            Shader::Total { chunks, kernels, outputs } => total(chunks, kernels, outputs),
            Shader::Product(product) => multiply(&product),
            Shader::Gather { parts, rows, columns, bias } => gather(parts, rows, columns, bias),
            Shader::Adam { length, beta_1, beta_2 } => {
                adam(length, f32::from_bits(beta_1), f32::from_bits(beta_2))
            }
            Shader::Weave(up) => weave(&up, true),
            Shader::Unweave(up) => weave(&up, false),
            Shader::Pool { images, size } => pool(images, size),
            Shader::PoolBack { images, size } => pool_back(images, size),
        }
    }
}

/// Neighbouring pixels that a thread computes: five to eight, so that the fewest are for nothing in
/// a row of that width.
fn pixels(width: usize) -> usize {
    (5..=8).rev().min_by_key(|n| width.next_multiple_of(*n)).unwrap_or(8)
}

/// Declarations of storage buffers, and the head of the entry point.
fn head(buffers: &[&str], before: &str, threads: usize) -> String {
    let mut text = String::new();
    for (index, name) in buffers.iter().enumerate() {
        // All can be written: two tensors may share a buffer, and one buffer cannot be bound as
        // read-only and as writable at once.
        let _ = writeln!(
            text,
            "@group(0) @binding({index}) var<storage, read_write> {name}: array<f32>;"
        );
    }
    let _ = write!(
        text,
        "{before}
@compute @workgroup_size({threads})
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
    @builtin(num_workgroups) groups: vec3<u32>,
) {{
"
    );
    text
}

/// The lines that `line` makes of 0, 1, … n - 1.
fn each(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| line(i) + "\n").collect()
}

/// A pixel of row `base` in a column that may lie beside the image; 0 there.
fn guarded(base: &str, column: &str, width: usize) -> String {
    let last = width - 1;
    format!(
        "select(0.0, x[{base} + u32(clamp({column}, 0, {last}))], {column} >= 0 && {column} <= {last})"
    )
}

fn correlate(conv: &Conv, turned: bool, bias: bool, relu: bool) -> String {
    let Conv { inputs, outputs, size: [height, width], kernel, padding, batch } = *conv;
    let [rows, columns] = conv.output_size();
    let wide = pixels(columns);
    let across = columns.div_ceil(wide);
    let area = kernel * kernel;
    // Input channels whose kernels are in workgroup memory at a time.
    let chunk = (SHARED / area).clamp(1, inputs);
    let shared = format!("var<workgroup> shared_kernels: array<vec4<f32>, {}>;", chunk * area);
    let buffers: &[&str] =
        if bias { &["x", "kernels", "bias", "y"] } else { &["x", "kernels", "y"] };
    let mut text = head(buffers, &shared, GROUP);
    let last_output = outputs - 1;
    let _ = write!(
        text,
        "
    let place = group.x * {GROUP}u + lane;
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
    // Kernels `[outputs, inputs, …]`, or turned round `[inputs, outputs, …]`.
    let kernel_at = |lane: &str| {
        if turned {
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
        for (var i = lane; i < channels * {area}u; i += {GROUP}u) {{
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
    if padding == 0 {
        let last = batch * inputs * plane - 1;
        let _ = writeln!(
            text,
            "                    let base = (group.z * {inputs}u + first + channel) * {plane}u + (row + down) * {width}u + column;"
        );
        // Beyond the last column only sums are made that are not stored.
        let exact = columns.is_multiple_of(wide);
        text += &each(wide + kernel - 1, |i| {
            let at =
                if exact { format!("base + {i}u") } else { format!("min(base + {i}u, {last}u)") };
            format!("                    let x{i} = x[{at}];")
        });
    } else {
        let _ = writeln!(
            text,
            "                    let line = i32(row + down) - {padding};
                    if (line < 0 || line >= {height}) {{ continue; }}
                    let base = (group.z * {inputs}u + first + channel) * {plane}u + u32(line) * {width}u;
                    let left = i32(column) - {padding};"
        );
        let exact = columns == width && columns.is_multiple_of(wide);
        text += &each(wide + kernel - 1, |i| {
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
            format!("                    sum{pixel} += k{place} * x{};", pixel + place)
        });
    }
    text += "                }\n            }\n        }\n    }\n    if (!inside) { return; }\n";
    if relu {
        // What is no number stays none, so that a run that diverges shows it.
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

fn slopes(conv: &Conv, parts: usize) -> String {
    let Conv { inputs, outputs, size: [height, width], kernel, padding, batch } = *conv;
    let [rows, columns] = conv.output_size();
    let area = kernel * kernel;
    let threads = outputs.div_ceil(4) * inputs * kernel;
    let tall = rows.div_ceil(parts);
    let out = rows * columns;
    let last = batch * outputs * out - 1;
    let all = outputs * inputs * area;
    let plane = height * width;
    let mut text = head(&["x", "gradient", "sums"], "", GROUP);
    let _ = write!(
        text,
        "
    let index = group.x * {GROUP}u + lane;
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
            "        let base = (image * {inputs}u + input) * {plane}u + (row + down) * {width}u;"
        );
    } else {
        let _ = writeln!(
            text,
            "        let line = i32(row + down) - {padding};
        let live = line >= 0 && line < {height};
        let base = (image * {inputs}u + input) * {plane}u + u32(clamp(line, 0, {})) * {width}u;",
            height - 1
        );
    }
    text += &each(kernel - 1, |place| {
        format!("        var x{place} = {};", x_at(&format!("{place}u")))
    });
    let gradient = |lane: usize| format!("gradient[min(at + {}u, {last}u)]", lane * out);
    let _ = write!(
        text,
        "
        for (var column = 0u; column < {columns}u; column++) {{
            let at = start + column;
            let slope = vec4<f32>({}, {}, {}, {});
            let x{} = {};
            bias += slope;
",
        gradient(0),
        gradient(1),
        gradient(2),
        gradient(3),
        kernel - 1,
        x_at(&format!("column + {}u", kernel - 1)),
    );
    text += &each(kernel, |place| format!("            sum{place} += slope * x{place};"));
    text += &each(kernel - 1, |place| format!("            x{place} = x{};", place + 1));
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

/// The head of a loop over what all threads do together, `i` counting to `n`.
fn stride(n: usize) -> String {
    format!("    for (var i = group.x * {LOOSE}u + lane; i < {n}u; i += groups.x * {LOOSE}u) {{\n")
}

fn total(chunks: usize, kernels: usize, outputs: usize) -> String {
    let all = kernels + outputs;
    head(&["sums", "weight", "bias"], "", LOOSE)
        + &stride(all)
        + &format!(
            "        var sum = 0.0;
        for (var chunk = 0u; chunk < {chunks}u; chunk++) {{ sum += sums[chunk * {all}u + i]; }}
        if (i < {kernels}u) {{ weight[i] = sum; }} else {{ bias[i - {kernels}u] = sum; }}
    }}
}}
"
        )
}

fn pool(images: usize, [height, width]: [usize; 2]) -> String {
    let (rows, columns) = (height / 2, width / 2);
    let plane = height * width;
    head(&["x", "y"], "", LOOSE)
        + &stride(images * rows * columns)
        + &format!(
            "        let at = i / {}u * {plane}u + i / {columns}u % {rows}u * {}u + i % {columns}u * 2u;
        let upper = max(x[at], x[at + 1u]);
        y[i] = max(upper, max(x[at + {width}u], x[at + {}u]));
    }}
}}
",
            rows * columns,
            2 * width,
            width + 1
        )
}

fn pool_back(images: usize, [height, width]: [usize; 2]) -> String {
    let (rows, columns) = (height / 2, width / 2);
    let (tall, wide) = (height.div_ceil(2), width.div_ceil(2));
    let plane = height * width;
    head(&["x", "gradient", "found"], "", LOOSE)
        + &stride(images * tall * wide)
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
            // Of equals the first counts.
            let lower = max(c, d) > max(a, b);
            found[at] = select(0.0, slope, !lower && !(b > a));
            found[at + 1u] = select(0.0, slope, !lower && b > a);
            found[at + {width}u] = select(0.0, slope, lower && !(d > c));
            found[at + {}u] = select(0.0, slope, lower && d > c);
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

fn multiply(product: &Product) -> String {
    let Product { rows, columns, terms, left: [down, along], right: [deep, across], parts } =
        *product;
    let [tall, wide] = Product::TILE;
    let long = terms.div_ceil(parts);
    let (last_row, last_column) = (rows - 1, columns - 1);
    let mut text = head(&["left", "right", "sums"], "", GROUP);
    let _ = write!(
        text,
        "
    let first_column = (group.x * {GROUP}u + lane) * {wide}u;
    if (first_column >= {columns}u) {{ return; }}
    let first_row = group.y * {tall}u;
    let end = min((group.z + 1u) * {long}u, {terms}u);
"
    );
    // Beyond the last row and column only sums are made that are not stored.
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

fn gather(parts: usize, rows: usize, columns: usize, bias: bool) -> String {
    let all = rows * columns;
    let buffers: &[&str] = if bias { &["sums", "bias", "y"] } else { &["sums", "y"] };
    let start = if bias { format!("bias[i % {columns}u]") } else { "0.0".to_owned() };
    head(buffers, "", LOOSE)
        + &stride(all)
        + &format!(
            "        var sum = {start};
        for (var part = 0u; part < {parts}u; part++) {{ sum += sums[part * {all}u + i]; }}
        y[i] = sum;
    }}
}}
"
        )
}

fn adam(length: usize, beta_1: f32, beta_2: f32) -> String {
    let buffers = [
        "parameter",
        "gradient",
        "mean",
        "square",
        "scalars",
        "parameter_to",
        "mean_to",
        "square_to",
    ];
    let (other_1, other_2) = (1.0 - beta_1, 1.0 - beta_2);
    head(&buffers, "", LOOSE)
        + &stride(length)
        + &format!(
            "        let slope = gradient[i];
        let m = f32({beta_1}) * mean[i] + f32({other_1}) * slope;
        let v = f32({beta_2}) * square[i] + f32({other_2}) * slope * slope;
        mean_to[i] = m;
        square_to[i] = v;
        parameter_to[i] = scalars[2] * parameter[i] - scalars[0] * m / (sqrt(v) + scalars[1]);
    }}
}}
"
        )
}

/// Values of an upsampled batch.
fn woven(up: &Upsample) -> usize {
    up.batch * up.outputs * 4 * up.size[0] * up.size[1]
}

fn weave(up: &Upsample, forward: bool) -> String {
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
