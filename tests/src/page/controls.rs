//! Actions of the visitor with mouse, keyboard and files.

use std::path::Path;

use serde_json::json;
use thirtyfour::prelude::*;

use super::{Page, css};
use crate::{UI_TIMEOUT, wait_until};

/// Script that scrolls an element to the middle of the window and waits until it rests there, at most a
/// second. WebDriver would scroll it to the edge, where fixed bars may cover it, and would click on what
/// has taken its place if the page moves it meanwhile.
const REST: &str = "const [element, done] = arguments;\
    let [before, looks] = ['', 0];\
    const look = () => {\
      element.scrollIntoView({ block: 'center', behavior: 'instant' });\
      const { x, y } = element.getBoundingClientRect();\
      const now = `${x} ${y}`;\
      looks += 1;\
      if (now === before || looks > 50) return done();\
      before = now;\
      setTimeout(look, 20);\
    };\
    look();";

impl Page<'_> {
    /// Returns the first element that matches a CSS selector, once it exists.
    #[track_caller]
    fn find(&self, selector: &str) -> WebElement {
        wait_until(&format!("something at {selector}"), UI_TIMEOUT, || {
            self.reveal(selector);
            let found = self.browser.driver().find(By::Css(selector));
            self.browser.block_on(found).ok()
        })
    }

    /// Shows a view by its tab, such as `layers`.
    #[track_caller]
    pub fn show_view(&self, slug: &str) {
        self.press(&format!("tab-{slug}"));
    }

    /// Brings an element to light, as a visitor does: chooses the tab of its view and opens the
    /// section around it.
    pub fn reveal(&self, selector: &str) {
        self.browser.js(
            "let e = document.querySelector(arguments[0])?.closest('[hidden][id]');\
             while (e) {\
               const opener = document.querySelector(`[aria-controls=\"${e.id}\"]`);\
               opener?.click();\
               e = e.parentElement?.closest('[hidden][id]');\
             }",
            &[json!(selector)],
        );
    }

    /// Clicks the element with a test id, once it is clickable.
    #[track_caller]
    pub fn press(&self, id: &str) {
        self.click(&css(id));
    }

    /// Clicks the first element that matches a CSS selector, once it is enabled and nothing covers
    /// it.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let mut last = String::new();
        let clicked = crate::poll_until(UI_TIMEOUT, || {
            self.reveal(selector);
            let element = self.browser.driver().find(By::Css(selector));
            let result = self.browser.block_on(async {
                let element = element.await?;
                if element.is_enabled().await? {
                    let args = vec![element.to_json()?];
                    self.browser.driver().execute_async(REST, args).await?;
                    element.click().await.map(|()| true)
                } else {
                    Ok(false)
                }
            });
            match result {
                Ok(true) => Some(()),
                Ok(false) => {
                    last = "it is disabled".into();
                    None
                }
                Err(error) => {
                    last = error.to_string();
                    None
                }
            }
        });
        assert!(clicked.is_some(), "{selector} cannot be clicked: {last}");
    }

    /// Clicks Play, once it is enabled.
    #[track_caller]
    pub fn play(&self) {
        self.press("play");
    }

    /// Clicks Pause.
    #[track_caller]
    pub fn pause(&self) {
        self.press("pause");
    }

    /// Types keys while no field has the focus.
    pub fn type_keys(&self, keys: &str) {
        self.eval("document.activeElement?.blur()");
        for key in keys.chars() {
            let code = match key {
                ' ' => "Space".to_owned(),
                '?' => "Slash".to_owned(),
                letter => format!("Key{}", letter.to_ascii_uppercase()),
            };
            for kind in ["keyDown", "keyUp"] {
                let mut event = json!({ "type": kind, "key": key.to_string(), "code": code });
                if kind == "keyDown" {
                    event["text"] = json!(key.to_string());
                }
                self.browser.devtools("Input.dispatchKeyEvent", event);
            }
        }
    }

    /// Replaces the text of a field and moves the focus out of it.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let field = wait_until(&format!("a field to click at {selector}"), UI_TIMEOUT, || {
            let field = self.find(selector);
            // Its section may still be opening.
            self.browser.block_on(field.click()).ok().map(|()| field)
        });
        self.browser
            .block_on(async {
                field.send_keys(Key::Control + "a").await?;
                field.send_keys(text).await?;
                field.send_keys(Key::Tab + "").await
            })
            .unwrap_or_else(|error| panic!("{selector} takes no text: {error}"));
    }

    /// Selects an option of a `select` element.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        let option = self.find(&format!("{selector} option[value=\"{value}\"]"));
        self.browser
            .block_on(option.click())
            .unwrap_or_else(|error| panic!("{selector} does not offer {value}: {error}"));
    }

    /// Selects a file in the file input with a test id.
    #[track_caller]
    pub fn choose_file(&self, id: &str, file: &Path) {
        self.choose_files(id, &[file]);
    }

    /// Selects files in the file input with a test id.
    #[track_caller]
    pub fn choose_files(&self, id: &str, files: &[&Path]) {
        let button = self.find(&css(id));
        // WebDriver separates paths by line feeds.
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        self.browser
            .block_on(button.send_keys(paths.join("\n")))
            .unwrap_or_else(|error| panic!("{id} takes no file: {error}"));
    }
}
