//! The first lab as a lecturer shows it: a batch, one step in five moves, a test, an epoch, what is
//! wrong, another network, and how the two compare.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::{Value, json};

use crate::evaluation::show_evaluation_part;
use crate::layers::wait_for_text;
use crate::step::wait_for_move;

/// A CNN that trains an epoch within seconds.
const CNN: &str = "?model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=16&epochs=2&seed=1&view=step";

const BATCH: usize = 16;
const CLASSES: usize = 6;
const TEST_IMAGES: u64 = 300;
/// 1,200 training images, 16 per step.
const STEPS_PER_EPOCH: f64 = 75.0;
const EPOCHS: f64 = 2.0;
/// Pixels, two convolutions, a dense layer and the output.
const RUNGS: usize = 5;

/// Presses a key such as `ArrowRight` where the focus is.
pub fn press_key(page: &Page, key: &str, code: u32) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
        page.browser().devtools("Input.dispatchKeyEvent", event);
    }
}

fn press_right(page: &Page) {
    press_key(page, "ArrowRight", 39);
}

/// Returns the number that follows `words` in a text.
#[track_caller]
fn number_after(text: &str, words: &str) -> f64 {
    let found = text.split_once(words).and_then(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.').parse().ok()
    });
    found.unwrap_or_else(|| panic!("no number after “{words}” in “{text}”"))
}

fn strings(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).expect("texts")
}

/// Returns what is said of the images of the batch, in their order.
fn batch_images(page: &Page) -> Vec<String> {
    wait_until("the images of the batch", UI_TIMEOUT, || {
        let images = page.eval(
            "[...document.querySelectorAll('[data-testid=lens] .step-image button')]\
             .filter((button) => button.querySelector('img')?.naturalWidth > 0)\
             .map((button) => button.ariaLabel)",
        );
        Some(strings(&images)).filter(|images| images.len() == BATCH)
    })
}

/// Returns the positions of the tests on the accuracy chart's axis, in epochs.
fn tests_drawn(page: &Page) -> Vec<f64> {
    let places = page.eval(
        "(() => {\
           const chart = document.querySelector('[data-testid=accuracy-chart] .chart-plot');\
           const axis = chart.querySelector('path.chart-chance').getBBox();\
           return [...chart.querySelectorAll('circle.chart-test')]\
             .map((dot) => (dot.cx.baseVal.value - axis.x) / axis.width);\
         })()",
    );
    let places: Vec<f64> = serde_json::from_value(places).expect("numbers");
    places.into_iter().map(|place| place * EPOCHS).collect()
}

/// Waits until the layers of the trained network are probed. Returns the accuracies as they are
/// written, such as “71 %”, from the pixels to the output.
fn trained_ladder(page: &Page, rungs: usize, sentence: &str) -> Vec<String> {
    wait_for_text(page, "ladder-sentence", sentence);
    (0..rungs).map(|rung| page.text(&format!("ladder-{rung}"))).collect()
}

/// Walks the five moves of the step that comes next with the right arrow key.
fn walk_the_moves(page: &Page) {
    page.eval("document.querySelector('[data-testid=next-move]').focus()");
    press_right(page);
    wait_for_move(page, "Forward");
    let probabilities = page.eval(
        "[...document.querySelectorAll('.step-table tbody tr')]\
         .map((row) => parseFloat(row.cells[3].innerText))",
    );
    let probabilities: Vec<f64> = serde_json::from_value(probabilities).expect("percentages");
    assert_eq!(probabilities.len(), CLASSES);
    let sum: f64 = probabilities.iter().sum();
    assert!((sum - 100.0).abs() < 0.5, "{probabilities:?}");

    press_right(page);
    wait_for_move(page, "Loss");
    assert_eq!(page.count(".step-loss-bar"), BATCH as u64);

    press_right(page);
    wait_for_move(page, "Backward");
    wait_until(
        "the gradients of two convolutions, a dense layer and the output",
        UI_TIMEOUT,
        || (page.count("[data-testid=gradient-norms] li") == RUNGS as u64 - 1).then_some(()),
    );

    press_right(page);
    wait_for_move(page, "Update");
    wait_for_text(page, "update-values", "new value w");
}

