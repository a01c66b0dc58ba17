//! Permalinks: query strings that describe a run and a few switches of the page.
//!
//! Every parameter is optional. Values that are not valid and unknown keys are ignored, and each is
//! reported in a sentence. Tracking keys that websites and mail programs add are ignored without a
//! report.

mod frame_options;
pub(crate) mod link;
mod merge;
mod view;

use crate::Partition;
use crate::params::{self, FLAG_RULE, ParseNumber, SPLIT_KEY, listed, parse_flag};

pub use frame_options::{
    BUTTONS, FrameOptions, HIDEABLE, Hideable, SETTINGS_GROUPS, SettingsGroup, TransportButton,
};
pub use link::{PAGE, PAGE_TEXTS, PageFlag, PageText, Permalink};
pub use merge::{locked_change, merge};
pub use view::{MAX_VIEWS, View};

/// Prefixes of tracking keys, which newsletters, advertisements and search engines add to links.
/// They have no meaning for the page.
const TRACKING: [&str; 16] = [
    "utm_", "mtm_", "pk_", "mc_", "_hs", "_ga", "_gl", "fbclid", "gclid", "gbraid", "wbraid",
    "dclid", "msclkid", "twclid", "ttclid", "yclid",
];

/// Data sets that older links can name, as written in links.
const DATA_BEFORE_VALIDATION_SETS: [&str; 4] = ["mednist", "phantom", "hippocampus", "ventricles"];

/// Parses a query string, with or without its question mark. The second return value contains one
/// sentence for each value that was ignored, and one for all unknown keys together.
pub fn parse(query: &str) -> (Permalink, Vec<String>) {
    parse_with(query, |text| text.parse().ok())
}

/// Parses a query string like [`parse`], with a custom parser of decimal numbers. A browser
/// provides such a parser, while the tables of Rust's own take ten kilobytes.
pub fn parse_with(query: &str, number: ParseNumber) -> (Permalink, Vec<String>) {
    let mut link = Permalink::default();
    let mut complaints = Vec::new();
    let pairs = pairs(query);
    // If a key occurs more than once, the last one counts, as in a form of a browser.
    let get = |key: &str| pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    let mut refuse = |key: &str, value: &str, rule: String| {
        complaints.push(format!("“{key}={}” in the link was ignored: {rule}", shortened(value)));
    };
    let is_older = is_before_validation_sets(get);
    let of_run =
        |key: &str| get(key).or((is_older && key == SPLIT_KEY).then_some(Partition::TwoWay.slug()));
    params::set_all(&mut link.config, of_run, number, &mut refuse);
    for flag in PAGE {
        if let Some(value) = get(flag.key) {
            match parse_flag(value) {
                Some(on) => (flag.set)(&mut link, on),
                None => refuse(flag.key, value, FLAG_RULE.into()),
            }
        }
    }
    for setting in PAGE_TEXTS {
        if let Some(value) = get(setting.key)
            && let Err(rule) = (setting.set)(&mut link, value)
        {
            refuse(setting.key, value, rule);
        }
    }
    complaints.extend(unknown(&pairs));
    (link, complaints)
}

/// Returns whether a link names parameters of a run but no split, on a data set that there was before
/// validation sets. It must keep its meaning: two splits.
fn is_before_validation_sets<'v>(get: impl Fn(&str) -> Option<&'v str>) -> bool {
    params::all().any(|param| get(param.key).is_some())
        && get(SPLIT_KEY).is_none()
        && get("data").is_none_or(|data| DATA_BEFORE_VALIDATION_SETS.contains(&data))
}

/// Splits a query string, with or without its question mark, into keys and values.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect()
}

/// Returns a sentence that lists the unknown keys, or `None` if there are none.
fn unknown(pairs: &[(String, String)]) -> Option<String> {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in pairs {
        let is_known = params::all().any(|param| param.key == key)
            || PAGE.iter().any(|flag| flag.key == key)
            || PAGE_TEXTS.iter().any(|setting| setting.key == key)
            || is_tracking(key);
        let key = format!("“{}”", shortened(key));
        if !is_known && !keys.contains(&key) {
            keys.push(key);
        }
    }
    let verb = match keys.len() {
        0 => return None,
        1 => "is not a parameter of this page and was",
        _ => "are not parameters of this page and were",
    };
    Some(format!("{} in the link {verb} ignored.", listed(&keys)))
}

/// Returns the query string, without question mark, from which [`parse`] reads the same link. It
/// contains every parameter of the run, so that the link keeps its meaning if defaults change.
pub fn write(link: &Permalink) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for param in params::all() {
        if let Some(text) = param.text(&link.config) {
            out.append_pair(param.key, &text);
        }
    }
    for setting in PAGE_TEXTS {
        if let Some(text) = (setting.text)(link) {
            out.append_pair(setting.key, &text);
        }
    }
    for flag in PAGE.iter().filter(|flag| (flag.get)(link)) {
        out.append_pair(flag.key, "1");
    }
    out.finish()
}

