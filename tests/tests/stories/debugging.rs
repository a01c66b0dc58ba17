//! The state of the page for a bug report.

use e2e::{Gpu, Page, Site};

use crate::SMALL_RUN;

#[test]
fn the_console_returns_what_a_bug_report_needs() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&lr=fast&debug=1"));
    page.wait_until_ready();
    let state = page.eval("playground.state()");
    let text = |name: &str| state[name].as_str().unwrap_or_else(|| panic!("{name}: {state}"));
    assert!(text("engine").starts_with("CPU. "), "{state}");
    assert!(text("link").contains("model=mlp") && text("link").contains("debug=1"), "{state}");
    assert!(text("problems").starts_with("bad-link: "), "{state}");
    assert_eq!((text("runState"), text("step"), text("crashes")), ("Paused", "0", "0"));
}
