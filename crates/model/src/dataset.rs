//! Constants and types about data sets that every crate shares: image size, splits, references to
//! images.

use serde::{Deserialize, Serialize};

/// Side of the square images of the classification lab, in pixels.
pub const IMAGE_SIDE: usize = 64;

/// Number of values in one image: `IMAGE_SIDE` squared, one gray channel.
pub const IMAGE_LEN: usize = IMAGE_SIDE * IMAGE_SIDE;

/// Largest number of test slices whose prediction is shown live while a run trains.
pub const PREVIEW_SLICES: usize = 8;

/// Properties of a data set that a configuration depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataShape {
    /// Number of classes, including the background.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
}

/// One of the three parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Split {
    /// The training set, on which weights are learned.
    Train,
    /// The validation set, on which everything else is chosen: the epoch, the threshold, the
    /// network.
    Validation,
    /// The test set, on which nothing is learned or chosen.
    Test,
}

impl Split {
    /// All splits, in the order of packs.
    pub const ALL: [Split; 3] = [Split::Train, Split::Validation, Split::Test];

    /// Returns the word before “set” or “images”.
    pub const fn name(self) -> &'static str {
        match self {
            Split::Train => "training",
            Split::Validation => "validation",
            Split::Test => "test",
        }
    }

    /// Returns a text about the test set as one about this split: the words “test” and “Test” are
    /// replaced by its name.
    pub fn say(self, text: &str) -> String {
        if self == Split::Test {
            return text.to_owned();
        }
        let name = self.name();
        let capital = name[..1].to_uppercase() + &name[1..];
        replace_word(&replace_word(text, "test", name), "Test", &capital)
    }

    /// Returns the name of the folder with the files of the split in packs.
    pub const fn folder(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::Validation => "validation",
            Split::Test => "test",
        }
    }
}

/// Returns the text with a word replaced where it stands alone, or beside a character that is not
/// alphanumeric.
fn replace_word(text: &str, word: &str, other: &str) -> String {
    let mut out = String::with_capacity(text.len() + other.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        out.push_str(before);
        let stands_alone =
            !out.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(if stands_alone { other } else { word });
        rest = after;
    }
    out + rest
}

/// One value for each split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Splits<T> {
    /// Value of the training set.
    pub train: T,
    /// Value of the validation set.
    pub validation: T,
    /// Value of the test set.
    pub test: T,
}

impl<T> Splits<T> {
    /// Returns the value of a split.
    pub fn get(&self, split: Split) -> &T {
        match split {
            Split::Train => &self.train,
            Split::Validation => &self.validation,
            Split::Test => &self.test,
        }
    }

    /// Returns the value of a split, to be changed.
    pub fn get_mut(&mut self, split: Split) -> &mut T {
        match split {
            Split::Train => &mut self.train,
            Split::Validation => &mut self.validation,
            Split::Test => &mut self.test,
        }
    }
}

/// Reference to one image of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageRef {
    /// Split that contains the image.
    pub split: Split,
    /// Index within the split, in the order of the pack.
    pub index: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_about_the_test_set_becomes_one_about_another_split() {
        let say = |text| Split::Validation.say(text);
        assert_eq!(
            say("Test loss, then test accuracy"),
            "Validation loss, then validation accuracy"
        );
        assert_eq!(say("the latest tests, testing"), "the latest tests, testing");
        assert_eq!(say("test_images = read(\"test\")"), "validation_images = read(\"validation\")");
        assert_eq!(say("tes test"), "tes validation");
        assert_eq!(Split::Test.say("Test now"), "Test now");
    }
}
