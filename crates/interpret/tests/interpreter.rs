//! Tests of the interpreter in the way the page uses it: with queries, checkpoints and answers.

use std::collections::BTreeMap;

use data::phantom;
use data::rng::Rng;
use interpret::Interpreter;
use interpret::network::Model;
use model::OpKind;
use model::graph::InitialValue;
use model::{IMAGE_SIDE, Network, Segmentation, Split, Task, UNet};
use protocol::RunId;
use protocol::interpret::{
    ActivationsQuery, AttributionMethod, Checkpoint, EmbeddingQuery, ExplainTarget,
    ExplanationQuery, FeatureMapsQuery, FeatureVisualizationQuery, Histogram, InterpreterDataset,
    InterpreterRequest, InterpreterResponse, LabeledImage, LayerProbe, LayerProbesQuery, Mistake,
    MistakesQuery, NeighborsQuery, NetworkRef, OpTrace, OpTraceQuery, Query, QueryId, Snapshot,
    TracedOp, UnitQuery, UnitRef,
};

const RUN: RunId = RunId(1);
const CLASSES: usize = phantom::CLASSES.len();

fn task() -> Task {
    let layers = ["conv4k5.relu.pool4", "conv6k3.relu.pool2", "dense12.relu"];
    let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    Task::Classify(Network { architecture: model::Architecture::Cnn, layers })
}

fn images(each: usize, split: Split) -> (Vec<u8>, Vec<u8>) {
    // So much noise that no layer separates the classes perfectly.
    let spec = phantom::Spec { noise: 60, rotation: 90 };
    let all = (0..each).flat_map(|index| (0..CLASSES).map(move |class| (index, class)));
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (index, class) in all {
        pixels.extend(phantom::draw(spec, 1, class, index, split));
        labels.push(class as u8);
    }
    (pixels, labels)
}

fn interpreter_dataset() -> InterpreterDataset {
    let (train, train_targets) = images(20, Split::Train);
    let (test, test_targets) = images(6, Split::Test);
    let size = [IMAGE_SIDE; 2];
    InterpreterDataset {
        classes: CLASSES,
        size,
        masks: false,
        train,
        train_targets,
        test,
        test_targets,
    }
}

/// Returns a checkpoint with random weights, initialized as in PyTorch.
fn checkpoint(task: &Task, classes: usize, side: usize, epoch: usize) -> Checkpoint {
    let model = Model::new(task, classes, [side; 2]).unwrap();
    let mut rng = Rng::new(epoch as u64 + 1);
    let mut weights = vec![1.0_f32; model.graph().checkpoint_len()];
    for parameter in model.graph().parameters() {
        // Batch norm keeps its initial ones.
        if let InitialValue::Uniform { fan_in, .. } = parameter.initial {
            let bound = 1.0 / (fan_in as f64).sqrt();
            weights[parameter.values.clone()].fill_with(|| rng.uniform_in(-bound, bound) as f32);
        }
    }
    let weights = weights.iter().flat_map(|value| value.to_le_bytes()).collect();
    Checkpoint { run: RUN, epoch, step: 10 * epoch, keep: true, weights }
}

fn at(epoch: usize) -> NetworkRef {
    NetworkRef { run: RUN, snapshot: Snapshot::Epoch(epoch) }
}

/// Returns an interpreter with the images and the networks of some epochs.
fn ready(epochs: usize) -> Interpreter {
    let mut interpreter = Interpreter::default();
    interpreter.handle(InterpreterRequest::SetDataset(interpreter_dataset()));
    interpreter.handle(set_run(RUN, &task(), None));
    for epoch in 0..epochs {
        interpreter.add_checkpoint(checkpoint(&task(), CLASSES, IMAGE_SIDE, epoch));
    }
    interpreter.drain_responses();
    interpreter
}

fn set_run(run: RunId, task: &Task, keep: Option<RunId>) -> InterpreterRequest {
    let (task, size) = (task.clone(), [IMAGE_SIDE; 2]);
    InterpreterRequest::SetRun { run, task, classes: CLASSES, size, keep }
}

fn send(interpreter: &mut Interpreter, id: QueryId, network: NetworkRef, query: impl Query) {
    interpreter.handle(InterpreterRequest::Query { id, network, query: query.into() });
}

/// Returns the id of the first query in a slot.
fn slot(slot: u32) -> QueryId {
    QueryId { slot, revision: 1 }
}

