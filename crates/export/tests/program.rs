//! Tests of the PyTorch program and of the notebook: text, lines of layers, syntax, random numbers.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use data::epoch_order;
use data::rng::{Purpose, Rng};
use export::{Program, notebook, pytorch};
use model::graph::{Graph, InitialValue, Op};
use model::{
    Architecture, Augmentation, DataShape, DataSource, ImageTransform, Lab, Network, Optimizer,
    RunConfig, RunConfigError, SegmentLoss, Segmentation, Task, UNet, Upsampling,
};

fn shape(config: &RunConfig) -> DataShape {
    let classes = if config.lab() == Lab::Classify { 6 } else { 3 };
    DataShape { classes, size: [64, 64] }
}

fn program(config: &RunConfig) -> Program {
    pytorch::program(config, shape(config)).unwrap()
}

fn classifier(network: Network) -> RunConfig {
    RunConfig { task: Task::Classify(network), ..RunConfig::default() }
}

fn segmenter(segmentation: Segmentation) -> RunConfig {
    RunConfig { task: Task::Segment(segmentation), ..RunConfig::default_for(Lab::Segment) }
}

/// Returns a network with residual blocks, a separable convolution and poolings by the mean.
fn deep() -> Network {
    let layers = [
        "conv4k3.same.stride2.separable.leaky.avgpool2",
        "res4k3.relu",
        "res6k3.stride2.bn.relu",
        "gap",
    ];
    Network {
        architecture: Architecture::ResNet,
        layers: layers.map(|layer| layer.parse().unwrap()).to_vec(),
    }
}

/// Returns a network with batch norm, dropout, and four activations.
fn mixed() -> Network {
    let layers = ["conv4k5.bn.gelu.pool4.drop20", "conv3k3.tanh.pool2", "dense12.bn.relu.drop50"]
        .into_iter()
        .chain(["dense8.sigmoid"]);
    Network {
        architecture: Architecture::Cnn,
        layers: layers.map(|layer| layer.parse().unwrap()).collect(),
    }
}

fn augmented() -> Augmentation {
    Augmentation::of([ImageTransform::Flip, ImageTransform::Rotate])
}

/// Returns configurations that together have every part that a program can have.
fn all() -> Vec<RunConfig> {
    let mut configs = vec![
        RunConfig::default(),
        classifier(Network::default_for(Architecture::Mlp)),
        RunConfig { test_every: 20, optimizer: Optimizer::SGD, ..classifier(mixed()) },
        RunConfig {
            data: DataSource::PHANTOM,
            optimizer: Optimizer::ADAMW,
            ..RunConfig::default()
        },
        classifier(deep()),
        RunConfig { augmentation: augmented(), ..RunConfig::default() },
        RunConfig { augmentation: augmented(), ..RunConfig::default_for(Lab::Segment) },
    ];
    for loss in SegmentLoss::ALL {
        for balanced in [false, true] {
            let upsampling = if balanced { Upsampling::Nearest } else { Upsampling::Transposed };
            let skips = [!balanced, true, true, true];
            let (batch_norm, residual) = (balanced, loss == SegmentLoss::Focal);
            let unet = UNet { upsampling, batch_norm, residual, skips, ..UNet::default() };
            configs.push(segmenter(Segmentation { unet, loss, balanced }));
        }
    }
    configs
}

#[test]
fn the_program_of_the_labs_cnn() {
    insta::assert_snapshot!(program(&RunConfig::default()).text());
}

#[test]
fn the_program_of_the_labs_mlp() {
    let mlp = classifier(Network::default_for(Architecture::Mlp));
    insta::assert_snapshot!(program(&mlp).text());
}

#[test]
fn the_program_of_the_labs_unet() {
    insta::assert_snapshot!(program(&RunConfig::default_for(Lab::Segment)).text());
}

