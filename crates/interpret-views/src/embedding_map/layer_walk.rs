//! Layer walk: the PCA maps of all layers as one path from the image to the output.

use std::sync::Arc;

use protocol::interpret::LayerProbe;

use super::map_positions::{Position, fit_to_square, interpolate};
use super::tween::Positions;

/// A layer of the path.
#[derive(Clone, Debug, PartialEq)]
pub struct WalkLayer {
    /// Name of the layer.
    pub name: String,
    /// Its probe, with its map; `None` until it is computed.
    pub probe: Option<Arc<LayerProbe>>,
}

/// The two layers between which a position of the path lies; the same layer twice if the position
/// is that of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WalkPlace {
    /// Index of the layer at or before the position.
    pub before: usize,
    /// Index of the layer at or after the position.
    pub after: usize,
    /// Share of the way from the first of these layers to the second, 0 to 1.
    pub share: f32,
}

/// The maps of all layers, each rotated or reflected to match its neighbor and fitted to the square
/// between -1 and 1.
#[derive(Clone, Debug)]
pub struct LayerWalk {
    maps: Arc<Vec<Option<Positions>>>,
}

impl PartialEq for LayerWalk {
    // Comparing all positions would be slow, and wrong for NaN.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.maps, &other.maps)
    }
}

impl LayerWalk {
    /// Aligns the maps of all layers in their order, `None` where a layer has no map yet. Principal
    /// components are determined only up to their signs, and two similar ones up to a rotation, so
    /// that without alignment, points would cross the map between layers that are alike. `anchor`
    /// is the layer whose map is not rotated.
    pub fn new(mut maps: Vec<Option<Vec<Position>>>, anchor: usize) -> Self {
        // Any rotation of a single place is that place, so nothing can be aligned to it.
        let is_spread = |layer: &usize| maps[*layer].as_deref().is_some_and(has_extent);
        let spread: Vec<usize> = (0..maps.len()).filter(is_spread).collect();
        let start = (0..spread.len()).min_by_key(|at| spread[*at].abs_diff(anchor)).unwrap_or(0);
        let upward = (start + 1..spread.len()).map(|at| (at, at - 1));
        let downward = (0..start).rev().map(|at| (at, at + 1));
        for (layer, neighbor) in upward.chain(downward) {
            let (layer, neighbor) = (spread[layer], spread[neighbor]);
            if let (Some(map), Some(reference)) = (&maps[layer], &maps[neighbor]) {
                maps[layer] = Some(transformed(map, procrustes(map, reference)));
            }
        }
        let fitted = maps.iter().map(|map| map.as_deref().map(fit_to_square).map(Arc::new));
        Self { maps: Arc::new(fitted.collect()) }
    }

    /// Returns the layers between which a position lies, in layers from the image. Layers without a
    /// map are skipped; beyond the last map, it is that of the last one.
    pub fn place(&self, position: f64) -> WalkPlace {
        let has_map = |layer: &usize| self.maps[*layer].is_some();
        let all = 0..self.maps.len();
        let before = all.clone().rev().find(|layer| *layer as f64 <= position && has_map(layer));
        let after = all.clone().find(|layer| *layer as f64 >= position && has_map(layer));
        match (before, after) {
            (Some(before), Some(after)) if before < after => {
                let share = (position - before as f64) / (after - before) as f64;
                WalkPlace { before, after, share: share as f32 }
            }
            (before, after) => {
                let only = before.or(after).unwrap_or(position.round() as usize);
                WalkPlace { before: only, after: only, share: 0.0 }
            }
        }
    }

    /// Returns the positions at a place: those of the layer, or on straight lines between those of
    /// both layers. They are empty without a map.
    pub fn positions(&self, place: WalkPlace) -> Positions {
        let map = |layer: usize| self.maps.get(layer).cloned().flatten().unwrap_or_default();
        if place.before == place.after {
            return map(place.before);
        }
        Arc::new(interpolate(&map(place.before), &map(place.after), place.share))
    }
}

fn is_finite(position: &Position) -> bool {
    position.iter().all(|value| value.is_finite())
}

