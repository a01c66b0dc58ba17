//! Directions in the patient at the edges of a slice, and a scale, as radiology shows them.

use data::slice_axis;
use data::user_files::{Extent, NetworkInput};
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};

/// Length of the scale, in millimeters.
const SCALE_MM: f32 = 10.0;

/// Letters of the directions at the left, right, top and bottom edge of a slice.
pub(crate) fn edge_letters(extent: Extent) -> Option<[&'static str; 4]> {
    let Extent::Volume(grid) = extent else { return None };
    // Without a position the directions are unknown.
    grid.affine?;
    Some(match slice_axis(grid.shape) {
        0 => ["P", "A", "S", "I"],
        1 => ["R", "L", "S", "I"],
        _ => ["R", "L", "A", "P"],
    })
}

/// Letters and scale over a picture of the network's input. Nothing where the directions are
/// unknown.
#[component]
pub(crate) fn Directions(
    /// Extent of the scan.
    extent: Signal<Option<Extent>>,
    /// The network's input.
    input: Signal<NetworkInput>,
) -> impl IntoView {
    let marks = move || {
        let [left, right, top, bottom] = edge_letters(extent.get()?)?;
        let NetworkInput { size, pixel_mm } = input.get();
        let percent = 100.0 * SCALE_MM / (size[1] as f32 * pixel_mm[1]);
        Some(view! {
            <div class="own-directions" data-testid="segment-directions">
                <span class="own-left">{left}</span>
                <span class="own-right">{right}</span>
                <span class="own-top">{top}</span>
                <span class="own-bottom">{bottom}</span>
                <span class="own-scale" style:width=format!("{percent:.2}%")>
                    {format!("{SCALE_MM:.0} mm")}
                </span>
            </div>
        })
    };
    live(marks)
}

#[cfg(test)]
mod tests {
    use data::user_files::Grid;
    use data::{Affine, Orientation};

    use super::*;

    #[test]
    fn the_letters_are_those_of_the_plane() {
        let letters = |shape, affine| {
            let grid = Grid { shape, voxel_mm: [1.0; 3], affine, stored: Orientation::RAS };
            edge_letters(Extent::Volume(grid)).map(|letters| letters.concat())
        };
        let affine = Some(Affine::scaling([1.0; 3]));
        assert_eq!(letters([9, 9, 9], affine).as_deref(), Some("PASI"));
        assert_eq!(letters([9, 1, 9], affine).as_deref(), Some("RLSI"));
        assert_eq!(letters([9, 9, 1], affine).as_deref(), Some("RLAP"));
        assert_eq!(letters([9, 9, 9], None), None);
        assert_eq!(edge_letters(Extent::Image([9, 9])), None);
    }
}
