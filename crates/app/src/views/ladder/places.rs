//! Where the points of a map are, and how they get from one map to the next.

/// A point's place on a map; [`fitted`] ones lie between -1 and 1, the second coordinate upwards.
pub type Place = [f32; 2];

/// A map moved and scaled so that it just fits between -1 and 1 both ways, one scale for both. Two
/// epochs' maps, whose values may be of any size, then are of one.
pub fn fitted(map: &[Place]) -> Vec<Place> {
    let ends = [0, 1].map(|axis| {
        let values = map.iter().map(|place| place[axis]).filter(|value| value.is_finite());
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    });
    // Half of each, so that no difference of two finite ends overflows.
    let half = ends.map(|(low, high)| high / 2.0 - low / 2.0);
    let middle = ends.map(|(low, high)| high / 2.0 + low / 2.0);
    let scale = half[0].max(half[1]);
    let fit = |place: &Place| {
        [0, 1].map(|axis| match place[axis] {
            value if !value.is_finite() => f32::NAN,
            // All in one place, as behind a layer that has died.
            _ if scale <= 0.0 => 0.0,
            value => (value - middle[axis]) / scale,
        })
    };
    map.iter().map(fit).collect()
}

/// Places on the way from one map to another, at a share of 0 to 1 of it. A point that has no place
/// on the first map is where it will be.
pub fn between(from: &[Place], to: &[Place], share: f32) -> Vec<Place> {
    let at = |(from, to): (&Place, &Place)| {
        [0, 1].map(|axis| match from[axis] {
            start if start.is_nan() => to[axis],
            start => start + (to[axis] - start) * share,
        })
    };
    from.iter().zip(to).map(at).collect()
}

/// How much of the way is done after a share of the time: slowly away, slowly in.
pub fn eased(time: f64) -> f64 {
    let time = time.clamp(0.0, 1.0);
    time * time * (3.0 - 2.0 * time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_fits_with_one_scale_for_both_axes() {
        let map = [[10.0, 5.0], [30.0, 5.0], [20.0, 10.0]];
        assert_eq!(fitted(&map), [[-1.0, -0.25], [1.0, -0.25], [0.0, 0.25]]);
        let tall = [[0.0, -4.0], [1.0, 4.0]];
        assert_eq!(fitted(&tall), [[-0.125, -1.0], [0.125, 1.0]]);
        assert_eq!(fitted(&[[f32::MAX, 0.0], [f32::MIN, 0.0]]), [[1.0, 0.0], [-1.0, 0.0]]);
    }

    #[test]
    fn a_dead_layers_points_are_all_in_the_middle() {
        assert_eq!(fitted(&[[3.0, -2.0]; 2]), [[0.0, 0.0]; 2]);
        assert_eq!(fitted(&[]), [[0.0, 0.0]; 0]);
        let broken = fitted(&[[f32::NAN, 1.0], [0.0, 0.0], [2.0, 1.0]]);
        assert!(broken[0][0].is_nan());
        assert_eq!(broken[1..], [[-1.0, -0.5], [1.0, 0.5]]);
    }

    #[test]
    fn points_move_on_straight_lines() {
        let (from, to) = ([[0.0, 1.0], [f32::NAN, 0.0]], [[1.0, 0.0], [0.5, 0.5]]);
        assert_eq!(between(&from, &to, 0.25), [[0.25, 0.75], [0.5, 0.125]]);
        assert_eq!(between(&from, &to, 1.0), to);
        assert_eq!([-1.0, 0.0, 0.5, 1.0, 7.0].map(eased), [0.0, 0.0, 0.5, 1.0, 1.0]);
        assert!(eased(0.1) < 0.1 && eased(0.9) > 0.9);
    }
}
