//! Transport bar: play, pause, step, epoch and reset, with the progress and the speed of the run.

use features::evaluated_split::use_evaluated_split;
use leptos::prelude::*;
use model::permalink::TransportButton;
use model::{Lab, Split};
use protocol::RunState;
use store::action::Action;
use store::engine::EngineStatus;
use store::view_model::{RunProgress, Score, Transport};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::format;

use super::device::DeviceChip;
use super::labels::{speed, time_left};
use super::loading::Loading;
use super::test_now::TestNow;
use crate::course_page::lockable::is_control_hidden;
use crate::page::Page;

/// Transport bar, which stays visible while the page scrolls. If there is no header, it contains
/// the device chip.
#[component]
pub fn TransportBar(
    /// The page.
    page: Page,
    /// Whether the bar contains the device chip.
    with_device: bool,
) -> impl IntoView {
    let transport = page.signals.transport;
    let idle = move || {
        let now = transport.get();
        !now.ready || has_ended(now.state)
    };
    let broken =
        memo(move || page.signals.engine.with(|engine| matches!(engine, EngineStatus::Failed(_))));
    let moving = move || transport.with(|now| now.moving || now.pending);
    let hidden = move |button| {
        let hidden = is_control_hidden(page, button);
        live_value(move || hidden.get())
    };
    let act = move |action: Action| handle_mouse(move |_| page.dispatch(action.clone()));
    view! {
        <section class="transport" aria-label="Training">
            <div class="transport-buttons" role="group" aria-label="Control the training">
                // Two buttons instead of one toggle, so that pressing Play twice has the effect of
                // one Play.
                <button
                    class="button button-primary"
                    data-testid="play"
                    hidden=hidden(TransportButton::Play)
                    aria-pressed=live_value(move || moving().to_string())
                    disabled=live_value(move || broken.get() || has_ended(transport.get().state))
                    title="Train (Space)"
                    on:click=act(Action::Play)
                >
                    <Icon path="M4 2.5v11l9-5.5z" />
                    "Play"
                </button>
                <button
                    class="button"
                    data-testid="pause"
                    hidden=hidden(TransportButton::Play)
                    disabled=live_value(move || !moving())
                    title="Stop after this step (Space)"
                    on:click=act(Action::Pause)
                >
                    <Icon path="M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z" />
                    "Pause"
                </button>
                <button
                    class="button"
                    data-testid="step"
                    hidden=hidden(TransportButton::Step)
                    disabled=idle
                    title=live_value(move || match page.signals.lab.get() {
                        Lab::Classify => "One step, with its batch before and after (S)",
                        Lab::Segment => "One step (S)",
                    })
                    on:click=act(Action::Step)
                >
                    "Step"
                </button>
                <button
                    class="button"
                    data-testid="epoch"
                    hidden=hidden(TransportButton::Epoch)
                    disabled=idle
                    title="Train to the end of the epoch (E)"
                    on:click=act(Action::Epoch)
                >
                    "Epoch"
                </button>
                <TestNow page />
                <button
                    class="button"
                    data-testid="reset"
                    hidden=hidden(TransportButton::Reset)
                    disabled=live_value(move || transport.with(|now| !now.moved && !now.pending))
                    title="Back to the network before training (R)"
                    on:click=act(Action::Reset)
                >
                    "Reset"
                </button>
            </div>
            <Progress page />
            <Loading page />
            {with_device.then(|| view! { <DeviceChip page /> })}
            <p class="visually-hidden" role="status" data-testid="run-status">
                {live(move || status(&transport.get(), broken.get()))}
            </p>
        </section>
    }
}

#[component]
fn Icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=path fill="currentColor" />
        </svg>
    }
}

