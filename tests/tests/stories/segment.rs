//! Tests of the segmentation lab.

use e2e::sample_files::{TempFiles, disc_png, nifti_volume, truncated_gzip, uniform_png};
use e2e::{Fault, Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until, wants_long_form};
use serde_json::{Value, json};

use crate::bad_input::{assert_is_sentence, assert_still_trains};

/// A small run on generated data.
const SMALL_RUN: &str = "?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&seed=1";

/// A run that takes seconds per step on a software adapter.
const TINY_RUN: &str = "?lab=segment&data=ventricles&width=4&depth=2&batch=2&seed=3";

/// Maximum difference between losses of about 1.5. Both devices use 32-bit floats but sum in a
/// different order, which causes differences of about 1e-6 per step.
const TOLERANCE: f64 = 1e-3;

#[test]
fn an_autostarted_link_finds_the_structures_in_patients_it_never_saw() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    let (data, bar) = match site.segment_data() {
        "hippocampus" => ("hippocampus", 0.80),
        drawn => (drawn, 0.90),
    };
    for seed in if wants_long_form() { 1..=3 } else { 1..=1 } {
        let dice = train(&mut page, data, seed);
        assert!(dice >= bar, "seed {seed}: {data} ends at a mean Dice of {dice}");
    }
}

#[test]
#[ignore = "minutes: drawn heads, beside the patients of the story above"]
fn drawn_heads_are_learned_too() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    for seed in 1..=3 {
        let dice = train(&mut page, "ventricles", seed);
        assert!(dice >= 0.90, "seed {seed}: drawn heads end at a mean Dice of {dice}");
    }
}

/// Trains the default run of the lab to the end, prints metrics, and returns the last mean Dice.
fn train(page: &mut Page, data: &str, seed: u32) -> f64 {
    let query = format!("?lab=segment&data={data}&device=cpu&seed={seed}&autostart=1");
    page.open(&query);
    let started = page.wait_for("state", TRAINING_TIMEOUT, |event| event["state"] == "running");
    page.clear_long_tasks();
    let finished = page.wait_for("finished", 2 * TRAINING_TIMEOUT, |_| true);
    let (tasks, longest) = page.long_tasks();

    let epochs = page.events_of("epoch");
    let last = epochs.last().expect("an epoch ended");
    assert_eq!(last["testDice"], finished["testDice"]);
    let mean = |event: &Value| event["testDice"]["mean"].as_f64().unwrap_or(0.0);
    let shown = format!("{:.3}", mean(last));
    wait_until("the last Dice on the page", UI_TIMEOUT, || {
        page.text("dice").starts_with(&shown).then_some(())
    });
    assert!(!page.is_enabled("play"), "a finished run has nothing to play");

    let at = |event: &Value| event["at"].as_f64().unwrap_or(f64::NAN);
    let seconds = |event: &Value| (at(event) - at(&started)) / 1000.0;
    println!("{query}");
    match epochs.iter().find(|epoch| mean(epoch) >= 0.75) {
        Some(epoch) => println!("  mean Dice {:.3} after {:.0} s", mean(epoch), seconds(epoch)),
        None => println!("  a mean Dice of 0.75 was never reached"),
    }
    println!(
        "  at the end {}, after {:.0} s; {tasks} long tasks while training, the longest \
         {longest:.0} ms",
        last["testDice"],
        seconds(&finished)
    );
    assert!(
        !wants_long_form() || tasks == 0,
        "{tasks} tasks of more than 50 ms, the longest {longest:.0} ms"
    );
    mean(last)
}

