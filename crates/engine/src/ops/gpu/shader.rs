//! The shaders' text: here what they have in common, in the modules below what each of them does.

mod conv;
mod images;
mod loss;
mod matrix;
mod norm;
mod pointwise;
mod rearrange;
mod update;

use std::fmt::Write;

use kernels::{Activation, Conv, Join, Loss, Nearest, Norm, Pool, Upsample};

use super::dense::Product;

/// Threads of a workgroup that shares something.
const GROUP: usize = 64;
/// Threads of a workgroup that shares nothing.
const LOOSE: usize = 256;
/// Most workgroups along an axis that WebGPU grants.
const MOST_GROUPS: usize = 65_535;

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
    Gather { parts: usize, rows: usize, columns: usize, bias: bool, relu: bool },
    /// parameter, gradient, scalars, both means → parameter, both means. The betas' bits.
    Adam { length: usize, beta_1: u32, beta_2: u32 },
    /// parameter, gradient, scalars, velocity → parameter, velocity
    Sgd { length: usize },
    /// x → y
    Activate { activation: Activation, length: usize },
    /// x or y, gradient of y → gradient of x
    ActivateBack { activation: Activation, length: usize },
    /// a, b → products
    Multiply { length: usize },
    /// table, indices → rows
    Rows { count: usize, width: usize },
    /// a, b → a before b
    Join(Join),
    /// gradient → gradients of a and b
    Split(Join),
    /// x → y
    Repeat(Nearest),
    /// gradient of y → gradient of x
    RepeatBack(Nearest),
    /// parts `[batch, outputs·4, height, width]`, bias → y `[batch, outputs, 2 height, 2 width]`
    Weave(Upsample),
    /// The way back, without bias.
    Unweave(Upsample),
    /// Gradients of kernels `[outputs·4, inputs]` and bias `[outputs·4]` → those of upsampling.
    Unparted { inputs: usize, outputs: usize },
    /// x → y
    Pool(Pool),
    /// x, gradient of y → gradient of x
    PoolBack(Pool),
    /// x → mean and sum of squares around it `[channels, batch · parts, 2]`
    Moments { norm: Norm, parts: usize },
    /// moments, running mean and variance → mean, variance, and the running ones that follow
    Statistics { norm: Norm, parts: usize },
    /// x, mean, variance, scale, shift → y
    Normalise(Norm),
    /// x, y, gradient, mean → sums of the gradient, and of it times x − mean
    /// `[channels, batch · parts, 2]`
    NormSlopes { norm: Norm, parts: usize },
    /// sums, mean, variance, scale → gradients of scale and shift, coefficients `[3, channels]`
    NormTotals { norm: Norm, parts: usize },
    /// x, y, gradient, coefficients → gradient of x
    NormBack(Norm),
    /// logits, targets, weights → sums `[threads, kept]`
    LossParts { loss: Loss, groups: usize },
    /// sums `[threads, kept]` → value `[1]`, sums
    LossTotal { loss: Loss, groups: usize },
    /// logits, targets, weights, sums, slope → gradient of the logits
    LossBack(Loss),
}

impl Shader {
    /// Threads of a workgroup.
    pub(super) fn workgroup_size(&self) -> u32 {
        let size = match self {
            Shader::Correlate { .. }
            | Shader::Slopes { .. }
            | Shader::Product(_)
            | Shader::Statistics { .. }
            | Shader::NormTotals { .. }
            | Shader::LossTotal { .. } => GROUP,
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
                let threads = height * width.div_ceil(conv::pixels(width));
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
            Shader::Adam { length, .. }
            | Shader::Sgd { length }
            | Shader::Activate { length, .. }
            | Shader::ActivateBack { length, .. }
            | Shader::Multiply { length } => loose(length),
            Shader::Rows { count, width } => loose(count * width),
            Shader::Join(join) | Shader::Split(join) => {
                loose(join.batch * (join.lengths[0] + join.lengths[1]))
            }
            Shader::Repeat(nearest) => loose(4 * nearest.shape.iter().product::<usize>()),
            Shader::RepeatBack(nearest) => loose(nearest.shape.iter().product()),
            Shader::Unparted { inputs, outputs } => loose(4 * inputs * outputs),
            Shader::Weave(up) | Shader::Unweave(up) => loose(images::woven(&up)),
            Shader::Total { kernels, outputs, .. } => loose(kernels + outputs),
            Shader::Pool(pool) => loose(images::squares(&pool, false)),
            Shader::PoolBack(pool) => loose(images::squares(&pool, true)),
            Shader::Moments { norm, parts } | Shader::NormSlopes { norm, parts } => {
                loose(norm.batch * norm.channels * parts)
            }
            Shader::Statistics { norm, .. } | Shader::NormTotals { norm, .. } => {
                [norm.channels, 1, 1]
            }
            Shader::Normalise(norm) | Shader::NormBack(norm) => loose(norm::runs(&norm)),
            Shader::LossParts { groups, .. } => [groups, 1, 1],
            Shader::LossTotal { .. } => [1, 1, 1],
            Shader::LossBack(loss) => loose(loss.batch * loss.pixels),
        };
        counts.map(|count| count as u32)
    }

