//! What the page asks of the interpreter, and what it answers.
//!
//! The interpreter is a worker beside the engine. It gets the engine's weights as [`Checkpoint`]s and
//! computes from them what a network has learned. Questions are fire-and-forget; a later question of
//! one kind and side takes the place of an earlier one that has not been answered.

use serde::{Deserialize, Serialize};

use model::{OpKind, PixelRect, Task};

use crate::{Problem, QuantizedMaps, RunId};

/// Weights at one moment of a run, as the engine hands them over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The run.
    pub run: RunId,
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// Whether it is the end of an epoch (or the untrained network), to be kept.
    pub keep: bool,
    /// All weights as little-endian 32-bit floats. Layer by layer in the order in which they compute
    /// (a decoder block's upsampling in front of its convolutions): weights (of a dense layer `[in,
    /// out]`, else in PyTorch's layout), biases, then where batch norm follows its scale, shift,
    /// running mean and running variance.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
}

/// Which of a run's networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Snapshot {
    /// The latest that was handed over.
    Latest,
    /// That at the end of an epoch; 0 is the untrained network.
    Epoch(usize),
}

/// A network of a run at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NetworkRef {
    /// The run.
    pub run: RunId,
    /// When.
    pub snapshot: Snapshot,
}

/// On which side of a comparison the answer is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The network that is looked at.
    #[default]
    Primary,
    /// The one that it is compared with.
    Compared,
}

/// The images that probes and statistics are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterpreterDataset {
    /// Number of classes, the background among them.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
    /// Whether there is a class a pixel rather than one an image.
    pub masks: bool,
    /// Training images: gray values 0 to 255, `[n, height, width]`.
    #[serde(with = "serde_bytes")]
    pub train: Vec<u8>,
    /// Their classes, `[n]`, or `[n, height, width]`.
    #[serde(with = "serde_bytes")]
    pub train_targets: Vec<u8>,
    /// Test images, likewise.
    #[serde(with = "serde_bytes")]
    pub test: Vec<u8>,
    /// Their classes.
    #[serde(with = "serde_bytes")]
    pub test_targets: Vec<u8>,
}

/// An image and what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabeledImage {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Its class `[1]`, the class of each pixel `[height, width]`, or empty where not known: then what
    /// the network says takes its place.
    #[serde(with = "serde_bytes")]
    pub targets: Vec<u8>,
}

/// What the page wants to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// Use these images from now on. Answer: [`Answer::MapPoints`].
    SetDataset(InterpreterDataset),
    /// Checkpoints of this run will be of this network. Keeps those of the `keep` run beside them
    /// and forgets all others.
    SetRun {
        /// The run.
        run: RunId,
        /// Its network.
        task: Task,
        /// Number of classes.
        classes: usize,
        /// Height and width of the images.
        size: [usize; 2],
        /// The other run that stays.
        keep: Option<RunId>,
    },
    /// What every layer makes of an image, forwards and backwards. Answer: [`Answer::Activations`].
    Activations(QueryHeader, LabeledImage),
    /// The ladder of an epoch's network. Answer: [`Answer::LayerProbe`], one a layer, from the first to the
    /// last; at once where it is known.
    LayerProbes(NetworkRef),
    /// What one unit does. Answer: [`Answer::Unit`].
    Unit(QueryHeader, UnitRef),
    /// The image that excites a unit most. Answer: [`Answer::FeatureVisualization`], several times.
    FeatureVisualization(QueryHeader, UnitRef),
    /// The arithmetic behind one feature map. Answer: [`Answer::OpTrace`].
    OpTrace(QueryHeader, LabeledImage, UnitRef, OpKind),
    /// Why that class. Answer: [`Answer::Explanation`].
    Explain(QueryHeader, LabeledImage, ExplainTarget),
    /// The test images with the largest loss, and the surest and least sure ones of each class.
    /// Answer: [`Answer::Mistakes`].
    Mistakes(QueryHeader),
    /// The test images nearest to one of them in the last hidden layer. Answer:
    /// [`Answer::Neighbors`].
    Neighbors(QueryHeader, usize),
    /// A layer's map by t-SNE. Answer: [`Answer::Embedding`], several times.
    Embedding(QueryHeader, usize),
}

/// What questions have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryHeader {
    /// Comes back with the answer.
    pub request: u32,
    /// Where the answer is shown.
    pub side: Side,
    /// Of which network.
    pub network: NetworkRef,
}

/// A unit of a layer: a channel, or a neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitRef {
    /// The layer, in the order of [`model::layer_table`]; 0 is the image.
    pub layer: usize,
    /// Its unit.
    pub unit: usize,
}

