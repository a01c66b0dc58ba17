//! What the learning curves show: lines, axes, and a reading for each place under the crosshair.

use super::curve::{self, Curve};
use super::format;
use super::plot::{Axis, Stroke};
use super::svg::Ink;

/// Looks of earlier runs that the style sheet tells apart.
pub(super) const PAST_INKS: usize = 5;

/// What one chart draws, with the values that its readout names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawing {
    pub x: Axis,
    pub y: Axis,
    pub strokes: Vec<Stroke>,
    /// One per place on the horizontal axis where something can be read.
    pub readings: Vec<Reading>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    pub x: f64,
    /// Marked on the chart.
    pub marks: Vec<(Ink, f64)>,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawings {
    pub loss: Drawing,
    pub accuracy: Drawing,
}

impl Drawings {
    /// Both charts of some runs, the present one last.
    pub fn new(runs: &[Curve], steps_per_epoch: usize, total_steps: usize) -> Self {
        let (present, past) = match runs.split_last() {
            Some((present, past)) => (Some(present), past),
            None => (None, &[][..]),
        };
        let longest = runs.iter().map(|run| run.losses.len()).max().unwrap_or(0);
        let steps = total_steps.max(longest).max(1);
        let epochs = total_steps.div_ceil(steps_per_epoch.max(1));
        let last_epoch = runs.iter().filter_map(|run| run.tests.last()).map(|t| t.epoch).max();
        let epochs = epochs.max(last_epoch.unwrap_or(0)).max(1);

        let mut loss_strokes = Vec::new();
        let mut accuracy_strokes = Vec::new();
        let mut past_losses = Vec::new();
        for (index, run) in past.iter().enumerate() {
            let ink = Ink::Past((index % PAST_INKS) as u8);
            let smoothed = curve::smooth(&run.losses, curve::window(run.losses.len()));
            let points = curve::smoothed_points(&smoothed);
            past_losses.extend(points.iter().map(|p| p.1));
            loss_strokes.push(Stroke { ink, points, dots: false, tag: curve::tag(index) });
            let points = run.tests.iter().map(|t| (t.epoch as f64, t.accuracy * 100.0)).collect();
            accuracy_strokes.push(Stroke { ink, points, dots: false, tag: curve::tag(index) });
        }

        let mut present_losses = Vec::new();
        let (mut loss_readings, mut accuracy_readings) = (Vec::new(), Vec::new());
        if let Some(run) = present {
            let smoothed = curve::smooth(&run.losses, curve::window(steps));
            let line = curve::smoothed_points(&smoothed);
            let tests: Vec<(f64, f64)> =
                run.tests.iter().map(|t| (t.step as f64, f64::from(t.loss))).collect();
            present_losses.extend(line.iter().chain(&tests).map(|p| p.1));
            let plain = |ink, points, dots| Stroke { ink, points, dots, tag: String::new() };
            loss_strokes.push(plain(Ink::Raw, curve::raw_points(&run.losses), false));
            loss_strokes.push(plain(Ink::Train, line, false));
            loss_strokes.push(plain(Ink::Test, tests, true));
            let accuracy = run.tests.iter().map(|t| (t.epoch as f64, t.accuracy * 100.0)).collect();
            accuracy_strokes.push(plain(Ink::Test, accuracy, true));
            loss_readings = read_losses(run, &smoothed);
            accuracy_readings = read_accuracies(run);
        }
        Self {
            loss: Drawing {
                x: Axis { name: "step", short: "step", from: 0.0, to: steps as f64, whole: true },
                y: Axis {
                    name: "cross-entropy in nats",
                    short: "nats",
                    from: 0.0,
                    to: curve::loss_top(&present_losses, &past_losses),
                    whole: false,
                },
                strokes: loss_strokes,
                readings: loss_readings,
            },
            accuracy: Drawing {
                x: Axis {
                    name: "epoch",
                    short: "epoch",
                    from: 0.0,
                    to: epochs as f64,
                    whole: true,
                },
                y: Axis { name: "right in %", short: "%", from: 0.0, to: 100.0, whole: true },
                strokes: accuracy_strokes,
                readings: accuracy_readings,
            },
        }
    }
}

