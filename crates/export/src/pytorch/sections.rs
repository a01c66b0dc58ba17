//! Sections of the program besides the network.

use data::rng::Purpose;
use model::graph::{Graph, InitialValue};
use model::{
    DataShape, ImageTransform, Lab, MAX_BRIGHTENING, MAX_ROTATION, MAX_SCALING, MAX_SHIFT,
    Optimizer, RunConfig, SegmentLoss, Task,
};

use super::parts::{self, definitions, lines, replace_line};
use crate::program::{Line, Section};
use crate::weights_argument;

/// Returns the name of the task with the kind of network, as “Image classification with a CNN”.
pub fn task_name(config: &RunConfig) -> String {
    match &config.task {
        Task::Classify(network) => match network.architecture {
            model::Architecture::Mlp => "Image classification with an MLP".into(),
            model::Architecture::Cnn => "Image classification with a CNN".into(),
            model::Architecture::DeepCnn => "Image classification with a deep CNN".into(),
            model::Architecture::ResNet => "Image classification with a small ResNet".into(),
        },
        Task::Segment(_) => "Segmentation with a U-Net".into(),
    }
}

pub fn settings(config: &RunConfig, shape: DataShape, file: &str) -> Section {
    let [height, width] = shape.size;
    let mut code = lines(
        "import json\n\
         import math\n\
         import sys\n\
         import zipfile\n\
         from pathlib import Path\n\n\
         import numpy as np\n\
         import torch\n\
         import torch.nn.functional as F\n\
         from PIL import Image  # installed with torchvision\n\
         from torch import nn\n",
    );
    code.push(Line::new(""));
    code.push(Line::new(format!("DATA = \"{file}\"")));
    code.push(Line::new(weights_argument::IN_PROGRAM));
    code.push(Line::new(format!(
        "CLASSES = {}  # of images with {height} × {width} pixels",
        shape.classes
    )));
    code.push(Line::new(format!("SEED = {}", config.seed)));
    code.push(Line::new(format!("BATCH_SIZE = {}", config.batch)));
    code.push(Line::new(format!("EPOCHS = {}", config.epochs)));
    code.push(Line::new(format!("LEARNING_RATE = {:?}", config.learning_rate)));
    code.push(Line::new("DEVICE = \"cuda\" if torch.cuda.is_available() else \"cpu\""));
    section("Settings", &["The settings of the page."], code)
}

pub fn random() -> Section {
    let prose = [
        "The page draws random numbers with a generator of its own, so that a seed means the same",
        "everywhere. This is the same generator: xoshiro256++ (Blackman & Vigna 2021).",
    ];
    section("Random numbers", &prose, lines(parts::RANDOM))
}

pub fn data(lab: Lab) -> Section {
    match lab {
        Lab::Classify => {
            let prose = ["The zip file has a folder of images for each class."];
            section("Data", &prose, lines(parts::IMAGES))
        }
        Lab::Segment => {
            let prose = [
                "The zip file has slices, each with a mask: an image whose gray values are the classes of",
                "the pixels.",
            ];
            section("Data", &prose, lines(parts::SLICES))
        }
    }
}

/// Returns the section with the functions that change training images at random, if they are.
pub fn augmentation(config: &RunConfig) -> Option<Section> {
    let augmentation = config.augmentation;
    if augmentation.is_none() {
        return None;
    }
    let of = |transform, largest: f64| if augmentation.contains(transform) { largest } else { 0.0 };
    let flip = if augmentation.contains(ImageTransform::Flip) { "True" } else { "False" };
    let settings = format!(
        "AUGMENTATION = {}  # purpose of random numbers\n\
         FLIP = {flip}  # left to right, half of the images\n\
         ROTATION = {:?}  # degrees at most, to either side\n\
         SHIFT = {:?}  # of height and width\n\
         SCALING = {:?}\n\
         BRIGHTENING = {:?}\n\n\n",
        Purpose::Augmentation as u8,
        of(ImageTransform::Rotate, MAX_ROTATION),
        of(ImageTransform::Shift, MAX_SHIFT),
        of(ImageTransform::Scale, MAX_SCALING),
        of(ImageTransform::Brightness, MAX_BRIGHTENING),
    );
    let masks = [
        "# Masks are moved as their images; each pixel takes the class of the nearest one.",
        "masks = F.grid_sample(targets.unsqueeze(1).float(), grid, mode=\"nearest\", **options)",
        "targets = masks.squeeze(1).long()",
    ];
    let masks: Vec<_> = match config.lab() {
        Lab::Classify => Vec::new(),
        Lab::Segment => masks.map(str::to_owned).to_vec(),
    };
    let functions = replace_line(lines(parts::AUGMENT), "MASKS", &masks);
    let prose = ["Random changes of the training images, with the random numbers of the page."];
    Some(section("Data augmentation", &prose, [lines(&settings), functions].concat()))
}

