//! Tests of training to the end.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until, wants_long_form};
use serde_json::Value;

#[test]
fn the_link_of_the_lecture_trains_the_cnn_to_97_percent() {
    train_to("cnn", 0.97);
}

#[test]
fn the_mlp_reaches_85_percent() {
    train_to("mlp", 0.85);
}

fn train_to(model: &str, bar: f64) {
    let site = Site::new();
    let data = site.classify_data();
    let mut page = Page::new(&site, Gpu::None);
    for seed in seeds() {
        let accuracy = train(
            &mut page,
            &format!(
                "?data={data}&model={model}&device=cpu&seed={seed}&epochs=10&optimizer=adam\
                 &lr=0.001&batch=16&autostart=1"
            ),
        );
        assert!(accuracy >= bar, "seed {seed}: the {model} ends at {accuracy}");
    }
}

fn seeds() -> std::ops::RangeInclusive<u32> {
    if wants_long_form() { 1..=3 } else { 1..=1 }
}

/// Trains a link with autostart to the end, prints metrics, and returns the last test accuracy.
fn train(page: &mut Page, query: &str) -> f64 {
    page.open(query);
    let started = page.wait_for("state", TRAINING_TIMEOUT, |event| event["state"] == "running");
    page.clear_long_tasks();
    let first = page.wait_for_step(1);
    assert_eq!(first["step"], 1, "the steps begin at the beginning");
    let finished = page.wait_for("finished", TRAINING_TIMEOUT, |_| true);

    let steps: Vec<u64> =
        page.events_of("step").iter().filter_map(|event| event["step"].as_u64()).collect();
    let total = finished["step"].as_u64().unwrap_or(0);
    assert_eq!(steps, (1..=total).collect::<Vec<_>>(), "every step is told once, in order");
    let epochs = page.events_of("epoch");
    let last = epochs.last().expect("an epoch ended");
    assert_eq!(last["epoch"], 10);
    assert_eq!(last["testAccuracy"], finished["testAccuracy"]);
    let accuracy = finished["testAccuracy"].as_f64().unwrap_or(0.0);
    let shown = format!("{:.1}", accuracy * 100.0);
    wait_until("the last accuracy on the page", UI_TIMEOUT, || {
        page.text("accuracy").starts_with(&shown).then_some(())
    });
    assert!(!page.is_enabled("play"), "a finished run has nothing to play");

    let (tasks, longest) = page.long_tasks();
    let at = |event: &Value| event["at"].as_f64().unwrap_or(f64::NAN);
    let speed = last["imagesPerSecond"].as_f64().unwrap_or(0.0);
    println!("{query}");
    println!(
        "  {:.1} % on the test set, {speed:.0} images/s in the last epoch, first loss {:.0} ms \
         after the start, {:.1} s in all",
        accuracy * 100.0,
        at(&first) - at(&started),
        (at(&finished) - at(&started)) / 1000.0,
    );
    println!(
        "  long tasks on the main thread while training: {tasks}, the longest {longest:.0} ms"
    );
    // A busy machine causes long tasks on any page, so they are only checked in the long form of
    // the test.
    assert!(
        !wants_long_form() || tasks == 0,
        "{tasks} tasks of more than 50 ms, the longest {longest:.0} ms"
    );
    accuracy
}