/// Progress bar, epoch and step, speed, remaining time and accuracy.
#[component]
fn Progress(page: Page) -> impl IntoView {
    let transport = page.signals.transport;
    let progress = page.signals.progress;
    let evaluated = use_evaluated_split();
    let total = move || transport.with(|now| now.total_steps);
    let moving = memo(move || transport.with(|now| now.moving));
    view! {
        <div class="transport-progress" data-testid="progress">
            <progress
                max=live_value(move || total().max(1))
                value=live_value(move || progress.with(|now| now.step))
                aria-label="Steps done"
            ></progress>
            <p class="transport-figures">
                <span>{live(move || place(&transport.get(), &progress.get()))}</span>
                <span>{live(move || progress.with(|now| speed(now.timing.images_per_second)))}</span>
                <span>
                    {live(move || {
                        moving
                            .get()
                            .then(|| progress.with(|now| time_left(now.timing.seconds_left)))
                    })}
                </span>
                <span class="transport-accuracy">
                    {live(move || progress.with(|now| now.score).map(|now| score(now, evaluated.get())))}
                </span>
            </p>
        </div>
    }
}

fn score(score: Score, split: Split) -> String {
    match score {
        Score::Accuracy(share) => split.say(&format!("{:.1} % test accuracy", share * 100.0)),
        Score::Dice(dice) => split.say(&format!("{} test Dice", format::dice(dice))),
    }
}

fn has_ended(state: RunState) -> bool {
    matches!(state, RunState::Finished | RunState::Diverged)
}

/// Formats the progress, such as “Epoch 2/10, step 91/750”. Within an epoch, its number is that of
/// the epoch being trained.
fn place(transport: &Transport, progress: &RunProgress) -> String {
    let Transport { steps_per_epoch, total_steps, epochs, .. } = *transport;
    if transport.impossible {
        return "This network cannot be built".into();
    }
    if total_steps == 0 {
        return "Getting ready".into();
    }
    let step = progress.step;
    let epoch = step.div_ceil(steps_per_epoch).clamp(1, epochs.max(1));
    if step == 0 {
        return format!("Not started, {total_steps} steps to go");
    }
    // A short text, since in a small frame all values share one line.
    format!("Epoch {epoch}/{}, step {step}/{total_steps}", total_steps / steps_per_epoch)
}

/// Returns the status announced by screen readers, which contains only what changes rarely.
fn status(transport: &Transport, broken: bool) -> &'static str {
    match transport.state {
        _ if broken => "The engine is not there; nothing can be trained.",
        _ if transport.moving => "Training.",
        _ if transport.impossible => "This network cannot be built; the editor says why.",
        _ if transport.pending => "Training starts as soon as everything is here.",
        _ if !transport.ready => "Getting ready.",
        RunState::Finished => "Training is over.",
        RunState::Diverged => "Stopped: the loss was no number any more.",
        RunState::Paused if transport.moved => "Paused.",
        RunState::Paused | RunState::Running => "Ready to train.",
    }
}

#[cfg(test)]
mod tests {
    use protocol::Timing;

    use super::*;

    const READY: Transport = Transport {
        ready: true,
        moving: false,
        pending: false,
        state: RunState::Paused,
        moved: false,
        steps_per_epoch: 75,
        total_steps: 750,
        epochs: 10,
        impossible: false,
    };

    fn at(step: usize) -> String {
        place(&READY, &RunProgress { step, timing: Timing::default(), score: None })
    }

    #[test]
    fn an_epoch_is_counted_while_it_is_trained() {
        assert_eq!(at(0), "Not started, 750 steps to go");
        assert_eq!(at(1), "Epoch 1/10, step 1/750");
        assert_eq!(at(75), "Epoch 1/10, step 75/750");
        assert_eq!(at(76), "Epoch 2/10, step 76/750");
        assert_eq!(at(750), "Epoch 10/10, step 750/750");
        let unknown = Transport { total_steps: 0, steps_per_epoch: 0, ..READY };
        assert_eq!(place(&unknown, &RunProgress::default()), "Getting ready");
    }

    #[test]
    fn the_status_tells_a_fresh_run_from_a_paused_one() {
        assert_eq!(status(&READY, false), "Ready to train.");
        assert_eq!(status(&Transport { moved: true, ..READY }, false), "Paused.");
        assert_eq!(status(&Transport { moving: true, ..READY }, false), "Training.");
        let impossible = Transport { impossible: true, total_steps: 0, ready: false, ..READY };
        assert!(status(&impossible, false).starts_with("This network cannot be built"));
        assert_eq!(place(&impossible, &RunProgress::default()), "This network cannot be built");
        assert!(status(&READY, true).starts_with("The engine is not there"));
    }
}
