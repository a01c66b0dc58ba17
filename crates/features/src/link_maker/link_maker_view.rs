//! View of the link maker.

use leptos::prelude::*;
use model::permalink::{BUTTONS, Hideable, MAX_VIEWS, Permalink, SETTINGS_GROUPS, View};
use ui::clipboard::copy;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_event, handle_mouse, live, memo, view};
use ui::inputs::Choice;
use ui::spawn::spawn;

use super::codes::{address, element_code, iframe_code};
use super::link_edits::{button_name, group_name, set, set_control};
use super::qr_path::qr_path;

/// Sizes of a frame in CSS pixels.
const SIZES: [[u32; 2]; 4] = [[480, 360], [640, 480], [800, 600], [1100, 700]];

/// Sizes of type in percent.
const SCALES: [u16; 5] = [75, 100, 125, 150, 200];

/// Addresses from which links and code are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The page, without a query.
    pub page: String,
    /// Script of the custom element.
    pub script: String,
}

/// Form that changes a link, and the texts made from it.
#[component]
pub fn LinkMaker(
    /// The link at first.
    link: Permalink,
    /// Addresses from which links and code are made.
    addresses: Addresses,
) -> impl IntoView {
    let link = RwSignal::new(link);
    let size = RwSignal::new(SIZES[1]);
    view! {
        <div class="link-maker">
            <div class="link-maker-form">
                <Shown link />
                <Kept link />
                <Look link size />
            </div>
            <Results link size addresses />
        </div>
    }
}

/// What students see.
#[component]
fn Shown(link: RwSignal<Permalink>) -> impl IntoView {
    let lab = link.with_untracked(|link| link.config.lab());
    let views = [View::Experiment].into_iter().chain(View::of(lab).iter().copied());
    let views = views.map(|item| {
        let change = move |link: &mut Permalink, on| {
            link.views.retain(|view| *view != item);
            if on {
                // The oldest makes room.
                while link.views.len() >= MAX_VIEWS {
                    link.views.remove(0);
                }
                link.views.push(item);
            }
        };
        let testid = format!("maker-view-{}", item.slug());
        check(link, item.name(), testid, move |link| link.views.contains(&item), change)
    });
    let buttons = BUTTONS.iter().map(|(name, button)| {
        let change = move |link: &mut Permalink, on| set_control(link, *button, on);
        let shown = move |link: &Permalink| link.frame.shows_control(*button);
        check(link, button_name(*button), format!("maker-control-{name}"), shown, change)
    });
    view! {
        <fieldset class="link-maker-group">
            <legend>"Views, at most two"</legend>
            {views.collect_view()}
        </fieldset>
        <fieldset class="link-maker-group">
            <legend>"Buttons"</legend>
            {buttons.collect_view()}
        </fieldset>
    }
}

/// What students cannot change, and cannot see.
#[component]
fn Kept(link: RwSignal<Permalink>) -> impl IntoView {
    let locks = SETTINGS_GROUPS.iter().map(|(name, group)| {
        let change = move |link: &mut Permalink, on| set(&mut link.frame.locked, *group, on);
        let locked = move |link: &Permalink| link.frame.locked.contains(group);
        check(link, group_name(*group), format!("maker-lock-{name}"), locked, change)
    });
    let results = [
        ("Scores on held-out images", "accuracy", Hideable::Accuracy),
        ("Losses", "loss", Hideable::Loss),
        ("Linear probe accuracies", "probes", Hideable::Probes),
    ];
    let results = results.map(|(label, name, part)| {
        let change = move |link: &mut Permalink, on| set(&mut link.frame.hidden, part, on);
        let hidden = move |link: &Permalink| link.frame.hidden.contains(&part);
        check(link, label, format!("maker-hide-{name}"), hidden, change)
    });
    view! {
        <fieldset class="link-maker-group">
            <legend>"Cannot be changed"</legend>
            {locks.collect_view()}
        </fieldset>
        <fieldset class="link-maker-group">
            <legend>"Results that are not shown"</legend>
            {results.collect_view()}
        </fieldset>
    }
}