/// Returns the section with the first weights. With `encoder`, pairs of modules of a classifier and of
/// a U-Net's encoder, the latter start from the former.
pub fn first_weights(graph: &Graph, encoder: Option<&[(String, String)]>) -> Section {
    let mut code = lines(
        "# Layers with random first weights, and the number of their random stream.\nSTREAMS = {",
    );
    for parameter in graph.parameters() {
        if let (InitialValue::Uniform { stream, .. }, Some(name)) =
            (parameter.initial, parameter.name.strip_suffix(".weight"))
        {
            code.push(Line::new(format!("    \"{name}\": {stream},")));
        }
    }
    code.extend(lines("}\n\n\n"));
    code.extend(lines(parts::FIRST_WEIGHTS));
    code.extend(lines("\n\n"));
    let Some(encoder) = encoder else {
        code.extend(lines(parts::START));
        let prose = ["Without a file of weights, the network starts as on the page."];
        return section("First weights", &prose, code);
    };
    code.extend(lines(
        "# Layers of the classifier, and those of the encoder that start from them.\nENCODER = {",
    ));
    let pair = |(source, target): &(String, String)| format!("    \"{source}\": \"{target}\",");
    code.extend(encoder.iter().map(pair).map(Line::new));
    code.extend(lines("}\n\n\n"));
    code.extend(lines(parts::START_ENCODER));
    let prose = [
        "The encoder starts from a classifier that was trained before, which is called transfer",
        "learning. Decoder and head start from random weights.",
    ];
    section("First weights", &prose, code)
}

pub fn loss(config: &RunConfig) -> Section {
    let Task::Segment(segmentation) = &config.task else {
        let prose = ["Cross-entropy, the mean over the images of a batch."];
        return section("Loss", &prose, lines("loss_function = nn.CrossEntropyLoss()"));
    };
    let mut code = match (segmentation.loss.uses_class_weights(), segmentation.balanced) {
        (false, _) => Vec::new(),
        (true, false) => {
            lines("CLASS_WEIGHTS = torch.ones(CLASSES)  # all classes count the same\n\n\n")
        }
        (true, true) => [lines(parts::BALANCED_WEIGHTS), lines("\n\n")].concat(),
    };
    let (functions, loss_function): (&[&str], _) = match segmentation.loss {
        SegmentLoss::CrossEntropy => (&[parts::CROSS_ENTROPY], "cross_entropy"),
        SegmentLoss::Dice => (&[parts::DICE_LOSS], "dice_loss"),
        SegmentLoss::Focal => (&[parts::FOCAL_LOSS], "focal_loss"),
        SegmentLoss::CrossEntropyDice => {
            (&[parts::CROSS_ENTROPY, parts::DICE_LOSS, SUM_OF_LOSSES], "")
        }
    };
    code.extend(definitions(functions));
    if !loss_function.is_empty() {
        code.extend(lines(&format!("\n\nloss_function = {loss_function}")));
    }
    section("Loss", &[&format!("Of a U-Net: {}.", segmentation.loss.name())], code)
}

const SUM_OF_LOSSES: &str = "def loss_function(logits, targets):\n    \
    return cross_entropy(logits, targets) + dice_loss(logits, targets)\n";

pub fn evaluation(lab: Lab) -> Section {
    let code = match lab {
        Lab::Classify => parts::EVALUATE_IMAGES,
        Lab::Segment => parts::EVALUATE_SLICES,
    };
    let prose =
        ["Dropout is off, and batch norm uses its running statistics: model.eval() sees to it."];
    section("Evaluation", &prose, lines(code))
}

pub fn training(config: &RunConfig, has_dropout: bool) -> Section {
    let mut code = vec![Line::new(optimizer(config.optimizer)), Line::new("")];
    code.extend(lines(parts::TRAINING));
    let stream = "Dropout.random = Random(DROPOUT, len(losses))".to_owned();
    let stream: &[String] = if has_dropout { &[stream] } else { &[] };
    let code = replace_line(code, "DROPOUT_STREAM", stream);
    let plain = "images, targets = train_images[batch].to(DEVICE), train_targets[batch].to(DEVICE)";
    let augmented = [
        "images, targets = augment(train_images[batch], train_targets[batch], epoch, batch)",
        "images, targets = images.to(DEVICE), targets.to(DEVICE)",
    ];
    let batch: &[&str] = if config.augmentation.is_none() { &[plain] } else { &augmented };
    let batch: Vec<_> = batch.iter().map(|line| (*line).to_owned()).collect();
    let code = replace_line(code, "BATCH", &batch);
    let test: &[String] = &match config.test_every {
        0 => Vec::new(),
        every => vec![
            format!("if len(losses) % {every} == 0:"),
            "    print(f\"step {len(losses)}: test\", evaluate())".to_owned(),
        ],
    };
    let code = replace_line(code, "TEST_WITHIN_EPOCH", test);
    let prose = ["Each epoch visits every training example once, in a new random order."];
    section("Training", &prose, code)
}

/// Returns the line that creates the optimizer. Coefficients that are not named are PyTorch's
/// defaults, which the engine has, too.
fn optimizer(optimizer: Optimizer) -> String {
    let (class, more) = match optimizer {
        Optimizer::Sgd { momentum } => ("SGD", format!(", momentum={momentum:?}")),
        Optimizer::Adam => ("Adam", String::new()),
        Optimizer::AdamW { weight_decay } => ("AdamW", format!(", weight_decay={weight_decay:?}")),
    };
    format!("optimizer = torch.optim.{class}(model.parameters(), lr=LEARNING_RATE{more})")
}

pub fn section(title: &'static str, prose: &[&str], code: Vec<Line>) -> Section {
    Section { title, prose: prose.iter().map(|line| (*line).to_owned()).collect(), code }
}
