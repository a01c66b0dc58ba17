//! The interpreter as the page knows it: questions and weights go in, answers come out.

use std::collections::BTreeMap;

use data::phantom;
use data::rng::Rng;
use interpret::Interpreter;
use interpret::network::Model;
use model::OpKind;
use model::{IMAGE_SIDE, Network, Segmentation, Split, Task, UNet};
use protocol::RunId;
use protocol::interpret::{
    Answer, AttributionMethod, Checkpoint, ExplainTarget, Histogram, InterpreterDataset,
    LabeledImage, LayerProbe, NetworkRef, Query, QueryHeader, Side, Snapshot, TracedOp, UnitRef,
};

const RUN: RunId = RunId(1);
const CLASSES: usize = phantom::CLASSES.len();

fn task() -> Task {
    let layers = ["conv4k5.relu.pool4", "conv6k3.relu.pool2", "dense12.relu"];
    let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
    Task::Classify(Network { architecture: model::Architecture::Cnn, layers })
}

fn images(each: usize, split: Split) -> (Vec<u8>, Vec<u8>) {
    // So much noise that no layer says it all.
    let spec = phantom::Spec { noise: 60, rotation: 90 };
    let all = (0..each).flat_map(|index| (0..CLASSES).map(move |class| (index, class)));
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (index, class) in all {
        pixels.extend(phantom::draw(spec, 1, class, index, split));
        labels.push(class as u8);
    }
    (pixels, labels)
}

