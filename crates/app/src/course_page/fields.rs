//! Reading of a posted object, within the limits of [`protocol::embed_command`].

use js_sys::{Array, JsString, Object, Reflect};
use protocol::embed_command::{EmbedValue, FIELDS, MAX_PARAMETERS, MAX_TEXT_UNITS};
use wasm_bindgen::{JsCast, JsValue};

/// Returns the fields of a posted value that have a meaning. A posted value is a copy, so that
/// reading it runs no code of the page that posted it.
pub(super) fn read(data: &JsValue) -> Vec<(&'static str, EmbedValue)> {
    if !data.is_object() {
        return Vec::new();
    }
    let field = |name: &'static str| {
        let value = Reflect::get(data, &name.into()).ok()?;
        (!value.is_undefined()).then(|| (name, read_value(&value, true)))
    };
    FIELDS.into_iter().filter_map(field).collect()
}

fn read_value(value: &JsValue, with_objects: bool) -> EmbedValue {
    if let Some(number) = value.as_f64() {
        EmbedValue::Number(number)
    } else if let Some(on) = value.as_bool() {
        EmbedValue::Flag(on)
    } else if let Some(text) = value.dyn_ref::<JsString>() {
        read_text(text).map_or(EmbedValue::Other, EmbedValue::Text)
    } else if let Some(list) = value.dyn_ref::<Array>() {
        read_list(list).map_or(EmbedValue::Other, EmbedValue::Text)
    } else if let Some(object) = value.dyn_ref::<Object>().filter(|_| with_objects) {
        read_object(object).map_or(EmbedValue::Other, EmbedValue::Object)
    } else {
        EmbedValue::Other
    }
}

/// Returns a text unless it is too long. Its length is checked before it is copied.
fn read_text(text: &JsString) -> Option<String> {
    (text.length() as usize <= MAX_TEXT_UNITS).then(|| text.into())
}

/// Joins a list of texts with commas.
fn read_list(list: &Array) -> Option<String> {
    if list.length() as usize > MAX_PARAMETERS {
        return None;
    }
    let text = |item: JsValue| read_text(item.dyn_ref::<JsString>()?);
    let texts: Option<Vec<String>> = list.iter().map(text).collect();
    texts.map(|texts| texts.join(","))
}

fn read_object(object: &Object) -> Option<Vec<(String, EmbedValue)>> {
    let keys = Object::keys(object);
    if keys.length() as usize > MAX_PARAMETERS {
        return None;
    }
    keys.iter()
        .map(|key| {
            let value = Reflect::get(object, &key).ok()?;
            Some((read_text(key.dyn_ref()?)?, read_value(&value, false)))
        })
        .collect()
}
