//! Puts the slices of a stack in order, and finds the step between them.

use crate::note::Note;
use crate::slice::Slice;
use crate::vector::{Vector, add_scaled, dot, length, scaled};

/// Largest difference of two positions that are the same, relative to the distance of pixels.
const SAME_POSITION: f64 = 0.01;

/// Distance at which slices are missing, relative to the usual one.
const GAP: f64 = 1.5;

/// Largest deviation of regular distances, relative to the usual one and in millimeters.
const IRREGULAR: (f64, f64) = (0.05, 0.01);

/// Angle from which a tilt is told, in degrees.
const TILT_DEGREES: f64 = 0.5;

/// Slices in order, with the step from one to the next.
pub struct Stack {
    /// The slices.
    pub slices: Vec<Slice>,
    /// Step in the patient's coordinates, in millimeters; `None` if there are no positions.
    pub step: Option<Vector>,
    /// Length of the step in millimeters.
    pub step_mm: f64,
}

/// Puts parallel slices in order: by position, of slices at the same position the first one, or by
/// number where there are no positions.
pub fn order(mut slices: Vec<Slice>, notes: &mut Vec<Note>) -> Stack {
    let given_mm = slices.iter().find_map(|slice| slice.step_mm).unwrap_or(1.0);
    let Some(first) = slices.first().and_then(|slice| slice.location) else {
        let by_number = |slice: &Slice| (slice.order, slice.file, slice.frame);
        slices.sort_by(|a, b| compare(by_number(a), by_number(b)));
        if slices.len() > 1 {
            notes.push(Note::NoPositions(given_mm));
        }
        return Stack { slices, step: None, step_mm: given_mm };
    };

    let normal = first.normal();
    let height =
        |slice: &Slice| slice.location.map_or(0.0, |location| dot(location.position, normal));
    slices.sort_by(|a, b| height(a).total_cmp(&height(b)));
    let pixel_mm = slices[0].pixel_mm.map_or(1.0, |[columns, rows]| columns.min(rows));
    let (slices, most) = first_of_each(slices, height, SAME_POSITION * pixel_mm);
    if most > 1 {
        notes.push(Note::Repeated(most));
    }
    let heights: Vec<f64> = slices.iter().map(height).collect();
    let step = step(&slices, &heights, notes).unwrap_or_else(|| scaled(normal, given_mm));
    let tilt = (dot(step, normal) / length(step)).clamp(-1.0, 1.0).acos().to_degrees();
    if tilt > TILT_DEGREES {
        notes.push(Note::Tilted(tilt));
    }
    Stack { slices, step: Some(step), step_mm: length(step) }
}

fn compare(a: ([f64; 4], usize, usize), b: ([f64; 4], usize, usize)) -> std::cmp::Ordering {
    let numbers = a.0.iter().zip(b.0).map(|(a, b)| a.total_cmp(&b));
    let numbers = numbers.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then);
    numbers.then((a.1, a.2).cmp(&(b.1, b.2)))
}

/// Returns the first of the slices at each position, and the most slices at a position. Slices are
/// sorted by height.
fn first_of_each(
    slices: Vec<Slice>,
    height: impl Fn(&Slice) -> f64,
    tolerance: f64,
) -> (Vec<Slice>, usize) {
    let mut first: Vec<Slice> = Vec::new();
    let (mut most, mut count, mut start) = (0, 0, f64::NEG_INFINITY);
    let by_number = |slice: &Slice| (slice.order, slice.file, slice.frame);
    for slice in slices {
        match first.last_mut() {
            Some(last) if height(&slice) - start <= tolerance => {
                count += 1;
                if compare(by_number(&slice), by_number(last)).is_lt() {
                    *last = slice;
                }
            }
            _ => {
                (count, start) = (1, height(&slice));
                first.push(slice);
            }
        }
        most = most.max(count);
    }
    (first, most)
}

/// Returns the step from one slice to the next; `None` if there is one slice.
fn step(slices: &[Slice], heights: &[f64], notes: &mut Vec<Note>) -> Option<Vector> {
    let position = |slice: Option<&Slice>| slice?.location.map(|location| location.position);
    let (first, last) = (position(slices.first())?, position(slices.last())?);
    let distances: Vec<f64> = heights.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sorted = distances.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    let whole = add_scaled(last, -1.0, first);
    let mean = scaled(whole, 1.0 / distances.len() as f64);

    let is_gap = |distance: f64| distance > GAP * usual;
    let is_regular = |distance: f64| (distance - usual).abs() <= IRREGULAR.0 * usual + IRREGULAR.1;
    let gaps = distances.iter().filter(|distance| is_gap(**distance)).count();
    let is_regular_otherwise =
        distances.iter().all(|distance| is_gap(*distance) || is_regular(*distance));
    match distances.iter().position(|distance| is_gap(*distance)) {
        Some(at) if is_regular_otherwise => {
            let distance_mm = distances[at];
            notes.push(Note::Gap { after: at + 1, distance_mm, usual_mm: usual, gaps });
            // The slices before the gap are placed where they are.
            Some(scaled(whole, usual / (heights[heights.len() - 1] - heights[0])))
        }
        None if is_regular_otherwise => Some(mean),
        _ => {
            notes.push(Note::Irregular(sorted[0], sorted[sorted.len() - 1]));
            Some(mean)
        }
    }
}
