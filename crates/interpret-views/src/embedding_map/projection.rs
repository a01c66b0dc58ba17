//! Projections to two dimensions.

/// A method of projection to two dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Principal component analysis.
    Pca,
    /// t-SNE (van der Maaten & Hinton 2008).
    Tsne,
}

impl Projection {
    /// Returns the name under which the glossary explains the method.
    pub fn name(self) -> &'static str {
        match self {
            Projection::Pca => "PCA",
            Projection::Tsne => "t-SNE",
        }
    }
}
