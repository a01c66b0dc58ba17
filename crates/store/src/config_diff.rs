//! The difference of two run configurations in words.

use model::{
    DataSource, DeviceChoice, Network, Optimizer, RunConfig, Segmentation, UNet, Ventricles,
};

/// Returns what changed from an earlier run to the present one, as in “SGD 0.01 → Adam 0.001, batch 16 → 64”;
/// “same settings” where nothing did.
pub fn config_diff(earlier: &RunConfig, now: &RunConfig) -> String {
    let mut parts = Vec::new();
    let mut compare = |before: String, after: String, unit: &str| {
        if before != after {
            parts.push(format!("{unit}{before} → {after}"));
        }
    };
    compare(data(earlier.data), data(now.data), "");
    if let (Some(earlier), Some(now)) = (earlier.network(), now.network()) {
        if earlier.architecture == now.architecture {
            compare(layers(earlier), layers(now), "");
        } else {
            compare(earlier.architecture.name().into(), now.architecture.name().into(), "");
        }
    }
    if let (Some(earlier), Some(now)) = (earlier.segmentation(), now.segmentation()) {
        for (part, words) in UNET {
            compare(words(&earlier.unet), words(&now.unet), part);
        }
        compare(earlier.loss.name().into(), now.loss.name().into(), "loss ");
        compare(weights(earlier).into(), weights(now).into(), "");
    }
    if earlier.optimizer == now.optimizer {
        let rate = |config: &RunConfig| config.learning_rate.to_string();
        compare(rate(earlier), rate(now), "learning rate ");
    } else {
        compare(update_rule(earlier, now), update_rule(now, earlier), "");
    }
    compare(earlier.batch.to_string(), now.batch.to_string(), "batch ");
    compare(earlier.epochs.to_string(), now.epochs.to_string(), "epochs ");
    compare(earlier.seed.to_string(), now.seed.to_string(), "seed ");
    compare(device(earlier.device).into(), device(now.device).into(), "");
    if parts.is_empty() { "same settings".into() } else { parts.join(", ") }
}

fn data(source: DataSource) -> String {
    match source {
        DataSource::MedNist => "MedNIST".into(),
        DataSource::Phantom { noise, rotation } => {
            format!("phantoms (noise {noise} %, rotation {rotation}°)")
        }
        DataSource::Hippocampus => "hippocampus".into(),
        DataSource::Ventricles(look) => ventricles(look),
    }
}

/// “ventricles”, with what is not as usual.
fn ventricles(look: Ventricles) -> String {
    let names = [("noise", " %"), ("bias field", " %"), ("rotation", "°"), ("size", " %")];
    let parts = look.values().into_iter().zip(Ventricles::default().values()).zip(names);
    let parts = parts.filter(|((value, usual), _)| value != usual);
    let parts: Vec<String> =
        parts.map(|((value, _), (name, unit))| format!("{name} {value}{unit}")).collect();
    match parts.is_empty() {
        true => "ventricles".into(),
        false => format!("ventricles ({})", parts.join(", ")),
    }
}

/// One thing about a U-Net, in words.
type Part = fn(&UNet) -> String;

/// Describes a U-Net part by part.
const UNET: [(&str, Part); 5] = [
    ("depth ", |unet| unet.depth.to_string()),
    ("width ", |unet| unet.width.to_string()),
    ("", |unet| unet.upsampling.name().into()),
    ("", |unet| if unet.batch_norm { "batch norm" } else { "no batch norm" }.into()),
    ("", skips),
];

/// “all skips”, “no skips”, or which levels are cut, counted from 1 at full resolution.
fn skips(unet: &UNet) -> String {
    let cut: Vec<String> = (0..unet.depth)
        .filter(|level| !unet.has_skip(*level))
        .map(|level| (level + 1).to_string())
        .collect();
    match cut.len() {
        0 => "all skips".into(),
        n if n == unet.depth => "no skips".into(),
        _ => format!("skip {} cut", cut.join(" and ")),
    }
}

fn weights(segmentation: &Segmentation) -> &'static str {
    if segmentation.balanced { "balanced classes" } else { "equal classes" }
}

