//! Rows for the settings of generated data sets.

use super::param::{Condition, Diff, Kind, Param, Unit, rows};
use crate::{DataSource, RunConfig};

rows! {
    /// Contrast of the shadows in generated chest X-rays.
    CONTRAST = Param {
        key: "contrast",
        label: "nodule contrast",
        unit: Unit::Percent,
        help: "The brightness that a round shadow adds to a generated chest X-ray, in percent of the full intensity range, on average. It is the same inside the lungs and outside. The lower it is, the harder nodules are to see in noise.",
        applies: GENERATED_CHESTS,
        kind: Kind::Int {
            range: 0..=100,
            subject: "it",
            get: |config| byte(config, contrast),
            set: |config, value| set_byte(config, contrast, value),
        },
        diff: Diff::InOtherRow,
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
    /// Distractors in generated chest X-rays.
    DISTRACTORS = Param {
        key: "distractors",
        label: "distractors",
        unit: Unit::None,
        help: "A generated chest X-ray has up to this many round shadows outside the lungs, beside the one that is inside or outside, and up to half as many line shadows inside. Images of both classes have equally many. With 0 there is one round shadow, and no line.",
        applies: GENERATED_CHESTS,
        kind: Kind::Int {
            range: 0..=8,
            subject: "it",
            get: |config| byte(config, distractors),
            set: |config, value| set_byte(config, distractors, value),
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
        applies: ROTATED,
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
    text: "`data=nodules`, `data=phantom` or `data=ventricles`",
    holds: |config| config.data.pack_name().is_none(),
};

const ROTATED: Condition = Condition {
    text: "`data=phantom` or `data=ventricles`",
    holds: |config| matches!(config.data, DataSource::Phantom { .. } | DataSource::Ventricles(_)),
};

const GENERATED_CHESTS: Condition = Condition {
    text: "`data=nodules`",
    holds: |config| matches!(config.data, DataSource::Nodules(_)),
};

const GENERATED_HEADS: Condition = Condition {
    text: "`data=ventricles`",
    holds: |config| matches!(config.data, DataSource::Ventricles(_)),
};

/// Function that returns one setting of generated images, if the data set has it.
type ByteOf = fn(&mut DataSource) -> Option<&mut u8>;

fn noise(data: &mut DataSource) -> Option<&mut u8> {
    match data {
        DataSource::Nodules(look) => Some(&mut look.noise),
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

fn contrast(data: &mut DataSource) -> Option<&mut u8> {
    if let DataSource::Nodules(look) = data { Some(&mut look.contrast) } else { None }
}

fn distractors(data: &mut DataSource) -> Option<&mut u8> {
    if let DataSource::Nodules(look) = data { Some(&mut look.distractors) } else { None }
}

fn byte(config: &RunConfig, of: ByteOf) -> usize {
    let mut data = config.data;
    of(&mut data).map_or(0, |value| usize::from(*value))
}

fn set_byte(config: &mut RunConfig, of: ByteOf, value: usize) {
    if let Some(byte) = of(&mut config.data) {
        *byte = small(value);
    }
}

/// Returns the name of a generated data set, and the settings that are not those of `default`.
pub(super) fn unusual(config: &RunConfig, name: &str, default: DataSource) -> String {
    let default = RunConfig { data: default, ..config.clone() };
    match settings(config, Some(&default)) {
        none if none.is_empty() => name.to_owned(),
        some => format!("{name} ({some})"),
    }
}

/// Lists the settings of generated images, or only those that differ from `default`.
pub(super) fn settings(config: &RunConfig, default: Option<&RunConfig>) -> String {
    let rows: [(&Param, &str); 6] = [
        (&CONTRAST, "contrast"),
        (&NOISE, "noise"),
        (&DISTRACTORS, "distractors"),
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

pub(super) fn small(value: usize) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}
