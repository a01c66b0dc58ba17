//! Tables of studies with linear probes of planted targets and on corrupted images.

use leptos::prelude::*;
use model::{CorruptionKind, ProbeTarget, TargetKind};
use protocol::study::Probing;
use ui::erased_view::view;
use ui::format;
use ui::glossary_term::Term;

use super::arm_figures::{ArmFigures, last_hidden};
use super::arm_tables::{framed, variant_name};
use super::study::Variant;
use super::study_run::StudyRun;
use crate::figure::{Figure, percent_interval, score_interval};
use crate::network_ladder::ladder::rung_name;

/// Returns the table with a row for each target: what the pixels and the last hidden layer tell of it.
pub fn target_table(run: &StudyRun, figures: &[ArmFigures]) -> AnyView {
    let untrained = figures.iter().find(|of| of.variant == Variant::Untrained);
    let trained = figures.iter().find(|of| of.variant != Variant::Untrained);
    let rows = run.study.probings().iter().enumerate().map(|(place, probing)| {
        let Probing::Target(target) = *probing else { return view! { <tr></tr> } };
        let probes = |of: Option<&ArmFigures>| of.and_then(|of| of.probes.get(place).cloned());
        let either = probes(trained).or_else(|| probes(untrained));
        let pixels = either.and_then(|probes| probes.first().copied());
        let hidden = |of| probes(of).as_deref().and_then(last_hidden);
        let cells = [pixels, hidden(untrained), hidden(trained)];
        let cells = cells.map(|figure| view! { <td>{score(target, figure)}</td> });
        let measure = match target.kind() {
            TargetKind::Class => "accuracy",
            TargetKind::Number(_) => "R²",
        };
        view! {
            <tr>
                <th scope="row">{target.name()}</th>
                <td>{target.planted()}</td>
                <td>{measure}</td>
                {cells.collect_view()}
            </tr>
        }
    });
    let head = view! {
        <tr>
            <th scope="col">"Target"</th>
            <th scope="col">"Planted"</th>
            <th scope="col">"Score: "<Term name="accuracy" />" or "<Term name="R²" /></th>
            <th scope="col">"Pixels"</th>
            <th scope="col">"Last hidden layer, random weights"</th>
            <th scope="col">"Last hidden layer, trained"</th>
        </tr>
    };
    framed(head, rows.collect_view().into_any())
}

/// Returns a score with its interval.
fn score(target: ProbeTarget, figure: Option<Figure>) -> String {
    let Some(figure) = figure else { return "–".into() };
    match target.kind() {
        TargetKind::Class => {
            format!("{} ({})", figure.percent(), percent_interval(figure.interval))
        }
        TargetKind::Number(_) => {
            format!("{} ({})", figure.score(), score_interval(figure.interval))
        }
    }
}

/// Returns the table with a row for each choice of images with a marker.
pub fn marker_table(run: &StudyRun, figures: &[ArmFigures]) -> AnyView {
    let rows = run.study.arms.iter().map(|arm| {
        let found = figures.iter().find(|figures| figures.variant == arm.variant);
        let cell = |text: Option<String>| view! { <td>{text.unwrap_or_else(|| "–".into())}</td> };
        let probe = found.and_then(|found| last_hidden(found.first_probes()));
        view! {
            <tr>
                <th scope="row">{variant_name(arm.variant)}</th>
                {cell(probe.map(Figure::percent))}
                {cell(probe.map(|probe| percent_interval(probe.interval)))}
                {cell(found.map(|found| found.accuracy.percent()))}
                {cell(found.map(|found| percent_interval(found.accuracy.interval)))}
            </tr>
        }
    });
    let head = view! {
        <tr>
            <th scope="col">"Training images"</th>
            <th scope="col">"Probe of the marker, last hidden layer"</th>
            <th scope="col">"95 % interval"</th>
            <th scope="col"><Term name="accuracy" text="Accuracy of the network" />", no markers"</th>
            <th scope="col">"95 % interval"</th>
        </tr>
    };
    framed(head, rows.collect_view().into_any())
}

/// Returns the table with a row for each layer and a column for each strength of a corruption.
pub fn corruption_table(run: &StudyRun, figures: &[ArmFigures], shown: CorruptionKind) -> AnyView {
    let columns = run.study.corruptions(shown);
    let rows = run.study.layers.iter().enumerate().map(|(place, layer)| {
        let cells = columns.iter().map(|(probing, _)| {
            let probes = figures.first().and_then(|figures| figures.probes.get(*probing));
            let figure = probes.and_then(|probes| probes.get(place)).copied();
            let text = figure.map_or_else(|| "–".into(), Figure::percent);
            let interval = figure.map(|figure| percent_interval(figure.interval));
            view! { <td title=interval>{text}</td> }
        });
        let [height, width] = layer.receptive_field;
        view! {
            <tr>
                <th scope="row">{rung_name(layer.kind)}</th>
                <td>{format!("{} × {} px", format::count(height), format::count(width))}</td>
                {cells.collect_view()}
            </tr>
        }
    });
    let heads = columns.iter().map(|(_, name)| view! { <th scope="col">{name.clone()}</th> });
    let head = view! {
        <tr>
            <th scope="col">"Layer"</th>
            <th scope="col"><Term name="receptive field" text="Receptive field" /></th>
            {heads.collect_view()}
        </tr>
    };
    framed(head, rows.collect_view().into_any())
}
