//! What each input channel adds to an output pixel.

use std::fmt::Write;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_event, handle_mouse, live, live_value, memo, view};
use ui::raster::pick::{pixel_at, pointer_fraction};

use super::figures::{figure, largest};
use super::scene::Scene;

/// Height of the bars above zero, in units of the drawing.
const HALF: f32 = 50.0;

/// A slider for the channel, and a bar for each channel's sum. Nothing where there is only one.
#[component]
pub fn Channels(scene: Scene) -> impl IntoView {
    let many = memo(move || scene.subject().1[0]);
    live(move || (many.get() > 1).then(|| view! { <Several scene=scene many=many /> }))
}

#[component]
fn Several(scene: Scene, many: Signal<usize>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let sums = derived(move || scene.reading.get().map_or(Vec::new(), |r| r.sums.clone()));
    let on_click = move |event: ev::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        let bar = pixel_at(pointer_fraction(&event, &element), [1, many.get_untracked()]);
        if let Some([_, channel]) = bar {
            scene.chosen.set(channel);
        }
    };
    let spoken = move || sums.with(|sums| summary(sums, scene.figures.get().sums));
    let path = move |which: fn(f32, bool) -> bool| {
        live_value(move || {
            let channel = scene.channel.get();
            sums.with(|sums| bars(sums, |index, sum| which(sum, index == channel)))
        })
    };
    view! {
        <div class="close-channels">
            <label class="close-channel">
                <span>"Channel"</span>
                <input
                    type="range"
                    min="1"
                    max=live_value(move || many.get().to_string())
                    aria-label="input channel"
                    prop:value=live_value(move || (scene.channel.get() + 1).to_string())
                    on:input=handle_event(move |event| {
                        if let Ok(channel) = event_target_value(&event).parse::<usize>() {
                            scene.chosen.set(channel.saturating_sub(1));
                        }
                    })
                />
                <output>{live(move || format!("{} of {}", scene.channel.get() + 1, many.get()))}</output>
            </label>
            <div
                class="close-bars"
                role="img"
                aria-label=spoken
                node_ref=place
                on:click=handle_mouse(on_click)
            >
                <svg
                    aria-hidden="true"
                    preserveAspectRatio="none"
                    viewBox=live_value(move || format!("0 -{HALF} {} {}", many.get(), 2.0 * HALF))
                >
                    <path
                        class="close-bar-chosen"
                        d=live_value(move || format!("M{} -{HALF}h1v{}h-1Z", scene.channel.get(), 2.0 * HALF))
                    />
                    <path class="close-bar-more" d=path(|sum, chosen| sum > 0.0 && !chosen) />
                    <path class="close-bar-less" d=path(|sum, chosen| sum < 0.0 && !chosen) />
                    <path class="close-bar-more close-bar-strong" d=path(|sum, chosen| sum > 0.0 && chosen) />
                    <path class="close-bar-less close-bar-strong" d=path(|sum, chosen| sum < 0.0 && chosen) />
                    <path class="close-bar-zero" d=live_value(move || format!("M0 0H{}", many.get())) />
                </svg>
            </div>
            <p class="close-bars-note">"What each channel adds to this pixel. Click a bar to see its numbers."</p>
        </div>
    }
}

/// The bars of some channels as one path, a unit of the drawing wide each.
fn bars(sums: &[f32], which: impl Fn(usize, f32) -> bool) -> String {
    let most = largest(sums);
    let gap = if sums.len() > 48 { 0.05 } else { 0.12 };
    let mut path = String::new();
    for (index, sum) in sums.iter().enumerate() {
        if most > 0.0 && sum.is_finite() && which(index, *sum) {
            let (x, wide, high) = (index as f32 + gap, 1.0 - 2.0 * gap, -HALF * sum / most);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x:.2} 0v{high:.2}h{wide:.2}V0Z");
        }
    }
    path
}

/// The channels that matter most, in words.
fn summary(sums: &[f32], decimals: usize) -> String {
    let by = |better: fn(f32, f32) -> bool| {
        let channels = sums.iter().enumerate().filter(|(_, sum)| sum.is_finite());
        channels.fold(None, |best: Option<(usize, f32)>, (index, sum)| match best {
            Some((_, most)) if !better(*sum, most) => best,
            _ => Some((index, *sum)),
        })
    };
    let part = |word: &str, found: Option<(usize, f32)>| {
        found.map(|(index, sum)| {
            format!(", {word} channel {} with {}", index + 1, figure(sum, decimals))
        })
    };
    let most = part("most by", by(|sum, most| sum > most)).unwrap_or_default();
    let least = part("least by", by(|sum, least| sum < least)).unwrap_or_default();
    format!("sums of {} channels{most}{least}", sums.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_sums() {
        let sums = [1.0, -0.5, f32::NAN, 0.25];
        assert_eq!(bars(&sums, |_, sum| sum > 0.0), "M0.12 0v-50.00h0.76V0ZM3.12 0v-12.50h0.76V0Z");
        assert_eq!(bars(&sums, |_, sum| sum < 0.0), "M1.12 0v25.00h0.76V0Z");
        assert_eq!(bars(&[0.0; 3], |_, _| true), "");
        assert_eq!(
            summary(&sums, 2),
            "sums of 4 channels, most by channel 1 with 1.00, least by channel 2 with −0.50"
        );
        assert_eq!(summary(&[], 2), "sums of 0 channels");
    }
}
