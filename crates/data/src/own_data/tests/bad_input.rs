use model::Partition;

use super::*;
use crate::Dataset;

fn refused(files: &[(&str, &[u8])]) -> String {
    let sentence = import_zip(files).unwrap_err().to_string();
    assert!(sentence.ends_with('.'), "{sentence}");
    sentence
}

#[test]
fn one_class_no_class_and_too_many_are_sentences() {
    let image = picture(1, [8, 8]);
    let one = refused(&[("set/cats/1.png", &image), ("set/cats/2.png", &image)]);
    assert!(one.contains("one class (“cats”)"), "{one}");
    assert!(refused(&[("1.png", &image), ("2.png", &image)]).contains("not in class folders"));
    assert!(refused(&[]).contains("no images in it"));
    assert!(refused(&[("a/", b""), ("notes.txt", b"x")]).contains("no images in it"));
    let many = classes(&["x"; 21], 1, |_, _| String::new());
    let many: Vec<(String, Vec<u8>)> = many
        .into_iter()
        .enumerate()
        .map(|(at, (_, bytes))| (format!("class {at}/1.png"), bytes))
        .collect();
    assert!(refused(&borrowed(&many)).contains("21 class folders; at most 20"));
}

#[test]
fn a_class_with_one_image_is_left_out_and_told() {
    let mut files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    files.push(("c/only.png".into(), picture(9, [8, 8])));
    let own = import_zip(&borrowed(&files)).unwrap();
    assert_eq!(own.classes, ["a", "b"]);
    let warnings = Report::of(&own).warnings();
    assert!(warnings[0].contains("“c” is left out: it has 1 image"), "{warnings:?}");
    // With only two classes, that leaves too few.
    files.retain(|(path, _)| !path.starts_with('b'));
    let sentence = refused(&borrowed(&files));
    assert!(sentence.contains("“c” has 1 image, and 3 are needed"), "{sentence}");
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_others_used() {
    let mut files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    let cut = picture(77, [64, 64]);
    files.push(("a/cut.png".into(), cut[..cut.len() / 2].to_vec()));
    files.push(("a/empty.png".into(), Vec::new()));
    files.push(("b/diary.doc".into(), b"Dear diary".to_vec()));
    files.push(("b/nested.zip".into(), zip(&[("x", b"y")])));
    let own = import_zip(&borrowed(&files)).unwrap();
    assert_eq!(own.items.len(), 6);
    let skipped: Vec<&str> = own.skipped.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(skipped, ["a/cut.png", "a/empty.png", "b/diary.doc", "b/nested.zip"]);
    assert!(own.skipped[1].1.contains("empty (0 bytes)"), "{:?}", own.skipped);
    assert!(own.skipped[3].1.contains("zip archive"), "{:?}", own.skipped);
}

#[test]
fn paths_that_climb_are_never_read() {
    let mut files = classes(&["a", "b"], 3, |class, index| format!("set/{class}/{index}.png"));
    for path in ["../evil.png", "set/a/../../evil.png", "/etc/evil.png", "C:/evil.png", "..\\e.png"]
    {
        files.push((path.into(), picture(5, [8, 8])));
    }
    let own = import_zip(&borrowed(&files)).unwrap();
    assert_eq!((own.items.len(), own.skipped.len()), (6, 5));
    assert!(own.items.iter().all(|item| !item.path.contains("evil")));
    assert!(own.skipped.iter().all(|(_, reason)| reason.contains("out of the folder")));
}

#[test]
fn a_zip_bomb_costs_no_more_than_its_limits() {
    // 65 MB of zeros in 65 KB.
    let bomb = vec![0; 65 << 20];
    let mut files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    files.push(("a/bomb.png".into(), bomb));
    let mut bytes = zip(&borrowed(&files));
    assert!(bytes.len() < 1 << 20);
    let own = read_all(open_zip(bytes.clone()).unwrap()).unwrap();
    assert!(own.skipped[0].1.contains("more than 64 MB"), "{:?}", own.skipped);
    // One that says it is small: the sizes in both headers are changed.
    let said = u32::try_from(65_usize << 20).unwrap().to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == said) {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let own = read_all(open_zip(bytes).unwrap()).unwrap();
    assert_eq!((own.items.len(), own.skipped.len()), (6, 1), "{:?}", own.skipped);
    // One that unpacks to more than all files may have.
    let mut large = zip(&[("a/1.png", &[0; 100]), ("b/1.png", &[0; 100])]);
    let at = large.windows(4).rposition(|window| window == 100_u32.to_le_bytes()).unwrap();
    large[at..at + 4].copy_from_slice(&0xfff0_0000_u32.to_le_bytes());
    assert_eq!(open_zip(large).unwrap_err(), OwnDataError::TooManyBytes);
}

#[test]
fn what_is_no_zip_or_a_damaged_one_is_a_sentence() {
    let open = |bytes: &[u8]| open_zip(bytes.to_vec()).unwrap_err().to_string();
    assert!(open(b"").contains("“own.zip” is not a zip file"));
    assert!(open(&picture(1, [8, 8])).contains("not a zip file"));
    let whole = zip(&[("a/1.png", b"1"), ("b/1.png", b"2")]);
    assert!(open(&whole[..whole.len() / 2]).contains("incomplete or damaged"));
}

#[test]
fn too_many_files_are_refused_before_any_is_read() {
    let paths: Vec<String> =
        (0..20_000).map(|i| format!("{}/{i}.png", ["a", "b"][i % 2])).collect();
    let sentence = Layout::of(&paths).unwrap_err().to_string();
    assert!(sentence.contains("more than the 10,000 files"), "{sentence}");
    let texts: Vec<String> = (0..20_001).map(|i| format!("{i}.txt")).collect();
    assert_eq!(Layout::of(&texts), Err(OwnDataError::TooManyFiles));
    assert!(limits().contains("10,000 images in 2 to 20 classes"), "{}", limits());
}

#[test]
fn masks_that_tell_no_classes_are_sentences() {
    let image = picture(1, [64, 64]);
    let pairs = |mask: &[u8]| -> String {
        let files: Vec<(String, Vec<u8>)> = (0..3)
            .flat_map(|i| {
                [
                    (format!("images/{i}.png"), image.clone()),
                    (format!("masks/{i}.png"), mask.to_vec()),
                ]
            })
            .collect();
        refused(&borrowed(&files))
    };
    let gray = |pixels: Vec<u8>| png([64, 64], png::ColorType::Grayscale, &pixels);
    assert!(pairs(&gray(vec![0; 4096])).contains("All masks are empty"));
    assert!(
        pairs(&gray((0..4096).map(|i| (i % 251) as u8).collect())).contains("cannot be classes")
    );
    let color = png([64, 64], png::ColorType::Rgb, &[10, 200, 30].repeat(4096));
    let sentence = pairs(&color);
    assert!(sentence.contains("0 images with a mask are too few"), "{sentence}");
    assert!(sentence.contains("tell no class"), "{sentence}");
}

#[test]
fn kept_bytes_that_are_damaged_are_refused() {
    let files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    let own = import_zip(&borrowed(&files)).unwrap();
    let bytes = own.to_bytes();
    for length in [0, 7, 8, 12, 100, bytes.len() - 1] {
        assert_eq!(Collection::from_bytes(&bytes[..length]), Err(OwnDataError::Kept), "{length}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(Collection::from_bytes(&longer), Err(OwnDataError::Kept));
    let mut label = own.clone();
    label.items[0].label = 2;
    assert_eq!(Collection::from_bytes(&label.to_bytes()), Err(OwnDataError::Kept));
    let Dataset::Images(set) = own.dataset(Partition::ThreeWay) else { panic!("no images") };
    assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (2, 2, 2));
}

#[test]
fn files_of_other_formats_are_left_to_others() {
    let mut files = classes(&["a", "b"], 3, |class, index| format!("{class}/{index}.png"));
    files.push(("a/photo.webp".into(), b"RIFF\x10\0\0\0WEBPVP8 ".to_vec()));
    files.push(("b/scan.dcm".into(), [&[0; 128][..], b"DICM"].concat()));
    let mut import = open_zip(zip(&borrowed(&files))).unwrap();
    let place = |import: &Import, end: &str| {
        import.files().iter().position(|file| file.path.ends_with(end)).unwrap()
    };
    let (webp, dicom) = (place(&import, "webp"), place(&import, "dcm"));
    let ReadResult::Convert { is_dicom: false, bytes } = import.read(webp, None).unwrap() else {
        panic!("WebP is decoded by the browser")
    };
    assert!(bytes.starts_with(b"RIFF"));
    assert!(matches!(import.read(dicom, None), Ok(ReadResult::Convert { is_dicom: true, .. })));
    assert_eq!(import.add_gray(webp, [2, 2], &[0, 255, 0, 255]), ReadResult::Read);
    assert_eq!(import.skip(dicom, "it has no pixels.".into()), ReadResult::Skipped);
    let own = read_all_but(import, &[webp, dicom]);
    assert_eq!((own.items.len(), own.skipped.len()), (7, 1));
}

fn read_all_but(mut import: Import, done: &[usize]) -> Collection {
    for place in (0..import.files().len()).filter(|place| !done.contains(place)) {
        assert_eq!(import.read(place, None), Ok(ReadResult::Read));
    }
    import.finish().unwrap()
}
