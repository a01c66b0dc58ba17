//! Images as the page shows them: blob URLs made when first looked at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use data::{Pack, phantom};
use leptos::prelude::*;
use protocol::{IMAGE_SIDE, ImageRef, Split};

use super::bmp::gray_bmp;

/// The images of the present data set. Cloning shares them; the last clone to go revokes the URLs.
#[derive(Clone)]
pub struct ImageStore(Arc<Inner>);

struct Inner {
    source: Source,
    classes: Vec<String>,
    urls: Mutex<HashMap<ImageRef, String>>,
}

enum Source {
    Pack(Box<Pack>),
    Phantom { spec: phantom::Spec, seed: u32 },
}

impl PartialEq for ImageStore {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl ImageStore {
    /// The images of a pack.
    pub fn pack(pack: Pack) -> Self {
        let classes = pack.manifest().classes.clone();
        Self::new(Source::Pack(Box::new(pack)), classes)
    }

    /// Generated images.
    pub fn phantom(spec: phantom::Spec, seed: u32) -> Self {
        let classes = phantom::CLASSES.iter().map(|name| (*name).to_owned()).collect();
        Self::new(Source::Phantom { spec, seed }, classes)
    }

    fn new(source: Source, classes: Vec<String>) -> Self {
        Self(Arc::new(Inner { source, classes, urls: Mutex::default() }))
    }

    /// Class names in label order.
    pub fn classes(&self) -> &[String] {
        &self.0.classes
    }

    /// Images of a split.
    pub fn count(&self, split: Split) -> usize {
        match &self.0.source {
            Source::Pack(pack) => pack.entries(split).len(),
            Source::Phantom { .. } => phantom::per_class(split) * self.0.classes.len(),
        }
    }

    /// The class of an image; none beyond the last.
    pub fn label(&self, image: ImageRef) -> Option<u8> {
        match &self.0.source {
            Source::Pack(pack) => pack.entries(image.split).get(image.index).map(|e| e.label),
            Source::Phantom { .. } => (image.index < self.count(image.split))
                .then(|| phantom::label(image.split, image.index)),
        }
    }

    /// The images of a class in a split, in pack order.
    pub fn of_class(&self, split: Split, class: u8) -> Vec<ImageRef> {
        (0..self.count(split))
            .map(|index| ImageRef { split, index })
            .filter(|image| self.label(*image) == Some(class))
            .collect()
    }

    /// Gray values 0 to 255, `[64, 64]` row by row; none for an image that cannot be read.
    pub fn pixels(&self, image: ImageRef) -> Option<Vec<u8>> {
        match &self.0.source {
            Source::Pack(pack) => pack.image(image.split, image.index).ok().map(Into::into),
            Source::Phantom { spec, seed } => {
                self.label(image)?;
                Some(phantom::image(*spec, *seed, image.split, image.index).into())
            }
        }
    }

    /// “Hand, test image 12”, counted from 1.
    pub fn describe(&self, image: ImageRef) -> String {
        let class = self.label(image).and_then(|label| self.0.classes.get(usize::from(label)));
        let split = match image.split {
            Split::Train => "training",
            Split::Test => "test",
        };
        let class = class.map_or("Image", String::as_str);
        format!("{class}, {split} image {}", image.index + 1)
    }

    /// A blob URL of the image, made at the first call: the JPEG's bytes as they are, or a gray BMP
    /// of a generated image. None for an image that cannot be read.
    pub fn url(&self, image: ImageRef) -> Option<String> {
        let mut urls = self.0.urls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = urls.get(&image) {
            return Some(url.clone());
        }
        let (bytes, kind) = match &self.0.source {
            Source::Pack(pack) => (pack.file(image.split, image.index).ok()?, "image/jpeg"),
            Source::Phantom { .. } => (gray_bmp(&self.pixels(image)?, IMAGE_SIDE), "image/bmp"),
        };
        let url = blob_url(&bytes, kind)?;
        urls.insert(image, url.clone());
        Some(url)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for url in self.urls.get_mut().unwrap_or_else(PoisonError::into_inner).values() {
            let _ = web_sys::Url::revoke_object_url(url);
        }
    }
}

fn blob_url(bytes: &[u8], kind: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

/// Gives all views beneath the images, which come later and may change.
pub fn provide_images(images: Signal<Option<ImageStore>>) {
    provide_context(Images(images));
}

#[derive(Clone, Copy)]
struct Images(Signal<Option<ImageStore>>);

/// The images that [`provide_images`] gave; none without it.
pub fn use_images() -> Signal<Option<ImageStore>> {
    use_context::<Images>().map_or_else(|| Signal::stored(None), |images| images.0)
}

/// A thumbnail of one image.
#[component]
pub fn Thumb(
    /// Which image.
    image: ImageRef,
    /// Side on the page, in CSS pixels.
    #[prop(default = 64)]
    size: u32,
) -> impl IntoView {
    let images = use_images();
    let url = move || images.with(|images| images.as_ref().and_then(|images| images.url(image)));
    let text = move || {
        images
            .with(|images| images.as_ref().map(|images| images.describe(image)).unwrap_or_default())
    };
    view! { <img class="thumb" width=size height=size src=url alt=text title=text decoding="async" /> }
}
