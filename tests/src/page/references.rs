//! Comparison of the window with a reference image in `tests/references/`.
//!
//! With `PLAYGROUND_UPDATE_PICTURES=1` the references are rewritten instead. To keep them small,
//! they have half the size of the window and few colors, and images within the page are coarsened:
//! these tests compare layout, text and colors. The results of the networks are tested elsewhere.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use super::Page;
use crate::{MASK, Picture, PixelRect, UI_TIMEOUT, compare, screenshot_dir, wait_until};

/// Maximum time to wait for the page to match the reference.
const DRAWING_TIMEOUT: Duration = Duration::from_secs(20);

/// Time for which a page must not change before it is saved as a reference.
const STEADY: Duration = Duration::from_secs(3);

/// Maximum fraction of masked pixels, since larger masks would make the comparison useless.
const MAX_MASKED_SHARE: f64 = 0.03;

/// Display options of a page.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Height of the window in CSS pixels.
    pub height: u32,
    /// `light` or `dark`.
    pub scheme: &'static str,
}

impl Page<'_> {
    /// Makes `Math.random` return a constant in every document opened from now on.
    pub fn fix_random_numbers(&self) {
        let script = json!({ "source": "Math.random = () => 0.4" });
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", script);
    }

    /// Disables everything that makes two screenshots of the same state differ: animations, the
    /// caret, the mouse pointer, the focus, scroll bars, and the choice of font.
    pub fn hold_still(&self) {
        self.browser.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
        self.browser.js(
            "const sheet = new CSSStyleSheet();\
             sheet.replaceSync(`*, *::before, *::after {\
               transition: none !important; animation: none !important;\
               caret-color: transparent !important;\
               font-family: 'DejaVu Sans' !important }`);\
             document.adoptedStyleSheets = [sheet];\
             document.activeElement?.blur()",
            &[],
        );
        let away = json!({ "type": "mouseMoved", "x": 1, "y": 1 });
        self.browser.devtools("Input.dispatchMouseEvent", away);
        assert_eq!(
            self.eval(
                "(() => { const pen = document.createElement('canvas').getContext('2d');\
                   return ['serif', 'monospace'].map((other) => {\
                     pen.font = `100px 'DejaVu Sans', ${other}`;\
                     return pen.measureText('Dice').width;\
                   }).reduce((a, b) => a === b) })()"
            ),
            true,
            "pictures are compared in DejaVu Sans, which this machine lacks: run `cargo xtask \
             setup`, or install the package fonts-dejavu-core"
        );
    }

    /// Gives the window the given size and colors, and shows the top of the page.
    pub fn show(&self, looks: Looks) {
        self.set_color_scheme(looks.scheme);
        self.resize(looks.width, looks.height);
        self.browser.js("scrollTo({ top: 0, behavior: 'instant' })", &[]);
    }

    /// Compares the window with the reference image of this name, except elements that match
    /// `masks`. Waits some time for the page to match.
    ///
    /// # Errors
    ///
    /// Returns a sentence that says what differs and where, and which images in `target/e2e/` show
    /// it.
    pub fn compare_with_reference(
        &self,
        name: &str,
        looks: Looks,
        masks: &[&str],
    ) -> Result<(), String> {
        let reference_file = crate::package_dir().join("references").join(format!("{name}.png"));
        if std::env::var("PLAYGROUND_UPDATE_PICTURES").is_ok_and(|value| value == "1") {
            let picture = self.steady_picture(looks, masks);
            std::fs::create_dir_all(crate::package_dir().join("references"))
                .expect("the checkout takes files");
            write(&reference_file, &picture);
            return Ok(());
        }
        let reference = std::fs::read(&reference_file).map_err(|error| error.to_string());
        let reference = reference.and_then(|file| Picture::from_png(&file)).map_err(|error| {
            format!(
                "{name}: the reference {} cannot be read ({error}). PLAYGROUND_UPDATE_PICTURES=1 \
                 makes it.",
                reference_file.display()
            )
        })?;
        let end = Instant::now() + DRAWING_TIMEOUT;
        let (actual, comparison) = loop {
            let actual = self.masked_picture(looks, masks);
            let comparison = compare(&reference, &actual);
            if comparison.is_match() {
                println!("{name}: {}", comparison.describe());
                return Ok(());
            }
            if Instant::now() > end {
                break (actual, comparison);
            }
        };
        let file = |kind: &str| -> PathBuf { screenshot_dir().join(format!("{name}-{kind}.png")) };
        write(&file("actual"), &actual);
        write(&file("difference"), comparison.difference());
        let place = comparison.changed().map(|rect| self.headings_in(rect)).unwrap_or_default();
        Err(format!(
            "{name}: {} {place}See {} and {}; if this is meant, PLAYGROUND_UPDATE_PICTURES=1 makes \
             new references.",
            comparison.describe(),
            file("difference").display(),
            file("actual").display()
        ))
    }

    /// Returns a screenshot that has not changed for some time.
    fn steady_picture(&self, looks: Looks, masks: &[&str]) -> Picture {
        let mut last = self.masked_picture(looks, masks);
        let mut since = Instant::now();
        wait_until("a page that looks the same for a while", UI_TIMEOUT, || {
            let now = self.masked_picture(looks, masks);
            if now != last {
                last = now;
                since = Instant::now();
            }
            (since.elapsed() > STEADY).then(|| last.clone())
        })
    }

    /// Returns the window at half its size, with coarsened images and with the selected
    /// elements masked.
    fn masked_picture(&self, looks: Looks, masks: &[&str]) -> Picture {
        self.show(looks);
        let whole = Picture::from_png(&self.window_png()).expect("Chromium writes PNG");
        let mut picture = whole.halved();
        for rect in self.rects_of("img, canvas") {
            picture.coarsen(rect);
        }
        for mask in masks {
            let rects = self.rects_of(mask);
            assert!(!rects.is_empty(), "the mask {mask} covers nothing");
            rects.into_iter().for_each(|rect| picture.fill(rect, MASK));
        }
        let share = picture.masked_share();
        assert!(share < MAX_MASKED_SHARE, "masks cover {:.1} % of the page", 100.0 * share);
        picture
    }

    /// Returns the rectangles of the elements that match a CSS selector, in pixels of the window
    /// at half its size.
    fn rects_of(&self, selector: &str) -> Vec<PixelRect> {
        let edges = self.browser.js(
            "return [...document.querySelectorAll(arguments[0])].map((e) => {\
               const box = e.getBoundingClientRect();\
               return [Math.floor(box.left / 2), Math.floor(box.top / 2),\
                 Math.ceil(box.right / 2), Math.ceil(box.bottom / 2)]\
                 .map((edge) => Math.max(0, edge));\
             })",
            &[json!(selector)],
        );
        let edges: Vec<[usize; 4]> = serde_json::from_value(edges).expect("four edges each");
        edges
            .into_iter()
            .map(|[x, y, right, bottom]| PixelRect { x, y, width: right - x, height: bottom - y })
            .collect()
    }

    /// Returns the headings of the parts of the page in a rectangle, for example “In Loss, Network.
    /// ”.
    fn headings_in(&self, rect: PixelRect) -> String {
        let headings = self.browser.js(
            "const [top, bottom, left, right] = arguments;\
             return [...document.querySelectorAll('h1, h2, h3')].filter((heading) => {\
               const section = (heading.closest('section, [role=region]') ?? heading)\
                 .getBoundingClientRect();\
               return section.top < bottom && section.bottom > top\
                 && section.left < right && section.right > left;\
             }).map((heading) => heading.innerText.trim()).filter((text) => text).slice(0, 6)",
            &[
                json!(2 * rect.y),
                json!(2 * (rect.y + rect.height)),
                json!(2 * rect.x),
                json!(2 * (rect.x + rect.width)),
            ],
        );
        let headings: Vec<String> = serde_json::from_value(headings).unwrap_or_default();
        if headings.is_empty() { String::new() } else { format!("In {}. ", headings.join(", ")) }
    }
}

#[track_caller]
fn write(path: &Path, picture: &Picture) {
    std::fs::write(path, picture.to_png())
        .unwrap_or_else(|error| panic!("{} cannot be written: {error}", path.display()));
    println!("picture: {}", path.display());
}
