//! What misleads whoever evaluates a network: leakage, shortcuts, another scanner, and images that
//! are unlike the data set.

use e2e::sample_files::{TempFiles, disc_png};
use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};

use crate::honest_split::open_sampling;
use crate::layers::wait_for_text;

/// A small CNN on images that are hard enough for a marker to be the easiest way.
const CNN: &str = "?data=nodules&split=validation&model=cnn\
                   &layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu&device=cpu\
                   &optimizer=adam&lr=0.002&batch=16&epochs=3&seed=1";

#[test]
fn a_marker_in_one_class_is_learned_and_another_scanner_is_a_choice_away() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(&format!("{CNN}&trap=shortcut&view=evaluation"));
    page.wait_until_ready();
    page.play();
    page.wait_for_state("finished");
    wait_for_text(&page, "trap-result", "the network has learned the marker");
    assert_eq!(page.count("[data-testid=trap-result] tbody tr"), 2);

    // The choice begins a new run on changed images, and stands in the link.
    open_sampling(&page);
    page.clear_events();
    page.choose("[data-testid=trap]", "4");
    wait_for_text(&page, "progress", "Not started");
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.show_view("evaluation");
    assert_eq!(page.query().get("trap").map(String::as_str), Some("noise"));
    page.press("epoch");
    page.wait_for_epoch(1);
    wait_until("a row for each strength", UI_TIMEOUT, || {
        (page.count("[data-testid=trap-result] tbody tr") == 5).then_some(())
    });
    let text = page.text("trap-result");
    assert!(text.contains("unchanged") && text.contains("noise 24 %"), "{text}");

    page.choose("[data-testid=trap]", "0");
    wait_until("a link without a trap", UI_TIMEOUT, || {
        (!page.query().contains_key("trap")).then_some(())
    });
    wait_until("no trap in the evaluation", UI_TIMEOUT, || {
        (page.count("[data-testid=trap-result]") == 0).then_some(())
    });
}

#[test]
fn an_image_unlike_the_data_set_is_said_to_be() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(
        "?data=phantom&noise=5&rotation=15&split=validation&model=cnn&device=cpu&optimizer=adam\
         &lr=0.001&batch=32&epochs=1&seed=1&view=try",
    );
    page.wait_until_ready();
    page.press("epoch");
    page.wait_for_epoch(1);
    let files = TempFiles::new();
    page.choose_file("predict-file", &files.add("disc.png", &disc_png(200)));
    wait_for_text(&page, "novelty", "validation images are more like the training images");
    wait_for_text(&page, "novelty", "its probabilities mean nothing");

    // A test image is as usual as the others. One in twenty is not, so several are tried.
    let usual = (0..6).any(|_| {
        page.click(".predict button.button-secondary");
        wait_until("another answer", UI_TIMEOUT, || {
            Some(page.text("novelty")).filter(|text| !text.contains("mean nothing"))
        })
        .contains("nothing unusual")
    });
    assert!(usual, "six test images in a row were called unusual");
}
