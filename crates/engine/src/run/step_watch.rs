//! Which unit is watched in single steps, and the gradients of the step that is shown.

use protocol::interpret::UnitRef;

/// Traces that were asked for and are not sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The step whose gradients are held, or else the next one.
    Shown,
    /// The next step, with its batch.
    Next,
}

/// The watched unit, the gradients of the step that is shown, and open requests.
pub(super) struct StepWatch<L> {
    pub(super) unit: Option<UnitRef>,
    /// Gradients of the step whose batch was traced last: the step just made, or the next one.
    pub(super) look_ahead: Option<L>,
    pub(super) request: Option<Request>,
}

impl<L> Default for StepWatch<L> {
    fn default() -> Self {
        Self { unit: None, look_ahead: None, request: None }
    }
}

impl<L> StepWatch<L> {
    pub(super) fn has_work(&self) -> bool {
        self.request.is_some()
    }

    /// Asks for the next step in place of the one just made.
    pub(super) fn request_next(&mut self) {
        self.request = Some(Request::Next);
    }

    /// Drops the gradients and the open request. The unit stays watched.
    pub(super) fn clear(&mut self) {
        self.look_ahead = None;
        self.request = None;
    }
}
