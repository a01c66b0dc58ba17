//! The lines of a network in a program, layer by layer, in either language.

use std::collections::BTreeSet;

use model::graph::{Graph, Node, Op};
use model::{FeatureShape, LayerKind};

use crate::program::{Language, Line};

/// How a language computes a network.
pub trait Syntax {
    /// The language.
    const LANGUAGE: Language;

    /// Returns the line that gives a value a name.
    fn definition(name: &str, value: &str) -> String;

    /// Returns the expression for a value that is needed again.
    fn copy(name: &str) -> String;

    /// Returns the expression that computes a node, or `None` for the image.
    fn expression(graph: &Graph, place: usize, inputs: &[String]) -> Option<String>;
}

/// Returns whether a network has dropout.
pub fn has_dropout(graph: &Graph) -> bool {
    graph.nodes().iter().any(|node| matches!(node.op, Op::Dropout { .. }))
}

/// Returns the lines of all nodes, layer by layer, each layer with its name as a comment.
pub fn of_layers(
    graph: &Graph,
    language: Language,
    indentation: usize,
    mut of_node: impl FnMut(usize, &Node) -> Option<Vec<String>>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, layer) in graph.layers().iter().enumerate() {
        let nodes = layer.nodes.clone().map(|place| (place, &graph.nodes()[place]));
        let texts: Vec<_> =
            nodes.filter_map(|(place, node)| of_node(place, node)).flatten().collect();
        let title = (layer.kind != LayerKind::Image && !texts.is_empty())
            .then(|| format!("{} {}", language.comment(), layer.kind.name()));
        lines.extend(title.into_iter().chain(texts).map(|text| Line {
            text: format!("{}{text}", "    ".repeat(indentation)),
            layer: Some(index),
        }));
    }
    lines
}

/// Returns the lines that compute the logits. The value of the node before is `x`; one that is needed
/// later gets a name of its own.
pub fn computations<S: Syntax>(graph: &Graph) -> Vec<Line> {
    let comment = S::LANGUAGE.comment();
    let kept = kept_values(graph);
    let last_use = |input: usize| {
        let users = graph.nodes().iter().enumerate();
        let late =
            users.filter(|(place, node)| *place != input + 1 && node.inputs.contains(&input));
        late.map(|(place, _)| place).max()
    };
    let name = |input: usize, place: usize| match kept.iter().position(|node| *node == input) {
        Some(index) if input + 1 != place => {
            let name = skip_name(index);
            if last_use(input) == Some(place) { name } else { S::copy(&name) }
        }
        _ => "x".to_owned(),
    };
    of_layers(graph, S::LANGUAGE, 2, |place, node| {
        let inputs: Vec<_> = node.inputs.iter().map(|input| name(*input, place)).collect();
        let mut texts = Vec::new();
        match S::expression(graph, place, &inputs) {
            Some(expression) => {
                let before = node.inputs.first().map(|input| graph.nodes()[*input].output);
                let shape = match before == Some(node.output) {
                    true => String::new(),
                    false => format!("  {comment} {}", batch_shape(node.output)),
                };
                texts.push(S::definition("x", &expression) + &shape);
            }
            None => texts.push(format!("{comment} x is {}", batch_shape(node.output))),
        }
        if let Some(index) = kept.iter().position(|node| *node == place) {
            texts.push(S::definition(&skip_name(index), &S::copy("x")));
        }
        Some(texts)
    })
}

fn skip_name(index: usize) -> String {
    format!("skip{}", index + 1)
}

/// Returns the nodes whose outputs are needed by another node than the one after them.
fn kept_values(graph: &Graph) -> Vec<usize> {
    let users = graph.nodes().iter().enumerate().flat_map(|(place, node)| {
        let late = node.inputs.iter().filter(move |input| **input + 1 != place);
        late.copied()
    });
    let kept: BTreeSet<_> = users.collect();
    kept.into_iter().collect()
}

/// Returns the shape of a batch, such as `[batch, 10, 60, 60]`.
fn batch_shape(shape: FeatureShape) -> String {
    match shape {
        FeatureShape::Maps(channels, height, width) => {
            format!("[batch, {channels}, {height}, {width}]")
        }
        FeatureShape::Vector(units) => format!("[batch, {units}]"),
    }
}
