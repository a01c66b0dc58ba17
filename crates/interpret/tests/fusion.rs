//! Tests of fused plans on slices: they give the logits of the unfused graph to the last bit.

use data::rng::Rng;
use interpret::network::Model;
use model::graph::{ParameterKind, Plan};
use model::{Architecture, Network, Segmentation, Task, UNet, Upsampling};

/// Returns random values for all parameters. Those of batch norm differ from its initial ones, and
/// some scales are negative.
fn weights(model: &Model, seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    let mut weights = vec![0.0; model.graph().checkpoint_len()];
    for parameter in model.graph().parameters() {
        let bounds = match parameter.kind {
            ParameterKind::RunningVariance => (0.01, 2.0),
            _ => (-0.5, 0.5),
        };
        weights[parameter.values.clone()].fill_with(|| rng.uniform_in(bounds.0, bounds.1) as f32);
    }
    weights
}

fn check(task: &Task, side: usize) {
    let model = Model::new(task, 3, [side; 2]).unwrap();
    let (fused, unfused) = (Plan::fused(model.graph()), Plan::unfused(model.graph()));
    assert!(fused.steps.len() < unfused.steps.len(), "something is fused in {task:?}");
    let mut rng = Rng::new(9);
    for seed in 0..3 {
        let weights = weights(&model, seed);
        let images: Vec<f32> = (0..2 * side * side).map(|_| rng.uniform() as f32).collect();
        let values = model.forward(&weights, images.clone(), model.head());
        let expected = &values.nodes[model.head()];
        let found = model.logits(&weights, images);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found), bits(expected), "{task:?}");
        // Distinct logits: nothing has vanished.
        assert!(found.iter().any(|value| *value != found[0]), "{found:?}");
    }
}

#[test]
fn a_fused_classifier_has_the_same_logits() {
    for layers in [
        &["conv4k5.relu.pool2", "conv6k3.bn.relu.pool3", "conv4k3.relu", "dense16.bn.relu"][..],
        &["conv3k4.sigmoid.pool2", "conv3k3.bn.tanh.pool4.drop20", "dense10.relu.drop10"],
        &[
            "conv3k5.same.separable.relu.pool2",
            "conv5k3.stride2.separable.bn.relu",
            "gap",
            "dense5.relu",
        ],
        &["res3k3.bn.relu", "res3k3.relu.pool2.drop10", "res4k3.stride2.tanh.avgpool2", "gap"],
        &["res1k3.gelu", "res4k5.bn.relu.pool2", "res4k3.bn.sigmoid.pool2", "dense8.relu"],
        &[
            "conv3k3.bn.relu",
            "conv2k3.leaky.pool2",
            "conv2k3.tanh.pool3",
            "conv2k3.gelu.pool2",
            "dense8.bn.tanh",
        ],
        &[
            "conv3k5.same.stride2.relu.pool2",
            "conv4k3.same.bn.relu.avgpool2",
            "conv2k3.relu.avgpool2",
        ],
    ] {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        check(&Task::Classify(Network { architecture: Architecture::Cnn, layers }), 40);
    }
}

#[test]
fn a_fused_unet_has_the_same_logits() {
    for (upsampling, batch_norm, residual, skips) in [
        (Upsampling::Transposed, true, false, [true; 4]),
        (Upsampling::Nearest, false, false, [false, true, true, true]),
        (Upsampling::Nearest, true, false, [false; 4]),
        (Upsampling::Transposed, true, true, [true; 4]),
        (Upsampling::Nearest, false, true, [true, false, true, true]),
    ] {
        let unet = UNet { depth: 2, width: 4, upsampling, batch_norm, residual, skips };
        check(&Task::Segment(Segmentation { unet, ..Segmentation::default() }), 16);
    }
}
