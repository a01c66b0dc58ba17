//! Rows for the optimizer, batch size, epochs, seed and device.

use super::param::{ALWAYS, Condition, Diff, Kind, Param, Unit, rows};
use crate::{
    Augmentation, BATCH_RANGE, DeviceChoice, EPOCHS_RANGE, MAX_LEARNING_RATE, MAX_MOMENTUM,
    MAX_WEIGHT_DECAY, Optimizer, PATIENCE_RANGE, RunConfig, TEST_EVERY_RANGE,
};

rows! {
    /// The optimizer. Setting it resets the parameters that belong to the optimizer.
    OPTIMIZER = Param {
        key: "optimizer",
        label: "optimiser",
        unit: Unit::None,
        help: "The rule that computes new weights from the gradients of the loss with respect to the weights.",
        applies: ALWAYS,
        kind: Kind::Choice {
            options: &[Optimizer::SGD.slug(), Optimizer::Adam.slug(), Optimizer::ADAMW.slug()],
            noun: "optimisers",
            get: |config| match config.optimizer {
                Optimizer::Sgd { .. } => 0,
                Optimizer::Adam => 1,
                Optimizer::AdamW { .. } => 2,
            },
            set: |config, index| config.optimizer = Optimizer::ALL[index],
        },
        diff: Diff::Phrase("", optimizer),
    };
    /// Momentum of SGD.
    MOMENTUM = Param {
        key: "momentum",
        label: "momentum",
        unit: Unit::None,
        help: "The fraction of the previous change of the weights that is added to the next one. A larger value reduces the effect of noisy gradients, but changes of direction take more steps.",
        applies: Condition {
            text: "`optimizer=sgd`",
            holds: |config| matches!(config.optimizer, Optimizer::Sgd { .. }),
        },
        kind: Kind::Float {
            range: 0.0..=MAX_MOMENTUM,
            above: false,
            subject: "it",
            get: |config| match config.optimizer {
                Optimizer::Sgd { momentum } => momentum,
                _ => 0.0,
            },
            set: |config, value| {
                if let Optimizer::Sgd { momentum } = &mut config.optimizer {
                    *momentum = value;
                }
            },
        },
        diff: Diff::InOtherRow,
    };
    /// Weight decay of AdamW.
    WEIGHT_DECAY = Param {
        key: "decay",
        label: "weight decay",
        unit: Unit::None,
        help: "The fraction of each weight, times the learning rate, that is subtracted at every step. A larger value keeps the weights smaller, which can reduce overfitting.",
        applies: Condition {
            text: "`optimizer=adamw`",
            holds: |config| matches!(config.optimizer, Optimizer::AdamW { .. }),
        },
        kind: Kind::Float {
            range: 0.0..=MAX_WEIGHT_DECAY,
            above: false,
            subject: "it",
            get: |config| match config.optimizer {
                Optimizer::AdamW { weight_decay } => weight_decay,
                _ => 0.0,
            },
            set: |config, value| {
                if let Optimizer::AdamW { weight_decay } = &mut config.optimizer {
                    *weight_decay = value;
                }
            },
        },
        diff: Diff::InOtherRow,
    };
    /// Initial learning rate.
    LEARNING_RATE = Param {
        key: "lr",
        label: "learning rate",
        unit: Unit::None,
        help: "The factor that scales every change of the weights. If it is too small, the loss decreases slowly; if it is too large, the loss oscillates or diverges.",
        applies: ALWAYS,
        kind: Kind::Float {
            range: 0.0..=MAX_LEARNING_RATE,
            above: true,
            subject: "the learning rate",
            get: |config| config.learning_rate,
            set: |config, value| config.learning_rate = value,
        },
        diff: Diff::Phrase("learning rate ", rate),
    };
    /// Batch size.
    BATCH = Param {
        key: "batch",
        label: "batch size",
        unit: Unit::None,
        help: "Number of training images from which one step computes the gradient. Small batches give many steps per epoch with noisy gradients, large batches fewer steps with less noise.",
        applies: ALWAYS,
        kind: Kind::Int {
            range: BATCH_RANGE,
            subject: "the batch size",
            get: |config| config.batch,
            set: |config, value| config.batch = value,
        },
        diff: Diff::Labeled("batch"),
    };
    /// Number of epochs.
    EPOCHS = Param {
        key: "epochs",
        label: "epochs",
        unit: Unit::None,
        help: "Number of passes over all training images. After each epoch, the network is evaluated on the validation set, or on the test set where there is none.",
        applies: ALWAYS,
        kind: Kind::Int {
            range: EPOCHS_RANGE,
            subject: "the number of epochs",
            get: |config| config.epochs,
            set: |config, value| config.epochs = value,
        },
        diff: Diff::Labeled("epochs"),
    };
    /// Random changes of the training images.
    AUGMENTATION = Param {
        key: "augment",
        label: "data augmentation",
        unit: Unit::None,
        help: "Random changes of each training image, drawn anew in each epoch, so that the network never sees quite the same image twice. It reduces overfitting where the changed images could be real ones of the same class. Masks are changed with their images; validation and test images stay as they are.",
        applies: ALWAYS,
        kind: Kind::Text {
            values: "`flip`, `rotate`, `shift`, `scale`, `brightness`, separated by commas; default none",
            get: |config| {
                let augmentation = config.augmentation;
                (!augmentation.is_none()).then(|| augmentation.to_string())
            },
            set: |config, text| {
                text.parse().map(|augmentation| config.augmentation = augmentation)
            },
        },
        diff: Diff::Phrase("", |this, _| match this.augmentation {
            Augmentation::NONE => "no augmentation".into(),
            some => format!("augmentation {some}"),
        }),
    };
    /// Number of steps between two tests within an epoch.
    TEST_EVERY = Param {
        key: "test",
        label: "test every",
        unit: Unit::None,
        help: "Number of steps after which the network is evaluated, besides the end of each epoch; 0 means only there. The training stays the same, but takes longer.",
        applies: ALWAYS,
        kind: Kind::Int {
            range: TEST_EVERY_RANGE,
            subject: "the number of steps between two tests",
            get: |config| config.test_every,
            set: |config, value| config.test_every = value,
        },
        diff: Diff::Labeled("test every"),
    };
    /// Number of epochs before training stops early.
    PATIENCE = Param {
        key: "patience",
        label: "patience",
        unit: Unit::None,
        help: "Early stopping: training ends when the loss on the validation set has not become lower for this many epochs; 0 means never. The network of the best epoch can then be restored. With two splits the test set decides, which makes its figures too good.",
        applies: ALWAYS,
        kind: Kind::Int {
            range: PATIENCE_RANGE,
            subject: "the patience",
            get: |config| config.patience,
            set: |config, value| config.patience = value,
        },
        diff: Diff::Labeled("patience"),
    };
    /// Seed of the random number generator.
    SEED = Param {
        key: "seed",
        label: "seed",
        unit: Unit::None,
        help: "Start value of the random number generator. The same settings, seed and device give the same initial weights, the same order of images and the same curve.",
        applies: ALWAYS,
        kind: Kind::Int {
            range: 0..=u32::MAX as usize,
            subject: "it",
            get: |config| config.seed as usize,
            set: |config, value| config.seed = value as u32,
        },
        diff: Diff::Labeled("seed"),
    };
    /// The device to train on.
    DEVICE = Param {
        key: "device",
        label: "device",
        unit: Unit::None,
        help: "The processor used for training. `auto` chooses the faster of GPU and CPU, measured with a few steps of the network.",
        applies: ALWAYS,
        kind: Kind::Choice {
            options: &[
                DeviceChoice::Auto.slug(),
                DeviceChoice::WebGpu.slug(),
                DeviceChoice::Cpu.slug(),
            ],
            noun: "devices",
            get: |config| config.device as usize,
            set: |config, index| config.device = DeviceChoice::ALL[index],
        },
        diff: Diff::Phrase("", |this, _| device(this.device).into()),
    };
}

/// Describes optimizer and learning rate if the optimizers differ. Includes the optimizer's own
/// parameter only if nothing else differs between the two optimizers.
fn optimizer(this: &RunConfig, other: &RunConfig) -> String {
    if this.optimizer == other.optimizer {
        return String::new();
    }
    let (name, rate) = (this.optimizer.name(), this.learning_rate);
    if name != other.optimizer.name() {
        return format!("{name} {rate}");
    }
    match this.optimizer {
        Optimizer::Sgd { momentum } => format!("{name} {rate} (momentum {momentum})"),
        Optimizer::Adam => format!("{name} {rate}"),
        Optimizer::AdamW { weight_decay } => format!("{name} {rate} (decay {weight_decay})"),
    }
}

/// Describes the learning rate, unless the phrase for the optimizer already contains it.
fn rate(this: &RunConfig, other: &RunConfig) -> String {
    if this.optimizer == other.optimizer { this.learning_rate.to_string() } else { String::new() }
}

fn device(choice: DeviceChoice) -> &'static str {
    match choice {
        DeviceChoice::Auto => "any device",
        DeviceChoice::WebGpu => "GPU",
        DeviceChoice::Cpu => "CPU",
    }
}
