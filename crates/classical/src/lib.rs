//! Classical machine learning on the images of a data set, to compare a network with.
//!
//! A [`ClassicalMethod`](model::ClassicalMethod) is a logistic regression or a random forest, on gray values or on hand-made
//! [`features()`]. [`evaluate`] fits it to the training images and returns its predictions for the
//! test images. Plain Rust without threads; the same seed gives the same result natively and in
//! WebAssembly. Nothing panics on input: a [`ClassicalError`] is a sentence for the person at the
//! page.
//!
//! ```
//! use classical::{Examples, evaluate};
//! use model::ClassicalMethod;
//!
//! // Bright images are class 1, dark ones class 0; each has 2 × 2 pixels.
//! let pixels = [[10, 20, 10, 30], [200, 210, 220, 230], [15, 25, 20, 10], [240, 220, 250, 210]];
//! let train = Examples { pixels: pixels.as_flattened(), labels: &[0, 1, 0, 1], size: [2, 2] };
//! let test = Examples { pixels: &[12, 20, 14, 16], labels: &[0], size: [2, 2] };
//! for method in ClassicalMethod::ALL {
//!     assert_eq!(evaluate(method, train, test, 1)?.predictions, [0]);
//! }
//! # Ok::<(), classical::ClassicalError>(())
//! ```

mod classifier;
mod error;
mod examples;
mod features;
mod lbfgs;
mod logistic_regression;
mod random_forest;
mod standardizer;
mod table;

pub use classifier::{Classifier, Evaluation, evaluate};
pub use error::{ClassicalError, Part};
pub use examples::Examples;
pub use features::features;