#[test]
fn a_course_page_hears_of_dice_class_by_class() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=1&autostart=1"));
    let epoch = page.wait_for_epoch(1);
    let finished = page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    for event in [&epoch, &finished] {
        let dice = &event["testDice"];
        let one = dice["classes"].as_array().expect("one a foreground class");
        assert_eq!(one.len(), 1, "{event}");
        assert!(dice["mean"].is_number(), "{event}");
        assert!(event["testAccuracy"].as_f64() > Some(0.5), "{event}");
    }
    assert!(epoch["testLoss"].is_number() && epoch["trainLoss"].is_number(), "{epoch}");
    // The events of the other lab have not changed.
    page.open(&format!("{}&epochs=1&autostart=1", crate::SMALL_RUN));
    assert_eq!(page.wait_for_epoch(1).get("testDice"), None);
}

#[test]
fn the_watched_slices_get_masks_while_the_network_learns() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=1000"));
    page.wait_until_ready();
    wait_until("eight slices before the first step", UI_TIMEOUT, || {
        (page.count("[data-testid=glimpse][data-step='0'] .live-card") == 8).then_some(())
    });
    let before = masks(&page);
    page.play();
    page.wait_for_epoch(2);
    page.pause();
    page.wait_for_state("paused");
    wait_until("masks of later weights", UI_TIMEOUT, || {
        let step = page.eval("+document.querySelector('[data-testid=glimpse]').dataset.step");
        (step.as_u64() > Some(30)).then_some(())
    });
    wait_until("other pictures than before", UI_TIMEOUT, || (masks(&page) != before).then_some(()));
    assert!(page.text("dice-chart").contains("Dice"), "{}", page.text("dice-chart"));

    // All test cases are in the table, and a slice can be selected in every view.
    assert!(page.count("[data-testid=cases] tbody") >= 60);
    let name = page.text("slice-name");
    page.click(".live-card:nth-child(3) .raster-button");
    wait_until("the watched slice in the viewer", UI_TIMEOUT, || {
        (page.text("slice-name") != name).then_some(())
    });
    let name = page.text("slice-name");
    page.click("button[aria-label^='Next patient']");
    wait_until("the next one", UI_TIMEOUT, || (page.text("slice-name") != name).then_some(()));
}

/// Returns the canvases of the live predictions as data URLs.
fn masks(page: &Page) -> Value {
    page.eval(
        "[...document.querySelectorAll('.live-card canvas')].map((c) => c.toDataURL()).join()",
    )
}

#[test]
fn a_cut_skip_connection_is_another_network() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=2&width=4&batch=8&seed=1");
    page.wait_until_ready();
    page.press("step");
    let first = page.wait_for_step(1)["loss"].clone();
    page.wait_for_state("paused");
    let whole = page.text("unet-parameters");

    page.clear_events();
    page.press("skip-0");
    page.wait_for("state", UI_TIMEOUT, |event| event["state"] == "paused" && event["step"] == 0);
    assert_eq!(page.query()["skips"], "01");
    assert_ne!(page.text("unet-parameters"), whole);
    wait_until("the whole network in the legend", UI_TIMEOUT, || {
        let past = page
            .eval("[...document.querySelectorAll('.chart-legend-past')].map((e) => e.innerText)");
        past[0].as_str().filter(|label| label.contains("skip 1 cut")).map(drop)
    });
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.press("step");
    assert_ne!(page.wait_for_step(1)["loss"], first);
}

#[test]
fn a_tiny_target_and_cross_entropy_are_nearly_always_right_and_no_good() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8");
    page.wait_until_ready();
    page.wait_for_state("paused");
    page.clear_events();
    page.press("tiny-target");
    page.wait_for("state", TRAINING_TIMEOUT, |event| {
        event["state"] == "paused" && event["step"] == 0
    });
    let query = page.query();
    assert_eq!((query["size"].as_str(), query["loss"].as_str()), ("10", "ce"));
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.clear_events();
    page.press("epoch");
    page.wait_for_epoch(1);
    wait_until("the two figures side by side", UI_TIMEOUT, || {
        let (accuracy, dice) = (page.text("pixel-accuracy"), page.text("dice"));
        (accuracy.starts_with("99.") && dice.starts_with("0.0")).then_some(())
    });
    // The page shows the class weights as numbers.
    let weights = page.text("class-weights");
    assert!(weights.contains("1.00"), "{weights}");
    page.press("balanced");
    wait_until("weights that make up for it", UI_TIMEOUT, || {
        let balanced = page.query()["balanced"] == "1";
        (balanced && page.text("class-weights") != weights).then_some(())
    });
}

