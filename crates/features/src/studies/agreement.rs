//! How far networks that differ only in their seed agree on each image.

use super::study_run::StudyRun;

/// The predictions of several networks for one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageVotes {
    /// Index of the image among those on which networks are evaluated.
    pub image: usize,
    /// Its class.
    pub truth: u8,
    /// Number of networks that predict each class.
    pub votes: Vec<usize>,
}

impl ImageVotes {
    /// Returns the class with the most votes, the first one of several.
    pub fn majority(&self) -> u8 {
        let most = self.votes.iter().max();
        self.votes.iter().position(|votes| Some(votes) == most).unwrap_or_default() as u8
    }

    /// Returns whether all networks predict the same class.
    pub fn is_unanimous(&self) -> bool {
        self.votes.iter().filter(|votes| **votes > 0).count() == 1
    }

    /// Returns the number of votes against the majority.
    pub fn against(&self) -> usize {
        let all: usize = self.votes.iter().sum();
        all - self.votes.iter().max().unwrap_or(&0)
    }
}

/// Agreement of several networks over all images.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Number of networks.
    pub networks: usize,
    /// All images; first those on which the networks agree least.
    pub images: Vec<ImageVotes>,
}

impl Agreement {
    /// Counts the predictions of the first arm's networks. Returns `None` with fewer than two.
    pub fn of(run: &StudyRun) -> Option<Self> {
        let results: Vec<_> = run.results(0).map(|(_, result)| result).collect();
        if results.len() < 2 {
            return None;
        }
        let classes = run.study.data.shape.classes;
        let labels = run.study.data.labels.iter().enumerate();
        let mut images: Vec<ImageVotes> = labels
            .map(|(image, truth)| {
                let mut votes = vec![0; classes];
                for result in &results {
                    if let Some(class) = result.predictions.get(image) {
                        votes[usize::from(*class).min(classes - 1)] += 1;
                    }
                }
                ImageVotes { image, truth: *truth, votes }
            })
            .collect();
        images.sort_by_key(|votes| std::cmp::Reverse(votes.against()));
        Some(Self { networks: results.len(), images })
    }

    /// Returns the number of images on which all networks agree, and how many of these they get right.
    pub fn unanimous(&self) -> (usize, usize) {
        self.count(|image| image.is_unanimous())
    }

    /// Returns the number of other images, and how many of these the majority gets right.
    pub fn divided(&self) -> (usize, usize) {
        self.count(|image| !image.is_unanimous())
    }

    fn count(&self, holds: impl Fn(&ImageVotes) -> bool) -> (usize, usize) {
        let images: Vec<&ImageVotes> = self.images.iter().filter(|image| holds(image)).collect();
        let right = images.iter().filter(|image| image.majority() == image.truth).count();
        (images.len(), right)
    }
}
