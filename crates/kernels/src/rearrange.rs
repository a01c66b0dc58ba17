//! What moves values without much arithmetic: rows of a table, channels put behind each other,
//! pixels repeated.

/// Rows of a table `[rows, width]`, one behind the other. Panics where there is no such row.
pub fn rows(table: &[f32], width: usize, indices: &[usize]) -> Vec<f32> {
    let mut found = Vec::with_capacity(indices.len() * width);
    for index in indices {
        found.extend_from_slice(&table[index * width..][..width]);
    }
    found
}

/// Channels of two batches behind each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Join {
    /// Images.
    pub batch: usize,
    /// Values of an image in either batch.
    pub lengths: [usize; 2],
}

impl Join {
    /// `[batch, a + b]` from `[batch, a]` and `[batch, b]`.
    pub fn forward(&self, a: &[f32], b: &[f32]) -> Vec<f32> {
        let [first, second] = self.lengths;
        let mut joined = Vec::with_capacity(a.len() + b.len());
        for (a, b) in a.chunks_exact(first).zip(b.chunks_exact(second)) {
            joined.extend_from_slice(a);
            joined.extend_from_slice(b);
        }
        joined
    }

    /// Gradients of both from that of the joined batch.
    pub fn backward(&self, gradient: &[f32]) -> [Vec<f32>; 2] {
        let [first, second] = self.lengths;
        let mut found = self.lengths.map(|length| Vec::with_capacity(self.batch * length));
        for image in gradient.chunks_exact(first + second) {
            found[0].extend_from_slice(&image[..first]);
            found[1].extend_from_slice(&image[first..]);
        }
        found
    }
}

/// Twice the height and width, each pixel repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nearest {
    /// Of the input: batch, channels, height, width.
    pub shape: [usize; 4],
}

impl Nearest {
    /// `[batch, channels, 2 height, 2 width]`.
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        let width = self.shape[3];
        let mut y = Vec::with_capacity(4 * x.len());
        for row in x.chunks_exact(width) {
            let start = y.len();
            y.extend(row.iter().flat_map(|pixel| [*pixel; 2]));
            y.extend_from_within(start..);
        }
        y
    }

    /// The input's gradient from that of the output: of each pixel the sum of its four.
    pub fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let wide = 2 * self.shape[3];
        let mut found = Vec::with_capacity(gradient.len() / 4);
        for pair in gradient.chunks_exact(2 * wide) {
            let (upper, lower) = pair.split_at(wide);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            found.extend(pairs.map(|(a, b)| a[0] + a[1] + b[0] + b[1]));
        }
        found
    }
}
