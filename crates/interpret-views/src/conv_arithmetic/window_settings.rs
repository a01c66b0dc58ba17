//! Controls for trying other values of padding and stride.

use leptos::prelude::*;
use ui::erased_signal::Callback;
use ui::erased_view::{When, derived, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs::{NumberField, whole};

use super::sliding_window::{SlidingWindow, WindowKind};
use super::state::ConvArithmeticState;

/// Fields for padding and stride, with the size of the output.
#[component]
pub fn WindowSettings(state: ConvArithmeticState) -> impl IntoView {
    let apply =
        move |text: String,
              with: fn(SlidingWindow, usize, [usize; 2]) -> Result<SlidingWindow, String>| {
            let Some(window) = state.window.get_untracked() else { return Ok(()) };
            let (unit, [_, height, width]) = untrack(|| state.unit_and_shape());
            let window = with(window, whole(&text)?, [height, width])?;
            let [row, column] = state.pixel.get_untracked();
            state.playing.set(false);
            state.trial_window.set(Some((unit.layer, window)));
            // The pixel is clamped permanently, so that it does not move when the output grows
            // again.
            let [height, width] =
                [height, width].map(|length| window.output_len(length).max(1) - 1);
            state.chosen_pixel.set([row.min(height), column.min(width)]);
            Ok(())
        };
    let on_padding = move |text: String| apply(text, SlidingWindow::with_padding);
    let on_stride = move |text: String| apply(text, SlidingWindow::with_stride);
    let window = state.window;
    let differs = memo(move || window.get() != state.network_window.get());
    let note = move || {
        let SlidingWindow { kind, padding, stride, .. } = state.network_window.get()?;
        let crop = if kind == WindowKind::Transposed {
            " Here padding takes pixels away from the output’s border."
        } else {
            ""
        };
        Some(format!("The network itself uses padding {padding}, stride {stride}.{crop}"))
    };
    let formula = move || {
        let (window, (_, [_, height, width])) = (window.get()?, state.unit_and_shape());
        let rows = window.output_formula(height);
        Some(if height == width {
            view! { <p class="conv-formula"><span>"output side"</span>{rows}</p> }
        } else {
            let columns = window.output_formula(width);
            view! {
                <p class="conv-formula"><span>"output height"</span>{rows}</p>
                <p class="conv-formula"><span>"output width"</span>{columns}</p>
            }
        })
    };
    view! {
        <div class="conv-settings">
            <NumberField
                name="padding"
                value=derived(move || window.get().map_or(0, |window| window.padding).to_string())
                on_text=Callback::from(on_padding)
            />
            <NumberField
                name="stride"
                value=derived(move || window.get().map_or(1, |window| window.stride).to_string())
                on_text=Callback::from(on_stride)
            />
            <div class="conv-size">{live(formula)}</div>
            <p class="conv-own">
                {live(note)}
                <When holds=live_value(move || differs.get())>
                    " "
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="close-up-reset"
                        on:click=handle_mouse(move |_| state.trial_window.set(None))
                    >
                        "As in the network"
                    </button>
                </When>
            </p>
        </div>
    }
}

/// Name of the operation with its glossary entry.
#[component]
pub fn OperationTerm(kind: WindowKind) -> impl IntoView {
    match kind {
        WindowKind::Convolution => view! { <Term name="convolution" text="Convolution" /> },
        WindowKind::MaxPool => view! { <Term name="max-pooling" text="Max-pooling" /> },
        WindowKind::AveragePool => view! { <span>"Average pooling"</span> },
        WindowKind::Transposed => {
            view! { <Term name="transposed convolution" text="Transposed convolution" /> }
        }
    }
}
