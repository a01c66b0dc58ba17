//! A probe's accuracy over the epochs, as a line and in words.

use ui::format;

/// Epochs that are named at most where all are told.
const NAMED: usize = 6;

/// Room at each end of a sparkline for the dot.
const ROOM: f64 = 4.0;

/// Accuracy after epochs, in order.
pub type History = Vec<(usize, f64)>;

/// The pixel of each finite entry in a sparkline so wide and high. Accuracies of all layers have one
/// scale, 0 to 1, so that their lines can be compared.
fn places(history: &[(usize, f64)], [width, height]: [f64; 2]) -> Vec<(usize, [f64; 2])> {
    let (first, last) = match history {
        [(first, _), .., (last, _)] => (*first, *last),
        [(only, _)] => (*only, *only),
        [] => return Vec::new(),
    };
    let span = last.saturating_sub(first).max(1) as f64;
    let place = |(epoch, accuracy): &(usize, f64)| {
        let x = ROOM + (width - 2.0 * ROOM) * epoch.saturating_sub(first) as f64 / span;
        (*epoch, [x, height_of(*accuracy, height)])
    };
    history.iter().filter(|(_, accuracy)| accuracy.is_finite()).map(place).collect()
}

/// How far from the top of a sparkline an accuracy is.
pub fn height_of(accuracy: f64, height: f64) -> f64 {
    ROOM + (height - 2.0 * ROOM) * (1.0 - accuracy.clamp(0.0, 1.0))
}

/// The line of a sparkline; empty where there is no more than a dot.
pub fn line(history: &[(usize, f64)], size: [f64; 2]) -> String {
    let mut path = String::new();
    let places = places(history, size);
    if places.len() < 2 {
        return path;
    }
    for (_, [x, y]) in places {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&format!("{x:.1} {y:.1}"));
    }
    path
}

/// Where the dot of an epoch is; none where its accuracy is not known.
pub fn dot(history: &[(usize, f64)], epoch: usize, size: [f64; 2]) -> Option<[f64; 2]> {
    places(history, size).into_iter().find(|(at, _)| *at == epoch).map(|(_, place)| place)
}

/// “93 %”, “97.3 %” where whole percents would hide what still is gained; a dash while not known.
pub fn figure(accuracy: Option<f64>) -> String {
    match accuracy.filter(|accuracy| accuracy.is_finite()) {
        None => "–".into(),
        Some(1.0..) => "100 %".into(),
        Some(accuracy) if accuracy > 0.95 => format::percent(accuracy),
        Some(accuracy) => format::percent_short(accuracy),
    }
}

/// “41 % at epoch 0, 90 % at epoch 1, …”, evenly thinned where there are many.
pub fn told(history: &[(usize, f64)]) -> String {
    let known: History =
        history.iter().filter(|(_, accuracy)| accuracy.is_finite()).copied().collect();
    let named = known.len().min(NAMED);
    let places = (0..named).map(|n| n * (known.len() - 1) / (named - 1).max(1));
    let parts = places.map(|place| {
        let (epoch, accuracy) = known[place];
        format!("{} at epoch {epoch}", figure(Some(accuracy)))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// The whole reading for those who do not see it.
pub fn reading(
    label: &str,
    of: &str,
    accuracy: Option<f64>,
    chance: f64,
    other: Option<f64>,
    history: &[(usize, f64)],
) -> String {
    let Some(accuracy) = accuracy.filter(|accuracy| accuracy.is_finite()) else {
        return format!("{label}, linear probe: not known yet");
    };
    let accuracy = if accuracy >= 1.0 { figure(Some(1.0)) } else { format::percent(accuracy) };
    let mut text = format!(
        "{label}, linear probe: {accuracy} of {of}, by chance {}",
        format::percent_short(chance)
    );
    if other.is_some_and(f64::is_finite) {
        text.push_str(&format!(", the network compared with {}", figure(other)));
    }
    if history.len() > 1 {
        text.push_str(&format!("; {}", told(history)));
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
        assert_eq!(line(&history, SIZE), "M4.0 24.0L29.0 14.0L104.0 4.0");
        assert_eq!(dot(&history, 1, SIZE), Some([29.0, 14.0]));
        assert_eq!(dot(&history, 2, SIZE), None);
        assert_eq!(height_of(7.0, 28.0), 4.0);
    }

    #[test]
    fn one_epoch_is_a_dot_and_none_is_nothing() {
        assert_eq!(
            (line(&[(3, 0.5)], SIZE), dot(&[(3, 0.5)], 3, SIZE)),
            (String::new(), Some([4.0, 14.0]))
        );
        assert_eq!((line(&[], SIZE), dot(&[], 0, SIZE)), (String::new(), None));
        let broken = [(0, 0.0), (1, f64::NAN), (2, 1.0)];
        assert_eq!(line(&broken, SIZE), "M4.0 24.0L104.0 4.0");
    }

    #[test]
    fn figures_grow_a_decimal_near_the_top() {
        let figures =
            [Some(0.934), Some(0.973_33), Some(1.0), Some(0.999_99), Some(f64::NAN), None];
        assert_eq!(figures.map(figure), ["93 %", "97.3 %", "100 %", "99.9 %", "–", "–"]);
    }

    #[test]
    fn many_epochs_are_told_by_a_few() {
        assert_eq!(told(&[(0, 0.41), (1, 0.9)]), "41 % at epoch 0, 90 % at epoch 1");
        let many: History = (0..=20).map(|epoch| (epoch, 0.5)).collect();
        let text = told(&many).replace("50 % at epoch ", "");
        assert_eq!(text, "0, 4, 8, 12, 16, 20");
        assert_eq!((told(&[]), told(&[(2, 0.5)])), (String::new(), "50 % at epoch 2".into()));
    }

    #[test]
    fn a_reading_says_all_that_is_seen() {
        let history = [(0, 0.41), (1, 0.933)];
        assert_eq!(
            reading("dense 320", "test images", Some(0.933), 1.0 / 6.0, Some(0.88), &history),
            "dense 320, linear probe: 93.3 % of test images, by chance 17 %, the network compared \
             with 88 %; 41 % at epoch 0, 93 % at epoch 1"
        );
        assert_eq!(
            reading("image", "test images", None, 0.5, Some(0.3), &history),
            "image, linear probe: not known yet"
        );
    }
}
