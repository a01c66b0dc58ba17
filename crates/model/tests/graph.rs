//! Tests of the graphs of networks: names, shapes and order of parameters, initial values, errors,
//! costs.

use std::collections::BTreeSet;

use model::graph::{Graph, GraphError, InitialValue, Op, ParameterKind};
use model::{
    Architecture, ConvPosition, DataShape, FeatureShape, Layer, LayerField, LayerKind, Network,
    NetworkError, PixelRect, Segmentation, ShapeError, Task, UNet, UNetError, Upsampling,
};

const SHAPE: DataShape = DataShape { classes: 6, size: [64, 64] };

fn cnn(layers: &[&str]) -> Task {
    let layers = layers.iter().map(|layer| layer.parse::<Layer>().unwrap()).collect();
    Task::Classify(Network { architecture: Architecture::Cnn, layers })
}

fn unet(unet: UNet) -> Task {
    Task::Segment(Segmentation { unet, ..Segmentation::default() })
}

fn graph(task: &Task) -> Graph {
    Graph::of(task, SHAPE).unwrap()
}

/// Returns name and shape of each parameter, in the order of a checkpoint: “conv1.weight 10×1×5×5”.
fn layout(graph: &Graph) -> Vec<String> {
    let mut end = 0;
    let each = graph.parameters().iter().map(|parameter| {
        assert_eq!(parameter.values.start, end, "{}: no gap", parameter.name);
        end = parameter.values.end;
        assert_eq!(parameter.values.len(), parameter.shape.iter().product::<usize>());
        let shape: Vec<_> = parameter.shape.iter().map(usize::to_string).collect();
        format!("{} {}", parameter.name, shape.join("×"))
    });
    let each = each.collect();
    assert_eq!(end, graph.checkpoint_len());
    each
}

#[test]
fn an_mlp_has_the_parameters_of_its_checkpoint() {
    let graph = graph(&Task::Classify(Network::default_for(Architecture::Mlp)));
    assert_eq!(layout(&graph), ["fc1.weight 8×4096", "fc1.bias 8", "fc2.weight 6×8", "fc2.bias 6"]);
    let [weight, bias, ..] = graph.parameters() else { panic!() };
    assert_eq!((weight.stored_shape(), bias.stored_shape()), (vec![4096, 8], vec![8]));
    assert_eq!(weight.initial, InitialValue::Uniform { fan_in: 4096, stream: 0 });
    assert_eq!(bias.initial, weight.initial);
    assert_eq!((graph.learned(), graph.checkpoint_len()), (32_830, 32_830));
}

#[test]
fn a_cnn_has_the_parameters_of_its_checkpoint() {
    let graph = graph(&Task::Classify(Network::default_for(Architecture::Cnn)));
    assert_eq!(
        layout(&graph),
        [
            "conv1.weight 10×1×5×5",
            "conv1.bias 10",
            "conv2.weight 20×10×5×5",
            "conv2.bias 20",
            "fc1.weight 320×3380",
            "fc1.bias 320",
            "fc2.weight 50×320",
            "fc2.bias 50",
            "fc3.weight 6×50",
            "fc3.bias 6",
        ]
    );
    assert_eq!(graph.learned(), 1_103_556);
    let transposed: Vec<_> =
        graph.parameters().iter().filter(|p| p.is_transposed).map(|p| p.name.as_str()).collect();
    assert_eq!(transposed, ["fc1.weight", "fc2.weight", "fc3.weight"]);
}

