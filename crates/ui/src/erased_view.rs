//! Type-erased reactive parts of a view.
//!
//! Every closure has its own type, and for each such type the module would contain another copy of
//! the code that recomputes a value, or that builds, updates and removes a part of a view. With a
//! single type they share that code.
//!
//! Plain closures would add 37 KB to the download (docs/decisions/size-tricks.md).

use std::sync::{Arc, Mutex, PoisonError};

use leptos::ev::{
    DragEvent, Event, FocusEvent, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent,
};
use leptos::prelude::*;

use crate::erased_signal::{Live, Signal};

/// Builds a view like [`leptos::view`], but with the same result type for any content.
#[macro_export]
macro_rules! view {
    ($($part:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($part)* }.into_inner())
    };
}

pub use view;

/// Wraps a closure as part of a view that is updated with the signals it reads.
pub fn live<V: IntoAny + 'static>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let view: Live<AnyView> = Arc::new(Mutex::new(move || view().into_any()));
    IntoAny::into_any(view)
}

/// Wraps a closure as the value of an attribute that is updated with the signals it reads.
pub fn live_value<T>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(value))
}

/// Creates a memo; see [`Signal::memo`].
pub fn memo<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Signal::memo(value)
}

/// Creates a derived signal; see [`Signal::derive`].
pub fn derived<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: Send + Sync + 'static,
{
    Signal::derive(value)
}

/// Runs an action now and whenever a signal that it reads changes; see [`Effect`].
pub fn effect(action: impl FnMut() + 'static) {
    // A closure in a generic function would have a different type for each caller.
    fn start(mut action: Box<dyn FnMut()>) {
        Effect::new(move |_| action());
    }
    start(Box::new(action));
}

/// Shows its children while a condition holds, like [`Show`].
#[component]
pub fn When(
    /// The condition.
    holds: Live<bool>,
    /// The children.
    children: ChildrenFn,
) -> impl IntoView {
    let holds = memo(move || holds.lock().unwrap_or_else(PoisonError::into_inner)());
    live(move || holds.get().then(|| children()))
}

/// Renders one part per key, and keeps it as long as the key exists, like [`For`].
pub fn each(
    keys: impl Fn() -> Vec<usize> + Send + Sync + 'static,
    part: impl Fn(usize) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    fn list(
        keys: Box<dyn Fn() -> Vec<usize> + Send + Sync>,
        part: Arc<dyn Fn(usize) -> AnyView + Send + Sync>,
    ) -> AnyView {
        view! { <For each=keys key=|key| *key children=move |key| part(key) /> }
    }
    list(Box::new(keys), Arc::new(part))
}

macro_rules! handlers {
    ($($name:ident: $event:ident;)*) => {$(
        #[doc = concat!("Boxes the handler of a [`", stringify!($event), "`].")]
        pub fn $name(handler: impl FnMut($event) + 'static) -> Box<dyn FnMut($event)> {
            Box::new(handler)
        }
    )*};
}

handlers! {
    handle_event: Event;
    handle_mouse: MouseEvent;
    handle_key: KeyboardEvent;
    handle_pointer: PointerEvent;
    handle_focus: FocusEvent;
    handle_drag: DragEvent;
    handle_wheel: WheelEvent;
}
