//! Client of the converter of DICOM files, whose module is loaded when it is needed first.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::Array;
use protocol::dicom::{ConvertDicom, ConvertedDicom};
use protocol::{ErrorCode, Problem};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

use crate::clients::download::{fetch, js_error_message};
use crate::clients::worker_handle::{WorkerFailure, WorkerFiles, WorkerHandle, WorkerMessage};

type Reply = (Result<ConvertedDicom, Problem>, JsValue);

/// Where the answer to a conversion goes.
type Answer = oneshot::Sender<WorkerMessage<Reply>>;

/// A worker that converts DICOM files, one request after the other.
pub struct DicomSession {
    worker: WorkerHandle,
    waiting: Rc<RefCell<Option<Answer>>>,
}

/// Client of the converter of DICOM files.
#[derive(Clone, Debug)]
pub struct DicomConverter {
    files: WorkerFiles,
}

impl DicomConverter {
    /// Creates the client. Nothing is loaded yet.
    pub fn new(files: WorkerFiles) -> Self {
        Self { files }
    }

    /// Converts files to one volume, with a worker of its own, whose memory is free afterwards.
    ///
    /// # Errors
    ///
    /// Returns a problem as [`DicomConverter::start`] and [`DicomSession::convert`] do.
    pub async fn convert(&self, files: Vec<File>) -> Result<(File, Vec<String>), Problem> {
        self.start().await?.convert(&files).await
    }

    /// Starts a worker for several conversions.
    ///
    /// # Errors
    ///
    /// Returns a problem if the module did not load.
    pub async fn start(&self) -> Result<DicomSession, Problem> {
        // Fetched by the page, which stores them for the next visit; the worker finds them in a cache.
        for file in [&self.files.wasm, &self.files.glue] {
            let fetched = fetch(file, 0, &mut |_| {}).await;
            fetched.map_err(|error| Problem::new(ErrorCode::Network, error))?;
        }
        let waiting: Rc<RefCell<Option<Answer>>> = Rc::default();
        let answer = waiting.clone();
        let on_message = move |message| {
            // The receiver may have been dropped in the meantime.
            if let Some(answer) = answer.borrow_mut().take() {
                let _ = answer.send(message);
            }
        };
        let worker = WorkerHandle::start_with_files("dicom", &self.files, on_message);
        let worker = worker.map_err(|error| not_loaded(&js_error_message(&error)))?;
        Ok(DicomSession { worker, waiting })
    }
}

impl DicomSession {
    /// Converts files to one volume. Returns it as a NIfTI-1 file, with sentences about what was
    /// done with the files. Nothing is copied: the worker reads the files by itself.
    ///
    /// # Errors
    ///
    /// Returns a problem if the files have no image that can be read, or the module did not load.
    pub async fn convert(&self, files: &[File]) -> Result<(File, Vec<String>), Problem> {
        let (reply, volume) = self.reply_to(files).await.map_err(|failure| match failure {
            WorkerFailure::NotLoaded(reason) => not_loaded(&reason),
            WorkerFailure::Crashed(reason) => crashed(&reason),
        })?;
        let ConvertedDicom { notes } = reply?;
        let volume: Blob = volume.dyn_into().map_err(|_| crashed("no volume"))?;
        let file = File::new_with_blob_sequence(&Array::of1(&volume), &name(files));
        let file = file.map_err(|error| crashed(&js_error_message(&error)))?;
        Ok((file, notes))
    }

    async fn reply_to(&self, files: &[File]) -> Result<Reply, WorkerFailure> {
        let (answer, answered) = oneshot::channel();
        self.waiting.replace(Some(answer));
        let not_started = |error: JsValue| WorkerFailure::NotLoaded(js_error_message(&error));
        let all: Array = files.iter().collect();
        self.worker.send_with_file(&ConvertDicom, Some(&all)).map_err(not_started)?;
        match answered.await {
            Ok(WorkerMessage::Message(reply)) => Ok(reply),
            Ok(WorkerMessage::Failed(failure)) => Err(failure),
            Err(oneshot::Canceled) => Err(WorkerFailure::Crashed("no answer".into())),
        }
    }
}

/// Returns the name of the volume: that of a single file, without its ending, or of a series.
fn name(files: &[File]) -> String {
    match files {
        [file] => {
            let name = file.name();
            let stem = name.rsplit_once('.').map_or(&name[..], |(stem, _)| stem);
            format!("{stem}.nii")
        }
        _ => "series.nii".into(),
    }
}

fn not_loaded(reason: &str) -> Problem {
    log::debug!("the DICOM converter did not load: {reason}");
    let sentence = "The part of this page that reads DICOM did not load. Check the connection and try \
                    again; if that does not help, tell whoever hosts the page.";
    Problem::new(ErrorCode::Network, sentence)
}

fn crashed(reason: &str) -> Problem {
    log::debug!("the DICOM converter failed: {reason}");
    let sentence = "Reading the DICOM files took more memory than there is, or failed in an unforeseen \
                    way. Choose fewer files, or convert them to NIfTI with dcm2niix.";
    Problem::new(ErrorCode::BadImage, sentence)
}
