//! Which network is looked at, and with which it is compared.

use std::time::Duration;

use leptos::prelude::*;
use protocol::interpret::{NetworkRef, Snapshot};
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_event, handle_mouse, live, live_value, memo, view};

use super::scene::Scene;
use super::words::moment_name;

/// Between two epochs while they are played.
const BEAT: Duration = Duration::from_millis(600);

/// Every moment that can be looked at: the epochs, and now.
fn moments(epochs: &[usize]) -> Vec<Snapshot> {
    epochs.iter().map(|epoch| Snapshot::Epoch(*epoch)).chain([Snapshot::Latest]).collect()
}

/// Place of a moment among all; an epoch that is not kept any more is the one before it.
fn place(moments: &[Snapshot], moment: Snapshot) -> usize {
    let last = moments.len().saturating_sub(1);
    match moment {
        Snapshot::Latest => last,
        Snapshot::Epoch(epoch) => {
            let not_later = |moment: &Snapshot| matches!(moment, Snapshot::Epoch(e) if *e <= epoch);
            moments.iter().rposition(not_later).unwrap_or(last)
        }
    }
}

/// A slider over the epochs up to now, a button that plays them, and the choice of what to compare
/// with.
#[component]
pub(super) fn TimeTravel(scene: Scene) -> impl IntoView {
    let all = memo(move || scene.epochs.with(|epochs| moments(epochs)));
    let now = memo(move || all.with(|all| place(all, scene.moment.get())));
    let last = memo(move || all.with(Vec::len).saturating_sub(1));
    let name = move || {
        let run = scene.run.get()?;
        let at = NetworkRef { run, snapshot: scene.moment.get() };
        Some(moment_name(at, Some(run), scene.step.get()))
    };
    let go = move |to: usize| {
        if let Some(moment) = all.with_untracked(|all| all.get(to).copied()) {
            scene.moment.set(moment);
        }
    };
    let playing = RwSignal::new(false);
    let beat = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = beat.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        playing.set(false);
    };
    on_cleanup(move || {
        if let Some(handle) = beat.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
    let play = move || {
        if playing.get_untracked() {
            return stop();
        }
        go(0);
        playing.set(true);
        let handle = set_interval_with_handle(
            move || {
                let next = now.get_untracked() + 1;
                go(next);
                if next >= last.get_untracked() {
                    stop();
                }
            },
            BEAT,
        );
        beat.set_value(handle.ok());
    };
    // Another run begins at its own beginning.
    effect(move || {
        scene.run.track();
        stop();
    });
    view! {
        <div class="time">
            <label class="time-slider">
                <span class="field-name">"Network"</span>
                <input
                    type="range"
                    min="0"
                    max=live_value(move || last.get().to_string())
                    prop:value=live_value(move || now.get().to_string())
                    prop:disabled=live_value(move || last.get() == 0)
                    aria-valuetext=live_value(move || name().unwrap_or_default())
                    data-testid="time"
                    on:input=handle_event(move |event| {
                        stop();
                        go(event_target_value(&event).parse().unwrap_or(0));
                    })
                />
                <output class="time-name" data-testid="time-name">
                    {live(move || name().unwrap_or_else(|| "no network yet".into()))}
                </output>
            </label>
            <button
                type="button"
                class="quiet-button"
                prop:disabled=live_value(move || last.get() < 2)
                on:click=handle_mouse(move |_| play())
            >
                {live(move || if playing.get() { "Stop" } else { "Play the epochs" })}
            </button>
            <Compare scene=scene />
        </div>
    }
}

/// What a network may be compared with: the epochs of its run, and those of the run before.
fn choices(scene: Scene) -> Vec<NetworkRef> {
    let of = |run, epochs: Vec<usize>| {
        epochs.into_iter().map(move |epoch| NetworkRef { run, snapshot: Snapshot::Epoch(epoch) })
    };
    let before = scene.before.get().map(|(run, epochs)| of(run, epochs).collect::<Vec<_>>());
    let now = scene.run.get().map(|run| of(run, scene.epochs.get()).collect::<Vec<_>>());
    now.into_iter().chain(before).flatten().collect()
}

#[component]
fn Compare(scene: Scene) -> impl IntoView {
    let all = memo(move || choices(scene));
    let choose = move |text: String| {
        let place = text.parse::<usize>().ok();
        let at = place.and_then(|place| all.with_untracked(|all| all.get(place).copied()));
        scene.compare.set(at);
    };
    let options = move || {
        let (run, compared) = (scene.run.get(), scene.compare.get());
        let option = |(place, at): (usize, &NetworkRef)| {
            let selected = compared == Some(*at);
            view! {
                <option value=place.to_string() selected=selected>{moment_name(*at, run, 0)}</option>
            }
        };
        all.with(|all| all.iter().enumerate().map(option).collect_view())
    };
    view! {
        <label class="setting time-compare">
            <span>"compare with"</span>
            <select
                data-testid="compare"
                on:change=handle_event(move |event| choose(event_target_value(&event)))
            >
                <option value="" selected=live_value(move || scene.compare.get().is_none())>
                    "nothing"
                </option>
                {live(options)}
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_ends_at_now() {
        let all = moments(&[0, 1, 4]);
        assert_eq!(all.len(), 4);
        let at = |moment| place(&all, moment);
        assert_eq!(
            [at(Snapshot::Epoch(0)), at(Snapshot::Epoch(4)), at(Snapshot::Latest)],
            [0, 2, 3]
        );
        // Epoch 3 was thinned out.
        assert_eq!(at(Snapshot::Epoch(3)), 1);
        assert_eq!(place(&moments(&[]), Snapshot::Epoch(3)), 0);
    }
}
