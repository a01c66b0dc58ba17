//! Which mark is which class.

use leptos::prelude::*;
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::format;

use super::atlas::Atlas;
use super::marks::look;
use super::words::class_name;

/// The classes that occur, with their marks; pressing one dims the others.
#[component]
pub(super) fn Legend(atlas: Atlas) -> impl IntoView {
    let counts = memo(move || {
        let mut counts = vec![0_usize; 256];
        atlas.points.with(|points| {
            points.iter().for_each(|point| counts[usize::from(point.class)] += 1);
        });
        counts
    });
    let entry = move |class: u8, count: usize| {
        let name = atlas.classes.with(|classes| class_name(classes, class));
        let lit = move || atlas.lit.get() == Some(class);
        let press = move |_| {
            let now = atlas.lit.get_untracked();
            atlas.lit.set((now != Some(class)).then_some(class));
        };
        view! {
            <li>
                <button
                    type="button"
                    class="map-class"
                    aria-pressed=live_value(move || lit().to_string())
                    on:click=handle_mouse(press)
                >
                    <Mark class=class background=atlas.background />
                    <span>{name}</span>
                    <span class="map-class-count">{format::count(count)}</span>
                </button>
            </li>
        }
    };
    let entries = move || {
        let counts = counts.get();
        let there = counts.into_iter().zip(0..=255_u8).filter(|(count, _)| *count > 0);
        there.map(|(count, class)| entry(class, count)).collect_view()
    };
    view! {
        <ul class="map-legend" aria-label="Classes; press one to dim the others">
            {live(entries)}
        </ul>
    }
}

/// The mark of a class, as large as letters.
#[component]
pub(super) fn Mark(class: u8, background: bool) -> impl IntoView {
    let look = look(class, background);
    view! {
        <svg class="map-mark" viewBox="-8 -8 16 16" aria-hidden="true">
            <path class=format!("mark-ink-{}", look.ink) d=look.shape.path(5.5) />
        </svg>
    }
}
