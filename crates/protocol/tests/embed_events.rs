//! Tests of the JSON form of each event for course pages, on which their scripts depend.

use protocol::embed::{EmbedEvent, StateReport, TestDice};
use protocol::embed_command::EmbedId;

#[test]
fn the_json_of_each_event() {
    let dice = |mean| Some(TestDice { mean, classes: vec![Some(0.8), None] });
    let events = [
        EmbedEvent::Open { build: "1a2b".into() },
        EmbedEvent::Ready {
            device: "gpu",
            adapter: "ANGLE “x”\\ \"y\"\n".into(),
            build: "1a2b".into(),
        },
        EmbedEvent::Ready { device: "cpu", adapter: String::new(), build: "1a2b".into() },
        EmbedEvent::State { state: "paused", step: 0 },
        EmbedEvent::State { state: "running", step: 75 },
        EmbedEvent::State { state: "finished", step: 750 },
        EmbedEvent::State { state: "diverged", step: 8 },
        EmbedEvent::Step { step: 1, loss: 1.791_759_5 },
        EmbedEvent::Step { step: 2, loss: f32::NAN },
        EmbedEvent::Epoch {
            epoch: 0,
            step: 0,
            train_loss: None,
            test_loss: 1.8,
            test_accuracy: 1.0 / 6.0,
            test_dice: None,
            images_per_second: 0.0,
        },
        EmbedEvent::Epoch {
            epoch: 1,
            step: 75,
            train_loss: Some(0.5),
            test_loss: 0.25,
            test_accuracy: 0.96,
            test_dice: dice(Some(0.8)),
            images_per_second: 390.5,
        },
        EmbedEvent::Tested { step: 3, test_loss: 1.7, test_accuracy: 0.25, test_dice: None },
        EmbedEvent::Tested {
            step: 4,
            test_loss: 0.5,
            test_accuracy: 0.9,
            test_dice: dice(Some(0.8)),
        },
        EmbedEvent::Finished { epoch: 10, step: 750, test_accuracy: 0.99, test_dice: None },
        EmbedEvent::Finished { epoch: 12, step: 540, test_accuracy: 0.99, test_dice: dice(None) },
        EmbedEvent::Report(StateReport {
            id: Some(EmbedId::Text("a".into())),
            state: "running",
            step: 75,
            epoch: 1,
            link: "model=mlp&view=curves%2Clayers".into(),
            views: vec!["curves", "layers"],
            test_loss: Some(0.25),
            test_accuracy: Some(0.96),
            test_dice: dice(Some(0.8)),
        }),
        EmbedEvent::Refused { reason: "It is locked.".into(), count: 3, id: None },
        EmbedEvent::Height { height: 412 },
        EmbedEvent::Error {
            code: "bad-link", message: "“lr=x” in the link was ignored.".into()
        },
    ];
    let report: Vec<String> = events.iter().map(EmbedEvent::to_string).collect();
    insta::assert_snapshot!(report.join("\n"));
}
