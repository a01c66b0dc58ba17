//! Events for course pages: `CustomEvent('playground', {detail})` on the window of the page, and
//! the same object posted to the parent window if the page is framed.

use std::fmt::{self, Display, Formatter};

use crate::embed_command::{EMBED_VERSION, EmbedId};

/// Value of the field `source` in every event.
pub const EMBED_SOURCE: &str = "imaging-playground";

/// Dice on the test set, 0 to 1; `null` in JSON where it is undefined.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDice {
    /// Mean over the foreground classes.
    pub mean: Option<f64>,
    /// Mean over the cases for each foreground class, in label order.
    pub classes: Vec<Option<f64>>,
}

/// State of the page and its run.
#[derive(Clone, Debug, PartialEq)]
pub struct StateReport {
    /// Identifier of the message that is answered.
    pub id: Option<EmbedId>,
    /// `paused`, `running`, `finished` or `diverged`.
    pub state: &'static str,
    /// Number of completed steps.
    pub step: usize,
    /// Number of completed epochs.
    pub epoch: usize,
    /// Query string of a link to the configuration.
    pub link: String,
    /// Names of the chosen views, as in links.
    pub views: Vec<&'static str>,
    /// Loss on the test set at the last evaluation; `null` before the first one.
    pub test_loss: Option<f32>,
    /// Accuracy on the test set at the last evaluation, 0 to 1; `null` before the first one.
    pub test_accuracy: Option<f64>,
    /// Dice on the test set; omitted in the classification lab.
    pub test_dice: Option<TestDice>,
}

/// An event for course pages. Its [`Display`] implementation writes it as a JSON object
/// `{source, type, …}` with field names in camel case.
#[derive(Clone, Debug, PartialEq)]
pub enum EmbedEvent {
    /// The page listens to messages.
    Open {
        /// Version of the page.
        build: String,
    },
    /// The engine is ready to train.
    Ready {
        /// `gpu` or `cpu`.
        device: &'static str,
        /// Name of the GPU adapter; empty for the CPU.
        adapter: String,
        /// Version of the page.
        build: String,
    },
    /// A run started, paused, or was set up again.
    State {
        /// `paused`, `running`, `finished` or `diverged`.
        state: &'static str,
        /// Number of completed steps.
        step: usize,
    },
    /// One training step was made.
    Step {
        /// Number of the step, counted from 1.
        step: usize,
        /// Mean loss of the step's batch.
        loss: f32,
    },
    /// An epoch ended.
    Epoch {
        /// Number of completed epochs.
        epoch: usize,
        /// Number of completed steps.
        step: usize,
        /// Mean loss over the epoch's steps; `null` at epoch 0.
        train_loss: Option<f32>,
        /// Mean loss on the test set.
        test_loss: f32,
        /// Accuracy on the test set (pixel accuracy in the segmentation lab), 0 to 1.
        test_accuracy: f64,
        /// Dice on the test set; omitted in the classification lab.
        test_dice: Option<TestDice>,
        /// Training speed in images per second.
        images_per_second: f64,
    },
    /// The network was evaluated within an epoch.
    Tested {
        /// Number of completed steps.
        step: usize,
        /// Mean loss on the test set.
        test_loss: f32,
        /// Accuracy on the test set (pixel accuracy in the segmentation lab), 0 to 1.
        test_accuracy: f64,
        /// Dice on the test set; omitted in the classification lab.
        test_dice: Option<TestDice>,
    },
    /// All epochs are completed.
    Finished {
        /// Number of completed epochs.
        epoch: usize,
        /// Number of completed steps.
        step: usize,
        /// Accuracy on the test set (pixel accuracy in the segmentation lab), 0 to 1.
        test_accuracy: f64,
        /// Dice on the test set; omitted in the classification lab.
        test_dice: Option<TestDice>,
    },
    /// The whole state, as an answer to a message of the course page. It has the type `state`, too.
    Report(StateReport),
    /// Messages of the framing page were refused.
    Refused {
        /// A sentence that says why one of them was refused, and what to do.
        reason: String,
        /// Number of messages refused since the last event of this type.
        count: u32,
        /// Identifier of that message.
        id: Option<EmbedId>,
    },
    /// The height that the page needs in its frame has changed.
    Height {
        /// Height in CSS pixels.
        height: u32,
    },
    /// An operation failed.
    Error {
        /// Stable identifier of the kind of error, such as `bad-link`.
        code: &'static str,
        /// A sentence that describes the error.
        message: String,
    },
}

