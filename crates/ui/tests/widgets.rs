//! Tests of the widgets in a real browser. `cargo xtask test` runs them in Chromium.

#![cfg(target_arch = "wasm32")]

mod page;

use std::sync::Arc;

use page::Page;
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::chart_view::Chart;
use ui::close_button::CloseButton;
use ui::data_slider::DataSlider;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, view};
use ui::glossary_term::{Explain, Glossary, Term, provide_glossary};
use ui::inputs::{Choice, NumberField, decimal};
use ui::probability_bars::ProbabilityBars;
use ui::raster::slice_canvas::SliceCanvas;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_number_field_applies_numbers_and_names_what_is_none() {
    let rate = RwSignal::new(0.001);
    let page = Page::open(move || {
        let apply = move |text: String| decimal(&text).map(|value| rate.set(value));
        view! {
            <NumberField name="learning rate" value=derived(move || rate.get().to_string()) on_text=apply />
        }
    })
    .await;
    page.type_into("input", "0,05").await;
    assert_eq!((rate.get_untracked(), page.value("input")), (0.05, "0.05".into()));
    page.type_into("input", "fast").await;
    assert_eq!(page.text("[role=alert]"), "“fast” is not a number.");
    assert_eq!((rate.get_untracked(), page.value("input")), (0.05, "fast".into()));
    page.type_into("input", "0.1").await;
    assert_eq!(page.text("[role=alert]"), "");
}

#[wasm_bindgen_test]
async fn one_of_several_choices_is_chosen() {
    let chosen = RwSignal::new(1);
    let page = Page::open(move || {
        let options = vec![(1, "one".to_owned()), (2, "two".to_owned())];
        view! { <Choice name="number" options=options value=chosen on_choice=move |choice| chosen.set(choice) /> }
    })
    .await;
    assert_eq!(page.text("label:has(:checked)"), "one");
    page.click("label:last-child input").await;
    assert_eq!((chosen.get_untracked(), page.text("label:has(:checked)")), (2, "two".into()));
}

#[wasm_bindgen_test]
async fn a_data_slider_applies_its_value_when_it_is_let_go() {
    let noise = RwSignal::new(10_u8);
    let page = Page::open(move || {
        view! {
            <DataSlider
                name="noise"
                spoken="noise in percent"
                range=0..=100
                value=*noise
                text=|value: u8| format!("{value} %")
                on_value=move |value| noise.set(value)
            />
        }
    })
    .await;
    page.drag("input", "40").await;
    assert_eq!(noise.get_untracked(), 10);
    page.let_go("input").await;
    assert_eq!((noise.get_untracked(), page.text("output")), (40, "40 %".into()));
}

#[wasm_bindgen_test]
async fn a_term_explains_itself_until_escape() {
    let loaded = RwSignal::new(None);
    let page = Page::open(move || {
        let explain: Explain =
            |name| (name == "epoch").then_some("One pass over the training images.");
        let load = Callback::from(move |()| loaded.set(Some(explain)));
        provide_glossary(Glossary { explain: *loaded, load });
        view! {
            <Term name="epoch" text="Epoch" />
            <Term name="image" />
        }
    })
    .await;
    assert!(loaded.get_untracked().is_none(), "it is loaded when it is asked for");
    page.focus("button").await;
    assert_eq!(page.text("[role=tooltip]:popover-open"), "One pass over the training images.");
    page.press("button", "Escape").await;
    let tooltip = page.find("[role=tooltip]");
    assert!(!tooltip.matches(":popover-open").unwrap());
    assert_eq!(page.text("span:not([role])"), "image", "a word that needs no explanation");
}

#[wasm_bindgen_test]
async fn the_most_probable_class_is_marked() {
    let page = Page::open(|| {
        let classes = ["Hand", "Chest"].map(str::to_owned).to_vec();
        view! { <ProbabilityBars classes=classes probabilities=vec![0.25, 0.75] truth=Some(0) /> }
    })
    .await;
    assert_eq!(page.text(".bar-best .bar-name"), "Chest");
    assert_eq!(page.text(".bar-best .bar-number"), "75.0 %");
    assert_eq!(page.text(".bar-truth .bar-name"), "Hand");
}

#[wasm_bindgen_test]
async fn arrow_keys_pick_pixels_of_a_slice() {
    let picked = RwSignal::new(None::<[usize; 2]>);
    let page = Page::open(move || {
        view! {
            <SliceCanvas
                size=Signal::stored([4, 4])
                pixels=Signal::stored(Some(Arc::from([7_u8; 16])))
                mask=Signal::stored(Some(Arc::from([0_u8; 16])))
                look=DisplaySettings::new()
                label=Signal::stored("a slice".to_owned())
                marker=*picked
                on_pixel=Callback::from(move |pixel| picked.set(Some(pixel)))
            />
        }
    })
    .await;
    page.press("[role=group]", "ArrowRight").await;
    assert_eq!(picked.get_untracked(), Some([2, 2]), "from nowhere to the middle");
    page.press("[role=group]", "ArrowRight").await;
    assert_eq!(picked.get_untracked(), Some([2, 3]));
    assert_eq!(page.find("rect").get_attribute("x").as_deref(), Some("3"));
    let canvas: HtmlCanvasElement = page.find("canvas").unchecked_into();
    let context = canvas.get_context("2d").unwrap().unwrap();
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let data = context.get_image_data(0.0, 0.0, 1.0, 1.0).unwrap().data();
    assert_eq!(data.0, [7, 7, 7, 255]);
}

#[wasm_bindgen_test]
async fn arrow_keys_read_the_values_of_a_chart() {
    let axis =
        |name| Axis { name, short: name, from: 0.0, to: 3.0, whole: true, names: Vec::new() };
    let reading = |x: f64| Reading { x, marks: vec![], text: format!("step {x}") };
    let page = Page::open(move || {
        let data = ChartData {
            x: axis("step"),
            y: axis("loss"),
            series: vec![],
            readings: [1.0, 2.0, 3.0].map(reading).to_vec(),
        };
        view! { <Chart name="Loss" data=Signal::stored(data) /> }
    })
    .await;
    assert_eq!(page.text("[aria-live=off]"), "step 3", "the latest while there is no cursor");
    page.press("[role=group]", "Home").await;
    page.press("[role=group]", "ArrowRight").await;
    assert_eq!(page.text("[aria-live=off]"), "step 2");
}

#[wasm_bindgen_test]
async fn a_close_button_closes() {
    let open = RwSignal::new(true);
    let page = Page::open(move || view! { <CloseButton on_close=move || open.set(false) /> }).await;
    page.click("button").await;
    assert!(!open.get_untracked());
}
