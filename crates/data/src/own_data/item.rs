//! What is known of one of a visitor's own images.

use model::Split;
use serde::{Deserialize, Serialize};

/// What is known of an image besides its pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Path without the folders that all files share.
    pub path: String,
    /// Class of an image; 0 where there are masks.
    pub label: u8,
    /// The split that its folder tells.
    pub given: Option<Split>,
    /// Folder of the file within its class; empty if there is none.
    pub folder: String,
    /// Height and width of the file in pixels.
    pub size: [u32; 2],
    /// Hash of the file's bytes, by which copies are found.
    pub hash: u64,
}
