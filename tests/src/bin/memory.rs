//! Measures memory use over thousands of steps and dozens of runs. Run by
//! `cargo xtask bench --memory`, which specifies the site.

use std::time::Duration;

use e2e::{Gpu, Page, Site, wait_until};
use serde_json::json;

/// The lab's CNN on phantoms: 75 steps per epoch at batch size 16, or 1,200 at batch size 1.
const LAB: &str = "?model=cnn&data=phantom&seed=1";

/// Steps after which memory is measured. During the first few hundred, buffers and curves may grow.
const STEPS: [u64; 5] = [500, 1000, 2500, 5000, 10_000];

/// Fewer steps for a software adapter, on which a step with one image takes a tenth of a second.
const GPU_STEPS: [u64; 3] = [500, 1000, 2000];

/// Runs after which memory is measured.
const RUNS: [usize; 3] = [10, 25, 50];

/// Timeout for the next measurement.
const LONG: Duration = Duration::from_secs(1800);

fn main() {
    let site = Site::with(&[("bench", e2e::package_dir().join("bench"))]);
    {
        let page = open(&site, Gpu::None, "&device=cpu&batch=16&epochs=140&autostart=1");
        head("CPU, batch 16, after so many steps");
        STEPS.into_iter().for_each(|step| row_at(&page, step));
    }
    {
        let mut page = open(&site, Gpu::None, "&device=cpu&batch=64&epochs=1");
        page.wait_until_ready();
        head("CPU, batch 64, after so many runs of three steps");
        for run in 1..=RUNS[RUNS.len() - 1] {
            page.press("play");
            page.wait_for_step(3);
            page.press("reset");
            page.wait_for("epoch", LONG, |event| event["epoch"] == 0);
            page.clear_events();
            if RUNS.contains(&run) {
                row(&page, &run.to_string());
            }
        }
    }
    let page = open(&site, Gpu::Software, "&device=webgpu&batch=1&epochs=9&autostart=1");
    head("WebGPU, batch 1, after so many steps");
    GPU_STEPS.into_iter().for_each(|step| row_at(&page, step));
}

/// Script that returns the last reported step. It runs in the page, since values that WebDriver
/// reads remain in the heap.
const LAST_STEP: &str = "(() => {
  for (const event of window.__tape?.events.splice(0) ?? []) window.__last = event.step ?? window.__last;
  return window.__last ?? 0;
})()";

/// Waits for a step and measures memory.
fn row_at(page: &Page, step: u64) {
    let reached = wait_until(&format!("step {step}"), LONG, || {
        page.eval(LAST_STEP).as_u64().filter(|reached| *reached >= step)
    });
    row(page, &reached.to_string());
}

fn open<'s>(site: &'s Site, gpu: Gpu, more: &str) -> Page<'s> {
    let mut page = Page::new(site, gpu);
    page.record_gpu_work();
    page.open(&format!("{LAB}{more}"));
    page
}

fn head(what: &str) {
    println!("\n{what}");
    println!(
        "{:>8}{:>16}{:>20}{:>14}{:>20}",
        "", "page's heap MB", "engine's wasm MB", "GPU buffers", "of so many MB"
    );
}

/// Returns the memory in use after garbage collection.
fn row(page: &Page, what: &str) {
    page.browser().devtools("HeapProfiler.collectGarbage", json!({}));
    let usage = page.browser().devtools("Runtime.getHeapUsage", json!({}));
    let work = page.gpu_work();
    let mega = |bytes: &serde_json::Value| bytes.as_f64().unwrap_or(f64::NAN) / 1e6;
    println!(
        "{what:>8}{:>16.2}{:>20.1}{:>14}{:>20.1}",
        mega(&usage["usedSize"]),
        mega(&work["wasm"]),
        work["buffers"].to_string(),
        mega(&work["bytes"])
    );
}
