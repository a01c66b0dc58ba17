//! Data of the two learning curves: axes, series, and a reading for each position of the crosshair.

use store::view_model::{Curve, TestPoint};
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::series::{Ink, PAST_INKS, Series};
use ui::chart::smoothing;
use ui::format;

use super::metric::Metric;
use super::summary;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CurveData {
    pub loss: ChartData,
    /// Chart of the accuracy or Dice on the test set.
    pub test: ChartData,
}

impl CurveData {
    /// Prepares both charts for the given runs, of which the last is the current one.
    pub fn new(
        runs: &[Curve],
        steps_per_epoch: usize,
        total_steps: usize,
        metric: &Metric,
    ) -> Self {
        let (present, past) = match runs.split_last() {
            Some((present, past)) => (Some(present), past),
            None => (None, &[][..]),
        };
        let longest = runs.iter().map(|run| run.losses.len()).max().unwrap_or(0);
        let steps = total_steps.max(longest).max(1);
        let epochs = total_steps.div_ceil(steps_per_epoch.max(1));
        let last_epoch = runs.iter().filter_map(|run| run.tests.last()).map(|t| t.epoch).max();
        let epochs = epochs.max(last_epoch.unwrap_or(0)).max(1);

        let mut loss_series = Vec::new();
        let mut test_series = Vec::new();
        let mut past_losses = Vec::new();
        for (index, run) in past.iter().enumerate() {
            let ink = Ink::Past((index % PAST_INKS) as u8);
            let smoothed =
                smoothing::moving_average(&run.losses, smoothing::window_len(run.losses.len()));
            let points = smoothing::thin(&smoothed);
            past_losses.extend(points.iter().map(|p| p.1));
            loss_series.push(Series { ink, points, dots: false, end_label: summary::tag(index) });
            let points = run.tests.iter().map(|t| (t.epoch as f64, metric.place(t))).collect();
            test_series.push(Series { ink, points, dots: false, end_label: summary::tag(index) });
        }

        let mut present_losses = Vec::new();
        let (mut loss_readings, mut test_readings) = (Vec::new(), Vec::new());
        if let Some(run) = present {
            let smoothed = smoothing::moving_average(&run.losses, smoothing::window_len(steps));
            let line = smoothing::thin(&smoothed);
            let tests: Vec<(f64, f64)> =
                all_tests(run).map(|t| (t.step as f64, f64::from(t.loss))).collect();
            present_losses.extend(line.iter().chain(&tests).map(|p| p.1));
            let plain = |ink, points, dots| Series { ink, points, dots, end_label: String::new() };
            loss_series.push(plain(Ink::Raw, smoothing::thin_to_extremes(&run.losses), false));
            loss_series.push(plain(Ink::Train, line, false));
            loss_series.push(plain(Ink::Test, tests, true));
            // With a single class, the mean is the class itself.
            if let Metric::Dice { classes, .. } = metric
                && classes.len() > 1
            {
                test_series.extend(class_series(run, classes.len()));
            }
            let trained = |t: &TestPoint| Some((t.epoch as f64, 100.0 * t.train_accuracy?));
            let training: Vec<_> = run.tests.iter().filter_map(trained).collect();
            if !training.is_empty() {
                test_series.insert(0, plain(Ink::Gap, outline(&training, run, metric), false));
                test_series.push(plain(Ink::Train, training, true));
            }
            let place = |t: &TestPoint| (epochs_at(t, steps_per_epoch), metric.place(t));
            let figures = all_tests(run).map(place).collect();
            test_series.push(plain(Ink::Test, figures, true));
            loss_readings = read_losses(run, &smoothed, steps_per_epoch);
            test_readings = read_tests(run, metric, steps_per_epoch);
        }
        if let Some(chance) = metric.chance() {
            let points = vec![(0.0, 100.0 * chance), (epochs as f64, 100.0 * chance)];
            let end_label = String::new();
            test_series.insert(0, Series { ink: Ink::Chance, points, dots: false, end_label });
        }
        let (loss_name, loss_short) = metric.loss();
        Self {
            loss: ChartData {
                x: Axis {
                    name: "step",
                    short: "step",
                    from: 0.0,
                    to: steps as f64,
                    whole: true,
                    names: Vec::new(),
                },
                y: Axis {
                    name: loss_name,
                    short: loss_short,
                    from: 0.0,
                    to: smoothing::axis_top(&present_losses, &past_losses),
                    whole: false,
                    names: Vec::new(),
                },
                series: loss_series,
                readings: loss_readings,
            },
            test: ChartData {
                x: Axis {
                    name: "epoch",
                    short: "epoch",
                    from: 0.0,
                    to: epochs as f64,
                    whole: true,
                    names: Vec::new(),
                },
                y: metric.axis(),
                series: test_series,
                readings: test_readings,
            },
        }
    }
}

