//! Parts of the answer about the mistakes.

use protocol::interpret::Mistake;
use ui::erased_signal::Signal;
use ui::erased_view::memo;

use crate::state::InterpretState;

/// Reads the answer about one test image; the signal changes only when that part does.
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
