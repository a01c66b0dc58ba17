//! Where the network is wrong, or nearly so.

use leptos::html::Div;
use leptos::prelude::*;
use protocol::interpret::NetworkRef;
use ui::erased_signal::Signal;
use ui::erased_view::{When, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::legend::{ClassKey, ErrorKey};

use super::Scene;
use super::answer::{class_name, slices, truth, untrained};
use super::extremes::Extremes;
use super::mistake_card::MistakeCard;
use super::scene::Topic;
use super::words::moment_name;

/// The test images with the largest loss, what is near a chosen one, and of each class the surest and
/// the least sure images.
#[component]
pub fn MistakesView(
    /// What is looked at.
    scene: Scene,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, scene.mistakes_seen);
    let refusal = scene.refusal(Topic::Mistakes);
    let note = memo(move || refusal.get().or_else(|| lack(scene).map(str::to_owned)));
    view! {
        <div class="mistakes" node_ref=place data-testid="mistakes">
            {live(move || note.get().map(|note| view! { <p class="why-note" role="status">{note}</p> }))}
            <When holds=live_value(move || note.with(Option::is_none))>
                <TopLosses scene />
                <Extremes scene />
            </When>
        </div>
    }
}

/// What there has to be before there are mistakes.
fn lack(scene: Scene) -> Option<&'static str> {
    if scene.run.get().is_none() || scene.album.with(Option::is_none) {
        Some("The mistakes appear here as soon as a network stands ready.")
    } else if scene.mistakes.with(Option::is_none) {
        Some("The network looks at the whole test set …")
    } else {
        None
    }
}

/// Cards, the largest loss first.
#[component]
fn TopLosses(scene: Scene) -> impl IntoView {
    let mistakes = scene.mistakes;
    let top = memo(move || {
        mistakes.with(|found| found.as_ref().map(|found| images(&found.top))).unwrap_or_default()
    });
    let step = memo(move || mistakes.with(|found| found.as_ref().map_or(0, |found| found.step)));
    let slices = slices(scene);
    let untrained = untrained(scene);
    let when = move || {
        let run = scene.run.get()?;
        let name =
            moment_name(NetworkRef { run, snapshot: scene.moment.get() }, Some(run), step.get());
        Some(format!("The network {}", name.trim_start_matches("now, ")))
    };
    let wrong = move || {
        let wrong = mistakes.with(|found| {
            let found = found.as_ref()?;
            Some(
                found
                    .top
                    .iter()
                    .filter(|m| m.truth.map(|t| t.0) != m.predicted.map(|p| p.0))
                    .count(),
            )
        });
        tally(wrong.unwrap_or(0), top.with(Vec::len))
    };
    let key = move || {
        slices.get().then(|| {
            view! {
                <ClassKey classes=scene.classes() with_truth=true />
                <ErrorKey classes=scene.classes() />
            }
        })
    };
    view! {
        <section class="mistakes-top">
            <p class="mistakes-head">
                <strong>{live(when)}</strong>
                {live(move || (!slices.get()).then(wrong))}
            </p>
            <p class="hint">
                "The test images with the largest "
                <Term name="loss" />
                ", the largest first. Choose one: the other views follow, and its "
                <Term name="nearest neighbours" />
                " show what the network takes it for."
            </p>
            {live(move || untrained.get().then(|| view! {
                <p class="why-note">"This network has not been trained yet, so it can only guess."</p>
            }))}
            {live(key)}
            <ul class="mistake-cards" class:mistake-slices=slices.live()>
                {each(move || top.get(), move |index| view! { <MistakeCard scene index /> })}
            </ul>
        </section>
    }
}

/// How many of the images with the largest loss are called something else than they are.
fn tally(wrong: usize, shown: usize) -> String {
    match (wrong, shown) {
        (_, 0) => "There are no test images.".to_owned(),
        (0, _) => {
            "None of these test images is called wrong; these it is least sure of.".to_owned()
        }
        (wrong, shown) if wrong == shown => "All of these test images are called wrong.".to_owned(),
        (1, _) => "One of these test images is called wrong.".to_owned(),
        (wrong, _) => format!("{} of these test images are called wrong.", format::count(wrong)),
    }
}

fn images(top: &[protocol::interpret::Mistake]) -> Vec<usize> {
    top.iter().map(|mistake| mistake.image).collect()
}

/// What the neighbours of an image are, counted: “5 of its 6 nearest neighbours are Head.”
pub(super) fn verdict(scene: Scene, neighbours: &[(usize, f32)]) -> Option<String> {
    let classes: Option<Vec<usize>> =
        neighbours.iter().map(|(index, _)| truth(scene, *index)).collect();
    let classes = classes?;
    let (class, count) = most_frequent(&classes)?;
    let name = class_name(scene, class);
    let all = classes.len();
    Some(if count == all {
        format!("All of its {all} nearest neighbours are {name}.")
    } else {
        format!("{count} of its {all} nearest neighbours are {name}.")
    })
}

/// The class that occurs most often, and how often; of several the one that comes first.
fn most_frequent(classes: &[usize]) -> Option<(usize, usize)> {
    let count = |class: usize| classes.iter().filter(|other| **other == class).count();
    let most = classes.iter().map(|class| count(*class)).max()?;
    classes.iter().find(|class| count(**class) == most).map(|class| (*class, most))
}

/// A signal that only tells when the mistakes do of one image.
pub(super) fn of_image<T: PartialEq + Send + Sync + 'static>(
    scene: Scene,
    index: usize,
    look: impl Fn(&protocol::interpret::Mistake) -> T + Send + Sync + 'static,
) -> Signal<Option<T>> {
    memo(move || {
        scene
            .mistakes
            .with(|found| found.as_ref()?.top.iter().find(|m| m.image == index).map(&look))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_most_neighbours_is_named() {
        assert_eq!(most_frequent(&[2, 0, 2, 1]), Some((2, 2)));
        assert_eq!(most_frequent(&[1, 0]), Some((1, 1)));
        assert_eq!(most_frequent(&[]), None);
    }

    #[test]
    fn right_answers_among_the_largest_losses_are_told_apart() {
        assert!(tally(12, 12).starts_with("All"));
        assert!(tally(3, 12).starts_with("3 of these"));
        assert!(tally(1, 12).starts_with("One"));
        assert!(tally(0, 12).contains("least sure"));
        assert!(tally(0, 0).contains("no test images"));
    }
}
