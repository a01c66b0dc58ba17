//! The network as a module of burn: a field and an expression for each operation with parameters, and a
//! line that computes each operation.

use model::graph::{Graph, InitialValue, Node, Op};
use model::{Activation, FeatureShape, LayerKind};

use super::{parts, sections};
use crate::program::{Line, Section};
use crate::pytorch::network::{batch_shape, has_dropout, kept_values};

/// Length of a field with its expression, from which on it takes several lines.
const MAX_EXPRESSION_LEN: usize = 88;

/// Returns the section that defines the module `Network`.
pub fn section(graph: &Graph) -> Section {
    let mut code = Vec::new();
    if has_dropout(graph) {
        code.extend(sections::lines(parts::DROPOUT));
        code.push(Line::new(""));
    }
    if graph.nodes().iter().any(|node| node.op == Op::NearestUpsample) {
        code.extend(sections::lines(parts::DOUBLED));
        code.push(Line::new(""));
    }
    code.extend(sections::lines("#[derive(Module, Debug)]\nstruct Network {"));
    code.extend(of_layers(graph, 1, |place, node| {
        let kind = module_type(&node.op)?;
        Some(vec![format!("{}: {kind},", field(graph, place))])
    }));
    code.extend(sections::lines(
        "}\n\nimpl Network {\n    fn new(device: &Device) -> Self {\n        Self {",
    ));
    code.extend(of_layers(graph, 3, |place, node| {
        Some(wrapped(format!("{}: {},", field(graph, place), module(graph, node)?)))
    }));
    let output = match graph.nodes().last().map(|node| node.output) {
        Some(FeatureShape::Maps(..)) => "Tensor<4>",
        _ => "Tensor<2>",
    };
    let dropout = if has_dropout(graph) { ", dropout: &mut Option<Random>" } else { "" };
    let head = format!(
        "        }}\n    }}\n\n    /// Computes logits. Comments tell the shape of x.\n    \
         fn forward(&self, x: Tensor<4>{dropout}) -> {output} {{"
    );
    code.extend(sections::lines(&head));
    code.extend(computations(graph));
    code.extend(sections::lines("        x\n    }\n}"));
    let prose = ["What has parameters is created in new. All is computed in forward."];
    Section { title: "Network", prose: prose.map(str::to_owned).to_vec(), code }
}

/// Splits a long call into a line for its configuration and one for the other arguments.
fn wrapped(text: String) -> Vec<String> {
    let parts = text.split_once('(').filter(|_| text.len() > MAX_EXPRESSION_LEN);
    let Some((start, (config, rest))) =
        parts.and_then(|(start, rest)| Some((start, rest.split_once("), ")?)))
    else {
        return vec![text];
    };
    let rest = rest.trim_end_matches("),");
    let arguments = [format!("    {config}),"), format!("    {rest},"), "),".to_owned()];
    [format!("{start}(")].into_iter().chain(arguments).collect()
}

/// Returns the lines of all nodes, layer by layer, each layer with its name as a comment.
fn of_layers(
    graph: &Graph,
    indentation: usize,
    mut of_node: impl FnMut(usize, &Node) -> Option<Vec<String>>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, layer) in graph.layers().iter().enumerate() {
        let nodes = layer.nodes.clone().map(|place| (place, &graph.nodes()[place]));
        let texts: Vec<_> =
            nodes.filter_map(|(place, node)| of_node(place, node)).flatten().collect();
        let title = (layer.kind != LayerKind::Image && !texts.is_empty())
            .then(|| format!("// {}", layer.kind.name()));
        lines.extend(title.into_iter().chain(texts).map(|text| Line {
            text: format!("{}{text}", "    ".repeat(indentation)),
            layer: Some(index),
        }));
    }
    lines
}

/// Returns the lines that compute the logits. The value of the node before is `x`; one that is needed
/// later gets a name of its own.
fn computations(graph: &Graph) -> Vec<Line> {
    let kept = kept_values(graph);
    let last_use = |input: usize| {
        let users = graph.nodes().iter().enumerate();
        let late =
            users.filter(|(place, node)| *place != input + 1 && node.inputs.contains(&input));
        late.map(|(place, _)| place).max()
    };
    let name = |input: usize, place: usize| match kept.iter().position(|node| *node == input) {
        Some(index) if input + 1 != place => match last_use(input) == Some(place) {
            true => format!("skip{}", index + 1),
            false => format!("skip{}.clone()", index + 1),
        },
        _ => "x".to_owned(),
    };
    of_layers(graph, 2, |place, node| {
        let inputs: Vec<_> = node.inputs.iter().map(|input| name(*input, place)).collect();
        let mut texts = Vec::new();
        match expression(graph, place, &inputs) {
            Some(expression) => {
                let before = node.inputs.first().map(|input| graph.nodes()[*input].output);
                let shape = match before == Some(node.output) {
                    true => String::new(),
                    false => format!("  // {}", batch_shape(node.output)),
                };
                texts.push(format!("let x = {expression};{shape}"));
            }
            None => texts.push(format!("// x is {}", batch_shape(node.output))),
        }
        if let Some(index) = kept.iter().position(|node| *node == place) {
            texts.push(format!("let skip{} = x.clone();", index + 1));
        }
        Some(texts)
    })
}

