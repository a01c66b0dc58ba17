//! What all parts of a close-up look at.

use std::sync::Arc;

use protocol::interpret::{OpTrace, UnitRef};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{derived, memo};

use super::figures::Figures;
use super::plane::{Plane, fits, plane};
use super::reading::Reading;
use super::window::Window;

/// The operation, its window as it is tried out, and the pixel that is looked at.
#[derive(Clone, Copy)]
pub struct Scene {
    /// The operation's numbers; none where there are none, or not as many as there should be.
    pub close: Signal<Option<Arc<OpTrace>>>,
    /// The window of the network itself.
    pub own: Signal<Option<Window>>,
    /// The window that is shown.
    pub window: Signal<Option<Window>>,
    /// Another window for a layer.
    pub tried: RwSignal<Option<(usize, Window)>>,
    /// The output with that window.
    pub plane: Signal<Option<Arc<Plane>>>,
    /// The input channel that was chosen.
    pub chosen: RwSignal<usize>,
    /// The one that is shown.
    pub channel: Signal<usize>,
    /// The output pixel `[row, column]` that was chosen.
    pub pixel: RwSignal<[usize; 2]>,
    /// The one that is shown.
    pub at: Signal<[usize; 2]>,
    /// How it comes about.
    pub reading: Signal<Option<Arc<Reading>>>,
    /// Decimals.
    pub figures: Signal<Figures>,
    /// The place in the patch that is pointed at.
    pub pointed: RwSignal<Option<usize>>,
    /// Whether the window is moving by itself.
    pub playing: RwSignal<bool>,
}

impl Scene {
    /// Looks at a pixel of an operation's output.
    pub fn new(close: Signal<Option<Arc<OpTrace>>>, pixel: RwSignal<[usize; 2]>) -> Self {
        let close = derived(move || close.get().filter(|close| fits(close)));
        let seen = memo(move || {
            close.with(|close| {
                let close = close.as_ref()?;
                Some((close.unit_ref, close.shape, Window::of(&close.operation)))
            })
        });
        let tried = RwSignal::new(None::<(usize, Window)>);
        let own = memo(move || Some(seen.get()?.2));
        let window = memo(move || {
            let (unit_ref, [_, height, width], own) = seen.get()?;
            let same = |(layer, window): &(usize, Window)| {
                let kind = *layer == unit_ref.layer && window.kind == own.kind;
                let sides = [height, width].map(|length| window.output(length));
                kind && window.kernel == own.kernel && !sides.contains(&0)
            };
            Some(tried.get().filter(same).map_or(own, |(_, window)| window))
        });
        let plane = memo(move || {
            let window = window.get()?;
            close.with(|close| close.as_ref().map(|close| Arc::new(plane(close, &window))))
        });
        let chosen = RwSignal::new(0_usize);
        let channel = memo(move || {
            let channels = seen.get().map_or(0, |(_, [channels, ..], _)| channels);
            chosen.get().min(channels.saturating_sub(1))
        });
        let at = memo(move || {
            let [height, width] =
                plane.with(|plane| plane.as_ref().map(|plane| plane.size)).unwrap_or_default();
            let [row, column] = pixel.get();
            [row.min(height.saturating_sub(1)), column.min(width.saturating_sub(1))]
        });
        let reading = memo(move || {
            let (window, channel, at) = (window.get()?, channel.get(), at.get());
            let read = |close: &Arc<OpTrace>| Arc::new(Reading::new(close, &window, channel, at));
            close.with(|close| close.as_ref().map(read))
        });
        let figures = memo(move || {
            let plane = plane.get()?;
            let channel = channel.get();
            close.with(|close| close.as_ref().map(|close| Figures::new(close, channel, &plane)))
        });
        let figures = memo(move || figures.get().unwrap_or_default());
        let (pointed, playing) = (RwSignal::new(None), RwSignal::new(false));
        Self {
            close,
            own,
            window,
            tried,
            plane,
            chosen,
            channel,
            pixel,
            at,
            reading,
            figures,
            pointed,
            playing,
        }
    }

    /// Unit and shape of the input; a default before there is one.
    pub fn subject(&self) -> (UnitRef, [usize; 3]) {
        let close = self.close;
        close.with(|close| {
            close
                .as_ref()
                .map_or((UnitRef { layer: 0, unit: 0 }, [0; 3]), |c| (c.unit_ref, c.shape))
        })
    }

    /// Height and width of the output.
    pub fn output(&self) -> [usize; 2] {
        self.plane.with(|plane| plane.as_ref().map_or([0; 2], |plane| plane.size))
    }

    /// Looks at another pixel, by hand.
    pub fn pick(&self, pixel: [usize; 2]) {
        self.playing.set(false);
        self.pixel.set(pixel);
    }
}
