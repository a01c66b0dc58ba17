//! Packs: fetched once, looked into by the reader, handed to the engine as they are.

use js_sys::{Array, JSON, Reflect, Uint8Array};
use model::DataSource;
use protocol::{ErrorCode, Problem};
use reader::Request;
use store::action::Action;
use store::packs::ListedPack;
use store::progress::Progress;
use wasm_bindgen::{JsCast, JsValue};

use crate::clients::download::{fetch, js_error_message};
use crate::page::Page;
use crate::page_meta::pack_list;

/// Where packs lie, beside the page.
const PACKS: &str = "packs/";

impl Page {
    /// Fetches a pack and makes sure that it can be opened.
    pub(super) async fn fetch_pack(
        self,
        source: DataSource,
        file: &str,
        bytes: u64,
    ) -> Result<(), Problem> {
        let Some(name) = source.pack_name() else { return Ok(()) };
        let mut progress =
            move |progress: Progress| self.dispatch(Action::PackProgress(source, progress));
        let bytes = fetch(&format!("{PACKS}{file}"), bytes, &mut progress)
            .await
            .map_err(|error| Problem::new(ErrorCode::Network, error))?;
        self.inner().reader.ask(&Request::Open(source.lab()), Some(&bytes)).await?;
        let inner = self.inner();
        let mut packs = inner.packs.borrow_mut();
        packs.retain(|(known, _)| *known != name);
        packs.push((name, bytes));
        Ok(())
    }

    /// The file of a pack; none for generated images.
    pub(super) fn pack_file(self, source: DataSource) -> Option<Uint8Array> {
        let (name, inner) = (source.pack_name()?, self.inner());
        let packs = inner.packs.borrow();
        packs.iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.clone())
    }

    /// The bytes of a pack; none for generated images.
    pub(super) fn pack_bytes(self, source: DataSource) -> Vec<u8> {
        self.pack_file(source).map(|bytes| bytes.to_vec()).unwrap_or_default()
    }
}

/// Asks the site which packs it has.
pub(super) async fn list_packs() -> Result<Vec<ListedPack>, Problem> {
    let bytes = fetch(&pack_list(), 0, &mut |_| {})
        .await
        .map_err(|error| Problem::new(ErrorCode::Network, error))?;
    listed(&bytes.to_vec()).map_err(|error| {
        let message = format!(
            "The list of data packs cannot be read ({}). Tell whoever hosts the page.",
            js_error_message(&error)
        );
        Problem::new(ErrorCode::BadPack, message)
    })
}

/// Reads the list of packs, `data::Index` as JSON. The browser parses it: a parser of ours would be
/// larger than the rest of this file.
fn listed(json: &[u8]) -> Result<Vec<ListedPack>, JsValue> {
    let index = JSON::parse(&String::from_utf8_lossy(json))?;
    let get = |value: &JsValue, key: &str| Reflect::get(value, &key.into());
    let packs: Array = get(&index, "packs")?.dyn_into().map_err(|_| "it has no “packs”")?;
    let pack = |pack: JsValue| {
        let name = get(&get(&pack, "manifest")?, "name")?.as_string();
        let (file, bytes) = (get(&pack, "file")?.as_string(), get(&pack, "bytes")?.as_f64());
        match (name, file, bytes) {
            (Some(name), Some(file), Some(bytes)) => {
                Ok(ListedPack { name, file, bytes: bytes as u64 })
            }
            _ => Err("a pack has no name, file or size".into()),
        }
    };
    packs.iter().map(pack).collect()
}
