//! An image as probes see it: with what is planted in it, or corrupted.

use data::rng::Rng;
use data::{corrupt, plant};
use leptos::prelude::*;
use model::{Corruption, CorruptionKind, IMAGE_SIDE, ProbeTarget, StudyKind, TargetKind};
use ui::erased_view::view;

use super::study::StudyLayer;
use crate::dataset::image_url::ImageUrl;
use crate::dataset::thumbnail::use_images;

/// Side in CSS pixels.
const SIDE: u32 = 96;

/// Part of a target's range by which an example is at least away from the middle, so that it is seen.
const CLEARLY: f64 = 0.3;

/// Returns the first held-out image with the changes that a study is about; `None` if it is about none, or
/// there are no images yet. Beside corrupted images the receptive fields of `layers` are drawn.
pub fn example_images(
    kind: StudyKind,
    corruption: CorruptionKind,
    layers: &[StudyLayer],
) -> Option<AnyView> {
    let image = use_images().with(|images| {
        let images = images.as_ref()?.set().evaluated_images();
        (!images.is_empty()).then(|| images.image(0).to_vec())
    })?;
    let targets: &[ProbeTarget] = match kind {
        StudyKind::ProbeTargets => &ProbeTarget::ALL,
        StudyKind::Shortcut => &[ProbeTarget::Class, ProbeTarget::Marker],
        StudyKind::Corruption => &[],
        _ => return None,
    };
    let mut examples: Vec<(String, Vec<u8>)> = Vec::new();
    for target in targets {
        let name = if *target == ProbeTarget::Class { "unchanged" } else { target.name() };
        examples.push((name.to_owned(), planted(&image, *target)));
    }
    if kind == StudyKind::Corruption {
        examples.push(("intact".to_owned(), image.clone()));
        for corruption in Corruption::of(corruption) {
            let mut corrupted = image.clone();
            corrupt(&mut corrupted, corruption, 1, 0);
            examples.push((corruption.describe(), corrupted));
        }
    }
    let fields = (kind == StudyKind::Corruption && !layers.is_empty())
        .then(|| figure("receptive fields".to_owned(), &image, Some(fields(layers))));
    let figures = examples.iter().map(|(name, image)| figure(name.clone(), image, None));
    Some(view! {
        <div class="study-examples" role="group" aria-label="a held-out image with each change" data-testid="study-examples">
            {figures.collect_view()}
            {fields}
        </div>
    })
}

fn figure(name: String, image: &[u8], over: Option<AnyView>) -> AnyView {
    let url = StoredValue::new_local(ImageUrl::new(image));
    let source = url.with_value(|url| url.as_ref().map(|url| url.get().to_owned()));
    view! {
        <figure class="study-example">
            <div class="study-example-image">
                <img class="raster-thumb" width=SIDE height=SIDE src=source alt="" />
                {over}
            </div>
            <figcaption>{name}</figcaption>
        </figure>
    }
}

/// Returns a square for the receptive field of each layer, about the center of the image.
fn fields(layers: &[StudyLayer]) -> AnyView {
    let side = IMAGE_SIDE as f64;
    let mut sizes: Vec<[usize; 2]> = layers.iter().map(|layer| layer.receptive_field).collect();
    sizes.dedup();
    let rects = sizes.into_iter().map(|[height, width]| {
        let corner = |length: usize| format!("{:.1}", (side - length as f64) / 2.0);
        view! { <rect x=corner(width) y=corner(height) width=width.to_string() height=height.to_string() /> }
    });
    view! {
        <svg class="study-fields" width=SIDE height=SIDE viewBox=format!("0 0 {IMAGE_SIDE} {IMAGE_SIDE}") aria-hidden="true">
            {rects.collect_view()}
        </svg>
    }
}

/// Returns the image with a target planted that can be seen.
fn planted(image: &[u8], target: ProbeTarget) -> Vec<u8> {
    let is_clear = |value: f64| match target.kind() {
        TargetKind::Class => value > 0.0 || target == ProbeTarget::Class,
        TargetKind::Number([from, to]) => {
            (value - (from + to) / 2.0).abs() > CLEARLY * (to - from) && value > (from + to) / 2.0
        }
    };
    let attempt = |seed: u64| {
        let mut planted = image.to_vec();
        let value = plant(&mut planted, target, &mut Rng::new(seed));
        is_clear(value).then_some(planted)
    };
    (0..100).find_map(attempt).unwrap_or_else(|| image.to_vec())
}
