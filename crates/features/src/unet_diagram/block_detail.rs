//! All feature maps of one block, enlarged, with their color scale.

use leptos::prelude::*;
use model::UNetBlock;
use ui::close_button::CloseButton;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::format;
use ui::raster::canvas::Raster;
use ui::raster::paint::paint_color_scale;
use ui::raster::tile_grid::TileGrid;

use super::block_maps::Maps;
use super::geometry::meaning;
use super::state::DiagramState;

/// The feature maps of the selected block, or nothing if none is selected.
#[component]
pub(crate) fn Detail(
    diagram: DiagramState,
    /// Class names in label order, used to name the maps of the head.
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let strip = move || {
        let block = diagram.chosen.get()?;
        let channels = memo(move || diagram.fact(block).map(|fact| fact.output[0]));
        channels.get_untracked()?;
        let title = move || {
            let maps = format::plural(channels.get().unwrap_or(0), "feature map", "feature maps");
            format!("{block}: {maps}")
        };
        let note = move || match block {
            UNetBlock::Head => {
                classes.with(|classes| format!("{}: {}", meaning(block), classes.join(", ")))
            }
            _ => meaning(block).to_owned(),
        };
        let columns = move || {
            diagram.fact(block).map_or(1, |fact| TileGrid::new(fact.output, usize::MAX).columns)
        };
        Some(view! {
            <section class="unet-detail">
                <div class="heading-row">
                    <h3>{live(title)}</h3>
                    <p class="hint">{live(note)}</p>
                    <CloseButton on_close=move || diagram.chosen.set(None) />
                </div>
                // As wide as its maps require, but at most as wide as the page.
                <div class="unet-all" style:--columns=live_value(move || columns().to_string())>
                    <Maps diagram=diagram block=block all=true />
                </div>
                <Scale diagram=diagram block=block />
            </section>
        })
    };
    view! { <div class="unet-detail-place" aria-live="polite">{live(strip)}</div> }
}

#[component]
fn Scale(diagram: DiagramState, block: UNetBlock) -> impl IntoView {
    let ends = memo(move || diagram.with_maps(block, |maps| (maps.low, maps.high)));
    live(move || match ends.get() {
        Some((low, high)) => view! {
            <p class="unet-scale">
                <span>{value(low)}</span>
                <Raster size=Signal::stored([1, 256]) rgba=Signal::stored(Some(paint_color_scale())) />
                <span>{value(high)}</span>
            </p>
        },
        None => view! {
            <p class="hint">"The maps appear as soon as the network has looked at a slice."</p>
        },
    })
}

/// Formats the value at an end of the color scale.
fn value(value: f32) -> String {
    format::loss(value.into()).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn ends_of_the_scale_are_readable() {
        assert_eq!([0.0, 1.0, -0.25, 12.345].map(value), ["0", "1.000", "−0.250", "12.3"]);
        assert_eq!(value(f32::NAN), "no number");
    }
}
