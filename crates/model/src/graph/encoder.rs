//! The encoder of a U-Net as the beginning of a classifier, from which it can take its weights.

use super::nodes::Graph;
use super::op::Op;
use crate::{LayerKind, UNetBlock};

/// An operation in a list of operations.
#[derive(PartialEq)]
struct Operation<'g> {
    op: Op,
    /// Places of the inputs in the list.
    inputs: Vec<usize>,
    /// Shapes of the parameters.
    shapes: Vec<&'g [usize]>,
}

impl Graph {
    /// Returns the number of values of a checkpoint that belong to the encoder of a U-Net: its levels
    /// and the block at the lowest resolution, with the running statistics of batch norm. They come
    /// first. Returns `None` for other networks.
    pub fn encoder_len(&self) -> Option<usize> {
        let bottom = LayerKind::Block(UNetBlock::Bottom);
        let bottom = self.layers.iter().find(|layer| layer.kind == bottom)?;
        Some(self.values_of(bottom).end)
    }

    /// Returns whether the network begins with the encoder of a U-Net: the same operations in the
    /// same order, with parameters of the same shapes. Names, the size of the image, dropout and what
    /// follows do not matter. The values of the encoder are then the first ones of both checkpoints.
    pub fn begins_with_encoder(&self, unet: &Graph) -> bool {
        let bottom = LayerKind::Block(UNetBlock::Bottom);
        let Some(bottom) = unet.layers.iter().find(|layer| layer.kind == bottom) else {
            return false;
        };
        let (own, encoder) = (self.operations(), unet.operations());
        // U-Nets have no dropout, so that no node of theirs was left out.
        let length = bottom.nodes.end;
        own.len() >= length && own[..length] == encoder[..length]
    }