/// Returns whether a map has points at different positions.
fn has_extent(map: &[Position]) -> bool {
    let mut finite = map.iter().filter(|position| is_finite(position));
    let first = finite.next();
    finite.any(|position| Some(position) != first)
}

/// Returns the rotation or reflection of a map that minimizes the sum of squared distances to a
/// reference, each around its mean: the orthogonal Procrustes problem (Schönemann 1966), solved in
/// closed form in two dimensions. Points without a position on either map are left out.
fn procrustes(map: &[Position], reference: &[Position]) -> [[f64; 2]; 2] {
    let pairs = || {
        let pairs = map.iter().zip(reference);
        pairs
            .filter(|(from, to)| is_finite(from) && is_finite(to))
            .map(|(from, to)| (from.map(f64::from), to.map(f64::from)))
    };
    let n = pairs().count().max(1) as f64;
    let mut mean = [0.0; 2];
    for (from, _) in pairs() {
        mean = [0, 1].map(|axis| mean[axis] + from[axis] / n);
    }
    // Sums of products of one coordinate on the map and one on the reference. It is enough to
    // center one of them.
    let [mut xx, mut xy, mut yx, mut yy] = [0.0; 4];
    for (from, to) in pairs() {
        let [x, y] = [from[0] - mean[0], from[1] - mean[1]];
        (xx, xy, yx, yy) = (xx + x * to[0], xy + x * to[1], yx + y * to[0], yy + y * to[1]);
    }
    // A rotation by an angle a gives cos a · rotation[0] + sin a · rotation[1] as the sum of
    // products with the reference; a reflection likewise.
    let (rotation, reflection) = ([xx + yy, xy - yx], [xx - yy, xy + yx]);
    let [by_rotation, by_reflection] = [rotation, reflection].map(|[a, b]: [f64; 2]| a.hypot(b));
    if by_reflection > by_rotation {
        let [cos, sin] = reflection.map(|part| part / by_reflection);
        [[cos, sin], [sin, -cos]]
    } else if by_rotation > 0.0 {
        let [cos, sin] = rotation.map(|part| part / by_rotation);
        [[cos, -sin], [sin, cos]]
    } else {
        [[1.0, 0.0], [0.0, 1.0]]
    }
}