/// What is to be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainTarget {
    /// The class whose logit is explained; of a U-Net the sum of that logit over the pixels that the
    /// network gives to the class. None is the most probable class.
    pub class: Option<usize>,
    /// With the output layer's weights drawn anew (Adebayo et al. 2018).
    pub randomized: bool,
}

/// What the interpreter tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Weights have arrived.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// The step of its latest weights.
        step: usize,
        /// The epochs whose networks are kept, in order.
        epochs: Vec<usize>,
    },
    /// What the points of maps are.
    MapPoints(Vec<MapPoint>),
    /// What every layer makes of the image, the image itself first.
    Activations(QueryHeader, NetworkActivations),
    /// One rung of a ladder.
    LayerProbe(NetworkRef, LayerProbe),
    /// What a unit does.
    Unit(QueryHeader, UnitActivations),
    /// The image so far that excites a unit most.
    FeatureVisualization(QueryHeader, FeatureVisualization),
    /// The arithmetic behind a feature map.
    OpTrace(QueryHeader, OpTrace),
    /// Why a class.
    Explanation(QueryHeader, Explanation),
    /// The largest losses.
    Mistakes(QueryHeader, Mistakes),
    /// Places of the nearest test images in the split, the nearest first, with the distance as a share
    /// of the mean distance to all of them.
    Neighbors(QueryHeader, Vec<(usize, f32)>),
    /// A layer's map by t-SNE so far.
    Embedding(QueryHeader, Embedding),
    /// Why there is no answer.
    QueryFailed(QueryHeader, Problem),
    /// Why there is no ladder.
    LayerProbesFailed(NetworkRef, Problem),
    /// Something is wrong beyond one question.
    InterpreterFailed(Problem),
}

/// A point of the layers' maps: a test image, or a pixel of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPoint {
    /// The image's place in the test split.
    pub image: usize,
    /// Row and column, where it is a pixel.
    pub pixel: Option<[usize; 2]>,
    /// Its class.
    pub class: u8,
}

/// What all layers make of one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkActivations {
    /// Steps that the network has made.
    pub step: usize,
    /// Cross-entropy of the image.
    pub loss: f32,
    /// The layers in the order of [`model::layer_table`].
    pub layers: Vec<LayerActivations>,
}

/// What one layer makes of one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerActivations {
    /// What it puts out, `[units, height, width]`; a dense layer's units are 1 × 1.
    pub maps: QuantizedMaps,
    /// Root mean square of what it puts out.
    pub signal: f32,
    /// Root mean square of the loss's gradient with respect to that.
    pub gradient: f32,
    /// Root mean square of the loss's gradient with respect to its weights; none for the image.
    pub weight_gradient: Option<f32>,
    /// Norm of the gradient with respect to each unit.
    pub unit_gradients: Vec<f32>,
    /// Weights of each unit as images, where the layer sees the image itself: `[units, height,
    /// width]`.
    pub filters: Option<QuantizedMaps>,
}

/// How well a linear classifier reads the class off one layer, and where that layer puts the test
/// images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerProbe {
    /// The layer; 0 is the image.
    pub layer: usize,
    /// Share of test points that the linear probe gets right, 0 to 1.
    pub accuracy: f64,
    /// Places of the points on the first two principal components.
    pub map: Vec<[f32; 2]>,
    /// Share of the variance along each.
    pub variance: [f32; 2],
    /// Share of the units that are dead: that put out the same value (within a millionth of it)
    /// everywhere in every test image that probes are scored on.
    pub dead: f32,
}

/// How often values of a unit fall where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The smallest value.
    pub low: f32,
    /// The largest value.
    pub high: f32,
    /// Values in each of as many equal traceable_ops between them.
    pub counts: Vec<u32>,
}

/// A test image that excites a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopActivation {
    /// Its place in the test split.
    pub image: usize,
    /// The unit's largest value in it.
    pub value: f32,
    /// What the unit sees of the image there.
    pub region: PixelRect,
}

/// What one unit does on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitActivations {
    /// Which.
    pub unit_ref: UnitRef,
    /// Its weights, an image for each unit or group of units that it gets its input from.
    pub weights: QuantizedMaps,
    /// Its values on the test images.
    pub histogram: Histogram,
    /// Whether it is dead, as in [`LayerProbe::dead`].
    pub dead: bool,
    /// Share of its layer's units that are: the same as in the layer's rung.
    pub layer_dead: f32,
    /// The test images that excite it most, at most nine.
    pub top: Vec<TopActivation>,
}

