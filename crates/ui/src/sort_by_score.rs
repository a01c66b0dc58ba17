//! Sorting by a score that may be missing.

/// Returns the indices of `scores`, sorted ascending or descending. Missing scores come last either
/// way; the sort is stable.
pub fn sort_by_score(scores: &[Option<f64>], ascending: bool) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..scores.len()).collect();
    indices.sort_by(|one, other| match (scores[*one], scores[*other]) {
        (Some(one), Some(other)) if ascending => one.total_cmp(&other),
        (Some(one), Some(other)) => other.total_cmp(&one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    indices
}
