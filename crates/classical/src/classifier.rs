//! Fitting a method and asking it.

use crate::error::{ClassicalError, Part};
use crate::examples::{Examples, image_len};
use crate::features::features;
use crate::logistic_regression::LogisticRegression;
use crate::random_forest::RandomForest;
use crate::table::Table;
use model::ClassicalMethod;

/// A method that has been fitted to training images.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    method: ClassicalMethod,
    size: [usize; 2],
    /// Labels of the training images, in ascending order. Inside, classes are numbered by their
    /// places here.
    classes: Vec<u8>,
    fitted: Fitted,
}

#[derive(Clone, Debug, PartialEq)]
enum Fitted {
    LogisticRegression(LogisticRegression),
    RandomForest(RandomForest),
}

/// What a method reaches on test images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Class of each test image as the method tells it.
    pub predictions: Vec<u8>,
    /// Number of test images whose class it tells right.
    pub correct: usize,
    /// Number of fitted numbers, as [`Classifier::parameters`] counts them.
    pub parameters: usize,
}

/// Fits a method to the training images and asks it about the test images. The same input gives the
/// same result on every machine.
///
/// # Errors
///
/// As [`Classifier::fit`], and if the test images are missing, incomplete or of another size.
pub fn evaluate(
    method: ClassicalMethod,
    train: Examples<'_>,
    test: Examples<'_>,
    seed: u64,
) -> Result<Evaluation, ClassicalError> {
    train.check(Part::Train)?;
    test.check(Part::Test)?;
    if train.size != test.size {
        return Err(ClassicalError::Sizes { train: train.size, test: test.size });
    }
    let classifier = Classifier::fit(method, train, seed)?;
    let predictions = classifier.predict(test.pixels)?;
    let right = predictions.iter().zip(test.labels).filter(|(found, label)| found == label);
    Ok(Evaluation { correct: right.count(), parameters: classifier.parameters(), predictions })
}

impl Classifier {
    /// Fits a method to training images. A random forest depends on the seed, a logistic regression
    /// does not.
    ///
    /// It takes 4 bytes of memory for each pixel or feature of each image, a random forest for a
    /// moment twice as much.
    ///
    /// # Errors
    ///
    /// If there are no images, images of one class only, or not as many pixels as they need.
    pub fn fit(
        method: ClassicalMethod,
        train: Examples<'_>,
        seed: u64,
    ) -> Result<Self, ClassicalError> {
        train.check(Part::Train)?;
        let mut classes = train.labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        if classes.len() < 2 {
            return Err(ClassicalError::OneClass);
        }
        let place = |label: &u8| classes.partition_point(|class| class < label);
        let labels: Vec<usize> = train.labels.iter().map(place).collect();
        let table = inputs(method, train.pixels, train.size)?;
        let fitted = if method.is_forest() {
            Fitted::RandomForest(RandomForest::fit(table, &labels, classes.len(), seed))
        } else {
            Fitted::LogisticRegression(LogisticRegression::fit(table, &labels, classes.len()))
        };
        Ok(Self { method, size: train.size, classes, fitted })
    }

    /// Returns the class of each image, always one of the training labels. `pixels` are
    /// `[images, height, width]` in row-major order, with height and width of the training images.
    ///
    /// # Errors
    ///
    /// If the pixels are not those of whole images.
    pub fn predict(&self, pixels: &[u8]) -> Result<Vec<u8>, ClassicalError> {
        let expected = image_len(self.size)?;
        if !pixels.len().is_multiple_of(expected) {
            let found = pixels.len();
            return Err(ClassicalError::Pixels { part: Part::Test, expected, found });
        }
        let table = inputs(self.method, pixels, self.size)?;
        let places = match &self.fitted {
            Fitted::LogisticRegression(fitted) => fitted.predict(table),
            Fitted::RandomForest(fitted) => fitted.predict(&table),
        };
        Ok(places.into_iter().map(|place| self.classes[place]).collect())
    }

    /// Returns the number of fitted numbers. Of a logistic regression these are coefficients and
    /// intercepts, for one class if there are two, otherwise for every class. Of a random forest
    /// they are column and threshold of each inner node, and the class of each leaf.
    pub fn parameters(&self) -> usize {
        match &self.fitted {
            Fitted::LogisticRegression(fitted) => fitted.parameters(),
            Fitted::RandomForest(fitted) => fitted.parameters(),
        }
    }
}

/// Returns what the method looks at, `[images, pixels or features]`.
fn inputs(
    method: ClassicalMethod,
    pixels: &[u8],
    size: [usize; 2],
) -> Result<Table, ClassicalError> {
    let of_image = image_len(size)?;
    if !method.uses_features() {
        let values = pixels.iter().map(|pixel| f32::from(*pixel)).collect();
        return Ok(Table { values, columns: of_image });
    }
    let mut values = Vec::new();
    let mut columns = 1;
    for image in pixels.chunks_exact(of_image) {
        let of_image = features(image, size)?;
        columns = of_image.len();
        values.extend(of_image);
    }
    Ok(Table { values, columns })
}
