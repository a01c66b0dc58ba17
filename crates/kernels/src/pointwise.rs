//! Elementwise operations: activation functions with their gradients, sums and products.

/// Activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// x if positive, else 0.01·x (Maas, Hannun & Ng 2013, with PyTorch's slope).
    LeakyRelu,
    /// tanh(x)
    Tanh,
    /// 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// x·Φ(x), where Φ is the standard normal cumulative distribution function (Hendrycks & Gimpel
    /// 2016).
    Gelu,
}

impl Activation {
    /// All variants.
    pub const ALL: [Self; 5] = [Self::Relu, Self::LeakyRelu, Self::Tanh, Self::Sigmoid, Self::Gelu];

    /// Slope of leaky ReLU below 0.
    pub const LEAKY_SLOPE: f32 = 0.01;

    /// Applies the function elementwise.
    pub fn forward(self, x: &[f32]) -> Vec<f32> {
        let each = |f: fn(f32) -> f32| x.iter().map(|x| f(*x)).collect();
        match self {
            Self::Relu => each(relu),
            Self::LeakyRelu => each(|x| if x < 0.0 { Self::LEAKY_SLOPE * x } else { x }),
            Self::Tanh => each(f32::tanh),
            Self::Sigmoid => each(|x| 1.0 / (1.0 + (-x).exp())),
            Self::Gelu => each(|x| x * normal_cdf(x)),
        }
    }

    /// Computes the gradient with respect to the input from input, output and gradient of the
    /// output.
    pub fn backward(self, x: &[f32], y: &[f32], gradient: &[f32]) -> Vec<f32> {
        let by = |values: &[f32], f: fn(f32) -> f32| {
            values.iter().zip(gradient).map(|(value, grad)| grad * f(*value)).collect()
        };
        match self {
            Self::Relu => relu_backward(y, gradient),
            Self::LeakyRelu => by(y, |y| if y > 0.0 { 1.0 } else { Self::LEAKY_SLOPE }),
            Self::Tanh => by(y, |y| 1.0 - y * y),
            Self::Sigmoid => by(y, |y| y * (1.0 - y)),
            Self::Gelu => by(x, |x| {
                let density = (-0.5 * x * x).exp()
                    * (0.5 * std::f32::consts::FRAC_2_SQRT_PI)
                    * std::f32::consts::FRAC_1_SQRT_2;
                normal_cdf(x) + x * density
            }),
        }
    }
}

/// Computes max(0, x). NaN remains NaN, so that divergence is visible.
#[inline(always)]
pub(crate) fn relu(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// Standard normal cumulative distribution function, accurate to 1e-6: formula 7.1.26 of Abramowitz
/// & Stegun 1964, which shaders can compute too.
fn normal_cdf(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let sum =
        ((((1.061_405_4 * t - 1.453_152) * t) + 1.421_413_7) * t - 0.284_496_74) * t + 0.254_829_6;
    let tail = 0.5 * sum * t * (-z * z).exp();
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Returns the gradient where the output is positive, and 0 elsewhere.
pub fn relu_backward(y: &[f32], gradient: &[f32]) -> Vec<f32> {
    y.iter().zip(gradient).map(|(y, grad)| if *y > 0.0 { *grad } else { 0.0 }).collect()
}

/// Returns elementwise sums, as at the end of a residual block, optionally followed by ReLU.
pub fn add(a: &[f32], b: &[f32], relu: bool) -> Vec<f32> {
    assert_eq!(a.len(), b.len(), "as many summands");
    let sums = a.iter().zip(b).map(|(a, b)| a + b);
    if relu { sums.map(self::relu).collect() } else { sums.collect() }
}

/// Returns elementwise products.
pub fn multiply(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}
