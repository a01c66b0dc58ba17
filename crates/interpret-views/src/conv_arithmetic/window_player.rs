//! Playback of the sliding window in row-major order.

use std::time::Duration;

use leptos::prelude::*;
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_interval::use_interval;

use super::state::ConvArithmeticState;

/// Time between two positions.
const STEP_INTERVAL: Duration = Duration::from_millis(166);

/// Returns the next output pixel in row-major order, or `None` after the last one.
fn next_pixel([row, column]: [usize; 2], [height, width]: [usize; 2]) -> Option<[usize; 2]> {
    if column + 1 < width {
        Some([row, column + 1])
    } else {
        (row + 1 < height).then_some([row + 1, 0])
    }
}

/// A button that starts and stops the sliding window.
#[component]
pub fn PlayButton(state: ConvArithmeticState) -> impl IntoView {
    let timer = use_interval();
    let step =
        move || match next_pixel(state.pixel.get_untracked(), untrack(|| state.output_size())) {
            Some(pixel) => state.chosen_pixel.set(pixel),
            None => state.playing.set(false),
        };
    effect(move || {
        if state.playing.get() {
            timer.start(step, STEP_INTERVAL);
        } else {
            timer.stop();
        }
    });
    let subject = memo(move || (state.unit_and_shape(), state.network_window.get()));
    effect(move || {
        // A memo only notifies of changes after it has been read once.
        subject.with(|_| state.playing.set(false));
    });
    let toggle = move |_| {
        let start = !state.playing.get_untracked();
        if start
            && next_pixel(state.pixel.get_untracked(), untrack(|| state.output_size())).is_none()
        {
            state.chosen_pixel.set([0, 0]);
        }
        state.playing.set(start);
    };
    view! {
        <button
            type="button"
            class="button conv-play"
            data-testid="close-up-play"
            // The names differ from those of the buttons for training.
            title=live_value(move || if state.playing.get() {
                "Pause the window"
            } else {
                "Play: slide the window over the input, row by row"
            })
            on:click=handle_mouse(toggle)
        >
            <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path
                    fill="currentColor"
                    d=live_value(move || if state.playing.get() {
                        "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z"
                    } else {
                        "M4 2.5v11l9-5.5z"
                    })
                />
            </svg>
            {live(move || if state.playing.get() { "Pause" } else { "Play" })}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::next_pixel;

    #[test]
    fn the_window_goes_row_by_row_and_stops_at_the_end() {
        assert_eq!(next_pixel([0, 0], [2, 3]), Some([0, 1]));
        assert_eq!(next_pixel([0, 2], [2, 3]), Some([1, 0]));
        assert_eq!(next_pixel([1, 2], [2, 3]), None);
        assert_eq!(next_pixel([0, 0], [0, 0]), None);
    }
}
