//! One training step in five moves.

use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};
use serde_json::json;

use crate::SMALL_RUN;

const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// Presses an arrow key within the view.
fn arrow(page: &Page, key: &str) {
    page.eval(&format!(
        "document.querySelector('[data-testid=next-move]').dispatchEvent(\
         new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}))"
    ));
}

/// Waits until this move is shown.
pub fn wait_for_move(page: &Page, name: &str) {
    wait_until(&format!("the move {name}"), UI_TIMEOUT, || {
        let current =
            page.eval("document.querySelector('.step-move[aria-current=step]')?.textContent");
        current.as_str().is_some_and(|text| text.ends_with(name)).then_some(())
    });
}

#[test]
fn a_step_is_walked_with_the_keyboard_and_then_the_next_batch() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&view=step"));
    page.wait_until_ready();

    wait_for_move(&page, "Batch");
    wait_until("the images", UI_TIMEOUT, || {
        (page.count("[data-testid=lens] .step-image") == 16).then_some(())
    });
    assert!(page.text("lens").contains("[16, 1, 64, 64]"), "{}", page.text("lens"));

    arrow(&page, "ArrowRight");
    wait_for_move(&page, "Forward");
    assert_eq!(page.count(".step-table tbody tr"), 6);
    let namespace = page.eval("document.querySelector('.step-equation mfrac')?.namespaceURI");
    assert_eq!(namespace, json!(MATHML));

    arrow(&page, "ArrowRight");
    wait_for_move(&page, "Loss");
    assert_eq!(page.count(".step-loss-bar"), 16);
    assert!(page.text("lens").contains("guessing, ln 6: 1.792"), "{}", page.text("lens"));

    arrow(&page, "ArrowRight");
    wait_for_move(&page, "Backward");
    wait_until("the gradients of both layers", UI_TIMEOUT, || {
        (page.count("[data-testid=gradient-norms] li") == 2).then_some(())
    });
    assert!(page.text("gradient-norms").contains("fc1.weight"));
    assert_eq!(page.count("[data-testid=unit-pictures] canvas"), 2);

    // The unit after it.
    page.click("[aria-label='next unit']");
    wait_until("the second unit", UI_TIMEOUT, || {
        page.text("lens").contains("Unit 2 of").then_some(())
    });
    assert_eq!(page.eval("document.querySelector('[aria-label=\"next unit\"]').innerText"), "›");

    // Looking changes nothing: the run is still at step 0.
    arrow(&page, "ArrowRight");
    wait_for_move(&page, "Update");
    assert!(page.text("update-values").contains("average of squared gradients"));
    assert_eq!(page.events_of("step").len(), 0);

    // After the last move comes the step itself, then the next batch.
    page.clear_events();
    arrow(&page, "ArrowRight");
    page.wait_for_step(1);
    wait_until("the batch after the step", UI_TIMEOUT, || {
        (page.count("[data-testid=lens] .batch-after") >= 16 * 6).then_some(())
    });
    wait_for_move(&page, "Update");
    arrow(&page, "ArrowRight");
    wait_for_move(&page, "Batch");
    wait_until("the second batch", UI_TIMEOUT, || {
        page.text("lens").contains("The next step, number 2,").then_some(())
    });
    arrow(&page, "ArrowLeft");
    wait_for_move(&page, "Batch");
    assert_eq!(page.notices(), [""; 0]);
}
