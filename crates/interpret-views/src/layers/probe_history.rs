//! A probe's accuracy over the epochs, as a sparkline and in words.

use ui::format;

/// Maximum number of epochs in the text alternative.
const MAX_SPOKEN_EPOCHS: usize = 6;

/// Margin at each end of a sparkline for the dot, in units of its view box.
const DOT_MARGIN: f64 = 4.0;

/// Accuracy after each epoch, in order.
pub type ProbeHistory = Vec<(usize, f64)>;

/// Returns the epoch and the position in a sparkline for each finite entry. All layers use the same
/// scale, 0 to 1, so that their sparklines can be compared.
fn points(history: &[(usize, f64)], [width, height]: [f64; 2]) -> Vec<(usize, [f64; 2])> {
    let (first, last) = match history {
        [(first, _), .., (last, _)] => (*first, *last),
        [(only, _)] => (*only, *only),
        [] => return Vec::new(),
    };
    let span = last.saturating_sub(first).max(1) as f64;
    let place = |(epoch, accuracy): &(usize, f64)| {
        let x = DOT_MARGIN + (width - 2.0 * DOT_MARGIN) * epoch.saturating_sub(first) as f64 / span;
        (*epoch, [x, accuracy_y(*accuracy, height)])
    };
    history.iter().filter(|(_, accuracy)| accuracy.is_finite()).map(place).collect()
}

/// Returns the y coordinate of an accuracy in a sparkline, measured from the top.
pub fn accuracy_y(accuracy: f64, height: f64) -> f64 {
    DOT_MARGIN + (height - 2.0 * DOT_MARGIN) * (1.0 - accuracy.clamp(0.0, 1.0))
}

/// Returns the SVG path of a sparkline, or an empty text if there are fewer than two points.
pub fn sparkline_path(history: &[(usize, f64)], size: [f64; 2]) -> String {
    let mut path = String::new();
    let points = points(history, size);
    if points.len() < 2 {
        return path;
    }
    for (_, [x, y]) in points {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&format!("{x:.1} {y:.1}"));
    }
    path
}

/// Returns the position of the dot for an epoch, or `None` if its accuracy is unknown.
pub fn sparkline_dot(history: &[(usize, f64)], epoch: usize, size: [f64; 2]) -> Option<[f64; 2]> {
    points(history, size).into_iter().find(|(at, _)| *at == epoch).map(|(_, place)| place)
}

/// Formats “41 % at epoch 0, 90 % at epoch 1, …”, with evenly spaced epochs if there are many.
pub fn spoken_history(history: &[(usize, f64)]) -> String {
    let known: ProbeHistory =
        history.iter().filter(|(_, accuracy)| accuracy.is_finite()).copied().collect();
    let named = known.len().min(MAX_SPOKEN_EPOCHS);
    let points = (0..named).map(|n| n * (known.len() - 1) / (named - 1).max(1));
    let parts = points.map(|place| {
        let (epoch, accuracy) = known[place];
        format!("{} at epoch {epoch}", format::accuracy(Some(accuracy)))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns the text alternative of a probe's bar and sparkline.
pub fn probe_label(
    label: &str,
    of: &str,
    accuracy: Option<f64>,
    chance: f64,
    compared: Option<f64>,
    history: &[(usize, f64)],
) -> String {
    let Some(accuracy) = accuracy.filter(|accuracy| accuracy.is_finite()) else {
        return format!("{label}, linear probe accuracy: not known yet");
    };
    let accuracy =
        if accuracy >= 1.0 { format::accuracy(Some(1.0)) } else { format::percent(accuracy) };
    let mut text = format!(
        "{label}, linear probe accuracy: {accuracy} of {of}, chance level {}",
        format::percent_short(chance)
    );
    if compared.is_some_and(f64::is_finite) {
        text.push_str(&format!(", compared network {}", format::accuracy(compared)));
    }
    if history.len() > 1 {
        text.push_str(&format!("; {}", spoken_history(history)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [f64; 2] = [108.0, 28.0];

    #[test]
    fn a_sparkline_spans_its_width_on_one_scale() {
        let history = [(0, 0.0), (1, 0.5), (4, 1.0)];
        assert_eq!(sparkline_path(&history, SIZE), "M4.0 24.0L29.0 14.0L104.0 4.0");
        assert_eq!(sparkline_dot(&history, 1, SIZE), Some([29.0, 14.0]));
        assert_eq!(sparkline_dot(&history, 2, SIZE), None);
        assert_eq!(accuracy_y(7.0, 28.0), 4.0);
    }

    #[test]
    fn one_epoch_is_a_dot_and_none_is_nothing() {
        assert_eq!(
            (sparkline_path(&[(3, 0.5)], SIZE), sparkline_dot(&[(3, 0.5)], 3, SIZE)),
            (String::new(), Some([4.0, 14.0]))
        );
        assert_eq!((sparkline_path(&[], SIZE), sparkline_dot(&[], 0, SIZE)), (String::new(), None));
        let broken = [(0, 0.0), (1, f64::NAN), (2, 1.0)];
        assert_eq!(sparkline_path(&broken, SIZE), "M4.0 24.0L104.0 4.0");
    }

    #[test]
    fn many_epochs_are_thinned_out() {
        assert_eq!(spoken_history(&[(0, 0.41), (1, 0.9)]), "41 % at epoch 0, 90 % at epoch 1");
        let many: ProbeHistory = (0..=20).map(|epoch| (epoch, 0.5)).collect();
        let text = spoken_history(&many).replace("50 % at epoch ", "");
        assert_eq!(text, "0, 4, 8, 12, 16, 20");
        assert_eq!(
            (spoken_history(&[]), spoken_history(&[(2, 0.5)])),
            (String::new(), "50 % at epoch 2".into())
        );
    }

    #[test]
    fn the_text_alternative_says_all_that_is_seen() {
        let history = [(0, 0.41), (1, 0.933)];
        assert_eq!(
            probe_label(
                "dense 320",
                "held-out images",
                Some(0.933),
                1.0 / 6.0,
                Some(0.88),
                &history
            ),
            "dense 320, linear probe accuracy: 93.3 % of held-out images, chance level 17 %, compared \
             network 88 %; 41 % at epoch 0, 93 % at epoch 1"
        );
        assert_eq!(
            probe_label("image", "held-out images", None, 0.5, Some(0.3), &history),
            "image, linear probe accuracy: not known yet"
        );
    }
}
