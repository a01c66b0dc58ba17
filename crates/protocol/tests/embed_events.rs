//! Pins the JSON of each event that a course page hears: their scripts read it.

use protocol::page::{Body, TestDice};

#[test]
fn the_json_of_each_event() {
    let dice = |mean| Some(TestDice { mean, classes: vec![Some(0.8), None] });
    let events = [
        Body::Ready { device: "gpu", adapter: "ANGLE “x”\\ \"y\"\n".into(), build: "1a2b".into() },
        Body::Ready { device: "cpu", adapter: String::new(), build: "1a2b".into() },
        Body::State { state: "paused", step: 0 },
        Body::State { state: "running", step: 75 },
        Body::State { state: "finished", step: 750 },
        Body::State { state: "diverged", step: 8 },
        Body::Step { step: 1, loss: 1.791_759_5 },
        Body::Step { step: 2, loss: f32::NAN },
        Body::Epoch {
            epoch: 0,
            step: 0,
            train_loss: None,
            test_loss: 1.8,
            test_accuracy: 1.0 / 6.0,
            test_dice: None,
            images_per_second: 0.0,
        },
        Body::Epoch {
            epoch: 1,
            step: 75,
            train_loss: Some(0.5),
            test_loss: 0.25,
            test_accuracy: 0.96,
            test_dice: dice(Some(0.8)),
            images_per_second: 390.5,
        },
        Body::Finished { epoch: 10, step: 750, test_accuracy: 0.99, test_dice: None },
        Body::Finished { epoch: 12, step: 540, test_accuracy: 0.99, test_dice: dice(None) },
        Body::Error { code: "bad-link", message: "“lr=x” in the link was ignored.".into() },
    ];
    let report: Vec<String> = events.iter().map(Body::to_string).collect();
    insta::assert_snapshot!(report.join("\n"));
}
