//! View of the visitor's own slice or volume, and its segmentation.

use std::sync::Arc;

use data::user_files::NetworkInput;
use leptos::prelude::*;
use protocol::Problem;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, memo, view};

use super::drop_zone::SlicesDropZone;
use super::load_scan::Loader;
use super::own_slices_result::{OwnSlicesResult, ResultContext, ShownSlice};
use super::scan::Scan;
use super::scan_readers::ScanReaders;

/// Drop zone and file buttons for a slice or a volume and its mask, and the segmentation by the
/// network.
#[component]
pub fn OwnSlicesView(
    /// Functions that read images, volumes and masks.
    readers: ScanReaders,
    /// Size of the network's input in pixels, and of a pixel in millimeters.
    #[prop(into)]
    input: Signal<NetworkInput>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Answer to the last `on_ask`, `[n, height, width]` row by row; updated when the network
    /// changes. Answers to earlier calls must not be passed.
    #[prop(into)]
    masks: Signal<Option<Arc<Vec<u8>>>>,
    /// Display settings.
    look: DisplaySettings,
    /// Called with slices to segment, gray values 0 to 255, `[n, height, width]` row by row, and
    /// with their height and width.
    #[prop(into)]
    on_ask: Callback<(Vec<u8>, [usize; 2])>,
    /// Called with the problem of a file that cannot be used.
    #[prop(into)]
    on_problem: Callback<Problem>,
) -> impl IntoView {
    let scan = RwSignal::new(None::<Scan>);
    let shown = RwSignal::new(0_usize);
    let slice = RwSignal::new(None::<ShownSlice>);
    let ask = move || ask_next(scan, shown, readers, on_ask, on_problem);
    effect(move || {
        let Some(masks) = masks.get() else { return };
        let mut taken = false;
        scan.update(|scan| {
            taken = scan.as_mut().is_some_and(|scan| scan.queue.answer(&masks));
        });
        if taken {
            ask();
        }
    });
    Effect::new(move |before: Option<(NetworkInput, Vec<String>)>| {
        // The data set has changed: slices and masks do not fit the network any more.
        let now = (input.get(), classes.get());
        if before.is_some_and(|before| before != now)
            && let Some(scan_before) = scan.get_untracked()
        {
            readers.close.run(scan_before.files());
            scan.set(None);
        }
        now
    });
    let version = memo(move || scan.with(|scan| scan.as_ref().map(|scan| scan.version)));
    let count = memo(move || scan.with(|scan| scan.as_ref().map_or(0, |scan| scan.queue.len())));
    Effect::new(move |before: Option<usize>| {
        // The first slice shown along an axis is the middle one, which usually shows the most.
        let count = count.get();
        if before != Some(count) {
            shown.set(count / 2);
        }
        count
    });
    effect(move || {
        if version.get().is_some() {
            ask();
        } else {
            slice.set(None);
        }
    });
    effect(move || {
        let (version, shown) = (version.get(), shown.get());
        let request = scan.with_untracked(|scan| {
            let scan = scan.as_ref()?;
            (shown < scan.queue.len()).then(|| scan.request(shown..shown + 1))
        });
        let Some(request) = request else { return };
        ui::spawn::spawn(async move {
            let read = readers.slices.run(request).await;
            let is_current = scan.with_untracked(|scan| {
                scan.as_ref().is_some_and(|scan| Some(scan.version) == version)
            });
            match read {
                Ok(read) if is_current => slice.set(Some(ShownSlice {
                    pixels: read.images.into(),
                    truth: (!read.labels.is_empty()).then(|| read.labels.into()),
                })),
                Ok(_) => {}
                Err(problem) if is_current => on_problem.run(problem),
                Err(_) => {}
            }
        });
    });

    let loader = move || Loader {
        readers,
        input: input.get_untracked(),
        classes: classes.get_untracked(),
        scan,
    };
    let take = move |(files, as_mask): (Vec<web_sys::File>, bool)| {
        let loader = loader();
        report(on_problem, async move { loader.load(files, as_mask).await });
    };
    let set_volume = move |volume: usize| {
        let loader = loader();
        report(on_problem, async move { loader.set_volume(volume).await });
    };
    let swap = move |()| {
        let loader = loader();
        report(on_problem, async move { loader.swap().await });
    };
    let again = move |()| {
        scan.update(|scan| {
            if let Some(scan) = scan {
                scan.queue.outdate();
            }
        });
        ask();
    };
    let context = ResultContext {
        scan,
        shown,
        slice,
        classes,
        look,
        on_again: again.into(),
        on_volume: set_volume.into(),
        on_swap: swap.into(),
    };
    view! {
        <div class="own">
            <SlicesDropZone has_image=derived(move || scan.with(Option::is_some)) on_files=take />
            <OwnSlicesResult context=context />
        </div>
    }
}

/// Runs a task in the background, and reports its problem if it has one.
fn report(
    on_problem: Callback<Problem>,
    task: impl Future<Output = Result<(), Problem>> + 'static,
) {
    ui::spawn::spawn(async move {
        if let Err(problem) = task.await {
            on_problem.run(problem);
        }
    });
}

/// Reads the next slices without a current mask, and asks the network about them.
fn ask_next(
    scan: RwSignal<Option<Scan>>,
    shown: RwSignal<usize>,
    readers: ScanReaders,
    on_ask: Callback<(Vec<u8>, [usize; 2])>,
    on_problem: Callback<Problem>,
) {
    let mut next = None;
    scan.update(|scan| {
        next = scan.as_mut().and_then(|scan| {
            let range = scan.queue.next_range(shown.get_untracked())?;
            Some((scan.version, range.clone(), scan.request(range)))
        });
    });
    let Some((version, range, request)) = next else { return };
    ui::spawn::spawn(async move {
        let read = match readers.slices.run(request).await {
            Ok(read) => read,
            Err(problem) => return on_problem.run(problem),
        };
        let mut question = None;
        scan.update(|scan| {
            // Another image, axis or part may have been chosen in the meantime.
            if let Some(scan) = scan.as_mut().filter(|scan| scan.version == version) {
                let pixels = scan.queue.question(range, &read.images, read.labels);
                question = Some((pixels, scan.queue.region().size));
            }
        });
        if let Some(question) = question {
            on_ask.run(question);
        }
    });
}
