//! Slices, read one after the other.

use data::phantom::ventricles;
use data::{Case, Manifest, SlicePack, SlicePackError, SliceSet, Slices};
use protocol::{Split, Ventricles};

/// A data set that is being read.
pub(super) struct Reading {
    source: Source,
    set: SliceSet,
}

enum Source {
    Pack(Box<SlicePack>),
    Ventricles(Ventricles, u32),
}

impl Reading {
    /// Reads a pack.
    pub fn pack(pack: SlicePack) -> Self {
        Self::new(Source::Pack(Box::new(pack)))
    }

    /// Draws slices with ventricles.
    pub fn ventricles(look: Ventricles, seed: u32) -> Self {
        Self::new(Source::Ventricles(look, seed))
    }

    fn new(source: Source) -> Self {
        let mut reading = Self { source, set: SliceSet::default() };
        let slices = |split| Slices::with_capacity(reading.size(), reading.count(split));
        let (train, test) = (slices(Split::Train), slices(Split::Test));
        reading.set = SliceSet { classes: reading.facts().classes, train, test };
        reading
    }

    /// What the data say about themselves.
    pub fn facts(&self) -> Manifest {
        match &self.source {
            Source::Pack(pack) => pack.manifest().clone(),
            Source::Ventricles(..) => ventricles::manifest(),
        }
    }

    /// Reads one more slice; the whole set once there is none left. Fails on the first file of a
    /// pack that cannot be used, and names it.
    pub fn next(&mut self) -> Result<Option<SliceSet>, SlicePackError> {
        let split = match self.set.train.len() < self.count(Split::Train) {
            true => Split::Train,
            false if self.set.test.len() < self.count(Split::Test) => Split::Test,
            false => return Ok(Some(std::mem::take(&mut self.set))),
        };
        let index = self.set.split(split).len();
        let (image, mask, case) = self.slice(split, index)?;
        let slices = match split {
            Split::Train => &mut self.set.train,
            Split::Test => &mut self.set.test,
        };
        slices.images.extend(image);
        slices.masks.extend(mask);
        // Slices of a case lie one behind the other.
        if slices.cases.last().is_none_or(|last| last.name != case.name) {
            slices.cases.push(case);
        }
        slices.case_of.push(slices.cases.len() - 1);
        Ok(None)
    }
}

impl Reading {
    fn size(&self) -> [usize; 2] {
        match &self.source {
            Source::Pack(pack) => pack.size(),
            Source::Ventricles(..) => [data::IMAGE_SIDE; 2],
        }
    }

    fn count(&self, split: Split) -> usize {
        match (&self.source, split) {
            (Source::Pack(pack), split) => pack.files(split).len(),
            (Source::Ventricles(..), split) => ventricles::count(split),
        }
    }

    fn slice(
        &self,
        split: Split,
        index: usize,
    ) -> Result<(Vec<u8>, Vec<u8>, Case), SlicePackError> {
        match &self.source {
            Source::Pack(pack) => {
                let name = &pack.files(split)[index].case;
                let known = pack.manifest().cases.iter().find(|case| case.name == *name);
                let case = known.cloned().unwrap_or_else(|| Case::unmeasured(name));
                Ok((pack.image(split, index)?, pack.mask(split, index)?, case))
            }
            Source::Ventricles(look, seed) => {
                let (image, mask) = ventricles::slice(*look, *seed, split, index);
                // The engine measures; the page only names.
                let case = Case::unmeasured(&format!("head {}", index + 1));
                Ok((image.to_vec(), mask.to_vec(), case))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_that_were_read_one_by_one_are_the_whole_set() {
        let look = Ventricles::default();
        let mut reading = Reading::ventricles(look, 3);
        let set = loop {
            if let Some(set) = reading.next().unwrap() {
                break set;
            }
        };
        let whole = ventricles::slices(look, 3);
        for split in [Split::Train, Split::Test] {
            let (read, drawn) = (set.split(split), whole.split(split));
            // Not in one piece: a failure must not print a megabyte.
            assert!(read.images == drawn.images && read.masks == drawn.masks, "{split:?}");
            assert_eq!((read.size, &read.case_of), (drawn.size, &drawn.case_of));
            let names = |slices: &Slices| -> Vec<String> {
                slices.cases.iter().map(|case| case.name.clone()).collect()
            };
            assert_eq!(names(read), names(drawn));
        }
        assert_eq!(set.classes, whole.classes);
    }
}