/// Returns the tests of a run at the ends of epochs and within them, in order.
fn all_tests(run: &Curve) -> impl Iterator<Item = &TestPoint> {
    let mut tests: Vec<&TestPoint> = run.tests.iter().chain(&run.step_tests).collect();
    tests.sort_by_key(|test| test.step);
    tests.into_iter()
}

/// Returns the position of a test on an axis of epochs. Within an epoch, it is a fraction.
fn epochs_at(test: &TestPoint, steps_per_epoch: usize) -> f64 {
    let within = test.step.saturating_sub(test.epoch * steps_per_epoch);
    test.epoch as f64 + within as f64 / steps_per_epoch.max(1) as f64
}

/// Returns the moment of a test: “epoch 1”, “step 50”.
fn moment(test: &TestPoint, steps_per_epoch: usize) -> String {
    if test.step > test.epoch * steps_per_epoch {
        format!("step {}", format::count(test.step))
    } else {
        format!("epoch {}", test.epoch)
    }
}

/// Returns the outline of the area between the training accuracy and the accuracy in evaluation: what
/// a network gets right of the images that it has seen, and not of others.
fn outline(training: &[(f64, f64)], run: &Curve, metric: &Metric) -> Vec<(f64, f64)> {
    let evaluated = run.tests.iter().rev().filter(|t| t.train_accuracy.is_some());
    let back = evaluated.map(|t| (t.epoch as f64, metric.place(t)));
    training.iter().copied().chain(back).collect()
}

fn read_losses(run: &Curve, smoothed: &[f64], steps_per_epoch: usize) -> Vec<Reading> {
    let stride = smoothing::stride(run.losses.len());
    let last = run.losses.len().saturating_sub(1);
    let mut tests = all_tests(run).peekable();
    let mut test = None;
    let mut readings = Vec::with_capacity(smoothing::MAX_POINTS + 1);
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
            let moment = moment(test, steps_per_epoch);
            text += &format!(", test {} ({moment})", format::loss(f64::from(test.loss)));
        }
        readings.push(Reading { x: (index + 1) as f64, marks: vec![(Ink::Train, *smooth)], text });
    }
    readings
}

/// Returns one thin line per foreground class.
fn class_series(run: &Curve, classes: usize) -> impl Iterator<Item = Series> {
    (0..classes).map(|class| {
        let dice = |test: &TestPoint| test.dice.get(class).copied().flatten();
        let point = |test: &TestPoint| (test.epoch as f64, dice(test).unwrap_or(f64::NAN));
        let ink = Ink::Class(u8::try_from(class + 1).unwrap_or(u8::MAX));
        let points = run.tests.iter().map(point).collect();
        Series { ink, points, dots: false, end_label: String::new() }
    })
}

