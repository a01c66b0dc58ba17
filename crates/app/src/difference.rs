//! What differed between two runs, in as few words as a legend has room for.

use protocol::{DataSource, DeviceChoice, Network, Optimizer, RunConfig};

/// What changed from an earlier run to the present one, as in “SGD 0.01 → Adam 0.001, batch 16 → 64”;
/// “same settings” where nothing did.
pub fn difference(earlier: &RunConfig, now: &RunConfig) -> String {
    let mut parts = Vec::new();
    let mut compare = |before: String, after: String, unit: &str| {
        if before != after {
            parts.push(format!("{unit}{before} → {after}"));
        }
    };
    compare(data(earlier.data), data(now.data), "");
    if earlier.network.model == now.network.model {
        compare(layers(&earlier.network), layers(&now.network), "");
    } else {
        compare(earlier.network.model.name().into(), now.network.model.name().into(), "");
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
    }
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
    use protocol::Model;

    use super::*;

    #[test]
    fn only_what_changed_is_said() {
        let now = RunConfig::default();
        let mut earlier = now.clone();
        assert_eq!(difference(&earlier, &now), "same settings");
        earlier.optimizer = Optimizer::SGD;
        earlier.learning_rate = 0.01;
        earlier.batch = 64;
        assert_eq!(difference(&earlier, &now), "SGD 0.01 → Adam 0.001, batch 64 → 16");
        earlier = RunConfig { learning_rate: 0.1, ..now.clone() };
        assert_eq!(difference(&earlier, &now), "learning rate 0.1 → 0.001");
        earlier = RunConfig { network: Network::lab(Model::Mlp), ..now.clone() };
        assert_eq!(difference(&earlier, &now), "MLP → CNN");
    }

    #[test]
    fn a_changed_stack_is_spelt_out() {
        let now = RunConfig { network: Network::lab(Model::Mlp), ..RunConfig::default() };
        let mut earlier = now.clone();
        earlier.network.layers.clear();
        assert_eq!(difference(&earlier, &now), "no hidden layers → dense8.tanh");
    }

    #[test]
    fn momentum_is_named_when_it_alone_tells_two_runs_apart() {
        let now = RunConfig { optimizer: Optimizer::SGD, ..RunConfig::default() };
        let earlier =
            RunConfig { optimizer: Optimizer::Sgd { momentum: 0.0 }, ..RunConfig::default() };
        assert_eq!(difference(&earlier, &now), "SGD 0.001 (momentum 0) → SGD 0.001 (momentum 0.9)");
    }
}
