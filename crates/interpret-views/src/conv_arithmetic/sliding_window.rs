//! The sliding window of a convolution or pooling: its taps and the size of its output.
//!
//! Rows and columns are independent of each other, so every function handles one dimension.

use protocol::interpret::TracedOp;

/// Maximum stride that a visitor can try.
const MAX_STRIDE: usize = 4;

/// Operation applied to the values in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowKind {
    /// Multiplies the values by the weights and sums the products.
    Convolution,
    /// Takes the largest value.
    MaxPool,
    /// Takes the mean of the values.
    AveragePool,
    /// Multiplies each input value by all weights and sums the products that fall on the same
    /// output pixel.
    Transposed,
}

/// A window with padding and stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlidingWindow {
    /// The operation.
    pub kind: WindowKind,
    /// Side of the window in pixels.
    pub kernel: usize,
    /// Number of pixels added on each side of the input. For a transposed convolution, the number
    /// of pixels removed on each side of the output.
    pub padding: usize,
    /// Distance between consecutive windows in pixels, in the output for a transposed convolution.
    pub stride: usize,
}

/// An input pixel, and the weight by which it is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Row or column in the input; `None` in the padding.
    pub pixel: Option<usize>,
    /// Row or column of the weight in the kernel.
    pub weight: usize,
}

impl SlidingWindow {
    /// Returns the window of the network's operation.
    pub fn from_operation(operation: &TracedOp) -> Self {
        match *operation {
            TracedOp::Convolution { kernel, stride, padding, .. } => {
                Self { kind: WindowKind::Convolution, kernel, padding, stride }
            }
            TracedOp::MaxPool { side } => {
                Self { kind: WindowKind::MaxPool, kernel: side, padding: 0, stride: side }
            }
            TracedOp::AveragePool { side, .. } => {
                Self { kind: WindowKind::AveragePool, kernel: side, padding: 0, stride: side }
            }
            TracedOp::Transposed { kernel, .. } => {
                Self { kind: WindowKind::Transposed, kernel, padding: 0, stride: kernel }
            }
        }
    }

    /// Returns the number of output rows or columns for this number of input rows or columns.
    pub fn output_len(&self, length: usize) -> usize {
        let Self { kind, kernel, padding, stride } = *self;
        if length == 0 || kernel == 0 || stride == 0 {
            return 0;
        }
        match kind {
            WindowKind::Transposed => ((length - 1) * stride + kernel).saturating_sub(2 * padding),
            _ => (length + 2 * padding).checked_sub(kernel).map_or(0, |room| room / stride + 1),
        }
    }

    /// Formats the computation of [`Self::output_len`], for example `(64 + 2·0 − 5)/1 + 1 = 60`.
    pub fn output_formula(&self, length: usize) -> String {
        let (Self { kind, kernel, padding, stride }, output) = (*self, self.output_len(length));
        if kind == WindowKind::Transposed {
            return format!("({length} − 1)·{stride} − 2·{padding} + {kernel} = {output}");
        }
        let even = (length + 2 * padding).wrapping_sub(kernel).is_multiple_of(stride.max(1));
        let (open, op_trace) = if even { ("", "") } else { ("⌊", "⌋") };
        format!("{open}({length} + 2·{padding} − {kernel})/{stride}{op_trace} + 1 = {output}")
    }

    /// Returns the taps of one row or column of the output.
    pub fn taps(&self, length: usize, output: usize) -> Vec<Tap> {
        let inside = |pixel: usize| Some(pixel).filter(|pixel| *pixel < length);
        if self.kind != WindowKind::Transposed {
            let tap = |weight: usize| {
                let pixel = (output * self.stride + weight).checked_sub(self.padding);
                Tap { pixel: pixel.and_then(inside), weight }
            };
            return (0..self.kernel).map(tap).collect();
        }
        // Input pixel i contributes to output positions `stride * i - padding` and the following
        // `kernel - 1`.
        let place = output + self.padding;
        let last = place / self.stride;
        let first = (place + 1).saturating_sub(self.kernel).div_ceil(self.stride);
        let tap = |pixel| Tap { pixel: Some(pixel), weight: place - pixel * self.stride };
        (first..=last).filter(|pixel| inside(*pixel).is_some()).map(tap).collect()
    }