#[test]
fn batch_norm_follows_the_biases_of_its_layer() {
    let graph = graph(&cnn(&["conv4k3.bn.gelu", "conv5k3.pool2", "dense7.bn.relu.drop20"]));
    assert_eq!(
        layout(&graph),
        [
            "conv1.weight 4×1×3×3",
            "conv1.bias 4",
            "bn1.weight 4",
            "bn1.bias 4",
            "bn1.running_mean 4",
            "bn1.running_var 4",
            "conv2.weight 5×4×3×3",
            "conv2.bias 5",
            "fc1.weight 7×4500",
            "fc1.bias 7",
            "bn2.weight 7",
            "bn2.bias 7",
            "bn2.running_mean 7",
            "bn2.running_var 7",
            "fc2.weight 6×7",
            "fc2.bias 6",
        ]
    );
    assert_eq!(graph.checkpoint_len() - graph.learned(), 2 * 4 + 2 * 7);
    let initial: Vec<_> = graph.parameters()[2..6].iter().map(|p| p.initial).collect();
    assert_eq!(initial, [1, 0, 0, 1].map(InitialValue::Constant));
    // The layers of the page: values of a layer are those of its nodes.
    let [image, first, .., output] = graph.layers() else { panic!() };
    assert_eq!(graph.values_of(image), 0..0);
    assert_eq!(graph.values_of(first), 0..4 * 9 + 4 + 16);
    assert_eq!(graph.values_of(output).end, graph.checkpoint_len());
    assert_eq!(graph.learned_of(first), 4 * 9 + 4 + 8);
    // Dropout comes after the output of its layer.
    let dense = &graph.layers()[3];
    assert_eq!(graph.nodes()[dense.output].op, Op::Activation(model::Activation::Relu));
    assert_eq!(graph.nodes()[dense.output + 1].op, Op::Dropout { percent: 20 });
    assert!(dense.nodes.contains(&(dense.output + 1)));
}

#[test]
fn a_separable_convolution_is_a_depthwise_and_a_pointwise_one() {
    let graph =
        graph(&cnn(&["conv3k5.relu", "conv8k3.same.stride2.separable.bn.relu.pool2", "gap"]));
    assert_eq!(
        layout(&graph)[2..],
        [
            "conv2.depthwise.weight 3×1×3×3",
            "conv2.depthwise.bias 3",
            "conv2.pointwise.weight 8×3×1×1",
            "conv2.pointwise.bias 8",
            "bn1.weight 8",
            "bn1.bias 8",
            "bn1.running_mean 8",
            "bn1.running_var 8",
            "fc1.weight 6×8",
            "fc1.bias 6",
        ]
    );
    let initial = |name: &str| graph.parameters().iter().find(|p| p.name == name).unwrap().initial;
    let uniform = |fan_in, stream| InitialValue::Uniform { fan_in, stream };
    assert_eq!(initial("conv2.depthwise.weight"), uniform(9, 1));
    assert_eq!(initial("conv2.depthwise.bias"), uniform(9, 1));
    // The second module of a layer has a stream that no other layer has.
    assert_eq!(initial("conv2.pointwise.weight"), uniform(3, 1 << 32 | 1));
    assert_eq!(initial("fc1.weight"), uniform(8, 3));
    let layers = graph.layers();
    let kinds = [LayerKind::Conv(1), LayerKind::Conv(2), LayerKind::GlobalAveragePool(3)];
    assert_eq!([1, 2, 3].map(|layer| layers[layer].kind), kinds);
    assert_eq!(layers[3].kind.name(), "Global average pooling 3");
    assert_eq!(
        [1, 2, 3].map(|layer| graph.shape(layers[layer].output)),
        [[3, 60, 60], [8, 15, 15], [8, 1, 1]]
    );
    // The weights of a unit are those of the 1×1 convolution.
    assert_eq!(graph.nodes()[layers[2].linear_op.unwrap()].name, "conv2.pointwise");
    assert_eq!((layers[3].linear_op, layers[3].activation, layers[3].pool), (None, None, None));
    // A mean depends on the whole of its map, here on rows of the image up to the last but two.
    let one = PixelRect { rows: 0..1, columns: 0..1 };
    assert_eq!(
        graph.receptive_field(graph.head(), one)[0],
        Some(PixelRect { rows: 0..64, columns: 0..64 })
    );
    let products = [3 * 3600 * 25, 3 * 900 * 9, 8 * 900 * 3, 8 * 900, 8 * 6];
    assert_eq!(graph.cost().multiply_adds, products.iter().sum::<u64>());
}

