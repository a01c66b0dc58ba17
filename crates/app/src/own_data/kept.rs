//! Keeps the visitor's own data in this browser, in a cache of the Cache API. Which data there are is
//! in the local storage, since the page has to know it when it opens.
//!
//! A private window or a full disk may refuse to keep anything. Then the data last for the visit.

use js_sys::{Promise, Uint8Array};
use model::{DataSource, Lab};
use protocol::{ErrorCode, Problem};
use store::packs::{PackStatus, Packs};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::clients::download::js_error_message;
use crate::local_storage::{load_text, remove_text, save_text};
use crate::page_meta::page_address;

// Declared here, since the features of web-sys for caches would bring a service worker's types.
#[wasm_bindgen]
extern "C" {
    type Cache;

    #[wasm_bindgen(catch, js_namespace = caches, js_name = open)]
    fn open_cache(name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = caches, js_name = delete)]
    fn delete_cache(name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Cache, key: &str, response: &Response) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = match)]
    fn find(this: &Cache, key: &str) -> Result<Promise, JsValue>;
}

/// Name of the cache and of the entry in the local storage. Other copies of the page on the same
/// origin have others; the caches that the service worker deletes have another beginning.
fn place() -> String {
    format!("own data {}", page_address())
}

async fn cache() -> Result<Cache, JsValue> {
    Ok(JsFuture::from(open_cache(&place())?).await?.unchecked_into())
}

/// Returns the address that stands for the data of a lab; nothing is fetched from it.
fn key(lab: Lab) -> String {
    format!("own-data-{}", lab.slug())
}

/// Adds the data that were kept on an earlier visit.
pub(crate) fn list(packs: &mut Packs) {
    for (source, bytes) in parse(&load_text(&place())) {
        packs.add_own(source, PackStatus::Listed { file: String::new(), bytes });
    }
}

/// Returns the data sets of a list: lab, number of the import and size in bytes, separated by commas,
/// one data set a line. What cannot be read is left out.
fn parse(list: &str) -> Vec<(DataSource, u64)> {
    let entry = |line: &str| {
        let (lab, rest) = line.split_once(',')?;
        let (import, bytes) = rest.split_once(',')?;
        let lab = [Lab::Classify, Lab::Segment].into_iter().find(|known| known.slug() == lab)?;
        Some((DataSource::own(lab, import.parse().ok()?), bytes.parse().ok()?))
    };
    list.lines().filter_map(entry).collect()
}

/// Returns the list with another data set in place of that of the same lab.
fn with(list: &str, source: DataSource, bytes: Option<u64>) -> String {
    let mut all = parse(list);
    all.retain(|(other, _)| other.lab() != source.lab());
    all.extend(bytes.map(|bytes| (source, bytes)));
    let line = |(source, bytes): &(DataSource, u64)| {
        let import = match source {
            DataSource::OwnImages(import) | DataSource::OwnSlices(import) => *import,
            _ => 0,
        };
        format!("{},{import},{bytes}", source.lab().slug())
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Keeps the bytes of a data set.
///
/// # Errors
///
/// Returns a sentence if the browser refuses.
pub(crate) async fn keep(source: DataSource, bytes: &Uint8Array) -> Result<(), String> {
    let kept = async {
        let cache = cache().await?;
        let response = Response::new_with_opt_js_u8_array(Some(bytes))?;
        JsFuture::from(cache.put(&key(source.lab()), &response)?).await
    };
    match kept.await {
        Ok(_) => {
            let length = u64::from(bytes.length());
            save_text(&place(), &with(&load_text(&place()), source, Some(length)));
            Ok(())
        }
        Err(error) => {
            // An older import must not come back in place of this one.
            save_text(&place(), &with(&load_text(&place()), source, None));
            Err(format!(
                "This browser does not keep them for another visit ({}), as in a private window or \
                 when the disk is full.",
                js_error_message(&error)
            ))
        }
    }
}

/// Returns the bytes that were kept of a data set.
///
/// # Errors
///
/// Returns a problem if they are not there any more.
pub(crate) async fn load(source: DataSource) -> Result<Uint8Array, Problem> {
    let found = async {
        let cache = cache().await?;
        let found = JsFuture::from(cache.find(&key(source.lab()))?).await?;
        let response: Response = found.dyn_into().map_err(|_| JsValue::from("not found"))?;
        let buffer = JsFuture::from(response.array_buffer()?).await?;
        Ok::<_, JsValue>(Uint8Array::new(&buffer))
    };
    found.await.map_err(|error| {
        log::debug!("own data were not read: {}", js_error_message(&error));
        save_text(&place(), &with(&load_text(&place()), source, None));
        let sentence = "This browser no longer has your own images; it deletes what a page keeps when \
                        the disk is full. Choose them again under “Your own …”.";
        Problem::new(ErrorCode::BadPack, sentence)
    })
}

/// Deletes everything that was kept.
///
/// # Errors
///
/// Returns a sentence if the browser refuses.
pub(crate) async fn forget() -> Result<(), String> {
    remove_text(&place());
    let deleted = async { JsFuture::from(delete_cache(&place())?).await };
    match deleted.await {
        Ok(_) => Ok(()),
        Err(error) => Err(js_error_message(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lab_has_one_data_set_in_the_list() {
        let images = DataSource::OwnImages(5);
        let list = with("", images, Some(100));
        assert_eq!(list, "classify,5,100");
        let list = with(&list, DataSource::OwnSlices(6), Some(200));
        assert_eq!(parse(&list), [(images, 100), (DataSource::OwnSlices(6), 200)]);
        let list = with(&list, DataSource::OwnImages(7), Some(300));
        assert_eq!(
            parse(&list),
            [(DataSource::OwnSlices(6), 200), (DataSource::OwnImages(7), 300)]
        );
        assert_eq!(with(&list, DataSource::OwnImages(0), None), "segment,6,200");
        assert_eq!(parse("x\nclassify,a,3\nclassify,4\n\nwrong,1,1"), []);
    }
}
