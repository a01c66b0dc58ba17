//! The query string of a link: the whole [`RunConfig`] and a few wishes of the page.
//!
//! Every parameter is optional. A value that cannot be used is named in a sentence and replaced by
//! the default; unknown parameters are left alone, since hosts add their own.

use std::ops::RangeInclusive;

use crate::layer_syntax::{layers_from_text, layers_to_text};
use crate::{
    Architecture, BATCH_RANGE, DEPTH_RANGE, DataSource, DeviceChoice, EPOCHS_RANGE, Lab, Network,
    Optimizer, RunConfig, RunConfigError, SegmentLoss, Segmentation, Task, Upsampling, Ventricles,
    WIDTH_RANGE, check_learning_rate,
};

/// What a link asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permalink {
    /// The run.
    pub config: RunConfig,
    /// Start training as soon as the engine is there.
    pub autostart: bool,
    /// Leave out the header, for an iframe.
    pub embed: bool,
    /// Log commands, events and queries in the console.
    pub debug: bool,
}

/// Reads a query string, with or without its question mark. The second value holds one sentence
/// for each value that was replaced by the default.
pub fn parse(query: &str) -> (Permalink, Vec<String>) {
    parse_with(query, |text| text.parse().ok())
}

/// As [`parse`], with a way to read decimal numbers: a browser has one, and Rust's own brings ten
/// kilobytes of tables.
pub fn parse_with(query: &str, number: fn(&str) -> Option<f64>) -> (Permalink, Vec<String>) {
    let mut link = Permalink::default();
    let mut complaints = Vec::new();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect();
    // The last of equal keys counts, as in a browser's form.
    let get = |key: &str| pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    let mut refuse = |key: &str, value: &str, rule: String| {
        complaints.push(format!("“{key}={}” in the link was ignored: {rule}", shortened(value)));
    };
    let config = &mut link.config;

    match get("lab") {
        None | Some("classify") => {}
        Some("segment") => *config = RunConfig::default_for(Lab::Segment),
        Some(value) => refuse("lab", value, "the labs are classify and segment.".into()),
    }
    if let Some(value) = get("data") {
        let found = match (config.lab(), value) {
            (Lab::Classify, "mednist") => Ok(DataSource::MedNist),
            (Lab::Classify, "phantom") => Ok(DataSource::PHANTOM),
            (Lab::Classify, _) => Err("the data sets are mednist and phantom."),
            (Lab::Segment, "hippocampus") => Ok(DataSource::Hippocampus),
            (Lab::Segment, "ventricles") => Ok(DataSource::Ventricles(Ventricles::default())),
            (Lab::Segment, _) => Err("the data sets are hippocampus and ventricles."),
        };
        match found {
            Ok(source) => config.data = source,
            Err(rule) => refuse("data", value, rule.into()),
        }
    }
    let mut part = |key: &str, field: &mut u8, range: RangeInclusive<u8>| {
        if let Some(value) = get(key) {
            match value.parse::<u8>() {
                Ok(number) if range.contains(&number) => *field = number,
                _ => {
                    let (min, max) = (range.start(), range.end());
                    refuse(key, value, format!("it must be a whole number from {min} to {max}."));
                }
            }
        }
    };
    match &mut config.data {
        DataSource::Phantom { noise, rotation } => {
            part("noise", noise, 0..=100);
            part("rotation", rotation, 0..=180);
        }
        DataSource::Ventricles(look) => {
            let mut values = look.values();
            for ((key, range), value) in Ventricles::RANGES.into_iter().zip(&mut values) {
                part(key, value, range);
            }
            *look = Ventricles::from_values(values);
        }
        DataSource::MedNist | DataSource::Hippocampus => {}
    }
    match &mut config.task {
        Task::Classify(network) => parse_network(network, &get, &mut refuse),
        Task::Segment(part) => parse_segmentation(part, &get, &mut refuse),
    }
    if let Some(value) = get("seed") {
        match value.parse() {
            Ok(seed) => config.seed = seed,
            Err(_) => {
                refuse("seed", value, format!("it must be a whole number from 0 to {}.", u32::MAX))
            }
        }
    }
    for (key, field, range, wrong) in [
        ("batch", &mut config.batch, BATCH_RANGE, "the batch size"),
        ("epochs", &mut config.epochs, EPOCHS_RANGE, "the number of epochs"),
    ] {
        if let Some(value) = get(key) {
            match value.parse() {
                Ok(number) if range.contains(&number) => *field = number,
                _ => refuse(
                    key,
                    value,
                    format!(
                        "{wrong} must be a whole number from {} to {}.",
                        range.start(),
                        range.end()
                    ),
                ),
            }
        }
    }
    if let Some(value) = get("optimizer") {
        match value {
            "sgd" => config.optimizer = Optimizer::SGD,
            "adam" => config.optimizer = Optimizer::Adam,
            "adamw" => config.optimizer = Optimizer::ADAMW,
            _ => refuse("optimizer", value, "the optimisers are sgd, adam and adamw.".into()),
        }
    }
    let part = match &mut config.optimizer {
        Optimizer::Sgd { momentum } => Some(("momentum", momentum, 0.999)),
        Optimizer::AdamW { weight_decay } => Some(("decay", weight_decay, 1.0)),
        Optimizer::Adam => None,
    };
    if let Some((key, field, max)) = part
        && let Some(value) = get(key)
    {
        match number(value) {
            Some(number) if (0.0..=max).contains(&number) => *field = number,
            _ => refuse(key, value, format!("it must be a number from 0 to {max}.")),
        }
    }
    if let Some(value) = get("lr") {
        match number(value) {
            Some(rate) if check_learning_rate(rate).is_ok() => config.learning_rate = rate,
            Some(rate) => {
                refuse("lr", value, lower_first(&RunConfigError::LearningRate(rate).to_string()))
            }
            None => refuse("lr", value, "the learning rate must be a number as in 0.001.".into()),
        }
    }
    if let Some(value) = get("device") {
        match value {
            "auto" => config.device = DeviceChoice::Auto,
            "webgpu" => config.device = DeviceChoice::WebGpu,
            "cpu" => config.device = DeviceChoice::Cpu,
            _ => refuse("device", value, "the devices are auto, webgpu and cpu.".into()),
        }
    }
    for (key, field) in
        [("autostart", &mut link.autostart), ("embed", &mut link.embed), ("debug", &mut link.debug)]
    {
        if let Some(value) = get(key) {
            match flag(value) {
                Some(on) => *field = on,
                None => refuse(key, value, FLAG_RULE.into()),
            }
        }
    }
    (link, complaints)
}

