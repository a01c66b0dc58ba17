//! Where a square kernel is placed on an image, with stride and zero padding.

use crate::padded::Padded;

/// Placement of a square kernel on an image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Height and width of the image in pixels.
    pub size: [usize; 2],
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Distance between neighboring places of the kernel in pixels.
    pub stride: usize,
    /// Zero padding on each side in pixels.
    pub padding: usize,
}

/// The pixels of an image whose rows and columns have the same remainder when divided by the
/// stride. They are multiplied with the same values of the kernel, and are neighbors if the
/// gradient's pixels are.
#[derive(Debug)]
pub(crate) struct Phase {
    /// Row and column of the first pixel.
    first: [usize; 2],
    /// Number of rows and columns of these pixels.
    pub size: [usize; 2],
    /// Indices of the values of the kernel.
    pub positions: Vec<usize>,
    /// For each of these values, where the first pixel reads the padded gradient.
    pub offsets: Vec<usize>,
}

impl Window {
    /// Returns the number of places of the kernel along height and width.
    pub fn output_size(&self) -> [usize; 2] {
        self.size.map(|side| (side + 2 * self.padding + self.stride - self.kernel) / self.stride)
    }

    /// Returns for each value of the kernel where the first place reads the padded image.
    pub fn offsets(&self, x: &Padded) -> Vec<usize> {
        let columns = 0..self.kernel;
        (0..self.kernel)
            .flat_map(|row| columns.clone().map(move |column| row * x.stride + x.column(column)))
            .collect()
    }

    /// Returns the zero padding that a gradient needs to be read by [`Self::phases`].
    pub fn gradient_padding(&self) -> usize {
        self.kernel.div_ceil(self.stride)
    }

    /// Returns the phases that get a gradient from any value of the kernel. The gradient of the
    /// output is padded by [`Self::gradient_padding`].
    pub fn phases(&self, gradient: &Padded) -> Vec<Phase> {
        let remainders = (0..self.stride * self.stride).map(|i| [i / self.stride, i % self.stride]);
        let phases = remainders.map(|first| {
            let [rows, columns] = first.map(|first| self.taps(first));
            let size = [0, 1]
                .map(|axis| self.size[axis].saturating_sub(first[axis]).div_ceil(self.stride));
            let (mut positions, mut offsets) = (Vec::new(), Vec::new());
            for (row, down) in &rows {
                for (column, across) in &columns {
                    positions.push(row * self.kernel + column);
                    offsets.push(down * gradient.stride + across);
                }
            }
            Phase { first, size, positions, offsets }
        });
        phases.filter(|phase| !phase.positions.is_empty()).collect()
    }

    /// Returns along one axis the rows (or columns) of the kernel that multiply the pixel `first`,
    /// each with the index that it reads in the padded gradient.
    fn taps(&self, first: usize) -> Vec<(usize, usize)> {
        let shifted = first + self.padding;
        let last = self.gradient_padding() + shifted / self.stride;
        let taps = (shifted % self.stride..self.kernel).step_by(self.stride);
        taps.enumerate().map(|(back, tap)| (tap, last - back)).collect()
    }
}

impl Phase {
    /// Copies the pixels of this phase to where they belong in an image.
    pub fn scatter(&self, window: &Window, pixels: &[f32], image: &mut [f32]) {
        let (stride, width) = (window.stride, window.size[1]);
        if self.size.contains(&0) {
            return;
        }
        let rows = image.chunks_exact_mut(width).skip(self.first[0]).step_by(stride);
        for (from, to) in pixels.chunks_exact(self.size[1]).zip(rows) {
            let to = to.iter_mut().skip(self.first[1]).step_by(stride);
            from.iter().zip(to).for_each(|(from, to)| *to = *from);
        }
    }
}
