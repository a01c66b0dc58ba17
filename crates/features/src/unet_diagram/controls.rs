//! Controls for the settings of a U-Net.

use leptos::prelude::*;
use model::params;
use model::{UNet, UNetError, Upsampling};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, handle_event, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::encoder_start::{EncoderPort, EncoderStartChoice};
use super::geometry::{Control, at_control};

/// Controls for depth, width, upsampling, batch norm and the start of the encoder. An error is shown
/// at the control that causes it.
#[component]
pub(crate) fn UNetControls(
    unet: Signal<UNet>,
    /// Error if the network cannot be built.
    error: Signal<Option<UNetError>>,
    locked: Signal<bool>,
    encoder: EncoderPort,
    #[prop(into)] on_unet: Callback<UNet>,
) -> impl IntoView {
    let edit = move |change: &dyn Fn(&mut UNet)| {
        let mut next = unet.get_untracked();
        change(&mut next);
        if next != unet.get_untracked() {
            on_unet.run(next);
        }
    };
    let complaint = move |control: Control| {
        error.get().filter(|error| at_control(error) == control).map(|error| error.to_string())
    };
    let upsampling = memo(move || unet.with(|unet| unet.upsampling));
    // Follows the slider while it is moved. The network changes when it is released.
    let width = RwSignal::new(0);
    let widths = params::WIDTH.int_range();
    effect(move || width.set(unet.get().width));
    view! {
        <div class="unet-controls">
            <div class="unet-control">
                <span class="unet-label"><Term name=params::DEPTH.label /></span>
                <Choice
                    name=params::DEPTH.label
                    options=params::DEPTH.int_range().map(|depth| (depth, depth.to_string())).collect()
                    value=derived(move || unet.get().depth)
                    locked=locked
                    on_choice=move |depth| edit(&|unet| unet.depth = depth)
                />
                <span class="field-error" role="alert">{live(move || complaint(Control::Depth))}</span>
            </div>
            <div class="unet-control">
                <span class="unet-label"><Term name=params::WIDTH.label /></span>
                <span class="unet-slider">
                    <input
                        type="range"
                        min=*widths.start()
                        max=*widths.end()
                        aria-label="width: channels at full resolution"
                        data-testid="unet-width"
                        prop:value=live_value(move || width.get().to_string())
                        prop:disabled=locked.live()
                        on:input=handle_event(move |event| {
                            if let Ok(value) = event_target_value(&event).parse() {
                                width.set(value);
                            }
                        })
                        on:change=handle_event(move |_| {
                            let value = width.get_untracked();
                            edit(&|unet| unet.width = value);
                        })
                    />
                    <output class="field-unit">{live(move || params::WIDTH.unit.format(width.get()))}</output>
                </span>
                <span class="field-error" role="alert">{live(move || complaint(Control::Width))}</span>
            </div>
            <div class="unet-control">
                <span class="unet-label"><Term name=params::UPSAMPLING.label /></span>
                <select
                    aria-label=params::UPSAMPLING.label
                    data-testid="unet-upsampling"
                    prop:disabled=locked.live()
                    prop:value=live_value(move || upsampling.get().slug())
                    on:change=handle_event(move |event| {
                        if let Some(way) = Upsampling::from_slug(&event_target_value(&event)) {
                            edit(&|unet| unet.upsampling = way);
                        }
                    })
                >
                    {Upsampling::ALL.map(|way| view! {
                        <option value=way.slug() selected=live_value(move || upsampling.get() == way)>
                            {way.name()}
                        </option>
                    })}
                </select>
            </div>
            <label class="field-small field-check">
                <input
                    type="checkbox"
                    prop:disabled=locked.live()
                    prop:checked=live_value(move || unet.get().batch_norm)
                    on:change=handle_event(move |event| {
                        let on = event_target_checked(&event);
                        edit(&|unet| unet.batch_norm = on);
                    })
                />
                <span>{params::BATCH_NORM.label}</span>
            </label>
            <label class="field-small field-check">
                <input
                    type="checkbox"
                    prop:disabled=locked.live()
                    prop:checked=live_value(move || unet.get().residual)
                    on:change=handle_event(move |event| {
                        let on = event_target_checked(&event);
                        edit(&|unet| unet.residual = on);
                    })
                />
                <span>{params::RESIDUAL.label}</span>
            </label>
            <EncoderStartChoice port=encoder locked />
        </div>
    }
}
