//! Recognition of pan, pinch and click gestures.

/// Position in CSS pixels.
type Pixel = [f64; 2];

/// Distance after which a pointer movement is a drag rather than a click.
const DRAG_THRESHOLD_PX: f64 = 5.0;

/// The active pointers, and whether they are dragging.
#[derive(Clone, Debug, Default)]
pub struct Gesture {
    held: Vec<(i32, Pixel)>,
    began: Pixel,
    dragged: bool,
}

/// Change of the map caused by a gesture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GestureDelta {
    /// Translation to the right and downward, in CSS pixels.
    pub pan: Pixel,
    /// Zoom factor.
    pub factor: f64,
    /// Fixed point of the zoom, in CSS pixels.
    pub anchor: Pixel,
}

impl Gesture {
    /// Handles a pointer-down event.
    pub fn down(&mut self, id: i32, at: Pixel) {
        self.held.retain(|(held, _)| *held != id);
        if self.held.is_empty() {
            (self.began, self.dragged) = (at, false);
        } else {
            self.dragged = true;
        }
        self.held.push((id, at));
    }

    /// Returns whether a pointer is down and has moved beyond the drag threshold.
    pub fn is_dragging(&self) -> bool {
        self.dragged && !self.held.is_empty()
    }

    /// Handles a pointer-move event. Returns the change of the map: one pointer pans, two pointers
    /// also zoom.
    pub fn moved(&mut self, id: i32, to: Pixel) -> Option<GestureDelta> {
        let (before, spread) = (self.midpoint(), self.pointer_distance());
        self.held.iter_mut().find(|(held, _)| *held == id)?.1 = to;
        if !self.dragged {
            if distance(self.began, to) < DRAG_THRESHOLD_PX {
                return None;
            }
            self.dragged = true;
        }
        let anchor = self.midpoint();
        let factor = if spread > 0.0 { self.pointer_distance() / spread } else { 1.0 };
        Some(GestureDelta { pan: [anchor[0] - before[0], anchor[1] - before[1]], factor, anchor })
    }

    /// Handles a pointer-up event. Returns whether the gesture was a click.
    pub fn up(&mut self, id: i32) -> bool {
        let before = self.held.len();
        self.held.retain(|(held, _)| *held != id);
        before == 1 && self.held.is_empty() && !self.dragged
    }

    /// Handles a pointer-cancel event.
    pub fn cancel(&mut self, id: i32) {
        self.dragged = true;
        self.up(id);
    }

    fn midpoint(&self) -> Pixel {
        let n = self.held.len().clamp(1, 2) as f64;
        let sum = |axis: usize| self.held.iter().take(2).map(|(_, at)| at[axis]).sum::<f64>();
        [sum(0) / n, sum(1) / n]
    }

    fn pointer_distance(&self) -> f64 {
        match self.held[..] {
            [(_, one), (_, other), ..] => distance(one, other),
            _ => 0.0,
        }
    }
}

fn distance(one: Pixel, other: Pixel) -> f64 {
    let (x, y) = (one[0] - other[0], one[1] - other[1]);
    (x * x + y * y).sqrt()
}

/// Returns the zoom factor of a wheel event. `unit` is its `deltaMode`.
pub fn wheel_factor(delta: f64, unit: u32, pinch: bool) -> f64 {
    let pixels = match unit {
        0 => delta,
        1 => delta * 16.0,
        _ => delta * 200.0,
    };
    // A pinch on a trackpad arrives as wheel events with small deltas.
    let rate: f64 = if pinch { 1.012 } else { 1.0018 };
    rate.powf(-pixels.clamp(-400.0, 400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_pointer_clicks() {
        let mut gesture = Gesture::default();
        gesture.down(1, [10.0, 10.0]);
        assert_eq!(gesture.moved(1, [12.0, 11.0]), None);
        assert!(!gesture.is_dragging() && gesture.up(1));
        assert!(!gesture.up(1), "lifted once only");
        assert_eq!(gesture.moved(1, [50.0, 50.0]), None);
    }

    #[test]
    fn one_pointer_pans() {
        let mut gesture = Gesture::default();
        gesture.down(1, [10.0, 10.0]);
        let delta = gesture.moved(1, [20.0, 5.0]).unwrap();
        assert_eq!((delta.pan, delta.factor), ([10.0, -5.0], 1.0));
        assert_eq!(gesture.moved(1, [21.0, 5.0]).unwrap().pan, [1.0, 0.0]);
        assert!(gesture.is_dragging() && !gesture.up(1) && !gesture.is_dragging());
    }

    #[test]
    fn two_pointers_zoom_about_their_middle() {
        let mut gesture = Gesture::default();
        gesture.down(1, [0.0, 0.0]);
        gesture.down(2, [10.0, 0.0]);
        let delta = gesture.moved(2, [20.0, 0.0]).unwrap();
        assert_eq!(delta, GestureDelta { pan: [5.0, 0.0], factor: 2.0, anchor: [10.0, 0.0] });
        assert!(!gesture.up(2), "no click at the end of a pinch");
        // The remaining finger continues to pan without a jump.
        assert_eq!(gesture.moved(1, [3.0, 0.0]).unwrap().pan, [3.0, 0.0]);
        assert!(!gesture.up(1));
        gesture.down(1, [0.0, 0.0]);
        gesture.cancel(1);
        assert!(!gesture.is_dragging());
    }

    #[test]
    fn wheels_zoom_alike_in_any_unit() {
        assert!(wheel_factor(-100.0, 0, false) > 1.1 && wheel_factor(100.0, 0, false) < 0.9);
        assert_eq!(wheel_factor(3.0, 1, false), wheel_factor(48.0, 0, false));
        let there_and_back = wheel_factor(-70.0, 0, true) * wheel_factor(70.0, 0, true);
        assert!((there_and_back - 1.0).abs() < 1e-12);
        assert_eq!(wheel_factor(1e9, 0, false), wheel_factor(400.0, 0, false));
    }
}
