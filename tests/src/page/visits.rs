//! More than one tab, more than one visit, and what stays between them.

use std::collections::BTreeMap;

use serde_json::json;
use thirtyfour::WindowHandle;

use super::Page;
use crate::{Gpu, SOON, Site, until};

impl<'a> Page<'a> {
    /// A fresh browser of a person who lets no site store anything.
    pub fn without_storage(site: &'a Site) -> Self {
        let settings = json!({ "profile.default_content_setting_values.cookies": 2 });
        Self::with(site, Gpu::None, &settings)
    }

    /// Opens an empty tab beside this one, and returns this one.
    pub fn open_tab(&mut self) -> WindowHandle {
        self.check();
        let driver = self.browser.driver();
        let tabs = self.browser.wait(async {
            let here = driver.window().await?;
            driver.switch_to_window(driver.new_tab().await?).await?;
            Ok(here)
        });
        self.events.clear();
        self.record();
        tabs.expect("the browser opens a tab")
    }

    /// Goes to another tab.
    pub fn go_to_tab(&mut self, tab: &WindowHandle) {
        self.check();
        self.events.clear();
        let driver = self.browser.driver();
        self.browser.wait(driver.switch_to_window(tab.clone())).expect("the tab is there");
    }

    /// Waits until the page can train, and all that it needs is kept for the next visit; no newer
    /// version is on its way then.
    #[track_caller]
    pub fn wait_until_kept(&self) {
        until("a run that can step", SOON, || self.is_enabled("step").then_some(()));
        let script = "const done = arguments[arguments.length - 1];\
             navigator.serviceWorker.getRegistration().then((r) =>\
             done(r?.active?.state === 'activated' && !r.installing))";
        until("a page that is kept for the next visit", SOON, || {
            (self.browser.js_later(script, &[]) == json!(true)).then_some(())
        });
    }

    /// Names of the caches, and in each the files without their folders.
    pub fn caches(&self) -> BTreeMap<String, Vec<String>> {
        let script = "const done = arguments[arguments.length - 1];\
            (async () => {\
              const all = {};\
              for (const name of await caches.keys()) {\
                const files = await (await caches.open(name)).keys();\
                all[name] = files.map((file) => file.url.split('/').pop()).sort();\
              }\
              return all;\
            })().then(done)";
        serde_json::from_value(self.browser.js_later(script, &[])).expect("names")
    }

    /// Waits until some cache holds a file whose name starts so.
    #[track_caller]
    pub fn wait_for_cached(&self, start: &str) {
        until(&format!("{start} in a cache"), SOON, || {
            self.caches().values().flatten().any(|name| name.starts_with(start)).then_some(())
        });
    }
}
