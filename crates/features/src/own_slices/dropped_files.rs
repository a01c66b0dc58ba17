//! Files provided by the visitor: slices, volumes and their masks.

use std::pin::Pin;
use std::sync::Arc;

use data::user_files::{Extent, NetworkInput};
use protocol::{ErrorCode, Problem};
use ui::erased_signal::Callback;

/// Maximum size of a volume's file: twice the size of the largest supported volume with 64-bit
/// voxels.
pub const MAX_VOLUME_BYTES: f64 = 256.0 * 1024.0 * 1024.0;

/// One slice, or the slices of a volume, converted to the network's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Size in the original file.
    pub extent: Extent,
    /// Gray values 0 to 255 at the size of the network's input, `[n, height, width]` in row-major
    /// order.
    pub slices: Vec<u8>,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

/// The ground truth of a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The class of each pixel, for each slice.
    pub slices: Vec<Arc<[u8]>>,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

/// Future of a result.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// File, extent of its image, the network's input, class names in label order.
pub type TruthRequest = (web_sys::File, Extent, NetworkInput, Vec<String>);

/// Functions that read files. The page provides them, since the decoders run in a worker.
#[derive(Clone, Copy)]
pub struct FileReaders {
    /// Reads a volume or an image as slices for this input.
    pub source: Callback<(web_sys::File, NetworkInput), Later<Source>>,
    /// Reads the class of each pixel, for each slice.
    pub truth: Callback<TruthRequest, Later<Truth>>,
}

/// Indices of the image (or volume) and of the mask in a list of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Index of the image or volume; `None` if there is only a mask.
    pub image: Option<usize>,
    /// Index of the mask, if there is one.
    pub mask: Option<usize>,
}

/// Returns the roles of files that are dropped together. Of two files, the one with a name typical
/// of masks is the mask, else the second one. A single file is a mask if its name is typical of
/// masks and there is an image already.
///
/// # Errors
///
/// Returns a problem if there are more than two files.
pub fn assign_roles(names: &[String], has_image: bool) -> Result<Roles, Problem> {
    let mask = |name: &String| {
        let name = name.to_ascii_lowercase();
        ["mask", "label", "seg"].iter().any(|word| name.contains(word))
    };
    match names {
        [] => Ok(Roles { image: None, mask: None }),
        [only] if has_image && mask(only) => Ok(Roles { image: None, mask: Some(0) }),
        [_] => Ok(Roles { image: Some(0), mask: None }),
        [first, second] if mask(first) && !mask(second) => {
            Ok(Roles { image: Some(1), mask: Some(0) })
        }
        [_, _] => Ok(Roles { image: Some(0), mask: Some(1) }),
        more => Err(Problem::new(
            ErrorCode::BadImage,
            format!("{} files are too many. Choose one image or volume, and its mask.", more.len()),
        )),
    }
}

/// Returns the indices of the files, each `.hdr` file together with the `.img` file of the same
/// name.
pub fn pair_files(names: &[String]) -> Vec<(usize, Option<usize>)> {
    let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let other = |name: &str, from: &str, to: &str| {
        let wanted = format!("{}{to}", name.strip_suffix(from)?);
        names.iter().position(|name| *name == wanted)
    };
    let indexed = names.iter().enumerate();
    indexed
        .filter(|(_, name)| other(name, ".img", ".hdr").is_none())
        .map(|(index, name)| (index, other(name, ".hdr", ".img")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_paired_with_its_image_file() {
        let pairs = |names: &[&str]| {
            pair_files(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(pairs(&["a.img", "A.hdr", "mask.nii"]), [(1, Some(0)), (2, None)]);
        assert_eq!(pairs(&["a.hdr", "b.img"]), [(0, None), (1, None)]);
    }

    #[test]
    fn two_files_have_their_roles_by_name() {
        let find = |names: &[&str], has_image| {
            assign_roles(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(), has_image)
        };
        let both = |image, mask| Ok(Roles { image, mask });
        assert_eq!(find(&["scan.png"], false), both(Some(0), None));
        assert_eq!(find(&["scan_mask.png"], false), both(Some(0), None));
        assert_eq!(find(&["scan_mask.png"], true), both(None, Some(0)));
        assert_eq!(find(&["Label.nii.gz", "t1.nii.gz"], true), both(Some(1), Some(0)));
        assert_eq!(find(&["a.png", "b.png"], false), both(Some(0), Some(1)));
        assert_eq!(find(&[], false), both(None, None));
        assert!(
            find(&["a", "b", "c"], false).unwrap_err().message.starts_with("3 files are too many")
        );
    }
}
