//! Shaders for activations, their gradients, and elementwise sums and products.

use kernels::Activation;

use crate::text::{INDEPENDENT_GROUP, grid_stride_loop, head};

/// Cumulative distribution function of the normal distribution, as `normal` in the crate `kernels`.
const NORMAL: &str = "
fn normal(x: f32) -> f32 {
    let z = abs(x) * 0.70710678;
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let sum = ((((1.0614054 * t - 1.453152) * t) + 1.4214137) * t - 0.28449674) * t + 0.2548296;
    let tail = 0.5 * sum * t * exp(-z * z);
    return select(1.0 - tail, tail, x < 0.0);
}
";

/// Returns what the expressions of an activation function use.
fn before(activation: Activation) -> String {
    match activation {
        Activation::LeakyRelu => format!("const slope = f32({});\n", Activation::LEAKY_SLOPE),
        Activation::Gelu => NORMAL.to_owned(),
        Activation::Relu | Activation::Tanh | Activation::Sigmoid => String::new(),
    }
}

pub(crate) fn activate(activation: Activation, length: usize) -> String {
    let value = match activation {
        // NaN must remain NaN, so that divergence is visible.
        Activation::Relu => "select(v, 0.0, v < 0.0)",
        Activation::LeakyRelu => "select(v, slope * v, v < 0.0)",
        // Some drivers return NaN for large values.
        Activation::Tanh => "tanh(clamp(v, -20.0, 20.0))",
        Activation::Sigmoid => "1.0 / (1.0 + exp(-v))",
        Activation::Gelu => "v * normal(v)",
    };
    head(&["x", "y"], &before(activation), INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + &format!("        let v = x[i];\n        y[i] = {value};\n    }}\n}}\n")
}

pub(crate) fn activation_grad(activation: Activation, length: usize) -> String {
    let grad = match activation {
        Activation::Relu => "select(0.0, gradient[i], v > 0.0)",
        Activation::LeakyRelu => "gradient[i] * select(slope, 1.0, v > 0.0)",
        Activation::Tanh => "gradient[i] * (1.0 - v * v)",
        Activation::Sigmoid => "gradient[i] * v * (1.0 - v)",
        Activation::Gelu => "gradient[i] * (normal(v) + v * exp(-0.5 * v * v) * 0.39894228)",
    };
    head(&["values", "gradient", "found"], &before(activation), INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + &format!("        let v = values[i];\n        found[i] = {grad};\n    }}\n}}\n")
}

pub(crate) fn add(length: usize, relu: bool) -> String {
    let end = if relu { "select(sum, 0.0, sum < 0.0)" } else { "sum" };
    head(&["a", "b", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + &format!("        let sum = a[i] + b[i];\n        y[i] = {end};\n    }}\n}}\n")
}

pub(crate) fn multiply(length: usize) -> String {
    head(&["a", "b", "y"], "", INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + "        y[i] = a[i] * b[i];\n    }\n}\n"
}