#[test]
fn a_residual_block_adds_its_input() {
    let graph = graph(&cnn(&[
        "conv4k3.same.relu",
        "res4k3.relu",
        "res6k5.stride2.bn.tanh.pool2.drop5",
        "gap",
    ]));
    let norm = |name: &str, channels: usize| {
        ["weight", "bias", "running_mean", "running_var"]
            .map(|part| format!("{name}.{part} {channels}"))
    };
    let mut expected: Vec<String> = [
        "res1.conv1.weight 4×4×3×3",
        "res1.conv1.bias 4",
        "res1.conv2.weight 4×4×3×3",
        "res1.conv2.bias 4",
        "res2.conv1.weight 6×4×5×5",
        "res2.conv1.bias 6",
    ]
    .map(str::to_owned)
    .to_vec();
    expected.extend(norm("res2.bn1", 6));
    expected.extend(["res2.conv2.weight 6×6×5×5", "res2.conv2.bias 6"].map(str::to_owned));
    expected.extend(norm("res2.bn2", 6));
    expected.extend(["res2.shortcut.weight 6×4×1×1", "res2.shortcut.bias 6"].map(str::to_owned));
    expected.extend(norm("res2.shortcut_bn", 6));
    assert_eq!(layout(&graph)[2..][..expected.len()], expected);
    let uniform =
        |name: &str| match graph.parameters().iter().find(|p| p.name == name).unwrap().initial {
            InitialValue::Uniform { fan_in, stream } => (fan_in, stream),
            InitialValue::Constant(_) => panic!("{name}"),
        };
    assert_eq!(uniform("res1.conv1.weight"), (36, 1));
    assert_eq!(uniform("res2.conv1.weight"), (100, 2));
    assert_eq!(uniform("res2.conv2.weight"), (150, 1 << 32 | 2));
    assert_eq!(uniform("res2.shortcut.weight"), (4, 2 << 32 | 2));

    let kinds: Vec<_> = graph.layers().iter().map(|layer| layer.kind.name()).collect();
    assert_eq!(kinds[2..5], ["Residual block 2", "Residual block 3", "Global average pooling 4"]);
    let [_, conv, first, second, ..] = graph.layers() else { panic!() };
    assert_eq!([first, second].map(|layer| graph.shape(layer.output)), [[4, 64, 64], [6, 16, 16]]);
    let name = |node: Option<usize>| graph.nodes()[node.unwrap()].name.as_str();
    assert_eq!([first, second].map(|layer| name(layer.linear_op)), ["res1.conv1", "res2.conv1"]);
    // Identity: the sum takes the output of the layer before.
    let sum = |place: usize| (graph.nodes()[place].op, graph.nodes()[place].inputs.clone());
    let of_first = first.activation.unwrap() - 1;
    assert_eq!(sum(of_first), (Op::Add, vec![of_first - 1, conv.output]));
    // Projection: it takes the batch norm of the shortcut.
    let of_second = second.activation.unwrap() - 1;
    assert_eq!(sum(of_second), (Op::Add, vec![of_second - 3, of_second - 1]));
    assert_eq!(graph.nodes()[of_second - 1].name, "res2.shortcut_bn");
    // Row 8 of the last maps: rows 16 and 17 of the sum, 14..20 after the first convolution with its
    // stride, 26..41 of the first block, 24..43 of the convolution, 23..44 of the image.
    let row = PixelRect { rows: 8..9, columns: 0..1 };
    assert_eq!(graph.receptive_field(second.output, row)[0].as_ref().unwrap().rows, 23..44);

    let reason = |layer: &str| match Graph::of(&cnn(&[layer]), SHAPE) {
        Err(GraphError::Network(error)) => error.reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("res4k2"), ShapeError::EvenResidualKernel(2));
    for layer in ["res0", "res4k13", "res4.stride5", "res4.pool5", "res4.drop91"] {
        assert!(matches!(reason(layer), ShapeError::OutOfRange { .. }), "{layer}");
    }
}

