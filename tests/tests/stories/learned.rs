//! Looking into the network: its layers, its units, its past, its reasons, its mistakes.

use e2e::{Fault, Gpu, PATIENCE, Page, SOON, Site, until};

/// A CNN that makes two epochs within seconds, on data that need no download.
const CNN: &str = "?data=phantom&model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=2&seed=1";

/// Brings a part of the page onto the screen: nothing is computed for what nobody sees.
pub fn look_at(page: &Page, id: &str) {
    let found = format!("[data-testid={id}]");
    until(&format!("{id}, which is loaded later"), PATIENCE, || {
        (page.count(&found) == 1).then_some(())
    });
    page.eval(&format!("document.querySelector('{found}').scrollIntoView({{block: 'start'}})"));
}

/// Waits until the element with that test id says these words.
pub fn says(page: &Page, id: &str, words: &str) {
    until(&format!("“{words}” in {id}"), PATIENCE, || {
        let texts = page.texts(id);
        texts.iter().any(|text| text.contains(words)).then_some(())
    });
}

/// Waits until the linear probes of that many layers are known, and returns their accuracies.
pub fn probe_accuracies(page: &Page, layers: usize) -> Vec<f64> {
    until("the linear probes", PATIENCE, || {
        let accuracies: Vec<f64> = (0..layers)
            .filter_map(|layer| {
                let text = page.texts(&format!("rung-{layer}")).pop()?;
                let end = text.find('%')?;
                text[..end].trim().parse().ok()
            })
            .collect();
        (accuracies.len() == layers).then_some(accuracies)
    })
}

/// Presses a key where the focus is.
fn key(page: &Page, selector: &str, key: &str) {
    page.eval(&format!(
        "(() => {{ const e = document.querySelector('{selector}'); e.focus(); \
         e.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}})); }})()"
    ));
}

/// Moves the slider over the network's past.
pub fn travel(page: &Page, to: usize) {
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
    look_at(&page, "layers");
    page.forget_long_tasks();
    page.wait_for_epoch(1);
    let early = probe_accuracies(&page, 5);
    page.wait_for_state("finished");
    let (tasks, longest) = page.long_tasks();
    println!("layers view while training: {tasks} long tasks, the longest {longest:.0} ms");
    assert!(early.iter().all(|percent| (0.0..=100.0).contains(percent)));

    // A unit by keyboard: what it does, what excites it, and the arithmetic behind it.
    key(&page, "[data-testid=maps-1]", "ArrowRight");
    key(&page, "[data-testid=maps-1]", "ArrowRight");
    says(&page, "maps-1", "map 2: strongest at row");
    key(&page, "[data-testid=maps-1]", "Enter");
    says(&page, "unit", "Convolution 1, map 2");
    until("nine test images", PATIENCE, || {
        (page.count("[data-testid=unit] .exciting") == 9).then_some(())
    });
    says(&page, "unit", "dead unit");
    until("a whole feature visualization", PATIENCE, || {
        let text = page.text("dream");
        (!text.contains("step") && !text.contains("computing")).then_some(())
    });
    until("the arithmetic", SOON, || (page.count("[data-testid=close-up]") == 1).then_some(()));
    says(&page, "close-up-equation", "=");
    // A test image that excites it is looked at by every view.
    page.click("[data-testid=unit] .exciting");

    // Back before training, and beside it.
    let trained = page.text("layers-loss");
    travel(&page, 0);
    says(&page, "time-name", "before training");
    until("another loss", PATIENCE, || (page.text("layers-loss") != trained).then_some(()));
    page.choose("[data-testid=compare]", "1");
    until("both networks", PATIENCE, || (page.count(".layers-row .side-name") >= 5).then_some(()));

    // Fewer units than the one that is looked at: it is let go, and nothing breaks.
    page.press("reset");
    key(&page, "[data-testid=maps-1]", "End");
    key(&page, "[data-testid=maps-1]", "Enter");
    says(&page, "unit", "Convolution 1, map 6");
    page.open(&CNN.replace("conv6k5", "conv3k5"));
    look_at(&page, "layers");
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
    look_at(&page, "layers");
    let on_gpu = probe_accuracies(&page, 5);
    let loss = page.text("layers-loss");
    page.open(CNN);
    page.wait_until_ready();
    look_at(&page, "layers");
    assert_eq!(probe_accuracies(&page, 5), on_gpu, "the same untrained network on both devices");
    until("the same loss", PATIENCE, || (page.text("layers-loss") == loss).then_some(()));
}

#[test]
fn a_unets_blocks_can_be_looked_into() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&epochs=1&seed=1");
    page.wait_until_ready();
    look_at(&page, "layers");
    let untrained = probe_accuracies(&page, 5);
    page.play();
    page.wait_for_state("finished");
    until("other accuracies", PATIENCE, || (probe_accuracies(&page, 5) != untrained).then_some(()));
    key(&page, "[data-testid=maps-3]", "ArrowRight");
    key(&page, "[data-testid=maps-3]", "Enter");
    says(&page, "unit", "Decoder 1, map 1");
    page.click("[data-testid=unit] .choice-option:nth-of-type(2) input");
    says(&page, "close-up-equation", "=");
}

#[test]
fn what_loads_later_can_be_tried_again() {
    let site = Site::new();
    site.fault("later-learned-*.wasm", Fault::Missing);
    site.fault("later-segment-*.wasm", Fault::Missing);
    let mut page = Page::new(&site, Gpu::None);
    page.expect("404");
    page.expect("is not what this version needs");
    page.open(CNN);
    page.wait_until_ready();
    let retries = |page: &Page| page.count(".later button");
    until("an offer in each panel", SOON, || (retries(&page) == 3).then_some(()));
    page.press("step");
    page.wait_for_step(1);
    page.press("lab-segment");
    until("an offer in place of the lab", SOON, || (retries(&page) == 1).then_some(()));

    site.release();
    page.click(".later button");
    until("the lab", SOON, || (page.count("[data-testid=unet]") == 1).then_some(()));
    until("an offer in each panel", SOON, || (retries(&page) == 3).then_some(()));
    page.click(".panel-why .later button");
    look_at(&page, "layers");
    probe_accuracies(&page, 5);
    assert_eq!(retries(&page), 0);
    assert_eq!(page.notices(), [""; 0]);
}