/// Returns the name of a node's field: that in PyTorch, with `_` in the place of dots.
fn field(graph: &Graph, place: usize) -> String {
    graph.nodes()[place].name.replace('.', "_")
}

/// Returns the type of a node's module, or `None` if it needs none.
fn module_type(op: &Op) -> Option<&'static str> {
    match op {
        Op::Conv { .. } | Op::DepthwiseConv { .. } => Some("Conv2d"),
        Op::TransposedConv { .. } => Some("ConvTranspose2d"),
        Op::Dense { .. } => Some("nn::Linear"),
        Op::BatchNorm => Some("nn::BatchNorm"),
        Op::Input
        | Op::Activation(_)
        | Op::MaxPool { .. }
        | Op::AveragePool { .. }
        | Op::GlobalAveragePool
        | Op::NearestUpsample
        | Op::Concat
        | Op::Add
        | Op::Flatten
        | Op::Dropout { .. } => None,
    }
}

/// Returns the expression that creates the module of a node, or `None` if it needs none.
fn module(graph: &Graph, node: &Node) -> Option<String> {
    let inputs = node.inputs.first().map_or(0, |input| graph.shape(*input)[0]);
    let stream = graph.parameters().iter().find_map(|parameter| {
        let of_node = parameter.name.strip_suffix(".weight") == Some(&node.name);
        match parameter.initial {
            InitialValue::Uniform { stream, .. } if of_node => Some(stream),
            _ => None,
        }
    });
    let stream = stream.unwrap_or_default();
    Some(match node.op {
        Op::Conv { outputs, kernel, stride, padding } => {
            let config = conv_config([inputs, outputs], kernel, stride, padding);
            format!("conv({config}, {stream}, device)")
        }
        Op::DepthwiseConv { kernel, stride, padding } => {
            let config = conv_config([inputs, inputs], kernel, stride, padding);
            format!("conv({config}.with_groups({inputs}), {stream}, device)")
        }
        Op::TransposedConv { outputs } => {
            let config = format!("ConvTranspose2dConfig::new([{inputs}, {outputs}], [2, 2])");
            format!("transposed_conv({config}.with_stride([2, 2]), {stream}, device)")
        }
        Op::Dense { outputs } => format!("dense({inputs}, {outputs}, {stream}, device)"),
        Op::BatchNorm => format!("nn::BatchNormConfig::new({inputs}).init(device)"),
        Op::Input
        | Op::Activation(_)
        | Op::MaxPool { .. }
        | Op::AveragePool { .. }
        | Op::GlobalAveragePool
        | Op::NearestUpsample
        | Op::Concat
        | Op::Add
        | Op::Flatten
        | Op::Dropout { .. } => return None,
    })
}

/// Returns the configuration of a convolution, without what burn has as its default.
fn conv_config(
    [inputs, outputs]: [usize; 2],
    kernel: usize,
    stride: usize,
    padding: usize,
) -> String {
    let mut config = format!("Conv2dConfig::new([{inputs}, {outputs}], [{kernel}, {kernel}])");
    if stride != 1 {
        config += &format!(".with_stride([{stride}, {stride}])");
    }
    if padding != 0 {
        config += &format!(".with_padding(zeros({padding}))");
    }
    config
}

/// Returns the expression that computes a node, or `None` for the image.
fn expression(graph: &Graph, place: usize, inputs: &[String]) -> Option<String> {
    let node = &graph.nodes()[place];
    let x = inputs.first()?;
    Some(match node.op {
        Op::Input => return None,
        Op::Conv { .. }
        | Op::DepthwiseConv { .. }
        | Op::TransposedConv { .. }
        | Op::Dense { .. }
        | Op::BatchNorm => {
            format!("self.{}.forward({x})", field(graph, place))
        }
        Op::Activation(Activation::Relu) => format!("activation::relu({x})"),
        Op::Activation(Activation::LeakyRelu) => format!("activation::leaky_relu({x}, 0.01)"),
        Op::Activation(Activation::Gelu) => format!("activation::gelu({x})"),
        Op::Activation(Activation::Tanh) => format!("activation::tanh({x})"),
        Op::Activation(Activation::Sigmoid) => format!("activation::sigmoid({x})"),
        Op::MaxPool { side } => {
            format!("nn::pool::MaxPool2dConfig::new([{side}, {side}]).init().forward({x})")
        }
        Op::AveragePool { side } => {
            format!("nn::pool::AvgPool2dConfig::new([{side}, {side}]).init().forward({x})")
        }
        Op::GlobalAveragePool => format!("{x}.mean_dims(&[2, 3]).flatten::<2>(1, 3)"),
        Op::NearestUpsample => format!("doubled({x})"),
        Op::Add => inputs.join(" + "),
        Op::Concat => format!("Tensor::cat(vec![{}], 1)", inputs.join(", ")),
        Op::Flatten => match graph.nodes()[node.inputs[0]].output {
            FeatureShape::Vector(_) => x.clone(),
            FeatureShape::Maps(..) => format!("{x}.flatten::<2>(1, 3)"),
        },
        Op::Dropout { percent } => {
            format!("drop_values({x}, {:?}, dropout)", f64::from(percent) / 100.0)
        }
    })
}
