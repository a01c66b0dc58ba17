//! Text form of layers, as in `conv10k5.relu.pool2_dense50.tanh.drop25`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::{Activation, ConvLayer, DenseLayer, Layer, Padding, Pooling, ResidualLayer};

/// Text of global average pooling, which has no options.
const GLOBAL_AVERAGE_POOL: &str = "gap";

/// Writes the kind and size of the layer, then its options: `conv10k5.relu.pool2`,
/// `dense320.relu.drop25`. The parser accepts the options in any order.
impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (batch_norm, activation, (pooling, pool), dropout) = match self {
            Layer::Conv(c) => {
                write!(f, "conv{}k{}", c.channels, c.kernel)?;
                if c.padding == Padding::Same {
                    f.write_str(".same")?;
                }
                if c.stride != 1 {
                    write!(f, ".stride{}", c.stride)?;
                }
                if c.separable {
                    f.write_str(".separable")?;
                }
                (c.batch_norm, c.activation, (c.pooling, c.pool), c.dropout_percent)
            }
            Layer::Residual(r) => {
                write!(f, "res{}k{}", r.channels, r.kernel)?;
                if r.stride != 1 {
                    write!(f, ".stride{}", r.stride)?;
                }
                (r.batch_norm, r.activation, (r.pooling, r.pool), r.dropout_percent)
            }
            Layer::Dense(d) => {
                write!(f, "dense{}", d.units)?;
                (d.batch_norm, d.activation, (Pooling::Max, 1), d.dropout_percent)
            }
            Layer::GlobalAveragePool => return f.write_str(GLOBAL_AVERAGE_POOL),
        };
        if batch_norm {
            f.write_str(".bn")?;
        }
        write!(f, ".{}", activation.slug())?;
        if pool > 1 {
            write!(f, ".{}{pool}", pooling.slug())?;
        }
        if dropout > 0 {
            write!(f, ".drop{dropout}")?;
        }
        Ok(())
    }
}

/// A part of a layer list that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{0}” is not a layer part. Write layers as in conv10k5.relu.pool2_dense50.tanh.drop25.")]
pub struct LayerSyntaxError(pub String);

impl FromStr for Layer {
    type Err = LayerSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |part: &str| LayerSyntaxError(part.to_owned());
        let mut parts = text.split('.');
        let head = parts.next().unwrap_or_default();
        let mut layer = if let Some(size) = head.strip_prefix("conv") {
            let [channels, kernel] = channels_and_kernel(size).ok_or_else(|| bad(head))?;
            Layer::Conv(ConvLayer { channels, kernel, pool: 1, ..ConvLayer::default() })
        } else if let Some(size) = head.strip_prefix("res") {
            let [channels, kernel] = channels_and_kernel(size).ok_or_else(|| bad(head))?;
            Layer::Residual(ResidualLayer {
                channels,
                kernel,
                batch_norm: false,
                ..ResidualLayer::default()
            })
        } else if let Some(units) = head.strip_prefix("dense") {
            Layer::Dense(DenseLayer {
                units: number(units).ok_or_else(|| bad(head))?,
                ..DenseLayer::default()
            })
        } else if head == GLOBAL_AVERAGE_POOL {
            Layer::GlobalAveragePool
        } else {
            return Err(bad(head));
        };
        for part in parts {
            let (batch_norm, activation, dropout) = match &mut layer {
                Layer::Conv(c) => (&mut c.batch_norm, &mut c.activation, &mut c.dropout_percent),
                Layer::Residual(r) => {
                    (&mut r.batch_norm, &mut r.activation, &mut r.dropout_percent)
                }
                Layer::Dense(d) => (&mut d.batch_norm, &mut d.activation, &mut d.dropout_percent),
                Layer::GlobalAveragePool => return Err(bad(part)),
            };
            if part == "bn" {
                *batch_norm = true;
            } else if let Some(found) = Activation::from_slug(part) {
                *activation = found;
            } else if let Some(percent) = option(part, "drop") {
                *dropout = percent;
            } else {
                let is_option = match &mut layer {
                    Layer::Conv(conv) => set_conv_option(conv, part),
                    Layer::Residual(residual) => set_residual_option(residual, part),
                    Layer::Dense(_) | Layer::GlobalAveragePool => false,
                };
                if !is_option {
                    return Err(bad(part));
                }
            }
        }
        Ok(layer)
    }
}

