//! The window moving by itself, pixel by pixel and row by row.

use std::time::Duration;

use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use leptos::prelude::*;
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};

use super::scene::Scene;

/// Six positions a second.
const PACE: Duration = Duration::from_millis(166);

/// The output pixel after another one, row by row; none after the last one.
fn next([row, column]: [usize; 2], [height, width]: [usize; 2]) -> Option<[usize; 2]> {
    if column + 1 < width {
        Some([row, column + 1])
    } else {
        (row + 1 < height).then_some([row + 1, 0])
    }
}

/// Starts and stops the window. It never moves before someone wants it to.
#[component]
pub fn Play(scene: Scene) -> impl IntoView {
    let timer = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let step = move || match next(scene.at.get_untracked(), untrack(|| scene.output())) {
        Some(pixel) => scene.pixel.set(pixel),
        None => scene.playing.set(false),
    };
    effect(move || {
        stop();
        if scene.playing.get() {
            // Without a timer the window stays where it is.
            timer.set_value(set_interval_with_handle(step, PACE).ok());
        }
    });
    on_cleanup(stop);
    let subject = memo(move || (scene.subject(), scene.own.get()));
    effect(move || {
        // A memo that nobody reads does not know when it changes.
        subject.with(|_| scene.playing.set(false));
    });
    let toggle = move |_| {
        let start = !scene.playing.get_untracked();
        if start && next(scene.at.get_untracked(), untrack(|| scene.output())).is_none() {
            scene.pixel.set([0, 0]);
        }
        scene.playing.set(start);
    };
    view! {
        <button
            type="button"
            class="button close-play"
            data-testid="close-up-play"
            // The training has buttons of these names, too.
            title=live_value(move || if scene.playing.get() {
                "Pause the window"
            } else {
                "Play: slide the window over the input, row by row"
            })
            on:click=handle_mouse(toggle)
        >
            <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path
                    fill="currentColor"
                    d=live_value(move || if scene.playing.get() {
                        "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z"
                    } else {
                        "M4 2.5v11l9-5.5z"
                    })
                />
            </svg>
            {live(move || if scene.playing.get() { "Pause" } else { "Play" })}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_window_goes_row_by_row_and_stops_at_the_end() {
        assert_eq!(next([0, 0], [2, 3]), Some([0, 1]));
        assert_eq!(next([0, 2], [2, 3]), Some([1, 0]));
        assert_eq!(next([1, 2], [2, 3]), None);
        assert_eq!(next([0, 0], [0, 0]), None);
    }
}
