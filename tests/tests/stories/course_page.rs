//! Playgrounds embedded in a course page.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, poll_until, wait_until};
use serde_json::{Value, json};

#[test]
fn a_course_page_from_another_origin_hears_both_its_playgrounds() {
    let host = Site::new();
    let course = Site::new();
    assert_ne!(host.origin(), course.origin());
    let mut page = Page::new(&course, Gpu::None);
    let playground = host.playground();
    page.goto(&format!(
        "{}examples/course.html?playground={playground}&data={}&epochs=2&device=cpu&autostart=1",
        course.playground(),
        host.classify_data()
    ));
    wait_until("two frames", UI_TIMEOUT, || (page.count("iframe") == 2).then_some(()));

    for frame in [0, 1] {
        wait_for_message(&page, frame, "ready");
    }
    for frame in [0, 1] {
        let epoch = wait_for_message(&page, frame, "epoch");
        assert!(epoch["testAccuracy"].is_number() && epoch["testLoss"].is_number(), "{epoch}");
    }
    for frame in [0, 1] {
        let finished = wait_for_message(&page, frame, "finished");
        let accuracy = finished["testAccuracy"].as_f64().expect("a number");
        let shown = format!("{:.1}", accuracy * 100.0);
        let seen = poll_until(UI_TIMEOUT, || {
            let text = page.eval("document.body.innerText");
            text.as_str()?.contains(&shown).then_some(())
        });
        assert!(seen.is_some(), "the course page does not show {shown} %");
    }
    let origins = page.eval("[...new Set(window.__tape.messages.map((m) => m.origin))]");
    assert_eq!(origins, json!([host.origin()]));
}

/// Waits for the first message of a type from a frame.
#[track_caller]
fn wait_for_message(page: &Page, frame: usize, kind: &str) -> Value {
    wait_until(&format!("“{kind}” from frame {frame}"), TRAINING_TIMEOUT, || {
        let found = page.browser().js(
            "return window.__tape.messages.find((m) => m.frame === arguments[0] && m.type === \
             arguments[1]) ?? null",
            &[json!(frame), json!(kind)],
        );
        (!found.is_null()).then_some(found)
    })
}

#[test]
fn embedded_at_480_by_360_controls_and_chart_need_no_scrolling() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(480, 360);
    page.open("?embed=1&data=phantom&model=mlp&device=cpu&epochs=2");
    page.wait_until_ready();
    page.press("step");
    page.wait_for_step(1);
    let boxes = page.eval(
        "Object.fromEntries(['play', 'step', 'epoch', 'reset', 'loss-chart', 'accuracy-chart'].map((id) => {\
           const box = document.querySelector(`[data-testid=${id}]`).getBoundingClientRect();\
           return [id, [box.left, box.top, box.right, box.bottom].map(Math.round)];\
         }))",
    );
    page.screenshot("embed-480x360");
    for (id, edges) in boxes.as_object().expect("an object") {
        let edge = |index: usize| edges[index].as_i64().expect("a number");
        assert!(
            edge(0) >= 0 && edge(1) >= 0 && edge(2) <= 480 && edge(3) <= 360,
            "{id} lies at {edges} (left, top, right, bottom)"
        );
        assert!(edge(3) > edge(1), "{id} has no height");
    }
    assert_eq!(page.eval("document.documentElement.scrollWidth"), 480, "it scrolls sideways");
    assert_eq!(page.count("header"), 0, "the header is left out");
    let headings = page.eval("[...document.querySelectorAll('h1')].map((h) => h.textContent)");
    assert_eq!(headings, json!(["Deep Imaging Playground"]), "a heading for who hears the page");
}
