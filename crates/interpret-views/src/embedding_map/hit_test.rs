//! Selection of a point on a map by pointer or keyboard.

use super::map_positions::Position;

/// Returns the point nearest to a pixel, within a maximum distance.
pub fn nearest_point(
    points: impl Iterator<Item = (usize, [f64; 2])>,
    at: [f64; 2],
    within: f64,
) -> Option<usize> {
    let mut best = (within * within, None);
    for (index, [x, y]) in points {
        let (x, y) = (x - at[0], y - at[1]);
        let square = x * x + y * y;
        if square <= best.0 {
            best = (square, Some(index));
        }
    }
    best.1
}

/// Returns the next or previous eligible point in order of x, cyclically. Without a current point,
/// returns the first or the last one.
pub fn next_point(
    positions: &[Position],
    is_eligible: impl Fn(usize) -> bool,
    current: Option<usize>,
    forward: bool,
) -> Option<usize> {
    let before = |one: usize, other: usize| {
        let key = |index: usize| positions[index];
        let ([x1, y1], [x2, y2]) = (key(one), key(other));
        x1.total_cmp(&x2).then(y1.total_cmp(&y2)).then(one.cmp(&other))
    };
    let toward = |one: &usize, other: &usize| match forward {
        true => before(*one, *other),
        false => before(*other, *one),
    };
    let is_candidate =
        |index: &usize| is_eligible(*index) && positions[*index].iter().all(|at| at.is_finite());
    let all = || (0..positions.len()).filter(is_candidate);
    let current = current.filter(|current| *current < positions.len());
    let beyond = |index: &usize| current.is_some_and(|current| toward(&current, index).is_lt());
    all().filter(beyond).min_by(toward).or_else(|| all().min_by(toward))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_within_a_distance() {
        let points = [[0.0, 0.0], [10.0, 0.0], [f64::NAN, 1.0]];
        let find = |at, within| nearest_point(points.into_iter().enumerate(), at, within);
        assert_eq!(find([7.0, 1.0], 20.0), Some(1));
        assert_eq!(find([4.0, 1.0], 20.0), Some(0));
        assert_eq!(find([4.0, 30.0], 20.0), None);
        assert_eq!(nearest_point([].into_iter(), [0.0, 0.0], 20.0), None);
    }

    #[test]
    fn all_points_are_visited_from_left_to_right() {
        let positions = [[0.5, 0.0], [-1.0, 0.0], [0.5, -1.0], [f32::NAN, 0.0], [0.5, 0.0]];
        let walk = |forward, counts: fn(usize) -> bool| {
            let mut now = None;
            let mut met = Vec::new();
            for _ in 0..5 {
                now = next_point(&positions, counts, now, forward);
                met.extend(now);
            }
            met
        };
        assert_eq!(walk(true, |_| true), [1, 2, 0, 4, 1]);
        assert_eq!(walk(false, |_| true), [4, 0, 2, 1, 4]);
        assert_eq!(walk(true, |index| index % 2 == 0), [2, 0, 4, 2, 0]);
        assert_eq!(walk(true, |_| false), [0; 0]);
        assert_eq!(next_point(&[], |_| true, Some(3), true), None);
    }
}
