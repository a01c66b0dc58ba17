//! Test page with one widget, and methods for what a visitor sees and does.

use std::any::Any;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, EventInit, FocusEvent, HtmlElement, HtmlInputElement, KeyboardEvent,
    KeyboardEventInit,
};

/// A mounted widget. It is removed when this value is dropped.
pub struct Page {
    place: HtmlElement,
    _mounted: Box<dyn Any>,
}

impl Page {
    /// Mounts a widget.
    pub async fn open(widget: impl FnOnce() -> AnyView + 'static) -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let page = Self { _mounted: Box::new(mount_to(place.clone(), widget)), place };
        page.settle().await;
        page
    }

    /// Waits until all effects have run.
    pub async fn settle(&self) {
        tick().await;
        tick().await;
    }

    /// Returns the first element that matches a selector. Panics if there is none.
    pub fn find(&self, selector: &str) -> Element {
        let found = self.place.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.place.inner_html()))
    }

    /// Returns the text of an element.
    pub fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default()
    }

    /// Returns the text of an input.
    pub fn value(&self, selector: &str) -> String {
        self.find(selector).unchecked_into::<HtmlInputElement>().value()
    }

    pub async fn click(&self, selector: &str) {
        self.find(selector).unchecked_into::<HtmlElement>().click();
        self.settle().await;
    }

    /// Moves a slider without releasing it.
    pub async fn drag(&self, selector: &str, value: &str) {
        self.find(selector).unchecked_into::<HtmlInputElement>().set_value(value);
        self.happen(selector, "input").await;
    }

    /// Releases a slider, or moves the focus out of a field.
    pub async fn let_go(&self, selector: &str) {
        self.happen(selector, "change").await;
    }

    /// Types a text into a field and moves the focus out of it.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.drag(selector, text).await;
        self.let_go(selector).await;
    }

    pub async fn press(&self, selector: &str, key: &str) {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.find(selector).dispatch_event(&event).unwrap();
        self.settle().await;
    }

    pub async fn focus(&self, selector: &str) {
        self.find(selector).dispatch_event(&FocusEvent::new("focus").unwrap()).unwrap();
        self.settle().await;
    }

    async fn happen(&self, selector: &str, event: &str) {
        let init = EventInit::new();
        init.set_bubbles(true);
        let event = Event::new_with_event_init_dict(event, &init).unwrap();
        self.find(selector).dispatch_event(&event).unwrap();
        self.settle().await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.place.remove();
    }
}
