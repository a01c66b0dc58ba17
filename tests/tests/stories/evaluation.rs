//! What a figure is worth: intervals, curves, patients, calibration, and the sealed test set.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

use crate::layers::wait_for_text;
use crate::lecture_walk::press_key;

/// A CNN on generated data with a validation set, which is far from perfect after an epoch.
const CNN: &str = "?data=phantom&split=validation&model=cnn\
                   &layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu&device=cpu\
                   &optimizer=adam&lr=0.0005&batch=32&epochs=3&seed=1&view=evaluation";

/// Shows a part of the evaluation by its name.
#[track_caller]
pub fn show_evaluation_part(page: &Page, name: &str) {
    let find = format!(
        "[...document.querySelectorAll('[data-testid=evaluation-parts] label')]\
         .findIndex((label) => label.textContent.trim() === '{name}') + 1"
    );
    let place = page.eval(&find).as_u64().unwrap_or(0);
    assert!(place > 0, "no part {name}");
    page.click(&format!("[data-testid=evaluation-parts] label:nth-of-type({place}) input"));
}

/// Waits until the text of an element with a test id has none of these words.
#[track_caller]
fn wait_for_change(page: &Page, id: &str, from: &str) -> String {
    wait_until(&format!("another text than “{from}” at {id}"), UI_TIMEOUT, || {
        Some(page.text(id)).filter(|text| text != from)
    })
}

/// Returns whether a text has an interval, “0.912–0.967”. A dash alone stands for none.
fn has_interval(text: &str) -> bool {
    text.split_once('–').is_some_and(|(low, high)| {
        low.ends_with(|c: char| c.is_ascii_digit())
            && high.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[test]
fn a_figure_is_shown_with_what_it_is_worth_and_the_test_set_is_opened_twice() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(CNN);
    page.wait_until_ready();
    page.press("epoch");
    page.wait_for_epoch(1);

    // Intervals: Wilson's of the accuracy, and those of the bootstrap a moment later.
    show_evaluation_part(&page, "Scores");
    for id in ["accuracy-interval", "kappa"] {
        wait_until(&format!("an interval at {id}"), UI_TIMEOUT, || {
            has_interval(&page.text(id)).then_some(())
        });
    }

    // The operating point moves by keyboard, on the curve and in words.
    show_evaluation_part(&page, "ROC");
    wait_for_text(&page, "auc", "0.");
    let youden = page.text("threshold");
    let sensitivity = page.text("sensitivity");
    assert_eq!(page.count("[data-testid=roc-chart] circle.chart-point"), 1);
    let at = |page: &Page| {
        page.eval("document.querySelector('[data-testid=roc-chart] circle.chart-point')?.getAttribute('cy')")
    };
    let before = at(&page);
    page.eval("document.querySelector('[data-testid=operating-point]').focus()");
    press_key(&page, "Home", 36);
    wait_for_text(&page, "threshold", "above all");
    wait_for_text(&page, "sensitivity", "0.0 %");
    wait_for_text(&page, "specificity", "100.0 %");
    assert_ne!(at(&page), before, "the point on the curve stays");
    press_key(&page, "ArrowRight", 39);
    let moved = wait_for_change(&page, "threshold", "above all");
    assert_ne!(moved, youden);
    page.press("youden");
    wait_for_text(&page, "threshold", &youden);
    assert_eq!(page.text("sensitivity"), sensitivity);

    // 1,000 patients at a low prevalence, and the images of a group.
    show_evaluation_part(&page, "1,000 patients");
    wait_for_text(&page, "patients-sentence", "Of 1,000 patients, ");
    page.eval("document.querySelector('[data-testid=prevalence]').focus()");
    press_key(&page, "Home", 36);
    wait_for_text(&page, "patients-sentence", "Of 1,000 patients, 1 is “");
    page.press("true-positives");
    wait_until("the images of the group", UI_TIMEOUT, || {
        (page.count(".evaluated-images img[alt]") > 0).then_some(())
    });

    show_evaluation_part(&page, "Calibration");
    wait_for_text(&page, "calibration-sentence", "-confident");

    // The test set is sealed until it is opened, and each opening is counted.
    show_evaluation_part(&page, "Test set");
    wait_for_text(&page, "test-set-openings", "Not opened in this visit");
    assert_eq!(page.count("[data-testid=test-set-table]"), 0);
    page.press("open-test-set");
    wait_for_text(&page, "test-set-openings", "Opened 1 time in this visit");
    wait_for_text(&page, "test-accuracy", "%");
    assert_eq!(
        page.text("validation-accuracy").split(' ').next(),
        page.text("accuracy").split(' ').next()
    );
    let sentence = page.text("test-set-sentence");
    assert!(sentence.contains("95 % interval"), "{sentence}");
    page.press("open-test-set");
    wait_for_text(&page, "test-set-openings", "Opened 2 times in this visit");

    // After another epoch the figures would be of two networks.
    page.press("epoch");
    page.wait_for_epoch(2);
    wait_for_text(&page, "test-set-sentence", "two states of the network");
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn without_a_seal_the_page_says_that_its_test_figures_are_too_good() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&CNN.replace("split=validation", "split=lab"));
    page.wait_until_ready();
    show_evaluation_part(&page, "Test set");
    wait_for_text(&page, "unsealed", "split=lab");
    assert_eq!(page.count("[data-testid=open-test-set]"), 0);
}

#[test]
fn the_second_lab_has_a_sealed_test_set_too() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(
        "?lab=segment&data=ventricles&split=validation&device=cpu&depth=1&width=4&batch=8&epochs=1\
         &seed=1&view=cases&autostart=1",
    );
    page.wait_for("finished", 2 * TRAINING_TIMEOUT, |_| true);
    wait_for_text(&page, "test-set-openings", "Not opened in this visit");
    page.press("open-test-set");
    wait_for_text(&page, "test-set-openings", "Opened 1 time in this visit");
    wait_for_text(&page, "test-dice", "case");
    wait_for_text(&page, "test-set-sentence", "95 % interval");
}
