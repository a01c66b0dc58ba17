//! A list that grows without ever being copied.

/// Number of items in a block.
const BLOCK: usize = 1 << 16;

/// A list of items in blocks of equal length. A `Vec` of 200 MB would need up to 600 MB while it
/// grows; this list needs no more than it holds, and a file that promises more than it has takes no
/// memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks<T> {
    /// All but the last one hold [`BLOCK`] items.
    blocks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Self { blocks: Vec::new(), len: 0 }
    }
}

impl<T: Copy> Blocks<T> {
    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(item),
            _ => {
                // Small lists stay small.
                let mut block = Vec::with_capacity(if self.len == 0 { 0 } else { BLOCK });
                block.push(item);
                self.blocks.push(block);
            }
        }
        self.len += 1;
    }

    /// Returns an item.
    ///
    /// # Panics
    ///
    /// Panics if the place is out of range.
    pub fn get(&self, place: usize) -> T {
        self.blocks[place / BLOCK][place % BLOCK]
    }

    /// Returns all items in order.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.blocks.iter().flatten().copied()
    }

    /// Converts all items, block by block.
    pub fn map<U>(self, convert: impl Fn(T) -> U) -> Blocks<U> {
        let convert_block = |block: Vec<T>| block.into_iter().map(&convert).collect();
        Blocks { blocks: self.blocks.into_iter().map(convert_block).collect(), len: self.len }
    }
}
