//! The workbench: views with tabs, sizes, history, projector.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::json;

/// A CNN that trains one epoch within seconds.
const CNN: &str = "?data=phantom&model=cnn&layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu\
                   &device=cpu&optimizer=adam&lr=0.002&batch=32&epochs=1&seed=1";

/// A U-Net that does.
const UNET: &str =
    "?lab=segment&data=ventricles&device=cpu&depth=2&width=4&batch=8&epochs=1&seed=1";

/// Views of the classification lab.
pub const CLASSIFY_VIEWS: [&str; 8] =
    ["step", "curves", "layers", "why", "mistakes", "evaluation", "try", "code"];
/// Views of the segmentation lab.
pub const SEGMENT_VIEWS: [&str; 7] = ["live", "curves", "layers", "why", "cases", "try", "code"];

/// Sizes of a laptop's and a desktop's window.
const WIDE: [(u32, u32); 2] = [(1280, 720), (1400, 900)];
/// A phone, upright and on its side.
const PHONE: [(u32, u32); 2] = [(390, 844), (844, 390)];

/// Returns width and height of the document, and the height of the window.
fn extent(page: &Page) -> [u64; 3] {
    let size = page.eval(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight, innerHeight]",
    );
    [0, 1, 2].map(|index| size[index].as_u64().expect("a number"))
}

/// Checks that the learning curves, if they are shown, end above the summary of the run.
fn check_curves(page: &Page, when: &str) {
    let overlap = page.eval(
        "[...document.querySelectorAll('.view:not([hidden]) :is(.chart-body, .learning-curves > ul)')]\
         .map((part) => part.getBoundingClientRect().bottom\
           - document.querySelector('.run-summary').getBoundingClientRect().top)\
         .filter((overlap) => overlap > 0)",
    );
    assert_eq!(overlap, json!([]), "charts lie over the summary, {when}");
}

/// Checks the extent of every view at every size of a page.
fn check_extents(page: &Page, views: &[&str], when: &str) {
    for view in views {
        for (width, height) in WIDE {
            page.resize(width, height);
            page.show_view(view);
            let [wide, high, _] = extent(page);
            assert!(
                wide <= u64::from(width) && high <= u64::from(height),
                "{view} at {width}×{height}, {when}, scrolls the page: {wide}×{high}"
            );
            check_curves(page, &format!("{view} at {width}×{height}, {when}"));
        }
    }
    // Beside the other views in a wide page.
    for view in views.iter().chain(&["experiment"]) {
        for (width, height) in PHONE {
            page.resize(width, height);
            page.show_view(view);
            let [wide, high, window] = extent(page);
            println!("{view} at {width}×{height}, {when}: {high} px high");
            assert!(wide <= u64::from(width), "{view} at {width}×{height}, {when}: {wide} px wide");
            assert!(
                high <= 3 * window,
                "{view} at {width}×{height}, {when}: {high} px are more than three screens"
            );
        }
    }
}

/// Checks the extents before, during and after a run.
fn check_lab(query: &str, views: &[&str]) {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(query);
    page.wait_until_ready();
    check_extents(&page, views, "before the run");
    page.press("step");
    page.wait_for_step(1);
    check_extents(&page, views, "during the run");
    page.press("epoch");
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    check_extents(&page, views, "after the run");
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn the_classification_lab_scrolls_only_within_its_views() {
    check_lab(CNN, &CLASSIFY_VIEWS);
}

#[test]
fn the_segmentation_lab_scrolls_only_within_its_views() {
    check_lab(UNET, &SEGMENT_VIEWS);
}

#[test]
fn a_frame_shows_exactly_the_views_of_its_link() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(480, 360);
    for (query, views) in [(CNN, &CLASSIFY_VIEWS[..]), (UNET, &SEGMENT_VIEWS[..])] {
        for view in views {
            page.open(&format!("{query}&embed=1&view={view}"));
            page.wait_until_ready();
            let shown = page.eval(
                "[...document.querySelectorAll('.view:not([hidden])')].map((view) => view.id)",
            );
            assert_eq!(shown, json!([format!("view-{view}")]));
            assert_eq!(page.count("[role=tab]") + page.count("header"), 0, "{view}");
            assert_eq!(extent(&page), [480, 360, 360], "{view}");
            check_curves(&page, view);
            let pane = page.eval(&format!(
                "document.querySelector('#view-{view}').getBoundingClientRect().height"
            ));
            assert!(pane.as_f64() > Some(200.0), "{view} has {pane} px");
        }
    }
}

#[test]
fn keys_tabs_and_history_choose_the_views() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(&format!("{CNN}&view=step"));
    page.wait_until_ready();
    let shown = |page: &Page| {
        page.eval("document.querySelector('.view:not([hidden]):not(#view-experiment)').id")
    };
    let wait_for_view = |page: &Page, slug: &str| {
        wait_until(&format!("the view {slug}"), UI_TIMEOUT, || {
            (shown(page) == json!(format!("view-{slug}"))).then_some(())
        });
    };
    wait_for_view(&page, "step");
    page.type_keys("3");
    wait_for_view(&page, "layers");
    page.show_view("evaluation");
    wait_for_view(&page, "evaluation");
    assert_eq!(page.query()["view"], "evaluation");
    page.eval("history.back()");
    wait_for_view(&page, "layers");
    page.eval("history.back()");
    wait_for_view(&page, "step");
    page.eval("history.forward()");
    wait_for_view(&page, "layers");
    // The keys of a list of tabs.
    page.eval("document.querySelector('[data-testid=tab-layers]').focus()");
    page.eval(
        "document.activeElement.dispatchEvent(\
           new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))",
    );
    wait_for_view(&page, "why");
    assert_eq!(page.eval("document.activeElement.dataset.testid"), "tab-why");
    assert_eq!(page.count("[role=tab][aria-selected=true]"), 1);
    assert_eq!(page.count("[role=tab][tabindex='0']"), 1);

    // Two views side by side, where there is room.
    page.resize(1700, 900);
    page.press("second-view");
    wait_until("a second pane", UI_TIMEOUT, || (page.count("[role=tablist]") == 2).then_some(()));
    page.press("tab-2-mistakes");
    wait_until("both views in the link", UI_TIMEOUT, || {
        (page.query()["view"] == "why,mistakes").then_some(())
    });
    page.press("tab-mistakes");
    wait_until("views that changed places", UI_TIMEOUT, || {
        (page.query()["view"] == "mistakes,why").then_some(())
    });
    page.press("close-second-view");
    wait_for_view(&page, "mistakes");

    // The projector.
    page.type_keys("p");
    wait_until("larger type", UI_TIMEOUT, || {
        (page.eval("parseFloat(getComputedStyle(document.documentElement).fontSize) >= 20") == true)
            .then_some(())
    });
    assert_eq!(page.query()["present"], "1");
    assert_eq!(page.count("header") + page.count("[role=tab]"), 0);
    assert!(page.eval("document.querySelector('#view-experiment').hidden") == true);
    page.type_keys("2");
    wait_for_view(&page, "curves");
    page.type_keys("p");
    wait_until("the header", UI_TIMEOUT, || (page.count("header") == 1).then_some(()));
}
