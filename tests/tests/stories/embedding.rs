//! Frames of course pages from another origin: messages, hostile pages, frames that nobody sees yet,
//! sandboxed frames, the custom element, and the link maker.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A small run in a frame.
const FRAME: &str = "?embed=1&data=phantom&model=mlp&device=cpu&epochs=2&seed=1&view=curves";

/// A course page without content, from its own origin.
struct Course {
    site: Site,
    _folder: TempDir,
}

impl Course {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("blank.html");
        let text = "<!doctype html><html lang=\"en\"><title>A course page</title>\
                    <link rel=\"icon\" href=\"data:,\"><body></body>";
        fs::write(&file, text).expect("the page can be written");
        Self { site: Site::with(&[("blank.html", file)]), _folder: folder }
    }

    fn open(&self) -> Page<'_> {
        let mut page = Page::new(&self.site, Gpu::None);
        page.goto(&format!("{}blank.html", self.site.playground()));
        page
    }
}

/// Adds a frame with further attributes to the course page.
fn add_frame(page: &Page, address: &str, attributes: &Value) {
    page.browser().js(
        "const frame = document.createElement('iframe');\
         const attributes = { width: 640, height: 400, ...arguments[1] };\
         for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);\
         frame.src = arguments[0];\
         document.body.append(frame);",
        &[json!(address), attributes.clone()],
    );
}

fn post(page: &Page, message: &Value) {
    page.browser().js(
        "document.querySelector('iframe').contentWindow.postMessage(arguments[0], '*')",
        std::slice::from_ref(message),
    );
}

fn messages(page: &Page, frame: usize, kind: &str) -> Vec<Value> {
    let found = page.browser().js(
        "return window.__tape.messages.filter((m) => m.frame === arguments[0] && m.type === \
         arguments[1])",
        &[json!(frame), json!(kind)],
    );
    found.as_array().cloned().unwrap_or_default()
}

#[track_caller]
fn wait_for(page: &Page, frame: usize, kind: &str, holds: impl Fn(&Value) -> bool) -> Value {
    wait_until(&format!("“{kind}” from frame {frame}"), TRAINING_TIMEOUT, || {
        messages(page, frame, kind).into_iter().find(|message| holds(message))
    })
}

fn in_frame<T>(page: &Page, look: impl FnOnce() -> T) -> T {
    let browser = page.browser();
    browser.block_on(browser.driver().enter_frame(0)).expect("a frame");
    let seen = look();
    browser.block_on(browser.driver().enter_default_frame()).expect("the page around it");
    seen
}

#[test]
fn a_page_of_an_allowed_origin_steers_the_playground() {
    let host = Site::new();
    let course = Course::new();
    let page = course.open();
    let origin = course.site.origin();
    add_frame(&page, &format!("{}{FRAME}&lock=data&allow={origin}", host.playground()), &json!({}));
    wait_for(&page, 0, "open", |event| event["version"] == 1);
    wait_for(&page, 0, "epoch", |event| event["epoch"] == 0);

    post(&page, &json!({"playground": 1, "type": "step", "id": "first"}));
    wait_for(&page, 0, "state", |event| event["id"] == "first");
    wait_for(&page, 0, "step", |event| event["step"] == 1);

    let link = json!({"epochs": 3, "view": ["curves", "why"]});
    post(&page, &json!({"playground": 1, "type": "configure", "link": link, "id": 2}));
    let answer = wait_for(&page, 0, "state", |event| event["id"] == 2);
    assert!(answer["link"].as_str().unwrap().contains("&epochs=3&"), "{answer}");
    assert_eq!(answer["views"], json!(["curves", "why"]));

    post(&page, &json!({"playground": 1, "type": "view", "view": "curves"}));
    post(&page, &json!({"playground": 1, "type": "state", "id": 3}));
    let answer = wait_for(&page, 0, "state", |event| event["id"] == 3);
    assert_eq!(answer["views"], json!(["curves"]));

    for (message, words) in [
        (json!({"playground": 1, "type": "configure", "link": "seed=2&batch=0"}), "“batch=0”"),
        (
            json!({"playground": 1, "type": "configure", "link": "noise=50"}),
            "locks or hides “data”",
        ),
        (json!({"playground": 1, "type": "configure", "link": "allow=null"}), "“allow”"),
        (json!({"playground": 1, "type": "stop"}), "“type”"),
        (json!({"playground": 2, "type": "play"}), "version 1"),
    ] {
        // One refusal a second is reported.
        sleep(Duration::from_millis(1100));
        post(&page, &message);
        wait_for(&page, 0, "refused", |event| {
            event["reason"].as_str().is_some_and(|reason| reason.contains(words))
        });
    }
    post(&page, &json!({"playground": 1, "type": "state", "id": 4}));
    let answer = wait_for(&page, 0, "state", |event| event["id"] == 4);
    let link = answer["link"].as_str().unwrap();
    assert!(link.contains("&noise=10&") && link.contains("&seed=1&"), "{link}");

    post(&page, &json!({"playground": 1, "type": "play"}));
    wait_for(&page, 0, "finished", |event| event["epoch"] == 3);
}

