//! Scans as people have them, dropped on the page: however a scan is stored, the network sees the
//! same slices and gets the same Dice.

use std::path::{Path, PathBuf};

use e2e::sample_files::{
    EXPLICIT_LITTLE_ENDIAN, TempFiles, dicom_slice, disc_png, nifti_volume, nifti2_header,
    uniform_png,
};
use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};
use serde_json::json;

/// Allowed difference of a Dice from that of the plain volume.
const SAME: f64 = 0.01;

/// The same after resampling.
const RESAMPLED: f64 = 0.02;

/// Returns the folder of the cases, or `None` without `PLAYGROUND_CASES_DIR`.
fn cases() -> Option<PathBuf> {
    let folder = std::env::var_os("PLAYGROUND_CASES_DIR");
    if folder.is_none() {
        println!("note: PLAYGROUND_CASES_DIR is not set");
    }
    // The browser's driver accepts no path with “..”.
    folder.map(|folder| Path::new(&folder).canonicalize().expect("a folder"))
}

/// Opens the page with a network that was trained on the hippocampus; `None` without its pack.
fn trained_page(site: &Site) -> Option<Page<'_>> {
    if site.segment_data() != "hippocampus" {
        println!("note: no pack of the hippocampus");
        return None;
    }
    let mut page = Page::new(site, Gpu::None);
    page.open("?lab=segment&data=hippocampus&device=cpu&epochs=3&seed=1&autostart=1");
    page.wait_for("finished", 2 * TRAINING_TIMEOUT, |_| true);
    Some(page)
}

/// Drops an image and waits until it is shown without a mask.
fn drop_image(page: &Page, image: &Path) {
    page.choose_file("segment-file", image);
    let name = image.file_name().unwrap().to_string_lossy().into_owned();
    wait_until("the image", UI_TIMEOUT, || {
        page.text("segment-answer").contains(&name).then_some(())
    });
    wait_until("an image without its mask", UI_TIMEOUT, || {
        (page.count("[data-testid=segment-mask-score], [data-testid=segment-swap]") == 0)
            .then_some(())
    });
}

/// Waits until all slices are segmented, and returns the mean Dice.
fn score(page: &Page) -> f64 {
    wait_until("a score", TRAINING_TIMEOUT, || {
        // Before all slices are segmented it reads “Mean Dice so far:”.
        let is_complete = page.count("[data-testid=segment-mask-score]") == 1
            && page.text("segment-answer").contains("Mean Dice of the whole scan: ");
        is_complete.then(|| page.text("segment-mask-score").parse().ok()).flatten()
    })
}

/// Drops an image and its mask, and returns the mean Dice.
fn dice(page: &Page, image: &Path, mask: &Path) -> f64 {
    drop_image(page, image);
    page.choose_file("segment-mask-file", mask);
    wait_until("a mask", UI_TIMEOUT, || {
        (page.count("[data-testid=segment-swap]") == 1).then_some(())
    });
    if page.count("[data-testid=mask-agree]") == 1 {
        page.press("mask-agree");
    }
    score(page)
}