    /// Returns all operations except dropout, which changes nothing outside training.
    fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::with_capacity(self.nodes.len());
        let mut places: Vec<usize> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let inputs: Vec<usize> = node.inputs.iter().map(|input| places[*input]).collect();
            if let (Op::Dropout { .. }, [input]) = (node.op, &inputs[..]) {
                places.push(*input);
                continue;
            }
            let shapes = self.parameters_of(index).iter().map(|one| one.shape.as_slice());
            places.push(operations.len());
            operations.push(Operation { op: node.op, inputs, shapes: shapes.collect() });
        }
        operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, DEPTH_RANGE, DataShape, Layer, Network, UNet};

    const IMAGES: DataShape = DataShape { classes: 6, size: [64, 64] };

    /// Slices of another size than that of the images.
    const SLICES: DataShape = DataShape { classes: 3, size: [48, 80] };

    fn encoder_of(unet: &UNet) -> Graph {
        Graph::classifier(&Network::encoder_of(unet), IMAGES).unwrap()
    }

    fn with_layers(text: &str) -> Graph {
        let layers = text.split('_').map(|layer| layer.parse::<Layer>().unwrap()).collect();
        let network = Network { architecture: Architecture::Cnn, layers };
        Graph::classifier(&network, IMAGES).unwrap()
    }

    fn graph(unet: &UNet) -> Graph {
        Graph::unet(unet, SLICES).unwrap()
    }

    #[test]
    fn every_encoder_is_the_beginning_of_its_classifier() {
        for depth in DEPTH_RANGE {
            for (batch_norm, residual) in
                [(true, false), (false, false), (true, true), (false, true)]
            {
                let unet = UNet { depth, batch_norm, residual, ..UNet::default() };
                let (unet, classifier) = (graph(&unet), encoder_of(&unet));
                assert!(classifier.begins_with_encoder(&unet));
                // The parameters of both agree in order, role and shape.
                let length = unet.encoder_len().unwrap();
                let pairs = unet.parameters().iter().zip(classifier.parameters());
                let pairs: Vec<_> = pairs.take_while(|(one, _)| one.values.end <= length).collect();
                for (one, other) in &pairs {
                    assert_eq!(
                        (one.kind, &one.shape, &one.values, one.is_transposed),
                        (other.kind, &other.shape, &other.values, other.is_transposed)
                    );
                }
                let (last, _) = pairs.last().unwrap();
                assert_eq!(last.values.end, length);
                let after = &unet.parameters()[pairs.len()];
                assert!(after.name.starts_with("up"), "{}", after.name);
                // Only the output layer follows.
                assert_eq!(classifier.parameters().len(), pairs.len() + 2);
            }
        }
    }

    #[test]
    fn the_layers_of_a_classifier_that_does_not_fit_are_noticed() {
        let unet = graph(&UNet { depth: 1, ..UNet::default() });
        let encoder = "conv8k3.same.bn.relu_conv8k3.same.bn.relu.pool2_conv16k3.same.bn.relu_\
                       conv16k3.same.bn.relu";
        for fitting in [
            "gap",
            // What follows does not matter, and neither does dropout.
            "dense32.relu",
            "conv16k5.relu_gap",
        ] {
            assert!(with_layers(&format!("{encoder}_{fitting}")).begins_with_encoder(&unet));
        }
        let pooled = with_layers(&format!("{encoder}.pool2_gap"));
        assert!(pooled.begins_with_encoder(&unet));
        let dropped = with_layers(&format!("{}_gap", encoder.replace("relu", "relu.drop10")));
        assert!(dropped.begins_with_encoder(&unet));
        for (from, to) in [
            (".pool2", ""),
            (".pool2", ".avgpool2"),
            (".pool2", ".pool3"),
            ("relu", "leaky"),
            (".bn", ""),
            ("conv16", "conv12"),
            ("k3.same", "k5.same"),
            (".same", ""),
            ("_conv16k3.same.bn.relu", ""),
            ("k3.same", "k3.same.stride2"),
            ("k3.same", "k3.same.separable"),
        ] {
            let other = with_layers(&format!("{}_gap", encoder.replacen(from, to, 1)));
            assert!(!other.begins_with_encoder(&unet), "{from} → {to}");
        }
        assert!(
            !encoder_of(&UNet { residual: true, ..UNet::default() }).begins_with_encoder(&unet)
        );
        assert!(!unet.begins_with_encoder(&pooled), "a classifier has no encoder");
        assert_eq!(pooled.encoder_len(), None);
    }

    #[test]
    fn a_deeper_classifier_begins_with_a_shallower_encoder() {
        let deep = encoder_of(&UNet { depth: 3, ..UNet::default() });
        for (depth, fits) in [(1, true), (2, true), (3, true), (4, false)] {
            let unet = graph(&UNet { depth, ..UNet::default() });
            assert_eq!(deep.begins_with_encoder(&unet), fits, "{depth}");
        }
    }

    #[test]
    fn settings_of_the_decoder_leave_the_encoder_alone() {
        let encoder = encoder_of(&UNet::default());
        let cut =
            UNet { skips: [false; 4], upsampling: crate::Upsampling::Nearest, ..UNet::default() };
        assert!(encoder.begins_with_encoder(&graph(&cut)));
        assert!(!encoder.begins_with_encoder(&graph(&UNet { width: 9, ..UNet::default() })));
    }

    #[test]
    fn a_wide_encoder_exceeds_the_limits_of_classifiers() {
        let unet = UNet { depth: 3, width: 32, ..UNet::default() };
        let error = Graph::classifier(&Network::encoder_of(&unet), IMAGES).unwrap_err();
        assert!(error.to_string().contains("not 256"), "{error}");
        let network = Network::encoder_of(&UNet::default());
        let text = network.layers[..3].iter().map(Layer::to_string);
        assert_eq!(
            text.collect::<Vec<_>>().join("_"),
            "conv8k3.same.bn.relu_conv8k3.same.bn.relu.pool2_conv16k3.same.bn.relu"
        );
    }
}
