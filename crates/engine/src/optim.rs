//! The update rules, set up to be PyTorch's. The golden tests hold them to it.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, SgdConfig};
use protocol::Optimizer;

/// PyTorch's epsilon of Adam and AdamW; burn's own default is a thousand times larger.
const EPSILON: f32 = 1e-8;

/// An optimiser without memory yet.
pub fn optimizer(rule: Optimizer) -> ModuleOptimizer {
    match rule {
        Optimizer::Sgd { momentum } => {
            let momentum = (momentum > 0.0)
                .then(|| MomentumConfig::new().with_momentum(momentum).with_dampening(0.0));
            SgdConfig::new().with_momentum(momentum).init()
        }
        Optimizer::Adam => AdamConfig::new().with_epsilon(EPSILON).init(),
        Optimizer::AdamW { weight_decay } => {
            AdamWConfig::new().with_epsilon(EPSILON).with_weight_decay(weight_decay as f32).init()
        }
    }
}
