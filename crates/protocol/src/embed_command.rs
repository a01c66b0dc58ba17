//! Messages from a course page to the playground that it frames:
//! `{playground: 1, type, …}` with a version, posted with `postMessage`.
//!
//! The page reads the fields listed in [`FIELDS`] of the posted object, with the limits below, and
//! [`decode`] decides what they mean. Nothing else of a message is looked at.

use model::permalink::pairs;

/// Version of the messages, the value of their field `playground`.
pub const EMBED_VERSION: u32 = 1;

/// Fields of a message that have a meaning.
pub const FIELDS: [&str; 5] = ["playground", "type", "id", "link", "view"];

/// Maximum number of parameters in the field `link`.
pub const MAX_PARAMETERS: usize = 64;

/// Maximum length of a text in UTF-16 units. A longer text is [`EmbedValue::Other`].
pub const MAX_TEXT_UNITS: usize = 4000;

/// Maximum length of the field `id` in bytes.
const MAX_ID_BYTES: usize = 64;

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum EmbedValue {
    /// A text. A list of texts is one text with commas.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Flag(bool),
    /// An object with at most [`MAX_PARAMETERS`] keys.
    Object(Vec<(String, EmbedValue)>),
    /// A value that no field can have.
    Other,
}

/// What a course page asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum EmbedCommand {
    /// Train.
    Play,
    /// Stop after the current step.
    Pause,
    /// Make one step.
    Step,
    /// Train to the end of the epoch.
    Epoch,
    /// Evaluate the network on the test set now.
    Test,
    /// Go back to the untrained network.
    Reset,
    /// Change parameters of the link: keys and values.
    Configure(Vec<(String, String)>),
    /// Show views, such as `curves,layers`.
    View(String),
    /// Send an event with the state.
    State,
}

/// A message that was decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbedMessage {
    /// Identifier of the message, which the answer repeats.
    pub id: Option<EmbedId>,
    /// The command.
    pub command: EmbedCommand,
}

/// Identifier that a course page gave its message.
#[derive(Clone, Debug, PartialEq)]
pub enum EmbedId {
    /// A short text.
    Text(String),
    /// A number.
    Number(f64),
}

/// Decodes the fields of a message. Returns `None` for a message without a version, which is not
/// meant for the playground: browser extensions and learning platforms post others.
///
/// # Errors
///
/// Returns a sentence that says what is wrong with the message.
pub fn decode(fields: &[(&str, EmbedValue)]) -> Result<Option<EmbedMessage>, String> {
    let field =
        |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    match field("playground") {
        None => return Ok(None),
        Some(EmbedValue::Number(version)) if *version == f64::from(EMBED_VERSION) => {}
        Some(_) => {
            return Err(format!(
                "This page understands messages of version {EMBED_VERSION}: set the field \
                 “playground” to {EMBED_VERSION}."
            ));
        }
    }
    let id = match field("id") {
        None => None,
        Some(EmbedValue::Number(id)) if id.is_finite() => Some(EmbedId::Number(*id)),
        Some(EmbedValue::Text(id)) if id.len() <= MAX_ID_BYTES => Some(EmbedId::Text(id.clone())),
        Some(_) => {
            return Err(format!(
                "The field “id” of a message must be a number or a text of at most {MAX_ID_BYTES} \
                 bytes."
            ));
        }
    };
    let kind = match field("type") {
        Some(EmbedValue::Text(kind)) => kind.as_str(),
        _ => "",
    };
    let command = match kind {
        "play" => EmbedCommand::Play,
        "pause" => EmbedCommand::Pause,
        "step" => EmbedCommand::Step,
        "epoch" => EmbedCommand::Epoch,
        "test" => EmbedCommand::Test,
        "reset" => EmbedCommand::Reset,
        "state" => EmbedCommand::State,
        "configure" => EmbedCommand::Configure(parameters(field("link"))?),
        "view" => match field("view") {
            Some(EmbedValue::Text(view)) => EmbedCommand::View(view.clone()),
            _ => {
                return Err("A message of the type “view” needs a field “view” with the names of \
                            views, such as “curves,layers”."
                    .into());
            }
        },
        _ => {
            return Err("The field “type” of a message must be play, pause, step, epoch, test, \
                        reset, configure, view or state."
                .into());
        }
    };
    Ok(Some(EmbedMessage { id, command }))
}

