//! Selection of a checkpoint, and of a network to compare it with.

use std::time::Duration;

use leptos::prelude::*;
use protocol::interpret::{NetworkRef, Snapshot};
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_event, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_interval::use_interval;

use crate::labels::snapshot_name;
use crate::state::InterpretState;

/// Time between two epochs during playback.
const EPOCH_INTERVAL: Duration = Duration::from_millis(600);

/// Returns the snapshots to choose from: the stored epochs, and the latest weights.
fn snapshots(epochs: &[usize]) -> Vec<Snapshot> {
    epochs.iter().map(|epoch| Snapshot::Epoch(*epoch)).chain([Snapshot::Latest]).collect()
}

/// Returns the index of a snapshot. For an epoch that is no longer stored, returns that of the last
/// one before it.
fn index_of(snapshots: &[Snapshot], moment: Snapshot) -> usize {
    let last = snapshots.len().saturating_sub(1);
    match moment {
        Snapshot::Latest => last,
        Snapshot::Epoch(epoch) => {
            let not_later = |moment: &Snapshot| matches!(moment, Snapshot::Epoch(e) if *e <= epoch);
            snapshots.iter().rposition(not_later).unwrap_or(last)
        }
    }
}

/// A slider over the checkpoints, a playback button, and a menu of networks to compare with.
#[component]
pub fn CheckpointSlider(state: InterpretState) -> impl IntoView {
    let all = memo(move || state.run.epochs.with(|epochs| snapshots(epochs)));
    let now = memo(move || all.with(|all| index_of(all, state.selection.snapshot.get())));
    let last = memo(move || all.with(Vec::len).saturating_sub(1));
    let name = move || {
        let run = state.run.id.get()?;
        let at = NetworkRef { run, snapshot: state.selection.snapshot.get() };
        Some(snapshot_name(at, Some(run), state.run.step.get()))
    };
    let go = move |to: usize| {
        if let Some(moment) = all.with_untracked(|all| all.get(to).copied()) {
            state.selection.snapshot.set(moment);
        }
    };
    let playing = RwSignal::new(false);
    let timer = use_interval();
    let stop = move || {
        timer.stop();
        playing.set(false);
    };
    let play = move || {
        if playing.get_untracked() {
            return stop();
        }
        go(0);
        playing.set(true);
        timer.start(
            move || {
                let next = now.get_untracked() + 1;
                go(next);
                if next >= last.get_untracked() {
                    stop();
                }
            },
            EPOCH_INTERVAL,
        );
    };
    // Another run has different checkpoints.
    effect(move || {
        state.run.id.track();
        stop();
    });
    view! {
        <div class="checkpoint">
            <label class="checkpoint-slider">
                <span class="field-name">"Checkpoint"</span>
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
                <output class="checkpoint-name" data-testid="time-name">
                    {live(move || name().unwrap_or_else(|| "no checkpoint yet".into()))}
                </output>
            </label>
            <button
                type="button"
                class="button-secondary"
                prop:disabled=live_value(move || last.get() < 2)
                on:click=handle_mouse(move |_| play())
            >
                {live(move || if playing.get() { "Stop" } else { "Play the epochs" })}
            </button>
            <Compare state=state />
        </div>
    }
}

/// Returns the networks to compare with: the stored epochs of the current and the previous run.
fn choices(state: InterpretState) -> Vec<NetworkRef> {
    let of = |run, epochs: Vec<usize>| {
        epochs.into_iter().map(move |epoch| NetworkRef { run, snapshot: Snapshot::Epoch(epoch) })
    };
    let before = state.run.previous.get().map(|(run, epochs)| of(run, epochs).collect::<Vec<_>>());
    let now = state.run.id.get().map(|run| of(run, state.run.epochs.get()).collect::<Vec<_>>());
    now.into_iter().chain(before).flatten().collect()
}

#[component]
fn Compare(state: InterpretState) -> impl IntoView {
    let all = memo(move || choices(state));
    let choose = move |text: String| {
        let place = text.parse::<usize>().ok();
        let at = place.and_then(|place| all.with_untracked(|all| all.get(place).copied()));
        state.selection.compared.set(at);
    };
    let options = move || {
        let (run, compared) = (state.run.id.get(), state.selection.compared.get());
        let option = |(place, at): (usize, &NetworkRef)| {
            let selected = compared == Some(*at);
            view! {
                <option value=place.to_string() selected=selected>{snapshot_name(*at, run, 0)}</option>
            }
        };
        all.with(|all| all.iter().enumerate().map(option).collect_view())
    };
    view! {
        <label class="field-small time-compare">
            <span>"compare with"</span>
            <select
                data-testid="compare"
                on:change=handle_event(move |event| choose(event_target_value(&event)))
            >
                <option value="" selected=live_value(move || state.selection.compared.get().is_none())>
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
        let all = snapshots(&[0, 1, 4]);
        assert_eq!(all.len(), 4);
        let at = |moment| index_of(&all, moment);
        assert_eq!(
            [at(Snapshot::Epoch(0)), at(Snapshot::Epoch(4)), at(Snapshot::Latest)],
            [0, 2, 3]
        );
        // Epoch 3 is no longer stored.
        assert_eq!(at(Snapshot::Epoch(3)), 1);
        assert_eq!(index_of(&snapshots(&[]), Snapshot::Epoch(3)), 0);
    }
}
