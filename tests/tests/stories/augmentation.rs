//! Data augmentation: random changes of the training images.

use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};

use crate::SMALL_RUN;
use crate::layers::wait_for_text;

/// Returns the addresses of the images of the batch.
fn batch_images(page: &Page) -> Vec<String> {
    let images = page.eval(
        "[...document.querySelectorAll('[data-testid=lens] .step-image img')].map((img) => img.src)",
    );
    let images = images.as_array().expect("a list").iter();
    images.map(|src| src.as_str().unwrap_or_default().to_owned()).collect()
}

fn wait_for_images(page: &Page) -> Vec<String> {
    wait_until("the images of the batch", UI_TIMEOUT, || {
        let images = batch_images(page);
        (images.len() == 16 && images.iter().all(|src| src.starts_with("blob:"))).then_some(images)
    })
}

#[test]
fn images_are_augmented_as_chosen_and_shown_as_the_network_sees_them() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=2&view=step"));
    page.wait_until_ready();
    let plain = wait_for_images(&page);
    assert_eq!(page.count("[data-testid=augmented]"), 0);
    assert!(!page.query().contains_key("augment"));

    page.press("panel-training");
    page.press("augment-flip");
    wait_for_text(&page, "augmented", "changed at random");
    page.press("augment-rotate");
    wait_until("both in the link", UI_TIMEOUT, || {
        (page.query().get("augment")? == "flip,rotate").then_some(())
    });
    wait_until("other images", UI_TIMEOUT, || {
        let images = batch_images(&page);
        let is_other = images.len() == 16 && images.iter().all(|src| !plain.contains(src));
        is_other.then_some(())
    });
    // Each of them can be shown: none was revoked too early.
    let shown = "[...document.querySelectorAll('[data-testid=lens] .step-image img')]\
                 .every((img) => img.complete && img.naturalWidth === 64)";
    wait_until("images that can be shown", UI_TIMEOUT, || {
        page.eval(shown).as_bool()?.then_some(())
    });

    page.clear_events();
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.play();
    page.wait_for_state("finished");
    page.show_view("curves");
    wait_for_text(&page, "run-summary", "accuracy");
    wait_for_text(&page, "panel-training", "augmented");

    // A link brings it back.
    let link = page.eval("location.search").as_str().expect("a query").to_owned();
    page.open(&link);
    page.wait_until_ready();
    assert_eq!(page.query()["augment"], "flip,rotate");
}
