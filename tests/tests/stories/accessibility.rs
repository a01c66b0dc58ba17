//! Accessibility: names for screen readers, keyboard operation, contrast.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::{Value, json};

use crate::SMALL_RUN;
use crate::layers::{probe_accuracies, scroll_to};
use crate::workbench::{CLASSIFY_VIEWS, SEGMENT_VIEWS};

#[test]
fn everything_has_a_name_the_keyboard_reaches_it_and_text_stands_out() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    page.wait_until_ready();
    reaches_play_by_tab(&page);
    page.press("step");
    page.wait_for_step(1);
    wait_until("an evaluation", UI_TIMEOUT, || {
        (page.count("[data-testid=confusion] button") == 36).then_some(())
    });

    for section in ["panel-data", "panel-training"] {
        page.press(section);
    }

    assert_eq!(page.count("h1"), 1);
    assert_eq!(page.eval("document.documentElement.lang"), "en");
    assert_eq!(page.count("img:not([alt])"), 0, "images without a text");
    assert_eq!(
        page.eval("[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)"),
        json!([]),
        "ids that are there twice"
    );

    for view in CLASSIFY_VIEWS {
        page.show_view(view);
        wait_until(&format!("the content of {view}"), TRAINING_TIMEOUT, || {
            (page.count(&format!("#view-{view} .lazy")) == 0).then_some(())
        });
        assert_eq!(nameless(&page), [""; 0], "controls without a name in {view}");
        for scheme in ["light", "dark"] {
            page.set_color_scheme(scheme);
            let pale = faint_texts(&page);
            assert!(pale.is_empty(), "{view}, {scheme}: text that does not stand out: {pale:#?}");
        }
    }
}

#[test]
fn everything_can_be_hit_with_a_finger() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(390, 844);
    let segment = "?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&epochs=1&seed=1";
    let views = |more: &[&'static str]| [&["experiment"], more].concat();
    for (query, views) in [(SMALL_RUN, views(&CLASSIFY_VIEWS)), (segment, views(&SEGMENT_VIEWS))] {
        page.open(query);
        page.wait_until_ready();
        for view in views {
            page.show_view(view);
            if view == "layers" {
                // Only what is visible is computed, and a phone shows less than one view.
                scroll_to(&page, "rung-0");
                probe_accuracies(&page, 1);
            }
            let small = page.browser().js(include_str!("targets.js"), &[]);
            assert_eq!(small, json!([]), "targets in {view} that are too small");
        }
        let count = page.count(".term");
        assert!(count > 40, "only {count} terms: this is not the page");
    }
}

/// axe-core checks what can be computed of WCAG and of its authors' best practices.
#[test]
fn axe_finds_nothing_on_any_view() {
    let script = std::env::var_os("PLAYGROUND_AXE").map(std::fs::read_to_string);
    let Some(Ok(axe)) = script else {
        panic!("PLAYGROUND_AXE does not name axe-core's script: run `cargo xtask test`");
    };
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    let segment = "?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&epochs=1&seed=1";
    for (query, views) in [(SMALL_RUN, &CLASSIFY_VIEWS[..]), (segment, &SEGMENT_VIEWS[..])] {
        page.resize(1280, 720);
        page.open(query);
        page.wait_until_ready();
        page.press("step");
        page.wait_for_step(1);
        page.press("panel-data");
        page.press("panel-training");
        page.browser().js(&axe, &[]);
        for (width, height) in [(1280, 720), (390, 844)] {
            page.resize(width, height);
            for view in views {
                page.show_view(view);
                wait_until(&format!("the content of {view}"), TRAINING_TIMEOUT, || {
                    (page.count(&format!("#view-{view} .lazy")) == 0).then_some(())
                });
                let found = page.browser().js_async(
                    "window.axe.run(document, {resultTypes: ['violations']}).then((found) =>\
                       found.violations.map((rule) => [rule.id, rule.nodes.map((n) => n.html)]))\
                       .then(arguments[0])",
                    &[],
                );
                assert_eq!(found, json!([]), "axe's findings in {view} at {width}×{height}");
            }
        }
    }
}

/// Returns the controls that have no accessible name.
fn nameless(page: &Page) -> Vec<String> {
    const CONTROLS: [&str; 14] = [
        "button",
        "link",
        "textbox",
        "searchbox",
        "spinbutton",
        "slider",
        "checkbox",
        "radio",
        "combobox",
        "listbox",
        "switch",
        "img",
        "image",
        "progressbar",
    ];
    page.browser().devtools("Accessibility.enable", json!({}));
    let tree = page.browser().devtools("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("a tree");
    let found: Vec<String> = nodes
        .iter()
        .filter(|node| node["ignored"] != true)
        .filter(|node| CONTROLS.iter().any(|role| node["role"]["value"] == *role))
        .filter(|node| node["name"]["value"].as_str().unwrap_or_default().trim().is_empty())
        .map(|node| format!("{} {}", node["role"]["value"], node["backendDOMNodeId"]))
        .collect();
    let controls = nodes.iter().filter(|node| node["role"]["value"] == "button").count();
    assert!(controls > 20, "only {controls} buttons: this is not the page");
    found
}

fn reaches_play_by_tab(page: &Page) {
    let tab = |kind: &str| json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
    let mut seen = Vec::new();
    for _ in 0..40 {
        page.browser().devtools("Input.dispatchKeyEvent", tab("rawKeyDown"));
        page.browser().devtools("Input.dispatchKeyEvent", tab("keyUp"));
        let focus = page.eval(
            "[document.activeElement.dataset.testid ?? '', document.activeElement.innerText ?? '',\
              getComputedStyle(document.activeElement).outlineStyle !== 'none' || \
              getComputedStyle(document.activeElement).boxShadow !== 'none']",
        );
        if focus[0] == "play" {
            assert_eq!(focus[2], true, "the focus cannot be seen on Play");
            return;
        }
        seen.push(focus[1].as_str().unwrap_or_default().to_owned());
    }
    panic!("Tab does not reach Play within 40 presses, only {seen:#?}");
}

/// Returns visible texts with less contrast than required by WCAG 2.2 AA (4.5, or 3 for large
/// text), based on computed colors. As in WCAG, text over images and on disabled controls is
/// exempt.
fn faint_texts(page: &Page) -> Vec<Value> {
    let found = page.browser().js(include_str!("contrast.js"), &[]);
    found.as_array().cloned().unwrap_or_default()
}
