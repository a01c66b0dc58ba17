//! View of studies, connected with the signals and the workers.

use std::sync::Arc;

use features::studies::studies_view::{StudiesView, StudyPort};
use features::studies::study::{Study, StudyData};
use leptos::prelude::*;
use model::permalink::Hideable;
use model::{DataShape, IMAGE_SIDE};
use protocol::interpret::InterpreterDataset;
use store::action::Action;
use ui::erased_signal::Callback;
use ui::erased_view::{live, memo, view};

use super::class_names::{classes, images};
use crate::clients::study_workers::StudyWorkers;
use crate::course_page::lockable::is_hidden;
use crate::page::Page;

/// Creates the client of the workers.
pub fn study_workers(page: Page) -> StudyWorkers {
    StudyWorkers::new(page.inner().files.study.clone())
}

/// Returns the view of studies.
pub fn studies_view(page: Page, workers: StudyWorkers) -> AnyView {
    let config = page.signals.config;
    let data = memo(move || {
        let source = config.with(|config| config.data.slug());
        let shown = images(page).filter(|shown| shown.facts.name == source)?;
        let set = shown.images()?.set();
        Some(StudyData {
            name: config.with(|config| config.data.name().to_owned()),
            shape: DataShape { classes: set.classes.len(), size: [IMAGE_SIDE; 2] },
            train_labels: Arc::new(set.train.labels.clone()),
            labels: Arc::new(set.evaluated_images().labels.clone()),
        })
    });
    let start = move |study: Study| {
        let shown = untrack(|| images(page));
        let Some(shown) = shown.as_ref().and_then(|shown| shown.images()) else { return };
        workers.start(study, InterpreterDataset::whole(shown.set()));
    };
    let port = StudyPort {
        run: workers.run.into(),
        problem: workers.problem.into(),
        on_start: start.into(),
        on_stop: (move |()| workers.stop()).into(),
    };
    let question = page.signals.study;
    let on_question = Callback::from(move |kind| page.dispatch(Action::SetStudy(kind)));
    let hidden = is_hidden(page, Hideable::Accuracy);
    let classes = classes(page);
    live(move || match hidden.get() {
        true => {
            view! { <p class="hint">"This link hides accuracies, which studies are about."</p> }
        }
        false => view! {
            <StudiesView config=config.into() data classes question=question.into() on_question port />
        },
    })
}