#[test]
fn lines_of_a_layer_define_and_compute_it() {
    let program = program(&classifier(mixed()));
    let lines = program.lines();
    let text_of = |layer| {
        let ranges = program.lines_of_layer(layer);
        let texts = ranges.iter().map(|range| {
            let lines = lines[range.clone()].iter();
            lines.map(|line| line.text.trim()).collect::<Vec<_>>().join("; ")
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(text_of(0), ["# x is [batch, 1, 64, 64]"]);
    assert_eq!(
        text_of(1),
        [
            "# Convolution 1; self.conv1 = nn.Conv2d(1, 4, 5); self.bn1 = nn.BatchNorm2d(4); \
             self.dropout1 = Dropout(0.2)",
            "# Convolution 1; x = self.conv1(x)  # [batch, 4, 60, 60]; x = self.bn1(x); \
             x = F.gelu(x); x = F.max_pool2d(x, 4)  # [batch, 4, 15, 15]; x = self.dropout1(x)",
        ]
    );
    let last = text_of(5);
    assert_eq!(last[1], "# Output; x = self.fc3(x)  # [batch, 6]");
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(program.layer_of_line(number), line.layer);
        let ranges = line.layer.map(|layer| program.lines_of_layer(layer)).unwrap_or_default();
        assert_eq!(line.layer.is_some(), ranges.iter().any(|range| range.contains(&number)));
    }
    assert_eq!(program.layer_of_line(lines.len()), None);
}

#[test]
fn a_residual_block_keeps_its_input() {
    let program = program(&classifier(deep()));
    let lines = program.lines();
    let text_of = |layer: usize| {
        let ranges = program.lines_of_layer(layer).into_iter();
        let texts = ranges.map(|range| {
            let lines = lines[range].iter();
            lines.map(|line| line.text.trim()).collect::<Vec<_>>().join("; ")
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(
        text_of(1),
        [
            "# Convolution 1; self.conv1 = nn.Module(); \
             self.conv1.depthwise = nn.Conv2d(1, 1, 3, stride=2, padding=1, groups=1); \
             self.conv1.pointwise = nn.Conv2d(1, 4, 1)",
            "# Convolution 1; x = self.conv1.depthwise(x)  # [batch, 1, 32, 32]; \
             x = self.conv1.pointwise(x)  # [batch, 4, 32, 32]; x = F.leaky_relu(x); \
             x = F.avg_pool2d(x, 2)  # [batch, 4, 16, 16]; skip1 = x",
        ]
    );
    assert_eq!(
        text_of(2)[1],
        "# Residual block 2; x = self.res1.conv1(x); x = F.relu(x); x = self.res1.conv2(x); \
         x = x + skip1; x = F.relu(x); skip2 = x"
    );
    assert_eq!(
        text_of(3)[1],
        "# Residual block 3; x = self.res2.conv1(x)  # [batch, 6, 8, 8]; x = self.res2.bn1(x); \
         x = F.relu(x); x = self.res2.conv2(x); x = self.res2.bn2(x); skip3 = x; \
         x = self.res2.shortcut(skip2)  # [batch, 6, 8, 8]; x = self.res2.shortcut_bn(x); \
         x = skip3 + x; x = F.relu(x)"
    );
    assert_eq!(text_of(4), ["# Global average pooling 4; x = x.mean((2, 3))  # [batch, 6]"]);
}

#[test]
fn every_parameter_is_defined_under_its_name_and_drawn_from_its_stream() {
    for config in all() {
        let graph = Graph::of(&config.task, shape(&config)).unwrap();
        let text = program(&config).text();
        for node in graph.nodes().iter().filter(|node| !node.name.is_empty()) {
            assert!(text.contains(&format!("self.{} = nn.", node.name)), "{}", node.name);
            // The shortcut of a residual block takes a value that was kept.
            let argument = if node.name.ends_with(".shortcut") { "skip" } else { "x)" };
            assert!(text.contains(&format!("self.{}({argument}", node.name)), "{}", node.name);
        }
        for parameter in graph.parameters() {
            let InitialValue::Uniform { fan_in, stream } = parameter.initial else { continue };
            let Some(name) = parameter.name.strip_suffix(".weight") else { continue };
            assert!(text.contains(&format!("\"{name}\": {stream},")), "{name}");
            // The program computes the bound from `weight[0].numel()`.
            assert_eq!(parameter.shape[1..].iter().product::<usize>(), fan_in, "{name}");
        }
        let computed = text.lines().filter(|line| line.starts_with("        x = ")).count();
        let nodes = graph.nodes().iter().filter(|node| node.op != Op::Input).count();
        assert_eq!(computed, nodes, "a line an operation");
    }
}

#[test]
fn the_program_covers_every_data_set() {
    for data in [DataSource::PHANTOM, DataSource::MedNist] {
        assert_eq!(program(&RunConfig { data, ..RunConfig::default() }).unsupported, []);
    }
    assert_eq!(program(&RunConfig::default_for(Lab::Segment)).unsupported, []);
}

/// Returns the files of a zip file by name.
fn files(zip: Vec<u8>) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let count = zip.len();
    let read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut content).unwrap();
        (file.name().to_owned(), content)
    };
    (0..count).map(read).collect()
}

#[test]
fn a_data_set_is_saved_with_the_pixels_of_the_page() {
    let mut train = data::Images {
        labels: vec![0, 1],
        pixels: vec![7; 2 * data::IMAGE_LEN],
        ..Default::default()
    };
    train.pixels[data::IMAGE_LEN] = 9;
    let test =
        data::Images { labels: vec![1], pixels: vec![5; data::IMAGE_LEN], ..Default::default() };
    let classes = ["Hand", "CXR"].map(str::to_owned).to_vec();
    let set = data::ImageSet { classes, train, test, ..Default::default() };
    let files = files(export::data_set::images(&set).unwrap());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let images = ["test/CXR/00000.pgm", "train/CXR/00001.pgm", "train/Hand/00000.pgm"];
    assert_eq!(names, [&["manifest.json"], &images[..]].concat());
    assert_eq!(files["manifest.json"], br#"{"classes":["Hand","CXR"]}"#);
    let image = &files["train/CXR/00001.pgm"];
    assert_eq!(image[..15], *b"P5 64 64 255\n\x09\x07");
    assert_eq!(image.len(), 13 + data::IMAGE_LEN);
}

#[test]
fn a_configuration_that_cannot_run_has_no_program() {
    let config = RunConfig { batch: 0, ..RunConfig::default() };
    let error = pytorch::program(&config, shape(&config)).unwrap_err();
    assert_eq!(error, RunConfigError::BatchSize(0));
}

#[test]
fn lines_are_short_and_no_mark_is_left() {
    for config in all() {
        for line in program(&config).lines() {
            assert!(line.text.chars().count() <= 100, "{}", line.text);
            assert!(!line.text.contains("_STREAM\n") && line.text.trim() != "DROPOUT_STREAM");
            assert!(!["TEST_WITHIN_EPOCH", "BATCH", "MASKS"].contains(&line.text.trim()));
            assert_eq!(line.text.trim_end(), line.text);
        }
    }
    let text = program(&all()[2]).text();
    assert!(text.contains("        Dropout.random = Random(DROPOUT, len(losses))\n"));
    assert!(text.contains("        if len(losses) % 20 == 0:\n            print("));
    assert!(!text.contains("augment"));
    let [images, slices] = [5, 6].map(|index| program(&all()[index]).text());
    assert!(images.contains("FLIP = True") && images.contains("ROTATION = 12.0"));
    assert!(images.contains("SHIFT = 0.0  #") && !images.contains("masks = "));
    assert!(slices.contains("    masks = F.grid_sample(targets"));
    assert!(text.contains("optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9)"));
}

#[test]
fn a_notebook_has_the_code_of_the_program_in_cells() {
    for config in all() {
        let program = program(&config);
        let json: serde_json::Value = serde_json::from_str(&notebook(&program)).unwrap();
        assert_eq!((&json["nbformat"], &json["nbformat_minor"]), (&4.into(), &5.into()));
        let cells = json["cells"].as_array().unwrap();
        assert_eq!(cells.len(), 1 + 2 * program.sections.len());
        let ids: BTreeSet<_> = cells.iter().map(|cell| cell["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), cells.len(), "ids are unique");
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(ids.iter().all(|id| id.len() <= 64 && id.chars().all(allowed)), "{ids:?}");
        let code = cells.iter().filter(|cell| cell["cell_type"] == "code");
        let code: Vec<_> = code.map(|cell| cell["source"].as_str().unwrap()).collect();
        for (cell, section) in code.iter().zip(&program.sections) {
            let lines = cell.lines().zip(&section.code);
            let differing: Vec<_> = lines.filter(|(cell, line)| **cell != line.text).collect();
            assert_eq!(cell.lines().count(), section.code.len());
            // Only the file of weights is given in another way.
            assert_eq!(differing.len(), usize::from(section.title == "Settings"));
        }
        assert!(code[0].contains("WEIGHTS = None") && !code[0].contains("sys.argv"));
    }
}

/// Returns the Python that `PLAYGROUND_PYTHON` names, else `python3` if there is one.
fn python() -> Option<PathBuf> {
    if let Some(python) = std::env::var_os("PLAYGROUND_PYTHON") {
        return Some(python.into());
    }
    let found = Command::new("python3").arg("--version").output();
    let python = found.is_ok_and(|found| found.status.success()).then(|| "python3".into());
    if python.is_none() {
        eprintln!("There is no python3, so the programs were not checked by it.");
    }
    python
}

/// Runs Python with this text as its standard input.
fn run(python: &PathBuf, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(python);
    command.args(arguments).env("PYTHONIOENCODING", "utf-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn programs_and_cells_are_python() {
    let Some(python) = python() else { return };
    let mut texts = Vec::new();
    for config in all() {
        let program = program(&config);
        texts.push(program.text());
        let json: serde_json::Value = serde_json::from_str(&notebook(&program)).unwrap();
        let cells = json["cells"].as_array().unwrap().iter();
        let cells = cells.filter(|cell| cell["cell_type"] == "code");
        texts.extend(cells.map(|cell| cell["source"].as_str().unwrap().to_owned()));
    }
    let segmenter = RunConfig::default_for(Lab::Segment);
    let encoder = pytorch::program_with_encoder(&segmenter, shape(&segmenter), "CNN").unwrap();
    texts.push(encoder.text());
    let check = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
    run(&python, &["-W", "error", "-c", check], &serde_json::to_string(&texts).unwrap());
}

#[test]
fn the_random_numbers_in_python_are_those_of_the_page() {
    let Some(python) = python() else { return };
    let seed = u32::MAX - 6;
    let program = program(&RunConfig { seed, ..RunConfig::default() });
    let section = program.sections.iter().find(|section| section.title == "Random numbers");
    let mut text = format!("SEED = {seed}\n");
    section.unwrap().code.iter().for_each(|line| text.extend([&line.text, "\n"]));
    text.push_str(
        "import json\n\
         uniform, below = Random(FIRST_WEIGHTS, 3), Random(DROPOUT, 70000)\n\
         print(json.dumps([\n    \
             [Random(SHUFFLE, epoch).order(1200) for epoch in range(2)],\n    \
             [int(uniform.uniform() * 2**53) for _ in range(100)],\n    \
             [below.below(2**63 + 1) for _ in range(100)],\n\
         ]))\n",
    );
    let output = run(&python, &["-"], &text);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let orders = [0, 1].map(|epoch| epoch_order(seed, epoch, 1200));
    assert_eq!(found[0], serde_json::json!(orders));
    let mut rng = Rng::stream(seed, Purpose::Weights, 3);
    let uniform: Vec<_> = (0..100).map(|_| (rng.uniform() * (1_u64 << 53) as f64) as u64).collect();
    assert_eq!(found[1], serde_json::json!(uniform));
    let mut rng = Rng::stream(seed, Purpose::Dropout, 70_000);
    // Half of the draws are refused for such an n.
    let below: Vec<_> = (0..100).map(|_| rng.below((1 << 63) + 1)).collect();
    assert_eq!(found[2], serde_json::json!(below));
}

#[test]
fn a_program_says_that_the_encoder_starts_from_a_classifier() {
    for residual in [false, true] {
        let unet = UNet { depth: 1, residual, ..UNet::default() };
        let config = segmenter(Segmentation { unet, ..Segmentation::default() });
        let name = "Deep CNN on mednist, 10 epochs";
        let program = pytorch::program_with_encoder(&config, shape(&config), name).unwrap();
        let text = program.text();
        assert!(text.contains(&format!("{name}.\n")), "{text}");
        let graph = Graph::of(&config.task, shape(&config)).unwrap();
        let len = graph.encoder_len().unwrap();
        // Each module of the encoder starts from one of the classifier, and no other does.
        for node in graph.nodes().iter().filter(|node| !node.name.is_empty()) {
            let is_encoder = graph.parameters()[node.parameters.clone()][0].values.end <= len;
            assert_eq!(text.contains(&format!("\": \"{}\",", node.name)), is_encoder);
        }
        let pairs: &[_] = match residual {
            true => &[
                "\"res1.conv1\": \"enc1.conv1\",",
                "\"res2.shortcut_bn\": \"bottom.shortcut_bn\",",
            ],
            false => &["\"conv1\": \"enc1.conv1\",", "\"bn4\": \"bottom.bn2\","],
        };
        assert!(pairs.iter().all(|pair| text.contains(pair)), "{text}");
        assert!(text.contains("start_encoder(model, tensors)"));
        assert_eq!(text.lines().filter(|line| line.starts_with("ENCODER = {")).count(), 1);
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(longest <= 110, "{longest}");
    }
}

#[test]
fn the_program_copies_each_tensor_of_the_classifier_to_the_encoder() {
    let Some(python) = python() else { return };
    let config = RunConfig::default_for(Lab::Segment);
    let Task::Segment(part) = &config.task else { panic!("no U-Net") };
    let program = pytorch::program_with_encoder(&config, shape(&config), "CNN").unwrap();
    let section = program.sections.iter().find(|section| section.title == "First weights");
    let lines = section.unwrap().code.iter().map(|line| line.text.as_str());
    let lines = lines.skip_while(|line| !line.starts_with("ENCODER"));
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("model = ")).collect();
    let classifier = Network::encoder_of(&part.unet);
    let classifier = Graph::classifier(&classifier, DataShape { classes: 6, size: [64, 64] });
    let classifier = classifier.unwrap();
    let names: Vec<_> = classifier.parameters().iter().map(|one| one.name.clone()).collect();
    // A stand-in for the network, which writes down what it is given.
    let text = format!(
        "import json\n{}\n\
         class Module:\n    \
             def __init__(self, name):\n        self.name = name\n    \
             def load_state_dict(self, tensors):\n        \
                 taken.update({{self.name + \".\" + key: value for key, value in tensors.items()}})\n\
         class Model:\n    get_submodule = staticmethod(Module)\n\
         taken = {{}}\n\
         start_encoder(Model(), {{name: name for name in {names:?}}})\n\
         print(json.dumps(taken))\n",
        lines.join("\n")
    );
    let output = run(&python, &["-"], &text);
    let found: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&output.stdout).unwrap();
    let unet = Graph::of(&config.task, shape(&config)).unwrap();
    let len = unet.encoder_len().unwrap();
    let encoder = unet.parameters().iter().filter(|one| one.values.end <= len);
    let pairs = encoder.map(|one| one.name.clone()).zip(names);
    assert_eq!(found, pairs.collect());
}

#[test]
fn the_name_of_a_classifier_ends_no_comment() {
    let config = RunConfig::default_for(Lab::Segment);
    let name = "a\"\"\"\nimport os # \\.safetensors";
    let python = pytorch::program_with_encoder(&config, shape(&config), name).unwrap().text();
    assert!(python.contains("\na____import os # _.safetensors.\n"), "{python}");
    let rust = export::burn::program_with_encoder(&config, shape(&config), name).unwrap();
    assert!(rust.text().contains("\n//! a____import os # _.safetensors.\n"), "{}", rust.text());
    assert_eq!(rust.unsupported, [export::Unsupported::Encoder]);
}