/// Checks that each test image is counted in the row of its class, and that the diagonal is the accuracy
/// in percent that the page gives.
fn assert_matrix(page: &Page, accuracy: f64) {
    let counts = page.eval(
        "[...document.querySelectorAll('[data-testid=confusion] tbody tr')]\
         .map((row) => [...row.querySelectorAll('button')].map((cell) => +cell.innerText))",
    );
    let counts: Vec<Vec<u64>> = serde_json::from_value(counts).expect("counts");
    assert!(counts.len() == CLASSES && counts.iter().all(|row| row.len() == CLASSES), "{counts:?}");
    show_evaluation_part(page, "Scores");
    wait_until("a row for each class", UI_TIMEOUT, || {
        (page.count("[data-testid=scores] tbody tr") == CLASSES as u64).then_some(())
    });
    let images = page.eval(
        "[...document.querySelectorAll('[data-testid=scores] tbody tr')]\
         .map((row) => +row.lastElementChild.innerText)",
    );
    let images: Vec<u64> = serde_json::from_value(images).expect("counts");
    let rows: Vec<u64> = counts.iter().map(|row| row.iter().sum()).collect();
    assert_eq!(rows, images, "rows of the matrix, and test images of each class");
    assert_eq!(rows.iter().sum::<u64>(), TEST_IMAGES);
    let right: u64 = (0..CLASSES).map(|class| counts[class][class]).sum();
    let share = 100.0 * right as f64 / TEST_IMAGES as f64;
    assert!((share - accuracy).abs() < 0.051, "{share} % on the diagonal, {accuracy} % said");
}

/// Checks that the run before is drawn beside the current one, and named by what differs.
fn assert_both_runs_drawn(page: &Page) {
    let past = page
        .eval("[...document.querySelectorAll('.chart-legend-past')].map((item) => item.innerText)");
    let past = strings(&past);
    assert_eq!(past.len(), 1, "{past:?}");
    assert!(past[0].starts_with('A') && past[0].ends_with("dense16.relu dense32.relu"), "{past:?}");
    let edges = page.eval(
        "(() => {\
           const box = (part) => part.getBoundingClientRect();\
           const legends = [...document.querySelectorAll('.learning-curves .chart-legend')];\
           return [Math.max(...legends.map((legend) => box(legend).bottom)),\
             box(document.querySelector('.run-summary')).top];\
         })()",
    );
    let [legends, summary]: [f64; 2] = serde_json::from_value(edges).expect("two edges");
    assert!(legends <= summary, "legends until {legends} px cover what begins at {summary} px");
    for chart in ["loss-chart", "accuracy-chart"] {
        let lengths = page.eval(&format!(
            "['chart-past', 'chart-train', 'chart-test'].map((ink) =>\
               Math.max(...[...document.querySelectorAll(\
                 `[data-testid={chart}] .chart-plot path.${{ink}}`\
               )].map((line) => line.getTotalLength())))"
        ));
        let lengths: Vec<f64> = serde_json::from_value(lengths).expect("a line of each kind");
        // In the accuracy chart, training accuracy is known for one epoch and so is a dot.
        let is_line = [lengths[0], if chart == "loss-chart" { lengths[1] } else { lengths[2] }];
        assert!(is_line.iter().all(|length| *length > 10.0), "{chart}: {lengths:?}");
    }
}

/// Checks that the sentence beneath the ladder compares the output with that of the run before, whose
/// accuracy was `before`, as the two accuracies do.
fn assert_compared(page: &Page, before: &str) {
    let said = format!("The run before got {before} from the output, ");
    let second_ladder = trained_ladder(page, RUNGS + 1, &said);
    let percent = |text: &str| number_after(&format!("is {text}"), "is ");
    let difference = percent(&second_ladder[RUNGS]) - percent(before);
    let sentence = page.text("ladder-sentence");
    let (_, comparison) = sentence.split_once(&said).expect("it was waited for");
    let is_right = if comparison.starts_with("no clear difference") {
        // The standard error of a difference between two shares of 300 images is at most 4.1 points,
        // and both shares are rounded by up to half a point.
        difference.abs() < 5.1
    } else if comparison.contains("less") {
        difference > 0.0
    } else {
        comparison.contains("more") && difference < 0.0
    };
    assert!(is_right, "{difference} points: {sentence}");
    println!("{sentence}");
}

