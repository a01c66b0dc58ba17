//! Tests of the service worker: repeated visits, offline use, and updates.

use std::collections::BTreeMap;

use e2e::{Browser, Fault, Gpu, Page, Site, UI_TIMEOUT, another_version, poll_until, wait_until};
use serde_json::{Value, json};

use crate::SMALL_RUN;
use crate::bad_input::assert_still_trains;

/// Returns the names of the files that the page and its workers have loaded.
fn loaded(page: &Page) -> Vec<String> {
    let names = page
        .eval("performance.getEntriesByType('resource').map((file) => file.name.split('/').pop())");
    serde_json::from_value(names).expect("names")
}

/// Returns the names of the wasm files of the engine and the page in a folder.
fn wasm(folder: &std::path::Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let wasm = |name: &String| {
        name.ends_with(".wasm")
            && !["dicom", "reader", "replica", "study", "interpreter", "later"]
                .iter()
                .any(|other| name.starts_with(other))
    };
    let mut names: Vec<String> = names.filter(wasm).collect();
    names.sort();
    names
}

#[test]
fn a_first_visit_asks_for_every_file_once_and_a_second_needs_no_server() {
    let site = Site::new();
    site.allow_caching();
    let mut page = Page::new(&site, Gpu::None);
    let query = format!("?data={}&model=mlp&device=cpu&seed=1", site.classify_data());
    page.open(&query);
    page.wait_until_ready();
    page.wait_until_offline_ready();
    let mut asked = BTreeMap::<String, usize>::new();
    for path in site.requests() {
        *asked.entry(path).or_default() += 1;
    }
    println!("{asked:#?}");
    let twice: Vec<_> = asked.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "asked for more than once: {twice:?}");
    page.press("step");
    let loss = page.wait_for_step(1)["loss"].clone();

    if site.has_mednist() {
        page.wait_for_cached("mednist-");
    }
    site.stop();
    page.open(&query);
    page.wait_until_ready();
    assert_eq!(page.notices(), [""; 0]);
    page.press("step");
    assert_eq!(page.wait_for_step(1)["loss"], loss, "the same data, the same first loss");
    wait_until("pictures of the data", UI_TIMEOUT, || (page.count("img[alt]") > 6).then_some(()));

    // Data that has not been loaded yet needs the network, which the page says.
    if site.classify_data() == "mednist" {
        page.expect_console_error("packs/hippocampus-");
        page.open("?lab=segment&data=hippocampus&device=cpu");
        let notice = wait_until("a notice", UI_TIMEOUT, || page.notices().into_iter().next());
        assert!(notice.contains("hippocampus"), "{notice}");
        page.wait_until_ready();
    }
}

#[test]
fn a_host_that_forbids_keeping_is_asked_twice_only_for_what_is_small() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("?data={}&model=mlp&device=cpu", site.classify_data()));
    page.wait_until_ready();
    page.wait_until_offline_ready();
    let asked = site.requests();
    for large in ["/app-", "/engine-", "/packs/"] {
        let large = |path: &&String| path.contains(large) && !path.ends_with(".js");
        let mut names: Vec<_> = asked.iter().filter(large).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "asked for twice among {asked:#?}");
    }
    // The page itself is installed together with the service worker.
    assert_eq!(asked.iter().filter(|path| path.ends_with('/')).count(), 1);
}

#[test]
fn a_newer_version_is_offered_and_after_a_click_there_is_nothing_of_the_old_one() {
    let site = Site::new();
    let old = wasm(&site.folder());
    let next = another_version(&site.folder());
    let new = wasm(next.path());
    assert!(old.iter().all(|name| !new.contains(name)), "{old:?} and {new:?}");
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    let first = page.wait_until_ready();
    page.wait_until_offline_ready();
    assert_eq!(page.count("#version button"), 0);
    assert_eq!(page.caches().len(), 1);

    // The second visit uses the old version only, while the new one is downloaded.
    site.publish(next.path());
    // A long run, to check that it continues.
    page.open("?data=phantom&model=cnn&device=cpu&seed=1&epochs=1000");
    let second = page.wait_until_ready();
    assert_eq!(second["build"], first["build"]);
    page.play();
    page.wait_for_step(1);
    wait_until("the offer", UI_TIMEOUT, || (page.count("#version button") == 2).then_some(()));
    let names = loaded(&page);
    assert!(old.iter().all(|name| names.contains(name)), "{old:?} in {names:?}");
    assert!(new.iter().all(|name| !names.contains(name)), "{new:?} in {names:?}");
    // The run continues, and nothing was reloaded.
    let step = page.events().last().expect("events")["step"].as_u64();
    page.wait_for("step", UI_TIMEOUT, |event| event["step"].as_u64() > step);
    every_look(&mut page);

    // A click by keyboard activates the new version. The old files no longer exist on the host.
    page.browser().js("document.querySelector('#version button').focus()", &[]);
    page.events();
    press_enter(page.browser());
    wait_until("a page of the new version", UI_TIMEOUT, || {
        page.events_of("ready").iter().any(|ready| ready["build"] != first["build"]).then_some(())
    });
    let names = loaded(&page);
    assert!(new.iter().all(|name| names.contains(name)), "{new:?} in {names:?}");
    assert!(old.iter().all(|name| !names.contains(name)), "{old:?} in {names:?}");
    assert_still_trains(&mut page);
    assert_eq!(page.count("#version button"), 0);
    let old_is_gone = poll_until(UI_TIMEOUT, || {
        let caches = page.caches();
        let files: Vec<&String> = caches.values().flatten().collect();
        (caches.len() == 1 && new.iter().all(|name| files.contains(&name))).then_some(())
    });
    assert!(old_is_gone.is_some(), "{:#?}\n{}", page.caches(), service_worker_state(&page));

    site.stop();
    page.open(SMALL_RUN);
    let last = page.wait_until_ready();
    assert_ne!(last["build"], first["build"]);
    assert_still_trains(&mut page);
}

