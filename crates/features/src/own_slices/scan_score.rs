//! Scores of the visitor's scan against its mask.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::legend::{Swatch, foreground};

use super::slice_counts::ClassCounts;
use crate::dice_bars::{DiceBars, figure, milliliters};

/// What a scan is scored by.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Pixels of each foreground class.
    pub counts: Vec<ClassCounts>,
    /// Volume of a pixel in a slice, in milliliters; `None` if the file does not specify it.
    pub pixel_ml: Option<f64>,
    /// Whether all slices have been segmented.
    pub is_complete: bool,
}

impl Score {
    /// Returns the Dice of each foreground class.
    pub fn dice(&self) -> Vec<Option<f64>> {
        self.counts.iter().map(|counts| counts.dice()).collect()
    }

    /// Returns the fraction of the mask that the network did not see, or `None` without a mask.
    fn outside(&self) -> Option<f64> {
        let sum = self.counts.iter().fold(ClassCounts::default(), |sum, counts| sum.plus(*counts));
        (sum.truth > 0).then(|| sum.outside as f64 / sum.truth as f64)
    }
}

/// Dice, and the volumes of each class, over all slices that have been segmented.
#[component]
pub(crate) fn ScanScore(
    /// The score.
    score: Signal<Option<Score>>,
    /// Class names in label order.
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let dice =
        memo(move || score.with(|score| score.as_ref().map(Score::dice).unwrap_or_default()));
    let mean = move || figure(model::score::mean_of_some(dice.get().into_iter()));
    let words = move || match score.with(|score| score.as_ref().is_some_and(|s| s.is_complete)) {
        true => "Mean Dice of the whole scan: ",
        false => "Mean Dice so far: ",
    };
    let outside = move || {
        let outside = score.with(|score| score.as_ref().and_then(Score::outside))?;
        let part = format::percent(outside);
        (outside > 0.0).then(|| view! {
            <p data-testid="segment-outside">
                {format!("{part} of the mask lie outside what the network sees, and count as missed.")}
            </p>
        })
    };
    view! {
        <p class="own-score">
            {live(words)}<strong data-testid="segment-mask-score">{live(mean)}</strong>
        </p>
        {live(outside)}
        <DiceBars classes=classes dice=dice />
        {live(move || score.get().and_then(|score| volumes(&score, &classes.get())))}
    }
}

/// A table of the predicted and the true volume of each class.
fn volumes(score: &Score, classes: &[String]) -> Option<impl IntoView + use<>> {
    let pixel_ml = score.pixel_ml?;
    let rows = foreground(classes)
        .into_iter()
        .zip(&score.counts)
        .map(|((label, name), counts)| {
            let ml = |pixels: usize| milliliters(Some(pixels as f64 * pixel_ml));
            view! {
                <tr>
                    <th scope="row"><Swatch class=label />{name}</th>
                    <td>{ml(counts.predicted)}</td>
                    <td>{ml(counts.truth)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(view! {
        <table class="own-table own-volumes" data-testid="segment-volumes">
            <thead>
                <tr>
                    <th scope="col">"volume"</th>
                    <th scope="col">"predicted"</th>
                    <th scope="col">"mask"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_outside_is_of_all_classes_together() {
        let counts = |truth, outside| ClassCounts { truth, outside, ..ClassCounts::default() };
        let score = |counts| Score { counts, pixel_ml: None, is_complete: true };
        assert_eq!(score(vec![counts(6, 2), counts(2, 0)]).outside(), Some(0.25));
        assert_eq!(score(vec![counts(0, 0)]).outside(), None);
        assert_eq!(score(vec![counts(6, 2), counts(0, 0)]).dice(), [Some(0.0), None]);
    }
}
