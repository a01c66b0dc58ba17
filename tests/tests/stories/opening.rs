//! Tests of opening the page.

use e2e::{Fault, Gpu, Page, Site, UI_TIMEOUT, wait_until};
use serde_json::json;

#[test]
fn the_page_is_usable_before_the_engine_and_says_what_trains_and_why() {
    let site = Site::new();
    site.inject_fault("engine-*.wasm", Fault::Hold);
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("?data={}", site.classify_data()));

    // The download of the engine is held, but everything else works.
    wait_until("the title", UI_TIMEOUT, || (page.count("h1") == 1).then_some(()));
    page.press("panel-data");
    wait_until("pictures of the data", UI_TIMEOUT, || (page.count("img[alt]") > 6).then_some(()));
    page.press("panel-training");
    page.fill("input[aria-label='batch size']", "32");
    wait_until("the batch size in the address", UI_TIMEOUT, || {
        (page.query().get("batch").map(String::as_str) == Some("32")).then_some(())
    });
    assert!(page.text("loading").contains("Loading the engine"), "{}", page.text("loading"));
    assert!(page.events_of("ready").is_empty());
    assert!(!page.is_enabled("step"));

    site.clear_faults();
    let ready = page.wait_until_ready();
    assert_eq!((&ready["source"], &ready["device"]), (&json!("imaging-playground"), &json!("cpu")));
    assert_eq!(ready["adapter"], "");
    assert!(ready["build"].as_str().is_some_and(|build| !build.is_empty()), "{ready}");
    assert_eq!(page.text("device-chip"), "CPU");
    page.press("device-chip");
    let reason = page.text("device-reason");
    assert!(reason.contains("WebGPU") && reason.ends_with('.'), "the reason reads “{reason}”");
    assert_eq!(page.notices(), [""; 0]);

    page.press("step");
    page.wait_for_step(1);

    let policy = page.eval(
        "document.querySelector('meta[http-equiv=\"Content-Security-Policy\" i]')?.content ?? ''",
    );
    let policy = policy.as_str().unwrap_or_default();
    assert!(policy.contains("default-src 'self'"), "the policy reads “{policy}”");
    assert!(!policy.contains("'unsafe-eval'") && !policy.contains('*'), "{policy}");
    assert_eq!(page.count("script:not([src])"), 0, "inline scripts");
    stays_at_home(&page, &site);
}

/// Asserts that neither the page nor its workers requested anything from other hosts.
fn stays_at_home(page: &Page, site: &Site) {
    let urls = page.eval("performance.getEntriesByType('resource').map((entry) => entry.name)");
    let home = site.playground();
    for url in urls.as_array().into_iter().flatten().filter_map(|url| url.as_str()) {
        assert!(url.starts_with(&home) || url.starts_with("blob:"), "the page loaded {url}");
    }
    // The browser itself contacts hosts of its vendor now and then, regardless of its flags, and
    // Debian's version also loads its start page.
    let chromiums_own = |host: &String| {
        let name = host.split(':').next().unwrap_or_default();
        [".google.com", ".googleapis.com", ".gvt1.com", ".duckduckgo.com"]
            .iter()
            .any(|known| name.ends_with(known))
    };
    let mut foreign = site.foreign_hosts();
    foreign.retain(|host| !chromiums_own(host));
    assert_eq!(foreign, [""; 0], "other hosts were asked");
}
