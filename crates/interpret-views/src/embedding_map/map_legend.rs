//! The legend of a map.

use leptos::prelude::*;
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::format;

use super::class_marker::ClassMarker;
use super::labels::class_name;
use super::map_context::MapContext;

/// The classes that occur, with their markers. A click on a class dims the others.
#[component]
pub fn MapLegend(map: MapContext) -> impl IntoView {
    let counts = memo(move || {
        let mut counts = vec![0_usize; 256];
        map.points.with(|points| {
            points.iter().for_each(|point| counts[usize::from(point.class)] += 1);
        });
        counts
    });
    let entry = move |class: u8, count: usize| {
        let name = map.classes.with(|classes| class_name(classes, class));
        let is_highlighted = move || map.highlighted_class.get() == Some(class);
        let toggle = move |_| {
            let now = map.highlighted_class.get_untracked();
            map.highlighted_class.set((now != Some(class)).then_some(class));
        };
        view! {
            <li>
                <button
                    type="button"
                    class="embedding-class"
                    aria-pressed=live_value(move || is_highlighted().to_string())
                    on:click=handle_mouse(toggle)
                >
                    <ClassMarker class=class background=map.background />
                    <span>{name}</span>
                    <span class="embedding-class-count">{format::count(count)}</span>
                </button>
            </li>
        }
    };
    let entries = move || {
        let counts = counts.get();
        let present = counts.into_iter().zip(0..=255_u8).filter(|(count, _)| *count > 0);
        present.map(|(count, class)| entry(class, count)).collect_view()
    };
    view! {
        <ul class="embedding-legend" aria-label="Classes; press one to dim the others">
            {live(entries)}
        </ul>
    }
}
