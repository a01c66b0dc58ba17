//! View of the arithmetic of one operation at one output pixel.

use std::sync::Arc;

use leptos::prelude::*;
use model::OpKind;
use protocol::interpret::OpTrace;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, live, live_value, memo, view};
use ui::inputs::Choice;

use super::channel_sums::ChannelSums;
use super::decimals::format_value;
use super::equation_view::EquationView;
use super::input_map::InputMap;
use super::number_grids::{NumberGrids, hovered_text};
use super::output_map::OutputMap;
use super::pixel_sums::PixelSums;
use super::sliding_window::WindowKind;
use super::state::ConvArithmeticState;
use super::window_player::PlayButton;
use super::window_settings::{OperationTerm, WindowSettings};

/// Input, kernel, products and sums behind one output pixel, as numbers and images.
#[component]
pub fn ConvArithmeticView(
    /// Inputs and weights of the operation for one unit. Nothing is shown while they are
    /// incomplete.
    #[prop(into)]
    op_trace: Signal<Option<Arc<OpTrace>>>,
    /// The operations of the layer.
    #[prop(into)]
    operations: Signal<Vec<OpKind>>,
    /// The selected operation.
    #[prop(into)]
    operation: Signal<OpKind>,
    /// Called to select another operation.
    #[prop(into)]
    on_operation: Callback<OpKind>,
    /// The selected output pixel `[row, column]`, clamped to the output.
    pixel: RwSignal<[usize; 2]>,
) -> impl IntoView {
    let state = ConvArithmeticState::new(op_trace, pixel);
    let operations = memo(move || operations.get());
    let choice = move || {
        let options: Vec<_> = operations.get().into_iter().map(|op| (op, name(op))).collect();
        (options.len() > 1).then(|| {
            view! { <Choice name="operation" options=options value=operation on_choice=on_operation /> }
        })
    };
    let is_known = memo(move || state.window.with(Option::is_some));
    view! {
        <div class="conv" data-testid="close-up">
            <div class="conv-head">{live(choice)}</div>
            {live(move || (!is_known.get()).then(|| view! {
                <p class="hint">"The numbers appear here as soon as they are computed."</p>
            }))}
            <When holds=live_value(move || is_known.get())>
                <Content state=state />
            </When>
        </div>
    }
}

fn name(operation: OpKind) -> String {
    match operation {
        OpKind::Convolution => "Convolution",
        OpKind::Pool => "Pooling",
        OpKind::Upsampling => "Transposed convolution",
    }
    .into()
}

#[component]
fn Content(state: ConvArithmeticState) -> impl IntoView {
    let kind = memo(move || state.window.get().map(|window| window.kind));
    let lead =
        move || kind.get().map(|kind| view! { <OperationTerm kind=kind />" "{definition(kind)} });
    view! {
        <div class="conv-lead">
            <p class="hint">{live(lead)}</p>
            <PlayButton state=state />
        </div>
        <EquationView state=state />
        <div class="conv-body">
            <InputMap state=state />
            <div class="conv-middle">
                <NumberGrids state=state>
                    <PixelSums state=state />
                </NumberGrids>
                <p
                    class="conv-readout"
                    aria-live=live_value(move || if state.playing.get() { "off" } else { "polite" })
                >
                    {live(move || hovered_text(state))}
                </p>
                <ChannelSums state=state />
            </div>
            <OutputMap state=state />
        </div>
        <WindowSettings state=state />
        <p class="visually-hidden" aria-live="polite" data-testid="close-up-spoken">
            {live(move || spoken_pixel(state))}
        </p>
    }
}

/// Returns the definition of the operation, a sentence that begins with its name.
fn definition(kind: WindowKind) -> &'static str {
    match kind {
        WindowKind::Convolution => {
            "multiplies every value in the window by the weight that lies on it, and adds up the products: that is one pixel of the output."
        }
        WindowKind::MaxPool => {
            "keeps the largest value in the window: that is one pixel of the output."
        }
        WindowKind::AveragePool => {
            "gives every value in the window the same weight, and adds up the products: their mean is one pixel of the output."
        }
        WindowKind::Transposed => {
            "lays down every value of the input times the whole kernel, and adds up what falls on the same pixel of the output."
        }
    }
}

/// Returns the text alternative of the output pixel, or an empty text while the window slides.
fn spoken_pixel(state: ConvArithmeticState) -> String {
    let Some(pixel_trace) = state.pixel_trace.get().filter(|_| !state.playing.get()) else {
        return String::new();
    };
    let [row, column] = state.pixel.get();
    let decimals = state.decimals.get();
    let (what, decimals) = if pixel_trace.sums.is_empty() {
        ("largest value", decimals.input)
    } else {
        ("sum", decimals.sums)
    };
    let total = format_value(pixel_trace.total, decimals);
    format!("row {}, column {}: {what} {total}", row + 1, column + 1)
}
