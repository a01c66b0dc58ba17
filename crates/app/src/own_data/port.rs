//! Connects the panel of own data with reader, browser and state.

use std::cell::Cell;
use std::rc::Rc;

use data::own_data::Report;
use features::own_data::own_data_view::OwnDataPort;
use features::own_slices::scan_readers::Later;
use js_sys::Uint8Array;
use leptos::prelude::{GetValue, StoredValue};
use model::{DataSource, Lab};
use protocol::Problem;
use reader::{OwnRequest, OwnResponse};
use store::action::Action;
use ui::erased_view::{derived, memo};
use ui::spawn::spawn;

use super::import::{ask, read, report};
use super::kept;
use crate::clients::reader::unexpected_answer;
use crate::page::Page;

/// Returns the functions of the panel.
pub(crate) fn own_data_port(page: Page) -> OwnDataPort {
    // Number of the reading that may go on; stopping starts another.
    let reading = StoredValue::new_local(Rc::new(Cell::new(0_u32)));
    let next = move || {
        let counter = reading.get_value();
        counter.set(counter.get() + 1);
        counter
    };
    let packs = page.signals.packs;
    let config = page.signals.config;
    let lab = memo(move || config.with(|config| config.lab()));
    let own = move |lab: Lab| packs.with(|packs| packs.own(lab));
    OwnDataPort {
        read: (move |(files, progress)| -> Later<Option<Report>> {
            let counter = next();
            let now = counter.get();
            Box::pin(async move { read(page, files, progress, || counter.get() != now).await })
        })
        .into(),
        stop: (move |()| {
            next();
            spawn(async move {
                // A reader that crashed has nothing open.
                let _ = ask(page, OwnRequest::Close, None).await;
            });
        })
        .into(),
        open_kept: (move |()| -> Later<Report> {
            Box::pin(async move {
                let own = page.with_state(|state| state.packs.own(state.lab()));
                let source = own.ok_or_else(unexpected_answer)?;
                let bytes = page.own_bytes(source).await?;
                ask(page, OwnRequest::Open, Some(&bytes)).await.and_then(report)
            })
        })
        .into(),
        split: (move |rule| -> Later<Report> {
            Box::pin(async move { ask(page, OwnRequest::Split(rule), None).await.and_then(report) })
        })
        .into(),
        use_it: (move |report| -> Later<String> { Box::pin(use_it(page, report)) }).into(),
        forget: (move |()| -> Later<String> { Box::pin(forget(page)) }).into(),
        has_own: derived(move || packs.with(|packs| packs.has_own())),
        has_kept: derived(move || own(lab.get()).is_some()),
    }
}

/// Trains on the data set that the reader has open, and keeps it.
async fn use_it(page: Page, report: Report) -> Result<String, Problem> {
    let OwnResponse::Bytes(bytes) = ask(page, OwnRequest::Bytes, None).await? else {
        return Err(unexpected_answer());
    };
    let bytes = Uint8Array::from(bytes.as_slice());
    ask(page, OwnRequest::Close, None).await?;
    let lab = if report.has_masks { Lab::Segment } else { Lab::Classify };
    let source = DataSource::own(lab, report.import);
    let inner = page.inner();
    inner.datasets.borrow_mut().keep_pack(source, bytes.clone());
    page.dispatch(Action::UseOwnData(source));
    Ok(match kept::keep(source, &bytes).await {
        Ok(()) => {
            "Runs train on your images. This browser keeps them until you forget them here.".into()
        }
        Err(sentence) => format!("Runs train on your images during this visit. {sentence}"),
    })
}

/// Deletes all data of the visitor's own, those in use too.
async fn forget(page: Page) -> Result<String, Problem> {
    let deleted = kept::forget().await;
    page.inner().datasets.borrow_mut().forget_own();
    page.dispatch(Action::ForgetOwnData);
    ask(page, OwnRequest::Close, None).await?;
    Ok(match deleted {
        Ok(()) => "Your images are forgotten: this browser keeps none of them.".into(),
        // Without a cache, nothing was kept.
        Err(reason) => {
            log::debug!("no cache was deleted: {reason}");
            "Your images are forgotten. This browser had kept none of them.".into()
        }
    })
}
