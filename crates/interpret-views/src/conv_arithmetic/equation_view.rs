//! View of the computation of the output pixel as equations.

use leptos::prelude::*;
use ui::erased_view::{derived, handle_pointer, live, live_value, view};

use super::equation::{self, Token, spoken};
use super::sliding_window::WindowKind;
use super::state::ConvArithmeticState;

/// Two equations: one for the products of the channel, one for the sum over all channels.
#[component]
pub fn EquationView(state: ConvArithmeticState) -> impl IntoView {
    let lines = derived(move || {
        let (Some(window), Some(pixel_trace)) = (state.window.get(), state.pixel_trace.get())
        else {
            return Vec::new();
        };
        let (decimals, channel) = (state.decimals.get(), state.channel.get());
        if window.kind == WindowKind::MaxPool {
            return vec![equation::maximum(&pixel_trace, &decimals)];
        }
        let first = equation::products(&pixel_trace, &decimals, channel);
        let second = equation::channels(&pixel_trace, &decimals, channel);
        [first, second].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>()
    });
    let line = move |tokens: Vec<Token>| {
        let label = spoken(&tokens);
        let tokens = tokens.into_iter().map(|token| token_view(token, state)).collect_view();
        view! { <p class="conv-equation" role="img" aria-label=label>{tokens}</p> }
    };
    view! {
        <div class="conv-equations" data-testid="close-up-equation">
            {live(move || lines.get().into_iter().map(line).collect_view())}
        </div>
    }
}

fn token_view(token: Token, state: ConvArithmeticState) -> AnyView {
    let hover = move |place| handle_pointer(move |_| state.hovered.set(place));
    match token {
        Token::Sign(sign) => view! { <span class="conv-sign">{sign}</span> },
        Token::Result { text, note } => {
            view! { <span class="conv-number conv-result">{text}<small>{note}</small></span> }
        }
        Token::Number { text, note, place: None } => {
            view! { <span class="conv-number">{text}<small>{note}</small></span> }
        }
        Token::Number { text, note, place } => view! {
            <span
                class="conv-number conv-product"
                class:conv-product-pointed=live_value(move || state.hovered.get() == place)
                on:pointerenter=hover(place)
                on:pointerleave=hover(None)
            >
                {text}<small>{note}</small>
            </span>
        },
    }
}
