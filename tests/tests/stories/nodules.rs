//! Generated chest X-rays with nodules: their images and sliders, and a network that trains on them.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::json;

use crate::layers::wait_for_text;

/// A small network on nodules, for one epoch of 38 steps.
const SMALL_CNN: &str = "?data=nodules&model=cnn\
                         &layers=conv4k5.relu.pool4_conv6k5.relu.pool2_dense8.relu&device=cpu\
                         &optimizer=adam&lr=0.001&batch=32&epochs=1&seed=1";

/// Moves a slider of the Data section to a value, and releases it.
fn release_slider(page: &Page, label: &str, value: u8) {
    page.eval(&format!(
        "(() => {{ const e = document.querySelector('.data-sliders [aria-label=\"{label}\"]'); \
         e.value = '{value}'; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"
    ));
}

/// Returns the addresses of the thumbnails.
fn thumbnails(page: &Page) -> serde_json::Value {
    page.eval("[...document.querySelectorAll('.data-strip img')].map((image) => image.src)")
}

#[test]
fn nodules_are_looked_at_changed_and_learned() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_CNN);
    page.wait_until_ready();
    assert_eq!(page.notices(), [""; 0]);
    // A data set that came after the validation sets has one, in every link.
    assert_ne!(page.query().get("split").map(String::as_str), Some("lab"));

    // Both classes, five images each, and the sliders.
    wait_for_text(&page, "panel-data", "Nodules · 1,200 + 300 + 300 images");
    page.press("panel-data");
    let names = "[...document.querySelectorAll('.data-strip-name')].map((e) => e.textContent)";
    assert_eq!(page.eval(names), json!(["No nodule", "Nodule"]));
    assert_eq!(page.count(".data-strip img"), 10);
    let sliders = "[...document.querySelectorAll('.data-sliders input')].map((e) => e.ariaLabel)";
    assert_eq!(
        page.eval(sliders),
        json!(["nodule contrast in percent", "noise in percent", "distractors"])
    );

    // The gallery has all images.
    page.click(".data-counts .button-secondary");
    wait_until("images in the gallery", UI_TIMEOUT, || {
        (page.count("dialog.gallery[open] img") >= 96).then_some(())
    });
    page.eval("document.querySelector('dialog.gallery[open]').close()");

    // With more contrast, other images are drawn; the address and the run follow.
    let before = thumbnails(&page);
    release_slider(&page, "nodule contrast in percent", 60);
    wait_until("the contrast in the address", UI_TIMEOUT, || {
        (page.query()["contrast"] == "60").then_some(())
    });
    wait_until("other images", UI_TIMEOUT, || (thumbnails(&page) != before).then_some(()));

    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.play();
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    wait_for_text(&page, "progress", "validation accuracy");
}
