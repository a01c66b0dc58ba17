//! How a window slides over an input: which pixels of it meet which weights for one pixel of the
//! output, and how many of those there are.
//!
//! Rows and columns are independent of each other, so that everything here is about one of the two.

use protocol::interpret::TracedOp;

/// The largest stride that can be tried.
const STRIDES: usize = 4;

/// What is done with the values in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are multiplied by weights and summed up.
    Convolution,
    /// The largest one is kept.
    MaxPool,
    /// Each of them is multiplied by all weights, and what falls on the same pixel is summed up.
    Transposed,
}

/// A window with its way of sliding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// What is done in it.
    pub kind: Kind,
    /// Its side in pixels.
    pub kernel: usize,
    /// Pixels added to each side of the input; by a transposed convolution taken from each side of
    /// the output.
    pub padding: usize,
    /// Pixels from one window to the next; of a transposed convolution in the output.
    pub stride: usize,
}

/// A pixel of the input and the weight that it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Its row or column; none in the padding.
    pub pixel: Option<usize>,
    /// The weight's row or column in the kernel.
    pub weight: usize,
}

impl Window {
    /// The window of the network itself.
    pub fn of(operation: &TracedOp) -> Self {
        match *operation {
            TracedOp::Convolution { kernel, padding, .. } => {
                Self { kind: Kind::Convolution, kernel, padding, stride: 1 }
            }
            TracedOp::MaxPool { side } => {
                Self { kind: Kind::MaxPool, kernel: side, padding: 0, stride: side }
            }
            TracedOp::Transposed { kernel, .. } => {
                Self { kind: Kind::Transposed, kernel, padding: 0, stride: kernel }
            }
        }
    }

    /// Rows or columns of the output for so many of the input.
    pub fn output(&self, length: usize) -> usize {
        let Self { kind, kernel, padding, stride } = *self;
        if length == 0 || kernel == 0 || stride == 0 {
            return 0;
        }
        match kind {
            Kind::Transposed => ((length - 1) * stride + kernel).saturating_sub(2 * padding),
            _ => (length + 2 * padding).checked_sub(kernel).map_or(0, |room| room / stride + 1),
        }
    }

    /// The computation of [`Window::output`]: `(64 + 2·0 − 5)/1 + 1 = 60`.
    pub fn formula(&self, length: usize) -> String {
        let (Self { kind, kernel, padding, stride }, output) = (*self, self.output(length));
        if kind == Kind::Transposed {
            return format!("({length} − 1)·{stride} − 2·{padding} + {kernel} = {output}");
        }
        let even = (length + 2 * padding).wrapping_sub(kernel).is_multiple_of(stride.max(1));
        let (open, close) = if even { ("", "") } else { ("⌊", "⌋") };
        format!("{open}({length} + 2·{padding} − {kernel})/{stride}{close} + 1 = {output}")
    }

    /// What makes one row or column of the output out of so many of the input.
    pub fn taps(&self, length: usize, output: usize) -> Vec<Tap> {
        let inside = |pixel: usize| Some(pixel).filter(|pixel| *pixel < length);
        if self.kind != Kind::Transposed {
            let tap = |weight: usize| {
                let pixel = (output * self.stride + weight).checked_sub(self.padding);
                Tap { pixel: pixel.and_then(inside), weight }
            };
            return (0..self.kernel).map(tap).collect();
        }
        // The input's pixel i lies on `stride * i - padding` and the `kernel - 1` that follow.
        let place = output + self.padding;
        let last = place / self.stride;
        let first = (place + 1).saturating_sub(self.kernel).div_ceil(self.stride);
        let tap = |pixel| Tap { pixel: Some(pixel), weight: place - pixel * self.stride };
        (first..=last).filter(|pixel| inside(*pixel).is_some()).map(tap).collect()
    }

    /// The same with another padding, or why not, in a sentence.
    pub fn with_padding(self, padding: usize, input: [usize; 2]) -> Result<Self, String> {
        let most = self.kernel.saturating_sub(1);
        if padding > most {
            return Err(format!(
                "The padding goes from 0 to {most}: with more, a window of {0} × {0} would lie wholly outside.",
                self.kernel
            ));
        }
        Self { padding, ..self }.checked(input)
    }