/// An image made to excite a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureVisualization {
    /// Which.
    pub unit_ref: UnitRef,
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// The unit's largest value on it.
    pub value: f32,
    /// Steps of gradient ascent so far.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
}

/// The arithmetic of one operation, for one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpTrace {
    /// Which unit.
    pub unit_ref: UnitRef,
    /// What arrives: channels, height, width.
    pub shape: [usize; 3],
    /// Its values, row by row.
    pub input: Vec<f32>,
    /// What is done with it.
    pub operation: TracedOp,
}

/// An operation on feature maps, as far as one output channel is concerned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TracedOp {
    /// Cross-correlation with zeros around, all input channels summed up.
    Convolution {
        /// Side of the kernel.
        kernel: usize,
        /// Pixels of zeros to each side.
        padding: usize,
        /// `[channels, kernel, kernel]`
        weights: Vec<f32>,
        /// Added to each sum.
        bias: f32,
    },
    /// The largest value of each square; only one channel arrives.
    MaxPool {
        /// Side and stride of the squares.
        side: usize,
    },
    /// Each value times a square of weights, laid side by side, all input channels summed up.
    Transposed {
        /// Side and stride of the squares.
        kernel: usize,
        /// `[channels, kernel, kernel]`
        weights: Vec<f32>,
        /// Added to each sum.
        bias: f32,
    },
}

/// How a class is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttributionMethod {
    /// Selvaraju et al. 2017; for a U-Net Vinogradova et al. 2020.
    GradCam,
    /// Grad-CAM place by place (Draelos & Carin 2020), for networks whose dense layers weigh every place
    /// by itself: there the means of Grad-CAM's gradients cancel, and its map is often empty.
    HiResCam,
    /// Input gradient times image (Shrikumar et al. 2016).
    InputGradient,
    /// Integrated gradients from a black image (Sundararajan et al. 2017).
    IntegratedGradients,
    /// How much the logit falls where a square is covered (Zeiler & Fergus 2014).
    Occlusion,
}

impl AttributionMethod {
    /// All of them, in the order in which they are shown.
    pub const ALL: [AttributionMethod; 5] = [
        AttributionMethod::GradCam,
        AttributionMethod::HiResCam,
        AttributionMethod::InputGradient,
        AttributionMethod::IntegratedGradients,
        AttributionMethod::Occlusion,
    ];
}

/// One method's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// How.
    pub method: AttributionMethod,
    /// How much each pixel speaks for the class (above 0) or against it, `[height, width]`; or why
    /// the method has no answer.
    pub values: Result<Vec<f32>, Problem>,
}

/// Why a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The class that is explained.
    pub class: usize,
    /// Probability of each class; of a U-Net the share of pixels given to it.
    pub probabilities: Vec<f32>,
    /// Methods in the order of [`AttributionMethod::ALL`].
    pub attributions: Vec<Attribution>,
    /// Sum of the integrated gradients, and the difference of logits that it should be.
    pub completeness: [f32; 2],
    /// Whether the output layer's weights were drawn anew.
    pub randomized: bool,
    /// Spearman's rank correlation of each method's map with that of the trained weights, where they
    /// were.
    pub agreement: Vec<Option<f32>>,
}

/// A test image with a large loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Its place in the test split.
    pub image: usize,
    /// Cross-entropy; of a U-Net the mean over its pixels.
    pub loss: f32,
    /// True class, and probability of it; none of a U-Net.
    pub truth: Option<(usize, f32)>,
    /// Most probable class, and its probability; none of a U-Net.
    pub predicted: Option<(usize, f32)>,
    /// Most probable class of each pixel of a U-Net; else empty.
    #[serde(with = "serde_bytes")]
    pub mask: Vec<u8>,
    /// Grad-CAM of the most probable class, or where that is empty HiResCAM, `[height, width]`, 0 to 255
    /// between 0 and its largest value; empty where there is none.
    #[serde(with = "serde_bytes")]
    pub cam: Vec<u8>,
}

/// The largest losses of the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistakes {
    /// Steps that the network has made.
    pub step: usize,
    /// The largest losses, the largest first.
    pub top: Vec<Mistake>,
    /// Of each class the test images that are surest to be of it, and the probability of that; empty
    /// for a U-Net.
    pub surest: Vec<Vec<(usize, f32)>>,
    /// Of each class the test images of it that are least sure to be.
    pub least_sure: Vec<Vec<(usize, f32)>>,
}

/// A layer's map by t-SNE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// The layer.
    pub layer: usize,
    /// Iterations so far.
    pub step: usize,
    /// Iterations in all.
    pub steps: usize,
    /// Places of the points.
    pub map: Vec<[f32; 2]>,
}
