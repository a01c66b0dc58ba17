//! Tests of the attributions against values computed by PyTorch
//! (`golden/generate_attributions.py`), and of properties that each method must have.

use std::path::Path;

use interpret::Interpreter;
use interpret::attribution::{
    IntegratedGradients, Occlusion, Target, grad_cam, input_gradient, rank_correlation,
    resize_bilinear,
};
use interpret::execute::{Gradients, Values};
use interpret::network::{Model, ModelError};
use model::Task;
use protocol::RunId;
use protocol::interpret::{
    ActivationsQuery, Checkpoint, InterpreterRequest, InterpreterResponse, LabeledImage,
    NetworkActivations, NetworkRef, Query, QueryId, Snapshot,
};

/// Tolerance of sums of some thousand terms in single precision. PyTorch's values are in double
/// precision.
const SUMS: f32 = 1e-4;
/// Tolerance of integrated gradients. The implementation stops when the sum is within half a
/// percent of the expected value; PyTorch's values use 4096 points.
const INTEGRAL: f32 = 0.01;

struct Case {
    name: &'static str,
    task: Task,
    model: Model,
    weights: Vec<f32>,
    gray: Vec<u8>,
    target: Vec<u8>,
    numbers: Vec<(String, Vec<f32>)>,
}

impl Case {
    fn read(name: &'static str) -> Self {
        let path = Path::new("tests/golden").join(format!("attributions-{name}.txt"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let (link, about) = lines.next().unwrap().split_once("&classes=").unwrap();
        let (classes, side) = about.split_once("&side=").unwrap();
        let side: usize = side.parse().unwrap();
        let (link, complaints) = model::permalink::parse(link);
        assert_eq!(complaints, [""; 0]);
        let mut numbers = Vec::new();
        while let (Some(head), Some(line)) = (lines.next(), lines.next()) {
            let values: Vec<f32> = line.split(' ').map(|v| v.parse().unwrap()).collect();
            let (name, count) = head.split_once(' ').unwrap();
            assert_eq!(values.len(), count.parse::<usize>().unwrap(), "{name}");
            numbers.push((name.to_owned(), values));
        }
        let of = |name: &str| numbers.iter().find(|(other, _)| other == name).unwrap().1.clone();
        let model = Model::new(&link.config.task, classes.parse().unwrap(), [side; 2]).unwrap();
        Self {
            name,
            task: link.config.task,
            model,
            weights: of("weights"),
            gray: of("gray").iter().map(|v| *v as u8).collect(),
            target: of("target").iter().map(|v| *v as u8).collect(),
            numbers,
        }
    }

    fn both() -> [Self; 2] {
        ["cnn", "unet"].map(Self::read)
    }

    fn golden(&self, name: &str) -> &[f32] {
        &self.numbers.iter().find(|(other, _)| other == name).unwrap().1
    }

    fn image(&self) -> Vec<f32> {
        self.model.image(&self.gray).unwrap()
    }

    /// Returns the interpreter's answer about the image.
    fn activations(&self) -> NetworkActivations {
        let run = RunId(1);
        let [_, height, width] = self.model.shape(0);
        let mut interpreter = Interpreter::default();
        interpreter.handle(InterpreterRequest::SetRun {
            run,
            task: self.task.clone(),
            classes: self.model.classes(),
            size: [height, width],
            keep: None,
        });
        let weights = self.weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        interpreter.add_checkpoint(Checkpoint { run, epoch: 1, step: 3, keep: true, weights });
        let image = LabeledImage { pixels: self.gray.clone(), targets: self.target.clone() };
        interpreter.handle(InterpreterRequest::Query {
            id: QueryId { slot: 0, revision: 0 },
            network: NetworkRef { run, snapshot: Snapshot::Latest },
            query: ActivationsQuery { image }.into(),
        });
        interpreter.work();
        match interpreter.drain_responses().pop() {
            Some(InterpreterResponse::Answer { answer: Ok(answer), .. }) => {
                ActivationsQuery::unwrap(answer).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    fn values(&self) -> Values {
        self.model.forward(&self.weights, self.image(), self.model.head())
    }

    fn target(&self) -> Target {
        let logits = &self.values().nodes[self.model.head()];
        Target::class(&self.model, logits, self.golden("explained")[0] as usize)
    }

    fn gradients(&self) -> Gradients {
        self.target().gradients(&self.model, &self.weights, &self.values())
    }

    fn integral(&self) -> IntegratedGradients {
        let mut integral = IntegratedGradients::new(&self.model);
        while !integral.advance(&self.model, &self.weights, &self.image(), &self.target()) {}
        integral
    }

    /// Compares with PyTorch's values, relative to the largest. Of large maps, every seventh value
    /// is compared.
    fn check(&self, what: &str, found: &[f32], tolerance: f32) {
        let golden = self.golden(what);
        let step = if found.len() > golden.len() { 7 } else { 1 };
        let found: Vec<f32> = found.iter().step_by(step).copied().collect();
        assert_eq!(found.len(), golden.len(), "{} {what}", self.name);
        let largest = golden.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
        for (place, (found, golden)) in found.iter().zip(golden).enumerate() {
            let off = (found - golden).abs();
            assert!(
                off <= tolerance * largest,
                "{} {what}[{place}]: {found} instead of {golden}, off by {off}",
                self.name
            );
        }
    }
}

#[test]
fn forward_and_backward_are_pytorchs() {
    for case in Case::both() {
        case.model.check_weights(case.weights.len()).unwrap();
        case.check("logits", &case.values().nodes[case.model.head()], SUMS);
        let view = case.activations();
        case.check("loss", &[view.loss], SUMS);
        let gradients: Vec<f32> = view.layers.iter().map(|layer| layer.gradient).collect();
        case.check("slopes", &gradients, SUMS);
        // A layer with many units has a gradient for each of them.
        for layer in &view.layers {
            let sum: f32 = layer.unit_gradients.iter().map(|norm| norm * norm).sum();
            let all = layer.gradient.powi(2) * layer.maps.values.len() as f32;
            assert!((sum - all).abs() <= 1e-3 * all, "{sum} {all}");
        }
    }
}

#[test]
fn grad_cam_is_pytorchs() {
    for case in Case::both() {
        let layer = case.model.cam_layer().unwrap();
        let cam = grad_cam(&case.model, &case.values(), &case.gradients(), layer);
        case.check("cam", &cam, SUMS);
    }
}

#[test]
fn input_gradient_is_pytorchs() {
    for case in Case::both() {
        let found = input_gradient(&case.values(), &case.gradients());
        case.check("gradient", &found, SUMS);
    }
}

#[test]
fn integrated_gradients_are_pytorchs_and_complete() {
    for case in Case::both() {
        let integral = case.integral();
        case.check("integrated", &integral.values(&case.image()), INTEGRAL);
        let [sum, difference] = integral.completeness(&case.image());
        assert!((sum - difference).abs() <= 0.01 * difference.abs(), "{sum} of {difference}");
        // The expected difference, computed directly from two forward passes.
        let black = vec![0.0; case.model.pixels()];
        let of = |image| {
            let values = case.model.forward(&case.weights, image, case.model.head());
            case.target().scores(&values.nodes[case.model.head()])[0]
        };
        assert!((of(case.image()) - of(black) - difference).abs() < 1e-4);
    }
}

#[test]
fn occlusion_is_pytorchs() {
    for case in Case::both() {
        let (target, values) = (case.target(), case.values());
        let whole = target.scores(&values.nodes[case.model.head()])[0];
        let mut occlusion = Occlusion::new(&case.model, whole);
        while !occlusion.advance(&case.model, &case.weights, &case.image(), &target) {}
        case.check("occlusion", &occlusion.values(), 10.0 * SUMS);
    }
}

#[test]
fn every_weights_gradient_is_that_of_finite_differences() {
    for case in Case::both() {
        let (model, target) = (&case.model, case.target());
        let values = case.values();
        let seed = (model.head(), target.seed.clone());
        let gradients = model.backward(&case.weights, &values, seed, true);
        let score = |weights: &[f32]| {
            let values = model.forward(weights, case.image(), model.head());
            f64::from(target.scores(&values.nodes[model.head()])[0])
        };
        let running = running_statistics(model);
        let step = 1e-2;
        let largest = gradients.weights.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
        let mut kinks = 0;
        let places: Vec<usize> =
            (0..case.weights.len()).step_by(13).filter(|place| !running.contains(place)).collect();
        for place in &places {
            let mut moved = case.weights.clone();
            moved[*place] += step;
            let up = score(&moved);
            moved[*place] -= 2.0 * step;
            let found = ((up - score(&moved)) / f64::from(2.0 * step)) as f32;
            // If the step moves a ReLU or a maximum across its kink, the finite difference is not
            // meaningful.
            kinks += usize::from((found - gradients.weights[*place]).abs() > 0.03 * largest);
        }
        assert!(kinks * 20 <= places.len(), "{}: {kinks} of {}", case.name, places.len());
    }
}

/// Returns the indices of running means and variances, which are not learned by gradients.
fn running_statistics(model: &Model) -> Vec<usize> {
    let parameters = model.graph().parameters().iter();
    let running = parameters.filter(|parameter| !parameter.kind.is_learned());
    running.flat_map(|parameter| parameter.values.clone()).collect()
}

#[test]
fn a_receptive_field_is_what_moves_a_unit() {
    for case in Case::both() {
        let model = &case.model;
        for layer in 1..model.layers.len() {
            let node = model.graph().layers()[layer].output;
            let [_, height, width] = model.shape(node);
            let (row, column) = (height / 3, width / 2);
            let area = model::PixelRect { rows: row..row + 1, columns: column..column + 1 };
            let field = model.receptive_field(node, area);
            let mut seed = vec![0.0; model.graph().len(node)];
            seed.iter_mut()
                .skip(row * width + column)
                .step_by(height * width)
                .for_each(|w| *w = 1.0);
            let values = model.forward(&case.weights, case.image(), node);
            let gradients = model.backward(&case.weights, &values, (node, seed), false);
            let [_, _, columns] = model.shape(0);
            for (place, grad) in gradients.nodes[0].iter().enumerate() {
                let inside = field.rows.contains(&(place / columns))
                    && field.columns.contains(&(place % columns));
                assert!(inside || *grad == 0.0, "{} layer {layer} pixel {place}", case.name);
            }
        }
    }
}

#[test]
fn wrong_sizes_and_units_are_sentences() {
    let [case, _] = Case::both();
    let model = &case.model;
    assert_eq!(model.image(&[0; 7]).unwrap_err(), ModelError::Image { expected: 4096, found: 7 });
    let error = model.unit(1, 2).unwrap_err();
    assert_eq!(error, ModelError::Unit { unit: 2, units: 2 });
    assert_eq!(
        error.to_string(),
        "The layer has 2 units, so there is no unit 3 any more. Choose another one."
    );
    assert_eq!(model.nodes_of_layer(9).unwrap_err(), ModelError::Layer(9));
    let mut network = model::Network::default_for(model::Architecture::Cnn);
    network.layers = vec!["conv4k11.pool4".parse().unwrap(); 9];
    let task = Task::Classify(network);
    assert_eq!(Model::new(&task, 3, [64; 2]).unwrap_err(), ModelError::InvalidNetwork);
}

#[test]
fn ranks_agree_with_themselves_and_oppose_their_reverse() {
    let up: Vec<f32> = (0..50).map(|i| (i as f32).powi(3)).collect();
    let down: Vec<f32> = up.iter().map(|v| -v).collect();
    assert!((rank_correlation(&up, &up).unwrap() - 1.0).abs() < 1e-6);
    assert!((rank_correlation(&up, &down).unwrap() + 1.0).abs() < 1e-6);
    assert_eq!(rank_correlation(&up, &[1.0; 50]), None);
    // Equal values share their rank. Computed by hand: ranks 0.5 0.5 2 3 against 0 1 2 3.
    let found = rank_correlation(&[5.0, 5.0, 6.0, 7.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
    assert!((found - 0.948_683_3).abs() < 1e-6, "{found}");
}

#[test]
fn resizing_keeps_a_flat_map_flat_and_a_ramp_straight() {
    assert!(resize_bilinear(&[2.0; 9], [3, 3], [7, 5]).iter().all(|v| (*v - 2.0).abs() < 1e-6));
    let ramp: Vec<f32> = (0..4).map(|i| i as f32).collect();
    let wide = resize_bilinear(&ramp, [1, 4], [1, 8]);
    assert_eq!(wide, [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0]);
}

/// Class activation maps (Zhou et al. 2016) are defined for networks with global average pooling before
/// the output: the maps, each weighted by the weight of its mean.
#[test]
fn with_global_average_pooling_grad_cam_is_cam() {
    for layers in
        [&["conv6k3.same.stride2.relu", "gap"][..], &["conv4k5.tanh", "res5k3.relu.pool2", "gap"]]
    {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        let architecture = model::Architecture::ResNet;
        let task = Task::Classify(model::Network { architecture, layers });
        let (classes, size) = (3, [20, 26]);
        let model = Model::new(&task, classes, size).unwrap();
        let mut rng = data::rng::Rng::new(5);
        let mut draw = |count: usize| -> Vec<f32> {
            (0..count).map(|_| rng.uniform_in(-0.5, 0.5) as f32).collect()
        };
        let weights = draw(model.graph().checkpoint_len());
        let image = draw(model.pixels());
        let values = model.forward(&weights, image, model.head());
        let layer = model.cam_layer().unwrap();
        let node = model.graph().layers()[layer].activation_node();
        let [maps, height, width] = model.shape(node);
        let [weight, _] = model.graph().parameters_of(model.head()) else { panic!() };
        let of_output = &weights[weight.values.clone()];
        let mut shown = 0;
        for class in 0..classes {
            let target = Target::class(&model, &values.nodes[model.head()], class);
            let found =
                grad_cam(&model, &values, &target.gradients(&model, &weights, &values), layer);
            let cam = (0..height * width).map(|place| {
                let of_map = |map: usize| {
                    of_output[map * classes + class]
                        * values.nodes[node][map * height * width + place]
                };
                (0..maps).map(of_map).sum::<f32>().max(0.0)
            });
            let cam = resize_bilinear(&cam.collect::<Vec<_>>(), [height, width], size);
            let [total, of_cam] = [&found, &cam].map(|map| map.iter().sum::<f32>());
            shown += usize::from(total > 0.0);
            for (found, cam) in found.iter().zip(&cam) {
                assert!(
                    (found * of_cam - cam * total).abs() <= 1e-4 * of_cam * total,
                    "{found} {cam}"
                );
            }
        }
        assert!(shown > 0, "the map of one class at least is not empty");
    }
}
