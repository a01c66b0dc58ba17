//! Tests of the burn program: names, lines of layers, syntax, random numbers. That it compiles and
//! trains is checked by hand, since burn takes minutes to build: see the README.

use std::process::Command;

use data::epoch_order;
use data::rng::{Purpose, Rng};
use export::{Language, Program, Unsupported, burn};
use model::graph::{Graph, InitialValue, Op};
use model::{
    Architecture, Augmentation, DataShape, ImageTransform, Lab, Network, Optimizer, RunConfig,
    RunConfigError, SegmentLoss, Segmentation, Task, UNet, Upsampling,
};

fn shape(config: &RunConfig) -> DataShape {
    let classes = if config.lab() == Lab::Classify { 6 } else { 3 };
    DataShape { classes, size: [64, 64] }
}

fn program(config: &RunConfig) -> Program {
    burn::program(config, shape(config)).unwrap()
}

fn classifier(architecture: Architecture, layers: &[&str]) -> RunConfig {
    let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
    RunConfig { task: Task::Classify(Network { architecture, layers }), ..RunConfig::default() }
}

/// Returns configurations that together have every part that a program can have.
fn all() -> Vec<RunConfig> {
    let mixed = [
        "conv4k5.bn.gelu.pool4.drop20",
        "conv8k3.same.stride2.separable.tanh",
        "res8k3.bn.relu",
        "res12k3.relu.avgpool2",
        "dense12.bn.relu.drop50",
        "dense8.sigmoid",
        "dense8.leaky",
    ];
    let pooled = ["conv4k3.same.relu", "res4k3.relu", "gap"];
    let mut configs = vec![
        RunConfig::default(),
        classifier(Architecture::Cnn, &pooled),
        classifier(Architecture::Mlp, &["dense16.relu"]),
        RunConfig {
            test_every: 20,
            optimizer: Optimizer::SGD,
            ..classifier(Architecture::Cnn, &mixed)
        },
        RunConfig { optimizer: Optimizer::ADAMW, ..RunConfig::default() },
    ];
    for loss in SegmentLoss::ALL {
        for balanced in [false, true] {
            let upsampling = if balanced { Upsampling::Nearest } else { Upsampling::Transposed };
            let unet = UNet { upsampling, batch_norm: balanced, ..UNet::default() };
            let task = Task::Segment(Segmentation { unet, loss, balanced });
            configs.push(RunConfig { task, ..RunConfig::default_for(Lab::Segment) });
        }
    }
    configs
}

#[test]
fn the_program_of_the_labs_cnn() {
    insta::assert_snapshot!(program(&RunConfig::default()).text());
}

#[test]
fn the_program_of_the_labs_unet() {
    insta::assert_snapshot!(program(&RunConfig::default_for(Lab::Segment)).text());
}

#[test]
fn programs_are_rust_without_marks_of_their_parts() {
    for config in all() {
        let program = program(&config);
        assert_eq!(program.language, Language::Rust);
        let text = program.text();
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for mark in ["WEIGHTS_OF_CLASSES", "DROPOUT_STREAM", "TEST_WITHIN", "OPTIMIZER", "_DROPOUT"]
        {
            assert!(!text.contains(mark), "{mark}");
        }
        assert!(!text.contains("TARGETS_OF"));
        for line in program.lines() {
            assert!(line.text.chars().count() <= 120, "{}", line.text);
            assert_eq!(line.text.trim_end(), line.text);
        }
        let range = program.code_ranges()[0].clone();
        assert!(program.lines()[range][0].text.starts_with("use "));
    }
}

#[test]
fn every_parameter_has_a_field_and_its_stream() {
    for config in all() {
        let graph = Graph::of(&config.task, shape(&config)).unwrap();
        let text = program(&config).text();
        for node in graph.nodes().iter().filter(|node| !node.name.is_empty()) {
            let field = node.name.replace('.', "_");
            assert!(text.contains(&format!("self.{field}.forward(")), "{field}");
        }
        for parameter in graph.parameters() {
            let InitialValue::Uniform { stream, .. } = parameter.initial else { continue };
            let Some(name) = parameter.name.strip_suffix(".weight") else { continue };
            let start = format!("            {}: ", name.replace('.', "_"));
            let lines = text.lines().skip_while(|line| !line.starts_with(&start));
            let lines: Vec<&str> = lines.take(4).map(str::trim).collect();
            let end = format!(" {stream}, device");
            let is_long = lines.first().is_some_and(|line| line.ends_with('('));
            let line = if is_long { format!(" {}", lines[2]) } else { lines[0].to_owned() };
            assert!(line.contains(&end), "{name}: {lines:#?}");
        }
        let computed = text.lines().filter(|line| line.starts_with("        let x = ")).count();
        let nodes = graph.nodes().iter().filter(|node| node.op != Op::Input).count();
        assert_eq!(computed, nodes, "a line an operation");
    }
}

