//! Comparison of views of both labs with reference images: light and dark, on a laptop and on a phone.
//!
//! The references in `tests/references/` are rewritten with `PLAYGROUND_UPDATE_PICTURES=1`.

use e2e::{Gpu, Looks, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

use crate::layers::{press_key_on, probe_accuracies};

/// A small CNN on generated images, which trains within seconds on any machine.
const CLASSIFY: &str = "?data=phantom&noise=0&model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                        &device=cpu&optimizer=adam&lr=0.002&batch=8&epochs=2&seed=1";

const SEGMENT: &str =
    "?lab=segment&data=ventricles&noise=0&device=cpu&depth=2&width=4&batch=8&epochs=2&seed=1";

/// Selectors of elements that differ each time: speed and remaining time.
const MASKS: [&str; 1] = ["[data-testid=progress] p"];

#[test]
fn the_classification_lab_looks_as_it_should() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    finish(&mut page, CLASSIFY, 5);
    // Selects the second of six feature maps: its weights, top activations and arithmetic are
    // shown.
    press_key_on(&page, "[data-testid=maps-1]", "ArrowRight");
    press_key_on(&page, "[data-testid=maps-1]", "ArrowRight");
    press_key_on(&page, "[data-testid=maps-1]", "Enter");
    wait_until("a whole feature visualization", TRAINING_TIMEOUT, || {
        let text = page.texts("dream").pop()?;
        (!text.contains("step") && !text.contains("way")).then_some(())
    });
    wait_until("the arithmetic", UI_TIMEOUT, || {
        (page.count("[data-testid=close-up]") == 1).then_some(())
    });
    compare_all_looks(&page, "classify", &["step", "curves", "layers", "evaluation"]);
}

#[test]
fn the_segmentation_lab_looks_as_it_should() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    finish(&mut page, SEGMENT, 7);
    compare_all_looks(&page, "segment", &["live", "layers", "cases"]);
}

/// Trains to the end, until every layer has been probed.
fn finish(page: &mut Page, query: &str, layers: usize) {
    page.fix_random_numbers();
    page.resize(1280, 720);
    page.open(query);
    page.wait_until_ready();
    page.play();
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    // Not before: what is visible during training is drawn at steps that depend on the machine.
    page.hold_still();
    page.show_view("layers");
    probe_accuracies(page, layers);
}

/// Compares views, light and dark, on a laptop and on a phone. Panics with a sentence for each
/// difference.
#[track_caller]
fn compare_all_looks(page: &Page, lab: &str, views: &[&str]) {
    let mut differences = Vec::new();
    for (width, height) in [(1280, 720), (390, 844)] {
        page.resize(width, height);
        for view in views {
            page.show_view(view);
            for scheme in ["light", "dark"] {
                let looks = Looks { width, height, scheme };
                let name = format!("{lab}-{view}-{width}-{scheme}");
                differences.extend(page.compare_with_reference(&name, looks, &MASKS).err());
            }
        }
    }
    assert!(differences.is_empty(), "the page looks different:\n{}", differences.join("\n"));
}
