//! Padding and stride, to be tried out.

use leptos::prelude::*;
use ui::erased_signal::Callback;
use ui::erased_view::{When, derived, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs::{NumberField, whole};

use super::scene::Scene;
use super::window::{Kind, Window};

/// Fields for padding and stride, and what they make of the output's size.
#[component]
pub fn Settings(scene: Scene) -> impl IntoView {
    let apply =
        move |text: String, with: fn(Window, usize, [usize; 2]) -> Result<Window, String>| {
            let Some(window) = scene.window.get_untracked() else { return Ok(()) };
            let (unit_ref, [_, height, width]) = untrack(|| scene.subject());
            let window = with(window, whole(&text)?, [height, width])?;
            let place = scene.at.get_untracked();
            scene.playing.set(false);
            scene.tried.set(Some((unit_ref.layer, window)));
            // The pixel stays in the output, also when that grows again.
            let [height, width] = [height, width].map(|length| window.output(length).max(1) - 1);
            scene.pixel.set([place[0].min(height), place[1].min(width)]);
            Ok(())
        };
    let on_padding = move |text: String| apply(text, Window::with_padding);
    let on_stride = move |text: String| apply(text, Window::with_stride);
    let window = scene.window;
    let differs = memo(move || window.get() != scene.own.get());
    let note = move || {
        let Window { kind, padding, stride, .. } = scene.own.get()?;
        let crop = if kind == Kind::Transposed {
            " Here padding takes pixels away from the output’s border."
        } else {
            ""
        };
        Some(format!("The network itself uses padding {padding}, stride {stride}.{crop}"))
    };
    let formula = move || {
        let (window, (_, [_, height, width])) = (window.get()?, scene.subject());
        let rows = window.formula(height);
        Some(if height == width {
            view! { <p class="close-formula"><span>"output side"</span>{rows}</p> }
        } else {
            let columns = window.formula(width);
            view! {
                <p class="close-formula"><span>"output height"</span>{rows}</p>
                <p class="close-formula"><span>"output width"</span>{columns}</p>
            }
        })
    };
    view! {
        <div class="close-settings">
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
            <div class="close-size">{live(formula)}</div>
            <p class="close-own">
                {live(note)}
                <When holds=live_value(move || differs.get())>
                    " "
                    <button
                        type="button"
                        class="quiet-button"
                        data-testid="close-up-reset"
                        on:click=handle_mouse(move |_| scene.tried.set(None))
                    >
                        "As in the network"
                    </button>
                </When>
            </p>
        </div>
    }
}

/// The operation's name, which explains itself.
#[component]
pub fn Name(kind: Kind) -> impl IntoView {
    match kind {
        Kind::Convolution => view! { <Term name="convolution" text="Convolution" /> },
        Kind::MaxPool => view! { <Term name="max-pooling" text="Max-pooling" /> },
        Kind::Transposed => {
            view! { <Term name="transposed convolution" text="Transposed convolution" /> }
        }
    }
}
