//! Engine and exported PyTorch module on random networks, in training mode: with the statistics of
//! the batch and with dropout. PyTorch computes with 64-bit numbers, so that it adds no rounding of its
//! own.
//!
//! Where `PLAYGROUND_PYTHON` names a Python with torch and NumPy, all networks are compared; with
//! `UPDATE_GOLDEN=1`, a summary of ten networks is written to `golden.json`. That summary is compared
//! everywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use data::rng::{Purpose, Rng};
use engine::burn::tensor::Device;
use engine::model::DeviceNetwork;
use serde_json::{Value, json};

use crate::computed::{Computed, norm, tolerance};
use crate::networks::{self, RandomNetwork, SEED};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random_graphs/golden.json");

/// Sections of the exported program that define the network and draw its first weights.
const SECTIONS: [&str; 4] = ["Settings", "Random numbers", "Network", "First weights"];

/// Number of logits in a summary.
const SUMMARY_LOGITS: usize = 24;

/// Computes with the engine the first step of training.
fn by_engine(random: &RandomNetwork) -> Computed {
    let graph = random.graph();
    let values = cpu::initial_values(&graph, SEED);
    let network = DeviceNetwork::new(graph, &values, &Device::flex());
    let mut dropout = Rng::stream(SEED, Purpose::Dropout, 0);
    Computed::by_engine(random, network, Some(&mut dropout))
}

/// Returns the Python that `PLAYGROUND_PYTHON` names, if it has torch.
fn python() -> Option<PathBuf> {
    let python = PathBuf::from(std::env::var_os("PLAYGROUND_PYTHON").unwrap_or_default());
    let found = Command::new(&python).args(["-c", "import numpy, torch, PIL"]).output();
    if found.is_ok_and(|found| found.status.success()) {
        return Some(python);
    }
    eprintln!(
        "Skipped: PLAYGROUND_PYTHON names no Python with torch, torchvision and NumPy, so the \
         exported modules were not run."
    );
    None
}

/// Computes with the exported modules of all networks.
fn by_pytorch(python: &Path, networks: &[RandomNetwork]) -> Vec<Computed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random-graphs");
    fs::create_dir_all(&folder).unwrap();
    for random in networks {
        let program = export::pytorch::program(&random.config, random.shape).unwrap();
        let sections = program.sections.iter().filter(|part| SECTIONS.contains(&part.title));
        let lines = sections.flat_map(|section| &section.code);
        let code: String = lines.map(|line| line.text.clone() + "\n").collect();
        fs::write(folder.join(format!("{}.py", random.name)), code).unwrap();
        let [height, width] = random.shape.size;
        let input = json!({
            "shape": [random.batch(), 1, height, width],
            "images": random.images(),
            "factors": random.factors(),
        });
        fs::write(folder.join(format!("{}.json", random.name)), input.to_string()).unwrap();
    }
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/../export/scripts/run_networks.py");
    let names = networks.iter().map(|random| &random.name);
    let output = Command::new(python).arg(runner).arg(&folder).args(names).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    networks
        .iter()
        .map(|random| {
            let file = folder.join(format!("{}.out.json", random.name));
            computed(random, &serde_json::from_slice(&fs::read(file).unwrap()).unwrap())
        })
        .collect()
}

fn floats(value: &Value) -> Vec<f32> {
    let numbers = value.as_array().expect("a list of numbers").iter();
    numbers.map(|number| number.as_f64().unwrap_or(f64::NAN) as f32).collect()
}

/// Returns what PyTorch computed, with gradients in the layout of checkpoints.
fn computed(random: &RandomNetwork, found: &Value) -> Computed {
    let graph = random.graph();
    let learned = graph.parameters().iter().filter(|parameter| parameter.kind.is_learned());
    let gradients = learned.map(|parameter| {
        let values = floats(&found["gradients"][&parameter.name]);
        let values = match (parameter.is_transposed, parameter.shape.as_slice()) {
            (true, [_, inputs]) => {
                let column = |input| values.iter().skip(input).step_by(*inputs);
                (0..*inputs).flat_map(column).copied().collect()
            }
            _ => values,
        };
        (parameter.name.clone(), values)
    });
    Computed { logits: floats(&found["logits"]), gradients: gradients.collect() }
}

/// Returns evenly spaced logits, and norm and sum of each gradient.
fn summary(computed: &Computed) -> Value {
    let step = computed.logits.len().div_ceil(SUMMARY_LOGITS);
    let logits: Vec<f32> = computed.logits.iter().step_by(step).copied().collect();
    let of = |gradient: &[f32]| [norm(gradient), sum(gradient)].map(|number| number as f32);
    let gradients: BTreeMap<_, _> =
        computed.gradients.iter().map(|(name, gradient)| (name.clone(), of(gradient))).collect();
    json!({ "logits": logits, "gradients": gradients })
}

fn sum(values: &[f32]) -> f64 {
    values.iter().copied().map(f64::from).sum()
}

#[test]
fn exported_modules_compute_what_the_engine_does() {
    let Some(python) = python() else { return };
    let all = networks::all();
    let found = by_pytorch(&python, &all);
    let mut summaries = BTreeMap::new();
    let golden: Vec<_> = networks::with_golden_values().into_iter().map(|r| r.name).collect();
    for (random, pytorch) in all.iter().zip(&found) {
        let what = format!("{}: {:?}", random.name, random.config.task);
        by_engine(random).assert_close(pytorch, &what);
        if golden.contains(&random.name) {
            summaries.insert(random.name.clone(), summary(pytorch));
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        // A line for each network.
        let lines: Vec<_> =
            summaries.iter().map(|(name, summary)| format!("\"{name}\": {summary}")).collect();
        fs::write(GOLDEN, format!("{{\n{}\n}}\n", lines.join(",\n"))).unwrap();
    }
}

#[test]
fn the_engine_computes_pytorchs_golden_values() {
    let golden: Value = serde_json::from_slice(&fs::read(GOLDEN).unwrap()).unwrap();
    let networks = networks::with_golden_values();
    assert_eq!(golden.as_object().unwrap().len(), networks.len());
    for random in networks {
        let (name, engine) = (&random.name, by_engine(&random));
        let (found, expected) = (summary(&engine), &golden[name]);
        let (a, b) = (floats(&found["logits"]), floats(&expected["logits"]));
        assert_eq!(a.len(), b.len(), "{name}");
        let largest = b.iter().fold(1.0_f32, |m, v| m.max(v.abs()));
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() <= 1e-4 * largest, "{name}: logit {a}, not {b}");
        }
        let expected = expected["gradients"].as_object().unwrap();
        assert_eq!(expected.len(), engine.gradients.len(), "{name}");
        for (parameter, gradient) in &engine.gradients {
            let numbers = floats(&expected[parameter]);
            let [length, total] = [0, 1].map(|index| f64::from(numbers[index]));
            let most = tolerance(length, engine.gradient_norm());
            let off = [norm(gradient) - length, sum(gradient) - total].map(f64::abs);
            // The sum of n numbers is at most √n times their norm.
            let of_sum = most * (gradient.len() as f64).sqrt();
            assert!(off[0] <= most && off[1] <= of_sum, "{name}: {parameter} is off by {off:?}");
        }
    }
}
