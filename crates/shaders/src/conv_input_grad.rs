//! Shader for the gradient of a convolution with a stride with respect to its input: each thread
//! computes a pixel of four input channels, from those values of the kernels that multiplied it.

use std::fmt::Write;

use kernels::Conv;

use crate::text::{INDEPENDENT_GROUP, grid_stride_loop, head};

/// Returns the number of threads.
pub(crate) fn threads(conv: &Conv) -> usize {
    conv.batch * conv.inputs.div_ceil(4) * conv.size[0] * conv.size[1]
}

/// Opens loops over the rows `down` and columns `across` of the kernel that multiplied the pixel at
/// `row` and `column`, and over the pixels `y`, `x` of the output to which they contributed. Both
/// loops stay open.
pub(crate) fn each_tap(
    kernel: usize,
    stride: usize,
    padding: usize,
    [rows, columns]: [usize; 2],
) -> String {
    let mut text = String::new();
    let axes = [("row", "down", "y", rows), ("column", "across", "x", columns)];
    for (place, tap, out, count) in axes {
        let _ = write!(
            text,
            "        let shifted_{place} = {place} + {padding}u;
        for (var {tap} = shifted_{place} % {stride}u; {tap} < min({kernel}u, shifted_{place} + 1u); {tap} += {stride}u) {{
        let {out} = (shifted_{place} - {tap}) / {stride}u;
        if ({out} >= {count}u) {{ continue; }}
"
        );
    }
    text
}

pub(crate) fn input_grad(conv: &Conv) -> String {
    let Conv { inputs, outputs, size: [height, width], kernel, stride, padding, .. } = *conv;
    let [rows, columns] = conv.output_size();
    let (area, plane, last) = (kernel * kernel, height * width, inputs - 1);
    let blocks = inputs.div_ceil(4);
    let mut text = head(&["gradient", "kernels", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(threads(conv));
    let _ = write!(
        text,
        "        let column = i % {width}u;
        let row = i / {width}u % {height}u;
        let image = i / {}u;
        let first = i / {plane}u % {blocks}u * 4u;
        let c = min(vec4<u32>(first, first + 1u, first + 2u, first + 3u), vec4<u32>({last}u)) * {area}u;
        var sum = vec4<f32>();
{}",
        plane * blocks,
        each_tap(kernel, stride, padding, [rows, columns]),
    );
    let _ = write!(
        text,
        "        for (var output = 0u; output < {outputs}u; output++) {{
            let at = output * {}u + down * {kernel}u + across;
            let kernel = vec4<f32>(kernels[at + c.x], kernels[at + c.y], kernels[at + c.z], kernels[at + c.w]);
            sum += gradient[((image * {outputs}u + output) * {rows}u + y) * {columns}u + x] * kernel;
        }}
        }}
        }}
        let to = (image * {inputs}u + first) * {plane}u + i % {plane}u;
",
        inputs * area
    );
    for (lane, name) in ["x", "y", "z", "w"].iter().enumerate() {
        let _ = writeln!(
            text,
            "        if (first + {lane}u < {inputs}u) {{ found[to + {}u] = sum.{name}; }}",
            lane * plane
        );
    }
    text + "    }\n}\n"
}
