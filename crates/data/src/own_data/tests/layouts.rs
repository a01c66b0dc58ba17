use model::{IMAGE_LEN, IMAGE_SIDE, Lab, Partition, Split};

use super::*;
use crate::Dataset;
use crate::user_files::{OpenFile, thumbnail};

fn layout(paths: &[&str]) -> Result<Layout, OwnDataError> {
    Layout::of(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
}

#[test]
fn the_folder_of_an_image_is_its_class_whatever_is_around_it() {
    let plain = layout(&["b/1.png", "a/1.png", "a/2.png"]).unwrap();
    assert_eq!(plain.classes, ["a", "b"]);
    let paths: Vec<&str> = plain.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["a/1.png", "a/2.png", "b/1.png"]);
    let inner = layout(&[
        "My data/set/b/1.png",
        "My data/set/a/1.png",
        "My data/README.txt",
        "__MACOSX/My data/set/a/._1.png",
        "My data/set/a/.DS_Store",
        "My data/set/a/Thumbs.db",
        "My data/set/a/",
    ])
    .unwrap();
    assert_eq!(inner.classes, ["a", "b"]);
    assert_eq!(inner.files.len(), 2);
    assert_eq!(inner.left_out, [("My data/README.txt".to_owned(), "it is no image".to_owned())]);
    let windows = layout(&["set\\b\\1.png", "set\\a\\1.png"]).unwrap();
    assert_eq!(windows.classes, ["a", "b"]);
}

#[test]
fn classes_have_the_order_of_their_numbers() {
    let found = layout(&["grade 10/a.png", "grade 9/a.png", "grade 1/a.png"]).unwrap();
    assert_eq!(found.classes, ["grade 1", "grade 9", "grade 10"]);
}

#[test]
fn folders_tell_split_and_patient() {
    let found = layout(&[
        "x/train/cat/p1/1.png",
        "x/train/dog/p2/1.png",
        "x/test/cat/1.png",
        "x/val/dog/1.png",
    ])
    .unwrap();
    assert_eq!(found.classes, ["cat", "dog"]);
    let facts: Vec<_> =
        found.files.iter().map(|f| (f.path.as_str(), f.given, f.folder.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("test/cat/1.png", Some(Split::Test), ""),
            ("train/cat/p1/1.png", Some(Split::Train), "p1"),
            ("train/dog/p2/1.png", Some(Split::Train), "p2"),
            ("validation/dog/1.png", Some(Split::Validation), ""),
        ]
    );
}

#[test]
fn images_outside_of_class_folders_are_named() {
    let found = layout(&["set/a/1.png", "set/b/1.png", "set/cover.png"]).unwrap();
    assert_eq!(found.left_out, [("cover.png".to_owned(), "it is in no class folder".to_owned())]);
}

#[test]
fn masks_are_found_by_folder_or_by_suffix() {
    let masked = |paths: &[&str]| {
        let found = layout(paths).unwrap();
        let of = |plan: &Plan| match plan.what {
            Planned::WithMask(mask) => Some((plan.index, mask)),
            _ => None,
        };
        (found.has_masks(), found.files.iter().filter_map(of).collect::<Vec<_>>())
    };
    assert_eq!(
        masked(&["d/images/1.png", "d/images/2.jpg", "d/masks/2.png", "d/masks/1.png"]),
        (true, vec![(0, 3), (1, 2)])
    );
    assert_eq!(
        masked(&["d/1.png", "d/1_mask.png", "d/2_seg.nii.gz", "d/2.nii.gz"]),
        (true, vec![(0, 1), (3, 2)])
    );
    assert_eq!(
        masked(&["d/train/images/1.png", "d/train/masks/1_mask.png", "d/test/images/1.png"]),
        (true, vec![(0, 1)])
    );
    // A class of that name is no folder of masks.
    assert!(!layout(&["mask/1.png", "no mask/1.png", "no mask/2.png"]).unwrap().has_masks());
    let lonely = layout(&["images/1.png", "masks/1.png", "images/2.png", "masks/3.png"]).unwrap();
    assert_eq!(lonely.left_out.len(), 2);
    assert!(lonely.left_out[0].1.contains("no mask"), "{:?}", lonely.left_out);
}

#[test]
fn images_are_those_that_a_trained_network_is_asked_about() {
    let photo: Vec<u8> = (0..100 * 40 * 3).map(|at| (at % 251) as u8).collect();
    let photo = png([100, 40], png::ColorType::Rgb, &photo);
    let mut files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    files.push(("b/photo.png".into(), photo.clone()));
    let own = import_zip(&borrowed(&files)).unwrap();
    let at = own.items.iter().position(|item| item.path == "b/photo.png").unwrap();
    let open = OpenFile::read("photo.png", &photo, 0).unwrap();
    assert_eq!(own.image(at), thumbnail(&open, [IMAGE_SIDE; 2]));
    assert_eq!(own.items[at].size, [100, 40]);
    let report = Report::of(&own);
    assert_eq!(report.sizes(), "40 × 100 to 64 × 64 pixels");
    // A kept file is the same data set again.
    let kept = Collection::from_bytes(&own.to_bytes()).unwrap();
    assert!(kept == own);
    let Dataset::Images(set) = kept.dataset(Partition::ThreeWay) else { panic!("no images") };
    assert_eq!(set.classes, ["a", "b"]);
    assert_eq!(set.train.len() + set.validation.len() + set.test.len(), 7);
    let info = kept.info("own");
    assert!(info.description.starts_with("Your own images: 7, "), "{}", info.description);
}

#[test]
fn masks_lie_on_their_images_and_gray_levels_become_classes() {
    // The right half is marked, with 255.
    let mask = |[height, width]: [usize; 2]| {
        let pixels: Vec<u8> =
            (0..height * width).map(|at| if at % width >= width / 2 { 255 } else { 0 }).collect();
        png([height, width], png::ColorType::Grayscale, &pixels)
    };
    let image = |size: [usize; 2]| mask(size);
    let sizes = [[64, 64], [128, 64], [32, 100], [30, 30]];
    let mut files = Vec::new();
    for (index, size) in sizes.into_iter().enumerate() {
        files.push((format!("images/p{index}_1.png"), image(size)));
        files.push((format!("masks/p{index}_1.png"), mask(size)));
    }
    // One whose mask has another size.
    files.push(("images/odd.png".into(), image([64, 64])));
    files.push(("masks/odd.png".into(), mask([32, 32])));
    let own = import_zip(&borrowed(&files)).unwrap();
    assert_eq!((own.lab(), own.items.len()), (Lab::Segment, 4));
    assert_eq!(own.classes, ["background", "1"]);
    assert!(own.mask_note.contains("255 is class 1"), "{}", own.mask_note);
    assert!(own.skipped[0].1.contains("Save both in one size"), "{:?}", own.skipped);
    for at in 0..4 {
        let (image, mask) = (own.image(at), &own.masks[at * IMAGE_LEN..][..IMAGE_LEN]);
        let differ =
            image.iter().zip(mask).filter(|(gray, class)| (**gray > 127) != (**class == 1));
        assert!(differ.count() <= IMAGE_SIDE, "{}", own.items[at].path);
    }
    let Dataset::Slices(set) = own.dataset(Partition::ThreeWay) else { panic!("no slices") };
    assert_eq!(set.train.len() + set.validation.len() + set.test.len(), 4);
    let wide = set.train.cases.iter().chain(&set.test.cases).chain(&set.validation.cases);
    assert!(wide.map(|case| case.pixel_mm[0]).any(|mm| (mm - 100.0 / 64.0).abs() < 1e-6));
}
