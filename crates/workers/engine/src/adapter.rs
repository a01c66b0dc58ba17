//! Description of the browser's WebGPU adapter. Its properties are read by name, since web-sys has
//! its WebGPU types behind an unstable switch.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::choice::Adapter;

/// Describes the adapter that burn would use. Returns `None` if there is none.
pub async fn describe() -> Option<Adapter> {
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let options = Object::new();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into()).ok()?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call1(&gpu, &options).ok()?.dyn_into().ok()?;
    let adapter = JsFuture::from(promise).await.ok().filter(JsValue::is_object)?;
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    Some(Adapter {
        name: name(&info),
        // Newer browsers have this property in `info`, older ones on the adapter.
        fallback: [&info, &adapter]
            .iter()
            .any(|value| get(value, "isFallbackAdapter").is_some_and(|v| v.is_truthy())),
        timestamps: has_feature(&adapter, "timestamp-query"),
    })
}

/// Returns the parts of the adapter's name that the browser does not hide, without repeated words.
fn name(info: &JsValue) -> String {
    let mut parts: Vec<String> = Vec::new();
    for key in ["description", "vendor", "architecture", "device"] {
        let part = get(info, key).and_then(|v| v.as_string()).unwrap_or_default();
        let known = parts.iter().any(|p| p.to_lowercase().contains(&part.to_lowercase()));
        if !part.is_empty() && !known {
            parts.push(part);
        }
    }
    parts.join(" ")
}

fn has_feature(adapter: &JsValue, feature: &str) -> bool {
    let Some(features) = get(adapter, "features") else { return false };
    get(&features, "has")
        .and_then(|has| has.dyn_into::<Function>().ok())
        .and_then(|has| has.call1(&features, &feature.into()).ok())
        .is_some_and(|found| found.is_truthy())
}

/// Returns a property, or `None` if it is missing, undefined or null.
fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    if !object.is_object() {
        return None;
    }
    let value = Reflect::get(object, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
