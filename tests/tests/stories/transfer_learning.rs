//! Transfer learning: from the U-Net to a classifier with the layers of its encoder, and back with
//! its weights.

use e2e::sample_files::TempFiles;
use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::Value;

use crate::code_view::saved_file;

/// A small U-Net on generated data, with its curves.
const UNET: &str = "?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=32&epochs=1&seed=5\
                    &view=curves";

/// Layers of the classifier that begins with its encoder, as in a link.
const ENCODER: &str = "conv4k3.same.bn.relu_conv4k3.same.bn.relu.pool2_conv8k3.same.bn.relu_\
                       conv8k3.same.bn.relu_gap";

/// Waits until a part of the page says something.
fn wait_for_text(page: &Page, id: &str, words: &str) -> String {
    wait_until(&format!("“{words}” in {id}"), UI_TIMEOUT, || {
        page.texts(id).pop().filter(|text| text.contains(words))
    })
}

/// Waits until the address names a lab, and the run of that lab is ready.
fn wait_for_lab(page: &Page, lab: &str) {
    wait_until("the other lab", TRAINING_TIMEOUT, || {
        // The first lab is the default, which a link may leave out.
        let query = page.query();
        let name = query.get("lab").map_or("classify", String::as_str);
        (name == lab).then_some(())
    });
    wait_until("a run of that lab", TRAINING_TIMEOUT, || page.is_enabled("step").then_some(()));
}

/// Waits for the first evaluation of a U-Net, and returns its loss.
fn first_loss(page: &mut Page) -> f64 {
    let first = page.wait_for("epoch", TRAINING_TIMEOUT, |event| event["epoch"] == 0);
    first["testLoss"].as_f64().expect("a loss")
}

fn trains_to_the_end(page: &mut Page) {
    page.play();
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);
}

fn is_pressed(page: &Page, id: &str) -> bool {
    page.eval(&format!("document.querySelector('[data-testid={id}]').ariaPressed")) == "true"
}

#[test]
fn a_classifier_is_trained_and_becomes_the_encoder_of_the_unet() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open(UNET);
    page.wait_until_ready();
    let random = first_loss(&mut page);
    assert!(page.text("encoder-start").contains("other lab"));
    assert!(is_pressed(&page, "encoder-random"));
    trains_to_the_end(&mut page);

    // The first lab, with the layers of the encoder, ready to train.
    page.clear_events();
    page.press("encoder-classifier");
    wait_for_lab(&page, "classify");
    let query = page.query();
    assert_eq!(query["layers"], ENCODER);
    assert_eq!(query["seed"], "5");
    wait_until("the focus on the lab", UI_TIMEOUT, || {
        page.eval("document.activeElement?.dataset.testid === 'lab-classify'")
            .as_bool()?
            .then_some(())
    });
    assert!(page.text("encoder-offer").contains("depth 1, width 4"));
    assert!(!page.is_enabled("use-as-encoder"), "there is nothing to take over yet");
    page.clear_events();
    page.press("epoch");
    page.wait_for_epoch(1);
    page.wait_for_state("paused");
    page.show_view("code");
    let (file, content) = saved_file(&page, "save-weights");
    assert!(file.starts_with("deepcnn-step-"), "{file}");

    // Its weights start the encoder.
    page.clear_events();
    page.press("use-as-encoder");
    wait_for_lab(&page, "segment");
    let start = wait_for_text(&page, "encoder-start", "Deep CNN on ");
    assert!(start.contains("1 epoch"), "{start}");
    assert!(is_pressed(&page, "encoder-classifier"));
    let transferred = first_loss(&mut page);
    assert_ne!(transferred, random);
    assert!(page.text("panel-network").contains("encoder from a classifier"));
    // The view of the code has stayed.
    wait_for_text(&page, "code-listing", "\"conv1\": \"enc1.conv1\"");
    assert!(page.text("weights-file").contains("The encoder starts from the weights of"));
    page.show_view("curves");
    trains_to_the_end(&mut page);
    let legend = page.eval("document.querySelector('#view-curves').innerText");
    let legend = legend.as_str().unwrap_or_default();
    assert!(legend.contains("from random weights"), "{legend}");
    assert!(legend.contains("this run, encoder from Deep CNN on "), "{legend}");

    // Both are compared without another training.
    page.clear_events();
    page.press("encoder-random");
    assert_eq!(first_loss(&mut page), random);
    page.clear_events();
    page.press("encoder-classifier");
    assert_eq!(first_loss(&mut page), transferred);

    // The file of the classifier does the same, and one of another classifier is refused.
    page.show_view("code");
    page.clear_events();
    page.press("drop-weights");
    assert_eq!(first_loss(&mut page), random);
    page.clear_events();
    page.choose_file("load-weights", &files.add(&file, &content));
    assert_eq!(first_loss(&mut page), transferred);
    assert!(page.text("encoder-start").contains(&file));
    assert_eq!(page.notices(), [""; 0]);

    // Another width has another encoder.
    page.clear_events();
    page.eval(
        "(() => { \
           const width = document.querySelector('[data-testid=unet-width]'); \
           width.value = 5; \
           for (const kind of ['input', 'change']) width.dispatchEvent(new Event(kind, { bubbles: true })); \
         })()",
    );
    let notice = page.wait_for_notice("do not fit this network");
    assert!(notice.contains(&file) && notice.contains("from a classifier"), "{notice}");
    let _: f64 = first_loss(&mut page);
    assert!(is_pressed(&page, "encoder-random"));
    page.choose_file("load-weights", &files.add("narrow.safetensors", &content));
    let notice = page.wait_for_notice("narrow.safetensors");
    assert!(notice.contains("conv1.weight"), "{notice}");
    let errors: Vec<Value> = page.events_of("error");
    assert!(errors.iter().all(|error| error["code"] == "bad-weights"), "{errors:?}");
}