    /// The WGSL.
    pub(super) fn text(&self) -> String {
        match *self {
            Shader::Correlate { conv, turned, bias, relu } => {
                conv::correlate(&conv, turned, bias, relu)
            }
            Shader::Slopes { conv, parts } => conv::slopes(&conv, parts),
            Shader::Total { chunks, kernels, outputs } => conv::total(chunks, kernels, outputs),
            Shader::Product(product) => matrix::multiply(&product),
            Shader::Gather { parts, rows, columns, bias, relu } => {
                matrix::gather(parts, rows, columns, bias, relu)
            }
            Shader::Adam { length, beta_1, beta_2 } => {
                update::adam(length, f32::from_bits(beta_1), f32::from_bits(beta_2))
            }
            Shader::Sgd { length } => update::sgd(length),
            Shader::Activate { activation, length } => pointwise::activate(activation, length),
            Shader::ActivateBack { activation, length } => pointwise::back(activation, length),
            Shader::Multiply { length } => pointwise::multiply(length),
            Shader::Rows { count, width } => rearrange::rows(count, width),
            Shader::Join(join) => rearrange::join(&join),
            Shader::Split(join) => rearrange::split(&join),
            Shader::Repeat(nearest) => rearrange::repeat(&nearest),
            Shader::RepeatBack(nearest) => rearrange::repeat_back(&nearest),
            Shader::Unparted { inputs, outputs } => images::unparted(inputs, outputs),
            Shader::Weave(up) => images::weave(&up, true),
            Shader::Unweave(up) => images::weave(&up, false),
            Shader::Pool(pool) => images::pool(&pool),
            Shader::PoolBack(pool) => images::pool_back(&pool),
            Shader::Moments { norm, parts } => norm::moments(&norm, parts),
            Shader::Statistics { norm, parts } => norm::statistics(&norm, parts),
            Shader::Normalise(norm) => norm::normalise(&norm),
            Shader::NormSlopes { norm, parts } => norm::slopes(&norm, parts),
            Shader::NormTotals { norm, parts } => norm::totals(&norm, parts),
            Shader::NormBack(norm) => norm::back(&norm),
            Shader::LossParts { loss, groups } => loss::parts(&loss, groups),
            Shader::LossTotal { loss, groups } => loss::total(&loss, groups),
            Shader::LossBack(loss) => loss::back(&loss),
        }
    }
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

/// A function for all threads of a workgroup together: the sum of what each of them has.
const TOGETHER: &str = "
var<workgroup> shared_terms: array<f32, 64>;
fn together(lane: u32, term: f32) -> f32 {
    workgroupBarrier();
    shared_terms[lane] = term;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half = half / 2u) {
        if (lane < half) { shared_terms[lane] += shared_terms[lane + half]; }
        workgroupBarrier();
    }
    return shared_terms[0];
}
";

/// The lines that `line` makes of 0, 1, … n - 1.
fn each(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| line(i) + "\n").collect()
}

/// The head of a loop over what all threads do together, `i` counting to `n`.
fn stride(n: usize) -> String {
    format!("    for (var i = group.x * {LOOSE}u + lane; i < {n}u; i += groups.x * {LOOSE}u) {{\n")
}
