//! Traces of single steps: when gradients are computed, and which are sent.

use protocol::interpret::UnitRef;

use super::step_watch::Request;
use super::task::RunTask;
use super::{Goal, Run};
use crate::error::EngineError;
use crate::host::Host;

impl<H: Host, T: RunTask> Run<'_, H, T> {
    /// Watches a unit from now on, or none.
    pub(super) fn watch_step(&mut self, unit: Option<UnitRef>) {
        self.step_watch.unit = unit;
        match unit {
            // Without an observer, gradients cost nothing and take no memory.
            None => self.step_watch.clear(),
            Some(_) => {
                self.step_watch.request.get_or_insert(Request::Shown);
            }
        }
    }

    /// Forgets the gradients of the next step and sends them again, since its update has changed.
    pub(super) fn renew_next_trace(&mut self) {
        let step = self.session.step();
        let watch = &mut self.step_watch;
        if watch.look_ahead.take_if(|look_ahead| T::step_of(look_ahead) > step).is_some() {
            watch.request.get_or_insert(Request::Shown);
        }
    }

    /// Drops gradients of a step before the last one.
    pub(super) fn discard_older_trace(&mut self) {
        let step = self.session.step();
        self.step_watch.look_ahead.take_if(|look_ahead| T::step_of(look_ahead) < step);
    }

    /// Sends the traces that were asked for. While the run trains, none are sent: they would be
    /// late, and its end sends them anyway.
    pub(super) async fn send_requested_traces(&mut self) -> Result<(), EngineError> {
        let request = self.step_watch.request.take();
        if self.goal != Goal::Idle {
            return Ok(());
        }
        if request == Some(Request::Shown) && self.step_watch.look_ahead.is_some() {
            return self.send_step_trace().await;
        }
        if self.is_over() {
            return Ok(());
        }
        if let Some(event) = T::preview(&mut self.session, self.id, true).await? {
            self.previews.record_preview(self.session.step(), 0.0);
            self.host.emit(event);
        }
        self.trace_next_step().await
    }

    /// Computes the gradients of the next step and sends its trace, if steps are watched and it was
    /// not sent before.
    pub(super) async fn trace_next_step(&mut self) -> Result<(), EngineError> {
        if self.step_watch.unit.is_none() {
            return Ok(());
        }
        let next = self.session.step() + 1;
        if self.step_watch.look_ahead.as_ref().is_some_and(|held| T::step_of(held) == next) {
            return Ok(());
        }
        self.step_watch.look_ahead = T::look_ahead(&mut self.session).await?;
        self.send_step_trace().await
    }

    async fn send_step_trace(&self) -> Result<(), EngineError> {
        if let (Some(look_ahead), Some(unit)) = (&self.step_watch.look_ahead, self.step_watch.unit)
        {
            self.host.emit(T::step_trace(look_ahead, self.id, unit).await?);
        }
        Ok(())
    }
}
