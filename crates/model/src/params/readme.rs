//! Parameter table of README and help text of the command line.

use super::list::{all, of_data};
use super::param::{Kind, Param};
use crate::permalink::link::{PAGE, PAGE_TEXTS};
use crate::{DataSource, Lab, Nodules, Optimizer, RunConfig, Ventricles};

/// Returns the table of all parameters in Markdown, as it appears in README.
pub fn readme_table() -> String {
    let mut table = String::from("| parameter | values | default | meaning |\n|---|---|---|---|\n");
    for param in all() {
        let Param { key, help, applies, .. } = param;
        let with = if applies.text.is_empty() {
            String::new()
        } else {
            format!("With {}. ", applies.text)
        };
        let (values, default) = (values(param), default(param));
        table += &format!("| `{key}` | {values} | {default} | {with}{help} |\n");
    }
    for setting in PAGE_TEXTS {
        table += &format!("| `{}` | {} | | {} |\n", setting.key, setting.values, setting.help);
    }
    for flag in PAGE {
        table += &format!("| `{}` | `1`, `0` | `0` | {} |\n", flag.key, flag.help);
    }
    table
}

/// Returns the help text of the command line: a line for each parameter whose key is not in
/// `without`.
pub fn command_line_help(without: &[&str]) -> String {
    let mut help = String::new();
    for param in all().filter(|param| !without.contains(&param.key)) {
        let with = match param.applies.text {
            "" => String::new(),
            text => format!(" (with {text})"),
        };
        let default = match default(param) {
            text if text.is_empty() => text,
            text => format!(", default {text}"),
        };
        let line = format!("  --{:<10} {}{default}{with}\n", param.key, values(param));
        help += &line.replace('`', "");
    }
    help
}

fn values(param: &Param) -> String {
    let unit = param.unit.suffix();
    match &param.kind {
        Kind::Int { range, .. } => format!("{} to {}{unit}", range.start(), range.end()),
        Kind::Float { range, above: true, .. } => {
            format!("above {}, at most {}", range.start(), range.end())
        }
        Kind::Float { range, .. } => format!("{} to {}", range.start(), range.end()),
        Kind::Choice { options, .. } => {
            options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Flag { .. } => "`1`, `0`".into(),
        Kind::Text { values, .. } => (*values).into(),
        Kind::Fixed { value, .. } => format!("`{value}`"),
    }
}

/// Returns the default in each lab that has the parameter, or a single value if both defaults are
/// equal. Settings of generated images may have a default for each data set.
fn default(param: &Param) -> String {
    let by_data: Vec<(&str, String)> = DataSource::all()
        .filter(|data| of_data(*data).any(|own| std::ptr::eq(own, param)))
        .filter_map(|data| {
            let config = RunConfig { data, ..RunConfig::default_for(data.lab()) };
            Some((data.slug(), param.text(&config)?))
        })
        .collect();
    if by_data.iter().any(|(_, text)| *text != by_data[0].1) {
        let each = by_data.iter().map(|(slug, text)| format!("`{text}` with `data={slug}`"));
        return each.collect::<Vec<_>>().join("; ");
    }
    let of = |lab| {
        let mut configs = examples().into_iter().filter(|config| config.lab() == lab);
        let config = configs.find(|config| (param.applies.holds)(config))?;
        param.text(&config).map(|text| format!("`{text}`"))
    };
    match (of(Lab::Classify), of(Lab::Segment)) {
        _ if param.key == "lab" => "`classify`".into(),
        (Some(classify), Some(segment)) if classify != segment => {
            format!("{classify}; {segment} with `lab=segment`")
        }
        (classify, segment) => classify.or(segment).unwrap_or_default(),
    }
}

/// Returns configurations that together have every parameter. The defaults of both labs come first.
pub(super) fn examples() -> Vec<RunConfig> {
    let [classify, segment] = [Lab::Classify, Lab::Segment].map(RunConfig::default_for);
    let mut examples = vec![classify.clone(), segment.clone()];
    examples.push(RunConfig { data: DataSource::PHANTOM, ..classify.clone() });
    examples.push(RunConfig { data: DataSource::Nodules(Nodules::DEFAULT), ..classify.clone() });
    examples
        .push(RunConfig { data: DataSource::Ventricles(Ventricles::DEFAULT), ..segment.clone() });
    for optimizer in Optimizer::ALL {
        examples.push(RunConfig { optimizer, ..classify.clone() });
        examples.push(RunConfig { optimizer, ..segment.clone() });
    }
    examples
}
