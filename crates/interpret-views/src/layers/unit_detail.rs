//! Details of the selected unit: statistics, top activations, feature visualization, arithmetic.

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

use super::unit_facts::{UnitFacts, name_of, unit_of};
use crate::conv_arithmetic::ConvArithmeticView;
use crate::error_note::ErrorNote;
use crate::image_view::{FULL_WINDOW, ImageView, evaluated_image, image_name, image_size};
use crate::labels::{amount, snapshot_name};
use crate::state::InterpretState;

/// Details of the selected unit, if it belongs to this layer.
#[component]
pub fn UnitDetail(state: InterpretState, layer: usize, info: LayerInfo) -> impl IntoView {
    let unit = memo(move || state.selection.unit.get().filter(|unit| unit.layer == layer));
    let name = name_of(state, unit);
    view! {
        <When holds=live_value(move || unit.get().is_some())>
            <section class="unit-detail" data-testid="unit">
                <div class="heading-row">
                    <h3>{name.live()}</h3>
                    <CloseButton on_close=move || state.selection.unit.set(None) />
                </div>
                <ErrorNote error=state.answers.unit.error />
                <UnitSide state=state side=Side::Primary unit=unit />
                <When holds=live_value(move || state.selection.compared.get().is_some())>
                    <p class="layers-side">{live(move || {
                        let at = state.selection.compared.get()?;
                        Some(snapshot_name(at, state.run.id.get(), 0))
                    })}</p>
                    <UnitSide state=state side=Side::Compared unit=unit />
                </When>
                <When holds=live_value(move || info.traceable_ops.iter().any(Option::is_some))>
                    <Arithmetic state=state info=info />
                </When>
            </section>
        </When>
    }
}

/// Details for the selected network, or for the compared one.
#[component]
fn UnitSide(state: InterpretState, side: Side, unit: Signal<Option<UnitRef>>) -> impl IntoView {
    let answer = unit_of(state, side, unit);
    let top = move || {
        let answer = answer.get()?;
        let images = answer
            .top
            .iter()
            .map(|top| view! { <TopActivationButton state=state of=top.clone() /> });
        Some(view! {
            <figure class="unit-top">
                <ul aria-label="held-out images with the highest activation">{images.collect_view()}</ul>
                <figcaption class="unit-caption">
                    "top activations on the held-out images; framed is the receptive field"
                </figcaption>
            </figure>
        })
    };
    let visualization = state.answers.visualization.of(side);
    let visualization =
        derived(move || visualization.get().filter(|found| Some(found.unit_ref) == unit.get()));
    view! {
        <div class="unit-side">
            <UnitFacts state=state side=side unit=unit />
            {live(top)}
            <VisualizationFigure state=state visualization=visualization />
        </div>
    }
}

/// A test image with the unit's receptive field outlined. A click selects the image in all views.
#[component]
fn TopActivationButton(state: InterpretState, of: TopActivation) -> impl IntoView {
    let TopActivation { image, value, region } = of;
    let image = evaluated_image(state.dataset, image);
    let size = image_size(state.dataset);
    let about =
        move || format!("{}: {}. Select it.", image_name(state.dataset, image), amount(value));
    let (rows, columns) = (region.rows, region.columns);
    // Fractions of the image's height and width.
    let share = move |pixels: usize, axis: usize| {
        live_value(move || format!("{:.2}%", 100.0 * pixels as f64 / size.get()[axis] as f64))
    };
    view! {
        <li>
            <button
                type="button"
                class="unit-exciting"
                title=live_value(about)
                aria-label=live_value(about)
                on:click=handle_mouse(move |_| state.selection.image.set(Some(image)))
            >
                <ImageView dataset=state.dataset image=Signal::stored(Some(image)) />
                <span
                    class="unit-exciting-frame"
                    aria-hidden="true"
                    style:top=share(rows.start, 0)
                    style:left=share(columns.start, 1)
                    style:height=share(rows.len(), 0)
                    style:width=share(columns.len(), 1)
                ></span>
            </button>
            <span class="unit-exciting-value">{amount(value)}</span>
        </li>
    }
}

/// The image that maximizes the unit's activation, updated while it is computed.
#[component]
fn VisualizationFigure(
    state: InterpretState,
    visualization: Signal<Option<Arc<FeatureVisualization>>>,
) -> impl IntoView {
    let size = image_size(state.dataset);
    let rgba = derived(move || Some(paint_gray(&visualization.get()?.pixels, FULL_WINDOW)));
    let caption = move || match visualization.get() {
        Some(found) if found.step < found.steps => {
            format!("{}, step {} of {}", amount(found.value), found.step, found.steps)
        }
        Some(found) => amount(found.value),
        None => "computing …".into(),
    };
    view! {
        <figure class="unit-dream">
            <div role="img" aria-label="feature visualization">
                <Raster size=size rgba=rgba />
            </div>
            <figcaption>
                <span class="unit-exciting-value" data-testid="dream">{live(caption)}</span>
                <span class="unit-caption">
                    "feature visualization by "<Term name="gradient ascent" />
                </span>
            </figcaption>
            <ErrorNote error=state.answers.visualization.error />
        </figure>
    }
}

/// The arithmetic of the selected output pixel.
#[component]
fn Arithmetic(state: InterpretState, info: LayerInfo) -> impl IntoView {
    let operations: Vec<OpKind> = info.traceable_ops.into_iter().flatten().collect();
    let first = operations.first().copied().unwrap_or(OpKind::Convolution);
    let operation = memo(move || state.selection.operation.get().unwrap_or(first));
    let op_trace = derived(move || {
        let found = state.answers.op_trace.data.get();
        found.filter(|found| Some(found.unit_ref) == state.selection.unit.get())
    });
    view! {
        <div class="unit-arithmetic">
            <ErrorNote error=state.answers.op_trace.error />
            <ConvArithmeticView
                op_trace=op_trace
                operations=Signal::stored(operations)
                operation=operation
                on_operation=move |operation| state.selection.operation.set(Some(operation))
                pixel=state.selection.pixel
            />
        </div>
    }
}
