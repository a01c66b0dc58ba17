//! Data of a chart: axes, series, and a reading for each position of the crosshair.

use super::axis::Axis;
use super::series::{Ink, Series};

/// Axes, series and readings of one chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartData {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The lines, in drawing order.
    pub series: Vec<Series>,
    /// Readings, one per position of the crosshair, in ascending order.
    pub readings: Vec<Reading>,
}

/// The values at one position on the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Position on the horizontal axis.
    pub x: f64,
    /// Values to mark on the chart.
    pub marks: Vec<(Ink, f64)>,
    /// The values as text.
    pub text: String,
}

/// Returns the index of the reading nearest to a position on the horizontal axis. The readings must
/// be in ascending order.
pub fn nearest_reading(readings: &[Reading], at: f64) -> Option<usize> {
    let after = readings.partition_point(|reading| reading.x < at);
    let distance = |index: usize| readings.get(index).map(|r| (r.x - at).abs());
    let before = after.checked_sub(1);
    match (before.and_then(distance), distance(after)) {
        (Some(left), Some(right)) if left <= right => before,
        (_, Some(_)) => Some(after),
        (Some(_), None) => before,
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crosshair_snaps_to_the_nearest_reading() {
        let readings: Vec<Reading> =
            [1.0, 4.0, 5.0].map(|x| Reading { x, marks: vec![], text: String::new() }).to_vec();
        let found = [-3.0, 1.2, 3.9, 4.6, 99.0].map(|at| nearest_reading(&readings, at).unwrap());
        assert_eq!(found, [0, 0, 1, 2, 2]);
        assert_eq!(nearest_reading(&[], 1.0), None);
    }
}
