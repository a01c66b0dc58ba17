//! Tables of the configurations of a study: one a row, or against the number of training images.

use leptos::prelude::*;
use model::{StudyKind, TrainedLayers};
use ui::erased_signal::Signal;
use ui::erased_view::view;
use ui::format;
use ui::glossary_term::Term;

use super::arm_figures::ArmFigures;
use super::study::Variant;
use super::study_run::StudyRun;
use crate::figure::percent_interval;
use crate::figure_view::IntervalBar;

/// Returns the table with a row for each configuration. Where the study has no chart, it shows the
/// intervals as bars from 0 to 100 %.
pub fn arm_table(run: &StudyRun, figures: &[ArmFigures]) -> AnyView {
    let seeds = run.study.settings.seeds;
    let has_bars = run.study.settings.kind == StudyKind::Classical;
    let chance = 1.0 / run.study.data.shape.classes.max(1) as f64;
    let rows = run.study.arms.iter().map(|arm| {
        let found = figures.iter().find(|figures| figures.variant == arm.variant);
        let cell = |text: Option<String>| view! { <td>{text.unwrap_or_else(|| "–".into())}</td> };
        view! {
            <tr>
                <th scope="row">{variant_name(arm.variant)}</th>
                {cell(found.map(|figures| format::count(figures.trained)))}
                {cell(found.map(|figures| figures.accuracy.percent()))}
                {has_bars.then(|| view! {
                    <td>
                        {found.map(|figures| view! {
                            <IntervalBar
                                figure=Signal::stored(figures.accuracy)
                                chance=Signal::stored(Some(chance))
                            />
                        })}
                    </td>
                })}
                {cell(found.map(|figures| percent_interval(figures.accuracy.interval)))}
                {(seeds > 1).then(|| cell(found.map(|figures| figures.seeds.to_string())))}
                {cell(found.map(|figures| format!("{:.1} s", figures.seconds)))}
            </tr>
        }
    });
    let interval = if seeds > 1 { "95 % interval over seeds" } else { "95 % interval over images" };
    let head = view! {
        <tr>
            <th scope="col">"Classifier"</th>
            <th scope="col">"Trained values"</th>
            <th scope="col"><Term name="accuracy" text="Accuracy" /></th>
            {has_bars.then(|| view! { <th scope="col">"0 to 100 %"</th> })}
            <th scope="col">{interval}</th>
            {(seeds > 1).then(|| view! { <th scope="col">"Seeds"</th> })}
            <th scope="col">"Time"</th>
        </tr>
    };
    framed(head, rows.collect_view().into_any())
}

/// Returns a table in a frame that scrolls where it is too wide.
pub fn framed(head: AnyView, rows: AnyView) -> AnyView {
    view! {
        <div class="study-scroll" role="group" tabindex="0" aria-label="figures of the study">
            <table class="table study-table" data-testid="study-table">
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Returns the table of accuracies with a row for each number of images and a column for each classifier.
pub fn image_table(run: &StudyRun, figures: &[ArmFigures]) -> AnyView {
    let (classifiers, counts) = run.study.classifiers_and_counts();
    let heads =
        classifiers.iter().map(|classifier| view! { <th scope="col">{classifier.name()}</th> });
    let rows = counts.iter().map(|count| {
        let cells = classifiers.iter().map(|classifier| {
            let wanted = Variant::Images(*classifier, *count);
            let found = figures.iter().find(|figures| figures.variant == wanted);
            let text = found.map_or_else(|| "–".into(), |figures| figures.accuracy.percent());
            view! { <td>{text}</td> }
        });
        view! {
            <tr>
                <th scope="row">{format::count(*count)}</th>
                {cells.collect_view()}
            </tr>
        }
    });
    let head = view! {
        <tr>
            <th scope="col">"Images a class"</th>
            {heads.collect_view()}
        </tr>
    };
    framed(head, rows.collect_view().into_any())
}

pub fn variant_name(variant: Variant) -> String {
    match variant {
        Variant::Trained(TrainedLayers::All) => "all layers trained".to_owned(),
        Variant::Trained(trained) => format!("{} trained", trained.name()),
        Variant::Images(classifier, count) => {
            format!("{}, {} images a class", classifier.name(), format::count(count))
        }
        Variant::Whole(classifier) => classifier.name().to_owned(),
        Variant::Chosen => "your choice of layers".to_owned(),
        Variant::Untrained => "random weights".to_owned(),
        Variant::Marked(marked) => marked.name().to_owned(),
    }
}
