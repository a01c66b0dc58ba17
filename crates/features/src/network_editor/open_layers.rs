//! Which layers of the editor show their settings.

use std::collections::BTreeSet;

/// Indices of the layers whose settings are shown. They move with their layers when the list of
/// layers changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OpenLayers(BTreeSet<usize>);

impl OpenLayers {
    /// Returns whether the settings of a layer are shown.
    pub fn contains(&self, index: usize) -> bool {
        self.0.contains(&index)
    }

    /// Shows or folds the settings of a layer.
    pub fn set(&mut self, index: usize, open: bool) {
        if open {
            self.0.insert(index);
        } else {
            self.0.remove(&index);
        }
    }

    /// Follows the insertion of a layer, whose settings are shown.
    pub fn insert_layer(&mut self, index: usize) {
        self.shift(|other| if other >= index { Some(other + 1) } else { Some(other) });
        self.0.insert(index);
    }

    /// Follows the removal of a layer.
    pub fn remove_layer(&mut self, index: usize) {
        self.shift(|other| match other {
            other if other == index => None,
            other if other > index => Some(other - 1),
            other => Some(other),
        });
    }

    /// Follows a layer that was swapped with the previous one.
    pub fn move_layer_up(&mut self, index: usize) {
        self.shift(|other| match other {
            other if other == index => Some(index - 1),
            other if other + 1 == index => Some(index),
            other => Some(other),
        });
    }

    fn shift(&mut self, to: impl Fn(usize) -> Option<usize>) {
        self.0 = self.0.iter().copied().filter_map(to).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(indices: &[usize]) -> OpenLayers {
        OpenLayers(indices.iter().copied().collect())
    }

    #[test]
    fn settings_stay_open_with_their_layer() {
        let mut layers = open(&[0, 2]);
        layers.insert_layer(1);
        assert_eq!(layers, open(&[0, 1, 3]));
        layers.remove_layer(0);
        assert_eq!(layers, open(&[0, 2]));
        layers.move_layer_up(2);
        assert_eq!(layers, open(&[0, 1]));
        layers.move_layer_up(2);
        assert_eq!(layers, open(&[0, 2]));
    }

    #[test]
    fn a_layer_is_opened_and_folded() {
        let mut layers = OpenLayers::default();
        layers.set(3, true);
        assert!(layers.contains(3) && !layers.contains(2));
        layers.set(3, false);
        assert_eq!(layers, OpenLayers::default());
    }
}
