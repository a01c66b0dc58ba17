//! Images a second for the lab's CNN: the playground and tfjs, in the same browser on the same
//! adapter. Run by `cargo xtask bench`, which names the site and the scripts of tfjs.

use std::path::PathBuf;

use e2e::{Gpu, PATIENCE, Page, Site};
use serde_json::{Value, json};

/// Training and test images a class are 200 and 50: 1,200 training images an epoch.
const LAB: &str = "model=cnn&optimizer=adam&lr=0.001&seed=1&data=phantom";

/// Which batch sizes are compared.
const BATCHES: [usize; 2] = [16, 64];

/// The batch at which the bar for the CPU is set, and the bar in images a second.
const BAR: (usize, f64) = (64, 300.0);

struct Row {
    what: &'static str,
    /// Images a second for each of [`BATCHES`]; none where it was left out.
    speed: [Option<f64>; 2],
}

fn main() {
    let script = |name: &str| {
        let value = std::env::var_os(name);
        PathBuf::from(value.unwrap_or_else(|| {
            eprintln!("{name} is not set: run `cargo xtask bench`");
            std::process::exit(2)
        }))
    };
    let here = e2e::package().join("bench");
    let site = Site::with(&[
        ("bench/tf.min.js", script("BENCH_TFJS")),
        ("bench/tf-backend-webgpu.min.js", script("BENCH_TFJS_WEBGPU")),
        ("bench", here),
    ]);
    let mut page = Page::new(&site, Gpu::Software);

    opening(&mut page, &site);
    let mut rows = Vec::new();
    let mut row = |what, measure: &mut dyn FnMut(usize) -> Option<f64>| {
        let speed = BATCHES.map(&mut *measure);
        let told =
            BATCHES.iter().zip(speed).map(|(batch, speed)| format!("{} at {batch}", figure(speed)));
        println!("{what}: {} images/s", told.collect::<Vec<_>>().join(", "));
        rows.push(Row { what, speed });
    };
    row("playground, CPU", &mut |batch| Some(cpu(&mut page, batch)));
    row("playground, WebGPU", &mut |batch| Some(webgpu(&mut page, batch)));
    page.goto(&format!("{}/bench/", site.origin()));
    row("tfjs, cpu", &mut |batch| tfjs(&page, "cpu", batch));
    row("tfjs, webgpu", &mut |batch| tfjs(&page, "webgpu", batch));
    table(&rows);

    let (batch, bar) = BAR;
    let reached = BATCHES.iter().position(|b| *b == batch).and_then(|at| rows[0].speed[at]);
    let reached = reached.unwrap_or(0.0);
    println!("\nbar: {bar:.0} images/s on the CPU at batch {batch}; reached: {reached:.0}");
}

/// How soon the page is there, and the first loss after Play.
fn opening(page: &mut Page, site: &Site) {
    let data = site.data();
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
    page.forget();
    let pressed =
        page.eval("(document.querySelector('[data-testid=play]').click(), performance.now())");
    let first = page.wait_for_step(1);
    let took = first["at"].as_f64().unwrap_or(f64::NAN) - pressed.as_f64().unwrap_or(f64::NAN);
    println!("first loss {took:.0} ms after Play");
}

/// The median over three epochs after one to warm up.
fn cpu(page: &mut Page, batch: usize) -> f64 {
    page.open(&format!("?{LAB}&device=cpu&batch={batch}&epochs=4&autostart=1"));
    page.wait_for("finished", PATIENCE, |_| true);
    let epochs = page.events_of("epoch");
    let speeds = epochs.iter().filter(|epoch| epoch["epoch"].as_u64() >= Some(2));
    median(speeds.filter_map(|epoch| epoch["imagesPerSecond"].as_f64()).collect())
}

/// The mean over the steps between the first loss, which pays for the shaders, and the fifth. The
/// engine may tell several losses at once; the time is then theirs together.
fn webgpu(page: &mut Page, batch: usize) -> f64 {
    page.open(&format!("?{LAB}&device=webgpu&batch={batch}&epochs=4&autostart=1"));
    let enough = page.wait_for("step", 2 * PATIENCE, |step| step["step"].as_u64() >= Some(5));
    page.press("pause");
    let steps: Vec<(f64, f64)> = page
        .events_of("step")
        .iter()
        .filter_map(|step| Some((step["step"].as_f64()?, step["at"].as_f64()?)))
        .collect();
    let (first, last) = (steps[0], enough["step"].as_f64().zip(enough["at"].as_f64()).unwrap());
    (last.0 - first.0) * batch as f64 / (last.1 - first.1) * 1000.0
}

/// The median over the few steps of tfjs that one has the patience for.
fn tfjs(page: &Page, backend: &str, batch: usize) -> Option<f64> {
    let script = "const done = arguments[arguments.length - 1];\
         benchTfjs(...[...arguments].slice(0, 3)).then(done, (error) => done({ error: `${error}` }))";
    // Seconds a step with 16 images, up to half a minute with 64, and there is one to warm up.
    let steps = if batch > 16 { 1 } else { 2 };
    let result = page.browser().js_later(script, &[json!(backend), json!(batch), json!(steps)]);
    if let Some(error) = result["error"].as_str() {
        println!("tfjs, {backend}, batch {batch}: {error}");
        return None;
    }
    assert_eq!(result["parameters"], 1_103_556, "it must be the same network");
    let times: Vec<f64> =
        result["milliseconds"].as_array()?.iter().filter_map(Value::as_f64).collect();
    Some(batch as f64 * 1000.0 / median(times))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(rows: &[Row]) {
    println!("\nthe lab's CNN, Adam, images/s (how many times as fast as tfjs's cpu, and webgpu)");
    println!(
        "{:22}{}",
        "",
        BATCHES.map(|batch| format!("{:>28}", format!("batch {batch}"))).concat()
    );
    let of = |what: &str, at: usize| rows.iter().find(|r| r.what == what).and_then(|r| r.speed[at]);
    for row in rows {
        let cells = [0, 1].map(|at| {
            let ratio = |other: Option<f64>| match (row.speed[at], other) {
                (Some(this), Some(other)) => format!("{}×", figure(Some(this / other))),
                _ => "–".into(),
            };
            let ratios = [ratio(of("tfjs, cpu", at)), ratio(of("tfjs, webgpu", at))].join(", ");
            format!("{:>28}", format!("{} ({ratios})", figure(row.speed[at])))
        });
        println!("{:22}{}", row.what, cells.concat());
    }
}

/// Three significant figures or so.
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
