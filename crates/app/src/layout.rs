//! Where everything stands, and which signal goes to which view.

mod classify;
pub(crate) mod segment;

use classify::ClassifyPanels;
use features::dataset::thumbnail::provide_images;
use features::glossary::explanation;
use features::learning_curves::curve_chart::CurveChart;
use features::learning_curves::metric::Metric;
use features::training::hyper_panel::HyperPanel;
use leptos::prelude::*;
use model::{Lab, RunConfig};
use store::action::Action;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, live_value, view};
use ui::glossary_term::provide_glossary;
use ui::parse_number::parse_number;

use crate::chrome::{Header, Notices, TransportBar, listen_to_keys};
use crate::later::{LearnedLater, Part, SegmentLater};
use crate::link::EngineFiles;
use crate::page::Page;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let (link, complaints) = model::permalink::parse_with(
        &window().location().search().unwrap_or_default(),
        parse_number,
    );
    let embed = link.embed;
    let page = Page::open(
        link,
        complaints,
        engine_files(),
        &script("playground-reader"),
        script("playground-interpreter"),
        build(),
    );
    let shown = page.signals.shown;
    provide_glossary(explanation);
    provide_images(derived(move || {
        shown.with(|shown| shown.as_ref().and_then(|shown| shown.images().cloned()))
    }));
    listen_to_keys(page);
    let lab = page.signals.lab;
    // Outlives a visit to the other lab.
    let look = DisplaySettings::new();
    view! {
        <div class="page" class:embed=embed>
            {if embed {
                view! { <h1 class="visually-hidden">"Deep Imaging Playground"</h1> }
            } else {
                view! { <Header page /> }
            }}
            <TransportBar page with_device=embed />
            <Notices page />
            <main class="main" class:main-segment=live_value(move || lab.get() == Lab::Segment)>
                {live(move || match lab.get() {
                    Lab::Classify => view! { <ClassifyPanels page /> },
                    Lab::Segment => view! { <SegmentLater page look /> },
                })}
            </main>
            <footer class="footer">
                <p>"Everything runs in this tab. Nothing leaves your computer."</p>
                <p class="quiet">"Version "{build()}</p>
            </footer>
        </div>
    }
}

#[component]
fn Panel(class: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class=format!("panel {class}") aria-labelledby=class>
            <h2 id=class>{title}</h2>
            {children()}
        </section>
    }
}

/// What the network has learned, as in every lab.
#[component]
fn Learned(page: Page) -> impl IntoView {
    view! {
        <Panel class="panel-layers" title="What the layers have learned">
            <LearnedLater page part=Part::Layers />
        </Panel>
        <Panel class="panel-why" title="Why this answer">
            <LearnedLater page part=Part::Why />
        </Panel>
        <Panel class="panel-mistakes" title="Mistakes">
            <LearnedLater page part=Part::Mistakes />
        </Panel>
    }
}

/// Optimiser and the numbers of a training, as every lab has them.
#[component]
fn Training(page: Page) -> impl IntoView {
    view! {
        <HyperPanel
            config=page.signals.config
            on_change=move |config: RunConfig| page.dispatch(Action::SetConfig(config))
            on_learning_rate=move |rate| page.dispatch(Action::SetLearningRate(rate))
        />
    }
}

#[component]
fn Curves(page: Page, #[prop(into)] metric: Signal<Metric>) -> impl IntoView {
    let transport = page.signals.transport;
    view! {
        <CurveChart
            runs=page.signals.curves
            steps_per_epoch=derived(move || transport.with(|now| now.steps_per_epoch))
            total_steps=derived(move || transport.with(|now| now.total_steps))
            metric=metric
        />
    }
}

fn edit(page: Page, change: impl FnOnce(&mut RunConfig)) {
    let mut config = page.signals.config.get_untracked();
    change(&mut config);
    page.dispatch(Action::SetConfig(config));
}

/// An attribute of a `<meta>` of this page; empty where there is none.
pub(crate) fn meta(name: &str, attribute: &str) -> String {
    let element = document().query_selector(&format!("meta[name={name}]")).ok().flatten();
    element.and_then(|element| element.get_attribute(attribute)).unwrap_or_default()
}

fn engine_files() -> EngineFiles {
    let of = |attribute| meta("playground-engine", attribute);
    EngineFiles {
        wasm: of("content"),
        glue: of("data-glue"),
        worker: of("data-worker"),
        bytes: of("data-bytes").parse().unwrap_or(0),
    }
}

/// Address of a worker's script.
fn script(name: &str) -> String {
    meta(name, "content")
}

fn build() -> String {
    meta("playground-build", "content")
}
