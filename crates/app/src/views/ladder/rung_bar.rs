//! How well a linear classifier reads the class off one layer.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::probability_bars::bar_width;

use super::history::{self, History, height_of};

/// Width and height of the sparkline's drawing; the style sheet fits it into its place.
const SPARK: [f64; 2] = [144.0, 36.0];

/// The probe's accuracy as a number and a bar, with a tick at chance level and a hollow mark for the
/// network compared with; beneath it how that came about, epoch by epoch.
#[component]
pub fn RungBar(
    /// Share of test points that the probe gets right, 0 to 1; none while not known.
    #[prop(into)]
    accuracy: Signal<Option<f64>>,
    /// The share that is right by chance: one by the number of classes.
    chance: f64,
    /// That of the network compared with; none without one.
    #[prop(into)]
    other: Signal<Option<f64>>,
    /// Accuracy after epochs, in order.
    #[prop(into)]
    history: Signal<History>,
    /// The epoch that is looked at.
    #[prop(into)]
    epoch: Signal<usize>,
    /// What the layer is called.
    label: String,
    /// What is classified.
    #[prop(default = "test images")]
    of: &'static str,
) -> impl IntoView {
    let known = move || accuracy.get().filter(|accuracy| accuracy.is_finite());
    let text = memo(move || {
        let (accuracy, other) = (accuracy.get(), other.get());
        history.with(|history| history::reading(&label, of, accuracy, chance, other, history))
    });
    let other_mark = move || {
        let other = other.get().filter(|other| other.is_finite())?;
        Some(view! { <span class="rung-other" style:left=bar_width(other as f32)></span> })
    };
    let line = memo(move || history.with(|history| history::line(history, SPARK)));
    let dot = move || {
        let [x, y] = history.with(|history| history::dot(history, epoch.get(), SPARK))?;
        Some(view! { <circle class="spark-dot" cx=x cy=y r="3.5" /> })
    };
    let level = height_of(chance, SPARK[1]);
    view! {
        <div class="rung" role="img" aria-label=text.live() title=text.live()>
            <span class="rung-figure">{live(move || history::figure(accuracy.get()))}</span>
            <span class="rung-track">
                <span
                    class="rung-fill"
                    style:width=live_value(move || bar_width(known().unwrap_or(0.0) as f32))
                ></span>
                <span class="rung-chance" style:left=bar_width(chance as f32)></span>
                {live(other_mark)}
            </span>
            <svg class="spark" viewBox=format!("0 0 {} {}", SPARK[0], SPARK[1]) aria-hidden="true">
                <line class="spark-chance" x1="0" x2=SPARK[0] y1=level y2=level />
                <path class="spark-line" d=line.live() />
                {live(dot)}
            </svg>
        </div>
    }
}
