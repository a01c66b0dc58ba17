//! Standardization of columns.

use crate::table::Table;

/// Mean and deviation of each column of the training images.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standardizer {
    means: Vec<f64>,
    /// One divided by the standard deviation, or 0 for a constant column.
    factors: Vec<f64>,
}

impl Standardizer {
    pub fn fit(table: &Table) -> Self {
        let images = table.len() as f64;
        let mut means = vec![0.0; table.columns];
        let mut is_constant = vec![true; table.columns];
        let first = &table.values[..table.columns.min(table.values.len())];
        for row in table.rows() {
            for (column, value) in row.iter().enumerate() {
                means[column] += f64::from(*value);
                is_constant[column] &= *value == first[column];
            }
        }
        means.iter_mut().for_each(|sum| *sum /= images);
        let mut factors = vec![0.0; table.columns];
        for row in table.rows() {
            for ((sum, mean), value) in factors.iter_mut().zip(&means).zip(row) {
                let distance = f64::from(*value) - mean;
                *sum += distance * distance;
            }
        }
        for (factor, is_constant) in factors.iter_mut().zip(is_constant) {
            // The rounding error of the mean would make a deviation of a constant column.
            *factor = if is_constant { 0.0 } else { (images / *factor).sqrt() };
        }
        Self { means, factors }
    }

    /// Subtracts the mean of each column and divides by its standard deviation. Constant columns
    /// become 0.
    pub fn apply(&self, table: &mut Table) {
        for row in table.values.chunks_exact_mut(table.columns) {
            for ((value, mean), factor) in row.iter_mut().zip(&self.means).zip(&self.factors) {
                *value = ((f64::from(*value) - mean) * factor) as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_mean_0_and_deviation_1_and_constant_ones_become_0() {
        let mut table = Table { values: vec![1.0, 0.1, 3.0, 0.1, 1.0, 0.1, 3.0, 0.1], columns: 2 };
        let standardizer = Standardizer::fit(&table);
        standardizer.apply(&mut table);
        assert_eq!(table.values, [-1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 1.0, 0.0]);
        let mut other = Table { values: vec![5.0, 9.0], columns: 2 };
        standardizer.apply(&mut other);
        assert_eq!(other.values, [3.0, 0.0]);
    }
}
