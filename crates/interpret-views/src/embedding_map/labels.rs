//! Names of maps, points, epochs and places between layers.

use protocol::interpret::{Embedding, LayerProbe, MapPoint};
use ui::format;

use super::layer_walk::{WalkLayer, WalkPlace};

/// Returns the name of a map, for example “Map of dense 320: 300 held-out images by class”.
pub fn map_name(layer: &str, points: &[MapPoint]) -> String {
    let n = points.len();
    let what = match points.first() {
        Some(MapPoint { pixel: Some(_), .. }) => {
            format!("{} of held-out images", format::plural(n, "pixel", "pixels"))
        }
        _ => format::plural(n, "held-out image", "held-out images"),
    };
    format!("Map of {layer}: {what} by class")
}

/// Returns the name of a class, or its number if it has no name.
pub fn class_name(classes: &[String], class: u8) -> String {
    let name = classes.get(usize::from(class)).cloned();
    name.unwrap_or_else(|| format!("class {}", usize::from(class) + 1))
}

/// Returns the name of a point, for example “image 12” or “image 12, row 3, column 40”,
/// counted from 1.
pub fn point_label(point: &MapPoint) -> String {
    let image = format!("image {}", point.image + 1);
    match point.pixel {
        None => image,
        Some([row, column]) => format!("{image}, row {}, column {}", row + 1, column + 1),
    }
}

/// Returns the name of a layer, or those of two layers after the words `between`, for example
/// “Between Image and Convolution 1”.
pub fn walk_name(layers: &[WalkLayer], place: WalkPlace, between: &str) -> String {
    let name = |layer: usize| layers.get(layer).map_or("", |layer| &layer.name);
    let (before, after) = (name(place.before), name(place.after));
    if place.before == place.after {
        before.into()
    } else {
        format!("{between} {before} and {after}")
    }
}

/// Returns the name of a place with the linear probe accuracy of its layer, or of both.
pub fn walk_description(layers: &[WalkLayer], place: WalkPlace) -> String {
    let name = walk_name(layers, place, "Between");
    let accuracy = |layer| format::accuracy(probe_at(layers, layer).map(|probe| probe.accuracy));
    let (before, after) = (accuracy(place.before), accuracy(place.after));
    let accuracies =
        if place.before == place.after { before } else { format!("{before} → {after}") };
    format!("{name}: linear probe accuracy {accuracies}").replace(" %", "\u{a0}%")
}

/// Describes the quality of a PCA map, which is that of a layer; between two layers there is none.
/// The text follows the projection's name.
pub fn pca_note(layers: &[WalkLayer], place: WalkPlace) -> String {
    let what = if place.before == place.after {
        let variance = probe_at(layers, place.before).map_or([0.0; 2], |probe| probe.variance);
        // Keeps a number and its percent sign on one line.
        let percent = |share: f32| format::percent_short(share.into()).replace(' ', "\u{a0}");
        let [first, second] = variance.map(percent);
        format!("{first} + {second} of the variance")
    } else {
        "interpolated".into()
    };
    let name = walk_name(layers, place, "between");
    let of = if place.before == place.after { "of " } else { "" };
    format!(": first two principal components, {what} {of}{name}")
}

/// Describes the progress of t-SNE. The text follows the projection's name.
pub fn tsne_note(embedding: Option<&Embedding>) -> String {
    match embedding {
        None => ": computing …".into(),
        Some(map) => {
            format!(", iteration {} of {}", format::count(map.step), format::count(map.steps))
        }
    }
}

fn probe_at(layers: &[WalkLayer], layer: usize) -> Option<&LayerProbe> {
    layers.get(layer)?.probe.as_deref()
}

/// Returns the name of an epoch: “Epoch 3”, or “Before training”.
pub fn epoch_name(epoch: usize) -> String {
    match epoch {
        0 => "Before training".into(),
        epoch => format!("Epoch {}", format::count(epoch)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const IMAGE: MapPoint = MapPoint { image: 11, pixel: None, class: 4 };

    #[test]
    fn maps_and_points_have_names() {
        assert_eq!(
            map_name("dense 320", &[IMAGE; 300]),
            "Map of dense 320: 300 held-out images by class"
        );
        let pixel = MapPoint { pixel: Some([2, 39]), ..IMAGE };
        assert_eq!(map_name("head", &[pixel]), "Map of head: 1 pixel of held-out images by class");
        assert_eq!(map_name("image", &[]), "Map of image: 0 held-out images by class");
        assert_eq!(point_label(&IMAGE), "image 12");
        assert_eq!(point_label(&pixel), "image 12, row 3, column 40");
    }

    #[test]
    fn a_class_beyond_the_names_has_its_number() {
        let names = ["Hand".to_owned()];
        assert_eq!([0, 4].map(|class| class_name(&names, class)), ["Hand", "class 5"]);
        assert_eq!([0, 7].map(epoch_name), ["Before training", "Epoch 7"]);
    }

    #[test]
    fn a_place_is_that_of_a_layer_or_between_two() {
        let probe = |accuracy| {
            let (map, variance) = (Vec::new(), [0.43, 0.21]);
            Some(Arc::new(LayerProbe { layer: 0, accuracy, map, variance, dead: 0.0 }))
        };
        let layer = |name: &str, probe| WalkLayer { name: name.into(), probe };
        let layers =
            [layer("Image", probe(0.61)), layer("Dense 1", probe(0.874)), layer("Output", None)];
        let spaced = |text: String| text.replace('\u{a0}', " ");
        let describe = |place| spaced(walk_description(&layers, place));
        let note = |place| spaced(pca_note(&layers, place));

        let between = WalkPlace { before: 0, after: 1, share: 0.5 };
        assert_eq!(
            describe(between),
            "Between Image and Dense 1: linear probe accuracy 61 % → 87 %"
        );
        assert_eq!(
            note(between),
            ": first two principal components, interpolated between Image and Dense 1"
        );
        let at = |layer| WalkPlace { before: layer, after: layer, share: 0.0 };
        assert_eq!(describe(at(1)), "Dense 1: linear probe accuracy 87 %");
        assert_eq!(
            note(at(1)),
            ": first two principal components, 43 % + 21 % of the variance of Dense 1"
        );
        assert_eq!(describe(at(2)), "Output: linear probe accuracy –");
        assert_eq!(describe(at(9)), ": linear probe accuracy –");
    }

    #[test]
    fn tsne_states_its_progress() {
        let map = Embedding { layer: 1, step: 250, steps: 500, map: Vec::new() };
        assert_eq!(tsne_note(Some(&map)), ", iteration 250 of 500");
        assert_eq!(tsne_note(None), ": computing …");
    }
}
