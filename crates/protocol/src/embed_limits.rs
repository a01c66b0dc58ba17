//! Limits for messages from course pages, so that a flood of them costs little.

/// Maximum number of messages from allowed origins per second. Further messages are refused without
/// being read.
pub const MAX_MESSAGES_PER_SECOND: u32 = 100;

/// Minimum interval between two events about refused messages in milliseconds.
const REFUSAL_INTERVAL_MS: f64 = 1000.0;

/// Counts messages, and admits a limited number per second.
#[derive(Clone, Debug, Default)]
pub struct MessageRate {
    second: f64,
    count: u32,
}

impl MessageRate {
    /// Returns whether a message that arrives at a time in milliseconds may be read.
    pub fn admits(&mut self, now_ms: f64) -> bool {
        let second = (now_ms / 1000.0).floor();
        if second != self.second {
            *self = Self { second, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        self.count <= MAX_MESSAGES_PER_SECOND
    }
}

/// What to do about a refused message.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal<T> {
    /// Report it now.
    Report(T),
    /// Call [`RefusalLimit::take`] after this many milliseconds.
    TakeAfter(f64),
    /// Nothing: it is counted in the next report.
    Counted,
}

/// Reports at most one refused message a second, with the number of messages refused since the
/// report before.
#[derive(Clone, Debug)]
pub struct RefusalLimit<T> {
    reported_at_ms: f64,
    /// The latest refused message that was not reported, and their number.
    waiting: Option<(T, u32)>,
}

impl<T> Default for RefusalLimit<T> {
    fn default() -> Self {
        Self { reported_at_ms: f64::NEG_INFINITY, waiting: None }
    }
}

impl<T> RefusalLimit<T> {
    /// Counts a refused message. `report` describes it, and is called only if it is reported, or is
    /// the first of several.
    pub fn refuse(&mut self, now_ms: f64, report: impl FnOnce() -> T) -> Refusal<(T, u32)> {
        let since = now_ms - self.reported_at_ms;
        match &mut self.waiting {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                Refusal::Counted
            }
            None if since >= REFUSAL_INTERVAL_MS => {
                self.reported_at_ms = now_ms;
                Refusal::Report((report(), 1))
            }
            None => {
                self.waiting = Some((report(), 1));
                Refusal::TakeAfter(REFUSAL_INTERVAL_MS - since)
            }
        }
    }

    /// Returns the message that waits, with the number of refused messages.
    pub fn take(&mut self, now_ms: f64) -> Option<(T, u32)> {
        self.reported_at_ms = now_ms;
        self.waiting.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_refused_messages_a_second_are_one_event_a_second() {
        let mut limit = RefusalLimit::default();
        let (mut reports, mut described, mut timer, mut counted) = (0, 0, None, 0);
        for message in 0..50_000 {
            let now_ms = f64::from(message) / 10.0;
            if timer.is_some_and(|due| now_ms >= due) {
                timer = None;
                let (_, count) = limit.take(now_ms).expect("a message waits");
                reports += 1;
                counted += count;
            }
            match limit.refuse(now_ms, || described += 1) {
                Refusal::Report((_, count)) => {
                    reports += 1;
                    counted += count;
                }
                Refusal::TakeAfter(wait) => timer = Some(now_ms + wait),
                Refusal::Counted => {}
            }
        }
        counted += limit.take(5000.0).map_or(0, |(_, count)| count);
        assert!((4..=6).contains(&reports), "{reports}");
        assert!(described <= 6, "{described}");
        assert_eq!(counted, 50_000);
    }

    #[test]
    fn a_single_refused_message_is_reported_at_once() {
        let mut limit = RefusalLimit::default();
        assert_eq!(limit.refuse(5.0, || "a"), Refusal::Report(("a", 1)));
        assert_eq!(limit.refuse(2000.0, || "b"), Refusal::Report(("b", 1)));
        assert_eq!(limit.refuse(2100.0, || "c"), Refusal::TakeAfter(900.0));
        assert_eq!(limit.refuse(2200.0, || "d"), Refusal::Counted);
        assert_eq!(limit.take(3000.0), Some(("c", 2)));
        assert_eq!(limit.take(3001.0), None);
    }

    #[test]
    fn a_limited_number_of_messages_a_second_is_read() {
        let mut rate = MessageRate::default();
        let admitted = |rate: &mut MessageRate, start: f64| {
            (0..10_000).filter(|i| rate.admits(start + f64::from(*i) / 10.0)).count()
        };
        assert_eq!(admitted(&mut rate, 0.0), MAX_MESSAGES_PER_SECOND as usize);
        assert_eq!(admitted(&mut rate, 1000.0), MAX_MESSAGES_PER_SECOND as usize);
    }
}