#[test]
fn the_way_in_which_a_scan_is_stored_does_not_change_its_dice() {
    let (Some(folder), site) = (cases(), Site::new()) else { return };
    let Some(page) = trained_page(&site) else { return };
    let file = |name: &str| folder.join(format!("volumes/{name}.nii.gz"));
    let plain = dice(&page, &file("hippocampus_001"), &file("hippocampus_001_label"));
    assert!(plain > 0.5, "a Dice of {plain}");
    assert_eq!(page.count("[data-testid=segment-notes]"), 0);
    for (image, mask, tolerance) in [
        ("hippocampus_LPS", "hippocampus_LPS_label", SAME),
        ("hippocampus_LIA", "hippocampus_LIA_label", SAME),
        ("hippocampus_001", "hippocampus_001_label_in_LPS", SAME),
        ("hippocampus_001", "hippocampus_001_label_int64", SAME),
        ("hippocampus_001", "hippocampus_001_label_onehot4d", SAME),
        ("hippocampus_001", "hippocampus_001_label_0_127_255", SAME),
        ("hippocampus_nifti2", "hippocampus_001_label", SAME),
        ("hippocampus_4d", "hippocampus_001_label", SAME),
        ("hippocampus_third_mm", "hippocampus_001_label", RESAMPLED),
    ] {
        let found = dice(&page, &file(image), &file(mask));
        println!("{image} with {mask}: Dice {found}, plain {plain}");
        assert!((found - plain).abs() <= tolerance, "{image} with {mask}: {found}, not {plain}");
    }
    // Both files of a pair are dropped together.
    drop_image(&page, &file("hippocampus_LIA"));
    let of_pair = |ending: &str| folder.join(format!("volumes/hippocampus_pair.{ending}"));
    page.choose_files("segment-file", &[&of_pair("hdr"), &of_pair("img")]);
    wait_until("a pair", UI_TIMEOUT, || {
        page.text("segment-answer").contains("hippocampus_pair.hdr").then_some(())
    });
    page.choose_file("segment-mask-file", &file("hippocampus_001_label"));
    let found = score(&page);
    assert!((found - plain).abs() <= SAME, "a pair: {found}, not {plain}");
    drop_image(&page, &file("hippocampus_LIA"));
    assert_eq!(page.text("segment-notes"), "Stored LIA, turned to RAS.");
    let letters = page.text("segment-directions").split_whitespace().collect::<String>();
    assert_eq!(letters, "PASI10mm");
    page.click("[role=radiogroup][aria-label=plane] label:nth-child(3)");
    wait_until("axial slices", UI_TIMEOUT, || {
        page.text("segment-directions").starts_with('R').then_some(())
    });
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_picture_of_a_slice_scores_like_the_slice() {
    let (Some(folder), site) = (cases(), Site::new()) else { return };
    let Some(page) = trained_page(&site) else { return };
    let image = |name: &str| folder.join(format!("images/{name}"));
    let found = dice(&page, &image("slice_51x35.png"), &image("slice_51x35_mask.png"));
    assert!(found > 0.5, "a Dice of {found}");
    assert_eq!(page.count("[data-testid=segment-notes]"), 0);
    // The others show structures that this network does not know; they are read and scored.
    for (name, mask) in [
        ("ct_512.png", "ct_512_mask.png"),
        ("brain_exif6.jpg", "brain_exif6_mask.png"),
        ("brain_exif6.jpg", "brain_mask_palette_swapped.png"),
    ] {
        println!("{name} with {mask}: Dice {}", dice(&page, &image(name), &image(mask)));
    }
    drop_image(&page, &image("mr_12bit_in_16bit.png"));
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn the_field_of_view_is_put_where_the_structure_is() {
    let (Some(folder), site) = (cases(), Site::new()) else { return };
    let Some(page) = trained_page(&site) else { return };
    let file = |name: &str| folder.join(format!("volumes/{name}.nii.gz"));
    let plain = dice(&page, &file("hippocampus_001"), &file("hippocampus_001_label"));
    let centered = dice(&page, &file("wholehead"), &file("wholehead_label"));
    let outside = page.text("segment-outside");
    println!("centered: Dice {centered}. {outside}");
    assert!(centered < plain / 2.0 && outside.contains("lie outside"), "{centered}, {outside}");
    // The structure is 40 mm below the middle.
    for _ in 0..5 {
        page.eval(
            "document.querySelector('[data-testid=field-of-view]').dispatchEvent(
                new KeyboardEvent('keydown', {key: 'ArrowDown', shiftKey: true, bubbles: true}))",
        );
    }
    let label = page.eval("document.querySelector('[data-testid=field-of-view]').ariaLabel");
    assert!(label.as_str().unwrap().contains("64 × 64 mm"), "{label}");
    wait_until("all of the mask inside", TRAINING_TIMEOUT, || {
        (page.count("[data-testid=segment-outside]") == 0).then_some(())
    });
    let moved = score(&page);
    println!("40 mm lower: Dice {moved}, plain {plain}");
    assert!(moved > plain / 2.0, "a Dice of {moved}");
    assert_eq!(page.eval("document.querySelectorAll('.field-of-view').length"), json!(1));
    page.click("[role=radiogroup][aria-label='what the network sees'] label:nth-child(2)");
    wait_until("no frame", UI_TIMEOUT, || {
        (page.count("[data-testid=field-of-view]") == 0).then_some(())
    });
    let text = || page.text("segment-answer");
    wait_until("whole slices", TRAINING_TIMEOUT, || text().contains("Mean Dice").then_some(()));
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn content_tells_the_mask_and_a_click_swaps_it() {
    let (Some(folder), site) = (cases(), Site::new()) else { return };
    let Some(page) = trained_page(&site) else { return };
    let file = |name: &str| folder.join(format!("volumes/roles/{name}.nii.gz"));
    page.choose_files("segment-file", &[&file("manual_roi"), &file("unlabeled_scan")]);
    let found = score(&page);
    assert!(found > 0.5, "a Dice of {found}");
    let notes = page.text("segment-notes");
    assert!(notes.contains("“manual_roi.nii.gz” is the mask"), "{notes}");
    page.press("segment-swap");
    wait_until("the mask as image", UI_TIMEOUT, || {
        page.eval("document.querySelector('.own-picture figcaption').textContent")
            .as_str()
            .is_some_and(|name| name == "manual_roi.nii.gz")
            .then_some(())
    });
    page.press("segment-swap");
    let again = score(&page);
    assert!((again - found).abs() <= SAME, "{again}, not {found}");
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn a_dicom_series_is_one_volume_and_names_nobody() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8");
    page.wait_until_ready();
    let is_loaded = |page: &Page| {
        let part =
            "performance.getEntriesByType('resource').some((r) => r.name.includes('/dicom-'))";
        page.eval(part).as_bool() == Some(true)
    };
    assert!(!is_loaded(&page), "the part that reads DICOM is loaded when it is needed");
    // Given in another order than that of their positions; one is missing.
    let slices = [12, 3, 0, 6].map(|height_mm| {
        files.add(&format!("IM{height_mm:04}"), &dicom_slice(height_mm, EXPLICIT_LITTLE_ENDIAN))
    });
    let slices: Vec<&Path> = slices.iter().map(PathBuf::as_path).collect();
    page.choose_files("segment-file", &slices);
    wait_until("a volume", UI_TIMEOUT, || {
        page.text("segment-answer").contains("20 slices").then_some(())
    });
    let notes = page.text("segment-notes");
    println!("{notes}");
    assert!(notes.contains("missing") && notes.contains("LPS"), "{notes}");
    assert!(is_loaded(&page));
    assert!(!page.eval("document.body.textContent").to_string().contains("Doe"));
    assert!(!page.events().iter().any(|event| event.to_string().contains("Doe")));
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn the_classifier_sees_scans_as_a_person_does() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open("?data=phantom&device=cpu");
    page.wait_until_ready();
    let mut sample = vec![
        files.add("slice.dcm", &dicom_slice(0, EXPLICIT_LITTLE_ENDIAN)),
        files.add("volume.nii", &nifti_volume(&[20, 30, 9])),
    ];
    if let Some(folder) = cases() {
        sample.push(folder.join("images/mr_12bit_in_16bit.png"));
        sample.push(folder.join("images/brain_exif6.jpg"));
        sample.push(folder.join("volumes/hippocampus_LIA.nii.gz"));
    }
    for file in sample {
        page.choose_file("predict-file", &file);
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        wait_until("an answer", UI_TIMEOUT, || {
            page.text("predict-result").contains(&name).then_some(())
        });
        // A picture that is nearly black, as 12 bits in 16 would be, has no bright pixel.
        let brightest = page.eval(
            "Math.max(...document.querySelector('.predict-seen canvas').getContext('2d')
                .getImageData(0, 0, 64, 64).data.filter((_, i) => i % 4 === 0))",
        );
        assert!(brightest.as_u64().unwrap() > 200, "{name}: {brightest}");
    }
    assert_eq!(page.notices(), [""; 0]);
}

#[test]
fn what_cannot_be_read_says_what_it_is_and_loses_nothing() {
    let (site, files) = (Site::new(), TempFiles::new());
    let mut page = Page::new(&site, Gpu::None);
    page.open("?lab=segment&data=ventricles&device=cpu&depth=1&width=4&batch=8");
    page.wait_until_ready();
    page.choose_file("segment-file", &files.add("disc.png", &disc_png(64)));
    page.text("segment-answer");
    let jpeg_2000 = "1.2.840.10008.1.2.4.90";
    let bad = [
        (files.add("login.nii", b"<!DOCTYPE html><html><p>Log in"), "a web page"),
        (files.add("surface.nii", &nifti2_header([1, 1, 9], 3006)), "CIFTI"),
        (files.add("promise.nii", &nifti2_header([10_000; 3], 0)), "10000×10000×10000 voxels"),
        (files.add("nothing.nii.gz", b""), "0 bytes"),
        (files.add("IM0001", &dicom_slice(0, jpeg_2000)), jpeg_2000),
        (files.add("scan.nrrd", b"NRRD0004"), "NRRD"),
    ];
    for (file, words) in &bad {
        page.choose_file("segment-file", file);
        let notice = page.wait_for_notice(words);
        println!("{notice}");
        assert!(notice.trim_end().ends_with('.'), "{notice}");
        assert!(page.text("segment-answer").contains("disc.png"));
        while page.count("[data-testid=dismiss]") > 0 {
            page.press("dismiss");
        }
    }
    // A folder with many pictures, and one with many files that are none.
    for (ending, words) in [("png", "300 files are too many"), ("txt", "None of the 300 files")] {
        let many: Vec<PathBuf> = (0..300)
            .map(|i| {
                let bytes = if ending == "png" { uniform_png(16, 1) } else { b"text".to_vec() };
                files.add(&format!("{i}.{ending}"), &bytes)
            })
            .collect();
        let many: Vec<&Path> = many.iter().map(PathBuf::as_path).collect();
        page.choose_files("segment-file", &many);
        println!("{}", page.wait_for_notice(words));
    }
    assert!(page.text("segment-answer").contains("disc.png"));
    page.press("step");
    page.wait_for_step(1);
}
