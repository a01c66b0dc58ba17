//! Linear probe accuracy of one layer as a bar.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::format;
use ui::probability_bars::bar_width;

use super::probe_history::{ProbeHistory, accuracy_y, probe_label, sparkline_dot, sparkline_path};

/// Width and height of the sparkline's view box, which the style sheet scales.
const SPARKLINE_SIZE: [f64; 2] = [144.0, 36.0];

/// The probe's accuracy as a number and a bar, with a tick at chance level and a hollow mark for
/// the compared network, and below it a sparkline over the epochs.
#[component]
pub fn ProbeBar(
    /// Accuracy of the probe, 0 to 1; `None` while unknown.
    #[prop(into)]
    accuracy: Signal<Option<f64>>,
    /// Chance level: 1 divided by the number of classes.
    chance: f64,
    /// Accuracy for the compared network; `None` without a comparison.
    #[prop(into)]
    compared: Signal<Option<f64>>,
    /// Accuracy after each epoch, in order.
    #[prop(into)]
    history: Signal<ProbeHistory>,
    /// The selected epoch.
    #[prop(into)]
    epoch: Signal<usize>,
    /// Name of the layer.
    label: String,
    /// Name of the examples that the probe classifies.
    #[prop(default = "held-out images")]
    of: &'static str,
) -> impl IntoView {
    let known = move || accuracy.get().filter(|accuracy| accuracy.is_finite());
    let text = memo(move || {
        let (accuracy, compared) = (accuracy.get(), compared.get());
        history.with(|history| probe_label(&label, of, accuracy, chance, compared, history))
    });
    let compared_mark = move || {
        let compared = compared.get().filter(|compared| compared.is_finite())?;
        Some(view! { <span class="probe-other" style:left=bar_width(compared as f32)></span> })
    };
    let line = memo(move || history.with(|history| sparkline_path(history, SPARKLINE_SIZE)));
    let dot = move || {
        let [x, y] = history.with(|history| sparkline_dot(history, epoch.get(), SPARKLINE_SIZE))?;
        Some(view! { <circle class="probe-spark-dot" cx=x cy=y r="3.5" /> })
    };
    let level = accuracy_y(chance, SPARKLINE_SIZE[1]);
    view! {
        <div class="probe" role="img" aria-label=text.live() title=text.live()>
            <span class="probe-figure">{live(move || format::accuracy(accuracy.get()))}</span>
            <span class="probe-track">
                <span
                    class="probe-fill"
                    style:width=live_value(move || bar_width(known().unwrap_or(0.0) as f32))
                ></span>
                <span class="probe-chance" style:left=bar_width(chance as f32)></span>
                {live(compared_mark)}
            </span>
            <svg class="probe-spark" viewBox=format!("0 0 {} {}", SPARKLINE_SIZE[0], SPARKLINE_SIZE[1]) aria-hidden="true">
                <line class="probe-spark-chance" x1="0" x2=SPARKLINE_SIZE[0] y1=level y2=level />
                <path class="probe-spark-line" d=line.live() />
                {live(dot)}
            </svg>
        </div>
    }
}
