//! Sorting by optional scores.

/// Returns the indices of `scores`, sorted in ascending or descending order. Missing scores come
/// last in both cases. The sort is stable.
pub fn sort_by_score(scores: &[Option<f64>], ascending: bool) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..scores.len()).collect();
    indices.sort_by(|one, other| match (scores[*one], scores[*other]) {
        (Some(one), Some(other)) if ascending => one.total_cmp(&other),
        (Some(one), Some(other)) => other.total_cmp(&one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    indices
}