#[test]
fn unets_have_the_parameters_of_their_checkpoints() {
    let plain = UNet { depth: 2, width: 4, batch_norm: false, ..UNet::default() };
    let expected = [
        "enc1.conv1.weight 4×1×3×3",
        "enc1.conv1.bias 4",
        "enc1.conv2.weight 4×4×3×3",
        "enc1.conv2.bias 4",
        "enc2.conv1.weight 8×4×3×3",
        "enc2.conv1.bias 8",
        "enc2.conv2.weight 8×8×3×3",
        "enc2.conv2.bias 8",
        "bottom.conv1.weight 16×8×3×3",
        "bottom.conv1.bias 16",
        "bottom.conv2.weight 16×16×3×3",
        "bottom.conv2.bias 16",
        "up2.weight 16×8×2×2",
        "up2.bias 8",
        "dec2.conv1.weight 8×16×3×3",
        "dec2.conv1.bias 8",
        "dec2.conv2.weight 8×8×3×3",
        "dec2.conv2.bias 8",
        "up1.weight 8×4×2×2",
        "up1.bias 4",
        "dec1.conv1.weight 4×8×3×3",
        "dec1.conv1.bias 4",
        "dec1.conv2.weight 4×4×3×3",
        "dec1.conv2.bias 4",
        "head.weight 6×4×1×1",
        "head.bias 6",
    ];
    assert_eq!(layout(&graph(&unet(plain.clone()))), expected);

    let mut other = UNet { upsampling: Upsampling::Nearest, batch_norm: true, ..plain };
    other.skips[0] = false;
    let found = layout(&graph(&unet(other)));
    let without_norm: Vec<_> =
        found.iter().filter(|line| !line.contains(".bn")).map(String::as_str).collect();
    let mut changed = expected;
    changed[12] = "up2.weight 8×16×3×3";
    changed[18] = "up1.weight 4×8×3×3";
    changed[20] = "dec1.conv1.weight 4×4×3×3";
    assert_eq!(without_norm, changed);
    assert_eq!(
        found[2..6],
        [
            "enc1.bn1.weight 4",
            "enc1.bn1.bias 4",
            "enc1.bn1.running_mean 4",
            "enc1.bn1.running_var 4"
        ]
    );
    let after_up = found.iter().position(|line| line.starts_with("up2.bias")).unwrap() + 1;
    assert!(found[after_up].starts_with("dec2.conv1.weight"), "no batch norm after upsampling");
}

#[test]
fn a_residual_unet_has_a_shortcut_beside_each_block() {
    let settings = UNet { depth: 2, width: 4, residual: true, ..UNet::default() };
    let whole = graph(&unet(settings.clone()));
    let shortcuts: Vec<_> =
        layout(&whole).into_iter().filter(|line| line.contains(".shortcut.weight")).collect();
    // The channels of all blocks change but those of a decoder without its skip connection.
    let expected = [
        "enc1.shortcut.weight 4×1×1×1",
        "enc2.shortcut.weight 8×4×1×1",
        "bottom.shortcut.weight 16×8×1×1",
        "dec2.shortcut.weight 8×16×1×1",
        "dec1.shortcut.weight 4×8×1×1",
    ];
    assert_eq!(shortcuts, expected);
    let mut cut = settings.clone();
    cut.skips[0] = false;
    let cut = graph(&unet(cut));
    assert_eq!(layout(&cut).iter().filter(|line| line.contains(".shortcut.weight")).count(), 4);
    let sums = |graph: &Graph| graph.nodes().iter().filter(|node| node.op == Op::Add).count();
    assert_eq!((sums(&whole), sums(&cut)), (5, 5));
    // Batch norm follows the shortcut if it follows the convolutions.
    let norms = |graph: &Graph| {
        layout(graph).iter().filter(|line| line.contains(".shortcut_bn.weight")).count()
    };
    assert_eq!(norms(&whole), 5);
    assert_eq!(norms(&graph(&unet(UNet { batch_norm: false, ..settings }))), 0);
    let stream = |name: &str| {
        let parameter = whole.parameters().iter().find(|p| p.name == name).unwrap();
        parameter.initial
    };
    assert_eq!(stream("enc1.shortcut.weight"), InitialValue::Uniform { fan_in: 1, stream: 3 });
    let streams: Vec<u64> = whole
        .parameters()
        .iter()
        .filter(|parameter| parameter.kind == ParameterKind::Weight)
        .filter_map(|parameter| match parameter.initial {
            InitialValue::Uniform { stream, .. } => Some(stream),
            InitialValue::Constant(_) => None,
        })
        .collect();
    let distinct: BTreeSet<_> = streams.iter().collect();
    assert_eq!(distinct.len(), streams.len());
}

