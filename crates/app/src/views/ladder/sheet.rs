//! A canvas to draw on in CSS pixels, in the page's colours.

use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A cleared canvas, and what to draw on it with.
pub struct Sheet {
    /// The browser's pen.
    pub pen: CanvasRenderingContext2d,
    /// Pixels of the screen in a CSS pixel.
    pub ratio: f64,
    /// Colours of classes, gray in front of them.
    pub inks: [String; 8],
    /// What the map lies on.
    pub paper: String,
    /// What stands out from that most.
    pub ink: String,
}

impl Sheet {
    /// Clears a canvas and gives it as many pixels as the screen has in its place. None where it has
    /// no place or the browser no memory for it.
    pub fn new(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) -> Option<Self> {
        if width == 0 || height == 0 {
            return None;
        }
        let ratio = window().device_pixel_ratio().clamp(1.0, 4.0);
        // Setting a length clears the canvas, also where it stays as it is.
        canvas.set_width((f64::from(width) * ratio).round() as u32);
        canvas.set_height((f64::from(height) * ratio).round() as u32);
        let pen = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let style = window().get_computed_style(canvas).ok()??;
        let colour = |name: &str| style.get_property_value(name).unwrap_or_default();
        let class = |ink: usize| match ink {
            0 => colour("--ink-2"),
            ink => colour(&format!("--class-{ink}")),
        };
        let inks = std::array::from_fn(class);
        Some(Self { pen, ratio, inks, paper: colour("--surface"), ink: colour("--ink") })
    }

    /// Puts the origin of what is drawn next at a place in CSS pixels.
    pub fn at(&self, [x, y]: [f64; 2]) {
        let ratio = self.ratio;
        // Fails for places that are no numbers; then nothing sensible could be drawn anyway.
        let _ = self.pen.set_transform(ratio, 0.0, 0.0, ratio, x * ratio, y * ratio);
    }
}

/// Changes whenever canvases have to be drawn anew though nothing on them has changed: with the page's
/// colours, by the visitor's choice or the system's, and with the resolution of the screen.
pub fn screen_changes() -> Signal<u32> {
    let times = RwSignal::new(0);
    let Some(root) = document().document_element() else { return times.into() };
    let count = move || times.set(times.get_untracked() + 1);
    // A page that is zoomed gets another window size with its other resolution.
    let resize = window_event_listener(leptos::ev::resize, move |_| count());
    let again = Closure::<dyn FnMut()>::new(count);
    let act = again.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let options = web_sys::MutationObserverInit::new();
    options.set_attributes(true);
    options.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
    let observer = web_sys::MutationObserver::new(&act).ok();
    if let Some(observer) = &observer {
        // Fails only for options that contradict each other.
        let _ = observer.observe_with_options(&root, &options);
    }
    let system = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    if let Some(system) = &system {
        system.set_onchange(Some(&act));
    }
    let kept = StoredValue::new_local((observer, system, again));
    on_cleanup(move || {
        resize.remove();
        kept.try_with_value(|(observer, system, _)| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            if let Some(system) = system {
                system.set_onchange(None);
            }
        });
    });
    times.into()
}