#[test]
fn a_hostile_page_changes_nothing_with_ten_thousand_messages_a_second() {
    let host = Site::new();
    let course = Course::new();
    let page = course.open();
    add_frame(&page, &format!("{}{FRAME}", host.playground()), &json!({}));
    wait_for(&page, 0, "epoch", |event| event["epoch"] == 0);
    let look = || page.eval("[location.search, playground.state().link, playground.state().step]");
    let before = in_frame(&page, look);

    let sent = page.browser().js_async(
        "const done = arguments[arguments.length - 1];\
         const frame = document.querySelector('iframe').contentWindow;\
         const large = { playground: 1, type: 'configure', link: 'x'.repeat(1e5) };\
         const deep = { playground: 1, type: 'configure', link: { a: { b: [1, 2, { c: 3 }] } } };\
         const kinds = [\
           { playground: 1, type: 'play' },\
           { playground: 1, type: 'reset' },\
           { playground: 1, type: 'configure', link: 'model=cnn&epochs=9' },\
           { playground: 7, type: 'play' }, { type: 'play' }, 'play', null, 5, [], deep,\
         ];\
         let sent = 0;\
         const timer = setInterval(() => {\
           for (let i = 0; i < 100; i++) frame.postMessage(kinds[sent++ % kinds.length], '*');\
           frame.postMessage(large, '*');\
           sent++;\
         }, 10);\
         setTimeout(() => { clearInterval(timer); done(sent); }, 3000);",
        &[],
    );
    let sent = sent.as_u64().expect("a number");
    assert!(sent > 5000, "only {sent} messages were sent");
    let refused = wait_until("all refusals to be counted", UI_TIMEOUT, || {
        let refused = messages(&page, 0, "refused");
        let count: u64 = refused.iter().filter_map(|event| event["count"].as_u64()).sum();
        (count == sent).then_some(refused)
    });
    println!("{sent} messages, {} events about them", refused.len());
    // The flood takes three seconds, or more on a busy machine.
    assert!(refused.len() <= 12, "{} events", refused.len());
    assert!(refused[0]["reason"].as_str().unwrap().contains(&course.site.origin()));

    assert_eq!(in_frame(&page, look), before);
    assert_eq!(messages(&page, 0, "step"), [] as [Value; 0]);
    // The page responds.
    in_frame(&page, || page.press("step"));
    wait_for(&page, 0, "step", |event| event["step"] == 1);
}

