//! The network as a module: a line that defines each operation with parameters, and a line that
//! computes each operation.

use std::collections::BTreeSet;

use model::graph::{Graph, Node, Op};
use model::{Activation, FeatureShape, LayerKind};

use super::parts;
use crate::program::{Line, Section};

/// Returns whether the network has dropout.
pub fn has_dropout(graph: &Graph) -> bool {
    graph.nodes().iter().any(|node| is_dropout(&node.op))
}

/// Returns the section that defines the class `Network`.
pub fn section(graph: &Graph) -> Section {
    let mut code = Vec::new();
    if has_dropout(graph) {
        code.extend(parts::definitions(&[parts::DROPOUT, ""]));
    }
    code.push(Line::new("class Network(nn.Module):"));
    code.push(Line::new("    def __init__(self):"));
    code.push(Line::new("        super().__init__()"));
    code.extend(indented(definitions(graph)));
    code.push(Line::new(""));
    code.push(Line::new("    def forward(self, x):"));
    code.extend(indented(computations(graph)));
    code.push(Line::new("        return x"));
    let prose = [
        "What has parameters is defined in __init__. All is computed in forward, where comments tell",
        "the shape of x.",
    ];
    Section { title: "Network", prose: prose.map(str::to_owned).to_vec(), code }
}

fn indented(lines: Vec<Line>) -> impl Iterator<Item = Line> {
    lines.into_iter().map(|line| Line { text: format!("        {}", line.text), ..line })
}

/// Returns the lines that define the modules, with a comment for each layer.
fn definitions(graph: &Graph) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut containers = BTreeSet::new();
    for_each_layer(graph, &mut lines, |place, node| {
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
    });
    lines
}

/// Returns the lines that compute the logits. The value of the node before is `x`; one that is needed
/// later gets a name of its own.
fn computations(graph: &Graph) -> Vec<Line> {
    let mut lines = Vec::new();
    let kept = kept_values(graph);
    let name = |input: usize, place: usize| match kept.iter().position(|node| *node == input) {
        Some(index) if input + 1 != place => format!("skip{}", index + 1),
        _ => "x".to_owned(),
    };
    for_each_layer(graph, &mut lines, |place, node| {
        let mut texts = Vec::new();
        let inputs: Vec<_> = node.inputs.iter().map(|input| name(*input, place)).collect();
        if let Some(expression) = expression(graph, place, &inputs) {
            let before = node.inputs.first().map(|input| graph.nodes()[*input].output);
            let shape = match before == Some(node.output) {
                true => String::new(),
                false => format!("  # {}", batch_shape(node.output)),
            };
            texts.push(format!("x = {expression}{shape}"));
        } else {
            texts.push(format!("# x is {}", batch_shape(node.output)));
        }
        if let Some(index) = kept.iter().position(|node| *node == place) {
            texts.push(format!("skip{} = x", index + 1));
        }
        Some(texts)
    });
    lines
}

/// Adds the lines of all nodes, layer by layer, each layer with its name as a comment.
fn for_each_layer(
    graph: &Graph,
    lines: &mut Vec<Line>,
    mut of_node: impl FnMut(usize, &Node) -> Option<Vec<String>>,
) {
    for (index, layer) in graph.layers().iter().enumerate() {
        let nodes = layer.nodes.clone().map(|place| (place, &graph.nodes()[place]));
        let texts: Vec<_> =
            nodes.filter_map(|(place, node)| of_node(place, node)).flatten().collect();
        if texts.is_empty() {
            continue;
        }
        if layer.kind != LayerKind::Image {
            lines.push(Line { text: format!("# {}", layer.kind.name()), layer: Some(index) });
        }
        lines.extend(texts.into_iter().map(|text| Line { text, layer: Some(index) }));
    }
}

/// Returns the nodes whose outputs are needed by another node than the one after them.
pub fn kept_values(graph: &Graph) -> Vec<usize> {
    let users = graph.nodes().iter().enumerate().flat_map(|(place, node)| {
        let late = node.inputs.iter().filter(move |input| **input + 1 != place);
        late.copied()
    });
    let kept: BTreeSet<_> = users.collect();
    kept.into_iter().collect()
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

/// Returns the shape of a batch, such as `[batch, 10, 60, 60]`.
pub fn batch_shape(shape: FeatureShape) -> String {
    match shape {
        FeatureShape::Maps(channels, height, width) => {
            format!("[batch, {channels}, {height}, {width}]")
        }
        FeatureShape::Vector(units) => format!("[batch, {units}]"),
    }
}