fn is_tracking(key: &str) -> bool {
    TRACKING.iter().any(|prefix| key.starts_with(prefix))
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, Augmentation, ClassSubset, DataSource, DeviceChoice, ImageTransform, Lab,
        Network, Optimizer, RunConfig, Sampling, SegmentLoss, Segmentation, Task, Trap, UNet,
        Upsampling, Ventricles,
    };

    /// Returns the configuration as a link from before validation sets means it.
    fn older(config: RunConfig) -> RunConfig {
        let sampling = Sampling { partition: Partition::TwoWay, ..config.sampling };
        RunConfig { sampling, ..config }
    }

    #[test]
    fn an_empty_link_is_the_default_run() {
        assert_eq!(parse(""), (Permalink::default(), vec![]));
        assert_eq!(parse("?utm_source=slides"), (Permalink::default(), vec![]));
    }

    #[test]
    fn an_older_link_keeps_its_two_splits() {
        let partition = |query| parse(query).0.config.sampling.partition;
        for older in ["?model=mlp", "?lab=segment", "?data=phantom&noise=3", "?seed=2&view=layers"]
        {
            assert_eq!(partition(older), Partition::TwoWay, "{older}");
        }
        for newer in ["", "?view=layers", "?model=mlp&split=validation", "?split=validation"] {
            assert_eq!(partition(newer), Partition::ThreeWay, "{newer}");
        }
        assert_eq!(partition("?split=lab"), Partition::TwoWay);
        assert!(write(&Permalink::default()).contains("&split=validation&"));
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
        link.views = vec![View::Curves, View::Layers];
        link.config = RunConfig {
            data: DataSource::Phantom { noise: 35, rotation: 180 },
            sampling: Sampling {
                partition: Partition::TwoWay,
                classes: ClassSubset::of([0, 3]),
                per_class: 25,
                imbalance: 10,
                wrong_labels: 20,
                noise: 0,
                trap: Trap::Leakage,
            },
            task: Task::Classify(Network { architecture: Architecture::Cnn, layers: vec![] }),
            augmentation: Augmentation::of([ImageTransform::Flip, ImageTransform::Scale]),
            seed: u32::MAX,
            batch: 256,
            epochs: 1000,
            test_every: 50,
            patience: 3,
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
            residual: true,
            skips: [true, false, true, true],
        };
        link.config.task =
            Task::Segment(Segmentation { unet, loss: SegmentLoss::Focal, balanced: true });
        let look = Ventricles { noise: 3, bias: 90, rotation: 180, size: 5 };
        link.config.data = DataSource::Ventricles(look);
        check(&link);
        link = parse(
            "controls=play,step&scale=150%25&lock=data,device&hide=network,accuracy,why\
             &allow=https://course.example.org,null",
        )
        .0;
        assert_ne!(link, Permalink::default());
        check(&link);
        link.frame.controls = Some(vec![]);
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
            assert_eq!(link.config, older(RunConfig::default_for(Lab::Segment)), "{wrong}");
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
        let older = older(RunConfig::default());
        assert_eq!(link.config, RunConfig { device: DeviceChoice::Cpu, ..older });
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
            "controls=stop",
            "controls=",
            "scale=3",
            "lock=everything",
            "hide=data,answer",
            "allow=*",
            "batch=%F0%9F%99%82",
        ] {
            let (link, complaints) = parse(wrong);
            let sampling = link.config.sampling;
            let config = RunConfig { sampling, ..RunConfig::default() };
            assert_eq!(link, Permalink { config, ..Permalink::default() }, "{wrong}");
            assert_eq!(complaints.len(), 1, "{wrong}: {complaints:?}");
            let key = wrong.split('=').next().unwrap();
            assert!(complaints[0].starts_with(&format!("“{key}=")), "{}", complaints[0]);
        }
        assert_eq!(parse("optimizer=sgd&momentum=1").1.len(), 1);
        assert_eq!(parse("data=phantom&noise=101&rotation=x").1.len(), 2);
    }

    #[test]
    fn keys_that_are_no_parameters_are_named_once() {
        let complaints = |query| parse(query).1;
        assert_eq!(
            complaints("lrr=0.1"),
            ["“lrr” in the link is not a parameter of this page and was ignored."]
        );
        assert_eq!(
            complaints("lrr=1&model=mlp&Seed=3&lrr=2&x"),
            ["“lrr”, “Seed” and “x” in the link are not parameters of this page and were ignored."]
        );
        assert_eq!(complaints("utm_source=slides&fbclid=1&gclid=2&mc_cid=3"), [""; 0]);
        // Parameters of the other lab are not an error: links may be edited by hand.
        assert_eq!(complaints("depth=3&momentum=0.5"), [""; 0]);
        assert!(complaints(&"x".repeat(300))[0].len() < 150);
    }
}
