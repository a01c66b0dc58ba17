//! Average pooling: over disjoint square windows, as in PyTorch's `avg_pool2d(x, side)`, and over
//! whole images, as in `adaptive_avg_pool2d(x, 1)`. Incomplete windows at the right and bottom
//! border are left out.

use crate::vectors::sum;

/// Shape of an average pooling of `[batch, channels, height, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AveragePool {
    /// Shape of the input: batch, channels, height, width.
    pub shape: [usize; 4],
    /// Side of a window in pixels.
    pub side: usize,
}

/// Shape of an average over whole images, `[batch, channels]` from
/// `[batch, channels, height, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalAveragePool {
    /// Shape of the input: batch, channels, height, width.
    pub shape: [usize; 4],
}

impl AveragePool {
    /// Returns the height and width of the output in pixels.
    pub fn output_size(&self) -> [usize; 2] {
        [self.shape[2] / self.side, self.shape[3] / self.side]
    }

    /// Returns the means, `[batch, channels, height/side, width/side]`.
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        match self.side {
            2 => self.means::<2>(x),
            3 => self.means::<3>(x),
            4 => self.means::<4>(x),
            _ => self.means::<0>(x),
        }
    }

    /// Computes the means. `S` is the side of a window, or 0 if it is not known at compile time.
    fn means<const S: usize>(&self, x: &[f32]) -> Vec<f32> {
        let ([batch, channels, height, width], [rows, columns]) = (self.shape, self.output_size());
        assert_eq!(x.len(), batch * channels * height * width, "images");
        let mut y = vec![0.0; batch * channels * rows * columns];
        if y.is_empty() {
            return y;
        }
        let side = if S == 0 { self.side } else { S };
        let factor = self.factor();
        let images = x.chunks_exact(height * width).zip(y.chunks_exact_mut(rows * columns));
        for (image, y) in images {
            let bands = image.chunks_exact(side * width).zip(y.chunks_exact_mut(columns));
            for (band, y) in bands {
                for row in band.chunks_exact(width) {
                    for (window, y) in row.chunks_exact(side).zip(y.iter_mut()) {
                        *y += window.iter().sum::<f32>();
                    }
                }
                y.iter_mut().for_each(|y| *y *= factor);
            }
        }
        y
    }

    /// Computes the gradient with respect to the input: each pixel of a window gets an equal share.
    pub fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let ([batch, channels, height, width], [rows, columns]) = (self.shape, self.output_size());
        assert_eq!(gradient.len(), batch * channels * rows * columns, "gradients");
        let mut found = vec![0.0; batch * channels * height * width];
        if gradient.is_empty() {
            return found;
        }
        let factor = self.factor();
        let images =
            found.chunks_exact_mut(height * width).zip(gradient.chunks_exact(rows * columns));
        for (image, gradient) in images {
            let bands = image.chunks_exact_mut(self.side * width);
            for (band, gradient) in bands.zip(gradient.chunks_exact(columns)) {
                for row in band.chunks_exact_mut(width) {
                    for (window, grad) in row.chunks_exact_mut(self.side).zip(gradient) {
                        window.fill(grad * factor);
                    }
                }
            }
        }
        found
    }

    fn factor(&self) -> f32 {
        1.0 / (self.side * self.side) as f32
    }
}

impl GlobalAveragePool {
    /// Returns the means, `[batch, channels]`.
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        let pixels = self.pixels();
        assert_eq!(x.len(), self.shape[0] * self.shape[1] * pixels, "images");
        x.chunks_exact(pixels).map(|image| sum(image) / pixels as f32).collect()
    }

    /// Computes the gradient with respect to the input: each pixel gets an equal share.
    pub fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let pixels = self.pixels();
        assert_eq!(gradient.len(), self.shape[0] * self.shape[1], "a gradient a channel");
        let shares = gradient.iter().map(|grad| grad / pixels as f32);
        shares.flat_map(|share| std::iter::repeat_n(share, pixels)).collect()
    }

    fn pixels(&self) -> usize {
        self.shape[2] * self.shape[3]
    }
}
