//! The network as a module: a line that defines each operation with parameters, and a line that
//! computes each operation.

use std::collections::BTreeSet;

use model::graph::{Graph, Node, Op};
use model::{Activation, FeatureShape};

use super::parts;
use crate::network_lines::{Syntax, computations, has_dropout, of_layers};
use crate::program::{Language, Line, Section};

/// Returns the section that defines the class `Network`.
pub fn section(graph: &Graph) -> Section {
    let mut code = Vec::new();
    if has_dropout(graph) {
        code.extend(parts::definitions(&[parts::DROPOUT, ""]));
    }
    code.push(Line::new("class Network(nn.Module):"));
    code.push(Line::new("    def __init__(self):"));
    code.push(Line::new("        super().__init__()"));
    code.extend(definitions(graph));
    code.push(Line::new(""));
    code.push(Line::new("    def forward(self, x):"));
    code.extend(computations::<Python>(graph));
    code.push(Line::new("        return x"));
    let prose = [
        "What has parameters is defined in __init__. All is computed in forward, where comments tell",
        "the shape of x.",
    ];
    Section { title: "Network", prose: prose.map(str::to_owned).to_vec(), code }
}

/// How Python computes a network.
struct Python;

impl Syntax for Python {
    const LANGUAGE: Language = Language::Python;

    fn definition(name: &str, value: &str) -> String {
        format!("{name} = {value}")
    }

    fn copy(name: &str) -> String {
        name.to_owned()
    }

    fn expression(graph: &Graph, place: usize, inputs: &[String]) -> Option<String> {
        expression(graph, place, inputs)
    }
}

/// Returns the lines that define the modules, with a comment for each layer.
fn definitions(graph: &Graph) -> Vec<Line> {
    let mut containers = BTreeSet::new();
    of_layers(graph, Language::Python, 2, |place, node| {
        let module = module(graph, node)?;
        let name = module_name(graph, place);
        // A module inside another one is added to an empty module: `self.enc1 = nn.Module()`.
        let dots = name.match_indices('.').map(|(at, _)| &name[..at]);
        let mut texts: Vec<String> = dots
            .filter(|container| containers.insert((*container).to_owned()))
            .map(|container| format!("self.{container} = nn.Module()"))
            .collect();
        texts.push(format!("self.{name} = {module}"));
        Some(texts)
    })
}

/// Returns the expression that creates the module of a node, or `None` if it needs none.
fn module(graph: &Graph, node: &Node) -> Option<String> {
    let inputs = node.inputs.first().map_or(0, |input| graph.shape(*input)[0]);
    Some(match node.op {
        Op::Conv { outputs, kernel, stride, padding } => {
            let options = conv_options(stride, padding);
            format!("nn.Conv2d({inputs}, {outputs}, {kernel}{options})")
        }
        Op::DepthwiseConv { kernel, stride, padding } => {
            let options = conv_options(stride, padding);
            format!("nn.Conv2d({inputs}, {inputs}, {kernel}{options}, groups={inputs})")
        }
        Op::TransposedConv { outputs } => {
            format!("nn.ConvTranspose2d({inputs}, {outputs}, 2, stride=2)")
        }
        Op::Dense { outputs } => format!("nn.Linear({inputs}, {outputs})"),
        Op::BatchNorm => match node.output {
            FeatureShape::Maps(..) => format!("nn.BatchNorm2d({inputs})"),
            FeatureShape::Vector(_) => format!("nn.BatchNorm1d({inputs})"),
        },
        Op::Dropout { percent } => format!("Dropout({})", f64::from(percent) / 100.0),
        Op::Input
        | Op::Activation(_)
        | Op::MaxPool { .. }
        | Op::AveragePool { .. }
        | Op::GlobalAveragePool
        | Op::NearestUpsample
        | Op::Concat
        | Op::Add
        | Op::Flatten => return None,
    })
}

/// Returns the arguments of a convolution that differ from PyTorch's defaults.
fn conv_options(stride: usize, padding: usize) -> String {
    let stride = if stride != 1 { format!(", stride={stride}") } else { String::new() };
    let padding = if padding > 0 { format!(", padding={padding}") } else { String::new() };
    stride + &padding
}

/// Returns the name of a node's module. Dropout has no name in the graph, since it has no parameters;
/// it is counted from 1.
fn module_name(graph: &Graph, place: usize) -> String {
    let node = &graph.nodes()[place];
    match is_dropout(&node.op) {
        true => {
            let before = graph.nodes()[..place].iter().filter(|node| is_dropout(&node.op)).count();
            format!("dropout{}", before + 1)
        }
        false => node.name.clone(),
    }
}

fn is_dropout(op: &Op) -> bool {
    matches!(op, Op::Dropout { .. })
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
        | Op::BatchNorm
        | Op::Dropout { .. } => format!("self.{}({x})", module_name(graph, place)),
        Op::Activation(Activation::Relu) => format!("F.relu({x})"),
        Op::Activation(Activation::LeakyRelu) => format!("F.leaky_relu({x})"),
        Op::Activation(Activation::Gelu) => format!("F.gelu({x})"),
        Op::Activation(Activation::Tanh) => format!("torch.tanh({x})"),
        Op::Activation(Activation::Sigmoid) => format!("torch.sigmoid({x})"),
        Op::MaxPool { side } => format!("F.max_pool2d({x}, {side})"),
        Op::AveragePool { side } => format!("F.avg_pool2d({x}, {side})"),
        Op::GlobalAveragePool => format!("{x}.mean((2, 3))"),
        Op::NearestUpsample => format!("F.interpolate({x}, scale_factor=2, mode=\"nearest\")"),
        Op::Concat => format!("torch.cat([{}], 1)", inputs.join(", ")),
        Op::Add => inputs.join(" + "),
        Op::Flatten => format!("{x}.flatten(1)"),
    })
}