#[test]
fn lines_of_a_layer_are_its_field_its_expression_and_its_computation() {
    let program = program(&RunConfig::default());
    let lines = program.lines();
    let ranges = program.lines_of_layer(1);
    let texts: Vec<String> = ranges
        .iter()
        .map(|range| {
            let texts: Vec<_> = lines[range.clone()].iter().map(|line| line.text.trim()).collect();
            texts.join(" ")
        })
        .collect();
    assert_eq!(texts.len(), 3);
    assert_eq!(texts[0], "// Convolution 1 conv1: Conv2d,");
    assert!(texts[1].contains("conv1: conv(Conv2dConfig::new([1, 10], [5, 5]), 0, device),"));
    assert!(texts[2].contains("let x = self.conv1.forward(x);  // [batch, 10, 60, 60]"));
}

#[test]
fn what_is_not_covered_is_named() {
    assert_eq!(program(&RunConfig::default()).unsupported, [Unsupported::WeightsFile]);
    let augmentation = Augmentation::of([ImageTransform::Flip]);
    let augmented = program(&RunConfig { augmentation, ..RunConfig::default() });
    assert_eq!(augmented.unsupported, [Unsupported::WeightsFile, Unsupported::Augmentation]);
    assert!(augmented.usage.last().is_some_and(|line| line.contains("data augmentation")));
    let config = RunConfig { batch: 0, ..RunConfig::default() };
    let error = burn::program(&config, shape(&config)).unwrap_err();
    assert_eq!(error, RunConfigError::BatchSize(0));
}

#[test]
fn the_version_is_that_of_the_engine() {
    let manifest = include_str!("../../../Cargo.toml");
    assert!(manifest.contains(&format!("burn = {{ version = \"{}\"", burn::BURN_VERSION)));
}

#[test]
fn the_random_numbers_in_rust_are_those_of_the_page() {
    let seed = u32::MAX - 6;
    let mixed = classifier(Architecture::Mlp, &["dense16.relu.drop20"]);
    let program = program(&RunConfig { seed, ..mixed });
    let section = program.sections.iter().find(|section| section.title == "Random numbers");
    let mut text = format!("const SEED: u64 = {seed};\n");
    section.unwrap().code.iter().for_each(|line| text.extend([&line.text, "\n"]));
    text.push_str(
        "fn main() {\n    \
             println!(\"{:?}\", Random::new(SHUFFLE, 1).order(1200));\n    \
             let mut uniform = Random::new(FIRST_WEIGHTS, 3);\n    \
             let uniform = (0..100).map(|_| (uniform.uniform() * (1_u64 << 53) as f64) as u64);\n    \
             println!(\"{:?}\", uniform.collect::<Vec<_>>());\n    \
             let mut below = Random::new(DROPOUT, 70_000);\n    \
             let below = (0..100).map(|_| below.below((1 << 63) + 1));\n    \
             println!(\"{:?}\", below.collect::<Vec<_>>());\n\
         }\n",
    );
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (source, binary) = (folder.join("random.rs"), folder.join("random"));
    std::fs::write(&source, text).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let built = Command::new(rustc)
        .args(["--edition=2024", "-o"])
        .arg(&binary)
        .arg(&source)
        .output()
        .expect("the compiler that built this test");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let output = Command::new(binary).output().unwrap();
    let mut rng = Rng::stream(seed, Purpose::Weights, 3);
    let uniform: Vec<_> = (0..100).map(|_| (rng.uniform() * (1_u64 << 53) as f64) as u64).collect();
    let mut rng = Rng::stream(seed, Purpose::Dropout, 70_000);
    // Half of the draws are refused for such an n.
    let below: Vec<_> = (0..100).map(|_| rng.below((1 << 63) + 1)).collect();
    let expected = format!("{:?}\n{uniform:?}\n{below:?}\n", epoch_order(seed, 1, 1200));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
