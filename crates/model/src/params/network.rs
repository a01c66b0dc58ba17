//! Rows for the networks and for the loss of the segmentation lab.

use super::param::{CLASSIFY, Diff, Kind, Param, SEGMENT, Unit, rows};
use crate::layer_syntax::{layers_from_text, layers_to_text};
use crate::{
    Architecture, DEPTH_RANGE, Network, RunConfig, SegmentLoss, Segmentation, Task, Upsampling,
    WIDTH_RANGE,
};

rows! {
    /// Architecture of a classifier. Setting it replaces the layers by the default ones of that
    /// architecture.
    ARCHITECTURE = Param {
        key: "model",
        label: "model",
        unit: Unit::None,
        help: "A multilayer perceptron, or a convolutional network. A deep one has more layers, a residual network adds the input of each block to its output.",
        applies: CLASSIFY,
        kind: Kind::Choice {
            options: &[
                Architecture::Mlp.slug(),
                Architecture::Cnn.slug(),
                Architecture::DeepCnn.slug(),
                Architecture::ResNet.slug(),
            ],
            noun: "models",
            get: |config| config.network().map_or(0, |network| network.architecture as usize),
            set: |config, index| {
                config.task = Task::Classify(Network::default_for(Architecture::ALL[index]));
            },
        },
        diff: Diff::InOtherRow,
    };
    /// Hidden layers of a classifier.
    LAYERS = Param {
        key: "layers",
        label: "layers",
        unit: Unit::None,
        help: "The hidden layers, joined by `_`: `conv10k5.relu.pool2_dense50.tanh.drop25`. A convolution is `conv` channels `k` kernel side, a residual block `res` channels `k` kernel side, a dense layer `dense` units, and `gap` is global average pooling. Options follow, each after a `.`: `relu`, `leaky` (leaky ReLU), `tanh`, `gelu` or `sigmoid`, `bn` (batch norm), `drop25` (dropout in percent). Convolutions and residual blocks also have `stride2`, `pool2` (max-pooling) or `avgpool2` (average pooling), convolutions `same` (zero padding that keeps the size) and `separable` (depthwise separable).",
        applies: CLASSIFY,
        kind: Kind::Text {
            values: "a stack of layers, `none`",
            get: |config| {
                let network = config.network()?;
                let is_default = *network == Network::default_for(network.architecture);
                (!is_default).then(|| match network.layers.is_empty() {
                    true => "none".to_owned(),
                    false => layers_to_text(&network.layers),
                })
            },
            // Layers that can be parsed but do not fit together are accepted: the editor shows the
            // reason at the layer that does not fit.
            set: |config, text| {
                let layers = layers_from_text(text).map_err(|error| error.to_string())?;
                if let Task::Classify(network) = &mut config.task {
                    network.layers = layers;
                }
                Ok(())
            },
        },
        diff: Diff::Phrase("", layers),
    };
    /// Architecture of the segmentation lab; U-Net is the only one.
    UNET = Param {
        key: "model",
        label: "model",
        unit: Unit::None,
        help: "The model of this lab is a U-Net.",
        applies: SEGMENT,
        kind: Kind::Fixed { value: "unet", noun: "model of this lab" },
        diff: Diff::InOtherRow,
    };
    /// Depth of a U-Net.
    DEPTH = Param {
        key: "depth",
        label: "depth",
        unit: Unit::None,
        help: "How many times the encoder of a U-Net halves the resolution. A deeper U-Net has a larger receptive field and more parameters.",
        applies: SEGMENT,
        kind: Kind::Int {
            range: DEPTH_RANGE,
            subject: "it",
            get: |config| segmentation(config).unet.depth,
            set: |config, value| edit(config, |part| part.unet.depth = value),
        },
        diff: Diff::Labeled("depth"),
    };
    /// Width of a U-Net.
    WIDTH = Param {
        key: "width",
        label: "width",
        unit: Unit::Channels,
        help: "Number of feature maps at full resolution; each lower level has twice as many. A larger width means more parameters and slower training.",
        applies: SEGMENT,
        kind: Kind::Int {
            range: WIDTH_RANGE,
            subject: "it",
            get: |config| segmentation(config).unet.width,
            set: |config, value| edit(config, |part| part.unet.width = value),
        },
        diff: Diff::Labeled("width"),
    };
    /// Upsampling method of a U-Net's decoder.
    UPSAMPLING = Param {
        key: "up",
        label: "upsampling",
        unit: Unit::None,
        help: "How the decoder doubles the resolution: by a transposed convolution, or by repeating every pixel, followed by a convolution.",
        applies: SEGMENT,
        kind: Kind::Choice {
            options: &[Upsampling::Transposed.slug(), Upsampling::Nearest.slug()],
            noun: "ways up",
            get: |config| segmentation(config).unet.upsampling as usize,
            set: |config, index| edit(config, |part| part.unet.upsampling = Upsampling::ALL[index]),
        },
        diff: Diff::Phrase("", |this, _| segmentation(this).unet.upsampling.name().into()),
    };
    /// Batch norm in a U-Net.
    BATCH_NORM = Param {
        key: "bn",
        label: "batch norm",
        unit: Unit::None,
        help: "Shifts and scales each channel so that its values have mean 0 and variance 1 over the batch, then applies a learned scale and shift. Training is then stable with larger learning rates.",
        applies: SEGMENT,
        kind: Kind::Flag {
            get: |config| segmentation(config).unet.batch_norm,
            set: |config, on| edit(config, |part| part.unet.batch_norm = on),
        },
        diff: Diff::Phrase("", |this, _| {
            if segmentation(this).unet.batch_norm { "batch norm" } else { "no batch norm" }.into()
        }),
    };
    /// Residual blocks in a U-Net.
    RESIDUAL = Param {
        key: "residual",
        label: "residual blocks",
        unit: Unit::None,
        help: "Adds the input of each block of two convolutions to its output, through a 1×1 convolution where the numbers of channels differ. Gradients then also reach early layers on a short path.",
        applies: SEGMENT,
        kind: Kind::Flag {
            get: |config| segmentation(config).unet.residual,
            set: |config, on| edit(config, |part| part.unet.residual = on),
        },
        diff: Diff::Phrase("", |this, _| {
            if segmentation(this).unet.residual { "residual blocks" } else { "plain blocks" }.into()
        }),
    };
    /// Skip connections of a U-Net.
    SKIPS = Param {
        key: "skips",
        label: "skip connection",
        unit: Unit::None,
        help: "Passes the feature maps of an encoder level to the decoder level of the same resolution, where both are concatenated. Without it, details lost by pooling are missing in the decoder.",
        applies: SEGMENT,
        kind: Kind::Text {
            values: "a digit a level, finest first: `0` cuts the connection, as in `01`",
            get: |config| {
                let unet = segmentation(config).unet;
                let digits = unet.skips.iter().take(unet.depth);
                Some(digits.map(|kept| if *kept { '1' } else { '0' }).collect())
            },
            set: |config, text| {
                let depth = segmentation(config).unet.depth;
                if text.len() != depth || !text.chars().all(|digit| matches!(digit, '0' | '1')) {
                    return Err(format!("it must be {depth} digits 0 or 1, finest level first."));
                }
                edit(config, |part| {
                    for (skip, digit) in part.unet.skips.iter_mut().zip(text.chars()) {
                        *skip = digit == '1';
                    }
                });
                Ok(())
            },
        },
        diff: Diff::Phrase("", skips),
    };
    /// Training loss of the segmentation lab.
    LOSS = Param {
        key: "loss",
        label: "loss",
        unit: Unit::None,
        help: "A number that measures the error of the predictions, such as the mean cross-entropy over a batch. Training changes the weights so that it decreases.",
        applies: SEGMENT,
        kind: Kind::Choice {
            options: &[
                SegmentLoss::CrossEntropy.slug(),
                SegmentLoss::Dice.slug(),
                SegmentLoss::CrossEntropyDice.slug(),
                SegmentLoss::Focal.slug(),
            ],
            noun: "losses",
            get: |config| segmentation(config).loss as usize,
            set: |config, index| edit(config, |part| part.loss = SegmentLoss::ALL[index]),
        },
        diff: Diff::Phrase("loss ", loss),
    };
    /// Class weights in the loss.
    BALANCED = Param {
        key: "balanced",
        label: "balanced classes",
        unit: Unit::None,
        help: "In cross-entropy and focal loss, each class gets a weight inversely proportional to its number of training pixels, so that rare classes count more.",
        applies: SEGMENT,
        kind: Kind::Flag {
            get: |config| segmentation(config).balanced,
            set: |config, on| edit(config, |part| part.balanced = on),
        },
        diff: Diff::Phrase("", |this, _| {
            if segmentation(this).balanced { "balanced classes" } else { "equal classes" }.into()
        }),
    };
}

