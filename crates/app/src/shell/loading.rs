//! Progress of downloads, in bytes and as a sentence.

use leptos::prelude::*;
use store::engine::EngineStatus;
use store::progress::Progress;
use ui::erased_view::{live, view};

use super::labels;
use crate::page::Page;

/// One line for the engine and one for the images, each shown during its download.
#[component]
pub fn Loading(
    /// The page.
    page: Page,
) -> impl IntoView {
    let engine = move || {
        page.signals.engine.with(|status| match status {
            EngineStatus::Loading(progress) => Some((*progress, sentence("engine", *progress))),
            EngineStatus::Starting => Some((
                Progress { received: 1, total: 1 },
                "Starting the engine: choosing the device that trains.".into(),
            )),
            EngineStatus::Ready(_) | EngineStatus::Failed(_) => None,
        })
    };
    let pack = move || {
        let progress = page.signals.packs.with(|packs| packs.loading())?;
        Some((progress, sentence("images", progress)))
    };
    view! {
        <div class="loading" data-testid="loading">
            {live(move || engine().map(line))}
            {live(move || pack().map(line))}
        </div>
    }
}

fn sentence(what: &str, progress: Progress) -> String {
    let hint = if what == "engine" { " Everything else can already be set up." } else { "" };
    format!("Loading the {what}: {}.{hint}", labels::progress(progress))
}

fn line((progress, sentence): (Progress, String)) -> AnyView {
    view! {
        <p class="loading-line">
            <progress
                max=progress.total.max(1)
                value=progress.received
                aria-label=sentence.clone()
            ></progress>
            <span>{sentence}</span>
        </p>
    }
}