#[test]
fn the_default_unet_has_the_parameters_of_the_reference() {
    let count = |settings: UNet| {
        Graph::unet(&settings, DataShape { classes: 3, size: [64, 64] }).unwrap().learned()
    };
    // PyTorch's count for the network of the golden values, which has no batch norm. Batch norm adds
    // scale and shift for two convolutions in each of five blocks.
    let plain = count(UNet { batch_norm: false, ..UNet::default() });
    assert_eq!(plain, 29_339);
    assert_eq!(count(UNet::default()) - plain, 4 * (8 + 16 + 32 + 16 + 8));
    let nearest = UNet { upsampling: Upsampling::Nearest, ..UNet::default() };
    // 32→16 and 16→8 channels, with 9 instead of 4 weights each.
    assert_eq!(count(nearest) - count(UNet::default()), 5 * (32 * 16 + 16 * 8));
}

#[test]
fn each_layer_draws_from_a_random_stream_of_its_own() {
    let streams = |task: &Task| -> Vec<(String, u64)> {
        let graph = graph(task);
        let nodes = graph.nodes().iter().enumerate();
        nodes
            .filter_map(|(place, node)| match graph.parameters_of(place).first()?.initial {
                InitialValue::Uniform { stream, .. } => Some((node.name.clone(), stream)),
                InitialValue::Constant(_) => None,
            })
            .collect()
    };
    let of_cnn = streams(&cnn(&["conv4k3.bn.relu", "dense7.bn.relu", "dense3.tanh"]));
    let found: Vec<_> = of_cnn.iter().map(|(name, stream)| (name.as_str(), *stream)).collect();
    assert_eq!(found, [("conv1", 0), ("fc1", 1), ("fc2", 2), ("fc3", 3)]);

    let whole = UNet { depth: 4, ..UNet::default() };
    let of_whole = streams(&unet(whole.clone()));
    let found: Vec<_> = of_whole.iter().map(|(name, stream)| (name.as_str(), *stream)).collect();
    assert_eq!(
        found[..4],
        [("enc1.conv1", 0), ("enc1.conv2", 1), ("enc2.conv1", 4), ("enc2.conv2", 5)]
    );
    assert_eq!(
        found[8..13],
        [
            ("bottom.conv1", 64),
            ("bottom.conv2", 65),
            ("up4", 142),
            ("dec4.conv1", 140),
            ("dec4.conv2", 141),
        ]
    );
    assert_eq!(found.last(), Some(&("head", 192)));
    let distinct: BTreeSet<_> = found.iter().map(|(_, stream)| stream).collect();
    assert_eq!(distinct.len(), found.len());
    // A cut skip connection leaves the streams of all layers alone.
    let cut = UNet { skips: [false; 4], ..whole };
    assert_eq!(streams(&unet(cut)), of_whole);
}

