//! The settings that a layer has, and their values.

use model::{
    Activation, ConvLayer, DenseLayer, Layer, LayerField, Padding, Pooling, ResidualLayer,
};

/// Returns the term in the glossary for the kind of a layer.
pub(super) fn term(layer: &Layer) -> &'static str {
    match layer {
        Layer::Conv(ConvLayer { separable: true, .. }) => "depthwise separable convolution",
        Layer::Conv(_) => "convolution",
        Layer::Residual(_) => "residual block",
        Layer::Dense(_) => "dense",
        Layer::GlobalAveragePool => "global average pooling",
    }
}

/// Returns the value of a numeric setting, or `None` if the layer does not have it.
pub(super) fn number(layer: &Layer, field: LayerField) -> Option<usize> {
    let mut layer = layer.clone();
    match field {
        LayerField::Dropout => dropout(&mut layer).map(|percent| usize::from(*percent)),
        field => length(&mut layer, field).map(|value| *value),
    }
}

/// Sets a numeric setting, if the layer has it.
pub(super) fn set_number(layer: &mut Layer, field: LayerField, value: usize) {
    if field == LayerField::Dropout {
        if let Some(percent) = dropout(layer) {
            // Any dropout above 255 is as invalid as 255.
            *percent = u8::try_from(value).unwrap_or(u8::MAX);
        }
    } else if let Some(place) = length(layer, field) {
        *place = value;
    }
}

fn length(layer: &mut Layer, field: LayerField) -> Option<&mut usize> {
    use Layer::{Conv, Dense, Residual};
    Some(match (layer, field) {
        (Conv(ConvLayer { channels: value, .. }), LayerField::Channels)
        | (Residual(ResidualLayer { channels: value, .. }), LayerField::Channels)
        | (Conv(ConvLayer { kernel: value, .. }), LayerField::Kernel)
        | (Residual(ResidualLayer { kernel: value, .. }), LayerField::Kernel)
        | (Conv(ConvLayer { stride: value, .. }), LayerField::Stride)
        | (Residual(ResidualLayer { stride: value, .. }), LayerField::Stride)
        | (Conv(ConvLayer { pool: value, .. }), LayerField::Pool)
        | (Residual(ResidualLayer { pool: value, .. }), LayerField::Pool)
        | (Dense(DenseLayer { units: value, .. }), LayerField::Units) => value,
        _ => return None,
    })
}

fn dropout(layer: &mut Layer) -> Option<&mut u8> {
    match layer {
        Layer::Conv(ConvLayer { dropout_percent, .. })
        | Layer::Residual(ResidualLayer { dropout_percent, .. })
        | Layer::Dense(DenseLayer { dropout_percent, .. }) => Some(dropout_percent),
        Layer::GlobalAveragePool => None,
    }
}

/// Returns the activation function of a layer.
pub(super) fn activation(layer: &mut Layer) -> Option<&mut Activation> {
    match layer {
        Layer::Conv(ConvLayer { activation, .. })
        | Layer::Residual(ResidualLayer { activation, .. })
        | Layer::Dense(DenseLayer { activation, .. }) => Some(activation),
        Layer::GlobalAveragePool => None,
    }
}

/// Returns whether a layer has batch norm.
pub(super) fn batch_norm(layer: &mut Layer) -> Option<&mut bool> {
    match layer {
        Layer::Conv(ConvLayer { batch_norm, .. })
        | Layer::Residual(ResidualLayer { batch_norm, .. })
        | Layer::Dense(DenseLayer { batch_norm, .. }) => Some(batch_norm),
        Layer::GlobalAveragePool => None,
    }
}

/// Returns the zero padding of a convolution.
pub(super) fn padding(layer: &mut Layer) -> Option<&mut Padding> {
    match layer {
        Layer::Conv(ConvLayer { padding, .. }) => Some(padding),
        _ => None,
    }
}

/// Returns whether a convolution is a depthwise separable one.
pub(super) fn separable(layer: &mut Layer) -> Option<&mut bool> {
    match layer {
        Layer::Conv(ConvLayer { separable, .. }) => Some(separable),
        _ => None,
    }
}

/// Returns what the pooling of a layer keeps, unless there is no pooling.
pub(super) fn pooling(layer: &mut Layer) -> Option<&mut Pooling> {
    match layer {
        Layer::Conv(ConvLayer { pooling, pool, .. })
        | Layer::Residual(ResidualLayer { pooling, pool, .. }) => (*pool > 1).then_some(pooling),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets every setting of a layer, and returns its text.
    fn changed(text: &str) -> String {
        let mut layer: Layer = text.parse().unwrap();
        let fields = [
            (LayerField::Channels, 12),
            (LayerField::Units, 34),
            (LayerField::Kernel, 7),
            (LayerField::Stride, 2),
            (LayerField::Pool, 3),
            (LayerField::Dropout, 25),
        ];
        for (field, value) in fields {
            set_number(&mut layer, field, value);
            assert!(number(&layer, field).is_none_or(|found| found == value), "{text}");
        }
        activation(&mut layer).into_iter().for_each(|place| *place = Activation::Gelu);
        batch_norm(&mut layer).into_iter().for_each(|place| *place = true);
        padding(&mut layer).into_iter().for_each(|place| *place = Padding::Same);
        separable(&mut layer).into_iter().for_each(|place| *place = true);
        pooling(&mut layer).into_iter().for_each(|place| *place = Pooling::Average);
        layer.to_string()
    }

    #[test]
    fn each_kind_of_layer_has_its_settings() {
        for (text, expected) in [
            ("conv8", "conv12k7.same.stride2.separable.bn.gelu.avgpool3.drop25"),
            ("res8", "res12k7.stride2.bn.gelu.avgpool3.drop25"),
            ("dense8", "dense34.bn.gelu.drop25"),
            ("gap", "gap"),
        ] {
            assert_eq!(changed(text), expected);
        }
    }

    #[test]
    fn the_kind_of_pooling_is_a_setting_where_there_is_pooling() {
        assert_eq!(pooling(&mut "conv8".parse().unwrap()), None);
        assert_eq!(pooling(&mut "conv8.pool2".parse().unwrap()), Some(&mut Pooling::Max));
    }

    #[test]
    fn a_dropout_that_is_too_large_stays_too_large() {
        let mut layer: Layer = "dense16".parse().unwrap();
        set_number(&mut layer, LayerField::Dropout, 9000);
        assert_eq!(layer.to_string(), "dense16.relu.drop255");
    }
}
