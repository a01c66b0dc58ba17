//! Slider and playback over the stored epochs of a run.

use std::time::Duration;

use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, handle_event, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_interval::use_interval;

use super::labels::epoch_name;

/// Time between two epochs during playback.
const EPOCH_INTERVAL: Duration = Duration::from_millis(500);

/// A slider over the stored epochs, and a button that plays them.
#[component]
pub fn EpochScrubber(
    /// The stored epochs, in ascending order.
    epochs: Signal<Vec<usize>>,
    /// The selected epoch.
    epoch: RwSignal<usize>,
    /// Whether playback is disabled.
    disabled: Signal<bool>,
) -> impl IntoView {
    let playing = RwSignal::new(false);
    let timer = use_interval();
    effect(move || {
        timer.stop();
        if !playing.get() {
            return;
        }
        if disabled.get() {
            playing.set(false);
            return;
        }
        let tick = move || match epochs.with_untracked(|all| next(all, epoch.get_untracked())) {
            Some(next) => epoch.set(next),
            None => playing.set(false),
        };
        timer.start(tick, EPOCH_INTERVAL);
    });
    let toggle = move |_| {
        let starts = !playing.get_untracked();
        // At the end, playback starts over.
        let first = epochs.with_untracked(|all| {
            next(all, epoch.get_untracked()).is_none().then(|| all.first().copied()).flatten()
        });
        if let Some(first) = first.filter(|_| starts) {
            epoch.set(first);
        }
        playing.set(starts);
    };
    let few = memo(move || epochs.with(|all| all.len() < 2));
    let slide = move |event: leptos::ev::Event| {
        playing.set(false);
        let selected = event_target_value(&event).parse::<usize>().ok();
        if let Some(selected) =
            selected.and_then(|at| epochs.with_untracked(|all| all.get(at).copied()))
        {
            epoch.set(selected);
        }
    };
    view! {
        <div class="embedding-scrubber" role="group" aria-label="Epoch of the network">
            <button
                type="button"
                class="button"
                prop:disabled=live_value(move || few.get() || disabled.get())
                on:click=handle_mouse(toggle)
            >
                {live(move || if playing.get() { "Pause" } else { "Play" })}
            </button>
            <input
                type="range"
                min="0"
                max=live_value(move || epochs.with(|all| all.len().saturating_sub(1)).to_string())
                aria-label="epoch"
                aria-valuetext=live_value(move || epoch_name(epoch.get()))
                prop:disabled=few.live()
                prop:value=live_value(move || {
                    epochs.with(|all| index_of(all, epoch.get())).to_string()
                })
                on:input=handle_event(slide)
            />
            <output>{live(move || epoch_name(epoch.get()))}</output>
        </div>
    }
}

/// Returns the index of an epoch, or of the last stored one before it.
fn index_of(epochs: &[usize], epoch: usize) -> usize {
    epochs.partition_point(|kept| *kept <= epoch).saturating_sub(1)
}

/// Returns the next stored epoch, or `None` at the end.
fn next(epochs: &[usize], epoch: usize) -> Option<usize> {
    epochs.iter().copied().find(|kept| *kept > epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_follow_each_other_also_where_some_were_not_kept() {
        let epochs = [0, 1, 4, 8];
        assert_eq!([0, 1, 3, 4, 99].map(|epoch| index_of(&epochs, epoch)), [0, 1, 1, 2, 3]);
        assert_eq!(
            [0, 1, 3, 8].map(|epoch| next(&epochs, epoch)),
            [Some(1), Some(4), Some(4), None]
        );
        assert_eq!((index_of(&[], 3), next(&[], 3)), (0, None));
    }
}