fn exhibits() -> InterpreterDataset {
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

/// Random weights of a network, as PyTorch would begin with.
fn checkpoint(task: &Task, classes: usize, side: usize, epoch: usize) -> Checkpoint {
    let model = Model::new(task, classes, [side; 2]).unwrap();
    let mut rng = Rng::new(epoch as u64 + 1);
    let mut weights = vec![1.0_f32; model.graph.parameters()];
    for place in 1..model.graph.nodes().len() {
        let (Some(first), (count, outputs)) =
            (model.graph.first_weight(place), model.graph.weight_counts(place))
        else {
            continue;
        };
        // Batch norm, which has no biases of its own, stays at ones.
        if outputs > 0 {
            let bound = 1.0 / (count as f64 / outputs as f64).sqrt();
            weights[first..first + count + outputs]
                .fill_with(|| rng.uniform_in(-bound, bound) as f32);
        }
    }
    let weights = weights.iter().flat_map(|value| value.to_le_bytes()).collect();
    Checkpoint { run: RUN, epoch, step: 10 * epoch, keep: true, weights }
}

fn at(epoch: usize) -> NetworkRef {
    NetworkRef { run: RUN, snapshot: Snapshot::Epoch(epoch) }
}

fn question(epoch: usize) -> QueryHeader {
    QueryHeader { request: 7, side: Side::Primary, network: at(epoch) }
}

/// An interpreter that knows the images and the networks of some epochs.
fn ready(epochs: usize) -> Interpreter {
    let mut interpreter = Interpreter::default();
    let size = [IMAGE_SIDE; 2];
    interpreter.ask(Query::SetDataset(exhibits()));
    interpreter.ask(Query::SetRun { run: RUN, task: task(), classes: CLASSES, size, keep: None });
    for epoch in 0..epochs {
        interpreter.add_checkpoint(checkpoint(&task(), CLASSES, IMAGE_SIDE, epoch));
    }
    interpreter.drain_answers();
    interpreter
}

fn finish(interpreter: &mut Interpreter) -> Vec<Answer> {
    while interpreter.has_work() {
        interpreter.work();
    }
    interpreter.drain_answers()
}

fn answer(interpreter: &mut Interpreter, ask: Query) -> Answer {
    interpreter.ask(ask);
    finish(interpreter).pop().expect("an answer")
}

fn refused(told: Answer) -> String {
    match told {
        Answer::QueryFailed(question, problem) => {
            assert_eq!(question.request, 7);
            problem.message
        }
        other => panic!("{other:?}"),
    }
}

fn exhibit() -> LabeledImage {
    let (pixels, labels) = images(1, Split::Test);
    LabeledImage { pixels: pixels[..IMAGE_SIDE * IMAGE_SIDE].to_vec(), targets: vec![labels[0]] }
}

fn rungs(told: &[Answer]) -> Vec<(NetworkRef, LayerProbe)> {
    let rung = |told: &Answer| match told {
        Answer::LayerProbe(at, rung) => Some((*at, rung.clone())),
        _ => None,
    };
    told.iter().filter_map(rung).collect()
}

#[test]
fn a_random_networks_ladder_is_told_rung_by_rung_and_is_not_flat() {
    let mut interpreter = ready(2);
    interpreter.ask(Query::LayerProbes(at(0)));
    let told = finish(&mut interpreter);
    let ladder = rungs(&told);
    let layers: Vec<usize> = ladder.iter().map(|(_, rung)| rung.layer).collect();
    assert_eq!(layers, [0, 1, 2, 3, 4]);
    let chance = 1.0 / CLASSES as f64;
    let tests = exhibits().test_targets.len();
    for (of, rung) in &ladder {
        assert_eq!((*of, rung.map.len()), (at(0), tests));
        assert!(rung.accuracy > chance + 0.1, "layer {}: {}", rung.layer, rung.accuracy);
        assert!(rung.variance[0] >= rung.variance[1] && rung.variance[1] > 0.0);
    }
    assert_ne!(ladder[0].1.accuracy, ladder[2].1.accuracy);
    // What is known is told at once, and the image's own rung is the same at every epoch.
    interpreter.ask(Query::LayerProbes(at(0)));
    assert_eq!(rungs(&interpreter.drain_answers()), ladder);
    assert!(!interpreter.has_work());
    interpreter.ask(Query::LayerProbes(at(1)));
    let next = rungs(&finish(&mut interpreter));
    assert_eq!(next[0].1, ladder[0].1);
    assert_ne!(next[1].1, ladder[1].1);
}

#[test]
fn test_images_never_enter_a_probe() {
    let accuracy = |change: fn(&mut InterpreterDataset)| {
        let mut all = exhibits();
        change(&mut all);
        let mut interpreter = ready(1);
        interpreter.ask(Query::SetDataset(all));
        interpreter.ask(Query::LayerProbes(at(0)));
        rungs(&finish(&mut interpreter)).into_iter().map(|(_, rung)| rung).collect::<Vec<_>>()
    };
    // The first half of the test set is judged alike, whatever the second half is.
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
    let accuracies = |rungs: &[LayerProbe]| rungs.iter().map(|r| r.accuracy).collect::<Vec<_>>();
    assert_eq!(accuracies(&half), accuracies(&doubled));
}

#[test]
fn a_unit_shows_what_excites_it_and_an_image_that_does_so_more() {
    let mut interpreter = ready(1);
    let unit_ref = UnitRef { layer: 1, unit: 2 };
    let Answer::Unit(_, unit) = answer(&mut interpreter, Query::Unit(question(0), unit_ref)) else {
        panic!()
    };
    assert_eq!((unit.unit_ref, unit.weights.shape), (unit_ref, [1, 5, 5]));
    assert_eq!(unit.top.len(), 9);
    assert!(unit.top.windows(2).all(|pair| pair[0].value >= pair[1].value));
    // 5 × 5 convolution, then pooling over 4 × 4.
    let region = &unit.top[0].region;
    assert_eq!((region.rows.len(), region.columns.len()), (8, 8));
    let values = exhibits().test_targets.len() as u32 * 15 * 15;
    assert_eq!(unit.histogram.counts.iter().sum::<u32>(), values);
    assert_eq!(unit.histogram.high, unit.top[0].value);

    interpreter.ask(Query::FeatureVisualization(question(0), unit_ref));
    let dreams: Vec<_> = finish(&mut interpreter)
        .into_iter()
        .map(|told| match told {
            Answer::FeatureVisualization(_, dream) => dream,
            other => panic!("{other:?}"),
        })
        .collect();
    let (first, last) = (&dreams[0], dreams.last().unwrap());
    assert_eq!((last.step, last.pixels.len()), (last.steps, IMAGE_SIDE * IMAGE_SIDE));
    assert!(last.value > first.value, "{} {}", first.value, last.value);
}

/// With that unit's weights scaled and its bias replaced.
fn with_unit(
    mut checkpoint: Checkpoint,
    layer: usize,
    unit: usize,
    scale: f32,
    bias: f32,
) -> Checkpoint {
    let model = Model::new(&task(), CLASSES, [IMAGE_SIDE; 2]).unwrap();
    let product = model.layer_nodes[layer].linear_op.unwrap();
    let (first, (count, outputs)) =
        (model.graph.first_weight(product).unwrap(), model.graph.weight_counts(product));
    let is_dense = model.graph.shape(product)[1] == 1;
    let weights = (0..count).filter(|place| match is_dense {
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
    // In either layer a unit that is silent, one that is constant but for rounding, and one that
    // hardly varies, but does.
    let mut checkpoint = checkpoint(&task(), CLASSES, IMAGE_SIDE, 0);
    for layer in [2, 3] {
        for (unit, scale, bias) in [(0, 1.0, -1e3), (2, 1e-6, 1.0), (4, 1e-3, 1.0)] {
            checkpoint = with_unit(checkpoint, layer, unit, scale, bias);
        }
    }
    interpreter.add_checkpoint(checkpoint);
    interpreter.drain_answers();
    interpreter.ask(Query::LayerProbes(at(0)));
    let ladder = rungs(&finish(&mut interpreter));
    for layer in [1, 2, 3, 4] {
        let units = [0, 4, 6, 12, CLASSES][layer];
        let facts = (0..units).map(|unit| {
            let unit_ref = UnitRef { layer, unit };
            match answer(&mut interpreter, Query::Unit(question(0), unit_ref)) {
                Answer::Unit(_, facts) => facts,
                other => panic!("{other:?}"),
            }
        });
        let facts: Vec<_> = facts.collect();
        let dead = facts.iter().filter(|facts| facts.dead).count();
        let row = ladder[layer].1.dead;
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
fn a_network_that_does_not_fit_the_images_has_no_ladder_and_says_so() {
    let mut interpreter = ready(1);
    let mut others = exhibits();
    others.classes += 1;
    interpreter.ask(Query::SetDataset(others));
    interpreter.drain_answers();
    interpreter.ask(Query::LayerProbes(at(0)));
    let [Answer::LayerProbesFailed(of, problem)] = &finish(&mut interpreter)[..] else { panic!() };
    assert_eq!(*of, at(0));
    let sentence = refused(answer(&mut interpreter, Query::Mistakes(question(0))));
    assert_eq!(sentence, problem.message);
    assert!(sentence.contains("Press Reset"), "{sentence}");
}

#[test]
fn the_arithmetic_behind_a_map_adds_up_to_it() {
    let mut interpreter = ready(1);
    let unit_ref = UnitRef { layer: 2, unit: 3 };
    let ask = Query::OpTrace(question(0), exhibit(), unit_ref, OpKind::Convolution);
    let Answer::OpTrace(_, close) = answer(&mut interpreter, ask) else { panic!() };
    assert_eq!((close.unit_ref, close.shape), (unit_ref, [4, 15, 15]));
    let TracedOp::Convolution { kernel, padding, weights, bias } = close.operation else {
        panic!()
    };
    assert_eq!((kernel, padding, weights.len()), (3, 0, 36));
    // By the definition, at one pixel; pooling and ReLU of the layer follow.
    let sum = |row: usize, column: usize| {
        let mut sum = bias;
        for channel in 0..4 {
            for (y, x) in (0..3).flat_map(|y| (0..3).map(move |x| (y, x))) {
                let input = close.input[(channel * 15 + row + y) * 15 + column + x];
                sum += input * weights[(channel * 3 + y) * 3 + x];
            }
        }
        sum
    };
    let Answer::Activations(_, view) =
        answer(&mut interpreter, Query::Activations(question(0), exhibit()))
    else {
        panic!()
    };
    let maps = &view.layers[2].maps;
    let pooled = (0..4).map(|i| sum(i / 2, i % 2)).fold(0.0_f32, f32::max);
    let step = (maps.high - maps.low) / 255.0;
    let found = maps.low + f32::from(maps.values[3 * 36]) * step;
    assert!((found - pooled).abs() <= step, "{found} {pooled}");
    let wrong = Query::OpTrace(question(0), exhibit(), UnitRef { layer: 3, unit: 0 }, OpKind::Pool);
    assert!(refused(answer(&mut interpreter, wrong)).contains("layer 3"));
}

#[test]
fn an_explanation_has_all_methods_and_adds_up() {
    let mut interpreter = ready(1);
    let ask = |class, randomized| {
        Query::Explain(question(0), exhibit(), ExplainTarget { class, randomized })
    };
    let Answer::Explanation(_, found) = answer(&mut interpreter, ask(Some(2), false)) else {
        panic!()
    };
    assert_eq!(found.class, 2);
    assert!((found.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let methods: Vec<AttributionMethod> = found.attributions.iter().map(|a| a.method).collect();
    assert_eq!(methods, AttributionMethod::ALL);
    assert!(found.attributions.iter().all(|a| a.values.as_ref().unwrap().len() == 4096));
    let [sum, due] = found.completeness;
    assert!((sum - due).abs() <= 0.01 * due.abs(), "{sum} {due}");
    assert!(found.agreement.is_empty());

    let Answer::Explanation(_, other) = answer(&mut interpreter, ask(Some(2), true)) else {
        panic!()
    };
    assert!(other.randomized);
    // The trained weights were random as well, but others.
    let integrated = other.agreement[3].unwrap();
    assert!(integrated < 0.999, "{integrated}");
    let sentence = refused(answer(&mut interpreter, ask(Some(99), false)));
    assert!(sentence.contains("Choose another one"), "{sentence}");
}

#[test]
fn an_mlp_has_no_maps_for_grad_cam_and_says_so() {
    let mut interpreter = ready(0);
    let task = Task::Classify(Network::default_for(model::Architecture::Mlp));
    let (size, classes) = ([IMAGE_SIDE; 2], CLASSES);
    interpreter.ask(Query::SetRun { run: RUN, task: task.clone(), classes, size, keep: None });
    interpreter.add_checkpoint(checkpoint(&task, CLASSES, IMAGE_SIDE, 0));
    let reason = ExplainTarget { class: None, randomized: false };
    interpreter.drain_answers();
    let told = answer(&mut interpreter, Query::Explain(question(0), exhibit(), reason));
    let Answer::Explanation(_, found) = told else { panic!("{told:?}") };
    let problem = found.attributions[0].values.clone().unwrap_err();
    assert!(problem.message.contains("needs feature maps"), "{}", problem.message);
    assert!(found.attributions[2].values.is_ok());
    let Answer::Activations(_, view) =
        answer(&mut interpreter, Query::Activations(question(0), exhibit()))
    else {
        panic!()
    };
    let filters = view.layers[1].filters.as_ref().unwrap();
    assert_eq!(filters.shape, [8, IMAGE_SIDE, IMAGE_SIDE]);
}

#[test]
fn mistakes_come_the_worst_first_and_have_neighbours() {
    let mut interpreter = ready(1);
    let Answer::Mistakes(_, found) = answer(&mut interpreter, Query::Mistakes(question(0))) else {
        panic!()
    };
    assert_eq!(found.top.len(), 12);
    assert!(found.top.windows(2).all(|pair| pair[0].loss >= pair[1].loss));
    for mistake in &found.top {
        let (_, p) = mistake.truth.unwrap();
        assert!((mistake.loss + p.ln()).abs() < 1e-4, "{} {p}", mistake.loss);
        assert_eq!(mistake.cam.len(), 4096);
    }
    assert_eq!((found.surest.len(), found.least_sure.len()), (CLASSES, CLASSES));
    let labels = exhibits().test_targets;
    for (class, images) in found.least_sure.iter().enumerate() {
        assert!(images.iter().all(|(image, _)| usize::from(labels[*image]) == class));
        assert!(images.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    }
    let Answer::Neighbors(_, near) = answer(&mut interpreter, Query::Neighbors(question(0), 5))
    else {
        panic!()
    };
    assert_eq!(near.len(), 8);
    assert!(near.iter().all(|(image, _)| *image != 5));
    assert!(near.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    let sentence = refused(answer(&mut interpreter, Query::Neighbors(question(0), 999)));
    assert!(sentence.contains("no such test image"), "{sentence}");
}

#[test]
fn a_map_by_tsne_comes_in_portions() {
    let mut interpreter = ready(1);
    interpreter.ask(Query::Embedding(question(0), 3));
    let told = finish(&mut interpreter);
    let steps: Vec<usize> = told
        .iter()
        .map(|told| match told {
            Answer::Embedding(_, map) => map.step,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(steps.len() > 10 && steps.windows(2).all(|pair| pair[0] < pair[1]));
    let Some(Answer::Embedding(_, map)) = told.last() else { panic!() };
    assert_eq!((map.step, map.map.len()), (map.steps, exhibits().test_targets.len()));
}

#[test]
fn a_later_question_takes_the_place_of_an_earlier_one_and_comes_before_ladders() {
    let mut interpreter = ready(1);
    interpreter.ask(Query::LayerProbes(at(0)));
    interpreter.work();
    for request in [1, 2] {
        let question = QueryHeader { request, ..question(0) };
        interpreter.ask(Query::Activations(question, exhibit()));
    }
    interpreter.work();
    match &interpreter.drain_answers()[..] {
        [Answer::Activations(question, _)] => assert_eq!(question.request, 2),
        other => panic!("{other:?}"),
    }
    assert_eq!(rungs(&finish(&mut interpreter)).len(), 5);
}

#[test]
fn a_quick_question_does_not_wait_for_a_slow_one_that_has_begun() {
    let mut interpreter = ready(1);
    let of = |request| QueryHeader { request, ..question(0) };
    let unit_ref = UnitRef { layer: 1, unit: 0 };
    interpreter.ask(Query::Mistakes(of(1)));
    interpreter.work();
    interpreter.ask(Query::Unit(of(2), unit_ref));
    interpreter.ask(Query::Activations(of(3), exhibit()));
    interpreter.ask(Query::OpTrace(of(4), exhibit(), unit_ref, OpKind::Convolution));
    let order: Vec<u32> = finish(&mut interpreter)
        .iter()
        .map(|told| match told {
            Answer::Activations(q, _) | Answer::OpTrace(q, _) | Answer::Unit(q, _) => q.request,
            Answer::Mistakes(q, _) => q.request,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(order, [3, 4, 1, 2]);
}

#[test]
fn what_cannot_be_answered_is_a_sentence() {
    let mut interpreter = ready(1);
    let layers = |question| Query::Activations(question, exhibit());
    let sentence = refused(answer(&mut interpreter, layers(question(3))));
    assert!(sentence.contains("epoch 3 is not kept"), "{sentence}");
    let stranger = NetworkRef { run: RunId(9), snapshot: Snapshot::Latest };
    let sentence =
        refused(answer(&mut interpreter, layers(QueryHeader { network: stranger, ..question(0) })));
    assert!(sentence.contains("not kept any more"), "{sentence}");
    let unit_ref = UnitRef { layer: 1, unit: 4 };
    let sentence = refused(answer(&mut interpreter, Query::Unit(question(0), unit_ref)));
    assert!(sentence.contains("no unit 5"), "{sentence}");
    let small = LabeledImage { pixels: vec![0; 9], targets: Vec::new() };
    let sentence = refused(answer(&mut interpreter, Query::Activations(question(0), small)));
    assert!(sentence.contains("9 pixels"), "{sentence}");
    // Weights of another network are told, and what was there stays.
    let mut other = checkpoint(&task(), CLASSES, IMAGE_SIDE, 1);
    other.weights.truncate(40);
    interpreter.add_checkpoint(other);
    let [Answer::InterpreterFailed(problem)] = &interpreter.drain_answers()[..] else { panic!() };
    assert!(problem.message.contains("another network"), "{}", problem.message);
    assert!(matches!(answer(&mut interpreter, layers(question(0))), Answer::Activations(..)));
}

#[test]
fn weights_that_come_before_their_run_are_kept_for_it() {
    let mut interpreter = ready(1);
    let next = RunId(2);
    interpreter
        .add_checkpoint(Checkpoint { run: next, ..checkpoint(&task(), CLASSES, IMAGE_SIDE, 0) });
    assert!(interpreter.drain_answers().is_empty());
    let size = [IMAGE_SIDE; 2];
    let keep = Some(RUN);
    interpreter.ask(Query::SetRun { run: next, task: task(), classes: CLASSES, size, keep });
    let [Answer::CheckpointStored { run, epochs, .. }] = &interpreter.drain_answers()[..] else {
        panic!()
    };
    assert_eq!((*run, &epochs[..]), (next, &[0][..]));
    // Both can be asked about.
    let of = |run| QueryHeader { network: NetworkRef { run, ..at(0) }, ..question(0) };
    for run in [RUN, next] {
        let told = answer(&mut interpreter, Query::Activations(of(run), exhibit()));
        assert!(matches!(told, Answer::Activations(..)), "{told:?}");
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
    let exhibit = LabeledImage {
        pixels: test[..side * side].to_vec(),
        targets: test_targets[..side * side].to_vec(),
    };
    let exhibits = InterpreterDataset {
        classes: 2,
        size,
        masks: true,
        train,
        train_targets,
        test,
        test_targets,
    };
    interpreter.ask(Query::SetDataset(exhibits.clone()));
    let [Answer::MapPoints(points)] = &interpreter.drain_answers()[..] else { panic!() };
    let mut counts = BTreeMap::<u8, usize>::new();
    for point in points {
        let [row, column] = point.pixel.unwrap();
        let place = (point.image * side + row) * side + column;
        assert_eq!(exhibits.test_targets[place], point.class);
        *counts.entry(point.class).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([(0, 120), (1, 120)]));

    interpreter.ask(Query::SetRun { run: RUN, task: task.clone(), classes: 2, size, keep: None });
    interpreter.add_checkpoint(checkpoint(&task, 2, side, 0));
    interpreter.ask(Query::LayerProbes(at(0)));
    let ladder = rungs(&finish(&mut interpreter));
    assert_eq!(ladder.len(), 5);
    // Bright is inside: the image itself says so.
    assert!(ladder[0].1.accuracy > 0.95, "{}", ladder[0].1.accuracy);
    let reason = ExplainTarget { class: Some(1), randomized: false };
    let told = answer(&mut interpreter, Query::Explain(question(0), exhibit.clone(), reason));
    let Answer::Explanation(_, found) = told else { panic!("{told:?}") };
    assert!(found.attributions.iter().all(|a| a.values.as_ref().unwrap().len() == side * side));
    let Answer::Mistakes(_, mistakes) = answer(&mut interpreter, Query::Mistakes(question(0)))
    else {
        panic!()
    };
    assert_eq!((mistakes.top.len(), mistakes.top[0].mask.len()), (8, side * side));
    let up =
        Query::OpTrace(question(0), exhibit, UnitRef { layer: 3, unit: 1 }, OpKind::Upsampling);
    let Answer::OpTrace(_, close) = answer(&mut interpreter, up) else { panic!() };
    assert!(matches!(close.operation, TracedOp::Transposed { kernel: 2, .. }));
    assert_eq!(close.shape, [8, 8, 8]);
}
