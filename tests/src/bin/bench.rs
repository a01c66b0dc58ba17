//! Measures the training speed of the labs' networks in images per second, for the playground and
//! for tfjs in the same browser on the same adapter. Run by `cargo xtask bench`, which specifies
//! the site, and the scripts of tfjs if that is the peer.

use std::path::PathBuf;

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT};
use serde_json::{Value, json};

/// A network with a batch size. The images are generated, so no pack is needed.
struct Case {
    name: &'static str,
    /// Name of the network in `bench.js`.
    network: &'static str,
    /// Number of parameters, to verify that both networks are the same.
    parameters: u64,
    batch: usize,
    /// Link of the playground that configures the network.
    link: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        name: "CNN, batch 16",
        network: "cnn",
        parameters: 1_103_556,
        batch: 16,
        link: "model=cnn&optimizer=adam&lr=0.001&seed=1&data=phantom&batch=16",
    },
    Case {
        name: "CNN, batch 64",
        network: "cnn",
        parameters: 1_103_556,
        batch: 64,
        link: "model=cnn&optimizer=adam&lr=0.001&seed=1&data=phantom&batch=64",
    },
    Case {
        name: "U-Net, batch 8",
        network: "unet",
        parameters: 29_650,
        batch: 8,
        link: "lab=segment&data=ventricles&seed=1&batch=8",
    },
];

/// Number of steps on the GPU after the first. Each step includes reading its loss, as for tfjs.
const GPU_STEPS: u64 = 6;

/// Minimum speedup over the WebGPU backend of tfjs on a software adapter.
const BAR: f64 = 4.0;

struct Row {
    what: &'static str,
    /// Images per second for each of [`CASES`]; `None` for cases that are skipped.
    speed: [Option<f64>; CASES.len()],
}

fn main() {
    // Set if tfjs is the peer.
    let scripts = ["BENCH_TFJS", "BENCH_TFJS_WEBGPU"].map(std::env::var_os);
    let names = ["bench/tf.min.js", "bench/tf-backend-webgpu.min.js"];
    let mut mounts: Vec<(&str, PathBuf)> = names
        .into_iter()
        .zip(&scripts)
        .filter_map(|(name, script)| Some((name, PathBuf::from(script.clone()?))))
        .collect();
    let with_tfjs = mounts.len() == names.len();
    mounts.push(("bench", e2e::package_dir().join("bench")));
    let site = Site::with(&mounts);
    let mut page = Page::new(&site, Gpu::Software);
    page.record_gpu_work();

    opening(&mut page, &site);
    let mut rows = Vec::new();
    let mut row = |what, measure: &mut dyn FnMut(&Case) -> Option<f64>| {
        let speed = CASES.each_ref().map(&mut *measure);
        rows.push(Row { what, speed });
    };
    row("playground, CPU", &mut |case| Some(cpu(&mut page, case)));
    row("playground, WebGPU", &mut |case| Some(webgpu(&mut page, case)));
    if !with_tfjs {
        return;
    }
    page.goto(&format!("{}/bench/", site.origin()));
    row("tfjs, cpu", &mut |case| tfjs(&page, "cpu", case));
    row("tfjs, webgpu", &mut |case| tfjs(&page, "webgpu", case));
    table(&rows);

    println!("\nWebGPU against tfjs's, bar {BAR} times:");
    for (at, case) in CASES.iter().enumerate() {
        let speed = |what: &str| rows.iter().find(|r| r.what == what).and_then(|r| r.speed[at]);
        if let (Some(ours), Some(theirs)) = (speed("playground, WebGPU"), speed("tfjs, webgpu")) {
            let verdict = if ours >= BAR * theirs { "reached" } else { "missed" };
            println!("{}: {:.2} times, {verdict}", case.name, ours / theirs);
        }
    }
}

/// Measures the time until the page is usable, and the time from Play to the first loss.
fn opening(page: &mut Page, site: &Site) {
    let data = site.classify_data();
    page.open(&format!("?model=cnn&device=cpu&data={data}"));
    let ready = page.wait_until_ready();
    let timing = page.eval(
        "[performance.getEntriesByType('paint').find((p) => p.name === \
         'first-contentful-paint')?.startTime ?? null, \
         performance.getEntriesByType('navigation')[0].loadEventEnd]",
    );
    println!(
        "opening: first paint {}, load event {}, engine ready {}",
        milliseconds(&timing[0]),
        milliseconds(&timing[1]),
        milliseconds(&ready["at"])
    );
    page.clear_events();
    let pressed =
        page.eval("(document.querySelector('[data-testid=play]').click(), performance.now())");
    let first = page.wait_for_step(1);
    let took = first["at"].as_f64().unwrap_or(f64::NAN) - pressed.as_f64().unwrap_or(f64::NAN);
    println!("first loss {took:.0} ms after Play");
}

