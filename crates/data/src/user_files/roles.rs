//! Which of two files is the image and which one the mask.

use super::open_file::FileFacts;

/// Returns the index of the mask, and a sentence about why. Masks have few different values, all of
/// them whole numbers or colors; if both files do or neither does, their names decide, and of two
/// that say the same the second file is the mask.
pub fn mask_of_two(files: [&FileFacts; 2]) -> (usize, String) {
    let say =
        |mask: usize, why: String| (mask, format!("“{}” is the mask: {why}.", files[mask].name));
    let count = |index: usize| files[index].labels.unwrap_or(usize::MAX);
    let few = |mask: usize| format!("it has only {} different values", count(mask));
    if looks_like_mask_of(files[1], files[0]) {
        return say(0, few(0));
    }
    if looks_like_mask_of(files[0], files[1]) {
        return say(1, few(1));
    }
    match files.map(|file| is_named_as_mask(&file.name)) {
        [true, false] => say(0, "its name says so".into()),
        [false, true] => say(1, "its name says so".into()),
        _ => say(1, "it is the second file".into()),
    }
}

/// Returns whether a file has so few different values that it is a mask rather than an image.
pub fn looks_like_mask_of(image: &FileFacts, file: &FileFacts) -> bool {
    // A mask of many structures still has far fewer values than an image.
    let count = |facts: &FileFacts| facts.labels.unwrap_or(usize::MAX);
    count(file) < count(image) / 2
}

fn is_named_as_mask(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["mask", "label", "seg", "roi"].iter().any(|word| name.contains(word))
}
