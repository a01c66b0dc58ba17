//! Access to parts of the answer about mistakes.

use protocol::interpret::Mistake;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use crate::state::InterpretState;

/// Reads a part of the answer about one test image. The signal changes only if that part does.
pub fn mistake_field<T: PartialEq + Send + Sync + 'static>(
    state: InterpretState,
    index: usize,
    read: impl Fn(&Mistake) -> T + Send + Sync + 'static,
) -> Signal<Option<T>> {
    memo(move || {
        let mistakes = state.answers.mistakes.data;
        mistakes.with(|found| found.as_ref()?.top.iter().find(|m| m.image == index).map(&read))
    })
}
