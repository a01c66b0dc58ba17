//! Where everything stands, and which signal goes to which view.

use leptos::prelude::*;
use protocol::{ImageRef, Network, RunConfig};

use crate::chrome::{Header, Notices, TransportBar, listen_to_keys};
use crate::link::EngineFiles;
use crate::page::Page;
use crate::reduce::Action;
use crate::views::{
    CurveChart, DataPanel, Dropped, EvaluationView, HyperPanel, LensView, NetworkEditor,
    PredictView, images::provide_images,
};

/// Classes of both bundled data sets, for shapes before any of them is here.
const CLASSES: usize = data::phantom::CLASSES.len();

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let (link, complaints) =
        protocol::query::parse(&window().location().search().unwrap_or_default());
    let embed = link.embed;
    let page = Page::open(link, complaints, engine_files(), build());
    let shown = page.signals.shown;
    provide_images(Signal::derive(move || {
        shown.with(|shown| shown.as_ref().map(|shown| shown.images.clone()))
    }));
    listen_to_keys(page);
    view! {
        <div class="page" class:embed=embed>
            {(!embed).then(|| view! { <Header page /> })}
            <TransportBar page with_device=embed />
            <Notices page />
            <main class="main">
                <Panel class="panel-data" title="Data">
                    <Data page />
                </Panel>
                <Panel class="panel-network" title="Network">
                    <Model page />
                </Panel>
                <Panel class="panel-curves" title="Learning curves">
                    <Curves page />
                </Panel>
                <Panel class="panel-lens" title="One batch under the lens">
                    <LensView lens=page.signals.lens classes=classes(page) />
                </Panel>
                <Panel class="panel-evaluation" title="Evaluation">
                    <Evaluation page />
                </Panel>
                <Panel class="panel-predict" title="Predict">
                    <Predict page />
                </Panel>
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

#[component]
fn Data(page: Page) -> impl IntoView {
    let shown = page.signals.shown;
    let config = page.signals.config;
    let pack = page.signals.pack;
    view! {
        <DataPanel
            data=Signal::derive(move || shown.with(|s| s.as_ref().map(|s| s.facts.clone())))
            source=Signal::derive(move || config.with(|config| config.data))
            mednist_available=Signal::derive(move || {
                pack.with(|pack| *pack != crate::state::PackStatus::Unavailable)
            })
            on_source=move |source| edit(page, |config| config.data = source)
        />
    }
}

#[component]
fn Model(page: Page) -> impl IntoView {
    let config = page.signals.config;
    let names = classes(page);
    let count = Signal::derive(move || names.with(|names| names.len()).max(1));
    view! {
        <NetworkEditor
            network=Signal::derive(move || config.with(|config| config.network.clone()))
            classes=count
            locked=false
            on_change=move |network: Network| edit(page, |config| config.network = network)
        />
        <h3>"Training"</h3>
        <HyperPanel
            config=config
            on_change=move |config: RunConfig| page.dispatch(Action::SetConfig(config))
            on_learning_rate=move |rate| page.dispatch(Action::SetLearningRate(rate))
        />
    }
}

#[component]
fn Curves(page: Page) -> impl IntoView {
    let transport = page.signals.transport;
    view! {
        <CurveChart
            runs=page.signals.curves
            steps_per_epoch=Signal::derive(move || transport.with(|now| now.steps_per_epoch))
            total_steps=Signal::derive(move || transport.with(|now| now.total_steps))
        />
    }
}

#[component]
fn Evaluation(page: Page) -> impl IntoView {
    let info = page.signals.info;
    let labels = Memo::new(move |_| {
        info.with(|info| info.as_ref().map(|info| info.test_labels.clone()).unwrap_or_default())
    });
    view! { <EvaluationView report=page.signals.report labels=labels classes=classes(page) /> }
}

#[component]
fn Predict(page: Page) -> impl IntoView {
    let pick = move |image: ImageRef| {
        if let Some(pixels) = page.pixels(image) {
            page.dispatch(Action::Predict(pixels));
        }
    };
    view! {
        <PredictView
            classes=classes(page)
            prediction=page.signals.prediction
            on_image=move |image: Dropped| page.dispatch(Action::Predict(image.pixels))
            on_pick=pick
            on_problem=move |problem| page.dispatch(Action::Report(problem))
        />
    }
}

/// Names of the classes, of the data that are shown; numbers before there are any.
fn classes(page: Page) -> Signal<Vec<String>> {
    let shown = page.signals.shown;
    Memo::new(move |_| {
        shown.with(|shown| match shown {
            Some(shown) => shown.facts.classes.clone(),
            None => (1..=CLASSES).map(|number| format!("Class {number}")).collect(),
        })
    })
    .into()
}

fn edit(page: Page, change: impl FnOnce(&mut RunConfig)) {
    let mut config = page.signals.config.get_untracked();
    change(&mut config);
    page.dispatch(Action::SetConfig(config));
}

/// An attribute of a `<meta>` of this page; empty where there is none.
fn meta(name: &str, attribute: &str) -> String {
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

fn build() -> String {
    meta("playground-build", "content")
}
