//! View of the sums that make up an output pixel.

use leptos::prelude::*;
use ui::erased_view::{live, view};

use super::decimals::format_value;
use super::state::ConvArithmeticState;

/// The sum of the selected channel, the sum of all channels, the bias, and the output pixel.
#[component]
pub fn PixelSums(state: ConvArithmeticState) -> impl IntoView {
    let row = |name: String, number: String| view! { <dt>{name}</dt><dd>{number}</dd> };
    let rows = move || {
        let pixel_trace = state.pixel_trace.get()?;
        let decimals = state.decimals.get().sums;
        let channel = state.channel.get();
        let own = pixel_trace.sums.get(channel)?;
        let many = pixel_trace.sums.len();
        let all = (many > 1).then(|| {
            let sum = pixel_trace.sums.iter().sum::<f32>();
            row(format!("sum over all {many} channels"), format_value(sum, decimals))
        });
        let first = if many > 1 {
            format!("sum of channel {}", channel + 1)
        } else {
            "sum of the products".to_owned()
        };
        Some(view! {
            <dl class="conv-sums">
                {row(first, format_value(*own, decimals))}
                {all}
                {row("+ bias".into(), format_value(pixel_trace.bias, decimals))}
                <dt class="conv-total">"= output pixel"</dt>
                <dd class="conv-total">{format_value(pixel_trace.total, decimals)}</dd>
            </dl>
        })
    };
    live(rows)
}
