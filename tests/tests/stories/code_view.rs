//! The view of the code: lines of a layer, files of weights out and in.

use base64::Engine;
use e2e::sample_files::TempFiles;
use e2e::{Gpu, Page, Site, UI_TIMEOUT, wait_until};
use serde_json::Value;

use crate::layers::{press_key_on, scroll_to};

/// A small MLP on generated data, with its code.
const MLP: &str = "?data=phantom&model=mlp&layers=dense8.relu_dense6.relu&device=cpu&optimizer=adam\
                   &lr=0.002&batch=64&epochs=3&seed=1&view=code";

/// Opens a page at the view of the code, and waits until run and program are there.
fn open(page: &mut Page, query: &str) {
    page.open(query);
    page.wait_until_ready();
    wait_until("the program", UI_TIMEOUT, || {
        page.texts("code-listing").pop()?.contains("class Network").then_some(())
    });
}

/// Returns the texts of the lines that are lit.
fn lit_lines(page: &Page) -> Vec<String> {
    let lines = page.eval("[...document.querySelectorAll('.code-lit')].map((e) => e.textContent)");
    let lines = lines.as_array().into_iter().flatten();
    lines.map(|line| line.as_str().unwrap_or_default().trim().to_owned()).collect()
}

fn is_pressed(page: &Page, id: &str) -> bool {
    page.eval(&format!("document.querySelector('[data-testid={id}]').ariaPressed")) == "true"
}

/// Presses a button that saves a file. Returns the file's name and content.
pub fn saved_file(page: &Page, id: &str) -> (String, Vec<u8>) {
    page.eval(
        "(() => { \
           window.__saved = null; \
           const create = URL.createObjectURL; \
           URL.createObjectURL = (blob) => { \
             const reader = new FileReader(); \
             reader.onload = () => { window.__saved = { ...window.__saved, data: reader.result }; }; \
             reader.readAsDataURL(blob); \
             URL.createObjectURL = create; \
             return create(blob); \
           }; \
           const click = HTMLAnchorElement.prototype.click; \
           HTMLAnchorElement.prototype.click = function () { \
             window.__saved = { ...window.__saved, name: this.download }; \
             HTMLAnchorElement.prototype.click = click; \
           }; \
         })()",
    );
    page.press(id);
    let saved = wait_until(&format!("the file of {id}"), UI_TIMEOUT, || {
        let saved = page.eval("window.__saved");
        (saved["name"].is_string() && saved["data"].is_string()).then_some(saved)
    });
    let (name, data) = (saved["name"].as_str().unwrap(), saved["data"].as_str().unwrap());
    let (_, content) = data.split_once(',').expect("a data URL");
    let content = base64::prelude::BASE64_STANDARD.decode(content).expect("base64");
    (name.to_owned(), content)
}

/// Waits for the test accuracy at the end of an epoch of the current run.
fn test_accuracy(page: &mut Page, epoch: u64) -> f64 {
    let is_it = |event: &Value| event["epoch"].as_u64() == Some(epoch);
    let event = page.wait_for("epoch", UI_TIMEOUT, is_it);
    event["testAccuracy"].as_f64().expect("an accuracy")
}

#[test]
fn a_layer_lights_up_its_lines_and_a_line_its_layer() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, MLP);
    assert_eq!(lit_lines(&page), [""; 0]);
    page.press("code-layer-1");
    let lines = wait_until("lines that are lit", UI_TIMEOUT, || {
        let lines = lit_lines(&page);
        (!lines.is_empty()).then_some(lines)
    });
    let has = |part: &str| lines.iter().any(|line| line.contains(part));
    assert!(has("nn.Linear(4096, 8)") && has("F.relu(x)"), "{lines:#?}");
    assert!(page.text("code-told").starts_with("Dense 1: lines "));
    // One of them is in the block, which has scrolled, and the page has not.
    wait_until("a lit line in sight", UI_TIMEOUT, || {
        page.eval(
            "(() => { \
               const frame = document.querySelector('.code-listing').getBoundingClientRect(); \
               const seen = [...document.querySelectorAll('.code-lit')].map((e) => e.getBoundingClientRect()) \
                 .some((line) => line.top >= frame.top && line.bottom <= frame.bottom); \
               return seen && scrollY === 0; \
             })()",
        )
        .as_bool()?
        .then_some(())
    });

    page.click(".code-of-layer[data-layer='2']");
    wait_until("the second layer", UI_TIMEOUT, || is_pressed(&page, "code-layer-2").then_some(()));
    assert!(!is_pressed(&page, "code-layer-1"));
    assert!(lit_lines(&page).iter().any(|line| line.contains("nn.Linear(8, 6)")));

    // A unit that is selected in the layers chooses its layer here.
    page.show_view("layers");
    scroll_to(&page, "maps-1");
    press_key_on(&page, "[data-testid=maps-1]", "ArrowRight");
    press_key_on(&page, "[data-testid=maps-1]", "Enter");
    page.show_view("code");
    wait_until("the layer of the unit", UI_TIMEOUT, || {
        is_pressed(&page, "code-layer-1").then_some(())
    });

    let (name, program) = saved_file(&page, "save-program");
    assert_eq!(name, "mlp.py");
    assert!(String::from_utf8(program).expect("text").contains("class Network(nn.Module):"));
    let (name, notebook) = saved_file(&page, "save-notebook");
    let notebook: Value = serde_json::from_slice(&notebook).expect("JSON");
    assert_eq!((name.as_str(), &notebook["nbformat"]), ("mlp.ipynb", &Value::from(4)));
}

#[test]
fn saved_weights_begin_a_run_that_is_as_good() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, MLP);
    page.press("epoch");
    let accuracy = test_accuracy(&mut page, 1);
    page.wait_for_state("paused");
    let (name, content) = saved_file(&page, "save-weights");
    assert_eq!(name, "mlp-step-19.safetensors");
    let header_len = u64::from_le_bytes(content[..8].try_into().expect("8 bytes")) as usize;
    let header: Value = serde_json::from_slice(&content[8..8 + header_len]).expect("JSON");
    let tensors: Vec<&String> = header.as_object().expect("tensors").keys().collect();
    assert!(tensors.iter().any(|name| name.ends_with("weight")), "{tensors:?}");

    // A damaged file changes nothing.
    let bad = files.add("bad.safetensors", &content[..content.len() - 4]);
    page.choose_file("load-weights", &bad);
    let notice = page.wait_for_notice("bad.safetensors");
    assert!(notice.contains("truncated"), "{notice}");
    assert!(page.is_enabled("reset"), "the run is still there");

    page.clear_events();
    let good = files.add(&name, &content);
    page.choose_file("load-weights", &good);
    assert_eq!(test_accuracy(&mut page, 0), accuracy);
    assert!(page.text("weights-file").contains(&name));
    // It trains from there, and Reset goes back to the same weights.
    page.press("epoch");
    page.wait_for_epoch(1);
    page.clear_events();
    page.press("reset");
    assert_eq!(test_accuracy(&mut page, 0), accuracy);
    page.clear_events();
    page.press("drop-weights");
    let random = test_accuracy(&mut page, 0);
    assert!(random < accuracy, "{random} of {accuracy}");
    assert!(page.text("weights-file").contains("random"));
}
