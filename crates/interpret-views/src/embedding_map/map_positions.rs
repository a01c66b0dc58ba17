//! Positions of a map's points: fitting to a square and interpolation.

/// Position of a point on a map, with the second coordinate upward. [`fit_to_square`] maps it to -1
/// to 1.
pub type Position = [f32; 2];

/// Translates and scales a map to fit between -1 and 1, with the same scale for both axes, so that
/// the maps of two epochs have the same size.
pub fn fit_to_square(map: &[Position]) -> Vec<Position> {
    let ends = [0, 1].map(|axis| {
        let values = map.iter().map(|position| position[axis]).filter(|value| value.is_finite());
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    });
    // Halved before subtracting, so that the difference of two finite values cannot overflow.
    let half = ends.map(|(low, high)| high / 2.0 - low / 2.0);
    let middle = ends.map(|(low, high)| high / 2.0 + low / 2.0);
    let scale = half[0].max(half[1]);
    let fit = |position: &Position| {
        [0, 1].map(|axis| match position[axis] {
            value if !value.is_finite() => f32::NAN,
            // All points coincide, as after a layer of dead units.
            _ if scale <= 0.0 => 0.0,
            value => (value - middle[axis]) / scale,
        })
    };
    map.iter().map(fit).collect()
}

/// Interpolates between two maps, with `share` from 0 to 1. A point without a position on the first
/// map is placed at its position on the second.
pub fn interpolate(from: &[Position], to: &[Position], share: f32) -> Vec<Position> {
    let at = |(from, to): (&Position, &Position)| {
        [0, 1].map(|axis| match from[axis] {
            start if start.is_nan() => to[axis],
            start => start + (to[axis] - start) * share,
        })
    };
    from.iter().zip(to).map(at).collect()
}

/// Applies smoothstep easing (a Hermite polynomial) to a time between 0 and 1.
pub fn smoothstep(time: f64) -> f64 {
    let time = time.clamp(0.0, 1.0);
    time * time * (3.0 - 2.0 * time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_fits_with_one_scale_for_both_axes() {
        let map = [[10.0, 5.0], [30.0, 5.0], [20.0, 10.0]];
        assert_eq!(fit_to_square(&map), [[-1.0, -0.25], [1.0, -0.25], [0.0, 0.25]]);
        let tall = [[0.0, -4.0], [1.0, 4.0]];
        assert_eq!(fit_to_square(&tall), [[-0.125, -1.0], [0.125, 1.0]]);
        assert_eq!(fit_to_square(&[[f32::MAX, 0.0], [f32::MIN, 0.0]]), [[1.0, 0.0], [-1.0, 0.0]]);
    }

    #[test]
    fn a_dead_layers_points_are_all_in_the_center() {
        assert_eq!(fit_to_square(&[[3.0, -2.0]; 2]), [[0.0, 0.0]; 2]);
        assert_eq!(fit_to_square(&[]), [[0.0, 0.0]; 0]);
        let broken = fit_to_square(&[[f32::NAN, 1.0], [0.0, 0.0], [2.0, 1.0]]);
        assert!(broken[0][0].is_nan());
        assert_eq!(broken[1..], [[-1.0, -0.5], [1.0, 0.5]]);
    }

    #[test]
    fn points_move_on_straight_lines() {
        let (from, to) = ([[0.0, 1.0], [f32::NAN, 0.0]], [[1.0, 0.0], [0.5, 0.5]]);
        assert_eq!(interpolate(&from, &to, 0.25), [[0.25, 0.75], [0.5, 0.125]]);
        assert_eq!(interpolate(&from, &to, 1.0), to);
        assert_eq!([-1.0, 0.0, 0.5, 1.0, 7.0].map(smoothstep), [0.0, 0.0, 0.5, 1.0, 1.0]);
        assert!(smoothstep(0.1) < 0.1 && smoothstep(0.9) > 0.9);
    }
}
