//! The network as a module of burn: a field and an expression for each operation with parameters, and a
//! line that computes each operation.

use model::graph::{Graph, InitialValue, Node, Op};
use model::{Activation, FeatureShape};

use super::{parts, sections};
use crate::network_lines::{Syntax, computations, has_dropout, of_layers};
use crate::program::{Language, Line, Section};

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
    code.extend(of_layers(graph, Language::Rust, 1, |place, node| {
        let (kind, _) = module(graph, node)?;
        Some(vec![format!("{}: {kind},", field(graph, place))])
    }));
    code.extend(sections::lines(
        "}\n\nimpl Network {\n    fn new(device: &Device) -> Self {\n        Self {",
    ));
    code.extend(of_layers(graph, Language::Rust, 3, |place, node| {
        let (_, module) = module(graph, node)?;
        Some(wrapped(format!("{}: {module},", field(graph, place))))
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
    code.extend(computations::<Rust>(graph));
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

/// How Rust computes a network.
struct Rust;

impl Syntax for Rust {
    const LANGUAGE: Language = Language::Rust;

    fn definition(name: &str, value: &str) -> String {
        format!("let {name} = {value};")
    }

    fn copy(name: &str) -> String {
        format!("{name}.clone()")
    }

    fn expression(graph: &Graph, place: usize, inputs: &[String]) -> Option<String> {
        expression(graph, place, inputs)
    }
}

/// Returns the name of a node's field: that in PyTorch, with `_` in the place of dots.
fn field(graph: &Graph, place: usize) -> String {
    graph.nodes()[place].name.replace('.', "_")
}

/// Returns the type of a node's module and the expression that creates it, or `None` if it needs none.
fn module(graph: &Graph, node: &Node) -> Option<(&'static str, String)> {
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
            ("Conv2d", format!("conv({config}, {stream}, device)"))
        }
        Op::DepthwiseConv { kernel, stride, padding } => {
            let config = conv_config([inputs, inputs], kernel, stride, padding);
            ("Conv2d", format!("conv({config}.with_groups({inputs}), {stream}, device)"))
        }
        Op::TransposedConv { outputs } => {
            let config = format!("ConvTranspose2dConfig::new([{inputs}, {outputs}], [2, 2])");
            let config = format!("{config}.with_stride([2, 2])");
            ("ConvTranspose2d", format!("transposed_conv({config}, {stream}, device)"))
        }
        Op::Dense { outputs } => {
            ("nn::Linear", format!("dense({inputs}, {outputs}, {stream}, device)"))
        }
        Op::BatchNorm => {
            ("nn::BatchNorm", format!("nn::BatchNormConfig::new({inputs}).init(device)"))
        }
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
