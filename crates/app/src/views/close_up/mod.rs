//! One operation under the lens: what of the input becomes one pixel of the output, in numbers.
//!
//! The arithmetic is in `window`, `plane`, `reading`, `figures` and `equation`, which know nothing of
//! Leptos; the other modules show it.

mod arithmetic;
mod channels;
mod equation;
mod figures;
mod grid;
mod maps;
mod picture;
mod plane;
mod play;
mod reading;
mod scene;
mod settings;
mod window;

use std::sync::Arc;

use leptos::prelude::*;
use model::OpKind;
use protocol::interpret::OpTrace;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, handle_pointer, live, live_value, memo, view};
use ui::inputs::Choice;

use self::arithmetic::{Grids, pointed_at};
use self::channels::Channels;
use self::equation::{Piece, spoken};
use self::figures::figure;
use self::maps::{InputMap, OutputMap};
use self::play::Play;
use self::scene::Scene;
use self::settings::{Name, Settings};
use self::window::Kind;

/// Input, kernel, products and sums behind one output pixel, as numbers and pictures.
#[component]
pub fn CloseUpView(
    /// The operation for one unit; what is no whole operation is not shown.
    #[prop(into)]
    close: Signal<Option<Arc<OpTrace>>>,
    /// Operations that the layer has.
    #[prop(into)]
    parts: Signal<Vec<OpKind>>,
    /// The one that is shown.
    #[prop(into)]
    part: Signal<OpKind>,
    /// Another one is wanted.
    #[prop(into)]
    on_part: Callback<OpKind>,
    /// The output pixel `[row, column]`; in an output that is smaller the nearest one is shown.
    pixel: RwSignal<[usize; 2]>,
) -> impl IntoView {
    let scene = Scene::new(close, pixel);
    let parts = memo(move || parts.get());
    let choice = move || {
        let options: Vec<_> = parts.get().into_iter().map(|part| (part, name(part))).collect();
        (options.len() > 1).then(|| {
            view! { <Choice name="operation" options=options value=part on_choice=on_part /> }
        })
    };
    let there = memo(move || scene.window.with(Option::is_some));
    view! {
        <div class="close-up" data-testid="close-up">
            <div class="close-head">{live(choice)}</div>
            {live(move || (!there.get()).then(|| view! {
                <p class="hint">"The numbers appear here as soon as the network has told them."</p>
            }))}
            <When holds=live_value(move || there.get())>
                <Shown scene=scene />
            </When>
        </div>
    }
}

fn name(part: OpKind) -> String {
    match part {
        OpKind::Convolution => "Convolution",
        OpKind::Pool => "Max-pooling",
        OpKind::Upsampling => "Transposed convolution",
    }
    .into()
}

#[component]
fn Shown(scene: Scene) -> impl IntoView {
    let kind = memo(move || scene.window.get().map(|window| window.kind));
    let lead = move || kind.get().map(|kind| view! { <Name kind=kind />" "{sentence(kind)} });
    view! {
        <div class="close-lead">
            <p class="hint">{live(lead)}</p>
            <Play scene=scene />
        </div>
        <Equation scene=scene />
        <div class="close-body">
            <InputMap scene=scene />
            <div class="close-middle">
                <Grids scene=scene>
                    <Sums scene=scene />
                </Grids>
                <p
                    class="close-readout"
                    aria-live=live_value(move || if scene.playing.get() { "off" } else { "polite" })
                >
                    {live(move || pointed_at(scene))}
                </p>
                <Channels scene=scene />
            </div>
            <OutputMap scene=scene />
        </div>
        <Settings scene=scene />
        <p class="visually-hidden" aria-live="polite" data-testid="close-up-spoken">
            {live(move || announced(scene))}
        </p>
    }
}

fn sentence(kind: Kind) -> &'static str {
    match kind {
        Kind::Convolution => {
            "multiplies every value in the window by the weight that lies on it, and adds up the products: that is one pixel of the output."
        }
        Kind::MaxPool => "keeps the largest value in the window: that is one pixel of the output.",
        Kind::Transposed => {
            "lays down every value of the input times the whole kernel, and adds up what falls on the same pixel of the output."
        }
    }
}

/// The output pixel as written equations.
#[component]
fn Equation(scene: Scene) -> impl IntoView {
    let lines = derived(move || {
        let (Some(window), Some(reading)) = (scene.window.get(), scene.reading.get()) else {
            return Vec::new();
        };
        let (figures, channel) = (scene.figures.get(), scene.channel.get());
        if window.kind == Kind::MaxPool {
            return vec![equation::maximum(&reading, &figures)];
        }
        let first = equation::products(&reading, &figures, channel);
        let second = equation::channels(&reading, &figures, channel);
        [first, second].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>()
    });
    let line = move |pieces: Vec<Piece>| {
        let label = spoken(&pieces);
        let pieces = pieces.into_iter().map(|piece| part(piece, scene)).collect_view();
        view! { <p class="close-equation" role="img" aria-label=label>{pieces}</p> }
    };
    view! {
        <div class="close-equations" data-testid="close-up-equation">
            {live(move || lines.get().into_iter().map(line).collect_view())}
        </div>
    }
}

fn part(piece: Piece, scene: Scene) -> AnyView {
    let point = move |place| handle_pointer(move |_| scene.pointed.set(place));
    match piece {
        Piece::Sign(sign) => view! { <span class="close-sign">{sign}</span> },
        Piece::Result { text, note } => {
            view! { <span class="close-number close-result">{text}<small>{note}</small></span> }
        }
        Piece::Number { text, note, place: None } => {
            view! { <span class="close-number">{text}<small>{note}</small></span> }
        }
        Piece::Number { text, note, place } => view! {
            <span
                class="close-number close-product"
                class:close-product-pointed=live_value(move || scene.pointed.get() == place)
                on:pointerenter=point(place)
                on:pointerleave=point(None)
            >
                {text}<small>{note}</small>
            </span>
        },
    }
}

/// What adds up to the output pixel, line by line.
#[component]
fn Sums(scene: Scene) -> impl IntoView {
    let row = |name: String, number: String| view! { <dt>{name}</dt><dd>{number}</dd> };
    let rows = move || {
        let reading = scene.reading.get()?;
        let decimals = scene.figures.get().sums;
        let channel = scene.channel.get();
        let own = reading.sums.get(channel)?;
        let many = reading.sums.len();
        let all = (many > 1).then(|| {
            let sum = reading.sums.iter().sum::<f32>();
            row(format!("sum over all {many} channels"), figure(sum, decimals))
        });
        let first = if many > 1 {
            format!("sum of channel {}", channel + 1)
        } else {
            "sum of the products".to_owned()
        };
        Some(view! {
            <dl class="close-sums">
                {row(first, figure(*own, decimals))}
                {all}
                {row("+ bias".into(), figure(reading.bias, decimals))}
                <dt class="close-total">"= output pixel"</dt>
                <dd class="close-total">{figure(reading.total, decimals)}</dd>
            </dl>
        })
    };
    live(rows)
}

/// The output pixel for those who do not see it; nothing while the window moves.
fn announced(scene: Scene) -> String {
    let Some(reading) = scene.reading.get().filter(|_| !scene.playing.get()) else {
        return String::new();
    };
    let [row, column] = scene.at.get();
    let figures = scene.figures.get();
    let (what, decimals) = if reading.sums.is_empty() {
        ("largest value", figures.input)
    } else {
        ("sum", figures.sums)
    };
    let total = figure(reading.total, decimals);
    format!("row {}, column {}: {what} {total}", row + 1, column + 1)
}
