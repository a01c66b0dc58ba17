//! Rows for the lab and the data set.

use super::generated::{settings, small, unusual};
use super::param::{ALWAYS, CLASSIFY, Condition, Diff, Kind, Param, SEGMENT, Unit, rows};
use crate::{
    ClassSubset, DataSource, Lab, MAX_IMBALANCE, MAX_WRONG_LABELS, Nodules, PER_CLASS_RANGE,
    Partition, RunConfig, Trap, Ventricles,
};

/// Key of [`SPLIT`] in links.
pub(crate) const SPLIT_KEY: &str = "split";

rows! {
    /// The lab. Setting it replaces the whole configuration by the default of that lab.
    LAB = Param {
        key: "lab",
        label: "lab",
        unit: Unit::None,
        help: "Classification of images, or segmentation with a U-Net.",
        applies: ALWAYS,
        kind: Kind::Choice {
            options: &[Lab::Classify.slug(), Lab::Segment.slug()],
            noun: "labs",
            get: |config| config.lab() as usize,
            set: |config, index| {
                let lab = [Lab::Classify, Lab::Segment][index];
                if lab != config.lab() {
                    *config = RunConfig::default_for(lab);
                }
            },
        },
        diff: Diff::Labeled("lab"),
    };
    /// The data set of the classification lab.
    IMAGES = Param {
        key: "data",
        label: "data set",
        unit: Unit::None,
        help: "Bundled images: MedNIST, breast ultrasound, or chest X-rays of children; generated ones: chest X-rays, on which a nodule inside a lung is to be found among equal shadows outside (`nodules`), or six kinds of images (`phantom`); or those that the visitor has brought (`own`).",
        applies: CLASSIFY,
        kind: Kind::Choice {
            options: &DataSource::slugs(DataSource::IMAGES),
            noun: "data sets",
            get: |config| config.data.place_in_menu(),
            set: |config, index| config.data = DataSource::IMAGES[index],
        },
        diff: Diff::Phrase("", data),
    };
    /// The data set of the segmentation lab.
    SLICES = Param {
        key: "data",
        label: "data set",
        unit: Unit::None,
        help: "Bundled slices: MRI of the hippocampus, or breast ultrasound with masks of the lesions; or generated heads with lateral ventricles; or images and masks that the visitor has brought (`own-masks`).",
        applies: SEGMENT,
        kind: Kind::Choice {
            options: &DataSource::slugs(DataSource::SLICES),
            noun: "data sets",
            get: |config| config.data.place_in_menu(),
            set: |config, index| config.data = DataSource::SLICES[index],
        },
        diff: Diff::Phrase("", data),
    };
    /// The split that evaluates.
    SPLIT = Param {
        key: SPLIT_KEY,
        label: "split",
        unit: Unit::None,
        help: "Whether curves and all choices use a validation set of their own, and the test set stays sealed until it is opened (`validation`), or there are two sets as in the notebooks of the lab, and curves use the test set (`lab`). A link without it that names any other parameter of a run is from before there were validation sets, and means `lab`; for data sets that came later it means `validation`.",
        applies: ALWAYS,
        kind: Kind::Choice {
            options: &[Partition::ThreeWay.slug(), Partition::TwoWay.slug()],
            noun: "splits",
            get: |config| config.sampling.partition as usize,
            set: |config, index| config.sampling.partition = Partition::ALL[index],
        },
        diff: Diff::Labeled("split"),
    };
    /// The classes that are used.
    CLASSES = Param {
        key: "classes",
        label: "classes",
        unit: Unit::None,
        help: "The classes that the network tells apart, two or more, as numbers from 1 in the order of the data set. Two that resemble each other, as `classes=1,4` of MedNIST (CT of abdomen and chest), are harder.",
        applies: CLASSIFY,
        kind: Kind::Text {
            values: "numbers of classes, as in `1,4`; default all",
            get: |config| {
                let classes = config.sampling.classes;
                (!classes.is_all()).then(|| classes.to_string())
            },
            set: |config, text| text.parse().map(|classes| config.sampling.classes = classes),
        },
        diff: Diff::Phrase("", |this, _| match this.sampling.classes {
            ClassSubset::ALL => "all classes".into(),
            some => format!("classes {some}"),
        }),
    };
    /// Number of training images per class.
    IMAGES_PER_CLASS = Param {
        key: "images",
        label: "images per class",
        unit: Unit::None,
        help: "Number of training images of each class, spread evenly over those that there are. The fewer, the sooner a network learns them by heart (overfitting).",
        applies: CLASSIFY,
        kind: Kind::Text {
            values: "5 to 10000; default all",
            get: |config| {
                let count = config.sampling.per_class;
                (count > 0).then(|| count.to_string())
            },
            set: |config, text| match text.parse() {
                Ok(count) if PER_CLASS_RANGE.contains(&count) => {
                    config.sampling.per_class = count;
                    Ok(())
                }
                _ => Err(format!(
                    "it must be a whole number from {} to {}.",
                    PER_CLASS_RANGE.start(),
                    PER_CLASS_RANGE.end()
                )),
            },
        },
        diff: Diff::Phrase("", |this, _| match this.sampling.per_class {
            0 => "all images".into(),
            count => format!("{count} images per class"),
        }),
    };
    /// Imbalance factor.
    IMBALANCE = Param {
        key: "imbalance",
        label: "imbalance factor",
        unit: Unit::None,
        help: "How many times more training images the first class has than the last; those between fall exponentially. With 1 all classes keep their images. Accuracy hides how a network treats a rare class.",
        applies: CLASSIFY,
        kind: Kind::Int {
            range: 1..=MAX_IMBALANCE as usize,
            subject: "it",
            get: |config| usize::from(config.sampling.imbalance),
            set: |config, value| config.sampling.imbalance = small(value),
        },
        diff: Diff::Labeled("imbalance"),
    };
    /// Share of wrong training labels.
    WRONG_LABELS = Param {
        key: "wrong",
        label: "wrong labels",
        unit: Unit::Percent,
        help: "Percentage of the training images whose label is replaced by another class at random (label noise). Validation and test images keep theirs. A network that learns the wrong labels too has learned by heart.",
        applies: CLASSIFY,
        kind: Kind::Int {
            range: 0..=MAX_WRONG_LABELS as usize,
            subject: "it",
            get: |config| usize::from(config.sampling.wrong_labels),
            set: |config, value| config.sampling.wrong_labels = small(value),
        },
        diff: Diff::Labeled("wrong labels"),
    };
    /// Noise added to the images of a pack.
    ADDED_NOISE = Param {
        key: "noise",
        label: "noise",
        unit: Unit::Percent,
        help: "Random noise added to each pixel of every image: its standard deviation in percent of the full intensity range. More noise makes small details harder to see.",
        applies: PACKED_IMAGES,
        kind: Kind::Int {
            range: 0..=100,
            subject: "it",
            get: |config| usize::from(config.sampling.noise),
            set: |config, value| config.sampling.noise = small(value),
        },
        diff: Diff::Labeled("noise"),
    };
    /// What makes the evaluation misleading.
    TRAP = Param {
        key: "trap",
        label: "trap",
        unit: Unit::None,
        help: "A change of the data that misleads whoever evaluates the network: neighbors of held-out images among the training images (`leakage`), a marker in one class (`shortcut`), or held-out images as from another scanner (the other words). Evaluation compares the held-out images that it concerns with the others.",
        applies: CLASSIFY,
        kind: Kind::Text {
            values: "`leakage`, `shortcut`, `window`, `noise`, `blur`, `bias`, `rotation`, `inversion`; default none",
            get: |config| {
                let trap = config.sampling.trap;
                (trap != Trap::None).then(|| Trap::slugs()[trap.place_in_menu()].to_owned())
            },
            set: |config, text| match Trap::slugs().iter().position(|slug| *slug == text) {
                Some(place) => {
                    config.sampling.trap = Trap::ALL[place];
                    Ok(())
                }
                None => Err(format!("the traps are {}.", Trap::slugs().join(", "))),
            },
        },
        diff: Diff::Phrase("", |this, _| match this.sampling.trap {
            Trap::None => "no trap".into(),
            trap => trap.name().into(),
        }),
    };
}

const PACKED_IMAGES: Condition = Condition {
    text: "`data=mednist`, `data=busbra`, `data=pneumonia` or `data=own`",
    holds: |config| config.lab() == Lab::Classify && config.data.pack_name().is_some(),
};

/// Describes the data set with its settings.
fn data(this: &RunConfig, _: &RunConfig) -> String {
    match this.data {
        DataSource::MedNist => "MedNIST".into(),
        DataSource::BreastUltrasound => "breast ultrasound".into(),
        DataSource::BreastUltrasoundMasks => "breast ultrasound with masks".into(),
        DataSource::ChestXRays => "chest X-rays of children".into(),
        DataSource::Hippocampus => "hippocampus".into(),
        DataSource::OwnImages(_) => "own images".into(),
        DataSource::OwnSlices(_) => "own images and masks".into(),
        DataSource::Phantom { .. } => format!("phantoms ({})", settings(this, None)),
        // Listing all settings would be too long, so only those that differ are listed.
        DataSource::Nodules(_) => unusual(this, "nodules", DataSource::Nodules(Nodules::DEFAULT)),
        DataSource::Ventricles(_) => {
            unusual(this, "ventricles", DataSource::Ventricles(Ventricles::DEFAULT))
        }
    }
}