/// Where the link is shown, how large, and whether it trains by itself.
#[component]
fn Look(link: RwSignal<Permalink>, size: RwSignal<[u32; 2]>) -> impl IntoView {
    let scale = memo(move || link.with(|link| link.frame.scale_percent));
    let sizes = SIZES.map(|size| (size, format!("{} × {}", size[0], size[1]))).to_vec();
    let autostart = check(
        link,
        "Train at once",
        "maker-autostart".into(),
        |link| link.autostart,
        |link, on| link.autostart = on,
    );
    let embed = check(
        link,
        "Only views and buttons, as in a frame",
        "maker-embed".into(),
        |link| link.embed,
        |link, on| link.embed = on,
    );
    view! {
        <fieldset class="link-maker-group">
            <legend>"Link"</legend>
            {autostart}
            {embed}
        </fieldset>
        <div class="link-maker-choice">
            <span>"Size of the type in percent"</span>
            <Choice
                name="Size of the type in percent"
                options=SCALES.map(|scale| (scale, scale.to_string())).to_vec()
                value=scale
                on_choice=move |scale| link.update(|link| link.frame.scale_percent = scale)
            />
        </div>
        <div class="link-maker-choice">
            <span>"Size of the frame in pixels"</span>
            <Choice
                name="Size of the frame in pixels"
                options=sizes
                value=size
                on_choice=move |chosen| size.set(chosen)
            />
        </div>
    }
}

/// The link, the code, the QR code and a preview.
#[component]
fn Results(
    link: RwSignal<Permalink>,
    size: RwSignal<[u32; 2]>,
    addresses: Addresses,
) -> impl IntoView {
    let Addresses { page, script } = addresses;
    let of_page = page.clone();
    let plain = memo(move || link.with(|link| address(&of_page, link)));
    let of_page = page.clone();
    let framed = memo(move || link.with(|link| iframe_code(&of_page, link, size.get())));
    let element = memo(move || link.with(|link| element_code(&script, link)));
    let preview = RwSignal::new(None::<(String, [u32; 2])>);
    let show = move |_| {
        let framed = Permalink { embed: true, ..link.get_untracked() };
        preview.set(Some((address(&page, &framed), size.get_untracked())));
    };
    view! {
        <div class="link-maker-results">
            {text("Link", "maker-link", plain)}
            {text("Code of a frame", "maker-iframe", framed)}
            {text("Code of the element", "maker-element", element)}
            <figure class="link-maker-qr">
                {live(move || qr_image(&plain.get()))}
                <figcaption>"The link as a QR code"</figcaption>
            </figure>
            <div>
                <button
                    type="button"
                    class="button"
                    data-testid="maker-preview"
                    on:click=handle_mouse(show)
                >
                    {live(move || match preview.with(Option::is_some) {
                        true => "Show the preview anew",
                        false => "Show a preview",
                    })}
                </button>
            </div>
            {live(move || {
                preview
                    .get()
                    .map(|(address, [width, height])| {
                        view! {
                            <iframe
                                class="link-maker-preview"
                                title="Preview"
                                src=address
                                width=width.to_string()
                                height=height.to_string()
                            ></iframe>
                        }
                    })
            })}
        </div>
    }
}

/// A text with a button that copies it.
fn text(label: &'static str, testid: &'static str, value: Signal<String>) -> AnyView {
    let (copied, failed) = (RwSignal::new(false), RwSignal::new(false));
    let press = move |_| {
        let text = value.get_untracked();
        spawn(async move {
            // Some frames may not write to the clipboard.
            failed.set(copy(&text, copied).await.is_err());
        });
    };
    view! {
        <div class="link-maker-text">
            <label>
                <span>{label}</span>
                <textarea
                    readonly
                    rows="3"
                    data-testid=testid
                    prop:value=value.live()
                    on:focus:target=|event| event.target().select()
                ></textarea>
            </label>
            <button
                type="button"
                class="button"
                data-testid=format!("{testid}-copy")
                on:click=handle_mouse(press)
            >
                <span aria-live="polite">
                    {live(move || match (copied.get(), failed.get()) {
                        (true, _) => "Copied",
                        (false, true) => "Select and copy it by hand",
                        (false, false) => "Copy",
                    })}
                </span>
            </button>
        </div>
    }
}

fn qr_image(text: &str) -> AnyView {
    match qr_path(text) {
        Some(qr) => {
            view! {
                <svg
                    class="link-maker-code"
                    data-testid="maker-qr"
                    role="img"
                    aria-label="QR code of the link"
                    viewBox=format!("0 0 {0} {0}", qr.side)
                    shape-rendering="crispEdges"
                >
                    <path d=qr.path />
                </svg>
            }
        }
        None => view! { <p>"This link is too long for a QR code."</p> },
    }
}

/// A check box that changes the link.
fn check(
    link: RwSignal<Permalink>,
    label: &'static str,
    testid: String,
    is_on: impl Fn(&Permalink) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Permalink, bool) + 'static,
) -> AnyView {
    let on = memo(move || link.with(|link| is_on(link)));
    view! {
        <label class="field-check">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=on.live()
                on:change=handle_event(move |event| {
                    let on = event_target_checked(&event);
                    link.update(|link| change(link, on));
                })
            />
            <span>{label}</span>
        </label>
    }
}
