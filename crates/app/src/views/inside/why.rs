//! Why the network answers as it does.

use leptos::html::Div;
use leptos::prelude::*;
use model::Split;
use protocol::interpret::{Explanation, NetworkRef, Side};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{When, derived, handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::inputs::Choice;
use ui::probability_bars::ProbabilityBars;

use super::Scene;
use super::answer::{class_name, slices, truth, untrained};
use super::picker::ImagePicker;
use super::scene::Topic;
use super::why_maps::WhyMaps;
use super::words::moment_name;

/// The answer for one image, and what speaks for it by several methods.
#[component]
pub fn Why(
    /// What is looked at.
    scene: Scene,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, scene.why_seen);
    let refusal = scene.refusal(Topic::Why);
    let note = memo(move || refusal.get().or_else(|| lack(scene).map(str::to_owned)));
    let untrained = untrained(scene);
    view! {
        <div class="why" node_ref=place data-testid="why">
            <p class="hint">
                "Several "
                <Term name="attribution" text="attributions" />
                " of the same answer: which pixels speak for the class, and which against it. They \
                 differ, for each asks another question."
            </p>
            <div class="why-top">
                <ImagePicker scene />
                <Answer scene />
            </div>
            {live(move || note.get().map(|note| view! { <p class="why-note" role="status">{note}</p> }))}
            <When holds=live_value(move || note.with(Option::is_none))>
                {live(move || untrained.get().then(|| view! {
                    <p class="why-note">
                        "This network has not been trained yet: the maps show what random weights do."
                    </p>
                }))}
                <Maps scene />
            </When>
        </div>
    }
}

/// What there has to be before there is an explanation.
fn lack(scene: Scene) -> Option<&'static str> {
    if scene.run.get().is_none() || scene.album.with(Option::is_none) {
        Some("The explanation appears here as soon as a network stands ready.")
    } else if scene.image.get().is_none() {
        Some("Choose a test image.")
    } else if scene.why.of(Side::Primary).with(Option::is_none) {
        Some("The explanation is being computed …")
    } else {
        None
    }
}

/// What the network says of the image, and which class is explained.
#[component]
fn Answer(scene: Scene) -> impl IntoView {
    let classes = scene.classes();
    let probabilities = memo(move || {
        let why = scene.why.of(Side::Primary);
        why.with(|why| why.as_ref().map(|why| why.probabilities.clone())).unwrap_or_default()
    });
    let slices = slices(scene);
    let truth = memo(move || {
        let image = scene.image.get().filter(|image| image.split == Split::Test)?;
        truth(scene, image.index)
    });
    let bars = move || {
        let (classes, probabilities) = (classes.get(), probabilities.get());
        (!classes.is_empty() && classes.len() == probabilities.len()).then(|| {
            view! { <ProbabilityBars classes probabilities truth=truth.get() /> }
        })
    };
    view! {
        <div class="why-answer">
            <p class="why-answer-name">
                {live(move || if slices.get() {
                    view! { <span>"Share of the pixels given to each class"</span> }
                } else {
                    view! { <Term name="probabilities" text="Probabilities" /> }
                })}
            </p>
            {live(bars)}
            <ClassChoice scene />
        </div>
    }
}

#[component]
fn ClassChoice(scene: Scene) -> impl IntoView {
    let classes = scene.classes();
    let chosen = memo(move || scene.reason.with(|reason| reason.class));
    let choose = move |value: String| {
        let class = value.parse().ok();
        scene.reason.update(|reason| reason.class = class);
    };
    let slices = slices(scene);
    let options = move || {
        // The background, which most pixels are of, explains nothing.
        let best = if slices.get() { "largest structure" } else { "most probable" };
        let named = classes.get().into_iter().enumerate();
        let all = std::iter::once((None, best.to_owned()))
            .chain(named.map(|(class, name)| (Some(class), name)));
        all.map(|(class, name)| {
            let value = class.map(|class| class.to_string()).unwrap_or_default();
            let selected = live_value(move || chosen.get() == class);
            view! { <option value=value selected=selected>{name}</option> }
        })
        .collect_view()
    };
    view! {
        <label class="why-class">
            <span>"Class explained"</span>
            <select on:change=handle_event(move |event| choose(event_target_value(&event)))>
                {live(options)}
            </select>
        </label>
    }
}

