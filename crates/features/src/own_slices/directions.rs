//! Directions in the patient at the edges of a slice, and a scale, as radiology shows them.

use data::user_files::{Frame, Grid};
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};

/// Lengths of the scale, in millimeters.
const SCALES_MM: [f32; 4] = [10.0, 20.0, 50.0, 100.0];

/// Letters and scale over a picture of a slice. Nothing where the directions are unknown.
#[component]
pub(crate) fn Directions(
    /// Voxels and slices of the scan.
    place: Signal<Option<(Grid, Frame)>>,
) -> impl IntoView {
    let marks = move || {
        let (grid, frame) = place.get()?;
        let [left, right, top, bottom] = frame.edge_letters(&grid)?;
        let width_mm = frame.size[1] as f32 * frame.pixel_mm[1];
        let scale_mm = scale_mm(width_mm);
        Some(view! {
            <div class="own-directions" data-testid="segment-directions">
                <span class="own-left">{left}</span>
                <span class="own-right">{right}</span>
                <span class="own-top">{top}</span>
                <span class="own-bottom">{bottom}</span>
                <span class="own-scale" style:width=format!("{:.2}%", 100.0 * scale_mm / width_mm)>
                    {format!("{scale_mm:.0} mm")}
                </span>
            </div>
        })
    };
    live(marks)
}

/// Returns the length of the scale for a picture: the first that is an eighth of the width or more.
fn scale_mm(width_mm: f32) -> f32 {
    SCALES_MM.into_iter().find(|mm| *mm >= width_mm / 8.0).unwrap_or(SCALES_MM[3])
}

#[cfg(test)]
mod tests {
    use super::scale_mm;

    #[test]
    fn the_scale_can_be_seen() {
        assert_eq!(
            [35.0, 64.0, 80.0, 220.0, 400.0, 5000.0].map(scale_mm),
            [10.0, 10.0, 10.0, 50.0, 50.0, 100.0]
        );
    }
}
