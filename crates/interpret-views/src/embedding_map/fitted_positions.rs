//! Positions of a map, fitted to the square between -1 and 1.

use std::sync::Arc;

use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo};

use super::map_positions::{Position, fit_to_square};
use super::tween::Positions;

/// Returns the positions of a map fitted to the square. They are recomputed only if the map is
/// replaced.
pub fn fitted_positions(map: Signal<Option<Arc<Vec<Position>>>>) -> Signal<Positions> {
    // Compared by pointer: comparing thousands of numbers would be slow, and wrong for NaN.
    let held = memo(move || ByIdentity(map.get()));
    let positions = memo(move || {
        held.with(|held| {
            let fit = |map: &Arc<Vec<Position>>| fit_to_square(map);
            Fitted(Arc::new(held.0.as_ref().map_or_else(Vec::new, fit)))
        })
    });
    derived(move || positions.with(|positions| positions.0.clone()))
}

struct ByIdentity(Option<Arc<Vec<Position>>>);

impl PartialEq for ByIdentity {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

struct Fitted(Positions);

impl PartialEq for Fitted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