#[test]
fn one_goes_from_lab_to_lab_without_leaving_the_page() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{}&batch=32", crate::SMALL_RUN));
    page.wait_until_ready();
    page.press("step");
    page.wait_for_step(1);
    page.eval("window.here = true");

    page.clear_events();
    page.press("lab-segment");
    page.wait_for("state", TRAINING_TIMEOUT, |event| {
        event["state"] == "paused" && event["step"] == 0
    });
    wait_until("a U-Net", UI_TIMEOUT, || (page.count("[data-testid=unet]") == 1).then_some(()));
    assert_eq!(page.eval("window.here"), json!(true), "the page was loaded anew");
    assert_eq!(page.query()["lab"], "segment");
    assert_eq!(page.query()["seed"], "1");
    assert_eq!(page.count("[data-testid=lab-segment][aria-current=page]"), 1);
    assert_eq!(page.count(".chart-legend-past"), 0, "runs of the other lab");
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.press("step");
    page.wait_for_step(1);

    page.clear_events();
    page.press("lab-classify");
    page.wait_for("state", UI_TIMEOUT, |event| event["state"] == "paused" && event["step"] == 0);
    let query = page.query();
    assert_eq!((query["lab"].as_str(), query["batch"].as_str()), ("classify", "32"));
    assert_eq!(page.count(".chart-legend-past"), 1);
    assert_still_trains(&mut page);

    // An embedded page shows only the lab that the course page chose.
    page.open(&format!("{SMALL_RUN}&embed=1"));
    page.wait_until_ready();
    assert_eq!(page.count("[data-testid=lab-segment]"), 0);
}

#[test]
fn webgpu_gives_the_losses_of_the_cpu() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::Software);
    page.open(&format!("{TINY_RUN}&device=cpu"));
    assert_eq!(page.wait_until_ready()["device"], "cpu");
    let cpu = losses(&mut page);
    page.open(&format!("{TINY_RUN}&device=webgpu"));
    assert_eq!(page.wait_until_ready()["device"], "gpu");
    let gpu = losses(&mut page);

    println!("losses on the CPU: {cpu:?}\nlosses on WebGPU:  {gpu:?}");
    for (index, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        let difference = (cpu - gpu).abs();
        assert!(
            difference <= TOLERANCE,
            "step {}: {cpu} on the CPU, {gpu} on WebGPU, {difference} apart",
            index + 1
        );
    }
    assert!(cpu[0] != cpu[1], "losses that do not change prove nothing");
}

/// Returns the losses of the first ten steps.
fn losses(page: &mut Page) -> Vec<f64> {
    (1..=10)
        .map(|step| {
            page.press("step");
            let loss = page.wait_for_step(step)["loss"].as_f64().expect("a finite loss");
            page.wait_for("state", TRAINING_TIMEOUT, |event| {
                event["state"] == "paused" && event["step"] == step
            });
            loss
        })
        .collect()
}

#[test]
fn a_broken_pack_leaves_a_page_that_trains_on_drawn_heads() {
    let site = Site::new();
    if site.segment_data() == "ventricles" {
        println!("note: no pack, so none can be broken");
        return;
    }
    let mut page = Page::new(&site, Gpu::None);
    page.expect_console_error("packs/hippocampus-");
    for fault in [Fault::Truncate(0.5), Fault::Replace(b"This is a text.".to_vec()), Fault::Missing]
    {
        site.inject_fault("packs/hippocampus-*.zip", fault.clone());
        page.open("?lab=segment&device=cpu&depth=1&width=4");
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().next());
        println!("{fault:?}: {notice}");
        assert_is_sentence(&notice);
        page.wait_until_ready();
        assert_still_trains(&mut page);
        assert_eq!(page.count("[data-code=bad-pack], [data-code=network]"), 1);
    }
}

