//! Tests of the controls with mouse and keyboard.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::{Value, json};

use crate::SMALL_RUN;

/// Steps per epoch on phantoms: 1,200 training images, 16 per step.
const STEPS_PER_EPOCH: u64 = 75;

fn step_numbers(page: &mut Page) -> Vec<u64> {
    page.events_of("step").iter().filter_map(|event| event["step"].as_u64()).collect()
}

#[track_caller]
fn assert_no_gap_and_no_repeat(steps: &[u64]) {
    for pair in steps.windows(2) {
        assert_eq!(pair[1], pair[0] + 1, "after step {} comes step {}", pair[0], pair[1]);
    }
}

/// Waits until the batch trace contains `words`.
fn wait_for_batch_trace_text(page: &Page, words: &str) {
    // The page formats numbers with commas between thousands.
    let without_commas = |text: &str| text.replace(',', "");
    wait_until(&format!("“{words}” in the batch view"), UI_TIMEOUT, || {
        without_commas(&page.text("lens")).contains(&without_commas(words)).then_some(())
    });
}

/// Waits until the run is paused. Returns its step.
#[track_caller]
fn wait_for_pause(page: &mut Page) -> u64 {
    page.wait_for_state("paused")["step"].as_u64().expect("a state tells its step")
}

#[test]
fn play_pause_step_epoch_and_reset_do_what_they_say() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=1000"));
    page.wait_until_ready();

    // Ten quick clicks on Play act like one.
    page.clear_events();
    page.eval("[...Array(10)].forEach(() => document.querySelector('[data-testid=play]').click())");
    page.wait_for_step(20);
    page.clear_long_tasks();
    page.pause();
    let at = wait_for_pause(&mut page);
    let steps = step_numbers(&mut page);
    assert_eq!(steps.first(), Some(&1));
    assert_no_gap_and_no_repeat(&steps);
    let running = page.events_of("state").iter().filter(|s| s["state"] == "running").count();
    assert_eq!(running, 1, "ten Plays made {running} starts");
    wait_until("the last step told", UI_TIMEOUT, || {
        (step_numbers(&mut page).last() == Some(&at)).then_some(())
    });

    // The batch trace shows the next batch.
    wait_for_batch_trace_text(&page, &format!("The next step, number {},", at + 1));

    // Step makes exactly one step, and the batch trace shows its effect.
    page.clear_events();
    page.press("step");
    page.wait_for_step(at + 1);
    assert_eq!(wait_for_pause(&mut page), at + 1);
    wait_until("before and after before and after the step", UI_TIMEOUT, || {
        (page.count("[data-testid=lens] .batch-after") >= 16 * 6).then_some(())
    });
    wait_for_batch_trace_text(&page, &format!("Step {}: loss on this batch", at + 1));

    // Epoch trains to the end of the epoch.
    page.clear_events();
    page.press("epoch");
    let epoch = page.wait_for_epoch(1);
    let end = wait_for_pause(&mut page);
    assert_eq!(end % STEPS_PER_EPOCH, 0, "the epoch ended at step {end}");
    assert_eq!(epoch["step"], json!(end));
    wait_for_batch_trace_text(&page, &format!("Step {end}: loss on this batch"));
    assert!(
        epoch["trainLoss"].is_f64() && epoch["imagesPerSecond"].as_f64() > Some(0.0),
        "{epoch}"
    );

    // Reset during a step gives a new run without any event of the old one.
    page.clear_events();
    page.play();
    page.wait_for_step(end + 10);
    page.clear_events();
    page.press("reset");
    page.wait_for("state", UI_TIMEOUT, |s| s["state"] == "paused" && s["step"] == 0);
    page.clear_events();
    wait_until("a run that can step", UI_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.press("step");
    page.wait_for_step(1);
    assert_eq!(wait_for_pause(&mut page), 1);
    assert_eq!(step_numbers(&mut page), [1]);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_new_learning_rate_keeps_the_run_and_a_new_optimizer_starts_another() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=1000"));
    page.wait_until_ready();
    page.play();
    let before = page.wait_for_step(5)["step"].as_u64().expect("a number");
    page.fill("input[aria-label='learning rate']", "0.002");
    wait_until("the new rate in the address", UI_TIMEOUT, || {
        (page.query().get("lr").map(String::as_str) == Some("0.002")).then_some(())
    });
    page.wait_for_step(before + 200);
    assert_no_gap_and_no_repeat(&step_numbers(&mut page));
    let states: Vec<Value> = page.events_of("state");
    assert!(
        states.iter().all(|s| s["step"] != 0 || s["state"] == "paused" || s["state"] == "running")
    );
    assert_eq!(page.count(".chart-legend-past"), 0, "the run is still the same");

    // Text that is not a number is reported next to the field and changes nothing.
    page.fill("input[aria-label='learning rate']", "fast");
    wait_until("a word on the wrong rate", UI_TIMEOUT, || {
        let errors = page
            .eval("[...document.querySelectorAll('.field-error')].map((e) => e.innerText).join()");
        errors.as_str()?.contains("fast").then_some(())
    });
    assert_eq!(page.query()["lr"], "0.002");

    // Choosing another optimizer starts another run. The old one becomes an overlay labeled with
    // the difference.
    page.clear_events();
    page.eval(
        "[...document.querySelectorAll('[role=radiogroup][aria-label=optimiser] label')]\
         .find((label) => label.innerText.trim() === 'SGD').click()",
    );
    page.wait_for("state", UI_TIMEOUT, |s| s["state"] == "paused" && s["step"] == 0);
    wait_until("the old run in the legend, with what differed", UI_TIMEOUT, || {
        let labels = page
            .eval("[...document.querySelectorAll('.chart-legend-past')].map((e) => e.innerText)");
        labels[0].as_str().filter(|label| label.contains("Adam")).map(drop)
    });
    assert_eq!(page.query()["optimizer"], "sgd");
    page.clear_events();
    page.press("step");
    assert_eq!(page.wait_for_step(1)["step"], 1);
}

