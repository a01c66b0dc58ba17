//! Formats bytes, durations and speeds for display.

use store::progress::Progress;

/// Formats a progress, such as “3.1 of 8.0 MB”, or “3.1 MB” if the total size is not known.
pub fn progress(progress: Progress) -> String {
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    let received = megabytes(progress.received);
    match progress.total {
        0 => format!("{received} MB"),
        total => format!("{received} of {} MB", megabytes(total)),
    }
}

/// Formats a remaining time, such as “about 2 min”. Returns `None` unless it is positive and
/// finite.
pub fn time_left(seconds: f64) -> Option<String> {
    if !seconds.is_finite() || seconds <= 0.0 {
        return None;
    }
    Some(match seconds {
        ..=1.5 => "1 s left".into(),
        ..=90.0 => format!("{} s left", seconds.ceil()),
        ..=5400.0 => format!("{} min left", (seconds / 60.0).round()),
        _ => format!("{:.1} h left", seconds / 3600.0),
    })
}

/// Formats a speed, such as “390 images/s”, with significant digits only. Returns `None` unless it
/// is positive and finite.
pub fn speed(images_per_second: f64) -> Option<String> {
    if !images_per_second.is_finite() || images_per_second <= 0.0 {
        return None;
    }
    Some(match images_per_second {
        ..10.0 => format!("{images_per_second:.1} images/s"),
        ..1000.0 => format!("{images_per_second:.0} images/s"),
        _ => format!("{:.1}k images/s", images_per_second / 1000.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_are_told_in_megabytes() {
        let at = |received, total| progress(Progress { received, total });
        assert_eq!(at(3_140_000, 8_000_000), "3.1 of 8.0 MB");
        assert_eq!(at(50_000, 0), "0.1 MB");
    }

    #[test]
    fn time_left_gets_coarser_as_it_grows() {
        assert_eq!(time_left(0.4).as_deref(), Some("1 s left"));
        assert_eq!(time_left(58.2).as_deref(), Some("59 s left"));
        assert_eq!(time_left(119.0).as_deref(), Some("2 min left"));
        assert_eq!(time_left(9000.0).as_deref(), Some("2.5 h left"));
        assert_eq!([0.0, -1.0, f64::NAN, f64::INFINITY].map(time_left), [None, None, None, None]);
    }

    #[test]
    fn speeds_keep_two_or_three_digits() {
        assert_eq!(speed(5.84).as_deref(), Some("5.8 images/s"));
        assert_eq!(speed(390.4).as_deref(), Some("390 images/s"));
        assert_eq!(speed(12_345.0).as_deref(), Some("12.3k images/s"));
        assert_eq!(speed(0.0), None);
    }
}
