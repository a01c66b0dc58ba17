//! The part of a slice that the network sees, and moving it.

use data::user_files::Frame;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, handle_key, handle_pointer, live_value, view};
use ui::raster::pick::pointer_fraction;
use web_sys::wasm_bindgen::JsCast;

/// Pixels that the field of view moves by an arrow key with Shift.
const LARGE_STEP: usize = 8;

/// The part of each slice that the network sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputRegion {
    /// Height and width of a slice in pixels.
    pub frame: [usize; 2],
    /// Height and width of the part.
    pub size: [usize; 2],
    /// First row and column of the part.
    pub top_left: [usize; 2],
}

impl InputRegion {
    /// Returns whole slices.
    pub fn whole(frame: &Frame) -> Self {
        Self { frame: frame.size, size: frame.size, top_left: [0; 2] }
    }

    /// Returns the middle of each slice, of the size of the network's input.
    pub fn middle(frame: &Frame, input: [usize; 2]) -> Self {
        let size = [0, 1].map(|side| input[side].min(frame.size[side]));
        let top_left = [0, 1].map(|side| (frame.size[side] - size[side]) / 2);
        Self { frame: frame.size, size, top_left }
    }

    /// Returns the part moved to another first row and column, within the slice.
    pub fn moved_to(self, top_left: [f64; 2]) -> Self {
        let most = |side: usize| (self.frame[side] - self.size[side]) as f64;
        let top_left = [0, 1].map(|side| top_left[side].round().clamp(0.0, most(side)) as usize);
        Self { top_left, ..self }
    }

    /// Returns whether a pixel of the slice, in row-major order, is in the part.
    pub fn contains(self, pixel: usize) -> bool {
        let at = [pixel / self.frame[1].max(1), pixel % self.frame[1].max(1)];
        (0..2).all(|side| {
            (self.top_left[side]..self.top_left[side] + self.size[side]).contains(&at[side])
        })
    }

    /// Returns the part of a slice.
    pub fn crop(self, slice: &[u8]) -> Vec<u8> {
        let [top, left] = self.top_left;
        let rows = slice.chunks(self.frame[1].max(1)).skip(top).take(self.size[0]);
        rows.flat_map(|row| row.iter().skip(left).take(self.size[1]).copied()).collect()
    }

    /// Returns a slice with the part put into its place, and 0 elsewhere.
    pub fn spread(self, part: &[u8]) -> Vec<u8> {
        let ([top, left], [_, width]) = (self.top_left, self.frame);
        let mut slice = vec![0; self.frame[0] * width];
        for (row, values) in part.chunks(self.size[1].max(1)).enumerate() {
            let start = (top + row) * width + left;
            if let Some(place) = slice.get_mut(start..start + values.len()) {
                place.copy_from_slice(values);
            }
        }
        slice
    }
}

