//! A decision tree that is grown until its leaves are pure.

use data::rng::Rng;

use super::split::{Columns, Split};

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Node {
    /// Images with at most the threshold in the column go to the next node in the list, others to
    /// `right`.
    Inner { column: usize, threshold: f32, right: usize },
    /// The class of all images that come here.
    Leaf(usize),
}

/// A decision tree; the root is the first node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree(Vec<Node>);

/// Images that wait for their node.
struct Branch {
    images: Vec<usize>,
    /// The parent, if this is its right child.
    parent: Option<usize>,
}

impl Tree {
    /// Grows a tree on the images with a weight above 0.
    pub fn grow(columns: &Columns<'_>, weights: &[u32], rng: &mut Rng) -> Self {
        let images = (0..weights.len()).filter(|image| weights[*image] > 0).collect();
        let mut waiting = vec![Branch { images, parent: None }];
        let mut nodes = Vec::new();
        let mut search = SplitSearch::new(columns, weights);
        // The left child is taken up right after its parent.
        while let Some(Branch { images, parent }) = waiting.pop() {
            let at = nodes.len();
            if let Some(Node::Inner { right, .. }) = parent.and_then(|parent| nodes.get_mut(parent))
            {
                *right = at;
            }
            let totals = columns.class_weights(&images, weights);
            let Some(split) = search.best(&images, &totals, rng) else {
                nodes.push(Node::Leaf(first_largest(&totals)));
                continue;
            };
            let Split { column, threshold, .. } = split;
            nodes.push(Node::Inner { column, threshold, right: 0 });
            let values = columns.column(column);
            let (left, right) = images.into_iter().partition(|image| values[*image] <= threshold);
            waiting.push(Branch { images: right, parent: Some(at) });
            waiting.push(Branch { images: left, parent: None });
        }
        Self(nodes)
    }

    /// Returns the class of an image from its numbers.
    pub fn class_of(&self, row: &[f32]) -> usize {
        let mut at = 0;
        loop {
            match self.0[at] {
                Node::Leaf(class) => return class,
                Node::Inner { column, threshold, .. } if row[column] <= threshold => at += 1,
                Node::Inner { right, .. } => at = right,
            }
        }
    }

    /// Returns two numbers for each inner node and one for each leaf.
    pub fn parameters(&self) -> usize {
        let of_node = |node: &Node| if matches!(node, Node::Leaf(_)) { 1 } else { 2 };
        self.0.iter().map(of_node).sum()
    }
}

/// Search for splits in columns that are drawn anew for each node.
struct SplitSearch<'a> {
    columns: &'a Columns<'a>,
    weights: &'a [u32],
    /// All columns; the first ones are those drawn last.
    drawn: Vec<usize>,
    scratch: Vec<u64>,
}

impl<'a> SplitSearch<'a> {
    fn new(columns: &'a Columns<'a>, weights: &'a [u32]) -> Self {
        let drawn = (0..columns.count).collect();
        Self { columns, weights, drawn, scratch: Vec::new() }
    }

    /// Returns the best split by √columns columns, or none if the images are of one class. Where all
    /// these columns are constant, it goes on until one is not; without any there is no split
    /// either.
    fn best(&mut self, images: &[usize], totals: &[u64], rng: &mut Rng) -> Option<Split> {
        if totals.iter().filter(|weight| **weight > 0).count() < 2 {
            return None;
        }
        let count = self.drawn.len();
        let wanted = count.isqrt().max(1);
        let mut best: Option<Split> = None;
        for at in 0..count {
            if at >= wanted && best.is_some() {
                break;
            }
            self.drawn.swap(at, at + rng.below((count - at) as u64) as usize);
            let column = self.drawn[at];
            let split =
                self.columns.best_split(column, images, self.weights, totals, &mut self.scratch);
            if let Some(split) = split
                && best.is_none_or(|best| split.score > best.score)
            {
                best = Some(split);
            }
        }
        best
    }
}

/// Returns the index of the largest number, the first of equal ones.
fn first_largest(values: &[u64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    fn grow(table: &Table, labels: &[usize]) -> Tree {
        let columns = Columns::new(table, labels, 2);
        Tree::grow(&columns, &vec![1; labels.len()], &mut Rng::new(3))
    }

    #[test]
    fn a_tree_fits_its_images() {
        // Exclusive or: no single column tells the classes apart.
        let values = vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
        let (table, labels) = (Table { values, columns: 2 }, [0, 1, 1, 0]);
        let tree = grow(&table, &labels);
        let found: Vec<usize> = table.rows().map(|row| tree.class_of(row)).collect();
        assert_eq!(found, labels);
        assert_eq!(tree.parameters(), 3 * 2 + 4);
    }

    #[test]
    fn equal_images_of_two_classes_share_a_leaf() {
        let table = Table { values: vec![4.0; 3], columns: 1 };
        let tree = grow(&table, &[1, 0, 1]);
        assert_eq!(tree.0, [Node::Leaf(1)]);
    }

    #[test]
    fn constant_columns_do_not_end_a_branch() {
        // One of 100 columns tells the classes apart; ten are drawn.
        let mut values = vec![0.0; 200];
        values[100 + 77] = 1.0;
        let tree = grow(&Table { values, columns: 100 }, &[0, 1]);
        assert_eq!(tree.0[0], Node::Inner { column: 77, threshold: 0.5, right: 2 });
    }
}
