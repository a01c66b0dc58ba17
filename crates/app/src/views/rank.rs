//! Putting things in the order of a figure.

/// Places of the figures, the smallest or the largest first; places without one come last either
/// way, and equal ones stay as they are.
pub fn ranked(figures: &[Option<f64>], smallest_first: bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..figures.len()).collect();
    places.sort_by(|one, other| match (figures[*one], figures[*other]) {
        (Some(one), Some(other)) if smallest_first => one.total_cmp(&other),
        (Some(one), Some(other)) => other.total_cmp(&one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    places
}
