//! The methods that can be compared with a network.

use serde::{Deserialize, Serialize};

/// Method of classical machine learning: a classifier, and what it looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// Logistic regression on standardized gray values.
    LogisticRegressionOnPixels,
    /// Random forest on gray values.
    RandomForestOnPixels,
    /// Logistic regression on standardized [features](crate::features()).
    LogisticRegressionOnFeatures,
    /// Random forest on [features](crate::features()).
    RandomForestOnFeatures,
}

impl Method {
    /// All methods, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::LogisticRegressionOnPixels,
        Self::RandomForestOnPixels,
        Self::LogisticRegressionOnFeatures,
        Self::RandomForestOnFeatures,
    ];

    /// Whether it looks at features rather than at pixels.
    pub const fn uses_features(self) -> bool {
        matches!(self, Self::LogisticRegressionOnFeatures | Self::RandomForestOnFeatures)
    }

    /// Whether it is a random forest rather than a logistic regression.
    pub const fn is_forest(self) -> bool {
        matches!(self, Self::RandomForestOnPixels | Self::RandomForestOnFeatures)
    }
}
