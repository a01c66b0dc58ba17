//! The maps of one explanation side by side.

use leptos::prelude::*;
use protocol::interpret::{AttributionMethod, Explanation, Side};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::raster::canvas::Raster;

use super::answer::class_name;
use super::magnitude::end_of_scale;
use super::overlay::{Range, SCALE, paint_map, paint_scale};
use super::picture::{Picture, size};
use super::region::{self, strongest};
use super::words::amount;
use super::{Scene, method, picture};

/// One figure a method.
#[component]
pub fn WhyMaps(
    scene: Scene,
    /// Of which explanation.
    side: Side,
    /// Whether the image is shown without maps.
    bare: Signal<bool>,
) -> impl IntoView {
    let figures = AttributionMethod::ALL
        .map(|method| view! { <Map scene side method bare /> })
        .into_iter()
        .collect_view();
    view! { <div class="why-maps">{figures}</div> }
}

/// A method's map over the image, with its scale and what it can say.
#[component]
fn Map(scene: Scene, side: Side, method: AttributionMethod, bare: Signal<bool>) -> impl IntoView {
    let why = scene.why.of(side);
    // Whatever is shown of the map follows from these.
    let values =
        derived(move || why.with(|why| Some(values_of(why.as_deref()?, method)?.to_vec())));
    let end = memo(move || values.get().map(|values| end_of_scale(&values)));
    let missing = memo(move || why.with(|why| missing(why.as_deref()?, method)));
    let rgba = derived(move || {
        let image = scene.image.get()?;
        let pixels = scene.album.with(|album| album.as_ref()?.pixels(image))?;
        let values = values.get().filter(|values| values.len() == pixels.len())?;
        Some(paint_map(&pixels, &values, end.get()?, method::range(method)))
    });
    let size = size(scene);
    let spoken = derived(move || {
        let class = why.with(|why| why.as_ref().map(|why| why.class)).unwrap_or_default();
        let class = class_name(scene, class);
        let image = scene.image.get().map(|image| picture::name(scene, image)).unwrap_or_default();
        let values = values.get().unwrap_or_default();
        format!("{} of {image}: {}", method::title(method), in_words(&values, size.get(), &class))
    });
    let agreement = move || {
        let said = why.with(|why| method::agreement(why.as_deref()?, method))?;
        Some(view! { <p class="why-agreement">{said}" (rank correlation)"</p> })
    };
    let completeness = move || {
        let shown =
            method == AttributionMethod::IntegratedGradients && missing.with(Option::is_none);
        let sums = why.with(|why| why.as_ref().map(|why| why.completeness)).filter(|_| shown)?;
        Some(view! { <p class="why-sum">{method::completeness(sums)}</p> })
    };
    let picture = move || match missing.get() {
        Some(sentence) => view! { <p class="why-missing hint">{sentence}</p> },
        None => view! {
            <div
                class="why-map"
                class:why-bare=bare.live()
                role="img"
                aria-label=live_value(move || spoken.get())
            >
                <Picture scene=scene image=scene.image />
                <span class="why-over"><Raster size=size rgba=rgba /></span>
            </div>
            <Scale end=end range=method::range(method) />
        },
    };
    view! {
        <figure class="why-figure">
            <figcaption class="why-name">
                <Term name=method::name(method) text=method::title(method) />
            </figcaption>
            {live(picture)}
            {live(agreement)}
            {live(completeness)}
            // Said once is enough.
            {(side == Side::Primary).then(|| view! {
                <p class="why-meaning">{method::meaning(method)}</p>
            })}
        </figure>
    }
}

/// The colours with the values at their ends.
#[component]
fn Scale(end: Signal<Option<f32>>, range: Range) -> impl IntoView {
    let low = move || match range {
        Range::Positive => "0".to_owned(),
        Range::Signed => amount(-end.get().unwrap_or(0.0)),
    };
    view! {
        <p class="why-scale">
            <span>{live(low)}</span>
            <Raster size=Signal::stored([1, SCALE]) rgba=Signal::stored(Some(paint_scale(range))) />
            <span>{live(move || amount(end.get().unwrap_or(0.0)))}</span>
        </p>
    }
}

fn values_of(explanation: &Explanation, method: AttributionMethod) -> Option<&[f32]> {
    let mut all = explanation.attributions.iter();
    all.find(|one| one.method == method)?.values.as_deref().ok()
}

/// Why there is no map of that method.
fn missing(explanation: &Explanation, method: AttributionMethod) -> Option<String> {
    match explanation.attributions.iter().find(|one| one.method == method) {
        Some(one) => one.values.as_ref().err().map(|problem| problem.message.clone()),
        None => Some("This network has no such map.".to_owned()),
    }
}

/// “strongest at rows 12–20, columns 30–40, speaks for Hand”.
fn in_words(values: &[f32], size: [usize; 2], class: &str) -> String {
    let Some(found) = strongest(values, size) else { return "nothing stands out".to_owned() };
    let speaks = if found.speaks_for { "for" } else { "against" };
    format!("strongest at {}, speaks {speaks} {class}", region::words(&found.area))
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
        let said = in_words(&values, [8, 8], "Hand");
        assert_eq!(said, "strongest at rows 2–2, columns 2–2, speaks against Hand");
        values[9] = 1.0;
        assert!(in_words(&values, [8, 8], "Hand").ends_with("speaks for Hand"));
        assert_eq!(in_words(&[], [8, 8], "Hand"), "nothing stands out");
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