    /// Returns the window with a different padding, or the reason why that is impossible.
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

    /// Returns the window with a different stride, or the reason why that is impossible.
    pub fn with_stride(self, stride: usize, input: [usize; 2]) -> Result<Self, String> {
        // The stride of a network's pooling may be larger.
        let most =
            MAX_STRIDE.max(if self.kind == WindowKind::Convolution { 1 } else { self.kernel });
        if !(1..=most).contains(&stride) {
            return Err(format!("The stride goes from 1 to {most}."));
        }
        Self { stride, ..self }.checked(input)
    }

    fn checked(self, input: [usize; 2]) -> Result<Self, String> {
        if input.iter().any(|length| self.output_len(*length) == 0) {
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

    const fn window(
        kind: WindowKind,
        kernel: usize,
        padding: usize,
        stride: usize,
    ) -> SlidingWindow {
        SlidingWindow { kind, kernel, padding, stride }
    }

    #[test]
    fn outputs_are_as_long_as_the_formula_says() {
        let five = window(WindowKind::Convolution, 5, 0, 1);
        assert_eq!(
            (five.output_len(64), &*five.output_formula(64)),
            (60, "(64 + 2·0 − 5)/1 + 1 = 60")
        );
        let strided = window(WindowKind::Convolution, 3, 1, 2);
        assert_eq!(
            (strided.output_len(64), &*strided.output_formula(64)),
            (32, "⌊(64 + 2·1 − 3)/2⌋ + 1 = 32")
        );
        let up = window(WindowKind::Transposed, 2, 0, 2);
        assert_eq!((up.output_len(16), &*up.output_formula(16)), (32, "(16 − 1)·2 − 2·0 + 2 = 32"));
        assert_eq!(window(WindowKind::MaxPool, 2, 0, 2).output_len(61), 30);
        assert_eq!((five.output_len(4), five.output_len(0)), (0, 0));
        assert_eq!(window(WindowKind::Transposed, 3, 2, 1).output_len(1), 0);
    }

    fn pairs(taps: &[Tap]) -> Vec<(Option<usize>, usize)> {
        taps.iter().map(|tap| (tap.pixel, tap.weight)).collect()
    }

    #[test]
    fn a_window_reaches_into_the_padding() {
        let taps = window(WindowKind::Convolution, 3, 1, 2).taps(4, 0);
        assert_eq!(pairs(&taps), [(None, 0), (Some(0), 1), (Some(1), 2)]);
        let taps = window(WindowKind::Convolution, 3, 2, 1).taps(4, 5);
        assert_eq!(pairs(&taps), [(Some(3), 0), (None, 1), (None, 2)]);
    }

    /// Compares the taps with scattering of the input, which is the definition.
    #[test]
    fn a_transposed_convolution_gathers_what_the_input_scatters() {
        for (kernel, padding, stride) in
            [(2, 0, 2), (3, 0, 2), (3, 1, 1), (4, 1, 2), (2, 0, 3), (5, 3, 1)]
        {
            let window = window(WindowKind::Transposed, kernel, padding, stride);
            let length = 5;
            let mut scattered = vec![Vec::new(); window.output_len(length)];
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
    fn impossible_settings_are_explained() {
        let five = window(WindowKind::Convolution, 5, 0, 1);
        assert_eq!(five.with_padding(4, [64, 64]).map(|w| w.padding), Ok(4));
        assert!(five.with_padding(5, [64, 64]).unwrap_err().contains("from 0 to 4"));
        assert!(five.with_stride(0, [64, 64]).unwrap_err().contains("from 1 to 4"));
        assert!(five.with_stride(5, [64, 64]).is_err());
        let small = window(WindowKind::Transposed, 3, 0, 1);
        assert!(small.with_padding(2, [1, 9]).unwrap_err().contains("no output pixel"));
        // Every window of max-pooling contains at least one pixel of the input.
        let pool = window(WindowKind::MaxPool, 6, 5, 4);
        assert_eq!(pool.with_stride(6, [8, 8]).map(|w| w.stride), Ok(6));
        for output in 0..pool.output_len(8) {
            assert!(pool.taps(8, output).iter().any(|tap| tap.pixel.is_some()));
        }
    }
}