#[test]
fn a_lecture_walks_from_one_batch_to_two_networks_compared() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(&format!("{CNN}&data={}", site.classify_data()));
    page.wait_until_ready();

    // The batch: its images and the shape of its tensor.
    wait_for_move(&page, "Batch");
    let first_batch = batch_images(&page);
    wait_for_text(&page, "lens", "[16, 1, 64, 64]");
    wait_for_text(&page, "lens", "The next step, number 1,");

    // Walking looks ahead. The last key makes the step, with the loss that was shown before it.
    walk_the_moves(&page);
    let shown = number_after(&page.text("lens"), "Loss now ");
    assert_eq!(page.events_of("step").len(), 0, "looking is no training");
    press_right(&page);
    page.wait_for_step(1);
    wait_for_text(&page, "lens", "Step 1: loss on this batch");
    let made = page.text("lens");
    assert_eq!(number_after(&made, "loss on this batch "), shown);
    assert!(number_after(&made, " → ") < shown, "the same batch is no easier after the step");

    // The next batch has other images. Step makes another step.
    press_right(&page);
    wait_for_move(&page, "Batch");
    wait_for_text(&page, "lens", "The next step, number 2,");
    wait_until("other images", UI_TIMEOUT, || (batch_images(&page) != first_batch).then_some(()));
    page.press("step");
    page.wait_for_step(2);
    wait_for_text(&page, "lens", "Step 2: loss on this batch");

    // A test between two epochs is drawn at its step, and read with the keys of the chart.
    page.press("test");
    page.type_keys("2");
    wait_for_text(&page, "accuracy-chart", "step 2: ");
    let tested = number_after(&page.text("accuracy-chart"), "step 2: ");
    assert!((0.0..=100.0).contains(&tested), "{tested} %");
    wait_for_text(&page, "loss-chart", "(step 2)");
    let drawn = tests_drawn(&page);
    assert_eq!(drawn.len(), 2, "of the untrained network and after step 2: {drawn:?}");
    assert!(drawn[0].abs() < 1e-3, "{drawn:?}");
    assert!((drawn[1] - 2.0 / STEPS_PER_EPOCH).abs() < 1e-3, "{drawn:?}");
    page.eval("document.querySelector('[data-testid=accuracy-chart] .chart-body').focus()");
    press_key(&page, "Home", 36);
    wait_for_text(&page, "accuracy-chart", "epoch 0: ");
    press_right(&page);
    wait_for_text(&page, "accuracy-chart", "step 2: ");

    // An epoch.
    page.type_keys("e");
    page.wait_for_epoch(1);
    wait_for_text(&page, "accuracy-chart", "epoch 1: ");
    let curves = page.text("accuracy-chart");
    let after_epoch = number_after(&curves, "epoch 1: ");
    assert!(number_after(&curves, "in training ") > 100.0 / CLASSES as f64, "{curves}");
    assert!(after_epoch > tested, "{after_epoch} % after {tested} %");
    let drawn = tests_drawn(&page);
    assert_eq!(drawn.len(), 3, "{drawn:?}");
    assert!((drawn[2] - 1.0).abs() < 1e-3, "{drawn:?}");

    // What the network gets wrong: each test image is in the row of its class.
    page.type_keys("6");
    wait_for_text(&page, "accuracy", &format!("{after_epoch:.1}"));
    assert_matrix(&page, after_epoch);

    // Another layer, and so another network: the run before stays as a mark on each rung.
    let first_ladder = trained_ladder(&page, RUNGS, "From the pixels, a linear classifier gets ");
    page.clear_events();
    page.click(".network-actions button:nth-child(4)");
    page.wait_for("state", TRAINING_TIMEOUT, |s| s["state"] == "paused" && s["step"] == 0);
    assert!(page.text("network-layer-3").contains("Dense 4"), "{}", page.text("network-layer-3"));
    wait_for_text(&page, "ladder-sentence", "Before training: from");
    assert_eq!(page.count(".network-layers .ladder-before"), RUNGS as u64 + 1);
    for (rung, before) in [(0, &first_ladder[0]), (RUNGS, &first_ladder[RUNGS - 1])] {
        let spoken =
            page.eval(&format!("document.querySelector('[data-testid=ladder-{rung}]').ariaLabel"));
        let spoken = spoken.as_str().unwrap_or_default().to_owned();
        assert!(spoken.ends_with(&format!(", run before {before}")), "{spoken}, {first_ladder:?}");
    }
    page.clear_events();
    page.press("epoch");
    page.wait_for_epoch(1);

    // Both runs in the curves, and a sentence that compares them.
    page.type_keys("2");
    wait_for_text(&page, "accuracy-chart", "epoch 1: ");
    assert_both_runs_drawn(&page);
    assert_compared(&page, &first_ladder[RUNGS - 1]);
    page.screenshot("lecture-walk");
    assert_eq!(page.notices(), [""; 0]);
}
