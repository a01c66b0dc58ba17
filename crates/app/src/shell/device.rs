//! Chip that shows the device used for training and the reason, and lets the visitor choose
//! another.

use leptos::html::Details;
use leptos::prelude::*;
use model::DeviceChoice;
use model::permalink::{Hideable, SettingsGroup};
use protocol::{DeviceInfo, DeviceKind};
use store::action::Action;
use store::engine::EngineStatus;
use store::speeds::Factor;
use ui::erased_view::{handle_event, handle_key, live, live_value, memo, view};
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, Node};

use crate::course_page::lockable::{is_hidden, is_locked};
use crate::page::Page;

const CHOICES: [(DeviceChoice, &str, &str); 3] = [
    (DeviceChoice::Auto, "Automatic", "The faster of the two, as measured here."),
    (DeviceChoice::WebGpu, "GPU", "Through WebGPU, also on a software adapter, which is slow."),
    (DeviceChoice::Cpu, "CPU", "WebAssembly, on every computer."),
];

/// Chip with the device, such as “GPU: Apple M2” or “CPU”. It opens to show the reason and the
/// choice.
#[component]
pub fn DeviceChip(
    /// The page.
    page: Page,
) -> impl IntoView {
    let engine = page.signals.engine;
    let name = move || engine.with(name);
    let reason = move || engine.with(reason);
    let chosen = memo(move || page.signals.config.with(|config| config.device));
    let locked = is_locked(page, SettingsGroup::Device);
    let hidden = is_hidden(page, Hideable::Settings(SettingsGroup::Device));
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let close_on_escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if menu.get_untracked().is_some_and(|menu| !menu.contains(target.as_ref())) {
            close();
        }
    });
    on_cleanup(move || outside.remove());
    let choice = move |(choice, label, explanation)| {
        view! {
            <label class="menu-choice">
                <input
                    type="radio"
                    name="device"
                    data-testid=format!("device-{}", DeviceChoice::slug(choice))
                    prop:checked=live_value(move || chosen.get() == choice)
                    on:change=handle_event(move |_| page.dispatch(Action::SetDevice(choice)))
                />
                <span>
                    <b>{label}</b>
                    " "
                    {explanation}
                </span>
            </label>
        }
    };
    view! {
        <details
            class="menu device"
            hidden=live_value(move || hidden.get())
            node_ref=menu
            on:keydown=handle_key(close_on_escape)
        >
            <summary class="menu-chip" data-testid="device-chip">{live(name)}</summary>
            <div class="menu-body">
                <p data-testid="device-reason">{live(reason)}</p>
                <fieldset disabled=live_value(move || locked.get())>
                    <legend>"Train on"</legend>
                    {CHOICES.map(choice).collect_view()}
                </fieldset>
                <p class="secondary">"Another device starts the run anew."</p>
            </div>
        </details>
    }
}

fn name(engine: &EngineStatus) -> String {
    match engine {
        EngineStatus::Loading(_) | EngineStatus::Starting => "Device: not yet known".into(),
        EngineStatus::Failed(_) => "No engine".into(),
        EngineStatus::Ready(DeviceInfo { kind, speedup: Some(times), .. }) => {
            let times = Factor(*times);
            match kind {
                DeviceKind::Gpu => format!("GPU, {times} times your CPU"),
                DeviceKind::Cpu => format!("CPU, {times} times your GPU"),
            }
        }
        EngineStatus::Ready(DeviceInfo { kind: DeviceKind::Cpu, .. }) => "CPU".into(),
        EngineStatus::Ready(DeviceInfo { adapter, .. }) if adapter.is_empty() => "GPU".into(),
        EngineStatus::Ready(DeviceInfo { adapter, .. }) => format!("GPU: {adapter}"),
    }
}

fn reason(engine: &EngineStatus) -> String {
    match engine {
        EngineStatus::Loading(_) => "The engine is still loading.".into(),
        EngineStatus::Starting => "The engine is choosing its device.".into(),
        EngineStatus::Ready(info) => info.reason.clone(),
        EngineStatus::Failed(sentence) => sentence.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chip_names_what_trains() {
        let ready = |kind, adapter: &str, times| {
            name(&EngineStatus::Ready(DeviceInfo {
                kind,
                adapter: adapter.into(),
                reason: String::new(),
                choice: DeviceChoice::Auto,
                speedup: times,
            }))
        };
        assert_eq!(ready(DeviceKind::Gpu, "Apple M2", None), "GPU: Apple M2");
        assert_eq!(ready(DeviceKind::Gpu, "", None), "GPU");
        assert_eq!(ready(DeviceKind::Gpu, "Apple M2", Some(14.2)), "GPU, 14 times your CPU");
        assert_eq!(ready(DeviceKind::Cpu, "", Some(2.51)), "CPU, 2.5 times your GPU");
        assert_eq!(ready(DeviceKind::Cpu, "", None), "CPU");
        assert_eq!(name(&EngineStatus::Starting), "Device: not yet known");
    }
}
