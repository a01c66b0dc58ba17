//! Projections to two dimensions.

/// A projection to two dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Principal components.
    Pca,
    /// t-SNE (van der Maaten & Hinton 2008).
    Tsne,
}

impl Projection {
    /// Returns the name in the glossary.
    pub fn name(self) -> &'static str {
        match self {
            Projection::Pca => "PCA",
            Projection::Tsne => "t-SNE",
        }
    }
}