#[test]
fn the_fan_in_of_a_transposed_convolution_is_pytorchs() {
    let graph = graph(&unet(UNet { batch_norm: false, ..UNet::default() }));
    let fan_in = |name: &str| {
        let parameter = graph.parameters().iter().find(|p| p.name == name).unwrap();
        match parameter.initial {
            InitialValue::Uniform { fan_in, .. } => fan_in,
            InitialValue::Constant(_) => panic!("{name}"),
        }
    };
    // 32 → 16 channels: PyTorch computes it from the output channels.
    assert_eq!((fan_in("up2.weight"), fan_in("up2.bias")), (16 * 4, 16 * 4));
    assert_eq!((fan_in("dec2.conv1.weight"), fan_in("head.bias")), (32 * 9, 8));
}

#[test]
fn shapes_are_known_node_by_node() {
    let graph = graph(&cnn(&["conv4k5.tanh.pool3", "dense5.relu"]));
    let shapes: Vec<_> = graph.nodes().iter().map(|node| node.output.to_string()).collect();
    let expected =
        ["1 × 64 × 64", "4 × 60 × 60", "4 × 60 × 60", "4 × 20 × 20", "1600", "5", "5", "6"];
    assert_eq!(shapes, expected);
    assert_eq!(graph.shape(4), [1600, 1, 1]);
    let odd = DataShape { classes: 2, size: [20, 30] };
    let graph = Graph::of(&cnn(&["conv4k5.relu.pool4"]), odd).unwrap();
    assert_eq!(graph.nodes()[graph.layers()[1].output].output, FeatureShape::Maps(4, 4, 6));
}

#[test]
fn what_cannot_be_built_is_refused_with_its_reason() {
    let network = |layers: &[&str]| match Graph::of(&cnn(layers), SHAPE) {
        Err(GraphError::Network(error)) => (error.layer, error.reason),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        network(&["conv4k5.pool4", "conv4k5.pool4", "conv4k3"]),
        (2, ShapeError::KernelTooLarge { kernel: 3, side: 2 })
    );
    assert_eq!(
        network(&["conv4k5.pool4", "conv4k5.pool4", "conv4k1.pool3"]),
        (2, ShapeError::PoolTooLarge { pool: 3, side: 2 })
    );
    let gap_of = ShapeError::PoolNeedsMaps;
    assert_eq!(network(&["dense4", "gap"]), (1, gap_of(ConvPosition::AfterDense)));
    assert_eq!(network(&["gap", "gap"]), (1, gap_of(ConvPosition::AfterPooling)));
    let after_pooling = ShapeError::ConvNeedsMaps(ConvPosition::AfterPooling);
    assert_eq!(network(&["gap", "conv4k3"]), (1, after_pooling.clone()));
    assert!(
        after_pooling.to_string().contains("but the output of global average pooling has none")
    );
    let after_dense = ShapeError::ConvNeedsMaps(ConvPosition::AfterDense);
    assert_eq!(network(&["dense4", "conv4k3"]), (1, after_dense));
    let many = vec!["dense4"; Network::MAX_LAYERS + 1];
    assert_eq!(network(&many), (12, ShapeError::TooManyLayers(12)));
    let Task::Classify(in_mlp) = cnn(&["conv4k3"]) else { panic!() };
    let in_mlp = Network { architecture: Architecture::Mlp, ..in_mlp };
    assert_eq!(
        Graph::classifier(&in_mlp, SHAPE),
        Err(NetworkError { layer: 0, reason: ShapeError::ConvNeedsMaps(ConvPosition::Mlp) })
    );
    assert!(matches!(
        network(&["conv4k3", "dense0"]),
        (1, ShapeError::OutOfRange { value: 0, .. })
    ));
    assert!(matches!(
        network(&["conv128k3", "dense1024"]),
        (1, ShapeError::TooManyParameters { .. })
    ));

    let Task::Classify(wide) = cnn(&["conv3k5.pool6", "dense2000"]) else { panic!() };
    assert!(matches!(
        Graph::classifier(&wide, SHAPE),
        Err(NetworkError { layer: 0, reason: ShapeError::OutOfRange { value: 6, .. } })
    ));
    assert_eq!(Graph::classifier_without_limits(&wide, SHAPE).unwrap().shape(3), [3, 10, 10]);

    let refused = |depth, width, size| {
        let settings = UNet { depth, width, ..UNet::default() };
        Graph::of(&unet(settings), DataShape { classes: 3, size }).unwrap_err()
    };
    assert_eq!(refused(0, 8, [64, 64]), UNetError::Depth(0).into());
    assert_eq!(refused(2, 64, [64, 64]), UNetError::Width(64).into());
    let error = refused(3, 8, [64, 60]);
    assert_eq!(error, UNetError::Indivisible { depth: 3, side: 60 }.into());
    assert_eq!(
        error.to_string(),
        "A depth of 3 halves the image 3 times, and 60 pixels cannot be divided by 8. Choose a \
         smaller depth."
    );
    assert_eq!(refused(1, 8, [0, 64]), UNetError::Indivisible { depth: 1, side: 0 }.into());
}

