//! Opens visitors' files with the reader.

use std::collections::HashMap;

use data::IMAGE_SIDE;
use data::user_files::{FileId, MaskFacts, Slices, is_dicom, is_image_file, is_webp};
use features::dataset::decode_image::decode_image;
use features::own_slices::file_pairs::join_pairs;
use features::own_slices::scan_readers::{Later, OpenedFile, ScanReaders};
use features::predict::predict_view::{Dropped, LaterPixels};
use js_sys::Uint8Array;
use leptos::prelude::{LocalStorage, StoredValue, UpdateValue, WithValue};
use protocol::{ErrorCode, Problem};
use reader::{Request, Response, problem_in};
use ui::erased_signal::Callback;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::clients::reader::unexpected_answer;
use crate::page::Page;

/// Number of bytes that tell what a file is.
const START_BYTES: f64 = 1024.0;

/// Number of files up to which one that cannot be read is told. In a folder of more there are others
/// beside those that are meant.
const FEW_FILES: usize = 4;

/// Opens visitors' files, which the page keeps as long as they are open.
#[derive(Clone, Copy)]
struct Opener {
    page: Page,
    /// Files that are open in the reader, by their numbers.
    files: StoredValue<HashMap<FileId, web_sys::File>, LocalStorage>,
}

/// Returns the functions that read a visitor's scan.
pub fn scan_readers(page: Page) -> ScanReaders {
    let opener = Opener::new(page);
    ScanReaders {
        open: (move |files| -> Later<Vec<OpenedFile>> { Box::pin(opener.open_all(files)) }).into(),
        volume: (move |(file, volume)| -> Later<OpenedFile> {
            Box::pin(opener.open_volume(file, volume))
        })
        .into(),
        mask: (move |(image, mask, classes)| -> Later<MaskFacts> {
            Box::pin(opener.match_mask(image, mask, classes))
        })
        .into(),
        slices: (move |request| -> Later<Slices> {
            Box::pin(async move {
                match ask(page, Request::Slices(request), None).await? {
                    Response::Slices(slices) => Ok(slices),
                    _ => Err(unexpected_answer()),
                }
            })
        })
        .into(),
        close: (move |files| opener.close(files)).into(),
    }
}

/// Returns the function that converts visitors' files to the input of a classifier: the first
/// picture, or the middle slice of the first volume.
pub fn visitor_image_reader(page: Page) -> Callback<Vec<web_sys::File>, LaterPixels> {
    let opener = Opener::new(page);
    (move |files| -> LaterPixels {
        Box::pin(async move {
            let files = opener.open_all(files).await?;
            let close = || opener.close(files.iter().map(|file| file.id).collect());
            let Some(OpenedFile { id, facts }) = files.first() else {
                return Err(unexpected_answer());
            };
            let request = Request::Thumbnail { file: *id, size: [IMAGE_SIDE; 2] };
            let pixels = ask(page, request, None).await;
            close();
            match pixels? {
                Response::Thumbnail(pixels) => Ok(Dropped { name: facts.name.clone(), pixels }),
                _ => Err(unexpected_answer()),
            }
        })
    })
    .into()
}

impl Opener {
    fn new(page: Page) -> Self {
        Self { page, files: StoredValue::new_local(HashMap::new()) }
    }

    /// Opens files that were dropped together: at most two, of which DICOM files count as one. If
    /// one cannot be opened, none stays open.
    async fn open_all(self, files: Vec<web_sys::File>) -> Result<Vec<OpenedFile>, Problem> {
        let mut opened: Vec<OpenedFile> = Vec::new();
        for (file, notes) in self.joined(files).await? {
            match self.open(new_id(), file, 0).await {
                Ok(mut file) => {
                    file.facts.notes.splice(0..0, notes);
                    opened.push(file);
                }
                Err(problem) => {
                    self.close(opened.into_iter().map(|file| file.id).collect());
                    return Err(problem);
                }
            }
        }
        Ok(opened)
    }

