//! Animation frame requests that are canceled with their view.

use leptos::prelude::*;

/// A request for the browser's next animation frame.
#[derive(Clone, Copy)]
pub struct AnimationFrame(StoredValue<Option<AnimationFrameRequestHandle>, LocalStorage>);

/// Returns a handle without a pending request. A pending request is canceled when the calling view
/// is removed.
pub fn use_animation_frame() -> AnimationFrame {
    let frame = AnimationFrame(StoredValue::new_local(None));
    on_cleanup(move || frame.cancel());
    frame
}

impl AnimationFrame {
    /// Calls a function in the next frame.
    pub fn request(self, draw: impl FnOnce() + 'static) {
        let handle = request_animation_frame_with_handle(draw).ok();
        self.0.try_set_value(handle);
    }

    /// Cancels the last request.
    pub fn cancel(self) {
        if let Some(handle) = self.0.try_update_value(Option::take).flatten() {
            handle.cancel();
        }
    }
}
