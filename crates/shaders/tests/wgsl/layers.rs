//! The shaders that each layer, loss and optimizer launches, forward and backward.

use kernels::{
    Activation, AveragePool, BatchNorm, Concat, Conv, DepthwiseConv, GlobalAveragePool, Loss,
    NearestUpsample, PixelTerm, Pool, TransposedConv,
};
use shaders::{MatMul, Shader, conv_parts, depthwise_parts, loss_groups, norm_parts};

/// Every per-pixel term of a loss.
pub const PIXEL_TERMS: [Option<PixelTerm>; 3] =
    [None, Some(PixelTerm::CrossEntropy), Some(PixelTerm::Focal)];

pub fn conv(conv: Conv) -> Vec<Shader> {
    let Conv { batch, inputs, outputs, kernel, .. } = conv;
    let parts = conv_parts(&conv);
    vec![
        Shader::Conv { conv, flipped: false, bias: true, relu: false },
        Shader::Conv { conv, flipped: false, bias: true, relu: true },
        Shader::conv_input_grad(conv),
        Shader::ConvWeightGrad { conv, parts },
        Shader::ReduceWeightGrad {
            chunks: batch * parts,
            kernels: outputs * inputs * kernel * kernel,
            outputs,
        },
    ]
}

pub fn depthwise(conv: DepthwiseConv) -> Vec<Shader> {
    let DepthwiseConv { batch, channels, kernel, .. } = conv;
    let parts = depthwise_parts(&conv);
    vec![
        Shader::DepthwiseConv { conv, relu: false },
        Shader::DepthwiseConv { conv, relu: true },
        Shader::DepthwiseInputGrad(conv),
        Shader::DepthwiseWeightGrad { conv, parts },
        Shader::ReduceWeightGrad {
            chunks: batch * parts,
            kernels: channels * kernel * kernel,
            outputs: channels,
        },
    ]
}

pub fn upsampling(up: TransposedConv) -> Vec<Shader> {
    let TransposedConv { batch, inputs, outputs, size } = up;
    let pointwise =
        Conv { batch, inputs, outputs: 4 * outputs, size, kernel: 1, stride: 1, padding: 0 };
    let mut shaders = conv(pointwise);
    let plain = |conv, flipped| Shader::Conv { conv, flipped, bias: false, relu: false };
    shaders.extend([
        plain(pointwise, true),
        plain(pointwise.transposed(), false),
        Shader::PixelShuffle(up),
        Shader::PixelUnshuffle(up),
        Shader::UpsampleWeightGrad { inputs, outputs },
    ]);
    shaders
}

pub fn nearest(nearest: NearestUpsample) -> Vec<Shader> {
    vec![Shader::UpsampleNearest(nearest), Shader::UpsampleNearestGrad(nearest)]
}

pub fn concat(join: Concat) -> Vec<Shader> {
    vec![Shader::Concat(join), Shader::Split(join)]
}

pub fn pool(pool: Pool) -> Vec<Shader> {
    vec![Shader::Pool(pool), Shader::PoolGrad(pool)]
}

pub fn average_pool(pool: AveragePool) -> Vec<Shader> {
    vec![Shader::AveragePool(pool), Shader::AveragePoolGrad(pool)]
}

pub fn global_average_pool(pool: GlobalAveragePool) -> Vec<Shader> {
    vec![Shader::GlobalAveragePool(pool), Shader::GlobalAveragePoolGrad(pool)]
}

pub fn norm(norm: BatchNorm) -> Vec<Shader> {
    let parts = norm_parts(&norm);
    vec![
        Shader::NormMoments { norm, parts },
        Shader::NormStatistics { norm, parts },
        Shader::NormApply(norm),
        Shader::NormGradSums { norm, parts },
        Shader::NormParamGrad { norm, parts },
        Shader::NormInputGrad(norm),
    ]
}

pub fn dense([batch, inputs, outputs]: [usize; 3]) -> Vec<Shader> {
    let forward = MatMul::new([batch, inputs, outputs], [inputs, 1], [outputs, 1]);
    let to_input = MatMul::new([batch, outputs, inputs], [outputs, 1], [1, outputs]);
    let to_weight = MatMul::new([inputs, batch, outputs], [1, inputs], [outputs, 1]);
    let reduced = |MatMul { parts, rows, columns, .. }, bias, relu| Shader::ReduceSplitK {
        parts,
        rows,
        columns,
        bias,
        relu,
    };
    vec![
        Shader::MatMul(forward),
        reduced(forward, true, false),
        reduced(forward, true, true),
        Shader::MatMul(to_input),
        reduced(to_input, false, false),
        Shader::MatMul(to_weight),
        reduced(to_weight, false, false),
        Shader::ReduceSplitK { parts: batch, rows: 1, columns: outputs, bias: false, relu: false },
    ]
}

pub fn loss(loss: Loss) -> Vec<Shader> {
    let groups = loss_groups(&loss);
    vec![
        Shader::LossPartialSums { loss, groups },
        Shader::LossValue { loss, groups },
        Shader::LossGrad(loss),
    ]
}

pub fn optimizers(length: usize) -> Vec<Shader> {
    let adam = |beta_1: f32, beta_2: f32| Shader::Adam {
        length,
        beta_1: beta_1.to_bits(),
        beta_2: beta_2.to_bits(),
    };
    vec![Shader::Sgd { length }, adam(0.9, 0.999), adam(0.0, 0.0), adam(0.999_999, 1e-7)]
}

/// Activations with their gradients, sums, and products with a mask of dropout.
pub fn elementwise(length: usize) -> Vec<Shader> {
    let activations = Activation::ALL.into_iter().flat_map(|activation| {
        [Shader::Activate { activation, length }, Shader::ActivationGrad { activation, length }]
    });
    let sums = [false, true].map(|relu| Shader::Add { length, relu });
    activations.chain(sums).chain([Shader::Multiply { length }]).collect()
}
