//! Reads a visitor's own data set with the reader, one file at a time.

use data::own_data::{MAX_TOTAL_BYTES, MAX_ZIP_BYTES, OwnDataError, Report};
use features::dataset::decode_image::decode_image;
use features::own_data::own_data_view::Progress;
use js_sys::{Array, Uint8Array};
use protocol::{ErrorCode, Problem};
use reader::{OwnRequest, OwnResponse, Request, Response};
use ui::dropped_files::path_of;
use ui::erased_signal::Callback;
use wasm_bindgen::JsValue;
use web_sys::File;

use crate::clients::dicom::DicomSession;
use crate::clients::download::js_error_message;
use crate::clients::reader::unexpected_answer;
use crate::page::Page;

/// Number of files between two reports of the progress.
const PROGRESS_FILES: usize = 10;

/// Sends a request about own data to the reader.
pub(crate) async fn ask(
    page: Page,
    request: OwnRequest,
    file: Option<&JsValue>,
) -> Result<OwnResponse, Problem> {
    match page.reader().ask(&Request::Own(request), file).await? {
        Response::Own(response) => Ok(response),
        _ => Err(unexpected_answer()),
    }
}

/// Returns the report of a response.
pub(crate) fn report(response: OwnResponse) -> Result<Report, Problem> {
    match response {
        OwnResponse::Report(report) => Ok(*report),
        _ => Err(unexpected_answer()),
    }
}

/// Reads a zip file, or the files of a folder. Returns `None` if it was stopped.
///
/// # Errors
///
/// Returns a problem if they are no data set. Files that cannot be read are skipped and named in the
/// report.
pub(crate) async fn read(
    page: Page,
    files: Vec<File>,
    progress: Callback<Progress>,
    is_stopped: impl Fn() -> bool,
) -> Result<Option<Report>, Problem> {
    let (planned, files) = plan(page, files).await?;
    let mut import = Import { page, files, dicom: None, is_stopped: &is_stopped };
    for (place, index) in planned.iter().enumerate() {
        // The reader may be reading other files by now.
        if is_stopped() {
            return Ok(None);
        }
        if place % PROGRESS_FILES == 0 {
            progress.run((place, planned.len()));
        }
        import.read(place, *index).await?;
    }
    if is_stopped() {
        return Ok(None);
    }
    progress.run((planned.len(), planned.len()));
    ask(page, OwnRequest::Finish, None).await.and_then(report).map(Some)
}

/// Tells the reader what the files are. Returns which of them are to be read, and the files; of a zip
/// file there are none.
async fn plan(page: Page, files: Vec<File>) -> Result<(Vec<usize>, Vec<File>), Problem> {
    let is_single = files.len() == 1 && !path_of(&files[0]).contains('/');
    let (response, files) = if is_single {
        let zip = &files[0];
        if zip.size() > MAX_ZIP_BYTES as f64 {
            return Err(bad(OwnDataError::LargeZip(zip.size() as u64)));
        }
        (ask(page, OwnRequest::Zip(zip.name()), Some(zip)).await?, Vec::new())
    } else {
        if files.iter().map(|file| file.size()).sum::<f64>() > MAX_TOTAL_BYTES as f64 {
            return Err(bad(OwnDataError::TooManyBytes));
        }
        let paths = files.iter().map(path_of).collect();
        (ask(page, OwnRequest::Files(paths), None).await?, files)
    };
    match response {
        OwnResponse::Planned(planned) => Ok((planned, files)),
        _ => Err(unexpected_answer()),
    }
}

fn bad(error: OwnDataError) -> Problem {
    Problem::new(ErrorCode::BadImage, error)
}

struct Import<'a> {
    page: Page,
    /// The files of a folder; empty if they are in a zip.
    files: Vec<File>,
    /// The converter of DICOM files, once there was one. It serves all files of the import.
    dicom: Option<DicomSession>,
    is_stopped: &'a dyn Fn() -> bool,
}

impl Import<'_> {
    /// Reads the file at a place of the plan.
    async fn read(&mut self, place: usize, index: usize) -> Result<(), Problem> {
        let file = self.files.get(index).cloned();
        let sent = file.as_ref().map(AsRef::as_ref);
        match ask(self.page, OwnRequest::Read(place), sent).await? {
            OwnResponse::Read => Ok(()),
            OwnResponse::Convert { is_dicom, bytes } => {
                let converted = match file.map_or_else(|| file_of(&bytes), Ok) {
                    Ok(file) if is_dicom => self.read_dicom(place, file).await,
                    Ok(file) => self.read_webp(place, &file).await,
                    Err(problem) => Err(problem),
                };
                match converted {
                    _ if (self.is_stopped)() => Ok(()),
                    Ok(()) => Ok(()),
                    Err(Problem { message: reason, .. }) => {
                        ask(self.page, OwnRequest::Skip { place, reason }, None).await.map(drop)
                    }
                }
            }
            _ => Err(unexpected_answer()),
        }
    }

    async fn read_webp(&self, place: usize, file: &File) -> Result<(), Problem> {
        let image = decode_image(file).await?;
        if (self.is_stopped)() {
            return Ok(());
        }
        let gray = Uint8Array::from(image.pixels.as_slice());
        let request = OwnRequest::ReadGray { place, size: image.size };
        ask(self.page, request, Some(&gray)).await.map(drop)
    }

    async fn read_dicom(&mut self, place: usize, file: File) -> Result<(), Problem> {
        let session = match self.dicom.take() {
            Some(session) => session,
            None => self.page.dicom().start().await?,
        };
        // A session that failed is not used again.
        let (volume, _) = session.convert(&[file]).await?;
        self.dicom = Some(session);
        if (self.is_stopped)() {
            return Ok(());
        }
        ask(self.page, OwnRequest::Read(place), Some(&volume)).await.map(drop)
    }
}

/// Returns a file of a zip for those who convert it.
fn file_of(bytes: &[u8]) -> Result<File, Problem> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, "file").map_err(|error| {
        Problem::new(
            ErrorCode::BadImage,
            format!("it was not unpacked: {}.", js_error_message(&error)),
        )
    })
}
