//! State shared by the components of the arithmetic view.

use std::sync::Arc;

use protocol::interpret::{OpTrace, UnitRef};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{derived, memo};

use super::decimals::Decimals;
use super::output_plane::{OutputPlane, compute_output, is_complete};
use super::pixel_trace::PixelTrace;
use super::sliding_window::SlidingWindow;

/// The operation, the window with the visitor's settings, and the selected output pixel.
#[derive(Clone, Copy)]
pub struct ConvArithmeticState {
    /// Inputs and weights of the operation; `None` while they are missing or incomplete.
    pub op_trace: Signal<Option<Arc<OpTrace>>>,
    /// Window with the padding and stride of the network.
    pub network_window: Signal<Option<SlidingWindow>>,
    /// The current window.
    pub window: Signal<Option<SlidingWindow>>,
    /// Window with settings chosen by the visitor, and the index of the layer for which they were
    /// chosen.
    pub trial_window: RwSignal<Option<(usize, SlidingWindow)>>,
    /// Output of the unit with the current window.
    pub output: Signal<Option<Arc<OutputPlane>>>,
    /// Input channel selected by the visitor.
    pub chosen_channel: RwSignal<usize>,
    /// Current input channel, clamped to the channels that exist.
    pub channel: Signal<usize>,
    /// Output pixel `[row, column]` selected by the visitor.
    pub chosen_pixel: RwSignal<[usize; 2]>,
    /// Current output pixel, clamped to the output.
    pub pixel: Signal<[usize; 2]>,
    /// Values, weights and products behind the current output pixel.
    pub pixel_trace: Signal<Option<Arc<PixelTrace>>>,
    /// Number of decimals of each kind of number.
    pub decimals: Signal<Decimals>,
    /// Index in the patch of the value under the pointer or with the keyboard focus.
    pub hovered: RwSignal<Option<usize>>,
    /// Whether the sliding window is being played.
    pub playing: RwSignal<bool>,
}

impl ConvArithmeticState {
    /// Creates the state for an operation and an output pixel.
    pub fn new(op_trace: Signal<Option<Arc<OpTrace>>>, chosen_pixel: RwSignal<[usize; 2]>) -> Self {
        let op_trace = derived(move || op_trace.get().filter(|op_trace| is_complete(op_trace)));
        let shape = memo(move || {
            op_trace.with(|op_trace| {
                let op_trace = op_trace.as_ref()?;
                let window = SlidingWindow::from_operation(&op_trace.operation);
                Some((op_trace.unit_ref, op_trace.shape, window))
            })
        });
        let trial_window = RwSignal::new(None::<(usize, SlidingWindow)>);
        let network_window = memo(move || Some(shape.get()?.2));
        let window = memo(move || {
            let (unit, [_, height, width], own) = shape.get()?;
            let is_applicable = |(layer, window): &(usize, SlidingWindow)| {
                let same_kind = *layer == unit.layer && window.kind == own.kind;
                let sides = [height, width].map(|length| window.output_len(length));
                same_kind && window.kernel == own.kernel && !sides.contains(&0)
            };
            Some(trial_window.get().filter(is_applicable).map_or(own, |(_, window)| window))
        });
        let output = memo(move || {
            let window = window.get()?;
            let compute = |op_trace: &Arc<OpTrace>| Arc::new(compute_output(op_trace, &window));
            op_trace.with(|op_trace| op_trace.as_ref().map(compute))
        });
        let chosen_channel = RwSignal::new(0_usize);
        let channel = memo(move || {
            let channels = shape.get().map_or(0, |(_, [channels, ..], _)| channels);
            chosen_channel.get().min(channels.saturating_sub(1))
        });
        let pixel = memo(move || {
            let size = output.with(|output| output.as_ref().map(|output| output.size));
            let [height, width] = size.unwrap_or_default();
            let [row, column] = chosen_pixel.get();
            [row.min(height.saturating_sub(1)), column.min(width.saturating_sub(1))]
        });
        let pixel_trace = memo(move || {
            let (window, channel, pixel) = (window.get()?, channel.get(), pixel.get());
            let trace = |op_trace: &Arc<OpTrace>| {
                Arc::new(PixelTrace::new(op_trace, &window, channel, pixel))
            };
            op_trace.with(|op_trace| op_trace.as_ref().map(trace))
        });
        let decimals = memo(move || {
            let (output, channel) = (output.get()?, channel.get());
            let choose = |op_trace: &Arc<OpTrace>| Decimals::new(op_trace, channel, &output);
            op_trace.with(|op_trace| op_trace.as_ref().map(choose))
        });
        Self {
            op_trace,
            network_window,
            window,
            trial_window,
            output,
            chosen_channel,
            channel,
            chosen_pixel,
            pixel,
            pixel_trace,
            decimals: memo(move || decimals.get().unwrap_or_default()),
            hovered: RwSignal::new(None),
            playing: RwSignal::new(false),
        }
    }

    /// Returns the unit and the shape of the input, `[channels, height, width]`, or default values
    /// while there is no operation.
    pub fn unit_and_shape(&self) -> (UnitRef, [usize; 3]) {
        let op_trace = self.op_trace;
        op_trace.with(|op_trace| {
            op_trace
                .as_ref()
                .map_or((UnitRef { layer: 0, unit: 0 }, [0; 3]), |c| (c.unit_ref, c.shape))
        })
    }

    /// Returns the height and width of the output.
    pub fn output_size(&self) -> [usize; 2] {
        self.output.with(|output| output.as_ref().map_or([0; 2], |output| output.size))
    }

    /// Selects an output pixel and stops the sliding window.
    pub fn pick_pixel(&self, pixel: [usize; 2]) {
        self.playing.set(false);
        self.chosen_pixel.set(pixel);
    }
}
