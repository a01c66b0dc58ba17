//! Tabs that choose the views.

use leptos::html::Button;
use leptos::prelude::*;
use model::permalink::View;
use store::action::Action;
use ui::erased_view::{When, effect, handle_key, handle_mouse, live, live_value, memo, view};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::view_pane::pane_id;
use super::workbench_layout::WorkbenchLayout;

/// Tabs of each pane.
#[component]
pub fn ViewTabs() -> impl IntoView {
    let layout = expect_context::<WorkbenchLayout>();
    let two = layout.has_two_panes();
    let shown = memo(move || layout.placement.with(|placement| !placement.tabs.is_empty()));
    let has_room = memo(move || layout.placement.with(|placement| placement.has_room));
    let page = layout.page;
    let open = move |_| {
        let now = layout.placement.with_untracked(|placement| placement.shown.clone());
        let other = [View::Curves, View::Layers].into_iter().find(|view| !now.contains(view));
        if let Some(view) = other {
            page.dispatch(Action::ShowView { pane: 1, view });
        }
    };
    let close = move |_| {
        let now = layout.placement.with_untracked(|placement| placement.shown.clone());
        page.dispatch(Action::SetViews(now.into_iter().take(1).collect()));
    };
    view! {
        <When holds=live_value(move || shown.get())>
            <div class="tabs">
                <TabList layout pane=0 />
                <When holds=live_value(move || has_room.get())>
                    <button
                        type="button"
                        class="button-secondary"
                        data-testid="second-view"
                        title="Show a second view beside this one"
                        on:click=handle_mouse(open)
                    >
                        "Side by side"
                    </button>
                </When>
            </div>
        </When>
        <When holds=live_value(move || shown.get() && two.get())>
            <div class="tabs tabs-second">
                <TabList layout pane=1 />
                <button
                    type="button"
                    class="button-secondary"
                    data-testid="close-second-view"
                    title="Show only the view on the left"
                    on:click=handle_mouse(close)
                >
                    "Close"
                </button>
            </div>
        </When>
    }
}

#[component]
fn TabList(layout: WorkbenchLayout, pane: usize) -> impl IntoView {
    let tabs = memo(move || layout.placement.with(|placement| placement.tabs.clone()));
    let label = match pane {
        0 => "Views",
        _ => "Views on the right",
    };
    view! {
        <div class="tabs-list" role="tablist" aria-label=label on:keydown=handle_key(move_focus)>
            {live(move || {
                tabs.get().into_iter().map(|tab| view! { <Tab layout pane tab /> }).collect_view()
            })}
        </div>
    }
}

#[component]
fn Tab(layout: WorkbenchLayout, pane: usize, tab: View) -> impl IntoView {
    let place = layout.pane_of(tab);
    let is_shown = memo(move || place.get() == Some(pane));
    let lab = layout.page.signals.lab;
    let key = View::of(lab.get_untracked()).iter().position(|view| *view == tab);
    let title = key.map(|index| format!("{} ({})", tab.name(), index + 1));
    let id = match pane {
        0 => format!("tab-{}", tab.slug()),
        _ => format!("tab-{}-{}", pane + 1, tab.slug()),
    };
    // On a phone the list scrolls, and a link, a key or the history may choose a view whose tab is
    // not to be seen.
    let button = NodeRef::<Button>::new();
    effect(move || {
        if let (Some(tab), true) = (button.get(), is_shown.get()) {
            scroll_to_middle(&tab);
        }
    });
    view! {
        <button
            type="button"
            class="tab"
            role="tab"
            node_ref=button
            data-testid=id.clone()
            title=title
            aria-selected=live_value(move || is_shown.get().to_string())
            aria-controls=pane_id(tab)
            tabindex=live_value(move || if is_shown.get() { "0" } else { "-1" })
            on:click=handle_mouse(move |_| {
                layout.page.dispatch(Action::ShowView { pane, view: tab });
            })
        >
            {tab.name()}
        </button>
    }
}

/// Scrolls the list of a tab until the tab is in its middle, as far as possible.
fn scroll_to_middle(tab: &HtmlElement) {
    if let Some(list) = tab.parent_element() {
        let middle = tab.offset_left() + tab.offset_width() / 2;
        list.set_scroll_left(middle - list.client_width() / 2);
    }
}

/// Moves the focus along the tabs by arrow keys, Home and End, and presses the tab reached.
fn move_focus(event: KeyboardEvent) {
    let Some(tab) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let list = tab.parent_element();
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => {
            tab.next_element_sibling().or_else(|| list.and_then(|list| list.first_element_child()))
        }
        "ArrowLeft" | "ArrowUp" => tab
            .previous_element_sibling()
            .or_else(|| list.and_then(|list| list.last_element_child())),
        "Home" => list.and_then(|list| list.first_element_child()),
        "End" => list.and_then(|list| list.last_element_child()),
        _ => return,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = next.focus();
        next.click();
    }
}