/// Returns the parameters in the field `link`: a query string, or an object of parameters.
fn parameters(link: Option<&EmbedValue>) -> Result<Vec<(String, String)>, String> {
    let found = match link {
        Some(EmbedValue::Text(query)) => Some(pairs(query)),
        Some(EmbedValue::Object(fields)) => fields
            .iter()
            .map(|(key, value)| {
                let text = match value {
                    EmbedValue::Text(text) => text.clone(),
                    EmbedValue::Number(number) => number.to_string(),
                    EmbedValue::Flag(on) => u8::from(*on).to_string(),
                    EmbedValue::Object(_) | EmbedValue::Other => return None,
                };
                Some((key.clone(), text))
            })
            .collect(),
        _ => None,
    };
    found.filter(|pairs| pairs.len() <= MAX_PARAMETERS).ok_or_else(|| {
        format!(
            "A message of the type “configure” needs a field “link”: a text such as \
             “model=mlp&epochs=5”, or an object of at most {MAX_PARAMETERS} parameters with texts, \
             numbers and truth values."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> EmbedValue {
        EmbedValue::Text(text.into())
    }

    fn message(kind: &str, more: &[(&'static str, EmbedValue)]) -> Vec<(&'static str, EmbedValue)> {
        let mut fields = vec![("playground", EmbedValue::Number(1.0)), ("type", text(kind))];
        fields.extend_from_slice(more);
        fields
    }

    fn command(kind: &str, more: &[(&'static str, EmbedValue)]) -> EmbedCommand {
        decode(&message(kind, more)).unwrap().unwrap().command
    }

    #[test]
    fn each_type_is_a_command() {
        for (kind, expected) in [
            ("play", EmbedCommand::Play),
            ("pause", EmbedCommand::Pause),
            ("step", EmbedCommand::Step),
            ("epoch", EmbedCommand::Epoch),
            ("test", EmbedCommand::Test),
            ("reset", EmbedCommand::Reset),
            ("state", EmbedCommand::State),
        ] {
            assert_eq!(command(kind, &[]), expected);
        }
        assert_eq!(
            command("view", &[("view", text("curves,layers"))]),
            EmbedCommand::View("curves,layers".into())
        );
    }

    #[test]
    fn a_configuration_is_a_query_string_or_an_object() {
        let expected = |pairs: &[(&str, &str)]| {
            let owned = pairs.iter().map(|(key, value)| ((*key).into(), (*value).into()));
            EmbedCommand::Configure(owned.collect())
        };
        assert_eq!(
            command("configure", &[("link", text("?model=mlp&lr=0.01"))]),
            expected(&[("model", "mlp"), ("lr", "0.01")])
        );
        let object = EmbedValue::Object(vec![
            ("model".into(), text("mlp")),
            ("lr".into(), EmbedValue::Number(0.01)),
            ("epochs".into(), EmbedValue::Number(3.0)),
            ("bn".into(), EmbedValue::Flag(false)),
        ]);
        assert_eq!(
            command("configure", &[("link", object)]),
            expected(&[("model", "mlp"), ("lr", "0.01"), ("epochs", "3"), ("bn", "0")])
        );
    }

    #[test]
    fn a_message_without_a_version_is_not_meant_for_the_page() {
        assert_eq!(decode(&[]), Ok(None));
        assert_eq!(decode(&[("type", text("play"))]), Ok(None));
    }

    #[test]
    fn what_is_malformed_is_refused_with_a_sentence() {
        let nested = EmbedValue::Object(vec![("a".into(), EmbedValue::Object(vec![]))]);
        let many = vec![("a".into(), EmbedValue::Flag(true)); MAX_PARAMETERS + 1];
        for (fields, words) in [
            (vec![("playground", EmbedValue::Number(2.0))], "of version 1"),
            (vec![("playground", text("1"))], "of version 1"),
            (vec![("playground", EmbedValue::Number(f64::NAN))], "of version 1"),
            (message("stop", &[]), "“type”"),
            (vec![("playground", EmbedValue::Number(1.0))], "“type”"),
            (message("view", &[]), "“view”"),
            (message("view", &[("view", EmbedValue::Other)]), "“view”"),
            (message("configure", &[]), "“link”"),
            (message("configure", &[("link", nested)]), "“link”"),
            (message("configure", &[("link", EmbedValue::Object(many))]), "“link”"),
            (message("configure", &[("link", text(&"a&".repeat(100)))]), "“link”"),
            (message("state", &[("id", text(&"x".repeat(65)))]), "“id”"),
            (message("state", &[("id", EmbedValue::Number(f64::INFINITY))]), "“id”"),
        ] {
            let sentence = decode(&fields).unwrap_err();
            assert!(sentence.contains(words) && sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn an_answer_can_repeat_the_identifier() {
        let id = |id| decode(&message("state", &[("id", id)])).unwrap().unwrap().id;
        assert_eq!(id(text("a")), Some(EmbedId::Text("a".into())));
        assert_eq!(id(EmbedValue::Number(7.0)), Some(EmbedId::Number(7.0)));
        assert_eq!(decode(&message("state", &[])).unwrap().unwrap().id, None);
    }
}