#[test]
fn the_keyboard_alone_will_do_and_a_cell_shows_its_images() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&epochs=1000"));
    page.wait_until_ready();

    page.type_keys("s");
    page.wait_for_step(1);
    wait_for_pause(&mut page);
    page.clear_events();
    page.type_keys(" ");
    page.wait_for_state("running");
    page.wait_for_step(5);
    page.type_keys(" ");
    wait_for_pause(&mut page);
    page.clear_events();
    page.type_keys("e");
    page.wait_for_epoch(1);
    wait_for_pause(&mut page);

    // Keys typed into a field are text, not shortcuts.
    page.clear_events();
    page.fill("input[aria-label='seed']", "res");
    assert!(page.events_of("state").is_empty());

    // The confusion matrix counts all test images. A cell shows the images that it counts.
    let counts = page.eval(
        "[...document.querySelectorAll('[data-testid=confusion] button')].map((b) => +b.innerText)",
    );
    let counts: Vec<u64> = serde_json::from_value(counts).expect("numbers");
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (36, 300));
    let fullest = (0..36).max_by_key(|&cell| counts[cell]).expect("36 cells");
    let (row, column) = (fullest / 6 + 1, fullest % 6 + 1);
    page.click(&format!(
        "[data-testid=confusion] tbody tr:nth-child({row}) td:nth-of-type({column}) button"
    ));
    let shown = counts[fullest].min(60);
    wait_until("the images of the cell", UI_TIMEOUT, || {
        (page.count(".evaluated-images img[alt]") == shown).then_some(())
    });

    page.clear_events();
    page.type_keys("r");
    page.wait_for("state", TRAINING_TIMEOUT, |s| s["state"] == "paused" && s["step"] == 0);
}
