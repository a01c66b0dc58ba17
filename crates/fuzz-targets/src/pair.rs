//! Images with their masks.

use data::user_files::mask_of_two;

use crate::bytes::Bytes;
use crate::nifti_file::nifti_file;
use crate::png_file::png;
use crate::sentence;
use crate::session::Session;

/// Reads two files, each a volume or a picture made from the bytes, as an image and its mask.
pub fn pair(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let mut session = Session::start(&mut bytes);
    let classes = bytes.below(6);
    let is_same = bytes.byte() > 230;
    let names = bytes.one_of([["a", "b"], ["T1", "T1_seg"], ["mask", "label"], ["rois", "t2"]]);
    let first = file(&mut bytes);
    let second = if is_same { first.clone() } else { file(&mut bytes) };
    let files = [first, second];
    let [Some(a), Some(b)] =
        [0, 1].map(|id| session.open(id, names[id as usize], &files[id as usize], 0))
    else {
        return;
    };
    let (mask, why) = mask_of_two([&a, &b]);
    sentence::check(&why);
    assert!(mask < 2);
    let image = 1 - mask;
    let facts = [&a, &b][image];
    let ids = [image as u32, mask as u32];
    let matched = session.match_mask(ids, &files[mask], classes);
    if is_same {
        // A file lies where it lies; only a mask that is no mask is refused.
        assert!(matched.is_some() || a.labels.is_none(), "{a:?}");
    }
    session.look(ids[0], facts, matched.as_ref().map(|mask| (ids[1], mask, classes)));
}

fn file(bytes: &mut Bytes<'_>) -> Vec<u8> {
    if bytes.byte() < 180 { nifti_file(bytes) } else { png(bytes) }
}