/// The parameters of a classifier.
fn parse_network<'a>(
    network: &mut Network,
    get: &impl Fn(&str) -> Option<&'a str>,
    refuse: &mut impl FnMut(&str, &str, String),
) {
    if let Some(value) = get("model") {
        match value {
            "mlp" => *network = Network::default_for(Architecture::Mlp),
            "cnn" => *network = Network::default_for(Architecture::Cnn),
            _ => refuse("model", value, "the models are mlp and cnn.".into()),
        }
    }
    if let Some(value) = get("layers") {
        match layers_from_text(value) {
            // A stack that reads well but does not fit together is kept: the editor shows the
            // reason at the layer that breaks it.
            Ok(layers) => network.layers = layers,
            Err(error) => refuse("layers", value, error.to_string()),
        }
    }
}

/// The parameters of a U-Net and its loss.
fn parse_segmentation<'a>(
    part: &mut Segmentation,
    get: &impl Fn(&str) -> Option<&'a str>,
    refuse: &mut impl FnMut(&str, &str, String),
) {
    if let Some(value) = get("model").filter(|value| *value != "unet") {
        refuse("model", value, "the model of this lab is unet.".into());
    }
    let unet = &mut part.unet;
    for (key, field, range) in
        [("depth", &mut unet.depth, DEPTH_RANGE), ("width", &mut unet.width, WIDTH_RANGE)]
    {
        if let Some(value) = get(key) {
            match value.parse() {
                Ok(number) if range.contains(&number) => *field = number,
                _ => {
                    let (min, max) = (range.start(), range.end());
                    refuse(key, value, format!("it must be a whole number from {min} to {max}."));
                }
            }
        }
    }
    if let Some(value) = get("up") {
        match Upsampling::from_slug(value) {
            Some(upsampling) => unet.upsampling = upsampling,
            None => refuse("up", value, "the ways up are transposed and nearest.".into()),
        }
    }
    if let Some(value) = get("skips") {
        let fits = value.len() == unet.depth && value.chars().all(|c| matches!(c, '0' | '1'));
        if fits {
            for (skip, digit) in unet.skips.iter_mut().zip(value.chars()) {
                *skip = digit == '1';
            }
        } else {
            let rule = format!("it must be {} digits 0 or 1, finest level first.", unet.depth);
            refuse("skips", value, rule);
        }
    }
    if let Some(value) = get("loss") {
        match SegmentLoss::from_slug(value) {
            Some(loss) => part.loss = loss,
            None => refuse("loss", value, "the losses are ce, dice, ce-dice and focal.".into()),
        }
    }
    for (key, field) in [("bn", &mut unet.batch_norm), ("balanced", &mut part.balanced)] {
        if let Some(value) = get(key) {
            match flag(value) {
                Some(on) => *field = on,
                None => refuse(key, value, FLAG_RULE.into()),
            }
        }
    }
}

