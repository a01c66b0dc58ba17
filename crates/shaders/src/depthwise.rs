//! Shaders for the depthwise convolution and its gradients. Each thread of the forward pass and of
//! the input's gradient computes a pixel. For the kernels, each thread sums a row of one kernel over
//! a part of an image, then the shader of the ordinary convolution sums the parts.

use std::fmt::Write;

use kernels::DepthwiseConv;

use crate::conv_input_grad::each_tap;
use crate::text::{INDEPENDENT_GROUP, MIN_THREADS, each, grid_stride_loop, head};

/// Returns the number of parts into which each image is split for the gradient of the kernels of a
/// depthwise convolution: enough to keep a GPU busy, but each has at least four rows.
pub fn depthwise_parts(conv: &DepthwiseConv) -> usize {
    let rows = conv.output_size()[0];
    let threads = conv.batch * conv.channels * conv.kernel;
    MIN_THREADS.div_ceil(threads).clamp(1, rows.div_ceil(4))
}

/// Returns the number of values of the output.
pub(crate) fn outputs(conv: &DepthwiseConv) -> usize {
    let [rows, columns] = conv.output_size();
    conv.batch * conv.channels * rows * columns
}

/// Returns the number of values of the input.
pub(crate) fn inputs(conv: &DepthwiseConv) -> usize {
    conv.batch * conv.channels * conv.size[0] * conv.size[1]
}

/// Returns the number of threads of the gradient of the kernels.
pub(crate) fn weight_threads(conv: &DepthwiseConv, parts: usize) -> usize {
    conv.batch * parts * conv.channels * conv.kernel
}

pub(crate) fn conv(conv: &DepthwiseConv, relu: bool) -> String {
    let DepthwiseConv { channels, size: [height, width], kernel, stride, padding, .. } = *conv;
    let [rows, columns] = conv.output_size();
    let end = if relu { "select(sum, 0.0, sum < 0.0)" } else { "sum" };
    head(&["x", "kernels", "bias", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(outputs(conv))
        + &format!(
            "        let column = i % {columns}u;
        let row = i / {columns}u % {rows}u;
        let image = i / {}u;
        let channel = image % {channels}u;
        var sum = bias[channel];
        for (var down = 0u; down < {kernel}u; down++) {{
            let line = i32(row * {stride}u + down) - {padding};
            if (line < 0 || line >= {height}) {{ continue; }}
            for (var across = 0u; across < {kernel}u; across++) {{
                let place = i32(column * {stride}u + across) - {padding};
                if (place < 0 || place >= {width}) {{ continue; }}
                let pixel = x[(image * {height}u + u32(line)) * {width}u + u32(place)];
                sum += kernels[(channel * {kernel}u + down) * {kernel}u + across] * pixel;
            }}
        }}
        y[i] = {end};
    }}
}}
",
            rows * columns
        )
}

pub(crate) fn input_grad(conv: &DepthwiseConv) -> String {
    let DepthwiseConv { channels, size: [height, width], kernel, stride, padding, .. } = *conv;
    let [rows, columns] = conv.output_size();
    head(&["gradient", "kernels", "found"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(inputs(conv))
        + &format!(
            "        let column = i % {width}u;
        let row = i / {width}u % {height}u;
        let image = i / {}u;
        let channel = image % {channels}u;
        var sum = 0.0;
{}            let grad = gradient[(image * {rows}u + y) * {columns}u + x];
            sum += kernels[(channel * {kernel}u + down) * {kernel}u + across] * grad;
        }}
        }}
        found[i] = sum;
    }}
}}
",
            height * width,
            each_tap(kernel, stride, padding, [rows, columns])
        )
}

pub(crate) fn weight_grad(conv: &DepthwiseConv, parts: usize) -> String {
    let DepthwiseConv { channels, size: [height, width], kernel, stride, padding, .. } = *conv;
    let [rows, columns] = conv.output_size();
    let tall = rows.div_ceil(parts);
    let kernels = channels * kernel * kernel;
    let mut text = head(&["x", "gradient", "sums"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(weight_threads(conv, parts));
    let _ = write!(
        text,
        "        let down = i % {kernel}u;
        let channel = i / {kernel}u % {channels}u;
        let chunk = i / {}u;
        let plane = chunk / {parts}u * {channels}u + channel;
        let first_row = chunk % {parts}u * {tall}u;
        let last_row = min(first_row + {tall}u, {rows}u);
        var bias = 0.0;
",
        kernel * channels
    );
    text += &each(kernel, |place| format!("        var sum{place} = 0.0;"));
    let _ = write!(
        text,
        "        for (var row = first_row; row < last_row; row++) {{
            let line = i32(row * {stride}u + down) - {padding};
            let live = line >= 0 && line < {height};
            let base = (plane * {height}u + u32(clamp(line, 0, {}))) * {width}u;
            for (var column = 0u; column < {columns}u; column++) {{
                let grad = gradient[(plane * {rows}u + row) * {columns}u + column];
                let left = i32(column * {stride}u) - {padding};
                bias += grad;
",
        height - 1
    );
    let last = width - 1;
    text += &each(kernel, |place| {
        format!(
            "                let at{place} = left + {place};
                sum{place} += grad * select(0.0, x[base + u32(clamp(at{place}, 0, {last}))], live && at{place} >= 0 && at{place} <= {last});"
        )
    });
    let _ = write!(
        text,
        "            }}
        }}
        let to = chunk * {}u;
        let at = to + (channel * {kernel}u + down) * {kernel}u;
",
        kernels + channels
    );
    text += &each(kernel, |place| format!("        sums[at + {place}u] = sum{place};"));
    text + &format!(
        "        if (down == 0u) {{ sums[to + {kernels}u + channel] = bias; }}
    }}
}}
"
    )
}
