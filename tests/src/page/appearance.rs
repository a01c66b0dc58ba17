//! Window size, color scheme and screenshots.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use super::Page;
use crate::screenshot_dir;

impl Page<'_> {
    /// Sets the viewport size in CSS pixels. Below a width of 600 a phone is emulated.
    pub fn resize(&self, width: u32, height: u32) {
        self.browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        );
    }

    /// Emulates the system preference `light` or `dark`.
    pub fn set_color_scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Writes a screenshot of the viewport to `target/e2e/NAME.png`.
    pub fn screenshot(&self, name: &str) {
        let file = screenshot_dir().join(format!("{name}.png"));
        match self.browser.block_on(self.browser.driver().screenshot(&file)) {
            Ok(()) => println!("picture: {}", file.display()),
            Err(error) => println!("no picture {}: {error}", file.display()),
        }
    }

    /// Returns a screenshot of the window as a PNG.
    pub(super) fn window_png(&self) -> Vec<u8> {
        let size = self.eval("[innerWidth, innerHeight]");
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let shot = self
            .browser
            .devtools("Page.captureScreenshot", json!({ "clip": clip, "format": "png" }));
        BASE64.decode(shot["data"].as_str().unwrap_or_default()).unwrap_or_default()
    }
}