fn layers(network: &Network) -> String {
    if network.layers.is_empty() {
        return "no hidden layers".into();
    }
    let names: Vec<String> = network.layers.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Optimiser and learning rate; momentum and decay only where they tell the two apart.
fn update_rule(this: &RunConfig, other: &RunConfig) -> String {
    let name = this.optimizer.name();
    let rate = this.learning_rate;
    if name != other.optimizer.name() {
        return format!("{name} {rate}");
    }
    match this.optimizer {
        Optimizer::Sgd { momentum } => format!("{name} {rate} (momentum {momentum})"),
        Optimizer::Adam => format!("{name} {rate}"),
        Optimizer::AdamW { weight_decay } => format!("{name} {rate} (decay {weight_decay})"),
    }
}

fn device(choice: DeviceChoice) -> &'static str {
    match choice {
        DeviceChoice::Auto => "any device",
        DeviceChoice::WebGpu => "GPU",
        DeviceChoice::Cpu => "CPU",
    }
}

#[cfg(test)]
mod tests {
    use model::{Architecture, Lab, SegmentLoss, Task};

    use super::*;

    #[test]
    fn only_what_changed_is_said() {
        let now = RunConfig::default();
        let mut earlier = now.clone();
        assert_eq!(config_diff(&earlier, &now), "same settings");
        earlier.optimizer = Optimizer::SGD;
        earlier.learning_rate = 0.01;
        earlier.batch = 64;
        assert_eq!(config_diff(&earlier, &now), "SGD 0.01 → Adam 0.001, batch 64 → 16");
        earlier = RunConfig { learning_rate: 0.1, ..now.clone() };
        assert_eq!(config_diff(&earlier, &now), "learning rate 0.1 → 0.001");
        earlier = RunConfig {
            task: Task::Classify(Network::default_for(Architecture::Mlp)),
            ..now.clone()
        };
        assert_eq!(config_diff(&earlier, &now), "MLP → CNN");
    }

    #[test]
    fn a_changed_stack_is_spelt_out() {
        let now = RunConfig {
            task: Task::Classify(Network::default_for(Architecture::Mlp)),
            ..RunConfig::default()
        };
        let mut earlier = now.clone();
        earlier.task = Task::Classify(Network { architecture: Architecture::Mlp, layers: vec![] });
        assert_eq!(config_diff(&earlier, &now), "no hidden layers → dense8.tanh");
    }

    /// Returns the diff of a run whose network and loss were changed.
    fn after(change: impl FnOnce(&mut Segmentation)) -> String {
        let earlier = RunConfig::default_for(Lab::Segment);
        let mut part = Segmentation::default();
        change(&mut part);
        let now = RunConfig { task: Task::Segment(part), ..earlier.clone() };
        config_diff(&earlier, &now)
    }

    #[test]
    fn a_unet_is_told_by_its_parts() {
        assert_eq!(after(|_| {}), "same settings");
        assert_eq!(after(|part| part.unet.width = 16), "width 8 → 16");
        assert_eq!(after(|part| part.unet.skips[0] = false), "all skips → skip 1 cut");
        assert_eq!(
            after(|part| {
                part.unet.skips = [false; 4];
                part.loss = SegmentLoss::Focal;
                part.balanced = true;
            }),
            "all skips → no skips, loss cross-entropy + Dice → focal, equal classes → balanced \
             classes"
        );
        assert_eq!(
            after(|part| {
                part.unet.depth = 3;
                part.unet.batch_norm = false;
            }),
            "depth 2 → 3, batch norm → no batch norm"
        );
    }

    #[test]
    fn drawn_heads_are_told_by_what_is_not_as_usual() {
        let now = RunConfig::default_for(Lab::Segment);
        let of = |look| RunConfig { data: DataSource::Ventricles(look), ..now.clone() };
        let usual = Ventricles::default();
        assert_eq!(config_diff(&of(usual), &now), "ventricles → hippocampus");
        let tiny = Ventricles { size: 10, noise: 0, ..usual };
        assert_eq!(
            config_diff(&of(tiny), &of(usual)),
            "ventricles (noise 0 %, size 10 %) → ventricles"
        );
    }

    #[test]
    fn momentum_is_named_when_it_alone_tells_two_runs_apart() {
        let now = RunConfig { optimizer: Optimizer::SGD, ..RunConfig::default() };
        let earlier =
            RunConfig { optimizer: Optimizer::Sgd { momentum: 0.0 }, ..RunConfig::default() };
        assert_eq!(
            config_diff(&earlier, &now),
            "SGD 0.001 (momentum 0) → SGD 0.001 (momentum 0.9)"
        );
    }
}
