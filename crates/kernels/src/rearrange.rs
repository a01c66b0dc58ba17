//! Data movement: gathering rows, concatenating channels, nearest-neighbor upsampling.

/// Gathers rows of a table `[rows, width]`.
///
/// # Panics
///
/// Panics if an index is out of range.
pub fn gather_rows(table: &[f32], width: usize, indices: &[usize]) -> Vec<f32> {
    let mut gathered = Vec::with_capacity(indices.len() * width);
    for index in indices {
        gathered.extend_from_slice(&table[index * width..][..width]);
    }
    gathered
}

/// Shape of a concatenation of two batches along their channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Concat {
    /// Number of images.
    pub batch: usize,
    /// Number of values per image in each batch.
    pub lengths: [usize; 2],
}

impl Concat {
    /// Concatenates `[batch, a]` and `[batch, b]` to `[batch, a + b]`.
    pub fn forward(&self, a: &[f32], b: &[f32]) -> Vec<f32> {
        let [first, second] = self.lengths;
        let mut concatenated = Vec::with_capacity(a.len() + b.len());
        for (a, b) in a.chunks_exact(first).zip(b.chunks_exact(second)) {
            concatenated.extend_from_slice(a);
            concatenated.extend_from_slice(b);
        }
        concatenated
    }

    /// Splits the gradient of the concatenated batch into those of both batches.
    pub fn backward(&self, gradient: &[f32]) -> [Vec<f32>; 2] {
        let [first, second] = self.lengths;
        let mut gradients = self.lengths.map(|length| Vec::with_capacity(self.batch * length));
        for image in gradient.chunks_exact(first + second) {
            gradients[0].extend_from_slice(&image[..first]);
            gradients[1].extend_from_slice(&image[first..]);
        }
        gradients
    }
}

/// Shape of a nearest-neighbor upsampling to twice the height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NearestUpsample {
    /// Shape of the input: batch, channels, height, width.
    pub shape: [usize; 4],
}

impl NearestUpsample {
    /// Repeats each pixel 2×2: `[batch, channels, 2 height, 2 width]`.
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

    /// Computes the gradient with respect to the input: the sum over the four copies of each pixel.
    pub fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let wide = 2 * self.shape[3];
        let mut gradients = Vec::with_capacity(gradient.len() / 4);
        for pair in gradient.chunks_exact(2 * wide) {
            let (upper, lower) = pair.split_at(wide);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            gradients.extend(pairs.map(|(a, b)| a[0] + a[1] + b[0] + b[1]));
        }
        gradients
    }
}
