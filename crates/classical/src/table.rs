//! A table of numbers, one row an image.

/// Numbers `[images, columns]` in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub values: Vec<f32>,
    /// Numbers of an image, at least 1.
    pub columns: usize,
}

impl Table {
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.columns)
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Returns the same numbers, `[columns, images]`.
    pub fn transposed(&self) -> Vec<f32> {
        let images = self.len();
        let mut values = vec![0.0; self.values.len()];
        for (image, row) in self.rows().enumerate() {
            for (column, value) in row.iter().enumerate() {
                values[column * images + image] = *value;
            }
        }
        values
    }
}
