//! Packs: lists them, fetches them once, and decodes them with the reader.

use js_sys::{Array, JSON, Reflect, Uint8Array};
use model::{DataSource, DatasetKey, Sampling};
use protocol::{ErrorCode, Problem};
use store::action::Action;
use store::packs::ListedPack;
use store::progress::Progress;
use wasm_bindgen::{JsCast, JsValue};

use crate::clients::download::{fetch, js_error_message};
use crate::own_data::kept;
use crate::page::Page;
use crate::page_meta::pack_list;

/// Folder of the packs, relative to the page.
const PACKS: &str = "packs/";

impl Page {
    /// Fetches a pack, or the visitor's own data from where they are kept, and decodes it.
    pub(super) async fn fetch_pack(
        self,
        source: DataSource,
        file: &str,
        bytes: u64,
    ) -> Result<(), Problem> {
        let mut progress =
            move |progress: Progress| self.dispatch(Action::PackProgress(source, progress));
        let pack = match source.is_own() {
            true => self.own_bytes(source).await?,
            false => fetch(&format!("{PACKS}{file}"), bytes, &mut progress)
                .await
                .map_err(|error| Problem::new(ErrorCode::Network, error))?,
        };
        let config = self.inner().state.borrow().link.config.clone();
        let key = match DatasetKey::of(&config) {
            wanted if wanted.source == source => wanted,
            _ => DatasetKey::new(source, Sampling::DEFAULT, 0),
        };
        let decoded = self.decode(key, Some(&pack)).await?;
        let inner = self.inner();
        let mut datasets = inner.datasets.borrow_mut();
        datasets.keep_pack(source, pack);
        datasets.insert(key, decoded);
        Ok(())
    }

    /// Returns the bytes of the visitor's own data, read from where the browser keeps them if they are
    /// not on the page yet.
    pub(crate) async fn own_bytes(self, source: DataSource) -> Result<Uint8Array, Problem> {
        let known = self.inner().datasets.borrow().pack(source);
        if let Some(bytes) = known {
            return Ok(bytes);
        }
        let bytes = kept::load(source).await?;
        self.inner().datasets.borrow_mut().keep_pack(source, bytes.clone());
        Ok(bytes)
    }
}

/// Fetches the list of packs of the site.
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

/// Parses the list of packs, the JSON form of `data::Index`. It uses the browser's parser, since a
/// parser in Rust would be larger than the rest of this file.
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
