//! Scans as people have them, dropped on the page: however a scan is stored, the network sees the
//! same slices and gets the same Dice.

use std::path::{Path, PathBuf};

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

/// Returns the folder of the volumes, or `None` without `PLAYGROUND_CASES_DIR`.
fn volumes() -> Option<PathBuf> {
    let folder = std::env::var_os("PLAYGROUND_CASES_DIR");
    if folder.is_none() {
        println!("note: PLAYGROUND_CASES_DIR is not set");
    }
    // The browser's driver accepts no path with “..”.
    folder.map(|folder| Path::new(&folder).join("volumes").canonicalize().expect("a folder"))
}

/// Drops a volume and its mask, and returns the mean Dice once all slices are segmented.
fn dice(page: &Page, image: &Path, mask: &Path) -> f64 {
    page.choose_file("segment-file", image);
    let name = image.file_name().unwrap().to_string_lossy().into_owned();
    wait_until("the volume", UI_TIMEOUT, || {
        page.text("segment-answer").contains(&name).then_some(())
    });
    wait_until("a volume without its mask", UI_TIMEOUT, || {
        (page.count("[data-testid=segment-mask-score]") == 0).then_some(())
    });
    page.choose_file("segment-mask-file", mask);
    wait_until("a score", UI_TIMEOUT, || {
        let is_whole = page.text("segment-answer").contains("35 slices segmented.");
        let score = page.count("[data-testid=segment-mask-score]") == 1;
        (is_whole && score).then(|| page.text("segment-mask-score").parse().ok()).flatten()
    })
}

#[test]
fn the_order_in_which_a_scan_is_stored_does_not_change_its_dice() {
    let Some(folder) = volumes() else { return };
    let site = Site::new();
    if site.segment_data() != "hippocampus" {
        println!("note: no pack of the hippocampus");
        return;
    }
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=hippocampus&device=cpu&epochs=3&seed=1&autostart=1");
    page.wait_for("finished", 2 * TRAINING_TIMEOUT, |_| true);
    let file = |name: &str| folder.join(format!("{name}.nii.gz"));
    let score = |image: &str, mask: &str| dice(&page, &file(image), &file(mask));
    let plain = score("hippocampus_001", "hippocampus_001_label");
    assert!(plain > 0.5, "a Dice of {plain}");
    assert_eq!(page.count("[data-testid=segment-notes]"), 0);
    for (image, mask) in [
        ("hippocampus_LPS", "hippocampus_LPS_label"),
        ("hippocampus_LIA", "hippocampus_LIA_label"),
        ("hippocampus_001", "hippocampus_001_label_in_LPS"),
        ("hippocampus_001", "hippocampus_001_label_int64"),
        ("hippocampus_nifti2", "hippocampus_001_label"),
    ] {
        let found = score(image, mask);
        println!("{image} with {mask}: Dice {found}, plain {plain}");
        assert!((found - plain).abs() <= 0.01, "{image} with {mask}: Dice {found}, not {plain}");
    }
    page.choose_file("segment-file", &file("hippocampus_LIA"));
    wait_until("a note", UI_TIMEOUT, || {
        (page.text("segment-notes") == "Stored LIA, turned to RAS.").then_some(())
    });
    assert_eq!(page.text("segment-directions").split_whitespace().collect::<String>(), "PASI10mm");
    assert_eq!(page.notices(), [""; 0]);
}
