//! Studies: several networks that differ in one thing, trained and compared.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

use crate::layers::wait_for_text;

/// A small CNN on generated data.
const CNN: &str = "?data=phantom&noise=40&model=cnn&layers=conv4k5.relu.pool4_dense8.relu&device=cpu\
                   &optimizer=adam&lr=0.002&batch=32&epochs=1&seed=1&view=studies";

/// Opens a page at the view of studies, and waits until a run is ready.
fn open(page: &mut Page, query: &str) {
    page.open(query);
    page.wait_until_ready();
    wait_until("the view", UI_TIMEOUT, || (page.texts("studies").len() == 1).then_some(()));
}

/// Chooses a question by its place in the list, from 1.
fn choose(page: &Page, place: usize) {
    page.click(&format!("[data-testid=studies] .choice label:nth-of-type({place}) input"));
}

/// Sets the number of seeds or epochs.
fn set(page: &Page, label: &str, value: usize) {
    let find = format!(
        "[...document.querySelectorAll('.study-controls .field')]\
         .findIndex((field) => field.textContent.includes('{label}')) + 1"
    );
    let place = page.eval(&find).as_u64().unwrap_or(0);
    assert!(place > 0, "no field {label}");
    page.fill(&format!(".study-controls .field:nth-of-type({place}) input"), &value.to_string());
    page.eval("document.activeElement.blur()");
}

fn rows(page: &Page) -> Vec<String> {
    let rows = page.eval(
        "[...document.querySelectorAll('[data-testid=study-table] tbody tr')]\
         .map((row) => [...row.cells].map((cell) => cell.textContent).join(' | '))",
    );
    let rows = rows.as_array().into_iter().flatten();
    rows.map(|row| row.as_str().unwrap_or_default().to_owned()).collect()
}

fn finished(page: &Page) -> String {
    wait_until("the end of the study", TRAINING_TIMEOUT, || {
        let has_ended = page.text("study-start") == "Start the study";
        has_ended.then(|| page.text("study-sentence")).filter(|text| !text.is_empty())
    })
}

#[test]
fn a_student_asks_whether_it_is_the_search_or_the_structure() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    page.press("step");
    page.wait_for("step", UI_TIMEOUT, |event| event["step"] == 1);
    set(&page, "Epochs", 2);
    page.press("study-start");
    wait_for_text(&page, "study-start", "Stop the study");
    // The study goes on when the run behind it is reset.
    page.press("reset");
    let sentence = finished(&page);
    assert!(sentence.contains("With all layers trained"), "{sentence}");
    assert!(sentence.contains("This is one seed"), "{sentence}");
    let rows = rows(&page);
    assert_eq!(rows.len(), 4, "{rows:?}");
    // 70 = 8 · 6 + 6 weights of the output layer and so on: each arm trains more than the first.
    assert!(rows[0].starts_with("output layer only trained | 54 | "), "{rows:?}");
    assert!(rows[3].starts_with("all layers trained | "), "{rows:?}");
    assert!(rows.iter().all(|row| row.contains(" %") && row.ends_with(" s")), "{rows:?}");
    let dots = page
        .eval("document.querySelectorAll('[data-testid=study-chart] .chart-body circle').length");
    assert_eq!(dots, 4 * 4, "four layers for four networks");

    // Results stay while the network is edited; a network without hidden layers is refused.
    page.open(&CNN.replace("model=cnn&layers=conv4k5.relu.pool4_dense8.relu", "model=mlp&layers="));
    page.wait_until_ready();
    wait_until("the view", UI_TIMEOUT, || (page.texts("studies").len() == 1).then_some(()));
    page.press("study-start");
    wait_until("a refusal", UI_TIMEOUT, || {
        page.texts("study-error").pop()?.contains("Add a hidden layer").then_some(())
    });
    assert!(page.events_of("error").is_empty());
}

#[test]
fn networks_of_several_seeds_show_where_they_disagree() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    choose(&page, 7);
    set(&page, "Seeds", 1);
    page.press("study-start");
    wait_until("a refusal", UI_TIMEOUT, || {
        page.texts("study-error").pop()?.contains("Choose two or more").then_some(())
    });
    set(&page, "Seeds", 3);
    set(&page, "Epochs", 1);
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("3 networks that differ only in their seed"), "{sentence}");
    assert!(page.texts("study-error").is_empty());
    let votes = page.eval(
        "[...document.querySelectorAll('[data-testid=divided-images] .study-votes')]\
         .map((votes) => votes.children.length)",
    );
    let votes = votes.as_array().unwrap().clone();
    assert!(!votes.is_empty() && votes.iter().all(|votes| *votes != 1), "{votes:?}");
    let images = "[...document.querySelectorAll('[data-testid=divided-images] img')]\
                  .every((image) => image.naturalWidth === 64)";
    wait_until("the images", UI_TIMEOUT, || (page.eval(images) == true).then_some(()));
}