impl Display for EmbedEvent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"source\":{}", text(EMBED_SOURCE))?;
        for (name, json) in self.fields() {
            write!(f, ",\"{name}\":{json}")?;
        }
        f.write_str("}")
    }
}

impl EmbedEvent {
    /// Returns the names of the fields and their values as JSON. Written by hand, since
    /// `serde_json` would add ten times as much to the size of the page.
    fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Open { build } => vec![
                ("type", text("open")),
                ("version", EMBED_VERSION.to_string()),
                ("build", text(build)),
            ],
            Self::Ready { device, adapter, build } => vec![
                ("type", text("ready")),
                ("device", text(device)),
                ("adapter", text(adapter)),
                ("build", text(build)),
            ],
            Self::State { state, step } => {
                vec![("type", text("state")), ("state", text(state)), ("step", step.to_string())]
            }
            Self::Step { step, loss } => {
                vec![("type", text("step")), ("step", step.to_string()), ("loss", number(*loss))]
            }
            Self::Epoch {
                epoch,
                step,
                train_loss,
                test_loss,
                test_accuracy,
                test_dice,
                images_per_second,
            } => vec![
                ("type", text("epoch")),
                ("epoch", epoch.to_string()),
                ("step", step.to_string()),
                ("trainLoss", train_loss.map_or_else(null, number)),
                ("testLoss", number(*test_loss)),
                ("testAccuracy", number(*test_accuracy)),
                ("imagesPerSecond", number(*images_per_second)),
            ]
            .into_iter()
            .chain(dice(test_dice))
            .collect(),
            Self::Tested { step, test_loss, test_accuracy, test_dice } => vec![
                ("type", text("tested")),
                ("step", step.to_string()),
                ("testLoss", number(*test_loss)),
                ("testAccuracy", number(*test_accuracy)),
            ]
            .into_iter()
            .chain(dice(test_dice))
            .collect(),
            Self::Finished { epoch, step, test_accuracy, test_dice } => vec![
                ("type", text("finished")),
                ("epoch", epoch.to_string()),
                ("step", step.to_string()),
                ("testAccuracy", number(*test_accuracy)),
            ]
            .into_iter()
            .chain(dice(test_dice))
            .collect(),
            Self::Report(report) => report_fields(report),
            Self::Refused { reason, count, id } => {
                let fields = [("type", text("refused")), ("reason", text(reason))];
                let count = ("count", count.to_string());
                fields.into_iter().chain([count]).chain(id_field(id)).collect()
            }
            Self::Height { height } => {
                vec![("type", text("height")), ("height", height.to_string())]
            }
            Self::Error { code, message } => {
                vec![("type", text("error")), ("code", text(code)), ("message", text(message))]
            }
        }
    }
}

fn report_fields(report: &StateReport) -> Vec<(&'static str, String)> {
    let views: Vec<String> = report.views.iter().map(|view| text(view)).collect();
    let fields = [
        ("type", text("state")),
        ("state", text(report.state)),
        ("step", report.step.to_string()),
        ("epoch", report.epoch.to_string()),
        ("link", text(&report.link)),
        ("views", format!("[{}]", views.join(","))),
        ("testLoss", report.test_loss.map_or_else(null, number)),
        ("testAccuracy", report.test_accuracy.map_or_else(null, number)),
    ];
    fields.into_iter().chain(dice(&report.test_dice)).chain(id_field(&report.id)).collect()
}

fn id_field(id: &Option<EmbedId>) -> Option<(&'static str, String)> {
    let json = match id.as_ref()? {
        EmbedId::Text(id) => text(id),
        EmbedId::Number(id) => number(*id),
    };
    Some(("id", json))
}

