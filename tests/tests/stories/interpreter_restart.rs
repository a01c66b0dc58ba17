//! Crashes of the interpreter's worker: it is replaced and gets the engine's weights.

use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};
use serde_json::json;

use crate::bad_input::{assert_is_sentence, assert_still_trains};
use crate::layers::{choose_checkpoint, probe_accuracies, scroll_to, wait_for_text};

const CNN: &str = "?data=phantom&model=cnn&layers=conv4k5.relu.pool4_conv6k5.relu.pool2_dense12.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=3&seed=1";

/// Script that keeps the interpreter's workers, for a test to crash.
const KEEP_INTERPRETER_WORKERS: &str = r"
    (() => {
      const Original = Worker;
      window.__interpreters = [];
      window.Worker = class extends Original {
        constructor(address, options) {
          super(address, options);
          if (options.name === 'interpreter') {
            window.__interpreters.push(this);
          }
        }
      };
    })()";

fn open(site: &Site) -> Page<'_> {
    let mut page = Page::new(site, Gpu::None);
    page.browser().devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": KEEP_INTERPRETER_WORKERS }),
    );
    page.open(CNN);
    page.wait_until_ready();
    scroll_to(&page, "layers");
    page
}

fn workers(page: &Page) -> u64 {
    page.eval("window.__interpreters.length").as_u64().expect("a number")
}

/// Crashes the newest worker with a message that it cannot decode.
fn crash_worker(page: &Page) {
    page.eval("void window.__interpreters.at(-1).postMessage(new ArrayBuffer(3))");
}

/// Waits for a loss text that differs from `than`, and returns it.
fn wait_for_other_loss(page: &Page, than: &str) -> String {
    wait_until("other figures of the layers", UI_TIMEOUT, || {
        let text = page.texts("layers-loss").pop()?;
        (!text.is_empty() && text != than).then_some(text)
    })
}

#[test]
fn a_worker_that_breaks_is_replaced_and_sees_later_weights() {
    let site = Site::new();
    let mut page = open(&site);
    let untrained = wait_for_other_loss(&page, "");
    probe_accuracies(&page, 5);
    let refusal = "document.querySelector('[data-testid=layers] .error-note')?.textContent ?? ''";

    crash_worker(&page);
    let sentence = wait_until("a sentence", UI_TIMEOUT, || {
        let text = page.eval(refusal).as_str().unwrap_or_default().to_owned();
        (!text.is_empty()).then_some(text)
    });
    assert_is_sentence(&sentence);
    assert!(sentence.contains("started again"), "{sentence}");
    wait_until("an answer of the next one", UI_TIMEOUT, || {
        (page.eval(refusal) == "").then_some(())
    });
    assert_eq!(workers(&page), 2);
    // The network of before training is still the present one, so its probes are there again.
    probe_accuracies(&page, 5);
    assert_eq!(page.text("layers-loss"), untrained);

    // Weights of a later step reach it past the page.
    page.press("epoch");
    page.wait_for_epoch(1);
    let first = wait_for_other_loss(&page, &untrained);
    wait_until("two epochs and now", UI_TIMEOUT, || {
        (page.eval("document.querySelector('[data-testid=time]').max") == "2").then_some(())
    });
    choose_checkpoint(&page, 0);
    wait_for_text(&page, "time-name", "before training");
    // There the words do not name the step.
    let before = wait_for_other_loss(&page, &first);
    assert!(untrained.starts_with(&before), "“{before}” instead of “{untrained}”");
    choose_checkpoint(&page, 2);
    assert_eq!(wait_for_other_loss(&page, &before), first);

    // And while it trains.
    page.play();
    crash_worker(&page);
    page.wait_for_state("finished");
    scroll_to(&page, "layers");
    let last = wait_for_other_loss(&page, &first);
    assert_ne!(last, untrained);
    wait_until("an answer", UI_TIMEOUT, || (page.eval(refusal) == "").then_some(()));
    probe_accuracies(&page, 5);
    assert_eq!(workers(&page), 3);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn one_that_breaks_again_and_again_is_let_be_and_the_page_trains_on() {
    let site = Site::new();
    let mut page = open(&site);
    for worker in 1..=3 {
        wait_until("a worker", UI_TIMEOUT, || (workers(&page) == worker).then_some(()));
        crash_worker(&page);
    }
    wait_for_text(&page, "layers", "Reload the page");
    assert_still_trains(&mut page);
    // Whatever happens on the page.
    page.press("reset");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(workers(&page), 3);
    wait_for_text(&page, "layers", "Reload the page");
    page.reload();
    page.wait_until_ready();
    scroll_to(&page, "layers");
    probe_accuracies(&page, 5);
}