fn read_tests(run: &Curve, metric: &Metric, steps_per_epoch: usize) -> Vec<Reading> {
    let reading = |test: &TestPoint| Reading {
        x: epochs_at(test, steps_per_epoch),
        marks: vec![(Ink::Test, metric.place(test))],
        text: metric.words(test, &moment(test, steps_per_epoch)),
    };
    all_tests(run).map(reading).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::SegmentLoss;
    use protocol::RunId;

    use super::*;

    const ACCURACY: Metric = Metric::Accuracy { classes: 5 };

    fn test(epoch: usize, step: usize, loss: f32, accuracy: f64) -> TestPoint {
        TestPoint { epoch, step, loss, accuracy, train_accuracy: None, dice: vec![] }
    }

    fn run(losses: &[f32]) -> Curve {
        Curve {
            run: RunId(1),
            label: "SGD".into(),
            losses: Arc::new(losses.to_vec()),
            tests: vec![test(0, 0, 1.8, 0.1), test(1, 2, 0.9, 0.8)],
            step_tests: vec![],
        }
    }

    #[test]
    fn the_present_run_lies_above_earlier_ones_and_sets_the_axes() {
        let runs = [run(&[9.0; 8]), run(&[1.0, 0.5, 0.25])];
        let data = CurveData::new(&runs, 2, 6, &ACCURACY);
        let inks: Vec<Ink> = data.loss.series.iter().map(|s| s.ink).collect();
        assert_eq!(inks, [Ink::Past(0), Ink::Raw, Ink::Train, Ink::Test]);
        assert_eq!(data.loss.x.to, 8.0);
        assert!((data.loss.y.to - 3.6 * 1.08).abs() < 1e-6, "{}", data.loss.y.to);
        assert_eq!(data.test.x.to, 3.0);
        assert_eq!(CurveData::new(&[], 0, 0, &ACCURACY).loss.x.to, 1.0);
    }

    #[test]
    fn readings_name_every_value_at_their_place() {
        let data = CurveData::new(&[run(&[1.0, 0.5, 0.25])], 2, 6, &ACCURACY);
        let texts: Vec<&str> = data.loss.readings.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts[0], "step 1: batch 1.000, smoothed 1.000, test 1.800 (epoch 0)");
        assert!(texts[1].ends_with("test 0.900 (epoch 1)"), "{}", texts[1]);
        assert_eq!(data.test.readings[1].text, "epoch 1: 80.0 % right");
    }

    #[test]
    fn tests_within_an_epoch_are_drawn_at_their_step() {
        let mut run = run(&[1.0, 0.5, 0.25]);
        run.step_tests = vec![test(0, 1, 1.2, 0.5), test(1, 3, 0.8, 0.85)];
        run.tests[1].train_accuracy = Some(0.9);
        let data = CurveData::new(&[run], 2, 6, &ACCURACY);
        let series = |ink| data.test.series.iter().find(|series| series.ink == ink).unwrap();
        let expected = [(0.0, 10.0), (0.5, 50.0), (1.0, 80.0), (1.5, 85.0)];
        assert_eq!(series(Ink::Test).points, expected);
        assert_eq!(series(Ink::Train).points, [(1.0, 90.0)]);
        assert_eq!(series(Ink::Chance).points, [(0.0, 20.0), (3.0, 20.0)]);
        let texts: Vec<&str> = data.test.readings.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts[1], "step 1: 50.0 % right");
        assert_eq!(texts[2], "epoch 1: 80.0 % right, in training 90.0 %");
        assert!(data.loss.readings[2].text.ends_with("test 0.800 (step 3)"));
    }

    #[test]
    fn dice_has_a_bold_mean_and_a_line_for_each_class() {
        let mut run = run(&[1.0, 0.5]);
        for (test, dice) in run.tests.iter_mut().zip([[Some(0.0), None], [Some(0.9), Some(0.7)]]) {
            test.dice = dice.to_vec();
        }
        let draw = |names: &[&str]| {
            let classes = names.iter().map(|name| (*name).to_owned()).collect();
            let metric = Metric::Dice { loss: SegmentLoss::Focal, classes };
            CurveData::new(std::slice::from_ref(&run), 2, 2, &metric)
        };
        let data = draw(&["anterior", "posterior"]);
        let inks: Vec<Ink> = data.test.series.iter().map(|s| s.ink).collect();
        assert_eq!(inks, [Ink::Class(1), Ink::Class(2), Ink::Test]);
        assert_eq!(data.test.series[2].points[1], (1.0, 0.8));
        assert!(data.test.series[1].points[0].1.is_nan(), "nothing to score yet");
        assert_eq!(data.test.y.to, 1.0);
        assert_eq!(data.loss.y.name, "focal loss in nats");
        assert_eq!(
            data.test.readings[1].text,
            "epoch 1: mean Dice 0.80 (anterior 0.90, posterior 0.70)"
        );
        let one = draw(&["ventricle"]);
        assert_eq!(one.test.series.len(), 1, "the only class is the mean");
    }
}
