//! Pictures for people to look at: `cargo test -p e2e -- --ignored screenshots`.

use e2e::{Gpu, Page, Site};

#[test]
#[ignore = "makes pictures in target/e2e/ for people to look at"]
fn screenshots() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1440, 1000);
    page.open(&format!(
        "?data={}&model=cnn&device=cpu&epochs=2&optimizer=adam&lr=0.001&batch=16&seed=1",
        site.classify_data()
    ));
    page.screenshot("wide-opening");
    page.wait_until_ready();
    page.screenshot("wide-ready");
    page.play();
    page.wait_for_epoch(1);
    page.screenshot("wide-training");
    page.wait_for("finished", e2e::TRAINING_TIMEOUT, |_| true);
    every_look(&mut page, "classify");
    page.resize(1440, 1000);
    page.open("?lab=segment&device=cpu&epochs=3&seed=1&autostart=1");
    page.wait_for("finished", e2e::TRAINING_TIMEOUT, |_| true);
    every_look(&mut page, "segment");
}

/// Light and dark, wide and phone.
fn every_look(page: &mut Page, lab: &str) {
    for (name, width, height) in [("wide", 1440, 1000), ("phone", 390, 844)] {
        page.resize(width, height);
        for scheme in ["light", "dark"] {
            page.set_color_scheme(scheme);
            page.screenshot(&format!("{lab}-{name}-{scheme}"));
            page.full_page_screenshot(&format!("{lab}-{name}-{scheme}-whole"));
        }
    }
}
