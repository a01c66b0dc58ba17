//! Percentile bootstrap of any metric, by cases or by patients.

use crate::groups::Groups;
use crate::interval::ConfidenceInterval;
use crate::percentile::percentile;

/// Number of resamples for a 95 % interval. Efron & Tibshirani, "An Introduction to the Bootstrap",
/// 1993, ask for 1,000 or more where percentiles are wanted.
pub const RESAMPLES: usize = 2000;

/// Returns the 95 % intervals of several metrics by the percentile bootstrap (Efron 1979): the
/// metrics of samples with as many groups as there are, drawn with replacement; the interval is
/// between the 2.5th and the 97.5th percentile of their values.
///
/// Whole groups are drawn with all their cases (cluster bootstrap; Field & Welsh 2007), since images
/// of one patient resemble each other and say less than as many patients. With [`Groups::single`]
/// cases are drawn.
///
/// `draw(n)` returns a uniform random number of 0 to n − 1. `metrics` gets a sample, indices of cases
/// of which some occur several times, and returns the values of the metrics. Values that are `None`
/// or NaN are left out, such as the area under the ROC curve of a sample of one class; a metric
/// without any value has no interval.
pub fn bootstrap<const METRICS: usize>(
    groups: &Groups,
    resamples: usize,
    draw: impl FnMut(usize) -> usize,
    mut metrics: impl FnMut(&[usize]) -> [Option<f64>; METRICS],
) -> [Option<ConfidenceInterval>; METRICS] {
    let mut all = Resamples::new(METRICS);
    all.extend(groups, resamples, draw, |sample, values| {
        values.copy_from_slice(&metrics(sample));
    });
    let intervals = all.intervals();
    std::array::from_fn(|metric| intervals[metric])
}

/// A bootstrap in parts, for a page that must not be kept waiting: the values of several metrics in
/// the resamples made so far. See [`bootstrap`].
#[derive(Clone, Debug, PartialEq)]
pub struct Resamples {
    /// Values of each metric, `[metrics][at most resamples]`.
    values: Vec<Vec<f64>>,
    made: usize,
}

impl Resamples {
    /// Creates a bootstrap of a number of metrics, without resamples.
    pub fn new(metrics: usize) -> Self {
        Self { values: vec![Vec::new(); metrics], made: 0 }
    }

    /// Returns the number of resamples made so far.
    pub fn made(&self) -> usize {
        self.made
    }

    /// Makes more resamples. `metrics` gets a sample, and sets the values of the metrics, which are
    /// `None` before. The rest is as in [`bootstrap`].
    pub fn extend(
        &mut self,
        groups: &Groups,
        resamples: usize,
        mut draw: impl FnMut(usize) -> usize,
        mut metrics: impl FnMut(&[usize], &mut [Option<f64>]),
    ) {
        let Some(last) = groups.len().checked_sub(1) else { return };
        let mut sample = Vec::with_capacity(groups.cases());
        let mut of_sample = vec![None; self.values.len()];
        for _ in 0..resamples {
            sample.clear();
            for _ in 0..groups.len() {
                let group = draw(groups.len()).min(last);
                sample.extend_from_slice(&groups.members()[group]);
            }
            of_sample.fill(None);
            metrics(&sample, &mut of_sample);
            for (values, value) in self.values.iter_mut().zip(&of_sample) {
                values.extend(value.filter(|value| !value.is_nan()));
            }
        }
        self.made += resamples;
    }

    /// Returns the 95 % interval of each metric, or `None` for one without any value.
    pub fn intervals(&self) -> Vec<Option<ConfidenceInterval>> {
        let interval = |values: &Vec<f64>| {
            let mut values = values.clone();
            values.sort_unstable_by(f64::total_cmp);
            Some(ConfidenceInterval {
                low: percentile(&values, 0.025)?,
                high: percentile(&values, 0.975)?,
            })
        };
        self.values.iter().map(interval).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::generator;

    fn mean_of<'a>(values: &'a [f64]) -> impl Fn(&[usize]) -> [Option<f64>; 1] + 'a {
        |sample| [Some(sample.iter().map(|case| values[*case]).sum::<f64>() / sample.len() as f64)]
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_distribution() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i % 2)).collect();
        let groups = Groups::single(200);
        let [interval] = bootstrap(&groups, 4000, generator(1), mean_of(&values));
        let half = 1.96 * 0.5 / 200_f64.sqrt();
        let interval = interval.unwrap();
        assert!((interval.low - (0.5 - half)).abs() < 0.01, "{interval:?}");
        assert!((interval.high - (0.5 + half)).abs() < 0.01, "{interval:?}");
    }

    #[test]
    fn patients_with_equal_images_widen_the_interval_as_fewer_cases_do() {
        // 40 patients with 5 equal images each are 40 cases, not 200.
        let values: Vec<f64> = (0..200).map(|i| f64::from(i / 5 % 2)).collect();
        let width = |groups: &Groups| {
            let [interval] = bootstrap(groups, 2000, generator(2), mean_of(&values));
            interval.map(|interval| interval.high - interval.low).unwrap()
        };
        let ratio = width(&Groups::by_key((0..200).map(|i| i / 5))) / width(&Groups::single(200));
        assert!((ratio - 5_f64.sqrt()).abs() < 0.25, "{ratio}");
    }

    #[test]
    fn undefined_values_are_left_out() {
        let groups = Groups::single(4);
        let [never, sometimes, nan] = bootstrap(&groups, 300, generator(3), |sample| {
            [None, sample.contains(&0).then_some(2.0), Some(f64::NAN)]
        });
        assert_eq!(never, None);
        assert_eq!(sometimes, Some(ConfidenceInterval { low: 2.0, high: 2.0 }));
        assert!(!sometimes.unwrap().has_width());
        assert_eq!(nan, None);
    }

    #[test]
    fn nothing_to_draw_from_has_no_interval() {
        assert_eq!(bootstrap(&Groups::single(0), 9, |_| 0, |_| [Some(1.0)]), [None]);
        assert_eq!(bootstrap(&Groups::single(3), 0, |_| 0, |_| [Some(1.0)]), [None]);
        // A generator that draws too high does not panic.
        assert!(bootstrap(&Groups::single(3), 9, |n| n, |_| [Some(1.0)])[0].is_some());
    }

    #[test]
    fn a_bootstrap_in_parts_is_the_same_as_at_once() {
        let values: Vec<f64> = (0..30).map(|i| f64::from(i * i % 7)).collect();
        let groups = Groups::single(30);
        let [at_once] = bootstrap(&groups, 100, generator(4), mean_of(&values));
        let mut parts = Resamples::new(1);
        let mut draw = generator(4);
        for resamples in [1, 60, 0, 39] {
            parts.extend(&groups, resamples, &mut draw, |sample, found| {
                found[0] = mean_of(&values)(sample)[0];
            });
        }
        assert_eq!(parts.made(), 100);
        assert_eq!(parts.intervals(), [at_once]);
        assert_eq!(Resamples::new(2).intervals(), [None, None]);
    }
}