    /// The same with another stride, or why not, in a sentence.
    pub fn with_stride(self, stride: usize, input: [usize; 2]) -> Result<Self, String> {
        // A network's pooling may have a larger one.
        let most = STRIDES.max(if self.kind == Kind::Convolution { 1 } else { self.kernel });
        if !(1..=most).contains(&stride) {
            return Err(format!("The stride goes from 1 to {most}."));
        }
        Self { stride, ..self }.checked(input)
    }

    fn checked(self, input: [usize; 2]) -> Result<Self, String> {
        if input.iter().any(|length| self.output(*length) == 0) {
            let Self { padding, stride, .. } = self;
            return Err(format!(
                "With padding {padding} and stride {stride} no output pixel would be left."
            ));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn window(kind: Kind, kernel: usize, padding: usize, stride: usize) -> Window {
        Window { kind, kernel, padding, stride }
    }

    #[test]
    fn outputs_are_as_long_as_the_formula_says() {
        let five = window(Kind::Convolution, 5, 0, 1);
        assert_eq!((five.output(64), &*five.formula(64)), (60, "(64 + 2·0 − 5)/1 + 1 = 60"));
        let strided = window(Kind::Convolution, 3, 1, 2);
        assert_eq!(
            (strided.output(64), &*strided.formula(64)),
            (32, "⌊(64 + 2·1 − 3)/2⌋ + 1 = 32")
        );
        let up = window(Kind::Transposed, 2, 0, 2);
        assert_eq!((up.output(16), &*up.formula(16)), (32, "(16 − 1)·2 − 2·0 + 2 = 32"));
        assert_eq!(window(Kind::MaxPool, 2, 0, 2).output(61), 30);
        assert_eq!((five.output(4), five.output(0)), (0, 0));
        assert_eq!(window(Kind::Transposed, 3, 2, 1).output(1), 0);
    }

    fn pairs(taps: &[Tap]) -> Vec<(Option<usize>, usize)> {
        taps.iter().map(|tap| (tap.pixel, tap.weight)).collect()
    }

    #[test]
    fn a_window_reaches_into_the_padding() {
        let taps = window(Kind::Convolution, 3, 1, 2).taps(4, 0);
        assert_eq!(pairs(&taps), [(None, 0), (Some(0), 1), (Some(1), 2)]);
        let taps = window(Kind::Convolution, 3, 2, 1).taps(4, 5);
        assert_eq!(pairs(&taps), [(Some(3), 0), (None, 1), (None, 2)]);
    }

    /// Every output length is what scattering the input by definition makes it.
    #[test]
    fn a_transposed_convolution_gathers_what_the_input_scatters() {
        for (kernel, padding, stride) in
            [(2, 0, 2), (3, 0, 2), (3, 1, 1), (4, 1, 2), (2, 0, 3), (5, 3, 1)]
        {
            let window = window(Kind::Transposed, kernel, padding, stride);
            let length = 5;
            let mut scattered = vec![Vec::new(); window.output(length)];
            for pixel in 0..length {
                for weight in 0..kernel {
                    let place = (pixel * stride + weight).checked_sub(padding);
                    if let Some(taps) = place.and_then(|place| scattered.get_mut(place)) {
                        taps.push((Some(pixel), weight));
                    }
                }
            }
            for (output, taps) in scattered.iter().enumerate() {
                assert_eq!(&pairs(&window.taps(length, output)), taps, "{window:?} {output}");
            }
        }
    }

    #[test]
    fn what_cannot_be_is_said_in_a_sentence() {
        let five = window(Kind::Convolution, 5, 0, 1);
        assert_eq!(five.with_padding(4, [64, 64]).map(|w| w.padding), Ok(4));
        assert!(five.with_padding(5, [64, 64]).unwrap_err().contains("from 0 to 4"));
        assert!(five.with_stride(0, [64, 64]).unwrap_err().contains("from 1 to 4"));
        assert!(five.with_stride(5, [64, 64]).is_err());
        let small = window(Kind::Transposed, 3, 0, 1);
        assert!(small.with_padding(2, [1, 9]).unwrap_err().contains("no output pixel"));
        // Every window of max-pooling holds a pixel.
        let pool = window(Kind::MaxPool, 6, 5, 4);
        assert_eq!(pool.with_stride(6, [8, 8]).map(|w| w.stride), Ok(6));
        for output in 0..pool.output(8) {
            assert!(pool.taps(8, output).iter().any(|tap| tap.pixel.is_some()));
        }
    }
}
