//! Sliding-window inference: masks of images that are larger than a network's input.
//!
//! Windows of the input's size lie half their size apart; the last row and column of windows ends
//! at the edge of the image. The softmax probabilities of all windows that cover a pixel are
//! averaged with equal weights, and the most probable class is the pixel's class. This is
//! `monai.inferers.sliding_window_inference` (MONAI 1.3) with `overlap=0.5` and `mode="constant"`.

use model::score::{argmax, softmax};

/// Masks of images of equal size, computed window by window.
///
/// Only as many rows of probabilities are kept as a window is high, so that memory does not grow
/// with the height or the number of the images.
#[derive(Clone, Debug)]
pub struct SlidingWindows {
    /// Width of an image in pixels.
    width: usize,
    /// Height of an image in pixels.
    height: usize,
    /// Height and width of a window in pixels.
    window: [usize; 2],
    classes: usize,
    /// First row of each row of windows.
    tops: Vec<usize>,
    /// First column of each column of windows.
    lefts: Vec<usize>,
    /// Number of windows processed so far, in all images.
    done: usize,
    /// Sums of the probabilities in the current row of windows, `[window height, width, classes]`.
    /// All classes of a pixel have the same number of terms, so the largest sum is the largest mean.
    sums: Vec<f32>,
}

impl SlidingWindows {
    /// Creates windows over images of `size`, height and width in pixels. Each side must be at
    /// least that of the window.
    pub fn new(size: [usize; 2], window: [usize; 2], classes: usize) -> Self {
        let [height, width] = size;
        Self {
            width,
            height,
            window,
            classes,
            tops: window_starts(height, window[0]),
            lefts: window_starts(width, window[1]),
            done: 0,
            sums: vec![0.0; window[0] * width * classes],
        }
    }

    /// Returns the pixels of the next windows, `[windows, window height, window width]`, at most
    /// `limit` windows. `images` are all images, `[n, height, width]` in row-major order. Empty after
    /// the last window.
    pub fn next_batch(&self, images: &[u8], limit: usize) -> Vec<u8> {
        let [rows, columns] = self.window;
        let count = images.len() / (self.height * self.width);
        let end = (self.done + limit).min(count * self.windows_per_image());
        let mut batch = Vec::with_capacity((end - self.done.min(end)) * rows * columns);
        for window in self.done..end {
            let image = window / self.windows_per_image();
            let [top, left] = self.corner(window);
            for y in top..top + rows {
                let start = (image * self.height + y) * self.width + left;
                batch.extend_from_slice(&images[start..start + columns]);
            }
        }
        batch
    }

    /// Adds the logits `[windows, classes, window height, window width]` of the windows that
    /// [`next_batch`](Self::next_batch) returned. Appends the rows of the masks that no later window
    /// covers to `masks`, `[n, height, width]`. A pixel whose probabilities are NaN is background.
    pub fn add(&mut self, logits: &[f32], masks: &mut Vec<u8>) {
        let pixels = self.window[0] * self.window[1];
        for window in logits.chunks_exact(self.classes * pixels) {
            self.add_window(window);
            self.done += 1;
            if self.done.is_multiple_of(self.lefts.len()) {
                self.finish_rows(masks);
            }
        }
    }

    fn add_window(&mut self, logits: &[f32]) {
        let columns = self.window[1];
        let pixels = self.window[0] * columns;
        let [_, left] = self.corner(self.done);
        let mut pixel_logits = vec![0.0; self.classes];
        for pixel in 0..pixels {
            for (class, logit) in pixel_logits.iter_mut().enumerate() {
                *logit = logits[class * pixels + pixel];
            }
            let (y, x) = (pixel / columns, left + pixel % columns);
            let sums = &mut self.sums[(y * self.width + x) * self.classes..][..self.classes];
            for (sum, probability) in sums.iter_mut().zip(softmax(&pixel_logits)) {
                *sum += probability;
            }
        }
    }

    /// Writes the rows above the next row of windows, or all rows after the last one.
    fn finish_rows(&mut self, masks: &mut Vec<u8>) {
        let row = (self.done / self.lefts.len() - 1) % self.tops.len();
        let rows = self.tops.get(row + 1).map_or(self.window[0], |next| next - self.tops[row]);
        let kept = self.sums.len();
        let finished = self.sums.drain(..rows * self.width * self.classes);
        let finished: Vec<f32> = finished.collect();
        let class = |sums: &[f32]| argmax(sums).map_or(0, |class| class as u8);
        masks.extend(finished.chunks_exact(self.classes).map(class));
        self.sums.resize(kept, 0.0);
    }

