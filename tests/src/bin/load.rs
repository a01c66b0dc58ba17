//! Measures the time until a first visit can use the page and train, on a slow connection and a
//! slow computer. Run by `cargo xtask bench --load`, which specifies the site.
//!
//! The page is usable in the first frame in which Play exists and responds to a click: it appears
//! pressed at once, even while the engine is loading. Training has begun when the page reports the
//! first step with its loss. With `LOAD_FILES=1` the times at which files arrived are printed as
//! well.

use std::time::Duration;

use e2e::{Gpu, LineSpeed, Page, Site, TRAINING_TIMEOUT, wait_until};
use serde_json::json;

/// A connection as in a lecture hall.
const LINE: LineSpeed =
    LineSpeed { bytes_per_second: 10e6 / 8.0, latency: Duration::from_millis(40) };

/// Slowdown factor of the page's main thread.
const SLOWDOWN: u32 = 4;

/// Maximum times in seconds: until the page is usable, and until the first step.
const BARS: [f64; 2] = [1.5, 6.0];

/// Number of visits of each kind, of which the median is reported.
const VISITS: usize = 3;

/// Script that waits for Play from the first frame on, and clicks it unless the link contains
/// autostart.
const WATCH: &str = "(() => {
  const seen = {};
  Object.defineProperty(window, '__seen', { value: seen });
  const look = () => {
    const play = document.querySelector('[data-testid=play]:enabled');
    if (!play) return requestAnimationFrame(look);
    if (!new URLSearchParams(location.search).has('autostart')) play.click();
    const pressed = () => {
      if (play.ariaPressed !== 'true') return requestAnimationFrame(pressed);
      seen.usable = performance.now();
    };
    pressed();
  };
  requestAnimationFrame(look);
})()";

fn main() {
    println!(
        "{} Mbit/s, {} ms latency, the page's thread {SLOWDOWN} times slower; seconds",
        LINE.bytes_per_second * 8.0 / 1e6,
        LINE.latency.as_millis()
    );
    let row = |what: &str, [paint, usable, engine, step]: [String; 4]| {
        println!("{what:40}{paint:>10}{usable:>10}{engine:>10}{step:>12}");
    };
    row("", ["paint", "usable", "engine", "first step"].map(str::to_owned));
    let mut worst = [0.0_f64; 2];
    for (what, query) in [("Play at once", ""), ("autostart=1", "&autostart=1")] {
        let visits: Vec<_> = (0..VISITS).map(|_| two_visits(query)).collect();
        for (at, which) in ["first visit", "second visit, no network"].iter().enumerate() {
            let times = median(visits.iter().map(|visits| visits[at]));
            row(&format!("{which}, {what}"), times.map(|seconds| format!("{seconds:.2}")));
            worst = [worst[0].max(times[1]), worst[1].max(times[3])];
        }
    }
    let [usable, step] = BARS.map(|bar| format!("{bar:.2}"));
    row("bar", [String::new(), usable, String::new(), step]);
    if worst.iter().zip(BARS).any(|(reached, bar)| *reached > bar) {
        println!("over a bar");
    }
}

/// Seconds from the start of a visit to its first paint, usable page, ready engine and first step.
/// first step.
type Times = [f64; 4];

fn median(visits: impl Iterator<Item = Times>) -> Times {
    let mut visits: Vec<Times> = visits.collect();
    [0, 1, 2, 3].map(|at| {
        visits.sort_by(|one, other| one[at].total_cmp(&other[at]));
        visits[visits.len() / 2][at]
    })
}

/// Measures the first visit with a new browser, and a second visit without the server.
fn two_visits(query: &str) -> [Times; 2] {
    let site = Site::new();
    site.allow_caching();
    site.throttle(LINE);
    let mut page = Page::new(&site, Gpu::None);
    let browser = page.browser();
    browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWDOWN }));
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
    let query = format!("?data={}&device=cpu{query}", site.classify_data());
    let first = visit(&mut page, &query);
    page.wait_until_offline_ready();
    if site.has_mednist() {
        page.wait_for_cached("mednist-");
    }
    site.stop();
    [first, visit(&mut page, &query)]
}

fn visit(page: &mut Page, query: &str) -> Times {
    page.open(query);
    let step = page.wait_for_step(1);
    let ready = page.events_of("ready").swap_remove(0);
    let usable = wait_until("a usable page", TRAINING_TIMEOUT, || {
        page.eval("window.__seen.usable").as_f64()
    });
    let paint = page.eval(
        "performance.getEntriesByType('paint').find((p) => p.name === 'first-contentful-paint')\
         ?.startTime",
    );
    if std::env::var_os("LOAD_FILES").is_some() {
        for event in page.events().iter().take(8) {
            println!("  {} at {:.0} ms", event["type"], event["at"].as_f64().unwrap_or(0.0));
        }
        files(page);
    }
    [&paint, &json!(usable), &ready["at"], &step["at"]]
        .map(|at| at.as_f64().unwrap_or(f64::NAN) / 1000.0)
}

/// Prints when the loading of each file of the page began and ended.
fn files(page: &Page) {
    let files = page.eval(
        "performance.getEntriesByType('resource').map((file) => [file.name.split('/').pop(), \
         file.startTime, file.responseEnd, file.encodedBodySize])",
    );
    for file in files.as_array().into_iter().flatten() {
        let number = |at: usize| file[at].as_f64().unwrap_or(f64::NAN);
        let name = file[0].as_str().unwrap_or_default();
        println!("  {name:36} {:>6.0} to {:>6.0} ms {:>9} bytes", number(1), number(2), number(3));
    }
    let tasks = page.eval("window.__tape.longTasks");
    for task in tasks.as_array().into_iter().flatten() {
        let number = |key: &str| task[key].as_f64().unwrap_or(f64::NAN);
        println!("  long task at {:.0} ms: {:.0} ms", number("start"), number("duration"));
    }
}
