//! Content of the help dialog: instructions and keyboard shortcuts.

use leptos::prelude::*;
use model::Lab;
use ui::erased_view::{live, view};

use crate::page::Page;
use crate::page_meta::build;

const KEYS: [(&str, &str); 8] = [
    ("Space", "play or pause"),
    ("S", "one step"),
    ("E", "to the end of the epoch"),
    ("T", "evaluate on the validation or test set now"),
    ("R", "back to the network before training"),
    ("1 – 8", "the views, in the order of their tabs"),
    ("P", "larger type for a projector, and back"),
    ("?", "this help"),
];

/// Returns the instructions for a lab.
fn about(lab: Lab) -> &'static str {
    match lab {
        Lab::Classify => {
            "A neural network learns to tell six kinds of medical images apart, here on this \
             computer. Press Play and watch the loss fall; press Step to see what a single step \
             does to one batch. Change the network or its training, and compare the curves."
        }
        Lab::Segment => {
            "A U-Net learns to find a structure in medical images pixel by pixel, here on this \
             computer. Press Play and watch the masks of eight held-out slices take shape. Cut its skip \
             connections, change its loss, and compare the curves; click a pixel to see what it \
             depends on."
        }
    }
}

/// Content of the help dialog.
pub fn help(page: Page) -> AnyView {
    view! {
        <p>{live(move || about(page.signals.lab.get()))}</p>
        <p>"Everything runs in this tab. Nothing that you do or open here leaves your computer."</p>
        <h3>"Keys"</h3>
        <dl class="help-keys">
            {KEYS
                .map(|(key, meaning)| {
                    view! {
                        <div>
                            <dt>
                                <kbd>{key}</kbd>
                            </dt>
                            <dd>{meaning}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
        <p class="secondary">"Version "{build()}</p>
    }
}
