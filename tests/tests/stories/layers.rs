//! Layers, units, checkpoints, explanations and mistakes.

use e2e::{Fault, Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

/// A CNN on generated data that trains two epochs within seconds.
const CNN: &str = "?data=phantom&model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=2&seed=1";

/// Shows the view of an element once it is loaded, and scrolls to it, since nothing is computed for
/// hidden elements.
pub fn scroll_to(page: &Page, id: &str) {
    let found = format!("[data-testid={id}]");
    wait_until(&format!("{id}, which is loaded later"), TRAINING_TIMEOUT, || {
        (page.count(&found) == 1).then_some(())
    });
    page.reveal(&found);
    page.eval(&format!("document.querySelector('{found}').scrollIntoView({{block: 'start'}})"));
}

/// Waits until an element with a test id contains `words`.
pub fn wait_for_text(page: &Page, id: &str, words: &str) {
    wait_until(&format!("“{words}” in {id}"), TRAINING_TIMEOUT, || {
        let texts = page.texts(id);
        texts.iter().any(|text| text.contains(words)).then_some(())
    });
}

/// Waits until the linear probes of `layers` layers are known. Returns their accuracies.
pub fn probe_accuracies(page: &Page, layers: usize) -> Vec<f64> {
    wait_until("the linear probes", TRAINING_TIMEOUT, || {
        let accuracies: Vec<f64> = (0..layers)
            .filter_map(|layer| {
                let text = page.texts(&format!("rung-{layer}")).pop()?;
                // On a phone, the name of the column precedes the value.
                let words = text[..text.find('%')?].trim();
                words.rsplit(char::is_whitespace).next()?.parse().ok()
            })
            .collect();
        (accuracies.len() == layers).then_some(accuracies)
    })
}

/// Focuses an element and presses a key.
pub fn press_key_on(page: &Page, selector: &str, key: &str) {
    page.eval(&format!(
        "(() => {{ const e = document.querySelector('{selector}'); e.focus(); \
         e.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}})); }})()"
    ));
}

/// Moves the checkpoint slider.
pub fn choose_checkpoint(page: &Page, to: usize) {
    page.eval(&format!(
        "(() => {{ const e = document.querySelector('[data-testid=time]'); e.value = '{to}'; \
         e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    ));
}

#[test]
fn the_layers_can_be_looked_into_while_it_trains_and_afterwards() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{CNN}&autostart=1"));
    scroll_to(&page, "layers");
    page.clear_long_tasks();
    page.wait_for_epoch(1);
    let early = probe_accuracies(&page, 5);
    page.wait_for_state("finished");
    let (tasks, longest) = page.long_tasks();
    println!("layers view while training: {tasks} long tasks, the longest {longest:.0} ms");
    assert!(early.iter().all(|percent| (0.0..=100.0).contains(percent)));

    // A walk through the layers, in the large map.
    page.click(".embedding-small:enabled");
    let walk = "dialog[open] .embedding-walk";
    wait_until("the large map", UI_TIMEOUT, || {
        (page.count(&format!("{walk} output")) == 1).then_some(())
    });
    let place = || page.eval(&format!("document.querySelector('{walk} output').textContent"));
    let before = place();
    page.eval(&format!(
        "(() => {{ const e = document.querySelector('{walk} input'); e.value = '1.5'; \
         e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    ));
    wait_until("a place between two layers", UI_TIMEOUT, || {
        let now = place();
        (now != before && now.as_str()?.starts_with("Between ")).then_some(())
    });
    page.eval("document.querySelector('dialog[open]').close()");

    // Selects a unit by keyboard: its statistics, top activations and arithmetic are shown.
    press_key_on(&page, "[data-testid=maps-1]", "ArrowRight");
    press_key_on(&page, "[data-testid=maps-1]", "ArrowRight");
    wait_until("what is said of the second map", UI_TIMEOUT, || {
        let below = "document.querySelector('[data-testid=maps-1] + .unit-below').innerText";
        page.eval(below).as_str()?.contains("map 2: strongest at row").then_some(())
    });
    press_key_on(&page, "[data-testid=maps-1]", "Enter");
    wait_for_text(&page, "unit", "Convolution 1, map 2");
    wait_until("nine test images", TRAINING_TIMEOUT, || {
        (page.count("[data-testid=unit] .unit-exciting") == 9).then_some(())
    });
    wait_for_text(&page, "unit", "dead unit");
    wait_until("a whole feature visualization", TRAINING_TIMEOUT, || {
        let text = page.text("dream");
        (!text.contains("step") && !text.contains("computing")).then_some(())
    });
    wait_until("the arithmetic", UI_TIMEOUT, || {
        (page.count("[data-testid=close-up]") == 1).then_some(())
    });
    wait_for_text(&page, "close-up-equation", "=");
    // A top activation becomes the selected image in all views.
    page.click("[data-testid=unit] .unit-exciting");

    // Selects the untrained checkpoint and compares it with another one.
    let trained = page.text("layers-loss");
    choose_checkpoint(&page, 0);
    wait_for_text(&page, "time-name", "before training");
    wait_until("another loss", TRAINING_TIMEOUT, || {
        (page.text("layers-loss") != trained).then_some(())
    });
    page.choose("[data-testid=compare]", "1");
    wait_until("both networks", TRAINING_TIMEOUT, || {
        (page.count(".layers-row .layers-side") >= 5).then_some(())
    });

    // The new network has fewer units than the selected index, so the selection is cleared.
    page.press("reset");
    press_key_on(&page, "[data-testid=maps-1]", "End");
    press_key_on(&page, "[data-testid=maps-1]", "Enter");
    wait_for_text(&page, "unit", "Convolution 1, map 6");
    page.open(&CNN.replace("conv6k5", "conv3k5"));
    scroll_to(&page, "layers");
    probe_accuracies(&page, 5);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_network_that_trains_on_a_gpu_is_looked_into_alike() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::Software);
    let query = CNN.replace("device=cpu", "device=webgpu");
    page.open(&query);
    page.wait_until_ready();
    scroll_to(&page, "layers");
    let on_gpu = probe_accuracies(&page, 5);
    let loss = page.text("layers-loss");
    page.open(CNN);
    page.wait_until_ready();
    scroll_to(&page, "layers");
    assert_eq!(probe_accuracies(&page, 5), on_gpu, "the same untrained network on both devices");
    wait_until("the same loss", TRAINING_TIMEOUT, || {
        (page.text("layers-loss") == loss).then_some(())
    });
}

#[test]
fn a_unets_blocks_can_be_looked_into() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&epochs=1&seed=1");
    page.wait_until_ready();
    scroll_to(&page, "layers");
    let untrained = probe_accuracies(&page, 5);
    page.play();
    page.wait_for_state("finished");
    wait_until("other accuracies", TRAINING_TIMEOUT, || {
        (probe_accuracies(&page, 5) != untrained).then_some(())
    });
    press_key_on(&page, "[data-testid=maps-3]", "ArrowRight");
    press_key_on(&page, "[data-testid=maps-3]", "Enter");
    wait_for_text(&page, "unit", "Decoder 1, map 1");
    page.click("[data-testid=unit] .choice-option:nth-of-type(2) input");
    wait_for_text(&page, "close-up-equation", "=");
}

#[test]
fn what_loads_later_can_be_tried_again() {
    let site = Site::new();
    site.inject_fault("later-learned-*.wasm", Fault::Missing);
    site.inject_fault("later-segment-*.wasm", Fault::Missing);
    let mut page = Page::new(&site, Gpu::None);
    page.expect_console_error("404");
    page.expect_console_error("is not what this version needs");
    page.open(CNN);
    page.wait_until_ready();
    let retries = |page: &Page| page.count(".lazy button");
    wait_until("an offer in each panel", UI_TIMEOUT, || (retries(&page) == 3).then_some(()));
    page.press("step");
    page.wait_for_step(1);
    page.press("lab-segment");
    wait_until("an offer in place of the lab", UI_TIMEOUT, || (retries(&page) == 1).then_some(()));

    site.clear_faults();
    page.click(".lazy button");
    wait_until("the lab", UI_TIMEOUT, || (page.count("[data-testid=unet]") == 1).then_some(()));
    wait_until("an offer in each panel", UI_TIMEOUT, || (retries(&page) == 3).then_some(()));
    page.click(".view-why .lazy button");
    scroll_to(&page, "layers");
    probe_accuracies(&page, 5);
    assert_eq!(retries(&page), 0);
    assert_eq!(page.notices(), [""; 0]);
}
