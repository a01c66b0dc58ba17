//! Shards of a batch, and sums over them in an order that does not depend on the number of replicas.
//!
//! A batch is always cut into [`SHARDS`] parts, however many replicas there are. A replica computes
//! one or several neighboring shards, each on its own. Sums over the batch are those of a binary
//! tree whose leaves are the shards: two siblings are added, then their parents, up to the root. A
//! replica adds those siblings that it has both, and sends what is left; the others do the rest.
//! Floating-point addition is commutative but not associative, so that this fixed order is what
//! makes the sums equal to the last digit.

use std::ops::Range;

use crate::exchange::{Exchange, Lost};

/// Number of shards of a batch, and so the largest number of replicas. A power of two.
pub const SHARDS: usize = 8;

const _: () = assert!(SHARDS.is_power_of_two());

/// Returns the shards of a replica.
pub fn of_replica(rank: usize, replicas: usize) -> Range<usize> {
    rank * SHARDS / replicas..(rank + 1) * SHARDS / replicas
}

/// Returns the images of a shard in a batch of this many images. It may be empty.
pub fn images(shard: usize, batch: usize) -> Range<usize> {
    shard * batch / SHARDS..(shard + 1) * batch / SHARDS
}

/// Returns the images of a replica.
pub fn images_of_replica(rank: usize, replicas: usize, batch: usize) -> Range<usize> {
    let shards = of_replica(rank, replicas);
    images(shards.start, batch).start..images(shards.end, batch).start
}

/// Values of the nodes of the tree that are known: the root is node 1, the children of node n are 2n
/// and 2n + 1, the leaves are the shards.
struct Tree(Vec<Option<Vec<f32>>>);

impl Tree {
    fn new() -> Self {
        Self(vec![None; 2 * SHARDS])
    }

    /// Replaces siblings by their parent as long as there are any. An empty value counts as nothing.
    fn merge(&mut self, add: &dyn Fn(&mut [f32], &[f32])) {
        for left in (2..2 * SHARDS).step_by(2).rev() {
            if self.0[left].is_none() || self.0[left + 1].is_none() {
                continue;
            }
            let [mut sum, other] =
                [left, left + 1].map(|node| self.0[node].take().unwrap_or_default());
            if sum.is_empty() {
                sum = other;
            } else if !other.is_empty() {
                add(&mut sum, &other);
            }
            self.0[left / 2] = Some(sum);
        }
    }
}

/// Returns the nodes that are left of a replica's shards after merging, and whether each of them has
/// any image.
fn nodes_of(rank: usize, replicas: usize, batch: usize) -> Vec<(usize, bool)> {
    let mut tree = Tree::new();
    for shard in of_replica(rank, replicas) {
        let count = images(shard, batch).len();
        tree.0[SHARDS + shard] = Some(vec![0.0; count.min(1)]);
    }
    tree.merge(&|_, _| {});
    let nodes = tree.0.into_iter().enumerate();
    nodes.filter_map(|(node, value)| Some((node, !value?.is_empty()))).collect()
}

/// Values of one replica before a sum: those of its shards, and others that are passed on as they
/// are.
pub(crate) struct Summands {
    /// Values of each shard of the replica; empty for a shard without images.
    pub shards: Vec<Vec<f32>>,
    /// Values for each image of the replica, which the others need as well.
    pub rows: Vec<f32>,
}

/// Sums over a whole batch.
pub(crate) struct Sums {
    /// The sum, in the length of a shard's values.
    pub sum: Vec<f32>,
    /// The values for each image of the batch.
    pub rows: Vec<f32>,
}

/// Sums values over the shards of all replicas. `len` is the number of values of a shard, and `add`
/// adds the second argument to the first.
pub(crate) async fn sum(
    exchange: &mut dyn Exchange,
    batch: usize,
    len: usize,
    Summands { shards, rows }: Summands,
    add: &dyn Fn(&mut [f32], &[f32]),
) -> Result<Sums, Lost> {
    let (rank, replicas) = exchange.rank_and_count();
    let mut tree = Tree::new();
    for (shard, values) in of_replica(rank, replicas).zip(shards) {
        tree.0[SHARDS + shard] = Some(values);
    }
    tree.merge(add);
    if replicas == 1 {
        return Ok(Sums { sum: tree.0[1].take().unwrap_or_default(), rows });
    }
    let mut message: Vec<f32> = tree.0.iter().flatten().flatten().copied().collect();
    message.extend(rows);
    let mut all_rows = Vec::new();
    for (rank, message) in exchange.all_gather(message).await?.into_iter().enumerate() {
        let mut rest = message.as_slice();
        for (node, is_filled) in nodes_of(rank, replicas, batch) {
            // A message of another length cannot come from a replica of the same network.
            let (values, after) =
                rest.split_at_checked(if is_filled { len } else { 0 }).ok_or(Lost)?;
            tree.0[node] = Some(values.to_vec());
            rest = after;
        }
        all_rows.extend_from_slice(rest);
    }
    tree.merge(add);
    Ok(Sums { sum: tree.0[1].take().unwrap_or_default(), rows: all_rows })
}

/// Adds values, the usual way to merge two shards.
pub(crate) fn add(sum: &mut [f32], other: &[f32]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_in_one_shard_and_with_one_replica() {
        for batch in [0, 1, 3, 8, 13, 64] {
            let mut next = 0;
            for shard in 0..SHARDS {
                assert_eq!(images(shard, batch).start, next);
                next = images(shard, batch).end;
            }
            assert_eq!(next, batch);
            for replicas in 1..=SHARDS {
                let mut next = 0;
                for rank in 0..replicas {
                    assert_eq!(images_of_replica(rank, replicas, batch).start, next);
                    next = images_of_replica(rank, replicas, batch).end;
                }
                assert_eq!(next, batch);
            }
        }
    }

    #[test]
    fn a_replica_sends_the_largest_subtrees_it_has() {
        assert_eq!(nodes_of(0, 1, 8), [(1, true)]);
        assert_eq!(nodes_of(1, 2, 8), [(3, true)]);
        // Shards 2 to 4: the pair 2, 3, and the shard 4 alone.
        assert_eq!(nodes_of(1, 3, 8), [(5, true), (12, true)]);
        // Two images: in the shards 3 and 7.
        assert_eq!(nodes_of(0, 4, 2), [(4, false)]);
        assert_eq!(nodes_of(1, 4, 2), [(5, true)]);
    }

    #[test]
    fn the_tree_adds_siblings_first() {
        let mut tree = Tree::new();
        for shard in 0..SHARDS {
            tree.0[SHARDS + shard] = Some(if shard == 2 { vec![] } else { vec![shard as f32] });
        }
        let order = std::cell::RefCell::new(Vec::new());
        tree.merge(&|sum, other| {
            order.borrow_mut().push((sum[0], other[0]));
            add(sum, other);
        });
        assert_eq!(tree.0[1].as_deref(), Some([26.0].as_slice()));
        let pairs = [(6.0, 7.0), (4.0, 5.0), (0.0, 1.0), (9.0, 13.0), (1.0, 3.0), (4.0, 22.0)];
        assert_eq!(order.into_inner(), pairs);
    }
}