fn transformed(map: &[Position], matrix: [[f64; 2]; 2]) -> Vec<Position> {
    let transform = |position: &Position| {
        let [x, y] = position.map(f64::from);
        matrix.map(|[a, b]| (a * x + b * y) as f32)
    };
    map.iter().map(transform).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: [Position; 5] = [[0.0, 0.0], [4.0, 1.0], [-2.0, 3.0], [1.0, -5.0], [2.5, 2.0]];

    /// Returns the map rotated, reflected if `reflect`, enlarged and moved.
    fn changed(map: &[Position], angle: f64, reflect: bool) -> Vec<Position> {
        let (sin, cos) = angle.sin_cos();
        let sign = if reflect { -1.0 } else { 1.0 };
        let turned = transformed(map, [[cos, -sin * sign], [sin, cos * sign]]);
        turned.iter().map(|[x, y]| [3.0 * x + 7.0, 3.0 * y - 2.0]).collect()
    }

    fn walk(maps: &[Option<Vec<Position>>], anchor: usize) -> LayerWalk {
        LayerWalk::new(maps.to_vec(), anchor)
    }

    fn at(walk: &LayerWalk, position: f64) -> Positions {
        walk.positions(walk.place(position))
    }

    #[track_caller]
    fn assert_near(one: &[Position], other: &[Position]) {
        assert_eq!(one.len(), other.len());
        for (one, other) in one.iter().flatten().zip(other.iter().flatten()) {
            assert!((one - other).abs() < 1e-6, "{one} instead of {other}");
        }
    }

    #[test]
    fn rotated_and_reflected_maps_align_to_the_anchor() {
        let maps = [
            Some(changed(&MAP, 2.0, true)),
            Some(changed(&MAP, -1.1, false)),
            Some(MAP.to_vec()),
            Some(changed(&MAP, 0.3, true)),
            Some(changed(&MAP, 3.1, false)),
        ];
        let walk = walk(&maps, 2);
        assert_eq!(*at(&walk, 2.0), fit_to_square(&MAP));
        for layer in [0.0, 1.0, 3.0, 4.0, 2.5, 0.25] {
            assert_near(&at(&walk, layer), &fit_to_square(&MAP));
        }
    }

    #[test]
    fn a_map_is_rotated_but_not_deformed() {
        let other = [[1.0, 0.0], [3.0, 2.0], [-1.0, 2.5], [0.0, -1.0], [2.0, 4.0]];
        let matrix = procrustes(&other, &MAP);
        let [[a, b], [c, d]] = matrix;
        assert!((a * a + c * c - 1.0).abs() < 1e-12 && (a * b + c * d).abs() < 1e-12);
        // No other rotation or reflection brings the map nearer to the reference.
        let product = |matrix| -> f32 {
            let mean = [1.0, 1.5];
            let centered = other.map(|[x, y]| [x - mean[0], y - mean[1]]);
            let turned = transformed(&centered, matrix);
            turned.iter().zip(&MAP).map(|(one, other)| one[0] * other[0] + one[1] * other[1]).sum()
        };
        let best = product(matrix);
        for step in 0..360 {
            let (sin, cos) = f64::from(step).to_radians().sin_cos();
            assert!(product([[cos, -sin], [sin, cos]]) <= best + 1e-4);
            assert!(product([[cos, sin], [sin, -cos]]) <= best + 1e-4);
        }
    }

    #[test]
    fn points_without_a_position_are_left_out_of_the_alignment() {
        let mut map = changed(&MAP, 1.0, true);
        map[3] = [f32::NAN, 0.0];
        let walk = walk(&[Some(MAP.to_vec()), Some(map)], 0);
        let shown = at(&walk, 1.0);
        assert!(shown[3].iter().all(|value| value.is_nan()));
        let mut expected = MAP;
        expected[3] = [f32::NAN; 2];
        let expected = fit_to_square(&expected);
        assert_near(&shown[..3], &expected[..3]);
        assert_near(&shown[4..], &expected[4..]);
    }

    #[test]
    fn between_two_layers_points_are_on_straight_lines() {
        let (first, second) = (vec![[-1.0, 0.0], [1.0, 0.0]], vec![[-1.0, -0.5], [1.0, 0.5]]);
        let walk = walk(&[Some(first.clone()), Some(second)], 0);
        let (start, end) = (at(&walk, 0.0), at(&walk, 1.0));
        assert_eq!(*start, first);
        assert_eq!(*at(&walk, 0.25), interpolate(&start, &end, 0.25));
        assert_eq!(walk.place(0.25), WalkPlace { before: 0, after: 1, share: 0.25 });
        assert!(Arc::ptr_eq(&at(&walk, 1.0), &end));
    }

    #[test]
    fn layers_without_a_map_are_skipped() {
        let maps = [None, Some(MAP.to_vec()), None, Some(changed(&MAP, 2.0, true)), None];
        for anchor in 0..6 {
            let walk = walk(&maps, anchor);
            assert_near(&at(&walk, 1.0), &at(&walk, 3.0));
            assert_eq!(walk.place(2.0), WalkPlace { before: 1, after: 3, share: 0.5 });
            let only = |layer| WalkPlace { before: layer, after: layer, share: 0.0 };
            assert_eq!(
                [0.0, 0.5, 1.0, 3.5, 9.0].map(|at| walk.place(at)),
                [1, 1, 1, 3, 3].map(only)
            );
        }
        let none = walk(&[None, None], 1);
        assert_eq!(none.place(1.0).before, 1);
        assert!(at(&none, 0.5).is_empty() && at(&walk(&[], 3), 3.0).is_empty());
    }

    #[test]
    fn a_dead_layer_does_not_break_the_alignment() {
        for anchor in 0..3 {
            let dead = vec![[2.0, 2.0]; 5];
            let walk =
                walk(&[Some(MAP.to_vec()), Some(dead), Some(changed(&MAP, 1.0, true))], anchor);
            assert_eq!(*at(&walk, 1.0), [[0.0; 2]; 5]);
            assert_near(&at(&walk, 0.0), &at(&walk, 2.0));
        }
    }
}