/// Returns what decides whether caches are deleted: held locks, and the service worker's states.
fn service_worker_state(page: &Page) -> Value {
    let script = "const done = arguments[arguments.length - 1];\
        (async () => {\
          const { held } = await navigator.locks.query();\
          const { active, waiting, installing } = await navigator.serviceWorker.getRegistration();\
          const states = [active, waiting, installing].map((worker) => worker?.state);\
          return { held: held.map(({ name, clientId }) => [name, clientId]), states,\
                   controller: navigator.serviceWorker.controller?.state };\
        })().then(done)";
    page.browser().js_async(script, &[])
}

fn press_enter(browser: &Browser) {
    for (kind, text) in [("keyDown", "\r"), ("keyUp", "")] {
        browser.devtools(
            "Input.dispatchKeyEvent",
            json!({ "type": kind, "key": "Enter", "code": "Enter", "text": text,
                    "windowsVirtualKeyCode": 13 }),
        );
    }
}

/// Takes screenshots of the update notice for visual inspection.
fn every_look(page: &mut Page) {
    for (name, width, height) in [("wide", 1440, 1000), ("phone", 390, 844), ("embed", 480, 360)] {
        page.resize(width, height);
        for scheme in ["light", "dark"] {
            page.set_color_scheme(scheme);
            page.screenshot(&format!("version-{name}-{scheme}"));
        }
    }
    page.resize(1440, 1000);
}

#[test]
fn half_a_newer_version_is_not_offered_and_on_localhost_the_newest_comes_first() {
    let site = Site::new();
    let next = another_version(&site.folder());
    // On localhost, as during development.
    let home = site.playground().replace("127.0.0.1", "localhost");
    let mut page = Page::new(&site, Gpu::None);
    page.goto(&format!("{home}{SMALL_RUN}"));
    let first = page.wait_until_ready();
    page.wait_until_offline_ready();

    // The response is not from the host, as with the login page of a hotel's network. The page must
    // not change.
    let engine = &wasm(next.path())[1];
    assert!(engine.starts_with("engine-"), "{engine}");
    site.inject_fault(engine, Fault::Replace(b"<html>Please log in.</html>".to_vec()));
    site.inject_fault("index.html", Fault::Missing);
    site.publish(next.path());
    page.expect_console_error("is not what this version needs");
    page.expect_console_error("404");
    page.goto(&format!("{home}{SMALL_RUN}"));
    let second = page.wait_until_ready();
    assert_eq!(second["build"], first["build"]);
    wait_until("the new engine asked for, in vain", UI_TIMEOUT, || {
        (site.requests().iter().filter(|path| path.ends_with(engine)).count() > 1).then_some(())
    });
    page.wait_until_offline_ready();
    assert_eq!(page.count("#version button"), 0);

    // The host is available again, and its newest version is used without a notice.
    site.clear_faults();
    page.goto(&format!("{home}{SMALL_RUN}"));
    let third = page.wait_until_ready();
    assert_ne!(third["build"], first["build"]);
    assert_still_trains(&mut page);
    wait_until("the old version's end", UI_TIMEOUT, || (page.caches().len() == 1).then_some(()));
    assert_eq!(page.count("#version button"), 0);

    site.stop();
    page.goto(&format!("{home}{SMALL_RUN}"));
    assert_eq!(page.wait_until_ready()["build"], third["build"]);
    assert_still_trains(&mut page);
}

#[test]
fn an_open_page_keeps_its_version_when_another_tab_moves_on() {
    let site = Site::new();
    let next = another_version(&site.folder());
    let mut page = Page::new(&site, Gpu::None);
    page.open(SMALL_RUN);
    let first = page.wait_until_ready();
    page.wait_until_offline_ready();
    site.publish(next.path());
    page.open(SMALL_RUN);
    page.wait_until_ready();
    wait_until("the offer", UI_TIMEOUT, || (page.count("#version button") == 2).then_some(()));

    let there = page.open_tab();
    page.open(SMALL_RUN);
    assert_eq!(page.wait_until_ready()["build"], first["build"]);
    wait_until("the offer here too", UI_TIMEOUT, || {
        (page.count("#version button") == 2).then_some(())
    });
    page.click("#version button");
    wait_until("a page of the new version", UI_TIMEOUT, || {
        page.events_of("ready").iter().any(|ready| ready["build"] != first["build"]).then_some(())
    });
    assert_eq!(page.caches().len(), 2, "a page of the old version is open");

    // The engine restarts in that tab, with files that the host no longer has.
    site.stop();
    page.switch_to_tab(&there);
    page.clear_events();
    page.eval("document.querySelector('[data-testid=device-auto]').click()");
    assert_eq!(page.wait_for("ready", UI_TIMEOUT, |_| true)["build"], first["build"]);
    assert_still_trains(&mut page);
}

#[test]
fn where_storage_is_refused_the_page_works_as_before() {
    let site = Site::new();
    let mut page = Page::without_storage(&site);
    page.open(SMALL_RUN);
    page.wait_until_ready();
    let refused = page.browser().js_async(
        "const done = arguments[arguments.length - 1];\
         (async () => navigator.serviceWorker.getRegistration())()\
         .then((r) => done(r ? 'kept' : 'none'), (error) => done(`refused: ${error.name}`))",
        &[],
    );
    assert_ne!(refused, Value::from("kept"));
    println!("service workers: {refused}");
    assert_still_trains(&mut page);
    page.reload();
    page.wait_until_ready();
    assert_still_trains(&mut page);
    assert_eq!(page.notices(), [""; 0]);
}
