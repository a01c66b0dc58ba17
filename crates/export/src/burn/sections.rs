//! Sections of the program besides the network.

use model::graph::{Graph, Op};
use model::{DataShape, Lab, Optimizer, RunConfig, SegmentLoss, Task};

use super::parts;
use crate::program::{Line, Section};

/// Names that a program imports, if it uses them.
const IMPORTS: [(&str, &str); 13] = [
    ("std::collections::BTreeMap", "BTreeMap<"),
    ("std::error::Error", "dyn Error"),
    ("std::fs::File", "File"),
    ("std::io::Read", "read_to_end"),
    ("burn::module::{Module, Param}", "Module"),
    ("burn::nn", "nn::"),
    ("burn::nn::conv::{Conv2d, Conv2dConfig}", "Conv2dConfig"),
    ("burn::nn::conv::{ConvTranspose2d, ConvTranspose2dConfig}", "ConvTranspose2dConfig"),
    ("burn::optim", "optim::"),
    ("burn::optim::GradientsParams", "GradientsParams"),
    ("burn::tensor::activation", "activation::"),
    ("burn::tensor::{Device, Int, Tensor, TensorData}", "Tensor"),
    ("zip::ZipArchive", "ZipArchive"),
];

/// Returns the section with imports and settings. `rest` is the program without it.
pub fn settings(config: &RunConfig, shape: DataShape, file: &str, rest: &[Section]) -> Section {
    let [height, width] = shape.size;
    let texts = || rest.iter().flat_map(|section| &section.code).map(|line| line.text.as_str());
    let mut imports: Vec<_> = IMPORTS
        .into_iter()
        .filter(|(_, mark)| texts().any(|text| text.contains(mark)))
        .map(|(path, _)| format!("use {path};"))
        .collect();
    imports.sort_by_key(|line| (!line.starts_with("use std"), line.clone()));
    if let Some(first) = imports.iter().position(|line| !line.starts_with("use std")) {
        imports.insert(first, String::new());
    }
    imports.extend([
        String::new(),
        format!("const DATA: &str = \"{file}\";"),
        format!("const CLASSES: usize = {};", shape.classes),
        format!("const HEIGHT: usize = {height};"),
        format!("const WIDTH: usize = {width};"),
        format!("const SEED: u64 = {};", config.seed),
        format!("const BATCH_SIZE: usize = {};", config.batch),
        format!("const EPOCHS: u64 = {};", config.epochs),
        format!("const LEARNING_RATE: f64 = {:?};", config.learning_rate),
    ]);
    let code = imports.into_iter().map(Line::new).collect();
    section("Settings", &["The settings of the page."], code)
}

pub fn random(has_dropout: bool) -> Section {
    let prose = [
        "The page draws random numbers with a generator of its own, so that a seed means the same",
        "everywhere. This is the same generator: xoshiro256++ (Blackman & Vigna 2021).",
    ];
    let is_used = |line: &Line| has_dropout || !line.text.starts_with("const DROPOUT");
    let code = lines(parts::RANDOM).into_iter().filter(is_used).collect();
    section("Random numbers", &prose, code)
}

pub fn data(lab: Lab) -> Section {
    let cases = "    /// Patient of each slice.\n    cases: Vec<String>,\n";
    let (cases, read, prose) = match lab {
        Lab::Classify => ("", parts::IMAGES, "The zip file has a folder of images for each class."),
        Lab::Segment => (cases, parts::SLICES, "The zip file has slices, each with a mask."),
    };
    let text = parts::EXAMPLES.replace("TARGETS_OF\n", cases);
    section("Data", &[prose], lines(&format!("{text}{read}")))
}

fn has_padding(op: &Op) -> bool {
    match op {
        Op::Conv { padding, .. } | Op::DepthwiseConv { padding, .. } => *padding > 0,
        _ => false,
    }
}

/// Returns the section with the functions that create layers with the first weights of the page.
pub fn first_weights(graph: &Graph) -> Section {
    let has = |holds: fn(&Op) -> bool| graph.nodes().iter().any(|node| holds(&node.op));
    let functions = [
        (true, parts::DRAW),
        (has(|op| matches!(op, Op::Conv { .. } | Op::DepthwiseConv { .. })), parts::CONV),
        (has(has_padding), parts::ZEROS),
        (has(|op| matches!(op, Op::TransposedConv { .. })), parts::TRANSPOSED_CONV),
        (has(|op| matches!(op, Op::Dense { .. })), parts::DENSE),
    ];
    let prose =
        ["Layers start as on the page. This is burn’s own rule, but with other random numbers."];
    section("First weights", &prose, items(functions))
}

