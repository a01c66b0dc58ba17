//! Training by several workers on the CPU: the same curve whatever their number, and whatever happens
//! to them.

use std::fs;

use e2e::{Fault, Gpu, Page, Site, TRAINING_TIMEOUT};
use serde_json::{Value, json};

const CNN: &str = "?data=phantom&model=cnn&device=cpu&batch=16&epochs=1&seed=1&autostart=1";

/// Batch norm and Dice are computed over the whole batch.
const UNET: &str = "?lab=segment&data=ventricles&device=cpu&loss=ce-dice&bn=1&depth=2&width=4&batch=8&\
                    epochs=1&seed=1&autostart=1";

const DEEP: &str = "?data=phantom&model=cnn&layers=conv8k5.bn.relu.pool4_res8k3.bn.relu.pool2_dense12.relu.\
                    drop25&device=cpu&batch=16&epochs=1&seed=1&autostart=1";

/// Numbers of processors, and of the workers that are started for them beside the engine's.
const PROCESSORS: [(u32, u64); 4] = [(1, 0), (2, 1), (5, 3), (9, 7)];

/// Makes the module of a replica call `kill` with the number of each message before it is handled, and
/// tell the page about it.
fn watch_replicas(site: &Site, kill: &str) {
    let files = fs::read_dir(site.folder()).expect("the site").flatten();
    let glue = files
        .map(|file| file.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("replica-") && name.ends_with(".js")
        })
        .expect("the site has replicas");
    let text = fs::read_to_string(glue).expect("a script");
    let watched = text.replace("export function connect(", "function join(");
    assert_ne!(watched, text);
    let watched = format!(
        "{watched}\n\
         const page = new BroadcastChannel('replicas');\n\
         const name = Math.random();\n\
         const last = 2 + Math.floor(120 * Math.random());\n\
         let messages = 0;\n\
         export function connect(port) {{\n\
           const channel = new MessageChannel();\n\
           const inner = channel.port1;\n\
           inner.onmessage = ({{ data }}) => port.postMessage(data, [data]);\n\
           port.onmessage = ({{ data }}) => {{\n\
             messages += 1;\n\
             if (messages === 20) page.postMessage({{ took_part: name }});\n\
             const kill = () => page.postMessage({{ killed: messages }});\n\
             {kill}\n\
             inner.postMessage(data, [data]);\n\
           }};\n\
           join(channel.port2);\n\
         }}\n"
    );
    site.inject_fault("replica-*.js", Fault::Replace(watched.into_bytes()));
}

/// Opens a page that believes to have this many processors.
fn page_with(site: &Site, processors: u32) -> Page<'_> {
    let page = Page::new(site, Gpu::None);
    let source = format!(
        "Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', \
           {{ get: () => {processors} }});\
         window.__replicas = [];\
         const channel = new BroadcastChannel('replicas');\
         channel.onmessage = ({{ data }}) => window.__replicas.push(data);"
    );
    page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    page
}

/// Trains the run of a link to its end, and returns all losses.
fn losses(page: &mut Page, link: &str) -> Vec<Value> {
    page.open(link);
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
    assert_eq!(page.notices(), [""; 0]);
    page.events_of("step").iter().map(|step| step["loss"].clone()).collect()
}

/// Returns what replicas have told since the page was opened.
fn told(page: &Page, what: &str) -> Vec<Value> {
    let told = page.eval(&format!("window.__replicas.map((told) => told.{what} ?? null)"));
    let told = told.as_array().cloned().unwrap_or_default();
    told.into_iter().filter(|value| !value.is_null()).collect()
}

#[test]
fn one_two_four_and_eight_workers_make_the_same_curve() {
    let site = Site::new();
    watch_replicas(&site, "");
    let mut curves: Vec<Vec<Value>> = Vec::new();
    for (processors, others) in PROCESSORS {
        let mut page = page_with(&site, processors);
        for (index, link) in [CNN, DEEP, UNET].into_iter().enumerate() {
            let curve = losses(&mut page, link);
            assert!(curve.len() > 20, "{link}: {} steps", curve.len());
            let helped = told(&page, "took_part").len() as u64;
            assert!(helped == others, "{link}: {helped} of {others} workers trained");
            match curves.get(index) {
                Some(alone) => assert!(*alone == curve, "{link} with {processors} processors"),
                None => curves.push(curve),
            }
        }
    }
}

#[test]
fn a_worker_that_dies_costs_no_run_and_no_digit() {
    let site = Site::new();
    let alone = losses(&mut page_with(&site, 1), CNN);
    watch_replicas(&site, "if (messages === last) { kill(); throw new Error('a test'); }");
    let wanted = if e2e::wants_long_form() { 20 } else { 3 };
    let mut points = Vec::new();
    while points.len() < wanted {
        let mut page = page_with(&site, 2);
        page.expect_console_error("a test");
        let curve = losses(&mut page, CNN);
        let died = told(&page, "killed");
        assert!(!died.is_empty(), "no worker died");
        points.extend(died);
        assert!(curve == alone, "workers died at {points:?}");
    }
    println!("workers died at these messages: {points:?}");

    // One that does not answer is given up after some seconds.
    watch_replicas(&site, "if (messages >= last) { kill(); return; }");
    let mut page = page_with(&site, 2);
    assert!(losses(&mut page, CNN) == alone, "a worker that does not answer");
    assert!(!told(&page, "killed").is_empty());
}

#[test]
fn without_workers_of_its_own_a_run_trains_alone() {
    let site = Site::new();
    let alone = losses(&mut page_with(&site, 1), UNET);
    for fault in [Fault::Missing, Fault::Replace(b"throw new Error('a test')".to_vec())] {
        site.inject_fault("replica-*.js", fault);
        let mut page = page_with(&site, 2);
        for words in ["a test", "replica-"] {
            page.expect_console_error(words);
        }
        assert!(losses(&mut page, UNET) == alone);
    }
}
