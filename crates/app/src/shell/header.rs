//! Header of the page.

use leptos::prelude::*;
use ui::erased_view::view;

use super::device::DeviceChip;
use super::lab_switch::LabSwitch;
use super::share::ShareButton;
use super::theme::ThemeSwitch;
use crate::lazy::help::HelpButton;
use crate::page::Page;

/// Header with the title, a summary, and controls of the whole page. Omitted if the page is framed.
#[component]
pub fn Header(
    /// The page.
    page: Page,
) -> impl IntoView {
    view! {
        <header class="header">
            <div class="header-title">
                <h1>"Deep Imaging Playground"</h1>
                <p class="page-thesis">
                    "Deep learning is a search for good hierarchical representations that make a \
                    given task easy to solve."
                </p>
            </div>
            <LabSwitch page />
            <div class="header-tools">
                <DeviceChip page />
                <ShareButton page />
                <HelpButton page />
                <ThemeSwitch />
            </div>
        </header>
    }
}
