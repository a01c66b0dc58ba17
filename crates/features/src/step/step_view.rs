//! View of one training step in five moves.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use protocol::interpret::UnitRef;
use protocol::{BatchTrace, StepTrace};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{effect, handle_key, handle_mouse, live, live_value, memo, view};
use ui::hooks::use_visibility::use_visibility;
use wasm_bindgen::JsCast;

use super::backward_move::backward_move;
use super::batch_move::batch_move;
use super::batch_summary::BatchSummary;
use super::forward_move::forward_move;
use super::loss_move::loss_move;
use super::step_state::{Move, StepState, augmented_urls, figures};
use super::update_move::update_move;

/// One step of training, for the batch that comes next or the one just used: batch, forward pass,
/// loss, backward pass, update.
#[component]
pub fn StepView(
    /// Trace of the batch.
    #[prop(into)]
    trace: Signal<Option<BatchTrace>>,
    /// Gradients and update of a step.
    #[prop(into)]
    step_trace: Signal<Option<Arc<StepTrace>>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Number of steps per epoch.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Whether a step can be made now.
    #[prop(into)]
    can_step: Signal<bool>,
    /// Called with the unit whose update is shown, or with `None` when the view is no longer
    /// visible.
    #[prop(into)]
    on_watch: Callback<Option<UnitRef>>,
    /// Makes the next step.
    #[prop(into)]
    on_step: Callback<()>,
    /// Asks for the trace of the next step without making it.
    #[prop(into)]
    on_look_ahead: Callback<()>,
) -> impl IntoView {
    // Gradients of another step are not shown: they may arrive a moment before or after the batch.
    let step = memo(move || {
        let number = trace.with(|trace| trace.as_ref().map(|trace| trace.step));
        step_trace.get().filter(|step| Some(step.step) == number)
    });
    let state = StepState {
        batch: trace,
        step,
        figures: figures(trace, step, classes),
        augmented: augmented_urls(trace),
        classes,
        steps_per_epoch,
        can_step,
        current: RwSignal::new(Move::Batch),
        image: RwSignal::new(0),
        unit: RwSignal::new(UnitRef { layer: 1, unit: 0 }),
        weight: RwSignal::new(None),
        on_step,
    };
    let place = NodeRef::<Div>::new();
    let is_visible = RwSignal::new(false);
    use_visibility(place, is_visible);
    effect(move || {
        let unit = state.unit.get();
        let watched = is_visible.get().then_some(unit);
        untrack(|| on_watch.run(watched));
    });
    // A step that was made shows what it changed.
    let is_made = memo(move || state.is_made());
    let number = memo(move || trace.with(|trace| trace.as_ref().map(|trace| trace.step)));
    effect(move || {
        number.track();
        if is_made.get() {
            state.current.set(Move::Update);
        }
    });

    let next = move || {
        let current = state.current.get_untracked();
        if let Some(next) = current.next() {
            state.current.set(next);
        } else if is_made.get_untracked() {
            on_look_ahead.run(());
            state.current.set(Move::Batch);
        } else if can_step.get_untracked() {
            on_step.run(());
        }
    };
    // A button that is disabled loses the focus, and with it the keys; therefore `aria-disabled`.
    let can_go_on = move || state.current.get() != Move::Update || is_made.get() || can_step.get();
    let back = move || {
        if let Some(previous) = state.current.get_untracked().previous() {
            state.current.set(previous);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if is_input(&event) || event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowRight" => next(),
            "ArrowLeft" => back(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let summary = memo(move || {
        let classes = classes.with(Vec::len);
        trace.with(|trace| match trace {
            Some(trace) => BatchSummary::new(trace, classes).sentence(),
            None => "The first batch appears here as soon as the network stands.".into(),
        })
    });
    let content = move || match state.current.get() {
        Move::Batch => batch_move(state),
        Move::Forward => forward_move(state),
        Move::Loss => loss_move(state),
        Move::Backward => backward_move(state),
        Move::Update => update_move(state),
    };
    view! {
        <div class="step" data-testid="lens" tabindex="-1" node_ref=place on:keydown=handle_key(on_key)>
            <p class="step-summary" aria-live="polite">{summary.live()}</p>
            <nav class="step-nav" aria-label="Moves of one step">
                <button
                    type="button"
                    class="button-icon"
                    aria-label="previous move"
                    title="Previous move (←)"
                    aria-disabled=live_value(move || {
                        (state.current.get() == Move::Batch).to_string()
                    })
                    on:click=handle_mouse(move |_| back())
                >
                    "←"
                </button>
                <ol class="step-moves">{Move::ALL.map(|one| move_button(state, one)).collect_view()}</ol>
                <button
                    type="button"
                    class="button-secondary step-next"
                    data-testid="next-move"
                    title="Next move (→)"
                    aria-disabled=live_value(move || (!can_go_on()).to_string())
                    on:click=handle_mouse(move |_| next())
                >
                    {live(move || match (state.current.get().next(), is_made.get()) {
                        (Some(next), _) => format!("{} →", next.name()),
                        (None, true) => "Next batch →".to_owned(),
                        (None, false) => "Make the step →".to_owned(),
                    })}
                </button>
            </nav>
            <div class="step-content">{live(content)}</div>
            {live(move || mode_note(state))}
        </div>
    }
}

fn move_button(state: StepState, one: Move) -> AnyView {
    let number = Move::ALL.iter().position(|other| *other == one).map_or(0, |index| index + 1);
    view! {
        <li>
            <button
                type="button"
                class="button-small step-move"
                data-testid=format!("move-{number}")
                aria-current=live_value(move || {
                    (state.current.get() == one).then_some("step")
                })
                on:click=handle_mouse(move |_| state.current.set(one))
            >
                <span class="step-move-number">{number}</span>
                {one.name()}
            </button>
        </li>
    }
}

/// Says in which mode the figures were computed, where that makes a difference.
fn mode_note(state: StepState) -> Option<AnyView> {
    let differs = state.batch.with(|batch| {
        let before = batch.as_ref()?.loss_before;
        let loss = state.step.with(|step| Some(step.as_ref()?.loss))?;
        Some((loss - before).abs() > 1e-4 * before.abs())
    })?;
    differs.then(|| {
        view! {
            <p class="hint">
                "Forward, loss and backward are computed as in the step itself: with its dropout and with batch norm over this batch. The comparison before and after is without dropout, with the running averages of batch norm, so that it shows the update alone."
            </p>
        }
    })
}

/// Returns whether a key belongs to a control within the view that uses arrows itself.
fn is_input(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        ["INPUT", "TEXTAREA", "SELECT"].contains(&element.tag_name().as_str())
            || element.class_name().contains("step-equation")
    })
}