fn finish(interpreter: &mut Interpreter) -> Vec<InterpreterResponse> {
    while interpreter.has_work() {
        interpreter.work();
    }
    interpreter.drain_responses()
}

/// Returns all answers to a query about a network, or the error message.
fn answers<Q: Query>(
    interpreter: &mut Interpreter,
    network: NetworkRef,
    query: Q,
) -> Result<Vec<Q::Answer>, String> {
    send(interpreter, slot(7), network, query);
    finish(interpreter)
        .into_iter()
        .map(|response| match response {
            InterpreterResponse::Answer { id, answer } => {
                assert_eq!(id, slot(7));
                let answer = answer.map_err(|problem| problem.message)?;
                Ok(Q::unwrap(answer).expect("an answer to this query"))
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Returns the last answer to a query about the network at epoch 0.
fn answer<Q: Query>(interpreter: &mut Interpreter, query: Q) -> Result<Q::Answer, String> {
    Ok(answers(interpreter, at(0), query)?.pop().expect("an answer"))
}

fn image() -> LabeledImage {
    let (pixels, labels) = images(1, Split::Test);
    LabeledImage { pixels: pixels[..IMAGE_SIDE * IMAGE_SIDE].to_vec(), targets: vec![labels[0]] }
}

fn activations() -> ActivationsQuery {
    ActivationsQuery { image: image() }
}

/// Returns the probes of the network at the end of an epoch, in the order of arrival.
fn probes(interpreter: &mut Interpreter, epoch: usize) -> Vec<LayerProbe> {
    answers(interpreter, at(epoch), LayerProbesQuery {}).unwrap().concat()
}

#[test]
fn a_random_networks_layers_are_probed_one_by_one_and_differ() {
    let mut interpreter = ready(2);
    let first = probes(&mut interpreter, 0);
    let layers: Vec<usize> = first.iter().map(|probe| probe.layer).collect();
    assert_eq!(layers, [0, 1, 2, 3, 4]);
    let chance = 1.0 / CLASSES as f64;
    let tests = interpreter_dataset().test_targets.len();
    for probe in &first {
        assert_eq!(probe.map.len(), tests);
        assert!(probe.accuracy > chance + 0.1, "layer {}: {}", probe.layer, probe.accuracy);
        assert!(probe.variance[0] >= probe.variance[1] && probe.variance[1] > 0.0);
    }
    assert_ne!(first[0].accuracy, first[2].accuracy);
    // Stored probes are sent in one answer. The probe of the image is the same for all epochs.
    send(&mut interpreter, slot(1), at(0), LayerProbesQuery {});
    interpreter.work();
    assert!(!interpreter.has_work());
    assert_eq!(interpreter.drain_responses().len(), 1);
    assert_eq!(probes(&mut interpreter, 0), first);
    let next = probes(&mut interpreter, 1);
    assert_eq!(next[0], first[0]);
    assert_ne!(next[1], first[1]);
}

#[test]
fn maps_do_not_depend_on_the_order_in_which_epochs_are_probed() {
    let in_order = |epochs: [usize; 3]| {
        let mut interpreter = ready(3);
        let mut found = epochs.map(|epoch| (epoch, probes(&mut interpreter, epoch)));
        found.sort_by_key(|(epoch, _)| *epoch);
        found
    };
    assert_eq!(in_order([0, 1, 2]), in_order([2, 0, 1]));
}

#[test]
fn test_images_never_enter_a_probe() {
    let accuracy = |change: fn(&mut InterpreterDataset)| {
        let mut all = interpreter_dataset();
        change(&mut all);
        let mut interpreter = ready(1);
        interpreter.handle(InterpreterRequest::SetDataset(all));
        interpreter.drain_responses();
        probes(&mut interpreter, 0)
    };
    // The accuracy on the first half of the test set does not depend on the second half.
    let half = accuracy(|all| {
        let count = all.test_targets.len() / 2;
        all.test.truncate(count * IMAGE_SIDE * IMAGE_SIDE);
        all.test_targets.truncate(count);
    });
    let doubled = accuracy(|all| {
        let count = all.test_targets.len() / 2;
        all.test.truncate(count * IMAGE_SIDE * IMAGE_SIDE);
        all.test_targets.truncate(count);
        all.test.extend_from_within(..);
        all.test_targets.extend_from_within(..);
    });
    let accuracies = |probes: &[LayerProbe]| probes.iter().map(|p| p.accuracy).collect::<Vec<_>>();
    assert_eq!(accuracies(&half), accuracies(&doubled));
}

#[test]
fn a_unit_shows_what_activates_it_and_an_image_that_does_so_more() {
    let mut interpreter = ready(1);
    let unit_ref = UnitRef { layer: 1, unit: 2 };
    let unit = answer(&mut interpreter, UnitQuery { unit: unit_ref }).unwrap();
    assert_eq!((unit.unit_ref, unit.weights.shape), (unit_ref, [1, 5, 5]));
    assert_eq!(unit.top.len(), 9);
    assert!(unit.top.windows(2).all(|pair| pair[0].value >= pair[1].value));
    // A 5 × 5 convolution, followed by 4 × 4 pooling.
    let region = &unit.top[0].region;
    assert_eq!((region.rows.len(), region.columns.len()), (8, 8));
    let values = interpreter_dataset().test_targets.len() as u32 * 15 * 15;
    assert_eq!(unit.histogram.counts.iter().sum::<u32>(), values);
    assert_eq!(unit.histogram.high, unit.top[0].value);

    let query = FeatureVisualizationQuery { unit: unit_ref };
    let images = answers(&mut interpreter, at(0), query).unwrap();
    let (first, last) = (&images[0], images.last().unwrap());
    assert_eq!((last.step, last.pixels.len()), (last.steps, IMAGE_SIDE * IMAGE_SIDE));
    assert!(last.value > first.value, "{} {}", first.value, last.value);
}

/// Returns the checkpoint with the weights of one unit scaled and its bias replaced.
fn with_unit(
    mut checkpoint: Checkpoint,
    layer: usize,
    unit: usize,
    scale: f32,
    bias: f32,
) -> Checkpoint {
    let model = Model::new(&task(), CLASSES, [IMAGE_SIDE; 2]).unwrap();
    let product = model.graph().layers()[layer].linear_op.unwrap();
    let [weight, biases] = model.graph().parameters_of(product) else { panic!("{product}") };
    let (count, outputs) = (weight.values.len(), biases.values.len());
    let first = weight.values.start;
    let weights = (0..count).filter(|place| match weight.is_transposed {
        true => place % outputs == unit,
        false => place / (count / outputs) == unit,
    });
    let mut set = |place: usize, to: &dyn Fn(f32) -> f32| {
        let bytes = &mut checkpoint.weights[4 * place..][..4];
        let value = f32::from_le_bytes(bytes.try_into().unwrap());
        bytes.copy_from_slice(&to(value).to_le_bytes());
    };
    weights.for_each(|place| set(first + place, &|value| scale * value));
    set(first + count + unit, &|_| bias);
    checkpoint
}

#[test]
fn a_layers_row_and_the_facts_about_its_units_agree_on_who_is_dead() {
    let mut interpreter = ready(0);
    // In each layer, one unit that is always zero, one that is constant except for rounding, and
    // one that varies only slightly.
    let mut checkpoint = checkpoint(&task(), CLASSES, IMAGE_SIDE, 0);
    for layer in [2, 3] {
        for (unit, scale, bias) in [(0, 1.0, -1e3), (2, 1e-6, 1.0), (4, 1e-3, 1.0)] {
            checkpoint = with_unit(checkpoint, layer, unit, scale, bias);
        }
    }
    interpreter.add_checkpoint(checkpoint);
    interpreter.drain_responses();
    let probes = probes(&mut interpreter, 0);
    for layer in [1, 2, 3, 4] {
        let units = [0, 4, 6, 12, CLASSES][layer];
        let facts = (0..units).map(|unit| {
            let unit_ref = UnitRef { layer, unit };
            answer(&mut interpreter, UnitQuery { unit: unit_ref }).unwrap()
        });
        let facts: Vec<_> = facts.collect();
        let dead = facts.iter().filter(|facts| facts.dead).count();
        let row = probes[layer].dead;
        assert_eq!(row, dead as f32 / units as f32, "layer {layer}");
        assert!(facts.iter().all(|facts| facts.layer_dead == row), "layer {layer}");
        if [2, 3].contains(&layer) {
            let three = [0, 2, 4].map(|unit| facts[unit].dead);
            assert_eq!(three, [true, true, false], "layer {layer}");
            let Histogram { low, high, .. } = facts[2].histogram;
            assert!(high > low, "layer {layer}: without rounding this says little");
        }
    }
}

#[test]
fn a_network_that_does_not_fit_the_images_has_no_probes_and_says_so() {
    let mut interpreter = ready(1);
    let mut others = interpreter_dataset();
    others.classes += 1;
    interpreter.handle(InterpreterRequest::SetDataset(others));
    interpreter.drain_responses();
    let sentence = answer(&mut interpreter, LayerProbesQuery {}).unwrap_err();
    assert!(sentence.contains("Press Reset"), "{sentence}");
    assert_eq!(answer(&mut interpreter, MistakesQuery {}).unwrap_err(), sentence);
}

/// Returns the output pixel `at` of a traced operation.
fn pixel(trace: &OpTrace, [row, column]: [usize; 2]) -> f32 {
    let (side, stride, padding, weights, bias) = match &trace.operation {
        TracedOp::Convolution { kernel, stride, padding, weights, bias } => {
            (*kernel, *stride, *padding, weights.clone(), *bias)
        }
        TracedOp::AveragePool { side, weights } => (*side, *side, 0, weights.clone(), 0.0),
        other => panic!("{other:?}"),
    };
    let [channels, height, width] = trace.shape;
    let mut sum = bias;
    for channel in 0..channels {
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let (row, column) = (row * stride + y, column * stride + x);
            if (padding..padding + height).contains(&row)
                && (padding..padding + width).contains(&column)
            {
                let place = (channel * height + row - padding) * width + column - padding;
                sum += trace.input[place] * weights[(channel * side + y) * side + x];
            }
        }
    }
    sum
}

#[test]
fn the_arithmetic_of_strides_padding_and_average_pooling_adds_up() {
    let layers = [
        "conv3k5.same.stride3.tanh",
        "conv4k3.stride2.same.gelu.avgpool2",
        "conv6k3.same.stride2.separable.bn.relu",
    ];
    let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    let task = Task::Classify(Network { architecture: model::Architecture::Cnn, layers });
    let mut interpreter = Interpreter::default();
    interpreter.handle(InterpreterRequest::SetDataset(interpreter_dataset()));
    interpreter.handle(set_run(RUN, &task, None));
    let checkpoint = checkpoint(&task, CLASSES, IMAGE_SIDE, 0);
    let weights: Vec<f32> =
        checkpoint.weights.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    interpreter.add_checkpoint(checkpoint);
    interpreter.drain_responses();
    let model = Model::new(&task, CLASSES, [IMAGE_SIDE; 2]).unwrap();
    let values = model.forward(&weights, model.image(&image().pixels).unwrap(), model.head());
    let mut traced = 0;
    for layer in 1..model.layers.len() {
        let nodes = &model.graph().layers()[layer];
        for op in model.layers[layer].traceable_ops.into_iter().flatten() {
            let node = match op {
                OpKind::Convolution => nodes.linear_op,
                OpKind::Pool => nodes.pool,
                OpKind::Upsampling => nodes.upsampling,
            };
            let [units, height, width] = model.shape(node.unwrap());
            let maps = &values.nodes[node.unwrap()];
            for (unit, at) in
                [(0, [0, 0]), (units - 1, [height - 1, 0]), (1, [height / 2, width - 1])]
            {
                let query = OpTraceQuery { image: image(), unit: UnitRef { layer, unit }, op };
                let trace = answer(&mut interpreter, query).unwrap();
                let expected = maps[(unit * height + at[0]) * width + at[1]];
                let found = pixel(&trace, at);
                assert!(
                    (found - expected).abs() < 1e-5,
                    "{op:?} of layer {layer}: {found} {expected}"
                );
                traced += 1;
            }
        }
    }
    assert_eq!(traced, 4 * 3);
}

#[test]
fn the_arithmetic_behind_a_map_adds_up_to_it() {
    let mut interpreter = ready(1);
    let unit_ref = UnitRef { layer: 2, unit: 3 };
    let query = OpTraceQuery { image: image(), unit: unit_ref, op: OpKind::Convolution };
    let trace = answer(&mut interpreter, query).unwrap();
    assert_eq!((trace.unit_ref, trace.shape), (unit_ref, [4, 15, 15]));
    let TracedOp::Convolution { kernel, stride: 1, padding, weights, bias } = trace.operation
    else {
        panic!()
    };
    assert_eq!((kernel, padding, weights.len()), (3, 0, 36));
    // The definition of the convolution, evaluated at one pixel; the layer's ReLU and pooling
    // follow.
    let sum = |row: usize, column: usize| {
        let mut sum = bias;
        for channel in 0..4 {
            for (y, x) in (0..3).flat_map(|y| (0..3).map(move |x| (y, x))) {
                let input = trace.input[(channel * 15 + row + y) * 15 + column + x];
                sum += input * weights[(channel * 3 + y) * 3 + x];
            }
        }
        sum
    };
    let view = answer(&mut interpreter, activations()).unwrap();
    let maps = &view.layers[2].maps;
    let pooled = (0..4).map(|i| sum(i / 2, i % 2)).fold(0.0_f32, f32::max);
    let step = (maps.high - maps.low) / 255.0;
    let found = maps.low + f32::from(maps.values[3 * 36]) * step;
    assert!((found - pooled).abs() <= step, "{found} {pooled}");
    let unit = UnitRef { layer: 3, unit: 0 };
    let wrong = OpTraceQuery { image: image(), unit, op: OpKind::Pool };
    assert!(answer(&mut interpreter, wrong).unwrap_err().contains("layer 3"));
}

#[test]
fn an_explanation_has_all_methods_and_adds_up() {
    let mut interpreter = ready(1);
    let explain = |class, randomized| ExplanationQuery {
        image: image(),
        target: ExplainTarget { class, randomized },
    };
    let found = answer(&mut interpreter, explain(Some(2), false)).unwrap();
    assert_eq!(found.class, 2);
    assert!((found.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let methods: Vec<AttributionMethod> = found.attributions.iter().map(|a| a.method).collect();
    assert_eq!(methods, AttributionMethod::ALL);
    assert!(found.attributions.iter().all(|a| a.values.as_ref().unwrap().len() == 4096));
    let [sum, due] = found.completeness;
    assert!((sum - due).abs() <= 0.01 * due.abs(), "{sum} {due}");
    assert!(found.agreement.is_empty());

    let other = answer(&mut interpreter, explain(Some(2), true)).unwrap();
    assert!(other.randomized);
    // The trained weights are random as well, but different.
    let integrated = other.agreement[3].unwrap();
    assert!(integrated < 0.999, "{integrated}");
    let sentence = answer(&mut interpreter, explain(Some(99), false)).unwrap_err();
    assert!(sentence.contains("Choose another one"), "{sentence}");
}

#[test]
fn an_mlp_has_no_maps_for_grad_cam_and_says_so() {
    let mut interpreter = ready(0);
    let task = Task::Classify(Network::default_for(model::Architecture::Mlp));
    interpreter.handle(set_run(RUN, &task, None));
    interpreter.add_checkpoint(checkpoint(&task, CLASSES, IMAGE_SIDE, 0));
    interpreter.drain_responses();
    let target = ExplainTarget { class: None, randomized: false };
    let query = ExplanationQuery { image: image(), target };
    let found = answer(&mut interpreter, query).unwrap();
    let problem = found.attributions[0].values.clone().unwrap_err();
    assert!(problem.message.contains("needs feature maps"), "{}", problem.message);
    assert!(found.attributions[2].values.is_ok());
    let view = answer(&mut interpreter, activations()).unwrap();
    let filters = view.layers[1].filters.as_ref().unwrap();
    assert_eq!(filters.shape, [8, IMAGE_SIDE, IMAGE_SIDE]);
}

#[test]
fn each_kind_of_layer_answers_each_question() {
    let layers = [
        "conv4k5.same.stride2.separable.bn.relu.avgpool2",
        "res4k3.bn.leaky",
        "res6k3.stride2.relu.pool2.drop10",
        "conv5k3.same.gelu",
        "gap",
        "dense8.tanh",
    ];
    let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    let task = Task::Classify(Network { architecture: model::Architecture::ResNet, layers });
    let mut interpreter = ready(0);
    interpreter.handle(set_run(RUN, &task, None));
    interpreter.add_checkpoint(checkpoint(&task, CLASSES, IMAGE_SIDE, 0));
    interpreter.drain_responses();
    let model = Model::new(&task, CLASSES, [IMAGE_SIDE; 2]).unwrap();
    let units = [1, 4, 4, 6, 5, 5, 8, CLASSES];
    let sides = [64, 16, 16, 4, 4, 1, 1, 1];
    let probes = probes(&mut interpreter, 0);
    assert_eq!(probes.len(), units.len());
    // The weights of a unit: of the convolution that a separable one amounts to, of the first one of a
    // residual block, none of a mean.
    let weights = [[1, 5, 5], [4, 3, 3], [4, 3, 3], [6, 3, 3], [0; 3], [1, 1, 5], [1, 1, 8]];
    for layer in 1..units.len() {
        assert_eq!(
            model.shape(model.graph().layers()[layer].output),
            [units[layer], sides[layer], sides[layer]]
        );
        let facts = (0..units[layer]).map(|unit| {
            let unit = UnitRef { layer, unit };
            answer(&mut interpreter, UnitQuery { unit }).unwrap()
        });
        let facts: Vec<_> = facts.collect();
        for facts in &facts {
            assert_eq!(facts.weights.shape, weights[layer - 1], "layer {layer}");
            assert_eq!(facts.top.len(), 9);
            assert!(facts.top[0].region.rows.len() > 1, "layer {layer}");
        }
        let dead = facts.iter().filter(|facts| facts.dead).count();
        assert_eq!(probes[layer].dead, dead as f32 / units[layer] as f32, "layer {layer}");
        assert!(probes[layer].variance[0] > 0.0, "layer {layer}");
        // A unit that no dead one precedes can be maximized.
        let grows = (0..units[layer]).any(|unit| {
            let query = FeatureVisualizationQuery { unit: UnitRef { layer, unit } };
            let images = answers(&mut interpreter, at(0), query).unwrap();
            images.last().unwrap().value > images[0].value
        });
        assert!(grows, "layer {layer}");
    }
    let view = answer(&mut interpreter, activations()).unwrap();
    let shapes: Vec<_> = view.layers.iter().map(|layer| layer.maps.shape[0]).collect();
    assert_eq!(shapes, units);
    let target = ExplainTarget { class: None, randomized: false };
    let found = answer(&mut interpreter, ExplanationQuery { image: image(), target }).unwrap();
    for attribution in &found.attributions {
        assert_eq!(attribution.values.as_ref().unwrap().len(), IMAGE_SIDE * IMAGE_SIDE);
    }
    // The last layer with maps is the convolution before global average pooling.
    assert_eq!(model.cam_layer(), Some(4));
}

#[test]
fn mistakes_come_the_worst_first_and_have_neighbors() {
    let mut interpreter = ready(1);
    let found = answer(&mut interpreter, MistakesQuery {}).unwrap();
    assert_eq!(found.top.len(), 12);
    assert!(found.top.windows(2).all(|pair| pair[0].loss >= pair[1].loss));
    for mistake in &found.top {
        let (_, p) = mistake.truth.unwrap();
        assert!((mistake.loss + p.ln()).abs() < 1e-4, "{} {p}", mistake.loss);
        assert_eq!(mistake.cam.len(), 4096);
    }
    assert_eq!((found.surest.len(), found.least_sure.len()), (CLASSES, CLASSES));
    let labels = interpreter_dataset().test_targets;
    let count = found.misclassified.unwrap();
    assert_eq!(count.tests, labels.len());
    let is_wrong = |mistake: &&Mistake| mistake.truth.unwrap().0 != mistake.predicted.unwrap().0;
    let wrong_among_top = found.top.iter().filter(is_wrong).count();
    assert!(count.wrong >= wrong_among_top && count.wrong <= count.tests, "{count:?}");
    let (truth, predicted, most) = count.most_frequent.unwrap();
    assert!(truth != predicted && most > 0 && most <= count.wrong, "{count:?}");
    for (class, images) in found.least_sure.iter().enumerate() {
        assert!(images.iter().all(|(image, _)| usize::from(labels[*image]) == class));
        assert!(images.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    }
    let (image, near) = answer(&mut interpreter, NeighborsQuery { image: 5 }).unwrap();
    assert_eq!((image, near.len()), (5, 8));
    assert!(near.iter().all(|(image, _)| *image != 5));
    assert!(near.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    let sentence = answer(&mut interpreter, NeighborsQuery { image: 999 }).unwrap_err();
    assert!(sentence.contains("no such test image"), "{sentence}");
}

#[test]
fn a_map_by_tsne_comes_several_times() {
    let mut interpreter = ready(1);
    let maps = answers(&mut interpreter, at(0), EmbeddingQuery { layer: 3 }).unwrap();
    assert!(maps.len() > 10 && maps.windows(2).all(|pair| pair[0].step < pair[1].step));
    let last = maps.last().unwrap();
    assert_eq!((last.step, last.map.len()), (last.steps, interpreter_dataset().test_targets.len()));
}

#[test]
fn a_later_query_replaces_an_earlier_one_in_its_slot_and_comes_before_probes() {
    let mut interpreter = ready(1);
    send(&mut interpreter, slot(1), at(0), LayerProbesQuery {});
    interpreter.work();
    for revision in [1, 2] {
        send(&mut interpreter, QueryId { slot: 2, revision }, at(0), activations());
    }
    interpreter.work();
    match &interpreter.drain_responses()[..] {
        [InterpreterResponse::Answer { id, .. }] => {
            assert_eq!(*id, QueryId { slot: 2, revision: 2 });
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(finish(&mut interpreter).len(), 5);
}

/// Answers all queries, and returns their slots in the order of the answers.
fn slots_in_order(interpreter: &mut Interpreter) -> Vec<u32> {
    let mut order: Vec<u32> = finish(interpreter)
        .iter()
        .map(|response| match response {
            InterpreterResponse::Answer { id, .. } => id.slot,
            other => panic!("{other:?}"),
        })
        .collect();
    order.dedup();
    order
}

#[test]
fn a_quick_query_does_not_wait_for_a_slow_one_that_has_begun() {
    let mut interpreter = ready(2);
    let unit = UnitRef { layer: 1, unit: 0 };
    send(&mut interpreter, slot(1), at(0), MistakesQuery {});
    interpreter.work();
    send(&mut interpreter, slot(5), at(0), LayerProbesQuery {});
    send(&mut interpreter, slot(6), at(1), LayerProbesQuery {});
    send(&mut interpreter, slot(2), at(0), UnitQuery { unit });
    send(&mut interpreter, slot(3), at(0), activations());
    let trace = OpTraceQuery { image: image(), unit, op: OpKind::Convolution };
    send(&mut interpreter, slot(4), at(0), trace);
    let order = slots_in_order(&mut interpreter);
    // Of the queries for probes, the one asked last comes first.
    assert_eq!(order, [3, 4, 1, 2, 6, 5]);
}

#[test]
fn probes_that_have_begun_are_finished_before_those_of_later_epochs() {
    let mut interpreter = ready(4);
    for epoch in 0..4 {
        send(&mut interpreter, slot(epoch), at(epoch as usize), LayerProbesQuery {});
        interpreter.work();
        interpreter.work();
    }
    let order = slots_in_order(&mut interpreter);
    assert_eq!(order, [0, 3, 2, 1]);
}

#[test]
fn what_cannot_be_answered_is_a_sentence() {
    let mut interpreter = ready(1);
    let sentence = answers(&mut interpreter, at(3), activations()).unwrap_err();
    assert!(sentence.contains("epoch 3 is not kept"), "{sentence}");
    let stranger = NetworkRef { run: RunId(9), snapshot: Snapshot::Latest };
    let sentence = answers(&mut interpreter, stranger, activations()).unwrap_err();
    assert!(sentence.contains("not kept any more"), "{sentence}");
    let unit = UnitRef { layer: 1, unit: 4 };
    let sentence = answer(&mut interpreter, UnitQuery { unit }).unwrap_err();
    assert!(sentence.contains("no unit 5"), "{sentence}");
    let small = LabeledImage { pixels: vec![0; 9], targets: Vec::new() };
    let sentence = answer(&mut interpreter, ActivationsQuery { image: small }).unwrap_err();
    assert!(sentence.contains("9 pixels"), "{sentence}");
    // Weights of another network are reported as a problem, and the stored weights stay.
    let mut other = checkpoint(&task(), CLASSES, IMAGE_SIDE, 1);
    other.weights.truncate(40);
    interpreter.add_checkpoint(other);
    let [InterpreterResponse::Failed(problem)] = &interpreter.drain_responses()[..] else {
        panic!()
    };
    assert!(problem.message.contains("another network"), "{}", problem.message);
    assert!(answer(&mut interpreter, activations()).is_ok());
}

#[test]
fn checkpoints_that_come_before_their_run_are_kept_for_it() {
    let mut interpreter = ready(1);
    let next = RunId(2);
    let early = Checkpoint { run: next, ..checkpoint(&task(), CLASSES, IMAGE_SIDE, 0) };
    interpreter.add_checkpoint(early);
    assert!(interpreter.drain_responses().is_empty());
    interpreter.handle(set_run(next, &task(), Some(RUN)));
    let [InterpreterResponse::CheckpointStored { run, epochs, .. }] =
        &interpreter.drain_responses()[..]
    else {
        panic!()
    };
    assert_eq!((*run, &epochs[..]), (next, &[0][..]));
    // Both runs can be queried.
    for run in [RUN, next] {
        let network = NetworkRef { run, ..at(0) };
        assert!(answers(&mut interpreter, network, activations()).is_ok());
    }
}

#[test]
fn a_unets_examples_are_pixels_as_many_of_each_class() {
    let side = 16;
    let mut rng = Rng::new(4);
    let mut split = |count: usize| {
        // A bright square in dark noise.
        let (mut pixels, mut masks) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (top, left) = (rng.below(10) as usize, rng.below(10) as usize);
            for place in 0..side * side {
                let (row, column) = (place / side, place % side);
                let inside = (top..top + 5).contains(&row) && (left..left + 5).contains(&column);
                pixels.push(if inside { 180 } else { 40 } + rng.below(40) as u8);
                masks.push(u8::from(inside));
            }
        }
        (pixels, masks)
    };
    let (train, train_targets) = split(12);
    let (test, test_targets) = split(8);
    let size = [side; 2];
    let unet = UNet { depth: 1, width: 4, ..UNet::default() };
    let task = Task::Segment(Segmentation { unet, ..Segmentation::default() });
    let mut interpreter = Interpreter::default();
    let image = LabeledImage {
        pixels: test[..side * side].to_vec(),
        targets: test_targets[..side * side].to_vec(),
    };
    let dataset = InterpreterDataset {
        classes: 2,
        size,
        masks: true,
        train,
        train_targets,
        test,
        test_targets,
    };
    interpreter.handle(InterpreterRequest::SetDataset(dataset.clone()));
    let [InterpreterResponse::MapPoints(points)] = &interpreter.drain_responses()[..] else {
        panic!()
    };
    let mut counts = BTreeMap::<u8, usize>::new();
    for point in points {
        let [row, column] = point.pixel.unwrap();
        let place = (point.image * side + row) * side + column;
        assert_eq!(dataset.test_targets[place], point.class);
        *counts.entry(point.class).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([(0, 120), (1, 120)]));

    interpreter.handle(InterpreterRequest::SetRun {
        run: RUN,
        task: task.clone(),
        classes: 2,
        size,
        keep: None,
    });
    interpreter.add_checkpoint(checkpoint(&task, 2, side, 0));
    interpreter.drain_responses();
    let probes = probes(&mut interpreter, 0);
    assert_eq!(probes.len(), 5);
    // The class of a pixel is determined by its brightness, so the image itself separates the
    // classes.
    assert!(probes[0].accuracy > 0.95, "{}", probes[0].accuracy);
    let target = ExplainTarget { class: Some(1), randomized: false };
    let query = ExplanationQuery { image: image.clone(), target };
    let found = answer(&mut interpreter, query).unwrap();
    assert!(found.attributions.iter().all(|a| a.values.as_ref().unwrap().len() == side * side));
    let mistakes = answer(&mut interpreter, MistakesQuery {}).unwrap();
    assert_eq!((mistakes.top.len(), mistakes.top[0].mask.len()), (8, side * side));
    assert_eq!(mistakes.misclassified, None);
    let unit = UnitRef { layer: 3, unit: 1 };
    let query = OpTraceQuery { image: image.clone(), unit, op: OpKind::Upsampling };
    let trace = answer(&mut interpreter, query).unwrap();
    assert!(matches!(trace.operation, TracedOp::Transposed { kernel: 2, .. }));
    assert_eq!(trace.shape, [8, 8, 8]);

    // The maps for the diagram of the U-Net: those of every block, and the probabilities of the
    // classes.
    let maps = answer(&mut interpreter, FeatureMapsQuery { pixels: image.pixels.clone() }).unwrap();
    let shapes: Vec<_> = maps.iter().map(|maps| maps.shape).collect();
    assert_eq!(shapes, [[4, 16, 16], [8, 8, 8], [4, 16, 16], [2, 16, 16]]);
    let head = &maps[3];
    assert!(head.low >= 0.0 && head.high <= 1.0, "{} {}", head.low, head.high);
    let query = ActivationsQuery { image };
    let activations = answer(&mut interpreter, query).unwrap();
    assert_eq!(maps[0], activations.layers[1].maps);
}
