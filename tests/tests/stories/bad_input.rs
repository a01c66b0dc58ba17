//! Damaged and missing files. Each is reported in a sentence, and the page can still train.

use e2e::sample_files::{TempFiles, disc_png, oversized_png};
use e2e::{Fault, Gpu, Page, Site, UI_TIMEOUT, wait_until};

use crate::SMALL_RUN;

#[track_caller]
pub fn assert_still_trains(page: &mut Page) {
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.clear_events();
    page.press("step");
    page.wait_for("step", UI_TIMEOUT, |_| true);
    page.wait_for_state("paused");
}

/// Asserts that a text is a sentence without technical jargon.
#[track_caller]
pub fn assert_is_sentence(text: &str) {
    assert!(text.ends_with(['.', '!']) && text.contains(' '), "“{text}” is no sentence");
    for word in ["Err(", "JsValue", "unwrap", "panicked"] {
        assert!(!text.contains(word), "“{text}” is for machines");
    }
}

#[test]
fn a_broken_pack_leaves_a_page_that_trains_on_generated_images() {
    let site = Site::new();
    if site.classify_data() == "phantom" {
        println!("note: no pack, so none can be broken");
        return;
    }
    let mut page = Page::new(&site, Gpu::None);
    page.expect_console_error("packs/mednist-");
    let faults =
        [Fault::Truncate(0.5), Fault::Replace(b"This is a text.".to_vec()), Fault::Missing];
    for fault in faults {
        site.inject_fault("packs/mednist-*.zip", fault.clone());
        page.open("?model=mlp&device=cpu");
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().next());
        println!("{fault:?}: {notice}");
        assert_is_sentence(&notice);
        page.wait_until_ready();
        assert_still_trains(&mut page);
        let codes =
            page.eval("[...document.querySelectorAll('[data-code]')].map((e) => e.dataset.code)");
        assert!(["bad-pack", "network"].iter().any(|code| codes[0] == *code), "{codes}");
    }
    site.clear_faults();
    page.open("?model=mlp&device=cpu");
    page.wait_until_ready();
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn without_its_engine_the_page_says_so_and_stays() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.expect_console_error("engine-");
    for fault in [Fault::Missing, Fault::Truncate(0.5), Fault::Replace(b"<html></html>".to_vec())] {
        site.inject_fault("engine-*.wasm", fault.clone());
        page.open(SMALL_RUN);
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().next());
        println!("{fault:?}: {notice}");
        assert_is_sentence(&notice);
        let error = page.wait_for("error", UI_TIMEOUT, |_| true);
        assert!(["engine", "network"].iter().any(|code| error["code"] == *code), "{error}");
        assert!(!page.is_enabled("step"));
        // The settings load with their section, since no run is ready that would bring them.
        if page.count("input[aria-label='batch size']") == 0 {
            page.press("panel-training");
        }
        page.fill("input[aria-label='batch size']", "32");
        wait_until("an edit in the address", UI_TIMEOUT, || {
            (page.query().get("batch").map(String::as_str) == Some("32")).then_some(())
        });
    }
    // The JavaScript file of the module is required as well as the wasm file.
    site.clear_faults();
    site.inject_fault("engine-*.js", Fault::Missing);
    page.open(SMALL_RUN);
    assert_is_sentence(&wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().next()));

    site.clear_faults();
    page.reload();
    page.wait_until_ready();
    assert_eq!(page.notices(), [""; 0]);
    assert_still_trains(&mut page);
}

#[test]
fn images_that_are_none_are_refused_and_a_good_one_is_classified() {
    let site = Site::new();
    let files = TempFiles::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    page.wait_until_ready();
    let whole = disc_png(300);
    let bad = [
        files.add("empty.png", b""),
        files.add("letter.png", b"Dear network, what am I?"),
        files.add("huge.png", &oversized_png()),
        files.add("cut.png", &whole[..whole.len() / 2]),
    ];
    for (index, file) in bad.iter().enumerate() {
        page.choose_file("predict-file", file);
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().nth(index));
        println!("{}: {notice}", file.file_name().unwrap_or_default().display());
        assert_is_sentence(&notice);
        let error = page.events_of("error").pop().expect("an error event");
        assert_eq!(error["code"], "bad-image");
        assert_eq!(page.count("[data-testid=predict-result]"), 0);
    }
    assert!(page.notices()[2].contains("megapixel"), "{}", page.notices()[2]);
    while page.count("[data-testid=dismiss]") > 0 {
        page.press("dismiss");
    }
    assert_eq!(page.notices(), [""; 0]);

    page.choose_file("predict-file", &files.add("disc.png", &whole));
    let answer = page.text("predict-result");
    assert!(answer.contains('%'), "the answer reads “{answer}”");
    assert_still_trains(&mut page);
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_good_epoch() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    // Weight decay is learning rate × decay, so at a rate of 10 each step multiplies the weights by
    // -9. They exceed the range of 32-bit floats within about twenty steps.
    page.open(
        "?data=phantom&model=mlp&layers=dense16.relu_dense16.relu&device=cpu&optimizer=adamw&decay=1\
         &lr=0.001&batch=64&epochs=50&seed=1",
    );
    page.wait_until_ready();
    page.press("epoch");
    let epoch = page.wait_for_epoch(1);
    page.wait_for("state", UI_TIMEOUT, |s| s["state"] == "paused" && s["step"] == epoch["step"]);
    page.clear_events();
    page.fill("input[aria-label='learning rate']", "10");
    page.play();

    let diverged = page.wait_for_state("diverged");
    let step = diverged["step"].as_u64().expect("a number");
    let error = page.wait_for("error", UI_TIMEOUT, |error| error["code"] == "diverged");
    let notice = page.wait_for_notice("no number");
    println!("diverged: {notice}");
    assert_is_sentence(&notice);
    assert_eq!(error["message"].as_str(), Some(notice.as_str()));
    let named = notice
        .split("step ")
        .nth(1)
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok());
    let first = epoch["step"].as_u64().expect("a number") + 1;
    assert!(
        named.is_some_and(|named| (first..=step + 1).contains(&named)),
        "the run stands at step {step}, but the page says “{notice}”"
    );
    let losses = page.events_of("step");
    assert!(losses.iter().all(|step| step["loss"].is_number()), "a chart draws only numbers");

    // The evaluation of the last epoch with a finite loss is still shown.
    let good = page.events_of("epoch").pop().unwrap_or(epoch);
    let accuracy = format!("{:.1}", good["testAccuracy"].as_f64().expect("a number") * 100.0);
    wait_until("the last good accuracy on the page", UI_TIMEOUT, || {
        page.text("accuracy").starts_with(&accuracy).then_some(())
    });
    assert!(!page.is_enabled("play"));

    page.press("reset");
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    assert_still_trains(&mut page);
}