/// A frame around the part of the slice that the network sees. It is moved with the pointer or the
/// arrow keys.
#[component]
pub(crate) fn FieldOfView(
    /// The part.
    region: Signal<InputRegion>,
    /// Height and width of a pixel in millimeters.
    pixel_mm: Signal<[f32; 2]>,
    /// Called when the part was moved.
    #[prop(into)]
    on_move: Callback<InputRegion>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    // While it is dragged: where it is, and the distance from the pointer to its corner in pixels.
    let dragged = RwSignal::new(None::<(InputRegion, [f64; 2])>);
    let shown = derived(move || dragged.get().map_or_else(|| region.get(), |(region, _)| region));
    // Position of the pointer in pixels of the slice.
    let pointer = move |event: &ev::PointerEvent| -> Option<[f64; 2]> {
        let picture = place.get_untracked()?.parent_element()?;
        let (across, down) = pointer_fraction(event, &picture);
        let [height, width] = region.get_untracked().frame;
        Some([down * height as f64, across * width as f64])
    };
    let on_down = move |event: ev::PointerEvent| {
        let (Some(at), Some(element)) = (pointer(&event), place.get_untracked()) else { return };
        event.prevent_default();
        // Without the capture, a fast pointer leaves the frame behind.
        let _ = element.set_pointer_capture(event.pointer_id());
        let _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
        let from = region.get_untracked();
        dragged.set(Some((from, [0, 1].map(|side| from.top_left[side] as f64 - at[side]))));
    };
    let on_drag = move |event: ev::PointerEvent| {
        let (Some((from, offset)), Some(at)) = (dragged.get_untracked(), pointer(&event)) else {
            return;
        };
        dragged.set(Some((from.moved_to([0, 1].map(|side| at[side] + offset[side])), offset)));
    };
    let on_up = move |_: ev::PointerEvent| {
        if let Some((moved, _)) = dragged.get_untracked() {
            dragged.set(None);
            if moved != region.get_untracked() {
                on_move.run(moved);
            }
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let step = if event.shift_key() { LARGE_STEP } else { 1 } as f64;
        let [down, across] = match event.key().as_str() {
            "ArrowUp" => [-step, 0.0],
            "ArrowDown" => [step, 0.0],
            "ArrowLeft" => [0.0, -step],
            "ArrowRight" => [0.0, step],
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let from = region.get_untracked();
        let [top, left] = from.top_left.map(|first| first as f64);
        let moved = from.moved_to([top + down, left + across]);
        if moved != from {
            on_move.run(moved);
        }
    };
    let percent = move |value: fn(InputRegion) -> (usize, usize)| {
        live_value(move || {
            let (part, whole) = value(shown.get());
            format!("{:.3}%", 100.0 * part as f64 / whole.max(1) as f64)
        })
    };
    let spoken = move || {
        let (region, [height_mm, width_mm]) = (shown.get(), pixel_mm.get());
        let mm = |pixels: usize, mm: f32| format!("{:.0}", pixels as f32 * mm);
        format!(
            "Field of view of the network, {} × {} mm, {} mm from the left and {} mm from the top. \
             Move it with the arrow keys, faster with Shift.",
            mm(region.size[1], width_mm),
            mm(region.size[0], height_mm),
            mm(region.top_left[1], width_mm),
            mm(region.top_left[0], height_mm),
        )
    };
    view! {
        <div
            class="field-of-view"
            role="group"
            tabindex="0"
            aria-label=live_value(spoken)
            data-testid="field-of-view"
            node_ref=place
            style:top=percent(|region| (region.top_left[0], region.frame[0]))
            style:left=percent(|region| (region.top_left[1], region.frame[1]))
            style:height=percent(|region| (region.size[0], region.frame[0]))
            style:width=percent(|region| (region.size[1], region.frame[1]))
            on:pointerdown=handle_pointer(on_down)
            on:pointermove=handle_pointer(on_drag)
            on:pointerup=handle_pointer(on_up)
            on:pointercancel=handle_pointer(move |_| dragged.set(None))
            on:keydown=handle_key(on_key)
        ></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cut_out_and_put_back() {
        let region = InputRegion { frame: [3, 4], size: [2, 2], top_left: [1, 2] };
        let slice: Vec<u8> = (0..12).collect();
        let part = region.crop(&slice);
        assert_eq!(part, [6, 7, 10, 11]);
        assert_eq!(region.spread(&part), [0, 0, 0, 0, 0, 0, 6, 7, 0, 0, 10, 11]);
        let inside: Vec<usize> = (0..12).filter(|pixel| region.contains(*pixel)).collect();
        assert_eq!(inside, [6, 7, 10, 11]);
    }

    #[test]
    fn it_stays_within_the_slice() {
        let region = InputRegion { frame: [3, 4], size: [2, 2], top_left: [0, 0] };
        assert_eq!(region.moved_to([0.6, 1.4]).top_left, [1, 1]);
        assert_eq!(region.moved_to([-5.0, 99.0]).top_left, [0, 2]);
        assert_eq!(region.moved_to([f64::NAN, 0.0]).top_left, [0, 0]);
        let whole = InputRegion { frame: [3, 4], size: [3, 4], top_left: [0, 0] };
        assert_eq!(whole.moved_to([1.0, 1.0]), whole);
    }
}
