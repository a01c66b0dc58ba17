//! The visitor's scan: an image, perhaps with its mask, and how it is looked at.

use std::ops::Range;

use data::user_files::{
    FileFacts, FileId, Frame, MaskFacts, NetworkInput, SlicesRequest, WINDOW_PRESETS, frame_notes,
};

use super::field_of_view::InputRegion;
use super::scan_readers::OpenedFile;
use super::slice_queue::SliceQueue;

/// A scan provided by the visitor.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The image.
    pub image: OpenedFile,
    /// Its mask.
    pub mask: Option<Mask>,
    /// Why one of two files was taken as the mask.
    pub roles: Option<String>,
    /// Slices along the axis that is looked along.
    pub frame: Frame,
    /// Index in [`WINDOW_PRESETS`]; `None` for the window of the training data.
    pub preset: Option<usize>,
    /// The masks that the network has predicted.
    pub queue: SliceQueue,
    /// Changes whenever slices have to be read anew.
    pub version: u32,
    /// Input of the network.
    input: NetworkInput,
    /// Number of classes of the data set.
    classes: usize,
}

/// The true mask of a scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// Number of the file.
    pub id: FileId,
    /// What is known of the file.
    pub facts: FileFacts,
    /// Its values.
    pub labels: MaskFacts,
    /// Class of each value.
    pub classes: Vec<u8>,
    /// Whether the visitor has agreed to the classes, or need not.
    pub counts: bool,
}

impl Mask {
    /// Creates a mask that counts if there is only one way to read it.
    pub fn new(file: OpenedFile, labels: MaskFacts) -> Self {
        let classes = labels.guess.classes.clone();
        let counts = labels.guess.is_certain;
        Self { id: file.id, facts: file.facts, labels, classes, counts }
    }
}

impl Scan {
    /// Creates a scan without a mask. Returns `None` for an image without slices.
    pub fn new(image: OpenedFile, input: NetworkInput, classes: usize) -> Option<Self> {
        let frame = Frame::of(&image.facts.grid, image.facts.grid.slice_axis(), input)?;
        let queue = SliceQueue::new(frame.slices, InputRegion::middle(&frame, input.size), classes);
        let (mask, roles, preset) = (None, None, None);
        Some(Self { image, mask, roles, frame, preset, queue, version: 0, input, classes })
    }

    /// Returns whether a slice is larger than the network's input.
    pub fn is_larger_than_input(&self) -> bool {
        self.frame.is_larger_than(self.input)
    }

    /// Returns whether the network slides over whole slices.
    pub fn is_whole(&self) -> bool {
        let region = self.queue.region();
        self.is_larger_than_input() && region.size == region.frame
    }

    /// Returns whether there is more than one axis to look along.
    pub fn has_axes(&self) -> bool {
        !self.image.facts.grid.shape.contains(&1)
    }

    /// Looks along another axis.
    pub fn set_axis(&mut self, axis: usize) {
        if let Some(frame) = Frame::of(&self.image.facts.grid, axis, self.input) {
            let is_whole = self.is_whole();
            self.frame = frame;
            let middle = InputRegion::middle(&frame, self.input.size);
            self.restart(if is_whole { InputRegion::whole(&frame) } else { middle });
        }
    }

    /// Lets the network slide over whole slices, or see the middle of them.
    pub fn set_whole(&mut self, is_whole: bool) {
        let frame = self.frame;
        self.restart(match is_whole {
            true => InputRegion::whole(&frame),
            false => InputRegion::middle(&frame, self.input.size),
        });
    }

    /// Moves the part that the network sees.
    pub fn set_region(&mut self, region: InputRegion) {
        self.restart(region);
    }

    /// Chooses an intensity window.
    pub fn set_preset(&mut self, preset: Option<usize>) {
        self.preset = preset;
        self.restart(self.queue.region());
    }

    /// Replaces the image by another volume of its file.
    pub fn set_volume(&mut self, image: OpenedFile) {
        self.image = image;
        self.restart(self.queue.region());
    }

    /// Sets the mask.
    pub fn set_mask(&mut self, mask: Mask) {
        self.mask = Some(mask);
        self.restart(self.queue.region());
    }

    /// Returns the request for slices and, if it counts, their mask.
    pub fn request(&self, range: Range<usize>) -> SlicesRequest {
        let mask = self.mask.as_ref().filter(|mask| mask.counts);
        let preset = self.preset.and_then(|index| WINDOW_PRESETS.get(index));
        SlicesRequest {
            image: self.image.id,
            mask: mask.map(|mask| (mask.id, mask.classes.clone())),
            axis: self.frame.axis,
            first: range.start,
            count: range.len(),
            window: preset.map_or(self.image.facts.window, |preset| preset.range()),
            input: self.input,
        }
    }

    /// Returns what was done with the files, as sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.roles.iter().cloned().collect();
        notes.extend(self.image.facts.notes.iter().cloned());
        notes.extend(frame_notes(&self.image.facts.grid, &self.frame, self.input));
        if let Some(mask) = &self.mask {
            notes.extend(mask.labels.notes.iter().cloned());
        }
        notes
    }

    /// Returns the numbers of its files.
    pub fn files(&self) -> Vec<FileId> {
        let mask = self.mask.as_ref().map(|mask| mask.id);
        std::iter::once(self.image.id).chain(mask).collect()
    }

    fn restart(&mut self, region: InputRegion) {
        self.version += 1;
        self.queue = SliceQueue::new(self.frame.slices, region, self.classes);
    }
}
