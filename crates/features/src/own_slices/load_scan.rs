//! Reads the visitor's files and makes them a scan.

use data::user_files::{MaskFacts, NetworkInput, UserFileError, looks_like_mask_of, mask_of_two};
use protocol::{ErrorCode, Problem};
use ui::erased_signal::RwSignal;

use super::scan::{Mask, Scan};
use super::scan_readers::{OpenedFile, ScanReaders};

/// Where scans come from and go to.
#[derive(Clone)]
pub struct Loader {
    /// Functions that read files.
    pub readers: ScanReaders,
    /// Input of the network.
    pub input: NetworkInput,
    /// Class names in label order.
    pub classes: Vec<String>,
    /// The scan shown.
    pub scan: RwSignal<Option<Scan>>,
}

impl Loader {
    /// Reads files that were dropped or chosen together, and shows them. If an image cannot be read,
    /// nothing changes; if its mask cannot be read, the image is shown without a mask.
    pub async fn load(&self, files: Vec<web_sys::File>, as_mask: bool) -> Result<(), Problem> {
        let mut opened = self.readers.open.run(files).await?;
        if opened.len() == 2 {
            let (mask, why) = mask_of_two([&opened[0].facts, &opened[1].facts]);
            let (mask, image) = (opened.remove(mask), opened.remove(0));
            self.show(image, Some(why))?;
            return self.add_mask(mask).await;
        }
        let Some(file) = opened.pop() else { return Ok(()) };
        if as_mask {
            return self.add_mask(file).await;
        }
        let is_mask = self.scan.with_untracked(|scan| {
            scan.as_ref().is_some_and(|scan| looks_like_mask_of(&scan.image.facts, &file.facts))
        });
        // One that does not fit is another image.
        if is_mask && let Ok(labels) = self.matched(&file).await {
            self.set_mask(file, labels);
            return Ok(());
        }
        self.show(file, None)
    }

    /// Makes the mask the image and the image the mask. If that cannot be, nothing changes.
    pub async fn swap(&self) -> Result<(), Problem> {
        let Some(before) = self.scan.get_untracked() else { return Ok(()) };
        let Some(mask) = before.mask.clone() else { return Ok(()) };
        let image = OpenedFile { id: mask.id, facts: mask.facts };
        let classes = self.classes.clone();
        let labels = self.readers.mask.run((image.id, before.image.id, classes)).await?;
        let Some(mut scan) = Scan::new(image, self.input, self.classes.len()) else {
            return Ok(());
        };
        scan.version = before.version + 1;
        scan.set_mask(Mask::new(before.image, labels));
        self.scan.set(Some(scan));
        Ok(())
    }

    /// Shows another volume of the image's file.
    pub async fn set_volume(&self, volume: usize) -> Result<(), Problem> {
        let Some(id) = self.scan.with_untracked(|scan| Some(scan.as_ref()?.image.id)) else {
            return Ok(());
        };
        let image = self.readers.volume.run((id, volume)).await?;
        self.scan.update(|scan| {
            if let Some(scan) = scan.as_mut().filter(|scan| scan.image.id == id) {
                scan.set_volume(image);
            }
        });
        Ok(())
    }

    /// Shows an image without a mask.
    fn show(&self, image: OpenedFile, roles: Option<String>) -> Result<(), Problem> {
        let name = image.facts.name.clone();
        let scan = Scan::new(image, self.input, self.classes.len());
        let mut scan = scan.ok_or_else(|| problem(&name, "it has no slices. Choose another."))?;
        if let Some(before) = self.scan.get_untracked() {
            self.readers.close.run(before.files());
            scan.version = before.version + 1;
        }
        scan.roles = roles;
        self.scan.set(Some(scan));
        Ok(())
    }

    /// Adds a mask to the image shown, if it fits.
    async fn add_mask(&self, mask: OpenedFile) -> Result<(), Problem> {
        let labels = self.matched(&mask).await;
        let labels = labels.inspect_err(|_| self.readers.close.run(vec![mask.id]))?;
        self.set_mask(mask, labels);
        Ok(())
    }

    /// Replaces the mask of the image shown.
    fn set_mask(&self, mask: OpenedFile, labels: MaskFacts) {
        self.scan.update(|scan| {
            if let Some(scan) = scan {
                if let Some(before) = &scan.mask {
                    self.readers.close.run(vec![before.id]);
                }
                scan.set_mask(Mask::new(mask, labels));
            }
        });
    }

    /// Matches a mask with the image shown.
    async fn matched(&self, mask: &OpenedFile) -> Result<MaskFacts, Problem> {
        let image = self.scan.with_untracked(|scan| scan.as_ref().map(|scan| scan.image.id));
        let sentence = "a mask needs its image. Choose the image or volume first.";
        let image = image.ok_or_else(|| problem(&mask.facts.name, sentence))?;
        self.readers.mask.run((image, mask.id, self.classes.clone())).await
    }
}

fn problem(name: &str, sentence: &str) -> Problem {
    Problem::new(ErrorCode::BadImage, UserFileError::new(name, sentence))
}
