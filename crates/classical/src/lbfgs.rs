//! L-BFGS for smooth convex functions (Nocedal & Wright, "Numerical Optimization", 2nd edition 2006,
//! algorithm 7.4), with a line search by bisection (Lewis & Overton, "Nonsmooth optimization via
//! quasi-Newton methods", Mathematical Programming 141, 2013).

use std::collections::VecDeque;

/// Pairs of moves and changes of the gradient that are kept.
const PAIRS: usize = 10;

/// The search ends where no partial derivative is larger.
const GRADIENT_TOLERANCE: f64 = 1e-4;

/// Largest number of moves. The data sets of the playground need 9 to 145.
const MAX_MOVES: usize = 300;

/// Trials of one line search; then rounding allows no better point.
const MAX_TRIALS: usize = 30;

/// Part of the predicted decrease that a move must achieve.
const DECREASE: f64 = 1e-4;

/// Part of the slope that may be left after a move.
const SLOPE: f64 = 0.9;

/// A point with value and gradient of the function.
struct Place {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// Returns the point where `evaluate` is smallest. `evaluate` returns value and gradient.
pub(crate) fn minimize(
    start: Vec<f64>,
    mut evaluate: impl FnMut(&[f64]) -> (f64, Vec<f64>),
) -> Vec<f64> {
    let mut place_at = |point: Vec<f64>| {
        let (value, gradient) = evaluate(&point);
        Place { point, value, gradient }
    };
    let mut at = place_at(start);
    let mut pairs = VecDeque::new();
    for _ in 0..MAX_MOVES {
        let largest = at.gradient.iter().fold(0.0_f64, |most, slope| most.max(slope.abs()));
        if largest <= GRADIENT_TOLERANCE {
            break;
        }
        let direction = descent_direction(&at.gradient, &pairs);
        let Some(next) = line_search(&at, &direction, &mut place_at) else { break };
        let pair = Pair {
            movement: difference(&next.point, &at.point),
            change: difference(&next.gradient, &at.gradient),
        };
        if dot(&pair.movement, &pair.change) > 0.0 {
            pairs.push_back(pair);
        }
        if pairs.len() > PAIRS {
            pairs.pop_front();
        }
        at = next;
    }
    at.point
}

/// A move, and how the gradient changed by it.
struct Pair {
    movement: Vec<f64>,
    change: Vec<f64>,
}

/// Returns the negative gradient times the inverse Hessian as the pairs approximate it.
fn descent_direction(gradient: &[f64], pairs: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut parts = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let part = dot(&pair.movement, &direction) / dot(&pair.movement, &pair.change);
        add_scaled(&mut direction, -part, &pair.change);
        parts.push(part);
    }
    let scale = match pairs.back() {
        Some(pair) => dot(&pair.movement, &pair.change) / dot(&pair.change, &pair.change),
        None => 1.0 / dot(gradient, gradient).sqrt(),
    };
    direction.iter_mut().for_each(|part| *part *= scale);
    for (pair, part) in pairs.iter().zip(parts.into_iter().rev()) {
        let back = dot(&pair.change, &direction) / dot(&pair.movement, &pair.change);
        add_scaled(&mut direction, part - back, &pair.movement);
    }
    direction
}

/// Returns a point in the direction where the value is smaller and the slope flatter (the weak Wolfe
/// conditions), or none if rounding errors do not allow one.
fn line_search(
    from: &Place,
    direction: &[f64],
    place_at: &mut impl FnMut(Vec<f64>) -> Place,
) -> Option<Place> {
    let slope = dot(&from.gradient, direction);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..MAX_TRIALS {
        let mut point = from.point.clone();
        add_scaled(&mut point, length, direction);
        let place = place_at(point);
        let is_high = place.value > from.value + DECREASE * length * slope;
        if is_high || place.value.is_nan() {
            high = length;
        } else if dot(&place.gradient, direction) < SLOPE * slope {
            low = length;
        } else {
            return Some(place);
        }
        length = if high.is_finite() { (low + high) / 2.0 } else { low * 2.0 };
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add_scaled(to: &mut [f64], factor: f64, other: &[f64]) {
    for (value, other) in to.iter_mut().zip(other) {
        *value += factor * other;
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_stretched_bowl_is_found() {
        let evaluate = |point: &[f64]| {
            let scale = |at: usize| 10_f64.powi(at as i32);
            let terms = point.iter().enumerate();
            let value = terms.clone().map(|(at, x)| scale(at) * (x - at as f64).powi(2)).sum();
            (value, terms.map(|(at, x)| 2.0 * scale(at) * (x - at as f64)).collect())
        };
        for (at, x) in minimize(vec![-3.0; 4], evaluate).into_iter().enumerate() {
            assert!((x - at as f64).abs() < 1e-4, "{at}: {x}");
        }
    }

    #[test]
    fn values_that_are_not_numbers_end_the_search() {
        let point = minimize(vec![1.0], |_| (f64::NAN, vec![1.0]));
        assert_eq!(point, [1.0]);
    }
}