#[test]
fn a_study_of_more_data_can_be_stopped_and_keeps_what_it_found() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    choose(&page, 6);
    set(&page, "Epochs", 4);
    page.press("study-start");
    wait_until("a result", TRAINING_TIMEOUT, || {
        rows(&page).iter().any(|row| row.contains(" %")).then_some(())
    });
    page.press("study-start");
    wait_for_text(&page, "study-start", "Start the study");
    let found = rows(&page);
    assert!(found.iter().any(|row| row.contains(" %")), "{found:?}");
    assert!(found.iter().any(|row| row.contains("| –")), "{found:?}");
    assert!(page.texts("study-error").is_empty());
    // Another one begins from nothing, and comes to its end.
    set(&page, "Epochs", 1);
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("Twice the training images are worth"), "{sentence}");
}

#[test]
fn classical_methods_stand_beside_the_network() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    choose(&page, 5);
    set(&page, "Epochs", 2);
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("the best classical method"), "{sentence}");
    let rows = rows(&page);
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows[3].starts_with("random forest, hand-made features | "), "{rows:?}");
    assert!(rows[4].starts_with("CNN | "), "{rows:?}");
    let bars = page
        .eval("document.querySelectorAll('[data-testid=study-table] .figure-view-value').length");
    assert_eq!(bars, 5);
}

#[test]
fn layers_are_chosen_one_by_one_and_taken_from_another_network() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    page.click("[data-testid=study-layers] summary");
    let names = page.eval(
        "[...document.querySelectorAll('.study-layer span')].map((name) => name.textContent).join()",
    );
    assert_eq!(names, "Convolution 1,Dense 2,Output");
    page.choose(".study-layer:nth-of-type(1) select", "2");
    page.choose(".study-layer:nth-of-type(3) select", "1");
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("With your choice of layers it is "), "{sentence}");
    let rows = rows(&page);
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(
        rows[4].starts_with("your choice of layers trained | ")
            || rows[4].starts_with("your choice of layers | "),
        "{rows:?}"
    );
    let dots = page
        .eval("document.querySelectorAll('[data-testid=study-chart] .chart-body circle').length");
    assert_eq!(dots, 5 * 4, "four layers for five networks");
}

#[test]
fn each_layer_is_asked_what_it_tells_of_planted_targets() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    // A link opens the question, and the address follows the choice.
    open(&mut page, &format!("{CNN}&study=kept"));
    let chosen = "document.querySelector('[data-testid=studies] .choice input:checked')\
                  .closest('label').textContent";
    assert_eq!(page.eval(chosen), "What is kept?");
    choose(&page, 4);
    wait_until("the address", UI_TIMEOUT, || {
        page.eval("location.search").as_str()?.contains("&study=breaks").then_some(())
    });
    choose(&page, 2);
    let examples = "[...document.querySelectorAll('[data-testid=study-examples] img')]\
                    .filter((image) => image.naturalWidth === 64).length";
    wait_until("an image of each target", UI_TIMEOUT, || (page.eval(examples) == 7).then_some(()));
    page.press("step");
    page.wait_for("step", UI_TIMEOUT, |event| event["step"] == 1);
    page.press("study-start");
    // The study goes on when the run behind it is reset.
    page.press("reset");
    let sentence = finished(&page);
    assert!(
        sentence.contains("A linear probe reads the class off the last hidden layer"),
        "{sentence}"
    );
    let found = rows(&page);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found[0].starts_with("class | nothing | accuracy | "), "{found:?}");
    assert!(found[1].starts_with("rotation | rotation by −45° to 45° | R² | "), "{found:?}");
    assert!(found.iter().all(|row| row.matches(" (").count() == 3), "with intervals: {found:?}");
    let dots = page
        .eval("document.querySelectorAll('[data-testid=study-chart] .chart-body circle').length");
    assert_eq!(dots, 7 * 4, "four layers for seven targets");
    assert!(page.events_of("error").is_empty());
}

#[test]
fn a_marker_in_one_class_is_compared_with_one_in_all() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    choose(&page, 3);
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("With a marker in one class alone"), "{sentence}");
    let found = rows(&page);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[2].starts_with("marker in one class | ") && found[2].contains(" %"), "{found:?}");
}

#[test]
fn images_that_have_lost_something_show_which_layer_breaks() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    open(&mut page, CNN);
    choose(&page, 4);
    page.press("study-start");
    let sentence = finished(&page);
    assert!(sentence.contains("On intact images a linear probe reads the class"), "{sentence}");
    let found = rows(&page);
    assert_eq!(found.len(), 4, "one a layer: {found:?}");
    assert!(found[0].starts_with("Pixels | 1 × 1 px | "), "{found:?}");
    assert!(found[3].contains(" | 64 × 64 px | "), "{found:?}");
    let heads = || {
        let heads = page.eval(
            "[...document.querySelectorAll('[data-testid=study-table] thead th')]\
             .map((head) => head.textContent).join()",
        );
        heads.as_str().unwrap_or_default().to_owned()
    };
    assert!(
        heads()
            .ends_with("intact,patches of 32 px,patches of 16 px,patches of 8 px,patches of 4 px"),
        "{}",
        heads()
    );
    // Another corruption needs no new training.
    page.click("[data-testid=studies] .choice ~ .choice label:nth-of-type(2) input");
    wait_until("the other corruption", UI_TIMEOUT, || {
        heads().ends_with("intact,blur 1 px,blur 2 px,blur 4 px,blur 8 px").then_some(())
    });
    let examples = "document.querySelectorAll('[data-testid=study-examples] img').length";
    assert_eq!(page.eval(examples), 6, "with the receptive fields");
}
