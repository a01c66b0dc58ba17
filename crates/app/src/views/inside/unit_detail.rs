//! A closer look at the chosen unit: what it is, what excites it, and the arithmetic behind it.

use std::sync::Arc;

use leptos::prelude::*;
use model::{LayerInfo, OpKind};
use protocol::interpret::{FeatureVisualization, Side, TopActivation, UnitRef};
use ui::close_button::CloseButton;
use ui::erased_signal::Signal;
use ui::erased_view::{When, derived, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::raster::canvas::Raster;
use ui::raster::paint::paint_gray;

use super::picker::test;
use super::picture::{Picture, WHOLE, name, size};
use super::scene::{Scene, Topic};
use super::unit_facts::{UnitFacts, name_of, unit_of};
use super::words::{amount, moment_name};
use crate::views::CloseUpView;

/// All about the chosen unit, where it is of that layer.
#[component]
pub(super) fn UnitDetail(scene: Scene, layer: usize, stage: LayerInfo) -> impl IntoView {
    let unit_ref = memo(move || scene.chosen.get().filter(|unit_ref| unit_ref.layer == layer));
    let name = name_of(scene, unit_ref);
    view! {
        <When holds=live_value(move || unit_ref.get().is_some())>
            <section class="unit-detail" data-testid="unit">
                <div class="cell-head">
                    <h3>{name.live()}</h3>
                    <CloseButton on_close=move || scene.chosen.set(None) />
                </div>
                <Refusal scene=scene topic=Topic::Unit />
                <UnitSide scene=scene side=Side::Primary unit_ref=unit_ref />
                <When holds=live_value(move || scene.compare.get().is_some())>
                    <p class="side-name">{live(move || {
                        let at = scene.compare.get()?;
                        Some(moment_name(at, scene.run.get(), 0))
                    })}</p>
                    <UnitSide scene=scene side=Side::Compared unit_ref=unit_ref />
                </When>
                <When holds=live_value(move || stage.traceable_ops.iter().any(Option::is_some))>
                    <Arithmetic scene=scene stage=stage />
                </When>
            </section>
        </When>
    }
}

/// Why there is no answer, where there is none.
#[component]
pub(super) fn Refusal(scene: Scene, topic: Topic) -> impl IntoView {
    let sentence = scene.refusal(topic);
    live(move || sentence.get().map(|s| view! { <p class="inside-refusal" role="status">{s}</p> }))
}

#[component]
fn UnitSide(scene: Scene, side: Side, unit_ref: Signal<Option<UnitRef>>) -> impl IntoView {
    let unit = unit_of(scene, side, unit_ref);
    let top = move || {
        let unit = unit.get()?;
        let images = unit.top.iter().map(|top| view! { <Exciting scene=scene of=top.clone() /> });
        Some(view! {
            <figure class="unit-top">
                <ul aria-label="test images that excite it most">{images.collect_view()}</ul>
                <figcaption class="unit-caption">
                    "excited most by these test images, with these values; framed is what it sees"
                </figcaption>
            </figure>
        })
    };
    let dream = scene.dream.of(side);
    let dream = derived(move || dream.get().filter(|dream| Some(dream.unit_ref) == unit_ref.get()));
    view! {
        <div class="unit-side">
            <UnitFacts scene=scene side=side unit_ref=unit_ref />
            {live(top)}
            <Dreamed scene=scene dream=dream />
        </div>
    }
}

/// A test image with what the unit sees of it. A click looks at it in all views.
#[component]
fn Exciting(scene: Scene, of: TopActivation) -> impl IntoView {
    let TopActivation { image, value, region } = of;
    let image = test(image);
    let size = size(scene);
    let about = move || format!("{}: {}. Look at it.", name(scene, image), amount(value));
    let (rows, columns) = (region.rows, region.columns);
    // Shares of the image's height and width.
    let share = move |pixels: usize, axis: usize| {
        live_value(move || format!("{:.2}%", 100.0 * pixels as f64 / size.get()[axis] as f64))
    };
    view! {
        <li>
            <button
                type="button"
                class="exciting"
                title=live_value(about)
                aria-label=live_value(about)
                on:click=handle_mouse(move |_| scene.image.set(Some(image)))
            >
                <Picture scene=scene image=Signal::stored(Some(image)) />
                <span
                    class="exciting-frame"
                    aria-hidden="true"
                    style:top=share(rows.start, 0)
                    style:left=share(columns.start, 1)
                    style:height=share(rows.len(), 0)
                    style:width=share(columns.len(), 1)
                ></span>
            </button>
            <span class="exciting-value">{amount(value)}</span>
        </li>
    }
}

#[component]
fn Dreamed(scene: Scene, dream: Signal<Option<Arc<FeatureVisualization>>>) -> impl IntoView {
    let size = size(scene);
    let rgba = derived(move || Some(paint_gray(&dream.get()?.pixels, WHOLE)));
    let caption = move || match dream.get() {
        Some(dream) if dream.step < dream.steps => {
            format!("{}, step {} of {}", amount(dream.value), dream.step, dream.steps)
        }
        Some(dream) => amount(dream.value),
        None => "on its way".into(),
    };
    view! {
        <figure class="unit-dream">
            <div role="img" aria-label="the image that excites it most">
                <Raster size=size rgba=rgba />
            </div>
            <figcaption>
                <span class="exciting-value" data-testid="dream">{live(caption)}</span>
                <span class="unit-caption">
                    "made by "<Term name="gradient ascent" />" to excite it"
                </span>
            </figcaption>
            <Refusal scene=scene topic=Topic::Dream />
        </figure>
    }
}

/// The arithmetic at the chosen pixel.
#[component]
fn Arithmetic(scene: Scene, stage: LayerInfo) -> impl IntoView {
    let parts: Vec<OpKind> = stage.traceable_ops.into_iter().flatten().collect();
    let first = parts.first().copied().unwrap_or(OpKind::Convolution);
    let part = memo(move || scene.part.get().unwrap_or(first));
    let close = derived(move || {
        scene.close.get().filter(|close| Some(close.unit_ref) == scene.chosen.get())
    });
    view! {
        <div class="arithmetic">
            <Refusal scene=scene topic=Topic::Close />
            <CloseUpView
                close=close
                parts=Signal::stored(parts)
                part=part
                on_part=move |part| scene.part.set(Some(part))
                pixel=scene.pixel
            />
        </div>
    }
}
