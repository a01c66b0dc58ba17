//! The methods of classical machine learning that can be compared with a network.

use serde::{Deserialize, Serialize};

/// ClassicalMethod of classical machine learning: a classifier, and what it looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClassicalMethod {
    /// Logistic regression on standardized gray values.
    LogisticRegressionOnPixels,
    /// Random forest on gray values.
    RandomForestOnPixels,
    /// Logistic regression on standardized hand-made features.
    LogisticRegressionOnFeatures,
    /// Random forest on hand-made features.
    RandomForestOnFeatures,
}

impl ClassicalMethod {
    /// All methods, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::LogisticRegressionOnPixels,
        Self::RandomForestOnPixels,
        Self::LogisticRegressionOnFeatures,
        Self::RandomForestOnFeatures,
    ];

    /// Returns the name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogisticRegressionOnPixels => "logistic regression, pixels",
            Self::RandomForestOnPixels => "random forest, pixels",
            Self::LogisticRegressionOnFeatures => "logistic regression, hand-made features",
            Self::RandomForestOnFeatures => "random forest, hand-made features",
        }
    }

    /// Whether it looks at features rather than at pixels.
    pub const fn uses_features(self) -> bool {
        matches!(self, Self::LogisticRegressionOnFeatures | Self::RandomForestOnFeatures)
    }

    /// Whether it is a random forest rather than a logistic regression.
    pub const fn is_forest(self) -> bool {
        matches!(self, Self::RandomForestOnPixels | Self::RandomForestOnFeatures)
    }
}