pub fn loss(config: &RunConfig) -> Section {
    let Task::Segment(segmentation) = &config.task else {
        let prose = ["Cross-entropy, the mean over the images of a batch."];
        return section("Loss", &prose, lines(parts::LOSS_OF_IMAGES));
    };
    let loss = segmentation.loss;
    let has_cross_entropy =
        matches!(loss, SegmentLoss::CrossEntropy | SegmentLoss::CrossEntropyDice);
    let has_dice = matches!(loss, SegmentLoss::Dice | SegmentLoss::CrossEntropyDice);
    let is_balanced = loss.uses_class_weights() && segmentation.balanced;
    let body = match loss {
        SegmentLoss::CrossEntropy => "cross_entropy(logits, targets, weights)",
        SegmentLoss::Dice => "dice_loss(logits, targets, weights)",
        SegmentLoss::Focal => "focal_loss(logits, targets, weights)",
        SegmentLoss::CrossEntropyDice => {
            "cross_entropy(logits.clone(), targets.clone(), weights)\n        \
             + dice_loss(logits, targets, weights)"
        }
    };
    let function = format!(
        "fn loss_function(logits: Tensor<4>, targets: Tensor<1, Int>, weights: &Tensor<1>) -> Tensor<1> {{\n    \
         {body}\n}}"
    );
    let functions = [
        (is_balanced, parts::CLASS_WEIGHTS),
        (!is_balanced, parts::EQUAL_WEIGHTS),
        (true, parts::PIXELS),
        (has_cross_entropy, parts::CROSS_ENTROPY),
        (has_dice, parts::DICE_LOSS),
        (loss == SegmentLoss::Focal, parts::FOCAL_LOSS),
        (true, &function),
    ];
    section("Loss", &[&format!("Of a U-Net: {}.", loss.name())], items(functions))
}

pub fn evaluation(lab: Lab, has_dropout: bool) -> Section {
    let text = match lab {
        Lab::Classify => parts::EVALUATE_IMAGES,
        Lab::Segment => parts::EVALUATE_SLICES,
    };
    let arguments = if has_dropout { "images, &mut None" } else { "images" };
    let prose = ["Dropout is off, and batch norm uses its running statistics: valid() sees to it."];
    section("Evaluation", &prose, lines(&text.replace("NO_DROPOUT", arguments)))
}

pub fn training(config: &RunConfig, has_dropout: bool) -> Section {
    let arguments = if has_dropout { "images, &mut dropout" } else { "images" };
    let mut text = parts::TRAINING
        .replace("WITH_DROPOUT", arguments)
        .replace("OPTIMIZER", &optimizer(config.optimizer));
    if config.lab() == Lab::Classify {
        text = text.replace(", &weights", "").replace(", &test_weights", "");
    }
    let stream = "let mut dropout = Some(Random::new(DROPOUT, losses.len() as u64));";
    let weights = [
        "let weights = TensorData::new(class_weights(&train), [CLASSES]);",
        "let test_weights = Tensor::from_data(weights.clone(), &device);",
        "let weights = Tensor::from_data(weights, &training_device);",
    ];
    let evaluate = match config.lab() {
        Lab::Classify => "evaluate(&model, &test, &device)",
        Lab::Segment => "evaluate(&model, &test, &test_weights, &device)",
    };
    let test = match config.test_every {
        0 => Vec::new(),
        every => vec![
            format!("if losses.len() % {every} == 0 {{"),
            format!("    println!(\"step {{}}: test {{}}\", losses.len(), {evaluate});"),
            "}".to_owned(),
        ],
    };
    let code = text.lines().flat_map(|line| {
        let mark = line.trim_start();
        let indentation = &line[..line.len() - mark.len()];
        let by: Vec<&str> = match mark {
            "DROPOUT_STREAM" if has_dropout => vec![stream],
            "WEIGHTS_OF_CLASSES" if config.lab() == Lab::Segment => weights.to_vec(),
            "TEST_WITHIN_EPOCH" => test.iter().map(String::as_str).collect(),
            "DROPOUT_STREAM" | "WEIGHTS_OF_CLASSES" => Vec::new(),
            _ => return vec![Line::new(line)],
        };
        by.into_iter().map(|text| Line::new(format!("{indentation}{text}"))).collect()
    });
    let prose = ["Each epoch visits every training example once, in a new random order."];
    section("Training", &prose, code.collect())
}

/// Returns the expression that creates the optimizer. Its coefficients are PyTorch's defaults, which
/// the engine has, too, and burn has not.
fn optimizer(optimizer: Optimizer) -> String {
    match optimizer {
        Optimizer::Sgd { momentum } if momentum > 0.0 => format!(
            "{{\n        \
             let momentum = optim::momentum::MomentumConfig::new().with_momentum({momentum:?});\n        \
             optim::SgdConfig::new().with_momentum(Some(momentum.with_dampening(0.0))).init()\n    \
             }}"
        ),
        Optimizer::Sgd { .. } => "optim::SgdConfig::new().init()".into(),
        Optimizer::Adam => "optim::AdamConfig::new().with_epsilon(1e-8).init()".into(),
        Optimizer::AdamW { weight_decay } => format!(
            "optim::AdamWConfig::new().with_epsilon(1e-8).with_weight_decay({weight_decay:?}).init()"
        ),
    }
}

/// Returns the lines of those functions that are used, with an empty line between them.
fn items<const N: usize>(functions: [(bool, &str); N]) -> Vec<Line> {
    let used = functions.into_iter().filter(|(is_used, _)| *is_used);
    let texts: Vec<_> = used.map(|(_, text)| text.trim_end()).collect();
    lines(&texts.join("\n\n"))
}

pub fn lines(text: &str) -> Vec<Line> {
    text.lines().map(Line::new).collect()
}

fn section(title: &'static str, prose: &[&str], code: Vec<Line>) -> Section {
    Section { title, prose: prose.iter().map(|line| (*line).to_owned()).collect(), code }
}
