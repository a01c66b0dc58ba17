//! What holds for every method: determinism, independence of the test images, errors on bad input.

use classical::{ClassicalError, Classifier, Examples, Part, evaluate};
use data::rng::Rng;
use model::ClassicalMethod;

const SIDE: usize = 16;
const PIXELS: usize = SIDE * SIDE;

/// Returns images with a bright square at a place that depends on the class, and noise.
fn images(count: usize, seed: u64) -> (Vec<u8>, Vec<u8>) {
    let mut rng = Rng::new(seed);
    let labels: Vec<u8> = (0..count).map(|image| [3, 7, 200][image % 3]).collect();
    let mut pixels = Vec::new();
    for label in &labels {
        let corner = usize::from(*label % 8);
        for at in 0..PIXELS {
            let inside = [at / SIDE, at % SIDE].map(|side| (corner..corner + 6).contains(&side));
            let gray = if inside == [true, true] { 90.0 } else { 60.0 };
            pixels.push((gray + 3.0 * rng.normal()).clamp(0.0, 255.0) as u8);
        }
    }
    (pixels, labels)
}

fn examples((pixels, labels): &(Vec<u8>, Vec<u8>)) -> Examples<'_> {
    Examples { pixels, labels, size: [SIDE; 2] }
}

#[test]
fn the_same_seed_gives_the_same_result() {
    let (train, test) = (images(60, 1), images(30, 2));
    for method in ClassicalMethod::ALL {
        let found = evaluate(method, examples(&train), examples(&test), 5).unwrap();
        assert_eq!(evaluate(method, examples(&train), examples(&test), 5).unwrap(), found);
        assert!(found.correct >= 20, "{method:?}: {} of 30", found.correct);
        assert!(found.predictions.iter().all(|label| [3, 7, 200].contains(label)));
        let right = found.predictions.iter().zip(&test.1).filter(|(a, b)| a == b).count();
        assert_eq!(found.correct, right);
    }
}

#[test]
fn another_seed_changes_forests_only() {
    let train = images(60, 1);
    for method in ClassicalMethod::ALL {
        let [a, b] = [1, 2].map(|seed| Classifier::fit(method, examples(&train), seed).unwrap());
        assert_eq!(a != b, method.is_forest(), "{method:?}");
    }
}

#[test]
fn predictions_move_with_the_test_images() {
    let (train, test) = (images(60, 1), images(31, 2));
    let mut order: Vec<usize> = (0..31).collect();
    Rng::new(9).shuffle(&mut order);
    let moved: Vec<u8> =
        order.iter().flat_map(|image| &test.0[image * PIXELS..][..PIXELS]).copied().collect();
    for method in ClassicalMethod::ALL {
        let classifier = Classifier::fit(method, examples(&train), 1).unwrap();
        let found = classifier.predict(&test.0).unwrap();
        let expected: Vec<u8> = order.iter().map(|image| found[*image]).collect();
        assert_eq!(classifier.predict(&moved).unwrap(), expected, "{method:?}");
        assert!(classifier.predict(&[]).unwrap().is_empty());
    }
}

#[test]
fn bad_input_gives_errors() {
    let (train, test) = (images(6, 1), images(3, 2));
    let none = Examples { pixels: &[], labels: &[], size: [SIDE; 2] };
    let short = Examples { pixels: &train.0[1..], ..examples(&train) };
    let huge = Examples { size: [usize::MAX, 2], ..examples(&train) };
    let flat = Examples { size: [0, 4], ..none };
    let long = Examples { size: [SIDE / 2, SIDE * 2], ..examples(&test) };
    let single = Examples { pixels: &train.0[..PIXELS], labels: &train.1[..1], size: [SIDE; 2] };
    for method in ClassicalMethod::ALL {
        let error = |train, test| evaluate(method, train, test, 1).unwrap_err();
        let (train, test) = (examples(&train), examples(&test));
        assert_eq!(error(none, test), ClassicalError::NoImages(Part::Train));
        assert_eq!(error(train, none), ClassicalError::NoImages(Part::Test));
        assert_eq!(error(single, test), ClassicalError::OneClass);
        assert_eq!(error(huge, test), ClassicalError::Size([usize::MAX, 2]));
        assert_eq!(error(flat, test), ClassicalError::Size([0, 4]));
        let sizes = ClassicalError::Sizes { train: [16, 16], test: [8, 32] };
        assert_eq!(error(train, long), sizes);
        let (expected, found) = (6 * PIXELS, 6 * PIXELS - 1);
        assert_eq!(
            error(short, test),
            ClassicalError::Pixels { part: Part::Train, expected, found }
        );
        let classifier = Classifier::fit(method, train, 1).unwrap();
        let (expected, found) = (PIXELS, PIXELS + 1);
        assert_eq!(
            classifier.predict(&train.pixels[..found]),
            Err(ClassicalError::Pixels { part: Part::Test, expected, found })
        );
    }
}

#[test]
fn errors_are_sentences_that_say_what_to_do() {
    let error = ClassicalError::Sizes { train: [64, 64], test: [28, 32] };
    let text = "The training images have 64 × 64 pixels and the test images 28 × 32. Use images of \
                one size.";
    assert_eq!(error.to_string(), text);
    let error = ClassicalError::NoImages(Part::Test);
    assert_eq!(
        error.to_string(),
        "There are no test images. Choose a data set, or a split, that has some."
    );
}

#[test]
fn constant_images_are_not_an_error() {
    let train = Examples { pixels: &[9; 4 * PIXELS], labels: &[0, 1, 1, 1], size: [SIDE; 2] };
    for method in ClassicalMethod::ALL {
        assert_eq!(evaluate(method, train, train, 1).unwrap().predictions, [1; 4], "{method:?}");
    }
}
