//! Short description of the difference between two runs.

use crate::RunConfig;
use crate::params::{self, Diff, Param};

/// Describes the changes from an earlier run to the current one, for example “SGD 0.01 → Adam
/// 0.001, batch 16 → 64”. Returns “same settings” if nothing changed.
pub fn config_diff(earlier: &RunConfig, now: &RunConfig) -> String {
    let parts: Vec<String> =
        params::all().filter_map(|param| param_diff(param, earlier, now)).collect();
    if parts.is_empty() { "same settings".into() } else { parts.join(", ") }
}

fn param_diff(param: &Param, earlier: &RunConfig, now: &RunConfig) -> Option<String> {
    if !(param.applies.holds)(earlier) || !(param.applies.holds)(now) {
        return None;
    }
    let (prefix, before, after) = match &param.diff {
        Diff::Labeled(label) => (format!("{label} "), param.text(earlier)?, param.text(now)?),
        Diff::Phrase(prefix, phrase) => {
            ((*prefix).to_owned(), phrase(earlier, now), phrase(now, earlier))
        }
        Diff::InOtherRow => return None,
    };
    (before != after).then(|| format!("{prefix}{before} → {after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, DataSource, Lab, Network, Optimizer, SegmentLoss, Segmentation, Task,
        Ventricles,
    };

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

    /// Returns the diff of a run in which `change` was applied to the network or the loss.
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
        assert_eq!(after(|part| part.unet.residual = true), "plain blocks → residual blocks");
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
