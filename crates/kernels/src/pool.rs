//! Max-pooling over disjoint squares of pixels, as PyTorch's `max_pool2d(x, side)`: the last rows or
//! columns that make no whole square are left out, and of equals the first counts. ReLU may follow.

/// Shape of a max-pooling of `[batch, channels, height, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pool {
    /// Shape of the input: batch, channels, height, width.
    pub shape: [usize; 4],
    /// Side of a square.
    pub side: usize,
    /// Whether ReLU follows.
    pub relu: bool,
}

impl Pool {
    /// Height and width of the output.
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

    /// Returns the gradient with respect to the input, from the input and the gradient of the output:
    /// each goes to the largest pixel of its square, and nowhere if ReLU follows and that is not
    /// above 0.
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

    /// Iterates over the index of the largest pixel of each square.
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

/// As [`Pool::forward`], for squares of 2×2.
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
                // NaN stays NaN, so that a run that diverges shows it.
                *out = if largest < floor { floor } else { largest };
            }
        }
    }
    y
}

/// As [`Pool::backward`], for squares of 2×2.
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
                // Comparisons instead of branches: which pixel is largest is unpredictable.
                let (upper, under) = (max(a[0], a[1]), max(b[0], b[1]));
                let lower = under > upper;
                let grad = if max(upper, under) > floor { *grad } else { 0.0 };
                let (right_a, right_b) = (a[1] > a[0], b[1] > b[0]);
                let given = |here: bool| if here { grad } else { 0.0 };
                to_a[0] = given(!lower & !right_a);
                to_a[1] = given(!lower & right_a);
                to_b[0] = given(lower & !right_b);
                to_b[1] = given(lower & right_b);
            }
        }
    }
    out
}

/// Returns `b` if it is larger, else `a`, also where one is NaN.
#[inline(always)]
fn max(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}
