//! The worker that looks into networks breaks down: it is replaced, and the engine's weights find it.

use e2e::{Gpu, Page, SOON, Site, until};
use serde_json::json;

use crate::bad_input::{assert_is_sentence, still_trains};
use crate::learned::{look_at, probe_accuracies, says, travel};

const CNN: &str = "?data=phantom&model=cnn&layers=conv4k5.relu.pool4_conv6k5.relu.pool2_dense12.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=3&seed=1";

/// Keeps all workers of that kind, for a test to break.
const CATCH: &str = r"
    (() => {
      const Original = Worker;
      window.__interpreters = [];
      window.Worker = class extends Original {
        constructor(address, options) {
          super(address, options);
          if (/\/interpreter-[^/]*\.js$/.test(new URL(address, document.baseURI).pathname)) {
            window.__interpreters.push(this);
          }
        }
      };
    })()";

fn open(site: &Site) -> Page<'_> {
    let mut page = Page::new(site, Gpu::None);
    page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": CATCH }));
    page.open(CNN);
    page.wait_until_ready();
    look_at(&page, "layers");
    page
}

fn workers(page: &Page) -> u64 {
    page.eval("window.__interpreters.length").as_u64().expect("a number")
}

/// Breaks the newest worker: these bytes are no question.
fn kill(page: &Page) {
    page.eval("void window.__interpreters.at(-1).postMessage(new ArrayBuffer(3))");
}

/// Waits for figures of the network that differ from these.
fn other_loss(page: &Page, than: &str) -> String {
    until("other figures of the layers", SOON, || {
        let text = page.texts("layers-loss").pop()?;
        (!text.is_empty() && text != than).then_some(text)
    })
}

#[test]
fn a_worker_that_breaks_is_replaced_and_sees_later_weights() {
    let site = Site::new();
    let mut page = open(&site);
    let untrained = other_loss(&page, "");
    probe_accuracies(&page, 5);
    let refusal =
        "document.querySelector('[data-testid=layers] .inside-refusal')?.textContent ?? ''";

    kill(&page);
    let sentence = until("a sentence", SOON, || {
        let text = page.eval(refusal).as_str().unwrap_or_default().to_owned();
        (!text.is_empty()).then_some(text)
    });
    assert_is_sentence(&sentence);
    assert!(sentence.contains("started again"), "{sentence}");
    until("an answer of the next one", SOON, || (page.eval(refusal) == "").then_some(()));
    assert_eq!(workers(&page), 2);
    // The network of before training is still the present one, so its probes are there again.
    probe_accuracies(&page, 5);
    assert_eq!(page.text("layers-loss"), untrained);

    // Weights of a later step reach it past the page.
    page.press("epoch");
    page.wait_for_epoch(1);
    let first = other_loss(&page, &untrained);
    until("two epochs and now", SOON, || {
        (page.eval("document.querySelector('[data-testid=time]').max") == "2").then_some(())
    });
    travel(&page, 0);
    says(&page, "time-name", "before training");
    // There the words do not name the step.
    let before = other_loss(&page, &first);
    assert!(untrained.starts_with(&before), "“{before}” instead of “{untrained}”");
    travel(&page, 2);
    assert_eq!(other_loss(&page, &before), first);

    // And while it trains.
    page.play();
    kill(&page);
    page.wait_for_state("finished");
    look_at(&page, "layers");
    let last = other_loss(&page, &first);
    assert_ne!(last, untrained);
    until("an answer", SOON, || (page.eval(refusal) == "").then_some(()));
    probe_accuracies(&page, 5);
    assert_eq!(workers(&page), 3);
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn one_that_breaks_again_and_again_is_let_be_and_the_page_trains_on() {
    let site = Site::new();
    let mut page = open(&site);
    for worker in 1..=3 {
        until("a worker", SOON, || (workers(&page) == worker).then_some(()));
        kill(&page);
    }
    says(&page, "layers", "Reload the page");
    still_trains(&mut page);
    // Whatever happens on the page.
    page.press("reset");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(workers(&page), 3);
    says(&page, "layers", "Reload the page");
    page.reload();
    page.wait_until_ready();
    look_at(&page, "layers");
    probe_accuracies(&page, 5);
}
