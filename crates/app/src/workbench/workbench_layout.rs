//! Layout of the workbench, which the panes and tabs below it follow.

use leptos::prelude::*;
use model::permalink::View;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use super::placement::{Frame, Placement, place};
use super::room::use_room;
use crate::page::Page;

/// Layout of the workbench.
#[derive(Clone, Copy)]
pub struct WorkbenchLayout {
    pub(super) page: Page,
    pub(super) placement: Signal<Placement>,
}

impl WorkbenchLayout {
    /// Provides the layout to all components below, and returns it. `embed` tells whether the page is
    /// in a frame.
    pub fn provide(page: Page, embed: bool) -> Self {
        let room = use_room();
        let (views, lab, present) = (page.signals.views, page.signals.lab, page.signals.present);
        let options = page.signals.frame;
        let placement = memo(move || {
            let frame = match (embed, present.get()) {
                (true, _) => Frame::Embedded,
                (false, true) => Frame::Projector,
                (false, false) => Frame::Page,
            };
            let mut placement = views.with(|views| place(views, lab.get(), room.get(), frame));
            options.with(|options| placement.tabs.retain(|view| !options.hides_view(*view)));
            placement
        });
        let layout = Self { page, placement };
        provide_context(layout);
        layout
    }

    /// Returns whether the experiment has a column of its own.
    pub fn has_experiment_column(self) -> Signal<bool> {
        memo(move || self.placement.with(|placement| placement.experiment_column))
    }

    /// Returns whether two views are shown side by side.
    pub fn has_two_panes(self) -> Signal<bool> {
        memo(move || self.placement.with(|placement| placement.shown.len() == 2))
    }

    /// Returns the pane that shows a view, counted from the left, if any does.
    pub(super) fn pane_of(self, view: View) -> Signal<Option<usize>> {
        memo(move || {
            self.placement.with(|placement| placement.shown.iter().position(|shown| *shown == view))
        })
    }
}
