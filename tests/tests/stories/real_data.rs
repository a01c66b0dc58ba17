//! Real data sets that load when they are chosen, with what to know before trusting a result.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

/// A small CNN on generated data, with a validation set.
const CNN: &str = "?data=phantom&split=validation&model=cnn\
                   &layers=conv6k5.relu.pool4_conv8k5.relu.pool2_dense16.relu&device=cpu\
                   &optimizer=adam&lr=0.001&batch=16&epochs=1&seed=1&view=curves";

/// Returns whether the browser has asked for the pack with a name. Its file name has a hash.
fn is_fetched(site: &Site, name: &str) -> bool {
    let start = format!("packs/{name}-");
    let is_pack = |path: &String| {
        let hash = path.split_once(&start).and_then(|(_, rest)| rest.strip_suffix(".zip"));
        hash.is_some_and(|hash| !hash.contains('-'))
    };
    site.requests().iter().any(is_pack)
}

/// Waits until the description of the data set has all of these words.
#[track_caller]
fn wait_for_details(page: &Page, words: &[&str]) {
    let script = "[...document.querySelectorAll('.data-details, .data-licence')]\
                  .map((element) => element.textContent).join(' ')";
    let mut last = String::new();
    let found = e2e::poll_until(TRAINING_TIMEOUT, || {
        last = page.eval(script).as_str().unwrap_or_default().to_owned();
        words.iter().all(|word| last.contains(word)).then_some(())
    });
    assert!(found.is_some(), "no {words:?} in “{last}”");
}

/// Chooses a data set from the menu, and waits for its name in the address.
#[track_caller]
fn choose_data(page: &Page, name: &str) {
    page.choose("[data-testid=data-set]", name);
    wait_until("the data set in the address", UI_TIMEOUT, || {
        (page.query()["data"] == name).then_some(())
    });
}

#[test]
fn ultrasound_loads_when_chosen_and_tells_what_to_know() {
    let site = Site::new();
    if !site.has_pack("busbra") {
        println!("skipped: this site has no pack of breast ultrasound");
        return;
    }
    let mut page = Page::new(&site, Gpu::None);
    page.open(CNN);
    page.wait_until_ready();
    for name in ["busbra", "pneumonia", "busbra-masks"] {
        assert!(!is_fetched(&site, name), "{name} was fetched before it was chosen");
    }

    page.press("panel-data");
    choose_data(&page, "busbra");
    let words = ["Before you trust a result", "Calipers", "0.78", "Gómez-Flores", "CC BY 4.0"];
    wait_for_details(&page, &words);
    assert!(is_fetched(&site, "busbra"));
    assert!(!is_fetched(&site, "busbra-masks") && !is_fetched(&site, "pneumonia"));
    wait_until("the classes", TRAINING_TIMEOUT, || {
        let names = page.eval(
            "[...document.querySelectorAll('.data-strip-name')]\
             .map((name) => name.textContent).join()",
        );
        (names == "benign,malignant").then_some(())
    });

    page.clear_events();
    wait_until("a run on ultrasound", TRAINING_TIMEOUT, || page.is_enabled("epoch").then_some(()));
    page.press("epoch");
    let epoch = page.wait_for_epoch(1);
    let accuracy = epoch["testAccuracy"].as_f64().expect("an accuracy");
    // Who always answers “benign” is right in two cases of three.
    assert!((0.5..=1.0).contains(&accuracy), "{accuracy}");
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn x_rays_and_masks_tell_what_to_know() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    for (name, query, words) in [
        ("pneumonia", CNN, ["differs from the training set", "Kermany"]),
        (
            "busbra-masks",
            "?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8&seed=1",
            ["no slices of one volume", "Gómez-Flores"],
        ),
    ] {
        if !site.has_pack(name) {
            println!("skipped: this site has no pack {name}");
            continue;
        }
        page.open(query);
        page.wait_until_ready();
        page.press("panel-data");
        choose_data(&page, name);
        wait_for_details(&page, &words);
        assert!(is_fetched(&site, name));
        assert_eq!(page.notices(), [""; 0]);
    }
}
