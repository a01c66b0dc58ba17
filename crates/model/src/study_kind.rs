//! The questions that studies answer.

/// Words for the questions in links, in the order of [`StudyKind::ALL`].
const SLUGS: [&str; 7] = ["layers", "kept", "shortcut", "breaks", "classical", "images", "seeds"];

/// In what the networks of a study differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StudyKind {
    /// In the layers that are trained.
    #[default]
    TrainedLayers,
    /// In whether the network is trained; each layer is asked about several targets.
    ProbeTargets,
    /// In which training images have a marker.
    Shortcut,
    /// In nothing: one network, asked about corrupted images.
    Corruption,
    /// In the number of training images, for two networks.
    TrainingImages,
    /// In whether they are networks or classical methods.
    Classical,
    /// In the seed alone.
    Seeds,
}

impl StudyKind {
    /// All kinds, in the order of the menu.
    pub const ALL: [Self; 7] = [
        Self::TrainedLayers,
        Self::ProbeTargets,
        Self::Shortcut,
        Self::Corruption,
        Self::Classical,
        Self::TrainingImages,
        Self::Seeds,
    ];

    /// Returns the question that the study answers.
    pub fn question(self) -> &'static str {
        match self {
            StudyKind::TrainedLayers => "Search or structure?",
            StudyKind::ProbeTargets => "What is kept?",
            StudyKind::Shortcut => "A shortcut?",
            StudyKind::Corruption => "What breaks it?",
            StudyKind::TrainingImages => "More data?",
            StudyKind::Classical => "Without deep learning?",
            StudyKind::Seeds => "How much is chance?",
        }
    }

    /// Returns the word for the question in links.
    pub fn slug(self) -> &'static str {
        let place = Self::ALL.iter().position(|kind| *kind == self);
        place.map_or("", |place| SLUGS[place])
    }

    /// Returns the question with this word in links.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_a_word_of_its_own() {
        for kind in StudyKind::ALL {
            assert_eq!(StudyKind::from_slug(kind.slug()), Some(kind));
            assert!(kind.question().ends_with('?'));
        }
        assert_eq!(StudyKind::from_slug(""), None);
    }
}
