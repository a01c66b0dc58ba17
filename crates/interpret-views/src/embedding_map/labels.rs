//! Names of maps, points and epochs.

use protocol::interpret::{Embedding, MapPoint};
use ui::format;

use super::projection::Projection;

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

/// Describes the quality of a projection. The text follows the projection's name.
pub fn projection_note(
    projection: Projection,
    variance: [f32; 2],
    embedding: Option<&Embedding>,
) -> String {
    match (projection, embedding) {
        (Projection::Pca, _) => {
            // Keeps a number and its percent sign on one line.
            let percent = |share: f32| format::percent_short(share.into()).replace(' ', "\u{a0}");
            let [first, second] = variance.map(percent);
            format!(": first two principal components, {first} + {second} of the variance")
        }
        (Projection::Tsne, None) => ": computing …".into(),
        (Projection::Tsne, Some(map)) => {
            format!(", iteration {} of {}", format::count(map.step), format::count(map.steps))
        }
    }
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
    fn projections_state_their_quality() {
        let note = projection_note(Projection::Pca, [0.43, 0.21], None);
        let note = note.replace('\u{a0}', " ");
        assert_eq!(note, ": first two principal components, 43 % + 21 % of the variance");
        let map = Embedding { layer: 1, step: 250, steps: 500, map: Vec::new() };
        let note = projection_note(Projection::Tsne, [0.43, 0.21], Some(&map));
        assert_eq!(note, ", iteration 250 of 500");
        assert_eq!(projection_note(Projection::Tsne, [0.4, 0.2], None), ": computing …");
    }
}
