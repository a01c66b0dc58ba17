//! Packs: fetched once, opened on the page, handed to the engine as they are.

use std::collections::HashMap;

use data::{Index, Pack, SlicePack};
use js_sys::Uint8Array;
use protocol::{DataSource, ErrorCode, Lab, Problem};

use crate::fetch::fetch;
use crate::page::Page;
use crate::reduce::{Action, Listed};
use crate::state::Progress;

/// Where packs lie, beside the page.
const PACKS: &str = "packs/";

/// The packs that are open, by [`DataSource::pack`], with their bytes, which the engine gets as
/// well. They stay open, so that the way back to a lab is short.
pub(crate) type OpenPacks = HashMap<&'static str, (OpenPack, Uint8Array)>;

/// An open pack.
pub(crate) enum OpenPack {
    /// Images with a class each.
    Images(Pack),
    /// Slices with a mask each.
    Slices(SlicePack),
}

impl Page {
    /// Fetches and opens a pack.
    pub(super) async fn fetch_pack(
        self,
        source: DataSource,
        file: &str,
        bytes: u64,
    ) -> Result<(), Problem> {
        let Some(name) = source.pack() else { return Ok(()) };
        let progress =
            move |progress: Progress| self.dispatch(Action::PackProgress(source, progress));
        let bytes = fetch(&format!("{PACKS}{file}"), bytes, progress)
            .await
            .map_err(|error| Problem::new(ErrorCode::Network, error))?;
        let bad = |error: &dyn ToString| Problem::new(ErrorCode::BadPack, error.to_string());
        let pack = match source.lab() {
            Lab::Classify => {
                OpenPack::Images(Pack::open(bytes.to_vec()).map_err(|error| bad(&error))?)
            }
            Lab::Segment => {
                OpenPack::Slices(SlicePack::open(bytes.to_vec()).map_err(|error| bad(&error))?)
            }
        };
        self.inner().packs.borrow_mut().insert(name, (pack, bytes));
        Ok(())
    }

    /// The bytes of a pack; none for generated images.
    pub(super) fn pack_bytes(self, source: DataSource) -> Vec<u8> {
        let inner = self.inner();
        let packs = inner.packs.borrow();
        let pack = source.pack().and_then(|name| packs.get(name));
        pack.map(|(_, bytes)| bytes.to_vec()).unwrap_or_default()
    }
}

/// Asks the site which packs it has.
pub(super) async fn list_packs() -> Result<Vec<Listed>, Problem> {
    let bytes = fetch(&format!("{PACKS}index.json"), 0, |_| {})
        .await
        .map_err(|error| Problem::new(ErrorCode::Network, error))?;
    let index: Index = serde_json::from_slice(&bytes.to_vec()).map_err(|error| {
        let message = format!(
            "The list of data packs cannot be read ({error}). Tell whoever hosts the page."
        );
        Problem::new(ErrorCode::BadPack, message)
    })?;
    let listed = index.packs.into_iter().map(|pack| Listed {
        name: pack.manifest.name,
        file: pack.file,
        bytes: pack.bytes,
    });
    Ok(listed.collect())
}