#[test]
fn students_see_and_change_only_what_the_link_lets_them() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 720);
    page.open(
        "?data=phantom&model=mlp&device=cpu&epochs=2&view=curves&controls=step&lock=network,lab\
         &hide=accuracy,data,why",
    );
    page.wait_until_ready();
    let is_shown = |id: &str| page.count(&format!("[data-testid={id}]:not([hidden])")) == 1;
    for (id, shown) in
        [("step", true), ("play", false), ("pause", false), ("epoch", false), ("reset", false)]
    {
        assert_eq!(is_shown(id), shown, "{id}");
    }
    for (tab, shown) in
        [("curves", 1), ("layers", 1), ("why", 0), ("evaluation", 0), ("mistakes", 0)]
    {
        assert_eq!(page.count(&format!("[data-testid=tab-{tab}]")), shown, "{tab}");
    }
    assert_eq!(page.count(".header-labs:not([hidden])"), 0);
    assert_eq!(page.count("section.panel-data:not([hidden])"), 0);
    // Locked settings can be read.
    page.click("[data-testid=network-layer-0]");
    let settings =
        "section.panel-network :is(input, select, .network-actions button, .button-icon)";
    assert!(page.count(settings) > 4);
    assert_eq!(page.count(&format!("{settings}:enabled")), 0);
    assert_eq!(page.count("section.panel-training fieldset.lockable:disabled"), 0);
    let text = page.eval("document.body.innerText").to_string();
    assert!(!text.contains("test accuracy"), "{text}");
    // The key of a hidden button does nothing.
    page.type_keys("e");
    page.type_keys("s");
    page.wait_for_step(1);
    sleep(Duration::from_secs(1));
    assert_eq!(page.events_of("step").len(), 1);
    assert_eq!(page.events_of("epoch").len(), 1, "course pages hear the score");
}

#[test]
fn six_frames_fetch_one_engine_once_each_is_seen() {
    let host = Site::new();
    host.allow_caching();
    let course = Course::new();
    let page = course.open();
    let address = format!("{}{FRAME}", host.playground());
    add_frame(&page, &address, &json!({}));
    wait_for(&page, 0, "ready", |_| true);
    page.eval(
        "document.body.insertAdjacentHTML('beforeend', '<div style=\"height:4000px\"></div>')",
    );
    for attributes in [
        json!({}),
        json!({}),
        json!({"style": "display:none"}),
        json!({"width": 0, "height": 0}),
        json!({"hidden": ""}),
    ] {
        add_frame(&page, &address, &attributes);
    }
    for frame in 1..6 {
        wait_for(&page, frame, "open", |_| true);
    }
    sleep(Duration::from_secs(2));
    let engines = || {
        let is_engine = |url: &&String| url.contains("/engine-") && url.contains(".wasm");
        host.requests().iter().filter(is_engine).count()
    };
    assert_eq!(engines(), 1);
    for frame in 1..6 {
        assert_eq!(messages(&page, frame, "ready"), [] as [Value; 0], "frame {frame} is not seen");
    }

    page.eval(
        "[...document.querySelectorAll('iframe')].forEach((frame) => {\
           frame.hidden = false;\
           Object.assign(frame.style, { display: 'inline-block' });\
           Object.assign(frame, { width: 320, height: 200 });\
         }) ?? document.querySelector('div').remove()",
    );
    for frame in 1..6 {
        wait_for(&page, frame, "ready", |_| true);
    }
    assert_eq!(engines(), 1, "the browser keeps the engine");
}

#[test]
fn a_sandboxed_frame_without_storage_trains() {
    let host = Site::new();
    let course = Course::new();
    let page = course.open();
    let address = format!("{}{FRAME}&allow={}", host.playground(), course.site.origin());
    add_frame(&page, &address, &json!({"sandbox": "allow-scripts"}));
    let ready = wait_for(&page, 0, "ready", |_| true);
    assert_eq!(ready["origin"], "null");
    wait_for(&page, 0, "epoch", |event| event["epoch"] == 0);
    post(&page, &json!({"playground": 1, "type": "play"}));
    wait_for(&page, 0, "finished", |_| true);
    assert_eq!(messages(&page, 0, "error"), [] as [Value; 0]);
}