    /// Returns the files that are to be opened, with notes about them: those of pairs joined, and
    /// DICOM files converted to one volume.
    async fn joined(
        self,
        files: Vec<web_sys::File>,
    ) -> Result<Vec<(web_sys::File, Vec<String>)>, Problem> {
        let count = files.len();
        let (mut dicom, mut others) = (Vec::new(), Vec::new());
        for file in files {
            let start = start_of(&file).await?;
            if is_dicom(&start) {
                dicom.push(file);
            } else if count <= FEW_FILES || is_image_file(&file.name(), &start) {
                others.push(file);
            }
        }
        let mut joined: Vec<_> =
            join_pairs(&others).into_iter().map(|file| (file, vec![])).collect();
        let volumes = joined.len() + usize::from(!dicom.is_empty());
        if volumes > 2 {
            return Err(Problem::new(
                ErrorCode::BadImage,
                format!(
                    "{volumes} files are too many. Choose one image or volume, and its mask, or the \
                     files of one DICOM series."
                ),
            ));
        }
        if volumes == 0 {
            let sentence = format!(
                "None of the {count} files is a picture, a NIfTI volume or a DICOM file. Choose others."
            );
            return Err(Problem::new(ErrorCode::BadImage, sentence));
        }
        if !dicom.is_empty() {
            joined.insert(0, self.page.dicom().convert(dicom).await?);
        }
        Ok(joined)
    }

    /// Opens another volume of an open file.
    async fn open_volume(self, id: FileId, volume: usize) -> Result<OpenedFile, Problem> {
        let file = self.file(id)?;
        self.open(id, file, volume).await
    }

    async fn open(
        self,
        id: FileId,
        file: web_sys::File,
        volume: usize,
    ) -> Result<OpenedFile, Problem> {
        let name = file.name();
        let start = start_of(&file).await?;
        let response = if is_webp(&start) {
            let image = decode_image(&file).await?;
            let request = Request::OpenGray { file: id, name, size: image.size };
            let gray = Uint8Array::from(image.pixels.as_slice());
            ask(self.page, request, Some(&gray)).await?
        } else {
            ask(self.page, Request::Open { file: id, name, volume }, Some(&file)).await?
        };
        match response {
            Response::Opened(facts) => {
                self.files.update_value(|files| {
                    files.insert(id, file);
                });
                Ok(OpenedFile { id, facts: *facts })
            }
            _ => Err(unexpected_answer()),
        }
    }

    async fn match_mask(
        self,
        image: FileId,
        mask: FileId,
        classes: Vec<String>,
    ) -> Result<MaskFacts, Problem> {
        let file = self.file(mask)?;
        match ask(self.page, Request::Mask { image, mask, classes }, Some(&file)).await? {
            Response::Mask(facts) => Ok(facts),
            _ => Err(unexpected_answer()),
        }
    }

    fn close(self, files: Vec<FileId>) {
        self.files.update_value(|open| open.retain(|id, _| !files.contains(id)));
        let page = self.page;
        ui::spawn::spawn(async move {
            // A reader that crashed has none of them open.
            let _ = ask(page, Request::Close(files), None).await;
        });
    }

    fn file(self, id: FileId) -> Result<web_sys::File, Problem> {
        let file = self.files.with_value(|files| files.get(&id).cloned());
        file.ok_or_else(unexpected_answer)
    }
}

async fn ask(page: Page, request: Request, file: Option<&JsValue>) -> Result<Response, Problem> {
    page.reader().ask(&request, file).await
}

/// Returns a number that no other file has.
fn new_id() -> FileId {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Returns the first bytes of a file.
async fn start_of(file: &web_sys::File) -> Result<Vec<u8>, Problem> {
    let unreadable =
        |_| problem_in(&file.name(), "the file could not be read from the disk. Choose it again.");
    let start = file.slice_with_f64_and_f64(0.0, START_BYTES).map_err(unreadable)?;
    let buffer = JsFuture::from(start.array_buffer()).await.map_err(unreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
