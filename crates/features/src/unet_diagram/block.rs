//! One block of the U-Net diagram, and a skip connection.

use leptos::prelude::*;
use model::UNetBlock;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};

use super::block_maps::{Maps, PickMaps};
use super::geometry::{shape_text, skip_label};
use super::state::DiagramState;
use crate::network_editor::layer_facts::parameters_text;

/// Name, output shape, parameter count and first feature maps of a block. A click on the name shows
/// all maps.
#[component]
pub(crate) fn Block(diagram: DiagramState, block: UNetBlock) -> impl IntoView {
    let fact = memo(move || diagram.fact(block));
    let chosen = move || diagram.chosen.get() == Some(block);
    let toggle = move || {
        diagram.chosen.update(|chosen| {
            *chosen = if *chosen == Some(block) { None } else { Some(block) };
        });
    };
    let maps = if block == UNetBlock::Head {
        view! { <PickMaps diagram=diagram /> }
    } else {
        view! {
            <div class="unet-maps" on:click=handle_mouse(move |_| toggle())>
                <Maps diagram=diagram block=block />
            </div>
        }
    };
    view! {
        <div class="unet-block" class:unet-chosen=chosen>
            <button
                type="button"
                class="unet-name"
                aria-pressed=live_value(move || chosen().to_string())
                title="Show all its feature maps"
                on:click=handle_mouse(move |_| toggle())
            >
                {block.to_string()}
            </button>
            <span class="unet-shape">{live(move || fact.get().map(|fact| shape_text(fact.output)))}</span>
            <span class="unet-parameters">
                {live(move || fact.get().map(|fact| parameters_text(fact.parameters)))}
            </span>
            {maps}
        </div>
    }
}

/// A horizontal line from encoder to decoder. A click cuts or restores the skip connection.
#[component]
pub(crate) fn Skip(
    /// Level of the skip connection; 0 is the finest.
    level: usize,
    /// Whether the skip connection is kept.
    #[prop(into)]
    kept: Signal<bool>,
    /// Number of channels.
    #[prop(into)]
    channels: Signal<usize>,
    /// Disables all controls.
    locked: Signal<bool>,
    /// Called on a click.
    #[prop(into)]
    on_toggle: Callback<()>,
) -> impl IntoView {
    let label = move || skip_label(level, channels.get());
    view! {
        <button
            type="button"
            class="unet-skip"
            class:unet-skip-cut=live_value(move || !kept.get())
            aria-label=label
            aria-pressed=live_value(move || kept.get().to_string())
            title=live_value(move || if kept.get() { "Cut this skip connection" } else { "Join it again" })
            data-testid=format!("skip-{level}")
            prop:disabled=locked.live()
            on:click=handle_mouse(move |_| on_toggle.run(()))
        >
            <span class="unet-skip-line"></span>
            <span class="unet-skip-word">{live(move || if kept.get() { "skip" } else { "✕ cut" })}</span>
            <span class="unet-skip-line unet-skip-arrow"></span>
        </button>
    }
}
