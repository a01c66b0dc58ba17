//! View of the visitor's own slice or volume, and its segmentation.

use std::sync::Arc;

use data::user_files::{NetworkInput, UserFileError};
use leptos::prelude::*;
use protocol::{ErrorCode, Problem};
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, view};

use super::drop_zone::DropZone;
use super::dropped_files::{FileReaders, assign_roles};
use super::file_pairs::join_pairs;
use super::own_slices_result::{OwnSlicesResult, OwnStack};
use super::slice_queue::SliceQueue;

/// Drop zone and file buttons for a slice or a volume and its mask, and the segmentation by the
/// network.
#[component]
pub fn OwnSlicesView(
    /// Functions that read images, volumes and masks.
    readers: FileReaders,
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
    /// Called with slices to segment: gray values 0 to 255, `[n, height, width]` row by row, and
    /// their height and width.
    #[prop(into)]
    on_ask: Callback<(Vec<u8>, [usize; 2])>,
    /// Called with the problem of a file that cannot be used.
    #[prop(into)]
    on_problem: Callback<Problem>,
) -> impl IntoView {
    let own = RwSignal::new(None::<OwnStack>);
    let shown = RwSignal::new(0_usize);
    let ask = move || {
        let mut question = None;
        own.update(|own| {
            let queue = own.as_mut().map(|own| &mut own.queue);
            question = queue.and_then(|queue| queue.next_question(shown.get_untracked()));
        });
        if let Some(images) = question {
            on_ask.run((images, input.get_untracked().size));
        }
    };
    effect(move || {
        let Some(masks) = masks.get() else { return };
        let mut taken = false;
        own.update(|own| {
            taken = own.as_mut().is_some_and(|own| own.queue.answer(&masks));
        });
        if taken {
            ask();
        }
    });
    Effect::new(move |before: Option<(NetworkInput, Vec<String>)>| {
        // The data set has changed: slices and masks do not fit the network any more.
        let now = (input.get(), classes.get());
        if before.is_some_and(|before| before != now) {
            own.set(None);
        }
        now
    });

    let take = move |(files, as_mask): (Vec<web_sys::File>, bool)| {
        ui::spawn::spawn(async move {
            let (input, classes) = (input.get_untracked(), classes.get_untracked());
            if let Err(problem) =
                load(files, as_mask, readers, input, classes, own, on_problem).await
            {
                return on_problem.run(problem);
            }
            // The first slice shown of a new volume is the middle one, which usually shows the
            // most.
            let fresh = |b: &OwnStack| (b.queue.answered() == 0).then_some(b.queue.len() / 2);
            if let Some(middle) = own.with_untracked(|b| b.as_ref().and_then(fresh)) {
                shown.set(middle);
                ask();
            }
        });
    };
    let again = move |()| {
        own.update(|own| {
            if let Some(own) = own {
                own.queue.outdate();
            }
        });
        ask();
    };
    view! {
        <div class="own">
            <DropZone
                has_image=derived(move || own.with(Option::is_some))
                on_files=take
            />
            <OwnSlicesResult own=own shown=shown input=input classes=classes look=look on_again=again />
        </div>
    }
}

/// Reads the dropped files and shows them. If an image cannot be read, nothing changes; if its mask
/// cannot be read, the image is shown without a mask.
async fn load(
    files: Vec<web_sys::File>,
    as_mask: bool,
    readers: FileReaders,
    input: NetworkInput,
    classes: Vec<String>,
    own: RwSignal<Option<OwnStack>>,
    on_problem: Callback<Problem>,
) -> Result<(), Problem> {
    let files = join_pairs(&files);
    let names: Vec<String> = files.iter().map(web_sys::File::name).collect();
    let mut roles = assign_roles(&names, own.with_untracked(Option::is_some))?;
    if as_mask && roles.mask.is_none() {
        // The file was chosen as a mask, regardless of its name.
        roles.mask = roles.image.take();
    }
    let pick = |index: Option<usize>| index.and_then(|index| files.get(index));
    if let Some(file) = pick(roles.image) {
        let source = Arc::new(readers.source.run((file.clone(), input)).await?);
        let queue = SliceQueue::new(source, input.size);
        own.set(Some(OwnStack { name: file.name(), queue, truth: None }));
    }
    let Some(file) = pick(roles.mask) else { return Ok(()) };
    let source = own.with_untracked(|b| b.as_ref().map(|b| b.queue.source().clone()));
    let Some(source) = source else {
        let sentence = "a mask needs its image. Choose the image or volume first.";
        let error = UserFileError::new(&file.name(), sentence);
        return Err(Problem::new(ErrorCode::BadImage, error));
    };
    match readers.truth.run((file.clone(), source.extent, input, classes)).await {
        // Another image may have been dropped in the meantime.
        Ok(truth) => own.update(|own| {
            let of_it = |b: &&mut OwnStack| Arc::ptr_eq(b.queue.source(), &source);
            if let Some(own) = own.as_mut().filter(of_it) {
                own.truth = Some(truth);
            }
        }),
        Err(problem) => on_problem.run(problem),
    }
    Ok(())
}
