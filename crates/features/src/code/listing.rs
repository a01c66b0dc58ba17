//! The program in a scrolling block.

use std::sync::Arc;

use export::{Line, Program};
use js_sys::{Function, Reflect};
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, view};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::spans::split_comment;

/// Attribute of a line with the index of its layer.
const LAYER: &str = "data-layer";

/// The program, with titles and prose between its blocks of code. Line numbers are those of the file.
/// A click on a line of a layer chooses the layer, whose lines are lit and scrolled into view.
#[component]
pub fn Listing(
    /// The program.
    program: Signal<Option<Arc<Program>>>,
    /// Index of the chosen layer.
    chosen: RwSignal<Option<usize>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let click = move |event: ev::MouseEvent| {
        // The end of a selection of text is no choice.
        if let (Some(layer), false) = (layer_of(&event), has_selected_text()) {
            chosen.set(Some(layer));
        }
    };
    effect(move || {
        program.track();
        if chosen.get().is_some()
            && let Some(listing) = place.get()
        {
            // The lines are lit by effects that may run after this one.
            request_animation_frame(move || scroll_to_lit(&listing));
        }
    });
    view! {
        <div
            class="code-listing"
            role="region"
            tabindex="0"
            aria-label="Program"
            data-testid="code-listing"
            node_ref=place
            on:click=handle_mouse(click)
        >
            {live(move || program.get().map(|program| blocks(&program, chosen)))}
        </div>
    }
}

/// Returns the head of the program and its sections.
fn blocks(program: &Program, chosen: RwSignal<Option<usize>>) -> AnyView {
    let lines = program.lines();
    let head = block(program, &lines, 0..program.head_len(), chosen);
    let sections = program.sections.iter().zip(program.code_ranges()).map(|(section, range)| {
        view! {
            <h3 class="code-title">{section.title}</h3>
            <p class="code-prose">{section.prose.join(" ")}</p>
            {block(program, &lines, range, chosen)}
        }
    });
    view! { {head} {sections.collect_view()} }
}

fn block(
    program: &Program,
    lines: &[Line],
    range: std::ops::Range<usize>,
    chosen: RwSignal<Option<usize>>,
) -> AnyView {
    let is_head = range.start == 0;
    let numbered = lines.iter().zip(1_usize..).take(range.end).skip(range.start);
    let each = numbered.map(|(line, number)| {
        let (code, comment) = match is_head {
            true => ("", line.text.as_str()),
            false => split_comment(&line.text, program.language),
        };
        let code = code.to_owned();
        let comment = (!comment.is_empty())
            .then(|| view! { <span class="code-comment">{comment.to_owned()}</span> });
        match line.layer {
            None => view! {
                <span class="code-line" data-line=number.to_string()>{code}{comment}"\n"</span>
            },
            Some(layer) => view! {
                <span
                    class="code-line code-of-layer"
                    class:code-lit=live_value(move || chosen.get() == Some(layer))
                    data-layer=layer.to_string()
                    data-line=number.to_string()
                >
                    {code}{comment}"\n"
                </span>
            },
        }
    });
    view! { <pre class="code-block"><code>{each.collect_view()}</code></pre> }
}

/// Returns whether the visitor has selected text. By reflection, since one more feature of `web-sys`
/// would have every crate compiled again that uses it, burn's among them.
fn has_selected_text() -> bool {
    let selection = Reflect::get(&window(), &"getSelection".into())
        .and_then(|get| get.unchecked_into::<Function>().call0(&window()));
    let is_collapsed = |selection| Reflect::get(&selection, &"isCollapsed".into());
    selection.and_then(is_collapsed).is_ok_and(|collapsed| collapsed == false)
}

/// Returns the layer of the line that was clicked.
fn layer_of(event: &ev::MouseEvent) -> Option<usize> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let line = target.closest(&format!("[{LAYER}]")).ok()??;
    line.get_attribute(LAYER)?.parse().ok()
}

/// Scrolls the listing, and nothing around it, until the first lit line is in its upper third, unless
/// a lit line is to be seen.
fn scroll_to_lit(listing: &HtmlElement) {
    let Ok(lit) = listing.query_selector_all(".code-lit") else { return };
    let frame = listing.get_bounding_client_rect();
    let lines: Vec<_> = (0..lit.length())
        .filter_map(|index| lit.get(index)?.dyn_into::<Element>().ok())
        .map(|line| line.get_bounding_client_rect())
        .collect();
    let is_seen =
        |line: &&web_sys::DomRect| line.top() >= frame.top() && line.bottom() <= frame.bottom();
    if let (Some(first), None) = (lines.first(), lines.iter().find(is_seen)) {
        let by = first.top() - frame.top() - frame.height() / 3.0;
        listing.set_scroll_top(listing.scroll_top() + by as i32);
    }
}
