//! Root component of the page.

use features::dataset::thumbnail::provide_images;
use features::evaluated_split::provide_evaluated_split;
use leptos::prelude::*;
use model::Lab;
use protocol::DataInfo;
use ui::display_settings::DisplaySettings;
use ui::erased_view::{derived, live, live_value, memo, view};
use ui::parse_number::parse_number;

use super::header::Header;
use super::notices::Notices;
use super::shortcuts::listen_to_keys;
use super::transport::TransportBar;
use crate::course_page;
use crate::labs::classify::ClassifyPanels;
use crate::lazy::classify_views::lazy_classify;
use crate::lazy::code::provide_code;
use crate::lazy::help::provide_help;
use crate::lazy::learned::provide_learned;
use crate::lazy::segment::{SegmentLab, lazy_segment};
use crate::lazy::studies::provide_studies;
use crate::page::Page;
use crate::page_meta::{build, page_files};
use crate::workbench::history::listen_to_history;
use crate::workbench::workbench_layout::WorkbenchLayout;

/// Root component of the page.
#[component]
pub fn App() -> impl IntoView {
    let (link, complaints) = model::permalink::parse_with(
        &window().location().search().unwrap_or_default(),
        parse_number,
    );
    let embed = link.embed;
    let page = Page::open(link, complaints, page_files(), build());
    let shown = page.signals.shown;
    provide_images(derived(move || {
        shown.with(|shown| shown.as_ref().and_then(|shown| shown.images().cloned()))
    }));
    let (info, config) = (page.signals.info, page.signals.config);
    provide_evaluated_split(memo(move || {
        let loaded = info.with(|info| info.as_ref().map(DataInfo::evaluated));
        loaded.unwrap_or_else(|| config.with(|config| config.sampling.partition.evaluated()))
    }));
    provide_learned(page);
    provide_help(page);
    provide_code();
    provide_studies(page);
    listen_to_keys(page);
    listen_to_history(page);
    course_page::connect(page);
    let layout = WorkbenchLayout::provide(page, embed);
    let (column, two) = (layout.has_experiment_column(), layout.has_two_panes());
    let present = page.signals.present;
    // A frame has its own sizes.
    let is_presented = move || present.get() && !embed;
    let lab = page.signals.lab;
    // These values are kept while the other lab is shown.
    let (classify, segment) = (lazy_classify(), lazy_segment());
    let look = DisplaySettings::new();
    view! {
        <div
            class="page"
            class:page-embed=embed
            class:page-present=live_value(is_presented)
        >
            {live(move || match embed || present.get() {
                true => view! { <h1 class="visually-hidden">"Deep Imaging Playground"</h1> },
                false => view! { <Header page /> },
            })}
            <TransportBar page with_device=embed />
            <Notices page />
            <main
                class="workbench"
                class:workbench-column=live_value(move || column.get())
                class:workbench-two=live_value(move || two.get())
            >
                {live(move || match lab.get() {
                    Lab::Classify => view! { <ClassifyPanels page lazy=classify /> },
                    Lab::Segment => view! { <SegmentLab page lazy=segment look /> },
                })}
            </main>
        </div>
    }
}