/// The maps, those of the network compared with beneath, and what changes them.
#[component]
fn Maps(scene: Scene) -> impl IntoView {
    let bare = RwSignal::new(false);
    let randomized = memo(move || scene.reason.with(|reason| reason.randomized));
    let check = move || {
        scene.why.of(Side::Primary).with(|why| why.as_ref().is_some_and(|why| why.randomized)).then(|| {
            view! {
                <p class="why-note">
                    "The last layer’s weights are random numbers now. An explanation that hardly \
                     changes does not depend on what was learned (Adebayo et al. 2018)."
                </p>
            }
        })
    };
    // Without a comparison there is but one network, and it needs no name.
    let this = memo(move || {
        let (run, _) = scene.run.get().zip(scene.compare.get())?;
        Some(moment_name(
            NetworkRef { run, snapshot: scene.moment.get() },
            Some(run),
            scene.step.get(),
        ))
    });
    let comparing = memo(move || {
        let (run, at) = (scene.run.get(), scene.compare.get()?);
        Some(format!("Compared with: {}", moment_name(at, run, scene.step.get())))
    });
    let other_there = memo(move || scene.why.of(Side::Compared).with(Option::is_some));
    view! {
        <div class="why-controls">
            <Choice
                name="what the pictures show"
                options=vec![(false, "Map over image".to_owned()), (true, "Image only".to_owned())]
                value=bare
                on_choice=move |only: bool| bare.set(only)
            />
            <button
                type="button"
                class="quiet-button why-randomise"
                aria-pressed=live_value(move || randomized.get().to_string())
                on:click=handle_mouse(move |_| {
                    scene.reason.update(|reason| reason.randomized = !reason.randomized);
                })
            >
                "Randomise the last layer"
            </button>
        </div>
        {live(check)}
        <Row
            scene
            side=Side::Primary
            title=derived(move || this.get().map(|name| format!("This network: {name}")))
            bare=bare.into()
        />
        <When holds=live_value(move || comparing.with(Option::is_some))>
            {live(move || if other_there.get() {
                view! { <Row scene side=Side::Compared title=comparing bare=bare.into() /> }
            } else {
                view! { <p class="hint">"The other explanation is being computed …"</p> }
            })}
        </When>
        <Key />
    }
}

/// One explanation's maps beneath what they explain.
#[component]
fn Row(
    scene: Scene,
    side: Side,
    title: Signal<Option<String>>,
    bare: Signal<bool>,
) -> impl IntoView {
    let slices = slices(scene);
    let sentence = memo(move || {
        let shared = |why: &Explanation| Some((why.class, *why.probabilities.get(why.class)?));
        let (class, share) = scene.why.of(side).with(|why| shared(why.as_ref()?))?;
        Some(explained(&class_name(scene, class), share.into(), slices.get()))
    });
    view! {
        <section class="why-row">
            {live(move || title.get().map(|title| view! { <h3>{title}</h3> }))}
            <p class="why-sentence">{sentence.live()}</p>
            <WhyMaps scene side bare />
        </section>
    }
}

/// What the maps are about.
fn explained(class: &str, share: f64, slices: bool) -> String {
    let share = format::percent(share);
    if slices {
        format!("What speaks for {class}, to which the network gives {share} of the pixels.")
    } else {
        format!("What speaks for {class}, which the network finds {share} probable.")
    }
}

/// What the colours mean.
#[component]
fn Key() -> impl IntoView {
    view! {
        <p class="hint why-key">
            "Orange speaks for the class, blue against it; where nothing is said the image shows. \
             Scales end at the 99th percentile of the map’s magnitudes."
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_of_what_the_share_is() {
        assert!(explained("Hand", 0.973, false).ends_with("finds 97.3 % probable."));
        assert!(explained("anterior", 0.04, true).ends_with("4.0 % of the pixels."));
    }
}
