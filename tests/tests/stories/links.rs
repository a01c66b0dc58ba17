//! Tests of links: the configuration of the run in the address bar.

use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};

use crate::bad_input::assert_is_sentence;

#[test]
fn a_link_restores_the_run_and_names_each_value_that_it_cannot_use() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);

    // Changed settings survive a reload.
    page.open("?data=phantom&model=mlp&device=cpu");
    page.wait_until_ready();
    page.fill("input[aria-label='batch size']", "8");
    page.fill("input[aria-label='learning rate']", "0.003");
    page.fill("input[aria-label='seed']", "77");
    let wanted = [("batch", "8"), ("lr", "0.003"), ("seed", "77"), ("model", "mlp")];
    wait_until("all of it in the address", UI_TIMEOUT, || {
        let query = page.query();
        wanted
            .iter()
            .all(|(key, value)| query.get(*key).map(String::as_str) == Some(value))
            .then_some(())
    });
    let before = page.query();
    page.reload();
    page.wait_until_ready();
    assert_eq!(page.query(), before);
    let field = |page: &Page, name: &str| {
        // The settings load when a run is ready.
        let value = format!("document.querySelector('input[aria-label=\"{name}\"]')?.value ?? ''");
        wait_until(name, UI_TIMEOUT, || Some(page.eval(&value)).filter(|value| value != ""))
    };
    assert_eq!(field(&page, "batch size"), "8");
    assert_eq!(field(&page, "learning rate"), "0.003");
    assert_eq!(field(&page, "seed"), "77");
    page.press("step");
    let first = page.wait_for_step(1)["loss"].clone();
    page.reload();
    page.wait_until_ready();
    page.press("step");
    assert_eq!(page.wait_for_step(1)["loss"], first, "the same link, the same first loss");

    // Invalid values are each reported in a sentence, and the run trains with the defaults.
    for wrong in [
        ["lr=NaN", "epochs=-1", "batch=0", "seed=abc"],
        ["optimizer=lion", "device=tpu", "lab=cooking", "noise=500"],
    ] {
        page.open(&format!("?data=phantom&model=mlp&{}", wrong.join("&")));
        page.wait_until_ready();
        let notices = page.notices();
        for value in wrong {
            let naming = notices.iter().filter(|notice| notice.contains(value)).count();
            assert_eq!(naming, 1, "{value} in {notices:#?}");
        }
        let codes = page.events_of("error").into_iter().map(|error| error["code"].clone());
        assert_eq!(codes.collect::<Vec<_>>(), ["bad-link"; 4]);
        page.press("step");
        page.wait_for_step(1);
    }

    // An unknown key is reported, a tracking key of a mail program is not.
    page.open("?data=phantom&model=mlp&lrr=0.1&utm_source=slides");
    page.wait_until_ready();
    let notices = page.notices();
    assert_eq!(notices.len(), 1, "{notices:#?}");
    assert!(notices[0].contains("“lrr” in the link is not a parameter"), "{notices:#?}");

    for (name, default) in
        [("learning rate", "0.001"), ("epochs", "10"), ("batch size", "16"), ("seed", "1")]
    {
        assert_eq!(field(&page, name), default, "{name}");
    }

    // If the maps shrink below one pixel, the error is shown at the layer, and Play does not work.
    page.open(
        "?data=phantom&device=cpu&model=cnn&layers=conv4k5.relu.pool4_conv4k5.relu.pool4_\
         conv4k1.relu.pool3",
    );
    page.wait_for("ready", UI_TIMEOUT, |_| true);
    let reason = page.text("layer-error");
    assert!(reason.contains("below one pixel"), "the layer says “{reason}”");
    assert_eq!(
        page.count(".network-layers > li:nth-child(4) [data-testid=layer-error]"),
        1,
        "at layer 3"
    );
    page.clear_events();
    if page.is_enabled("play") {
        page.play();
        page.wait_for_notice("below one pixel");
    }
    assert!(!page.is_enabled("step"));
    assert!(page.events_of("step").is_empty());

    // Removing the layer fixes the network.
    page.click("[aria-label='Remove layer 3, convolution']");
    wait_until("no reason any more", UI_TIMEOUT, || {
        (page.count("[data-testid=layer-error]") == 0).then_some(())
    });
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.press("step");
    page.wait_for_step(1);
}

#[test]
fn a_link_names_the_parameters_that_the_page_does_not_know() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open("?data=phantom&model=mlp&device=cpu&epoch=3&learning_rate=0.1&utm_source=mail");
    page.wait_until_ready();
    let notices = page.notices();
    assert_eq!(notices.len(), 1, "{notices:#?}");
    assert_is_sentence(&notices[0]);
    for key in ["“epoch”", "“learning_rate”"] {
        assert!(notices[0].contains(key), "{key} is not in “{}”", notices[0]);
    }
    assert!(!notices[0].contains("utm"), "“{}” names what a mail program adds", notices[0]);
    let codes = page.events_of("error").into_iter().map(|error| error["code"].clone());
    assert_eq!(codes.collect::<Vec<_>>(), ["bad-link"]);
    page.press("step");
    page.wait_for_step(1);
}
