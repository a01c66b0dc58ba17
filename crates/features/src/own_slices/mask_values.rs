//! Values of a mask and the classes that they stand for.

use data::user_files::MaskValue;
use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;

use super::scan::{Mask, Scan};

/// A table of the values of a mask with the class of each, which the visitor can change and has to
/// agree to before the mask counts. Nothing where there is only one way to read the mask.
#[component]
pub(crate) fn MaskValues(
    scan: RwSignal<Option<Scan>>,
    /// Class names in label order.
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    // The rows are drawn anew for another mask only, so that a choice keeps the focus.
    let mask = memo(move || {
        scan.with(|scan| {
            let mask = scan.as_ref()?.mask.as_ref()?;
            (!mask.labels.guess.is_certain).then(|| (mask.id, mask.labels.clone()))
        })
    });
    let counts = memo(move || with_mask(scan, |mask| mask.counts).unwrap_or(false));
    let agree = move |_| {
        change_mask(scan, |mask| mask.counts = true);
    };
    let rows = move || {
        let (_, labels) = mask.get()?;
        let names = classes.get();
        let row = |(index, entry): (usize, &data::user_files::LabelEntry)| {
            let chosen = memo(move || with_mask(scan, |mask| mask.classes.get(index).copied()));
            let options = names
                .iter()
                .enumerate()
                .map(|(class, name)| {
                    let is_chosen = move || chosen.get().flatten() == Some(class as u8);
                    view! {
                        <option value=class prop:selected=live_value(is_chosen)>{name.clone()}</option>
                    }
                })
                .collect_view();
            let choose = move |event| {
                if let Ok(class) = event_target_value(&event).parse::<u8>() {
                    change_mask(scan, |mask| {
                        if let Some(place) = mask.classes.get_mut(index) {
                            *place = class;
                        }
                    });
                }
            };
            let color = match entry.value {
                MaskValue::Color(_) => Some(entry.value.to_string()),
                MaskValue::Number(_) => None,
            };
            let swatch = color.map(|color| {
                view! {
                    <span class="legend-swatch" aria-hidden="true" style:background=color></span>
                }
            });
            let label = format!("class of {}", entry.value);
            view! {
                <tr>
                    <th scope="row">{swatch}{entry.value.to_string()}</th>
                    <td>{format::percent(entry.share)}</td>
                    <td><select aria-label=label on:change=handle_event(choose)>{options}</select></td>
                </tr>
            }
        };
        let rows = labels.entries.iter().enumerate().map(row).collect_view();
        Some(view! {
            <div class="mask-values" data-testid="mask-values">
                {live(move || (!counts.get()).then(|| view! {
                    <p>
                        <strong>"Not scored yet. "</strong>
                        "These classes are a guess from the values of the mask; correct them, then score."
                    </p>
                }))}
                <table class="own-table">
                    <caption>"Values of the mask"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"value"</th>
                            <th scope="col">"pixels"</th>
                            <th scope="col">"class"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {live(move || (!counts.get()).then(|| view! {
                    <button
                        type="button"
                        class="button"
                        data-testid="mask-agree"
                        on:click=handle_mouse(agree)
                    >
                        "Score with these classes"
                    </button>
                }))}
            </div>
        })
    };
    live(rows)
}

fn with_mask<T>(scan: RwSignal<Option<Scan>>, read: impl FnOnce(&Mask) -> T) -> Option<T> {
    scan.with(|scan| scan.as_ref()?.mask.as_ref().map(read))
}

fn change_mask(scan: RwSignal<Option<Scan>>, change: impl FnOnce(&mut Mask)) {
    scan.update(|scan| {
        if let Some(scan) = scan
            && let Some(mut mask) = scan.mask.clone()
        {
            change(&mut mask);
            scan.set_mask(mask);
        }
    });
}