fn segmentation(config: &RunConfig) -> Segmentation {
    config.segmentation().cloned().unwrap_or_default()
}

fn edit(config: &mut RunConfig, change: impl FnOnce(&mut Segmentation)) {
    if let Task::Segment(segmentation) = &mut config.task {
        change(segmentation);
    }
}

/// Describes the architecture if it differs from that of `other`, else the layers.
fn layers(this: &RunConfig, other: &RunConfig) -> String {
    match (this.network(), other.network()) {
        (Some(this), Some(other)) if this.architecture != other.architecture => {
            this.architecture.name().into()
        }
        (Some(this), _) => layer_names(this),
        (None, _) => String::new(),
    }
}

fn layer_names(network: &Network) -> String {
    if network.layers.is_empty() {
        return "no hidden layers".into();
    }
    let names: Vec<String> = network.layers.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Describes the skip connections: “all skips”, “no skips”, or the levels whose skip is cut,
/// counted from 1 at full resolution.
fn skips(this: &RunConfig, _: &RunConfig) -> String {
    let Some(Segmentation { unet, .. }) = this.segmentation() else { return String::new() };
    let cut: Vec<String> = (0..unet.depth)
        .filter(|level| !unet.has_skip(*level))
        .map(|level| (level + 1).to_string())
        .collect();
    match cut.len() {
        0 => "all skips".into(),
        n if n == unet.depth => "no skips".into(),
        _ => format!("skip {} cut", cut.join(" and ")),
    }
}

fn loss(this: &RunConfig, _: &RunConfig) -> String {
    this.segmentation().map_or_else(String::new, |part| part.loss.name().into())
}
