//! The visitor's selection, and its changes when the run or the images change.

use model::{ImageRef, LayerInfo, OpKind, Split};
use protocol::RunId;
use protocol::interpret::{ExplainTarget, NetworkRef, Snapshot, UnitRef};
use ui::erased_signal::RwSignal;

use super::images::Images;

/// The visitor's selection. The views write it, and the queries to the interpreter depend on it.
#[derive(Clone, Copy)]
pub struct Selection {
    /// The image used in all views.
    pub image: RwSignal<Option<ImageRef>>,
    /// The selected checkpoint of the run: the latest one, or that of an epoch.
    pub snapshot: RwSignal<Snapshot>,
    /// The network to which the selected one is compared.
    pub compared: RwSignal<Option<NetworkRef>>,
    /// The unit under the pointer or with the keyboard focus.
    pub hovered_unit: RwSignal<Option<UnitRef>>,
    /// The unit whose details are open.
    pub unit: RwSignal<Option<UnitRef>>,
    /// The layer that is marked, here and in the view of the code.
    pub layer: RwSignal<Option<usize>>,
    /// The operation of the selected unit whose arithmetic is shown.
    pub operation: RwSignal<Option<OpKind>>,
    /// The selected output pixel of this operation, `[row, column]`.
    pub pixel: RwSignal<[usize; 2]>,
    /// The class to explain, and the weights to use.
    pub target: RwSignal<ExplainTarget>,
    /// The test image whose nearest neighbors are shown.
    pub neighbors_of: RwSignal<Option<usize>>,
    /// The layer whose t-SNE map is shown.
    pub tsne_layer: RwSignal<Option<usize>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            image: RwSignal::new(None),
            snapshot: RwSignal::new(Snapshot::Latest),
            compared: RwSignal::new(None),
            hovered_unit: RwSignal::new(None),
            unit: RwSignal::new(None),
            layer: RwSignal::new(None),
            operation: RwSignal::new(None),
            pixel: RwSignal::new([0; 2]),
            target: RwSignal::new(ExplainTarget { class: None, randomized: false }),
            neighbors_of: RwSignal::new(None),
            tsne_layer: RwSignal::new(None),
        }
    }
}

impl Selection {
    /// Keeps the selected image if other images contain it, and otherwise selects the first test
    /// image.
    pub(crate) fn on_dataset(self, images: Option<&Images>) {
        let there =
            |image: &ImageRef| images.is_some_and(|images| image.index < images.count(image.split));
        let split = images.map_or(Split::Test, |images| images.evaluated());
        let first = ImageRef { split, index: 0 };
        self.neighbors_of.set(None);
        self.compared.set(None);
        self.image.set(self.image.get_untracked().filter(there).or(Some(first)).filter(there));
    }

    /// Keeps those selected units and layers that the layers of another network contain as well.
    pub(crate) fn on_layers(self, layers: &[LayerInfo]) {
        let fits =
            |layer: usize, unit: usize| layers.get(layer).is_some_and(|l| unit < l.output[0]);
        for unit in [self.hovered_unit, self.unit] {
            unit.update(|unit| *unit = unit.filter(|unit| fits(unit.layer, unit.unit)));
        }
        if self.unit.get_untracked().is_none() {
            self.operation.set(None);
        }
        self.tsne_layer.update(|layer| *layer = layer.filter(|layer| fits(*layer, 0)));
    }

    /// Selects the latest checkpoint, after the checkpoints of all epochs were lost except those of
    /// the run `kept`.
    pub(crate) fn on_lost_checkpoints(self, kept: Option<RunId>) {
        self.snapshot.set(Snapshot::Latest);
        self.compared.update(|at| *at = at.filter(|at| Some(at.run) == kept));
    }
}
