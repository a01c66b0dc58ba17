//! Max-pooling over disjoint square windows, as in PyTorch's `max_pool2d(x, side)`: incomplete
//! windows at the right and bottom border are left out, and of equal values the first one counts.
//! Optionally followed by ReLU.

/// Shape of a max-pooling of `[batch, channels, height, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pool {
    /// Shape of the input: batch, channels, height, width.
    pub shape: [usize; 4],
    /// Side of a window in pixels.
    pub side: usize,
    /// Whether ReLU follows.
    pub relu: bool,
}

impl Pool {
    /// Returns the height and width of the output in pixels.
    pub fn output_size(&self) -> [usize; 2] {
        [self.shape[2] / self.side, self.shape[3] / self.side]
    }

    /// Returns the maxima, `[batch, channels, height/side, width/side]`.
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        let [.., height, width] = self.shape;
        if self.side == 2 {
            return forward_2x2(x, [height, width], self.relu);
        }
        let floor = if self.relu { 0.0 } else { f32::NEG_INFINITY };
        let largest = self.argmax(x).map(|at| x[at]);
        largest.map(|value| if value < floor { floor } else { value }).collect()
    }

    /// Computes the gradient with respect to the input, from the input and the gradient of the
    /// output. Each gradient goes to the largest pixel of its window, or is dropped if ReLU follows
    /// and that pixel is not positive.
    pub fn backward(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let [.., height, width] = self.shape;
        if self.side == 2 {
            return backward_2x2(x, [height, width], self.relu, gradient);
        }
        let mut out = vec![0.0; x.len()];
        for (at, grad) in self.argmax(x).zip(gradient) {
            if !self.relu || x[at] > 0.0 {
                out[at] = *grad;
            }
        }
        out
    }

    /// Iterates over the index of the largest pixel of each window.
    fn argmax<'a>(&self, x: &'a [f32]) -> impl Iterator<Item = usize> + 'a {
        let ([.., height, width], [rows, columns], side) =
            (self.shape, self.output_size(), self.side);
        let images = x.len() / (height * width).max(1);
        (0..images * rows * columns).map(move |place| {
            let (column, row) = (place % columns, place / columns % rows);
            let start = (place / (rows * columns) * height + row * side) * width + column * side;
            let square = (0..side * side).map(|i| start + i / side * width + i % side);
            square.fold(start, |best, at| if x[at] > x[best] { at } else { best })
        })
    }
}

/// Same as [`Pool::forward`], for windows of 2×2 pixels.
fn forward_2x2(x: &[f32], [height, width]: [usize; 2], relu: bool) -> Vec<f32> {
    let (rows, columns) = (height / 2, width / 2);
    let images = x.len() / (height * width).max(1);
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    let mut y = vec![0.0; images * rows * columns];
    for (image, out) in
        x.chunks_exact(height * width).zip(y.chunks_exact_mut((rows * columns).max(1)))
    {
        let pairs = image.chunks_exact(2 * width);
        for (pair, out) in pairs.zip(out.chunks_exact_mut(columns.max(1))) {
            let (top, bottom) = pair.split_at(width);
            for ((top, bottom), out) in
                top.chunks_exact(2).zip(bottom.chunks_exact(2)).zip(out.iter_mut())
            {
                let largest = max(max(top[0], top[1]), max(bottom[0], bottom[1]));
                // NaN remains NaN, so that divergence is visible.
                *out = if largest < floor { floor } else { largest };
            }
        }
    }
    y
}

/// Same as [`Pool::backward`], for windows of 2×2 pixels.
fn backward_2x2(x: &[f32], [height, width]: [usize; 2], relu: bool, gradient: &[f32]) -> Vec<f32> {
    let (rows, columns) = (height / 2, width / 2);
    let floor = if relu { 0.0 } else { f32::NEG_INFINITY };
    let mut out = vec![0.0; x.len()];
    let images = x.chunks_exact(height * width).zip(out.chunks_exact_mut(height * width));
    for ((image, out), gradient) in images.zip(gradient.chunks_exact((rows * columns).max(1))) {
        let pairs = image.chunks_exact(2 * width).zip(out.chunks_exact_mut(2 * width));
        for ((pair, out), gradient) in pairs.zip(gradient.chunks_exact(columns.max(1))) {
            let (top, bottom) = pair.split_at(width);
            let (to_top, to_bottom) = out.split_at_mut(width);
            let squares = top.chunks_exact(2).zip(bottom.chunks_exact(2));
            let targets = to_top.chunks_exact_mut(2).zip(to_bottom.chunks_exact_mut(2));
            for (((a, b), (to_a, to_b)), grad) in squares.zip(targets).zip(gradient) {
                // Masks of bits instead of branches, which compilers make of a choice between
                // floats: it is unpredictable which pixel is largest.
                let (upper, under) = (max(a[0], a[1]), max(b[0], b[1]));
                let lower = under > upper;
                let is_given = max(upper, under) > floor;
                let (right_a, right_b) = (a[1] > a[0], b[1] > b[0]);
                let bits = grad.to_bits();
                let given = |here: bool| f32::from_bits(bits & u32::from(here).wrapping_neg());
                let (above, below) = (is_given & !lower, is_given & lower);
                to_a[0] = given(above & !right_a);
                to_a[1] = given(above & right_a);
                to_b[0] = given(below & !right_b);
                to_b[1] = given(below & right_b);
            }
        }
    }
    out
}

/// Returns `b` if it is larger than `a`, and `a` otherwise, even if one of them is NaN.
#[inline(always)]
fn max(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}