#[test]
fn an_operation_refuses_inputs_that_do_not_fit() {
    let (maps, vector) = (FeatureShape::Maps(3, 8, 8), FeatureShape::Vector(5));
    assert_eq!(Op::Dense { outputs: 2 }.output(&[maps]), Err(ShapeError::WrongInput(maps)));
    assert_eq!(Op::MaxPool { side: 2 }.output(&[vector]), Err(ShapeError::WrongInput(vector)));
    let small = FeatureShape::Maps(3, 4, 4);
    assert_eq!(Op::Concat.output(&[maps, small]), Err(ShapeError::WrongInput(small)));
    assert_eq!(Op::Concat.output(&[maps, maps]), Ok(FeatureShape::Maps(6, 8, 8)));
    // Padding makes room for a kernel.
    let conv = |padding| Op::Conv { outputs: 2, kernel: 5, stride: 1, padding };
    assert_eq!(conv(1).output(&[small]), Ok(FeatureShape::Maps(2, 2, 2)));
    assert_eq!(conv(0).output(&[small]), Err(ShapeError::KernelTooLarge { kernel: 5, side: 4 }));
}

#[test]
fn padding_and_stride_change_the_size_of_maps() {
    let graph = graph(&cnn(&[
        "conv4k5.same.stride2.relu",
        "conv4k3.same.relu.avgpool3",
        "conv2k4.stride3",
    ]));
    let outputs: Vec<_> = graph.layers().iter().map(|layer| graph.shape(layer.output)).collect();
    assert_eq!(outputs[1..4], [[4, 32, 32], [4, 10, 10], [2, 3, 3]]);
    let convs = graph.nodes().iter().filter_map(|node| match node.op {
        Op::Conv { stride, padding, .. } => Some((stride, padding)),
        _ => None,
    });
    assert_eq!(convs.collect::<Vec<_>>(), [(2, 2), (1, 1), (3, 0)]);
    assert_eq!(graph.nodes()[graph.layers()[2].pool.unwrap()].op, Op::AveragePool { side: 3 });
    // Backwards from row 0 of the last maps: rows 0..4 of the pooled maps, 0..12 of those before, 0..13
    // with the padding of the second convolution, and 0..27 of the image.
    let one = PixelRect { rows: 0..1, columns: 1..2 };
    let seen = graph.receptive_field(graph.layers()[3].output, one);
    assert_eq!(seen[graph.layers()[2].output].as_ref().unwrap().columns, 3..7);
    assert_eq!(seen[0].as_ref().unwrap().rows, 0..27);
    // Columns 9..21 of the maps before pooling, 8..22 of the first maps, 14..45 of the image.
    assert_eq!(seen[0].as_ref().unwrap().columns, 14..45);
    // Products of the first convolution: 25 for each of its 4 × 32 × 32 values.
    assert_eq!(graph.multiply_adds(1), 4 * 32 * 32 * 25);

    let reason = |layer: &str| match Graph::of(&cnn(&[layer]), SHAPE) {
        Err(GraphError::Network(error)) => error.reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("conv4k4.same"), ShapeError::EvenKernel(4));
    assert!(reason("conv4k4.same").to_string().contains("odd side, or valid padding"));
    for (layer, field) in [
        ("conv4k3.stride0", LayerField::Stride),
        ("conv4k3.stride5", LayerField::Stride),
        ("conv4k3.avgpool5", LayerField::Pool),
    ] {
        assert!(
            matches!(reason(layer), ShapeError::OutOfRange { field: found, .. } if found == field)
        );
    }
}