#[test]
fn an_exercise_on_another_site_goes_on_once_the_network_is_good_enough() {
    let host = Site::new();
    let course = Site::new();
    let mut page = Page::new(&course, Gpu::None);
    page.goto(&format!(
        "{}examples/exercise.html?src={}&data=phantom&noise=0&rotation=0&model=mlp&device=cpu\
         &lr=0.003&epochs=10",
        course.playground(),
        host.playground()
    ));
    page.eval("document.getElementById('question').scrollIntoView()");
    let state = page.browser().js_async(
        "const done = arguments[arguments.length - 1];\
         document.getElementById('question').play().then(done, (error) => done(error.message));",
        &[],
    );
    assert_eq!(state["type"], "state", "{state}");
    assert!(state["link"].as_str().unwrap().contains("hide=accuracy"), "{state}");
    wait_until("the second question", TRAINING_TIMEOUT, || {
        (page.eval("document.getElementById('next').hidden") == false).then_some(())
    });
    let answer = page.eval("document.getElementById('answer').textContent");
    assert!(answer.as_str().unwrap().contains(" % correctly"), "{answer}");
    let state = page.browser().js_async(
        "const done = arguments[arguments.length - 1];\
         document.getElementById('question').state().then(done, (error) => done(error.message));",
        &[],
    );
    assert_eq!(state["views"], json!(["layers"]), "{state}");
    assert!(!state["link"].as_str().unwrap().contains("hide="), "{state}");
    // What is locked is refused.
    let refusal = page.browser().js_async(
        "const done = arguments[arguments.length - 1];\
         document.getElementById('question').configure({ layers: 'none' })\
           .then(done, (error) => done(error.message));",
        &[],
    );
    assert!(refusal.as_str().is_some_and(|text| text.contains("The network")), "{refusal}");
}

#[test]
fn slides_load_a_playground_when_its_slide_is_shown() {
    let host = Site::new();
    let course = Site::new();
    let mut page = Page::new(&course, Gpu::None);
    page.goto(&format!(
        "{}examples/slides.html?src={}&data=phantom&device=cpu",
        course.playground(),
        host.playground()
    ));
    page.eval(
        "window.heard = [], addEventListener('playground', (event) => {\
           const all = [...document.querySelectorAll('imaging-playground')];\
           window.heard.push([all.indexOf(event.target), event.detail.type]);\
         })",
    );
    let heard = |index: usize, kind: &str| {
        let heard = page.eval("window.heard");
        heard.as_array().is_some_and(|all| all.contains(&json!([index, kind])))
    };
    let open = || {
        page.eval(
            "[...document.querySelectorAll('imaging-playground')]\
           .map((element) => element.shadowRoot.childElementCount)",
        )
    };
    assert_eq!(open(), json!([0, 0, 0]));
    page.click("#forward");
    wait_until("the first playground", TRAINING_TIMEOUT, || heard(0, "epoch").then_some(()));
    assert_eq!(open(), json!([1, 0, 0]));
    page.click("#forward");
    wait_until("the second playground", TRAINING_TIMEOUT, || heard(1, "epoch").then_some(()));
    assert_eq!(open(), json!([1, 1, 0]));
}

#[test]
fn the_link_maker_writes_what_was_chosen() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    page.resize(1280, 900);
    page.open("?data=phantom&model=mlp&device=cpu&epochs=2&view=curves");
    page.wait_until_ready();
    page.press("link-maker");
    let value = |id: &str| {
        let value = page.eval(&format!("document.querySelector('[data-testid={id}]')?.value"));
        value.as_str().map(str::to_owned)
    };
    wait_until("the link maker", UI_TIMEOUT, || value("maker-link"));
    page.screenshot("link-maker");
    for id in ["maker-view-layers", "maker-control-reset", "maker-lock-data", "maker-hide-accuracy"]
    {
        page.press(id);
    }
    let link = value("maker-link").unwrap();
    for part in [
        "view=curves%2Clayers",
        "controls=play%2Cstep%2Cepoch%2Ctest",
        "lock=data",
        "hide=accuracy",
        "model=mlp",
    ] {
        assert!(link.contains(part), "{part} is missing in {link}");
    }
    assert!(link.starts_with(&site.playground()), "{link}");
    let iframe = value("maker-iframe").unwrap();
    assert!(iframe.contains("embed=1") && iframe.contains("width=\"640\""), "{iframe}");
    let element = value("maker-element").unwrap();
    assert!(element.contains(" view=\"curves,layers\""), "{element}");
    assert_eq!(page.count("[data-testid=maker-qr] path"), 1);
    assert_eq!(page.count("iframe"), 0, "the preview is loaded on demand");
    page.press("maker-preview");
    wait_until("the preview", UI_TIMEOUT, || (page.count("iframe") == 1).then_some(()));
    page.press("link-maker-close");
    wait_until("a closed dialog", UI_TIMEOUT, || (page.count("dialog[open]") == 0).then_some(()));
    // The page's own link is as it was.
    assert!(!page.query().contains_key("lock"));
}
