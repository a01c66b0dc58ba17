//! Prints accuracy, number of parameters and seconds of every method, for generated images of six
//! classes or for a pack of `cargo xtask data`:
//!
//! ```text
//! cargo run --release -p classical --example measure [PACK]
//! ```

use std::error::Error;
use std::time::Instant;

use classical::{Classifier, Examples, features};
use data::{IMAGE_SIDE, Images, Pack, phantom};
use model::ClassicalMethod;
use model::Partition;

const SIZE: [usize; 2] = [IMAGE_SIDE; 2];

fn main() -> Result<(), Box<dyn Error>> {
    let set = match std::env::args().nth(1) {
        Some(path) => Pack::open(std::fs::read(path)?)?.decode(Partition::ThreeWay)?,
        None => phantom::dataset(phantom::Spec { noise: 20, rotation: 15 }, 1),
    };
    let [train, test] = [&set.train, &set.test].map(examples);
    println!(
        "{} training images, {} test images, {} classes",
        set.train.len(),
        set.test.len(),
        set.classes.len()
    );
    let start = Instant::now();
    for image in 0..set.train.len() {
        features(set.train.image(image), SIZE)?;
    }
    println!("features of the training images: {:.2} s", start.elapsed().as_secs_f64());
    for method in ClassicalMethod::ALL {
        let start = Instant::now();
        let classifier = Classifier::fit(method, train, 1)?;
        let fitted = start.elapsed().as_secs_f64();
        let found = classifier.predict(test.pixels)?;
        let predicted = start.elapsed().as_secs_f64() - fitted;
        let correct = found.iter().zip(test.labels).filter(|(found, label)| found == label);
        println!(
            "{method:?}: accuracy {:.4}, {} parameters, fit {fitted:.2} s, predict {predicted:.2} s",
            correct.count() as f64 / test.labels.len() as f64,
            classifier.parameters(),
        );
    }
    Ok(())
}

fn examples(images: &Images) -> Examples<'_> {
    Examples { pixels: &images.pixels, labels: &images.labels, size: SIZE }
}
