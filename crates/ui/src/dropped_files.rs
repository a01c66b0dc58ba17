//! Files that are dropped on the page, also those in folders.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader,
    FileSystemEntry, FileSystemFileEntry,
};

/// Maximum number of files that are read from folders, unless another is asked for.
pub const MAX_FILES: usize = 5_000;

/// Property of a dropped file with its path. The browser's own, `webkitRelativePath`, is empty unless
/// a folder was chosen with a button.
const PATH: &str = "droppedPath";

/// Returns the path of a file that was dropped or chosen in a folder, otherwise its name.
pub fn path_of(file: &File) -> String {
    let path = |key: &str| {
        let path = Reflect::get(file, &key.into()).ok()?.as_string()?;
        (!path.is_empty()).then_some(path)
    };
    path(PATH).or_else(|| path("webkitRelativePath")).unwrap_or_else(|| file.name())
}

/// Files and folders of a drop. The browser forgets them when the event has been handled, so they
/// are taken out at once and read later.
#[derive(Debug, Default)]
pub struct DroppedFiles {
    entries: Vec<FileSystemEntry>,
    /// Files of a browser that has no entries.
    files: Vec<File>,
}

impl DroppedFiles {
    /// Takes the files and folders out of an event.
    pub fn take(transfer: Option<DataTransfer>) -> Self {
        let Some(transfer) = transfer else { return Self::default() };
        let items = transfer.items();
        let entry = |index: u32| items.get(index)?.webkit_get_as_entry().ok().flatten();
        let entries: Vec<_> = (0..items.length()).filter_map(entry).collect();
        let files = if entries.is_empty() { list_files(transfer.files()) } else { Vec::new() };
        Self { entries, files }
    }

    /// Returns all files, those in folders too, at most `max_files`. What cannot be read is left
    /// out, as are files whose names begin with a dot.
    pub async fn read(self, max_files: usize) -> Vec<File> {
        let Self { mut entries, mut files } = self;
        // Folders are opened in the order in which they are found, each after its files.
        entries.reverse();
        while let Some(entry) = entries.pop() {
            if files.len() >= max_files {
                break;
            }
            if let Some(entry) = entry.dyn_ref::<FileSystemFileEntry>() {
                files.extend(file_of(entry).await.filter(|file| !file.name().starts_with('.')));
            } else if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>() {
                let mut inside = entries_of(&folder.create_reader(), max_files).await;
                inside.reverse();
                entries.extend(inside);
            }
        }
        files
    }
}

/// Returns the files of a list.
pub fn list_files(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let file = with_callbacks(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve.unchecked_ref(), reject.unchecked_ref());
    });
    let file: File = file.await.ok()?.dyn_into().ok()?;
    let path = entry.full_path();
    // Without it, the file counts as one outside of folders.
    let _ = Reflect::set(&file, &PATH.into(), &path.trim_start_matches('/').into());
    Some(file)
}

/// Returns everything in a folder. The browser gives some hundred entries at a time, and none at the
/// end.
async fn entries_of(reader: &FileSystemDirectoryReader, max_files: usize) -> Vec<FileSystemEntry> {
    let mut all = Vec::new();
    while all.len() <= max_files {
        let some = with_callbacks(|resolve, reject| {
            // Fails only for a folder that is gone, which then has no entries.
            let _ = reader.read_entries_with_callback_and_callback(
                resolve.unchecked_ref(),
                reject.unchecked_ref(),
            );
        });
        let Ok(some) = some.await else { break };
        let some: Vec<_> = some.unchecked_into::<Array>().iter().collect();
        if some.is_empty() {
            break;
        }
        all.extend(some.into_iter().filter_map(|entry| entry.dyn_into().ok()));
    }
    all
}

/// Returns the value that a function with two callbacks passes to the first of them.
async fn with_callbacks(start: impl Fn(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(js_sys::Promise::new(&mut |resolve, reject| start(&resolve, &reject))).await
}
