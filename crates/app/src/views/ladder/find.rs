//! Finding a point of a map, with the pointer and one by one.

use super::places::Place;

/// The point nearest to a pixel, no farther away than so many pixels.
pub fn nearest(
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

/// The next point along x, or the one before, among those that count; round at the ends. From
/// nowhere it is the first, or the last.
pub fn neighbour(
    places: &[Place],
    counts: impl Fn(usize) -> bool,
    now: Option<usize>,
    forward: bool,
) -> Option<usize> {
    let before = |one: usize, other: usize| {
        let key = |index: usize| places[index];
        let ([x1, y1], [x2, y2]) = (key(one), key(other));
        x1.total_cmp(&x2).then(y1.total_cmp(&y2)).then(one.cmp(&other))
    };
    let toward = |one: &usize, other: &usize| match forward {
        true => before(*one, *other),
        false => before(*other, *one),
    };
    let there = |index: &usize| counts(*index) && places[*index].iter().all(|at| at.is_finite());
    let all = || (0..places.len()).filter(there);
    let now = now.filter(|now| *now < places.len());
    let beyond = |index: &usize| now.is_some_and(|now| toward(&now, index).is_lt());
    all().filter(beyond).min_by(toward).or_else(|| all().min_by(toward))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_within_reach() {
        let points = [[0.0, 0.0], [10.0, 0.0], [f64::NAN, 1.0]];
        let find = |at, within| nearest(points.into_iter().enumerate(), at, within);
        assert_eq!(find([7.0, 1.0], 20.0), Some(1));
        assert_eq!(find([4.0, 1.0], 20.0), Some(0));
        assert_eq!(find([4.0, 30.0], 20.0), None);
        assert_eq!(nearest([].into_iter(), [0.0, 0.0], 20.0), None);
    }

    #[test]
    fn all_points_are_met_from_left_to_right() {
        let places = [[0.5, 0.0], [-1.0, 0.0], [0.5, -1.0], [f32::NAN, 0.0], [0.5, 0.0]];
        let walk = |forward, counts: fn(usize) -> bool| {
            let mut now = None;
            let mut met = Vec::new();
            for _ in 0..5 {
                now = neighbour(&places, counts, now, forward);
                met.extend(now);
            }
            met
        };
        assert_eq!(walk(true, |_| true), [1, 2, 0, 4, 1]);
        assert_eq!(walk(false, |_| true), [4, 0, 2, 1, 4]);
        assert_eq!(walk(true, |index| index % 2 == 0), [2, 0, 4, 2, 0]);
        assert_eq!(walk(true, |_| false), [0; 0]);
        assert_eq!(neighbour(&[], |_| true, Some(3), true), None);
    }
}