/// Sets an option that only convolutions have, and returns whether it is one.
fn set_conv_option(layer: &mut ConvLayer, part: &str) -> bool {
    if part == Padding::Same.name() {
        layer.padding = Padding::Same;
    } else if let Some(stride) = option(part, "stride") {
        layer.stride = stride;
    } else if part == "separable" {
        layer.separable = true;
    } else {
        return set_pooling(part, &mut layer.pooling, &mut layer.pool);
    }
    true
}

/// Sets an option that residual blocks have and dense layers do not, and returns whether it is one.
fn set_residual_option(layer: &mut ResidualLayer, part: &str) -> bool {
    if let Some(stride) = option(part, "stride") {
        layer.stride = stride;
        return true;
    }
    set_pooling(part, &mut layer.pooling, &mut layer.pool)
}

/// Parses the size of a convolution: channels, then `k` and the side of the kernel, which is 3 if it is
/// left out.
fn channels_and_kernel(size: &str) -> Option<[usize; 2]> {
    let (channels, kernel) = size.split_once('k').unwrap_or((size, "3"));
    Some([number(channels)?, number(kernel)?])
}

/// Sets the pooling, and returns whether `part` is one.
fn set_pooling(part: &str, pooling: &mut Pooling, pool: &mut usize) -> bool {
    let found = Pooling::ALL.into_iter().find_map(|kind| Some((kind, option(part, kind.slug())?)));
    if let Some(found) = found {
        (*pooling, *pool) = found;
    }
    found.is_some()
}

/// Returns the number after the word of an option.
fn option<T: FromStr>(part: &str, word: &str) -> Option<T> {
    part.strip_prefix(word).and_then(number)
}

fn number<T: FromStr>(digits: &str) -> Option<T> {
    // `parse` alone would accept "+5".
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Writes a list of layers, joined by `_`. An empty list gives an empty text.
pub(crate) fn layers_to_text(layers: &[Layer]) -> String {
    layers.iter().map(Layer::to_string).collect::<Vec<_>>().join("_")
}

/// Parses a list of layers. `none` and the empty text both mean no layers.
pub(crate) fn layers_from_text(text: &str) -> Result<Vec<Layer>, LayerSyntaxError> {
    if text == "none" || text.is_empty() {
        return Ok(Vec::new());
    }
    text.split('_').map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Network};

    #[test]
    fn a_stack_survives_its_text_form() {
        for text in [
            "conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu_dense50.relu",
            "conv8k3.bn.gelu_dense16.sigmoid.drop25",
            "conv4k1.tanh.pool3.drop5",
            "conv4k3.same.stride2.bn.relu.avgpool2.drop5_conv4k5.same.relu_conv4k2.stride3.relu",
            "conv4k3.same.stride2.separable.bn.relu.pool2_gap_dense4.leaky_gap",
            "res16k3.bn.relu_res8k5.stride2.tanh.avgpool2.drop10_res4k1.gelu.pool3",
        ] {
            assert_eq!(layers_to_text(&layers_from_text(text).unwrap()), text);
        }
        // Options may come in any order, and 1 is the default.
        let layers = layers_from_text("conv4k3.avgpool2.relu.same_conv2.stride1.avgpool1").unwrap();
        assert_eq!(layers_to_text(&layers), "conv4k3.same.relu.avgpool2_conv2k3.relu");
        assert_eq!(layers_to_text(&layers_from_text("res8").unwrap()), "res8k3.relu");
        assert_eq!(layers_from_text(&layers_to_text(&[])).unwrap(), []);
        assert_eq!(
            layers_to_text(&Network::default_for(Architecture::Cnn).layers),
            "conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu_dense50.relu"
        );
    }

    #[test]
    fn words_that_are_no_layers_are_named() {
        for (text, part) in [
            ("cnov10", "cnov10"),
            ("conv10kk", "conv10kk"),
            ("dense-3", "dense-3"),
            ("dense+3", "dense+3"),
            ("dense", "dense"),
            ("dense8.rleu", "rleu"),
            ("dense8.pool2", "pool2"),
            ("dense8.stride2", "stride2"),
            ("dense8.same", "same"),
            ("conv8k3.stride", "stride"),
            ("conv8k3.avgpool-2", "avgpool-2"),
            ("conv8k3.same2", "same2"),
            ("dense8.separable", "separable"),
            ("gap.bn", "bn"),
            ("res", "res"),
            ("res8k", "res8k"),
            ("res8k3.same", "same"),
            ("res8k3.separable", "separable"),
            ("gap2", "gap2"),
            ("dense8_", ""),
            ("conv99999999999999999999k3", "conv99999999999999999999k3"),
        ] {
            assert_eq!(layers_from_text(text), Err(LayerSyntaxError(part.into())), "{text}");
        }
    }
}
