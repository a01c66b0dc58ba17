//! The contribution of each input channel to an output pixel.

use std::fmt::Write;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_event, handle_mouse, live, live_value, memo, view};
use ui::raster::pick::{pixel_at, pointer_fraction};

use super::decimals::{format_value, largest_magnitude};
use super::state::ConvArithmeticState;

/// Maximum height of a bar above or below 0, in units of the view box.
const BAR_HALF_HEIGHT: f32 = 50.0;

/// A slider for the channel, and a bar for the sum of each channel. Renders nothing if there is
/// only one channel.
#[component]
pub fn ChannelSums(state: ConvArithmeticState) -> impl IntoView {
    let many = memo(move || state.unit_and_shape().1[0]);
    live(move || (many.get() > 1).then(|| view! { <ChannelBars state=state many=many /> }))
}

#[component]
fn ChannelBars(state: ConvArithmeticState, many: Signal<usize>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let sums = derived(move || state.pixel_trace.get().map_or(Vec::new(), |r| r.sums.clone()));
    let on_click = move |event: ev::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        let bar = pixel_at(pointer_fraction(&event, &element), [1, many.get_untracked()]);
        if let Some([_, channel]) = bar {
            state.chosen_channel.set(channel);
        }
    };
    let spoken = move || sums.with(|sums| summary(sums, state.decimals.get().sums));
    let path = move |which: fn(f32, bool) -> bool| {
        live_value(move || {
            let channel = state.channel.get();
            sums.with(|sums| bars_path(sums, |index, sum| which(sum, index == channel)))
        })
    };
    view! {
        <div class="conv-channels">
            <label class="conv-channel">
                <span>"Channel"</span>
                <input
                    type="range"
                    min="1"
                    max=live_value(move || many.get().to_string())
                    aria-label="input channel"
                    prop:value=live_value(move || (state.channel.get() + 1).to_string())
                    on:input=handle_event(move |event| {
                        if let Ok(channel) = event_target_value(&event).parse::<usize>() {
                            state.chosen_channel.set(channel.saturating_sub(1));
                        }
                    })
                />
                <output>{live(move || format!("{} of {}", state.channel.get() + 1, many.get()))}</output>
            </label>
            <div
                class="conv-bars"
                role="img"
                aria-label=spoken
                node_ref=place
                on:click=handle_mouse(on_click)
            >
                <svg
                    aria-hidden="true"
                    preserveAspectRatio="none"
                    viewBox=live_value(move || format!("0 -{BAR_HALF_HEIGHT} {} {}", many.get(), 2.0 * BAR_HALF_HEIGHT))
                >
                    <path
                        class="conv-bar-chosen"
                        d=live_value(move || format!("M{} -{BAR_HALF_HEIGHT}h1v{}h-1Z", state.channel.get(), 2.0 * BAR_HALF_HEIGHT))
                    />
                    <path class="conv-bar-more" d=path(|sum, chosen| sum > 0.0 && !chosen) />
                    <path class="conv-bar-less" d=path(|sum, chosen| sum < 0.0 && !chosen) />
                    <path class="conv-bar-more conv-bar-strong" d=path(|sum, chosen| sum > 0.0 && chosen) />
                    <path class="conv-bar-less conv-bar-strong" d=path(|sum, chosen| sum < 0.0 && chosen) />
                    <path class="conv-bar-zero" d=live_value(move || format!("M0 0H{}", many.get())) />
                </svg>
            </div>
            <p class="conv-bars-note">"Contribution of each channel to this pixel. Click a bar to see its numbers."</p>
        </div>
    }
}

/// Returns the bars of the selected channels as one SVG path. Each bar is one unit wide.
fn bars_path(sums: &[f32], which: impl Fn(usize, f32) -> bool) -> String {
    let most = largest_magnitude(sums);
    let gap = if sums.len() > 48 { 0.05 } else { 0.12 };
    let mut path = String::new();
    for (index, sum) in sums.iter().enumerate() {
        if most > 0.0 && sum.is_finite() && which(index, *sum) {
            let (x, wide, high) =
                (index as f32 + gap, 1.0 - 2.0 * gap, -BAR_HALF_HEIGHT * sum / most);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x:.2} 0v{high:.2}h{wide:.2}V0Z");
        }
    }
    path
}

/// Describes the channels with the largest and the smallest sum.
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
            format!(", {word} channel {} with {}", index + 1, format_value(sum, decimals))
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
        assert_eq!(
            bars_path(&sums, |_, sum| sum > 0.0),
            "M0.12 0v-50.00h0.76V0ZM3.12 0v-12.50h0.76V0Z"
        );
        assert_eq!(bars_path(&sums, |_, sum| sum < 0.0), "M1.12 0v25.00h0.76V0Z");
        assert_eq!(bars_path(&[0.0; 3], |_, _| true), "");
        assert_eq!(
            summary(&sums, 2),
            "sums of 4 channels, most by channel 1 with 1.00, least by channel 2 with −0.50"
        );
        assert_eq!(summary(&[], 2), "sums of 0 channels");
    }
}