/// All numbers are counted by hand.
#[test]
fn the_cost_of_a_network_is_counted() {
    let mlp = graph(&Task::Classify(Network::default_for(Architecture::Mlp))).cost();
    // Outputs of two products and tanh.
    assert_eq!((mlp.activations, mlp.largest_activation), (8 + 8 + 6, 8));
    assert_eq!((mlp.parameters, mlp.multiply_adds), (32_830, 4096 * 8 + 8 * 6));

    let cnn_graph = graph(&Task::Classify(Network::default_for(Architecture::Cnn)));
    let cost = cnn_graph.cost();
    // ReLU is applied while pooling or by the product.
    let outputs = [36_000, 9_000, 13_520, 3_380, 320, 50, 6];
    assert_eq!(cost.activations, outputs.iter().sum::<u64>());
    let products = [36_000 * 25, 13_520 * 250, 3_380 * 320, 320 * 50, 50 * 6];
    assert_eq!(cost.multiply_adds, products.iter().sum::<u64>());
    assert_eq!(cnn_graph.multiply_adds(1), 36_000 * 25);
    // Adam: value, copy, gradient, two moments; 16 images.
    assert_eq!(cost.training_bytes(16, 2), 4 * (5 * 1_103_556 + 16 * (62_276 + 2 * 36_000)));
    assert_eq!(cost.training_bytes(0, 1), 4 * 4 * 1_103_556);

    // A dropout keeps its mask.
    let dropout = graph(&cnn(&["dense4.gelu.drop20"])).cost();
    assert_eq!(dropout.activations, 4 + 4 + 2 * 4 + 6);

    let small = UNet { depth: 1, width: 4, upsampling: Upsampling::Nearest, ..UNet::default() };
    let graph = Graph::of(&unet(small), DataShape { classes: 2, size: [16, 16] }).unwrap();
    let cost = graph.cost();
    assert_eq!(cost.parameters, 1874);
    assert_eq!(cost.activations, 16_128);
    assert_eq!(cost.largest_activation, 8 * 256);
    assert_eq!(cost.multiply_adds, 292_864);

    let transposed = UNet { depth: 1, width: 4, batch_norm: false, ..UNet::default() };
    let graph = Graph::of(&unet(transposed), DataShape { classes: 2, size: [16, 16] }).unwrap();
    // Without batch norm (4 × 1024 + 2 × 512), and with 8 instead of 72 products for each of the 1024
    // upsampled values.
    assert_eq!(graph.cost().multiply_adds, 292_864 - 5_120 - 64 * 1024);
}

#[test]
fn the_deeper_networks_cost_little_more_than_the_cnn() {
    let cost = |architecture| graph(&Task::Classify(Network::default_for(architecture))).cost();
    let cnn = cost(Architecture::Cnn);
    for (architecture, parameters, times) in
        [(Architecture::DeepCnn, 52_806, 1.9), (Architecture::ResNet, 170_566, 4.2)]
    {
        let found = cost(architecture);
        assert_eq!(found.parameters, parameters, "{architecture:?}");
        let ratio = found.multiply_adds as f64 / cnn.multiply_adds as f64;
        assert!(ratio < times, "{architecture:?}: {ratio}");
    }
}

#[test]
fn the_largest_network_is_costed_without_overflow() {
    let layers = ["conv128k5"; 6];
    let cost = graph(&cnn(&layers)).cost();
    assert!(cost.multiply_adds > u64::from(u32::MAX), "{cost:?}");
    assert_eq!(cost.training_bytes(usize::MAX, 2), u64::MAX, "saturates");
}