/// Returns the median speed over three epochs, after one warm-up epoch.
fn cpu(page: &mut Page, case: &Case) -> f64 {
    page.open(&format!("?{}&device=cpu&epochs=4&autostart=1", case.link));
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    let epochs = page.events_of("epoch");
    let speeds = epochs.iter().filter(|epoch| epoch["epoch"].as_u64() >= Some(2));
    let speed = median(speeds.filter_map(|epoch| epoch["imagesPerSecond"].as_f64()).collect());
    println!("playground, CPU, {}: {speed:.0} images/s", case.name);
    speed
}

/// Returns the mean speed over the steps after the first loss, which includes shader compilation.
/// If the engine reports several losses at once, the time is that of all of them.
fn webgpu(page: &mut Page, case: &Case) -> f64 {
    page.open(&format!("?{}&device=webgpu&epochs=4&autostart=1", case.link));
    let enough = page.wait_for("step", 2 * TRAINING_TIMEOUT, |step| {
        step["step"].as_u64() >= Some(1 + GPU_STEPS)
    });
    let work = page.gpu_work();
    page.press("pause");
    let steps: Vec<(f64, f64)> = page
        .events_of("step")
        .iter()
        .filter_map(|step| Some((step["step"].as_f64()?, step["at"].as_f64()?)))
        .collect();
    let (first, last) = (steps[0], enough["step"].as_f64().zip(enough["at"].as_f64()).unwrap());
    let speed = (last.0 - first.0) * case.batch as f64 / (last.1 - first.1) * 1000.0;
    // On such a slow adapter the loss of every step is read. Reads for inspection take less than a
    // step.
    let dispatches = work["between"].as_array().into_iter().flatten().filter_map(Value::as_u64);
    println!(
        "playground, WebGPU, {}: {} images/s; a step is {} dispatches; {} buffers of {:.0} MB",
        case.name,
        figure(Some(speed)),
        dispatches.max().unwrap_or(0),
        work["buffers"],
        work["bytes"].as_f64().unwrap_or(f64::NAN) / 1e6
    );
    speed
}

/// Returns the median speed of tfjs over a few steps.
fn tfjs(page: &Page, backend: &str, case: &Case) -> Option<f64> {
    let script = "const done = arguments[arguments.length - 1];\
         benchTfjs(...[...arguments].slice(0, 4)).then(done, (error) => done({ error: `${error}` }))";
    // A step takes up to half a minute, and there is a warm-up step.
    let steps = if case.batch > 16 { 1 } else { 2 };
    let arguments = [json!(backend), json!(case.network), json!(case.batch), json!(steps)];
    let result = page.browser().js_async(script, &arguments);
    if let Some(error) = result["error"].as_str() {
        println!("tfjs, {backend}, {}: {error}", case.name);
        return None;
    }
    assert_eq!(result["parameters"], case.parameters, "it must be the same network");
    let times: Vec<f64> =
        result["milliseconds"].as_array()?.iter().filter_map(Value::as_f64).collect();
    let speed = case.batch as f64 * 1000.0 / median(times);
    println!("tfjs, {backend}, {}: {} images/s", case.name, figure(Some(speed)));
    Some(speed)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(rows: &[Row]) {
    println!("\nimages/s with Adam (how many times as fast as tfjs's cpu, and webgpu)");
    println!("{:22}{}", "", CASES.each_ref().map(|case| format!("{:>26}", case.name)).concat());
    let of = |what: &str, at: usize| rows.iter().find(|r| r.what == what).and_then(|r| r.speed[at]);
    for row in rows {
        let mut cells = String::new();
        for (at, speed) in row.speed.iter().enumerate() {
            let ratio = |other: Option<f64>| match (speed, other) {
                (Some(this), Some(other)) => format!("{}×", figure(Some(this / other))),
                _ => "–".into(),
            };
            let ratios = [ratio(of("tfjs, cpu", at)), ratio(of("tfjs, webgpu", at))].join(", ");
            cells += &format!("{:>26}", format!("{} ({ratios})", figure(*speed)));
        }
        println!("{:22}{cells}", row.what);
    }
}

/// Formats a number with about three significant figures.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "–".into(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

fn milliseconds(value: &Value) -> String {
    value.as_f64().map_or_else(|| "–".into(), |value| format!("{value:.0} ms"))
}
