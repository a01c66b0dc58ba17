//! Lazy part with the help and the glossary. It is loaded when a run is ready, or when somebody asks.

use features::glossary::explanation;
use leptos::prelude::*;
use ui::erased_signal::{Callback, RwSignal};
use ui::erased_view::{derived, handle_mouse, view};
use ui::glossary_term::{Explain, Glossary, provide_glossary};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{LazyPart, Loading, arriving};
use super::modal::Modal;
use crate::page::Page;
use crate::shell::help::help;

/// Id of the help button, which the `?` key activates.
pub const HELP_ID: &str = "help";

/// Functions of the part.
#[derive(Clone, Copy)]
struct Help {
    content: fn(Page) -> AnyView,
    explain: Explain,
}

/// The lazy part.
type LazyHelp = LazyPart<&'static Help>;

/// Provides the glossary, which is in the part, to all terms below this component.
pub fn provide_help(page: Page) {
    let lazy = LazyHelp::new(|| Box::pin(arriving(load_help())));
    provide_context(lazy);
    lazy.load_when_ready(page);
    provide_glossary(Glossary {
        explain: derived(move || match lazy.get() {
            Loading::Done(help) => Some(help.explain),
            _ => None,
        }),
        load: Callback::from(move |()| lazy.load()),
    });
}

/// Button that opens the help dialog.
#[component]
pub fn HelpButton(
    /// The page.
    page: Page,
) -> impl IntoView {
    let lazy = expect_context::<LazyHelp>();
    let is_open = RwSignal::new(false);
    let open = move |_| {
        lazy.load();
        is_open.set(true);
    };
    view! {
        <button class="button button-quiet" id=HELP_ID data-testid="help" on:click=handle_mouse(open)>
            "Help"
        </button>
        <Modal
            name="help"
            class="dialog"
            title="How this works"
            is_open
            part=lazy
            content=move |help: &'static Help| (help.content)(page)
        />
    }
}

#[allow(unsafe_code)]
#[cfg_attr(feature = "split", wasm_split(help, fallible))]
fn load_help() -> Result<&'static Help, SplitLoaderError> {
    Ok(&Help { content: help, explain: explanation })
}
