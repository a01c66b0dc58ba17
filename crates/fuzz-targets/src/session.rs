//! A visit: files are opened, matched and looked at as the page does it.

use data::MAX_VOXELS;
use data::user_files::{
    FileFacts, FileId, Frame, MaskFacts, NetworkInput, SlicesRequest, frame_notes,
};
use reader::{Reader, Request, Response};

use crate::bytes::Bytes;
use crate::sentence;

/// Most pixels of a frame whose slices are looked at. Larger ones take a thousand times longer and
/// no other path.
const MAX_PIXELS: usize = 1 << 16;

/// Number of slices that are looked at along an axis.
const SLICES: usize = 3;

/// A reader with the files of one input.
pub struct Session {
    reader: Reader,
    input: NetworkInput,
}

impl Session {
    /// Starts a visit with the input of a network that the bytes choose.
    pub fn start(bytes: &mut Bytes<'_>) -> Self {
        let size = bytes.one_of([[64, 64], [1, 1], [16, 48], [128, 96]]);
        let pixel_mm = bytes.one_of([[1.0, 1.0], [0.25, 2.0], [3.0, 3.0], [0.9, 1.1]]);
        Self { reader: Reader::default(), input: NetworkInput { size, pixel_mm } }
    }

    /// Opens a file and checks what is told of it. Returns `None` if it cannot be read.
    pub fn open(
        &mut self,
        file: FileId,
        name: &str,
        bytes: &[u8],
        volume: usize,
    ) -> Option<FileFacts> {
        self.opened(Request::Open { file, name: name.to_owned(), volume }, bytes)
    }

    /// Opens gray values, as [`Session::open`] does.
    pub fn open_gray(&mut self, file: FileId, size: [usize; 2], gray: &[u8]) -> Option<FileFacts> {
        self.opened(Request::OpenGray { file, name: "photo.webp".to_owned(), size }, gray)
    }

    fn opened(&mut self, request: Request, bytes: &[u8]) -> Option<FileFacts> {
        match self.answer(request, bytes)? {
            Response::Opened(facts) => {
                check_facts(&facts);
                Some(*facts)
            }
            other => panic!("not an answer to opening a file: {other:?}"),
        }
    }

    /// Matches a mask with its image. Returns `None` if they do not belong together.
    pub fn match_mask(
        &mut self,
        [image, mask]: [FileId; 2],
        bytes: &[u8],
        classes: usize,
    ) -> Option<MaskFacts> {
        let names = (0..classes).map(|class| format!("class {class}")).collect();
        match self.answer(Request::Mask { image, mask, classes: names }, bytes)? {
            Response::Mask(facts) => {
                check_mask(&facts, classes);
                Some(facts)
            }
            other => panic!("not an answer to a mask: {other:?}"),
        }
    }

    /// Looks at slices along all axes, and at the thumbnail. `mask` is the number of the mask and
    /// what is known of it; its labels must be below `classes`.
    pub fn look(
        &mut self,
        image: FileId,
        facts: &FileFacts,
        mask: Option<(FileId, &MaskFacts, usize)>,
    ) {
        let input = self.input;
        for axis in 0..3 {
            let Some(frame) = Frame::of(&facts.grid, axis, input) else {
                panic!("axis {axis} of {:?}", facts.grid);
            };
            check_frame(&frame, facts, input);
            if frame.size[0] * frame.size[1] > MAX_PIXELS {
                continue;
            }
            let count = SLICES.min(frame.slices);
            let request = SlicesRequest {
                image,
                mask: mask.map(|(id, facts, _)| (id, facts.guess.classes.clone())),
                axis,
                first: (frame.slices - count) / 2,
                count,
                window: facts.window,
                input,
            };
            let Some(answer) = self.answer(Request::Slices(request), &[]) else { continue };
            let Response::Slices(slices) = answer else { panic!("not slices: {answer:?}") };
            let pixels = count * frame.size[0] * frame.size[1];
            assert_eq!((slices.frame, slices.images.len()), (frame, pixels));
            if let Some((_, _, classes)) = mask {
                assert_eq!(slices.labels.len(), pixels);
                assert!(slices.labels.iter().all(|label| usize::from(*label) < classes.max(1)));
            }
        }
        for size in [[64, 64], [1, 7]] {
            match self.answer(Request::Thumbnail { file: image, size }, &[]) {
                Some(Response::Thumbnail(gray)) => assert_eq!(gray.len(), size[0] * size[1]),
                other => panic!("no thumbnail: {other:?}"),
            }
        }
    }

    /// Returns the answer to a request, or `None` if it is a problem, which must be a sentence.
    fn answer(&mut self, request: Request, file: &[u8]) -> Option<Response> {
        match self.reader.handle(request, &file) {
            Ok(response) => Some(response),
            Err(problem) => {
                sentence::check(&problem.message);
                None
            }
        }
    }
}

fn check_facts(facts: &FileFacts) {
    let grid = &facts.grid;
    let voxels = grid.shape.iter().product::<usize>();
    assert!((1..=MAX_VOXELS).contains(&voxels), "{grid:?}");
    assert!(grid.voxel_mm.iter().all(|mm| mm.is_finite() && *mm > 0.0), "{grid:?}");
    let placed = grid.affine.iter().flat_map(|affine| affine.0.as_flattened());
    assert!(placed.copied().all(f64::is_finite), "{grid:?}");
    let (low, high) = facts.window;
    assert!(low.is_finite() && high.is_finite() && low <= high, "{facts:?}");
    assert!(facts.volume < facts.volumes, "{facts:?}");
    assert!(facts.labels.is_none_or(|labels| (1..=256).contains(&labels)), "{facts:?}");
    facts.notes.iter().for_each(|note| sentence::check(note));
}

fn check_mask(facts: &MaskFacts, classes: usize) {
    let MaskFacts { entries, guess, notes } = facts;
    assert!((1..=256).contains(&entries.len()), "{facts:?}");
    let share: f64 = entries.iter().map(|entry| entry.share).sum();
    assert!((share - 1.0).abs() < 1e-6, "{facts:?}");
    assert_eq!(guess.classes.len(), entries.len());
    let is_class = |class: &u8| usize::from(*class) < classes.max(1);
    assert!(guess.classes.iter().all(is_class), "{facts:?}");
    notes.iter().for_each(|note| sentence::check(note));
}

fn check_frame(frame: &Frame, facts: &FileFacts, input: NetworkInput) {
    assert_eq!(frame.slices, facts.grid.shape[frame.axis]);
    assert!((0..2).all(|side| frame.size[side] >= input.size[side]), "{frame:?}");
    assert!(frame.from_mm.iter().all(|mm| mm.is_finite() && *mm > 0.0), "{frame:?}");
    let letters = frame.edge_letters(&facts.grid);
    assert_eq!(letters.is_some(), facts.grid.affine.is_some());
    frame_notes(&facts.grid, frame, input).iter().for_each(|note| sentence::check(note));
}
