//! Attribution maps of one network.

use leptos::prelude::*;
use protocol::interpret::{AttributionMethod, Explanation, Side};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::raster::canvas::Raster;

use super::attribution_methods;
use super::describe_region::{describe_area, strongest_region};
use crate::heatmap_overlay::{HeatmapRange, SCALE_BAR_PX, paint_map, paint_scale};
use crate::image_view::{ImageView, image_name, image_size};
use crate::labels::amount;
use crate::map_statistics::end_of_scale;
use crate::network_facts::class_name;
use crate::state::InterpretState;

/// The attribution maps of all methods, side by side.
#[component]
pub fn AttributionMaps(
    state: InterpretState,
    /// The network that is explained.
    side: Side,
    /// Whether the image is shown without maps.
    bare: Signal<bool>,
) -> impl IntoView {
    let figures = AttributionMethod::ALL
        .map(|method| view! { <AttributionFigure state side method bare /> })
        .into_iter()
        .collect_view();
    view! { <div class="explain-maps">{figures}</div> }
}

/// The map of one method over the image, with its color scale and limitations.
#[component]
fn AttributionFigure(
    state: InterpretState,
    side: Side,
    method: AttributionMethod,
    bare: Signal<bool>,
) -> impl IntoView {
    let why = state.answers.explanation.of(side);
    // Everything displayed about the map depends on these values only.
    let values =
        derived(move || why.with(|why| Some(values_of(why.as_deref()?, method)?.to_vec())));
    let end = memo(move || values.get().map(|values| end_of_scale(&values)));
    let missing = memo(move || why.with(|why| missing(why.as_deref()?, method)));
    let rgba = derived(move || {
        let image = state.selection.image.get()?;
        let pixels = state.dataset.with(|data| data.as_ref()?.pixels(image))?;
        let values = values.get().filter(|values| values.len() == pixels.len())?;
        Some(paint_map(&pixels, &values, end.get()?, attribution_methods::range(method)))
    });
    let size = image_size(state.dataset);
    let spoken = derived(move || {
        let class = why.with(|why| why.as_ref().map(|why| why.class)).unwrap_or_default();
        let class = class_name(state.dataset, class);
        let image = state
            .selection
            .image
            .get()
            .map(|image| image_name(state.dataset, image))
            .unwrap_or_default();
        let values = values.get().unwrap_or_default();
        format!(
            "{} of {image}: {}",
            attribution_methods::title(method),
            describe_map(&values, size.get(), &class)
        )
    });
    let agreement = move || {
        let said = why.with(|why| attribution_methods::agreement(why.as_deref()?, method))?;
        Some(view! { <p class="explain-agreement">{said}" (rank correlation)"</p> })
    };
    let completeness = move || {
        let shown =
            method == AttributionMethod::IntegratedGradients && missing.with(Option::is_none);
        let sums = why.with(|why| why.as_ref().map(|why| why.completeness)).filter(|_| shown)?;
        Some(view! { <p class="explain-sum">{attribution_methods::completeness(sums)}</p> })
    };
    let picture = move || match missing.get() {
        Some(sentence) => view! { <p class="explain-missing hint">{sentence}</p> },
        None => view! {
            <div
                class="explain-map"
                class:explain-bare=bare.live()
                role="img"
                aria-label=live_value(move || spoken.get())
            >
                <ImageView dataset=state.dataset image=state.selection.image />
                <span class="explain-over"><Raster size=size rgba=rgba /></span>
            </div>
            <HeatmapScale end=end range=attribution_methods::range(method) />
        },
    };
    view! {
        <figure class="explain-figure">
            <figcaption class="explain-name">
                <Term name=attribution_methods::name(method) text=attribution_methods::title(method) />
            </figcaption>
            {live(picture)}
            {live(agreement)}
            {live(completeness)}
            // Shown only once.
            {(side == Side::Primary).then(|| view! {
                <p class="explain-meaning">{attribution_methods::meaning(method)}</p>
            })}
        </figure>
    }
}

/// The color scale with the values at its ends.
#[component]
fn HeatmapScale(end: Signal<Option<f32>>, range: HeatmapRange) -> impl IntoView {
    let low = move || match range {
        HeatmapRange::Positive => "0".to_owned(),
        HeatmapRange::Signed => amount(-end.get().unwrap_or(0.0)),
    };
    view! {
        <p class="explain-scale">
            <span>{live(low)}</span>
            <Raster size=Signal::stored([1, SCALE_BAR_PX]) rgba=Signal::stored(Some(paint_scale(range))) />
            <span>{live(move || amount(end.get().unwrap_or(0.0)))}</span>
        </p>
    }
}

fn values_of(explanation: &Explanation, method: AttributionMethod) -> Option<&[f32]> {
    let mut all = explanation.attributions.iter();
    all.find(|one| one.method == method)?.values.as_deref().ok()
}

/// Returns the reason why a method has no map.
fn missing(explanation: &Explanation, method: AttributionMethod) -> Option<String> {
    match explanation.attributions.iter().find(|one| one.method == method) {
        Some(one) => one.values.as_ref().err().map(|problem| problem.message.clone()),
        None => Some("This network has no such map.".to_owned()),
    }
}

/// Describes a map, for example “strongest at rows 12–20, columns 30–40, evidence for Hand”.
fn describe_map(values: &[f32], size: [usize; 2], class: &str) -> String {
    let Some(found) = strongest_region(values, size) else {
        return "nothing stands out".to_owned();
    };
    let direction = if found.is_positive { "for" } else { "against" };
    format!("strongest at {}, evidence {direction} {class}", describe_area(&found.area))
}

#[cfg(test)]
mod tests {
    use protocol::interpret::Attribution;
    use protocol::{ErrorCode, Problem};

    use super::*;

    #[test]
    fn the_text_alternative_names_region_sign_and_class() {
        let mut values = vec![0.0; 64];
        values[9] = -1.0;
        let said = describe_map(&values, [8, 8], "Hand");
        assert_eq!(said, "strongest at rows 2–2, columns 2–2, evidence against Hand");
        values[9] = 1.0;
        assert!(describe_map(&values, [8, 8], "Hand").ends_with("evidence for Hand"));
        assert_eq!(describe_map(&[], [8, 8], "Hand"), "nothing stands out");
    }

    #[test]
    fn a_method_without_an_answer_says_why() {
        let problem = Problem::new(ErrorCode::BadConfig, "There is no convolution.");
        let explanation = Explanation {
            class: 0,
            probabilities: vec![1.0],
            attributions: vec![
                Attribution { method: AttributionMethod::GradCam, values: Err(problem) },
                Attribution { method: AttributionMethod::Occlusion, values: Ok(vec![0.5]) },
            ],
            completeness: [0.0; 2],
            randomized: false,
            agreement: Vec::new(),
        };
        let said = |method| missing(&explanation, method);
        assert_eq!(said(AttributionMethod::GradCam).unwrap(), "There is no convolution.");
        assert_eq!(
            (
                said(AttributionMethod::Occlusion),
                values_of(&explanation, AttributionMethod::GradCam)
            ),
            (None, None)
        );
        assert_eq!(values_of(&explanation, AttributionMethod::Occlusion), Some(&[0.5][..]));
        assert!(said(AttributionMethod::InputGradient).is_some());
    }
}
