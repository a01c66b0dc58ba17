//! Linear probe accuracies beside the network, tests after any step, and the summary of a run.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, wait_until};

use crate::layers::wait_for_text;

/// A CNN on generated data that trains two epochs within seconds.
const CNN: &str = "?data=phantom&model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=2&seed=1";

/// Pixels, three layers and output.
const LAYERS: usize = 5;

/// Waits until the accuracies of all layers are known.
fn wait_for_ladder(page: &Page, layers: usize) {
    wait_until("an accuracy at each layer", TRAINING_TIMEOUT, || {
        let known = |layer: &usize| page.text(&format!("ladder-{layer}")).contains('%');
        (0..layers).all(|layer| known(&layer)).then_some(())
    });
}

#[test]
fn each_layer_stands_beside_its_linear_probe_accuracy() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(CNN);
    page.wait_until_ready();
    wait_for_ladder(&page, LAYERS);
    wait_for_text(&page, "ladder-sentence", "Before training: from");
    page.play();
    page.wait_for_epoch(2);
    wait_for_text(&page, "ladder-sentence", "efore training, ");

    // The settings are folded until the name of a layer is pressed.
    assert_eq!(page.count(".network-layer-settings"), 0);
    page.press("network-layer-2");
    assert_eq!(page.count("[data-testid=network-layer-2][aria-expanded=true]"), 1);
    page.click(".network-layer-buttons [aria-label='Remove layer 3, dense']");

    // The run before is marked at the same relative depth of the new network.
    wait_for_ladder(&page, LAYERS - 1);
    assert_eq!(page.count(".network-layers .ladder-before"), LAYERS as u64 - 1);
    page.click(".network-actions button:nth-child(4)");
    assert_eq!(page.count(".network-layer-settings"), 1, "a new layer shows its settings");
}

#[test]
fn the_network_is_tested_after_any_step() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{CNN}&view=curves"));
    page.wait_until_ready();
    page.press("step");
    page.wait_for_step(1);
    page.press("test");
    wait_for_text(&page, "accuracy-chart", "step 1: ");
    page.press("epoch");
    page.wait_for_epoch(1);
    wait_for_text(&page, "accuracy-chart", ", in training ");
    wait_for_text(&page, "run-summary", "in the first epoch, the test loss");
    let summary = page.text("run-summary");
    let worst = ["Most often wrong: ", "All test images are right."];
    assert!(worst.iter().any(|words| summary.contains(words)), "{summary}");
}