#[test]
fn own_slices_are_segmented_and_what_is_none_is_refused() {
    let site = Site::new();
    let files = TempFiles::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    page.wait_until_ready();
    let bad = [
        files.add("letter.png", b"Dear network, where am I?"),
        files.add("moving.nii", &nifti_volume(&[8, 8, 4, 2, 3])),
        files.add("cut.nii.gz", &truncated_gzip()),
    ];
    for (index, file) in bad.iter().enumerate() {
        page.choose_file("segment-file", file);
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().nth(index));
        println!("{}: {notice}", file.file_name().unwrap_or_default().display());
        assert_is_sentence(&notice);
        assert_eq!(page.count("[data-testid=segment-answer]"), 0);
    }
    page.choose_file("segment-file", &files.add("disc.png", &disc_png(200)));
    page.text("segment-answer");

    // A mask that does not fit is rejected, and the slice is kept. One that fits gives a score, at
    // once if its values are classes, else after the visitor has agreed to their meaning.
    page.choose_file("segment-mask-file", &files.add("other-size.png", &uniform_png(100, 1)));
    let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().nth(bad.len()));
    assert_is_sentence(&notice);
    assert_eq!(page.count("[data-testid=segment-answer]"), 1);
    page.choose_file("segment-mask-file", &files.add("seven.png", &uniform_png(200, 7)));
    assert!(page.text("mask-values").contains('7'));
    assert_eq!(page.count("[data-testid=segment-mask-score]"), 0);
    page.press("mask-agree");
    let score = || {
        wait_until("a score", UI_TIMEOUT, || {
            page.text("segment-mask-score").contains(|c: char| c.is_ascii_digit()).then_some(())
        });
    };
    score();
    page.choose_file("segment-mask-file", &files.add("mask.png", &uniform_png(200, 1)));
    wait_until("no values to agree to", UI_TIMEOUT, || {
        (page.count("[data-testid=mask-values]") == 0).then_some(())
    });
    score();

    page.choose_file("segment-file", &files.add("volume.nii", &nifti_volume(&[70, 60, 5])));
    wait_until("a slider for the slices", UI_TIMEOUT, || {
        (page.count("[data-testid=segment-slice]") == 1).then_some(())
    });
    assert_still_trains(&mut page);
}

#[test]
fn the_diagram_shows_the_feature_maps_of_the_slice_and_of_the_weights() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    page.wait_until_ready();
    let untrained = other_feature_maps(&page, &json!(""));
    page.click("button[aria-label^='Next patient']");
    let of_next_patient = other_feature_maps(&page, &untrained);
    page.press("step");
    page.wait_for_step(1);
    page.wait_for_state("paused");
    let after_step = other_feature_maps(&page, &of_next_patient);
    page.press("reset");
    wait_until("the maps of the first weights", TRAINING_TIMEOUT, || {
        (feature_maps(&page) == of_next_patient).then_some(())
    });
    assert_ne!(after_step, untrained);
    assert_eq!(page.notices(), [""; 0]);
}

/// Returns the canvases of the U-Net diagram as data URLs.
fn feature_maps(page: &Page) -> Value {
    page.eval("[...document.querySelectorAll('[data-testid=unet] canvas')].map((c) => c.toDataURL()).join()")
}

/// Waits until the diagram is complete and differs from `than`. Returns its canvases.
fn other_feature_maps(page: &Page, than: &Value) -> Value {
    let mut last = Value::Null;
    wait_until("other feature maps", TRAINING_TIMEOUT, || {
        let maps = feature_maps(page);
        let is_steady = maps == last && page.count("[data-testid=unet] canvas") >= 5;
        last = maps;
        (is_steady && last != *than).then(|| last.clone())
    })
}