fn dice(dice: &Option<TestDice>) -> Option<(&'static str, String)> {
    let value = |dice: Option<f64>| dice.map_or_else(null, number);
    let TestDice { mean, classes } = dice.as_ref()?;
    let classes: Vec<String> = classes.iter().copied().map(value).collect();
    let json = format!("{{\"mean\":{},\"classes\":[{}]}}", value(*mean), classes.join(","));
    Some(("testDice", json))
}

/// Returns a number as JSON: `null` if it is not finite, which JSON cannot express.
fn number(value: impl Into<f64> + Display + Copy) -> String {
    if value.into().is_finite() { value.to_string() } else { null() }
}

fn null() -> String {
    "null".to_owned()
}

fn text(text: &str) -> String {
    let mut json = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            '\0'..' ' => json.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => json.push(letter),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(event: EmbedEvent) -> serde_json::Value {
        serde_json::from_str(&event.to_string()).unwrap()
    }

    #[test]
    fn the_documented_form() {
        let epoch = EmbedEvent::Epoch {
            epoch: 1,
            step: 75,
            train_loss: Some(0.5),
            test_loss: 0.25,
            test_accuracy: 0.96,
            test_dice: None,
            images_per_second: 390.0,
        };
        assert_eq!(
            json(epoch),
            serde_json::json!({
                "source": "imaging-playground", "type": "epoch", "epoch": 1, "step": 75,
                "trainLoss": 0.5, "testLoss": 0.25, "testAccuracy": 0.96, "imagesPerSecond": 390,
            })
        );
        let finished = EmbedEvent::Finished {
            epoch: 24,
            step: 1080,
            test_accuracy: 0.99,
            test_dice: Some(TestDice { mean: Some(0.8), classes: vec![Some(0.8), None] }),
        };
        assert_eq!(
            json(finished),
            serde_json::json!({
                "source": "imaging-playground", "type": "finished", "epoch": 24, "step": 1080,
                "testAccuracy": 0.99, "testDice": {"mean": 0.8, "classes": [0.8, null]},
            })
        );
    }

    #[test]
    fn an_answer_has_the_state_and_repeats_the_identifier() {
        let report = StateReport {
            id: Some(EmbedId::Number(3.0)),
            state: "paused",
            step: 10,
            epoch: 0,
            link: "model=mlp&seed=1".into(),
            views: vec!["curves", "layers"],
            test_loss: None,
            test_accuracy: Some(0.25),
            test_dice: None,
        };
        assert_eq!(
            json(EmbedEvent::Report(report)),
            serde_json::json!({
                "source": "imaging-playground", "type": "state", "state": "paused", "step": 10,
                "epoch": 0, "link": "model=mlp&seed=1", "views": ["curves", "layers"],
                "testLoss": null, "testAccuracy": 0.25, "id": 3,
            })
        );
        let id = Some(EmbedId::Text("\"a".into()));
        assert_eq!(
            json(EmbedEvent::Refused { reason: "It is locked.".into(), count: 2, id }),
            serde_json::json!({
                "source": "imaging-playground", "type": "refused", "reason": "It is locked.",
                "count": 2, "id": "\"a",
            })
        );
        assert_eq!(json(EmbedEvent::Height { height: 360 })["height"], 360);
    }

    #[test]
    fn any_text_and_any_number_are_json() {
        let message = "“a” \"b\" \\ c\n\u{1}".to_owned();
        assert_eq!(
            json(EmbedEvent::Error { code: "bad-link", message: message.clone() }),
            serde_json::json!({
                "source": "imaging-playground", "type": "error", "code": "bad-link",
                "message": message,
            })
        );
        assert_eq!(
            json(EmbedEvent::Step { step: 1, loss: f32::NAN })["loss"],
            serde_json::Value::Null
        );
        assert_eq!(json(EmbedEvent::Step { step: 1, loss: 0.1 })["loss"], 0.1);
    }
}
