//! A data set of the visitor's own: read, trained on, kept and forgotten.

use std::path::PathBuf;

use e2e::sample_files::{TempFiles, disc_png, zip};
use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

use crate::SMALL_RUN;
use crate::layers::wait_for_text;

/// Returns the files of two classes: disks of 40 to 79 and of 140 to 179 pixels, of eight patients.
fn two_classes() -> Vec<(String, Vec<u8>)> {
    let file = |at: u32| {
        let (class, side) = if at.is_multiple_of(2) { ("small", 40) } else { ("large", 140) };
        (format!("disks/{class}/p{}_{at}.png", at / 10), disc_png(side + at / 2))
    };
    (0..80).map(file).collect()
}

fn add_zip(files: &TempFiles, name: &str, content: &[(String, Vec<u8>)]) -> PathBuf {
    files.add(name, &zip(content))
}

/// Opens the panel, from the folded line of the Data section.
fn open_panel(page: &Page) {
    page.press("panel-data");
    page.press("own-data");
    wait_for_text(page, "own-limits", "Up to 10,000 images in 2 to 20 classes");
}

#[test]
fn own_images_are_trained_on_kept_and_forgotten() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&split=validation&epochs=1&view=curves"));
    page.wait_until_ready();
    open_panel(&page);

    let mut content = two_classes();
    content.push(("disks/small/broken.png".into(), b"\x89PNG\r\n\x1a\n".to_vec()));
    content.push(("disks/lonely/only.png".into(), disc_png(30)));
    content.push(("disks/notes.txt".into(), b"Two kinds of disks".to_vec()));
    page.choose_file("own-zip", &add_zip(&files, "disks.zip", &content));
    wait_for_text(&page, "own-report", "80 images in 2 classes: 40 × 40 to 179 × 179 pixels.");
    wait_for_text(&page, "own-report", "8 groups, such as patients, stay together");
    wait_for_text(&page, "own-warnings", "“lonely” is left out: it has 1 image");
    wait_for_text(&page, "own-warnings", "2 files were skipped");
    // The rule can be changed, and is told.
    page.choose("[data-testid=own-rule]", "image");
    wait_for_text(&page, "own-rule-text", "Each image on its own");
    page.press("own-use");
    wait_for_text(&page, "own-told", "This browser keeps them until you forget them here");
    page.press("own-data-close");

    wait_for_text(&page, "panel-data", "Your own images");
    wait_for_text(&page, "panel-data", "56 + 12 + 12 images");
    assert_eq!(page.query()["data"], "own");
    wait_until("a run on own images", TRAINING_TIMEOUT, || page.is_enabled("step").then_some(()));
    page.clear_events();
    page.play();
    page.wait_for("finished", TRAINING_TIMEOUT, |_| true);

    // The next visit has them, and a link to them works.
    page.reload();
    page.wait_until_ready();
    wait_for_text(&page, "panel-data", "56 + 12 + 12 images");
    assert_eq!(page.notices(), [""; 0]);
    open_panel(&page);
    page.press("own-kept");
    wait_for_text(&page, "own-report", "80 images in 2 classes");
    page.press("own-forget");
    wait_for_text(&page, "own-told", "Your images are forgotten");
    page.press("own-data-close");
    wait_until("other images", UI_TIMEOUT, || (page.query()["data"] != "own").then_some(()));

    page.open(&format!("{SMALL_RUN}&epochs=3").replace("data=phantom", "data=own"));
    page.wait_for_notice("This link trains on your own images");
    page.wait_until_ready();
    assert_eq!(page.query()["epochs"], "3");
}

#[test]
fn what_is_no_data_set_is_a_sentence_and_nothing_is_lost() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open(&format!("{SMALL_RUN}&split=validation&epochs=1"));
    page.wait_until_ready();
    open_panel(&page);

    let one: Vec<_> =
        two_classes().into_iter().filter(|(path, _)| path.contains("small")).collect();
    let climbing: Vec<_> =
        (0..9_u32).map(|at| (format!("../../evil/{at}.png"), disc_png(20 + at))).collect();
    let bomb = vec![("a/bomb.png".into(), vec![0; 65 << 20]), ("b/1.png".into(), disc_png(20))];
    let many: Vec<_> =
        (0..20_001_u32).map(|at| (format!("{}/{at}.png", at % 2), Vec::new())).collect();
    for (name, content, sentence) in [
        ("one.zip", one, "All images belong to one class (“small”)"),
        ("climbing.zip", climbing, "There are no images in it."),
        ("bomb.zip", bomb, "it has more than 64 MB"),
        ("many.zip", many, "more than the 10,000 files"),
    ] {
        page.choose_file("own-zip", &add_zip(&files, name, &content));
        wait_for_text(&page, "own-told", sentence);
    }
    page.choose_file("own-zip", &files.add("disc.png", &disc_png(64)));
    wait_for_text(&page, "own-told", "“disc.png” is not a zip file");
    page.press("own-data-close");
    assert_eq!(page.notices(), [""; 0]);
    assert_eq!(page.query()["data"], "phantom");
    assert!(page.is_enabled("step"), "the run is still there");
}

#[test]
fn without_storage_own_images_last_for_the_visit() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::without_storage(&site);
    page.open(&format!("{SMALL_RUN}&split=validation&epochs=1"));
    page.wait_until_ready();
    open_panel(&page);
    page.choose_file("own-zip", &add_zip(&files, "disks.zip", &two_classes()));
    wait_for_text(&page, "own-report", "80 images in 2 classes");
    page.press("own-use");
    wait_for_text(&page, "own-told", "Runs train on your images during this visit");
    page.press("own-data-close");
    wait_for_text(&page, "panel-data", "Your own images");
}
