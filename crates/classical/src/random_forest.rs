//! Random forest (Breiman, "Random forests", Machine Learning 45, 2001) with the defaults of
//! scikit-learn's `RandomForestClassifier`.

mod split;
mod tree;

use data::rng::Rng;

use self::split::Columns;
use self::tree::Tree;
use crate::table::Table;

/// Number of trees.
pub(crate) const TREES: usize = 100;

/// Fitted trees that vote.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RandomForest {
    trees: Vec<Tree>,
    classes: usize,
}

impl RandomForest {
    /// Fits each tree to as many images as there are, drawn with replacement. `labels` are from 0 to
    /// `classes` − 1.
    pub fn fit(table: Table, labels: &[usize], classes: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let columns = Columns::new(&table, labels, classes);
        drop(table);
        let images = labels.len();
        let trees = (0..TREES).map(|_| {
            let mut weights = vec![0; images];
            for _ in 0..images {
                weights[rng.below(images as u64) as usize] += 1;
            }
            Tree::grow(&columns, &weights, &mut rng)
        });
        Self { trees: trees.collect(), classes }
    }

    /// Returns the class of each image with the most votes, the first of those with equally many.
    pub fn predict(&self, table: &Table) -> Vec<usize> {
        let vote = |row: &[f32]| {
            let mut votes = vec![0; self.classes];
            self.trees.iter().for_each(|tree| votes[tree.class_of(row)] += 1);
            first_largest(&votes)
        };
        table.rows().map(vote).collect()
    }

    /// Returns the number of fitted numbers in all trees: column and threshold of each inner node,
    /// and the class of each leaf.
    pub fn parameters(&self) -> usize {
        self.trees.iter().map(Tree::parameters).sum()
    }
}

/// Returns the index of the largest number, the first of equal ones.
fn first_largest(values: &[u32]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