    fn windows_per_image(&self) -> usize {
        self.tops.len() * self.lefts.len()
    }

    /// Returns the first row and column of a window in its image.
    fn corner(&self, window: usize) -> [usize; 2] {
        let columns = self.lefts.len();
        [self.tops[window / columns % self.tops.len()], self.lefts[window % columns]]
    }
}

/// Returns where windows begin along one axis: half a window apart, the last one at the edge.
fn window_starts(length: usize, window: usize) -> Vec<usize> {
    let last = length - window;
    let interval = (window / 2).max(1);
    (0..=last.div_ceil(interval)).map(|index| (index * interval).min(last)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_axis_and_end_at_the_edge() {
        assert_eq!(window_starts(64, 64), [0]);
        assert_eq!(window_starts(65, 64), [0, 1]);
        assert_eq!(window_starts(96, 64), [0, 32]);
        assert_eq!(window_starts(100, 64), [0, 32, 36]);
        assert_eq!(window_starts(128, 64), [0, 32, 64]);
        assert_eq!(window_starts(3, 1), [0, 1, 2]);
        for (length, window) in [(7, 3), (50, 9), (13, 2), (30, 30)] {
            let starts = window_starts(length, window);
            let covered =
                |x: usize| starts.iter().any(|start| (*start..start + window).contains(&x));
            assert!((0..length).all(covered), "{length} {window}: {starts:?}");
            assert_eq!(starts.last(), Some(&(length - window)));
        }
    }

    /// Returns logits of two classes that depend on the pixel and on its place in the window.
    fn logits(windows: &[u8], pixels: usize) -> Vec<f32> {
        let value = |(place, gray): (usize, &u8)| f32::from(*gray) / 40.0 - place as f32 / 3.0;
        let of_window = |window: &[u8]| {
            let one: Vec<f32> = window.iter().enumerate().map(value).collect();
            [vec![0.5; pixels], one].concat()
        };
        windows.chunks_exact(pixels).flat_map(of_window).collect()
    }

    #[test]
    fn masks_are_those_of_averaged_probabilities() {
        let ([height, width], window) = ([7, 10], [3, 4]);
        let images: Vec<u8> = (0..3 * height * width).map(|i| (i * 89 % 251) as u8).collect();
        // Plain reference: all windows of an image, sums and counts for each pixel.
        let mut expected = Vec::new();
        for image in images.chunks_exact(height * width) {
            let (mut sums, mut counts) = (vec![0.0; height * width], vec![0.0; height * width]);
            for top in window_starts(height, window[0]) {
                for left in window_starts(width, window[1]) {
                    let places: Vec<usize> = (0..window[0] * window[1])
                        .map(|i| (top + i / window[1]) * width + left + i % window[1])
                        .collect();
                    let cut: Vec<u8> = places.iter().map(|place| image[*place]).collect();
                    let logits = logits(&cut, cut.len());
                    for (i, place) in places.iter().enumerate() {
                        let (zero, one) = (logits[i].exp(), logits[cut.len() + i].exp());
                        sums[*place] += one / (zero + one);
                        counts[*place] += 1.0;
                    }
                }
            }
            expected.extend(sums.iter().zip(&counts).map(|(s, n)| u8::from(s / n > 0.5)));
        }
        assert!(expected.contains(&0) && expected.contains(&1));
        // The size of the batches does not matter.
        for limit in [1, 5, 1000] {
            let mut windows = SlidingWindows::new([height, width], window, 2);
            let mut masks = Vec::new();
            loop {
                let batch = windows.next_batch(&images, limit);
                if batch.is_empty() {
                    break;
                }
                assert!(batch.len() <= limit * window[0] * window[1]);
                windows.add(&logits(&batch, window[0] * window[1]), &mut masks);
            }
            assert_eq!(masks, expected, "{limit}");
        }
    }

    #[test]
    fn pixels_without_probabilities_are_background() {
        let mut windows = SlidingWindows::new([1, 2], [1, 2], 2);
        let mut masks = Vec::new();
        windows.add(&[f32::NAN, 0.0, 1.0, 1.0], &mut masks);
        assert_eq!(masks, [0, 1]);
    }
}
