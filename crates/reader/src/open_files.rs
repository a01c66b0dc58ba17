//! Visitors' files that are open.

use std::io::Read;

use data::FileSource;
use data::user_files::{
    FileFacts, FileId, Frame, LabelTable, MaskFacts, MaskGrid, OpenFile, Slices, SlicesRequest,
    UserFileError, gray_slice, label_slice, one_volume_per_class, thumbnail,
};
use protocol::{ErrorCode, Problem};

/// Maximum number of pixels in one response.
const MAX_PIXELS: usize = 64 << 20;

/// Visitors' files. There are two at most, so a list will do.
#[derive(Debug, Default)]
pub struct OpenFiles(Vec<Opened>);

#[derive(Debug)]
struct Opened {
    id: FileId,
    file: OpenFile,
    /// The values of a mask. Counting them takes as long as reading the file, so they are kept.
    labels: Option<LabelTable>,
}

impl OpenFiles {
    /// Opens a picture or a volume.
    pub fn open(
        &mut self,
        id: FileId,
        name: &str,
        file: &dyn FileSource,
        volume: usize,
    ) -> Result<FileFacts, UserFileError> {
        // Both files at once may be more than there is memory for.
        self.close(&[id]);
        let open = OpenFile::read(name, file, volume)?;
        Ok(self.keep(id, open))
    }

    /// Opens gray values.
    pub fn open_gray(
        &mut self,
        id: FileId,
        name: &str,
        size: [usize; 2],
        file: &dyn FileSource,
    ) -> Result<FileFacts, UserFileError> {
        let mut gray = Vec::new();
        let read = file.open().read_to_end(&mut gray);
        read.map_err(|error| UserFileError::new(name, error))?;
        let open = OpenFile::of_gray(name, size, &gray)?;
        Ok(self.keep(id, open))
    }

    /// Closes files.
    pub fn close(&mut self, files: &[FileId]) {
        self.0.retain(|opened| !files.contains(&opened.id));
    }

    /// Matches a mask with its image, which is read again if it has one volume per class.
    pub fn match_mask(
        &mut self,
        image: FileId,
        mask: FileId,
        file: &dyn FileSource,
        classes: &[String],
    ) -> Result<MaskFacts, Problem> {
        let facts = &self.get(mask)?.facts;
        let (name, volumes) = (facts.name.clone(), facts.volumes);
        let bad = |error: UserFileError| Problem::new(ErrorCode::BadImage, error);
        let combined = one_volume_per_class(&name, file, volumes, classes.len()).map_err(bad)?;
        if let Some(combined) = combined {
            self.keep(mask, combined);
        }
        self.count_labels(mask)?;
        let (image, (mask, table)) = (self.get(image)?, self.get_mask(mask)?);
        let matched = MaskGrid::of(image, mask)
            .and_then(|grid| grid.notes(image, mask))
            .map_err(|sentence| bad(UserFileError::new(&name, sentence)))?;
        let mut guess = table.guess(classes);
        let mut notes = mask.facts.notes.clone();
        if volumes > 1 && mask.facts.volumes == volumes && notes.is_empty() {
            notes.push(format!("Volume {} of {volumes} of the mask.", mask.facts.volume + 1));
        }
        // What is said of the image need not be said of its mask.
        notes.retain(|note| !image.facts.notes.contains(note));
        notes.extend(matched);
        notes.append(&mut guess.notes);
        Ok(MaskFacts { entries: table.entries().to_vec(), guess, notes })
    }

    /// Returns slices of an image, and of its mask if there is one.
    pub fn slices(&mut self, request: &SlicesRequest) -> Result<Slices, Problem> {
        if let Some((mask, _)) = request.mask {
            self.count_labels(mask)?;
        }
        let image = self.get(request.image)?;
        let bad = |sentence: &str| {
            Problem::new(ErrorCode::BadImage, UserFileError::new(&image.facts.name, sentence))
        };
        let frame = Frame::of(&image.facts.grid, request.axis, request.input);
        let frame = frame.ok_or_else(|| bad("it has three axes. Choose one of them."))?;
        let last = request.first.checked_add(request.count).filter(|last| *last <= frame.slices);
        let indices = request.first..last.ok_or_else(|| bad("it has fewer slices."))?;
        let pixels = frame.size[0] * frame.size[1];
        if pixels.saturating_mul(indices.len()) > MAX_PIXELS {
            return Err(bad("its slices are too large to be shown. Cut or resample it."));
        }
        let slices = indices.clone().filter_map(|i| gray_slice(image, &frame, i, request.window));
        let images = slices.flatten().collect();
        let mut labels = Vec::new();
        if let Some((id, classes)) = &request.mask {
            let (mask, table) = self.get_mask(*id)?;
            let of_mask = |sentence: String| {
                Problem::new(ErrorCode::BadImage, UserFileError::new(&mask.facts.name, sentence))
            };
            let grid = MaskGrid::of(image, mask).map_err(of_mask)?;
            let files = (image, mask);
            labels = indices
                .filter_map(|i| label_slice(files, &grid, (table, classes), &frame, i))
                .flatten()
                .collect();
        }
        Ok(Slices { frame, images, labels })
    }

    /// Returns the middle slice of a file.
    pub fn thumbnail(&self, file: FileId, size: [usize; 2]) -> Result<Vec<u8>, Problem> {
        self.get(file).map(|file| thumbnail(file, size))
    }

    fn keep(&mut self, id: FileId, open: OpenFile) -> FileFacts {
        let facts = open.facts.clone();
        self.close(&[id]);
        self.0.push(Opened { id, file: open, labels: None });
        facts
    }

    /// Counts the values of a mask, unless that was done.
    fn count_labels(&mut self, id: FileId) -> Result<(), Problem> {
        if let Some(opened) = self.0.iter_mut().find(|opened| opened.id == id)
            && opened.labels.is_none()
        {
            let labels = LabelTable::of(&opened.file);
            let labels = labels.map_err(|error| Problem::new(ErrorCode::BadImage, error))?;
            opened.labels = Some(labels);
        }
        Ok(())
    }

    /// Returns an open file. After the worker was replaced, none is open.
    fn get(&self, id: FileId) -> Result<&OpenFile, Problem> {
        self.opened(id).map(|opened| &opened.file)
    }

    /// Returns an open file with its values, which must have been counted.
    fn get_mask(&self, id: FileId) -> Result<(&OpenFile, &LabelTable), Problem> {
        let opened = self.opened(id)?;
        opened.labels.as_ref().map(|labels| (&opened.file, labels)).ok_or_else(not_open)
    }

    fn opened(&self, id: FileId) -> Result<&Opened, Problem> {
        self.0.iter().find(|opened| opened.id == id).ok_or_else(not_open)
    }
}

fn not_open() -> Problem {
    Problem::new(ErrorCode::BadImage, "The file is not open any more. Choose it again.")
}