const FLAG_RULE: &str = "it must be 1 or 0.";

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Writes the query string (without question mark) that [`parse`] reads back to the same link.
/// The run is written out in full, so that a link outlives a change of defaults.
pub fn write(link: &Permalink) -> String {
    let config = &link.config;
    let mut out = form_urlencoded::Serializer::new(String::new());
    out.append_pair("lab", config.lab().slug());
    out.append_pair("data", config.data.slug());
    match config.data {
        DataSource::MedNist | DataSource::Hippocampus => {}
        DataSource::Phantom { noise, rotation } => {
            out.append_pair("noise", &noise.to_string());
            out.append_pair("rotation", &rotation.to_string());
        }
        DataSource::Ventricles(look) => {
            for ((key, _), value) in Ventricles::RANGES.iter().zip(look.values()) {
                out.append_pair(key, &value.to_string());
            }
        }
    }
    match &config.task {
        Task::Classify(network) => {
            out.append_pair("model", network.architecture.slug());
            if *network != Network::default_for(network.architecture) {
                out.append_pair(
                    "layers",
                    &match layers_to_text(&network.layers) {
                        text if text.is_empty() => "none".to_owned(),
                        text => text,
                    },
                );
            }
        }
        Task::Segment(Segmentation { unet, loss, balanced }) => {
            let digit = |on: bool| if on { "1" } else { "0" };
            out.append_pair("depth", &unet.depth.to_string());
            out.append_pair("width", &unet.width.to_string());
            out.append_pair("up", unet.upsampling.slug());
            out.append_pair("bn", digit(unet.batch_norm));
            let skips: String =
                unet.skips.iter().take(unet.depth).map(|skip| digit(*skip)).collect();
            out.append_pair("skips", &skips);
            out.append_pair("loss", loss.slug());
            out.append_pair("balanced", digit(*balanced));
        }
    }
    out.append_pair("optimizer", config.optimizer.slug());
    match config.optimizer {
        Optimizer::Sgd { momentum } => {
            out.append_pair("momentum", &momentum.to_string());
        }
        Optimizer::AdamW { weight_decay } => {
            out.append_pair("decay", &weight_decay.to_string());
        }
        Optimizer::Adam => {}
    }
    out.append_pair("lr", &config.learning_rate.to_string());
    out.append_pair("batch", &config.batch.to_string());
    out.append_pair("epochs", &config.epochs.to_string());
    out.append_pair("seed", &config.seed.to_string());
    out.append_pair("device", config.device.slug());
    if link.autostart {
        out.append_pair("autostart", "1");
    }
    if link.embed {
        out.append_pair("embed", "1");
    }
    if link.debug {
        out.append_pair("debug", "1");
    }
    out.finish()
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

fn lower_first(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UNet;

    #[test]
    fn an_empty_link_is_the_default_run() {
        assert_eq!(parse(""), (Permalink::default(), vec![]));
        assert_eq!(parse("?utm_source=slides"), (Permalink::default(), vec![]));
    }

    #[test]
    fn debug_is_kept_where_it_was_given() {
        let (link, complaints) = parse("?debug=1");
        assert!(link.debug && complaints.is_empty());
        assert!(write(&link).ends_with("&debug=1"));
        assert!(!write(&Permalink::default()).contains("debug"));
    }

    #[test]
    fn links_round_trip() {
        let mut link = Permalink::default();
        let check = |link: &Permalink| assert_eq!(parse(&write(link)), (link.clone(), vec![]));
        check(&link);
        link.autostart = true;
        link.embed = true;
        link.config = RunConfig {
            data: DataSource::Phantom { noise: 35, rotation: 180 },
            task: Task::Classify(Network { architecture: Architecture::Cnn, layers: vec![] }),
            seed: u32::MAX,
            batch: 256,
            epochs: 1000,
            learning_rate: 0.1 + 0.2,
            optimizer: Optimizer::Sgd { momentum: 0.0 },
            device: DeviceChoice::WebGpu,
        };
        check(&link);
        let layers = vec!["conv4k3.bn.gelu.pool2.drop25".parse().unwrap()];
        link.config.task = Task::Classify(Network { architecture: Architecture::Cnn, layers });
        link.config.optimizer = Optimizer::AdamW { weight_decay: 0.05 };
        check(&link);
        link.config.task = Task::Classify(Network::default_for(Architecture::Mlp));
        link.config.device = DeviceChoice::Cpu;
        check(&link);
        link.config = RunConfig::default_for(Lab::Segment);
        check(&link);
        let unet = UNet {
            depth: 3,
            width: 12,
            upsampling: Upsampling::Nearest,
            batch_norm: true,
            skips: [true, false, true, true],
        };
        link.config.task =
            Task::Segment(Segmentation { unet, loss: SegmentLoss::Focal, balanced: true });
        let look = Ventricles { noise: 3, bias: 90, rotation: 180, size: 5 };
        link.config.data = DataSource::Ventricles(look);
        check(&link);
    }

    #[test]
    fn a_link_to_the_segmentation_lab() {
        let (link, complaints) = parse("?lab=segment&data=ventricles&autostart=1&size=20&loss=ce");
        assert_eq!(complaints, [""; 0]);
        let look = Ventricles { size: 20, ..Ventricles::default() };
        assert_eq!(link.config.data, DataSource::Ventricles(look));
        assert_eq!(link.config.segmentation().unwrap().loss, SegmentLoss::CrossEntropy);
        for wrong in [
            "data=mednist",
            "model=cnn",
            "depth=5",
            "width=3",
            "up=bilinear",
            "skips=111",
            "skips=1x",
            "loss=mse",
            "bn=yes",
            "balanced=2",
        ] {
            let (link, complaints) = parse(&format!("lab=segment&{wrong}"));
            assert_eq!(link.config, RunConfig::default_for(Lab::Segment), "{wrong}");
            assert_eq!(complaints.len(), 1, "{wrong}: {complaints:?}");
        }
        assert_eq!(parse("lab=segment&data=ventricles&size=4&bias=101").1.len(), 2);
    }

    #[test]
    fn the_link_of_the_lecture() {
        let (link, complaints) = parse(
            "?model=cnn&device=cpu&seed=1&epochs=10&optimizer=adam&lr=0.001&batch=16&autostart=1",
        );
        assert_eq!(complaints, [""; 0]);
        assert!(link.autostart && !link.embed);
        assert_eq!(link.config, RunConfig { device: DeviceChoice::Cpu, ..RunConfig::default() });
    }

    #[test]
    fn a_layer_stack_reads_well_in_a_link() {
        let mut network = Network::default_for(Architecture::Cnn);
        network.layers.pop();
        let config = RunConfig { task: Task::Classify(network), ..RunConfig::default() };
        let link = Permalink { config, ..Permalink::default() };
        assert!(
            write(&link).contains("&layers=conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu&")
        );
    }

    #[test]
    fn each_wrong_value_is_named_and_replaced() {
        for wrong in [
            "lab=segmnet",
            "data=cifar",
            "model=gan",
            "layers=conv",
            "seed=-1",
            "seed=4294967296",
            "batch=0",
            "batch=257",
            "epochs=-1",
            "epochs=1.5",
            "optimizer=lion",
            "lr=NaN",
            "lr=inf",
            "lr=-0.1",
            "lr=",
            "device=tpu",
            "autostart=yes",
            "embed=2",
            "batch=%F0%9F%99%82",
        ] {
            let (link, complaints) = parse(wrong);
            assert_eq!(link, Permalink::default(), "{wrong}");
            assert_eq!(complaints.len(), 1, "{wrong}: {complaints:?}");
            let key = wrong.split('=').next().unwrap();
            assert!(complaints[0].starts_with(&format!("“{key}=")), "{}", complaints[0]);
        }
        assert_eq!(parse("optimizer=sgd&momentum=1").1.len(), 1);
        assert_eq!(parse("data=phantom&noise=101&rotation=x").1.len(), 2);
    }
}