fn read_losses(run: &Curve, smoothed: &[f64]) -> Vec<Reading> {
    let stride = curve::stride(run.losses.len());
    let last = run.losses.len().saturating_sub(1);
    let mut tests = run.tests.iter().peekable();
    let mut test = None;
    let mut readings = Vec::with_capacity(curve::MAX_POINTS + 1);
    for (index, (loss, smooth)) in run.losses.iter().zip(smoothed).enumerate() {
        if index % stride != 0 && index != last {
            continue;
        }
        while let Some(next) = tests.next_if(|next| next.step <= index + 1) {
            test = Some(next);
        }
        let mut text = format!(
            "step {}: batch {}, smoothed {}",
            format::count(index + 1),
            format::loss(f64::from(*loss)),
            format::loss(*smooth)
        );
        if let Some(test) = test {
            text +=
                &format!(", test {} (epoch {})", format::loss(f64::from(test.loss)), test.epoch);
        }
        readings.push(Reading { x: (index + 1) as f64, marks: vec![(Ink::Train, *smooth)], text });
    }
    readings
}

fn read_accuracies(run: &Curve) -> Vec<Reading> {
    let reading = |test: &curve::TestPoint| Reading {
        x: test.epoch as f64,
        marks: vec![(Ink::Test, test.accuracy * 100.0)],
        text: format!("epoch {}: {} right", test.epoch, format::percent(test.accuracy)),
    };
    run.tests.iter().map(reading).collect()
}

/// The reading nearest to a place on the horizontal axis; readings are in order.
pub(super) fn nearest(readings: &[Reading], at: f64) -> Option<usize> {
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
    use std::sync::Arc;

    use protocol::RunId;

    use super::*;

    fn run(losses: &[f32]) -> Curve {
        Curve {
            run: RunId(1),
            label: "SGD".into(),
            losses: Arc::new(losses.to_vec()),
            tests: vec![
                curve::TestPoint { epoch: 0, step: 0, loss: 1.8, accuracy: 0.1 },
                curve::TestPoint { epoch: 1, step: 2, loss: 0.9, accuracy: 0.8 },
            ],
        }
    }

    #[test]
    fn the_present_run_lies_above_earlier_ones_and_sets_the_axes() {
        let drawings = Drawings::new(&[run(&[9.0; 8]), run(&[1.0, 0.5, 0.25])], 2, 6);
        let inks: Vec<Ink> = drawings.loss.strokes.iter().map(|s| s.ink).collect();
        assert_eq!(inks, [Ink::Past(0), Ink::Raw, Ink::Train, Ink::Test]);
        assert_eq!(drawings.loss.x.to, 8.0);
        assert!((drawings.loss.y.to - 3.6 * 1.08).abs() < 1e-6, "{}", drawings.loss.y.to);
        assert_eq!(drawings.accuracy.x.to, 3.0);
        assert_eq!(Drawings::new(&[], 0, 0).loss.x.to, 1.0);
    }

    #[test]
    fn readings_name_every_value_at_their_place() {
        let drawings = Drawings::new(&[run(&[1.0, 0.5, 0.25])], 2, 6);
        let texts: Vec<&str> = drawings.loss.readings.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts[0], "step 1: batch 1.000, smoothed 1.000, test 1.800 (epoch 0)");
        assert!(texts[1].ends_with("test 0.900 (epoch 1)"), "{}", texts[1]);
        assert_eq!(drawings.accuracy.readings[1].text, "epoch 1: 80.0 % right");
    }

    #[test]
    fn the_crosshair_snaps_to_the_nearest_reading() {
        let readings: Vec<Reading> =
            [1.0, 4.0, 5.0].map(|x| Reading { x, marks: vec![], text: String::new() }).to_vec();
        let found = [-3.0, 1.2, 3.9, 4.6, 99.0].map(|at| nearest(&readings, at).unwrap());
        assert_eq!(found, [0, 0, 1, 2, 2]);
        assert_eq!(nearest(&[], 1.0), None);
    }
}
