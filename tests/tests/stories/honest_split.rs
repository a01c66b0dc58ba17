//! The validation set, the part of a data set that a run uses, and early stopping.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

use crate::SMALL_RUN;
use crate::layers::wait_for_text;

/// Selects the folded line of the Data section, and the one below that chooses the images.
pub fn open_sampling(page: &Page) {
    page.press("panel-data");
    page.click("[data-testid=sampling] summary");
}

#[test]
fn curves_use_the_validation_set_and_an_older_link_the_test_set() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&split=validation&epochs=1&view=curves"));
    page.wait_until_ready();
    page.play();
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    wait_for_text(&page, "accuracy-chart", "Validation accuracy");
    wait_for_text(&page, "progress", "validation accuracy");
    wait_for_text(&page, "run-summary", "the validation loss");
    assert_eq!(page.query()["split"], "validation");

    // The same run as in the notebooks, from the Data section.
    open_sampling(&page);
    page.click("[data-testid=sampling] .choice-option:nth-child(2) input");
    wait_until("two splits in the address", UI_TIMEOUT, || {
        (page.query()["split"] == "lab").then_some(())
    });
    wait_for_text(&page, "accuracy-chart", "Test accuracy");

    page.open(&format!("{SMALL_RUN}&epochs=1&view=curves"));
    page.wait_until_ready();
    wait_for_text(&page, "accuracy-chart", "Test accuracy");
}

#[test]
fn a_run_uses_the_images_that_were_chosen() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&split=validation&images=20&classes=1,4,6&wrong=30&epochs=1"));
    page.wait_until_ready();
    wait_for_text(&page, "panel-data", "60 + 150 + 150 images");
    open_sampling(&page);
    let line = page.text("sampling");
    for part in ["20 images per class", "3 classes", "30 % wrong labels"] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(page.count(".data-classes input:checked"), 3);
    // The network tells the chosen classes apart, and a class more after it was chosen.
    page.click(".data-classes label:nth-of-type(2) input");
    wait_for_text(&page, "panel-data", "80 + 200 + 200 images");
    assert_eq!(page.query()["classes"], "1,2,4,6");
    wait_until("a run on four classes", TRAINING_TIMEOUT, || page.is_enabled("step").then_some(()));

    // A class that does not exist is a sentence, and the page goes on.
    page.open(&format!("{SMALL_RUN}&split=validation&classes=1,9&epochs=1"));
    page.wait_for_notice("Class 9 was chosen, but the data set has 6 classes.");
}

#[test]
fn training_stops_early_and_the_best_epoch_comes_back() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(
        "?data=phantom&split=validation&model=mlp&device=cpu&optimizer=adam&lr=0.03&batch=32&seed=1\
         &epochs=30&patience=2&view=curves",
    );
    page.wait_until_ready();
    page.play();
    let finished = page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    let last = finished["epoch"].as_u64().expect("an epoch");
    assert!(last < 30, "epoch {last}");
    wait_for_text(&page, "run-summary", &format!("Stopped early after epoch {last}"));
    let offer = page.text("restore-best");
    assert_eq!(offer, format!("Restore epoch {}", last - 2));
    page.press("restore-best");
    wait_for_text(&page, "run-summary", &format!("The network of epoch {} is back", last - 2));
    // No button leads further.
    assert!(!page.is_enabled("step"));
}
