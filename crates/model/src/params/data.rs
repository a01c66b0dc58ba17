//! Rows for the lab and the data set.

use super::param::{ALWAYS, CLASSIFY, Condition, Diff, Kind, Param, SEGMENT, Unit, rows};
use crate::{DataSource, Lab, RunConfig, Ventricles};

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
        help: "The bundled MedNIST images, or generated ones.",
        applies: CLASSIFY,
        kind: Kind::Choice {
            options: &[DataSource::MedNist.slug(), DataSource::PHANTOM.slug()],
            noun: "data sets",
            get: |config| usize::from(config.data != DataSource::MedNist),
            set: |config, index| config.data = [DataSource::MedNist, DataSource::PHANTOM][index],
        },
        diff: Diff::Phrase("", data),
    };
    /// The data set of the segmentation lab.
    SLICES = Param {
        key: "data",
        label: "data set",
        unit: Unit::None,
        help: "The bundled MRI slices of the hippocampus, or generated heads with lateral ventricles.",
        applies: SEGMENT,
        kind: Kind::Choice {
            options: &[DataSource::Hippocampus.slug(), HEADS.slug()],
            noun: "data sets",
            get: |config| usize::from(config.data != DataSource::Hippocampus),
            set: |config, index| config.data = [DataSource::Hippocampus, HEADS][index],
        },
        diff: Diff::Phrase("", data),
    };
    /// Noise in generated images.
    NOISE = Param {
        key: "noise",
        label: "noise",
        unit: Unit::Percent,
        help: "Random noise added to each pixel of a generated image: its standard deviation in percent of the full intensity range. More noise makes small details harder to see.",
        applies: GENERATED,
        kind: Kind::Int {
            range: 0..=100,
            subject: "it",
            get: |config| byte(config, noise),
            set: |config, value| set_byte(config, noise, value),
        },
        diff: Diff::InOtherRow,
    };
    /// Bias field in generated heads.
    BIAS = Param {
        key: "bias",
        label: "bias field",
        unit: Unit::Percent,
        help: "A smooth change of brightness across an MR image, as caused by receive coils, by at most this percentage. The larger it is, the more the intensity of the same tissue differs from place to place.",
        applies: GENERATED_HEADS,
        kind: Kind::Int {
            range: 0..=100,
            subject: "it",
            get: |config| byte(config, bias),
            set: |config, value| set_byte(config, bias, value),
        },
        diff: Diff::InOtherRow,
    };
    /// Rotation of generated images.
    ROTATION = Param {
        key: "rotation",
        label: "rotation",
        unit: Unit::Degrees,
        help: "Every generated image is rotated by a random angle of up to this many degrees in either direction.",
        applies: GENERATED,
        kind: Kind::Int {
            range: 0..=180,
            subject: "it",
            get: |config| byte(config, rotation),
            set: |config, value| set_byte(config, rotation, value),
        },
        diff: Diff::InOtherRow,
    };
    /// Size of the ventricles in generated heads.
    VENTRICLE_SIZE = Param {
        key: "size",
        label: "ventricle size",
        unit: Unit::Percent,
        help: "Width and length of the generated ventricles in percent of their usual size. At 10 % they cover only a few pixels.",
        applies: GENERATED_HEADS,
        kind: Kind::Int {
            range: 5..=150,
            subject: "it",
            get: |config| byte(config, size),
            set: |config, value| set_byte(config, size, value),
        },
        diff: Diff::InOtherRow,
    };
}

const GENERATED: Condition = Condition {
    text: "`data=phantom` or `data=ventricles`",
    holds: |config| config.data.pack_name().is_none(),
};

const GENERATED_HEADS: Condition = Condition {
    text: "`data=ventricles`",
    holds: |config| matches!(config.data, DataSource::Ventricles(_)),
};

const HEADS: DataSource = DataSource::Ventricles(Ventricles::DEFAULT);

/// Function that returns one setting of generated images, if the data set has it.
type ByteOf = fn(&mut DataSource) -> Option<&mut u8>;

fn noise(data: &mut DataSource) -> Option<&mut u8> {
    match data {
        DataSource::Phantom { noise, .. } => Some(noise),
        DataSource::Ventricles(look) => Some(&mut look.noise),
        _ => None,
    }
}

fn rotation(data: &mut DataSource) -> Option<&mut u8> {
    match data {
        DataSource::Phantom { rotation, .. } => Some(rotation),
        DataSource::Ventricles(look) => Some(&mut look.rotation),
        _ => None,
    }
}

fn bias(data: &mut DataSource) -> Option<&mut u8> {
    if let DataSource::Ventricles(look) = data { Some(&mut look.bias) } else { None }
}

fn size(data: &mut DataSource) -> Option<&mut u8> {
    if let DataSource::Ventricles(look) = data { Some(&mut look.size) } else { None }
}

fn byte(config: &RunConfig, of: ByteOf) -> usize {
    let mut data = config.data;
    of(&mut data).map_or(0, |value| usize::from(*value))
}

fn set_byte(config: &mut RunConfig, of: ByteOf, value: usize) {
    if let Some(byte) = of(&mut config.data) {
        *byte = u8::try_from(value).unwrap_or(u8::MAX);
    }
}

/// Describes the data set with its settings.
fn data(this: &RunConfig, _: &RunConfig) -> String {
    match this.data {
        DataSource::MedNist => "MedNIST".into(),
        DataSource::Hippocampus => "hippocampus".into(),
        DataSource::Phantom { .. } => format!("phantoms ({})", settings(this, None)),
        // Listing all four settings would be too long, so only those that differ are listed.
        DataSource::Ventricles(look) if look == Ventricles::DEFAULT => "ventricles".into(),
        DataSource::Ventricles(_) => {
            let default = DataSource::Ventricles(Ventricles::DEFAULT);
            let default = RunConfig { data: default, ..this.clone() };
            format!("ventricles ({})", settings(this, Some(&default)))
        }
    }
}

/// Lists the settings of generated images, or only those that differ from `default`.
fn settings(config: &RunConfig, default: Option<&RunConfig>) -> String {
    let rows: [(&Param, &str); 4] = [
        (&NOISE, "noise"),
        (&BIAS, "bias field"),
        (&ROTATION, "rotation"),
        (&VENTRICLE_SIZE, "size"),
    ];
    let texts = rows.iter().filter_map(|(param, name)| {
        let text = param.text(config)?;
        let is_default = default.is_some_and(|default| param.text(default).as_ref() == Some(&text));
        (!is_default).then(|| format!("{name} {text}{}", param.unit.suffix()))
    });
    texts.collect::<Vec<_>>().join(", ")
}
