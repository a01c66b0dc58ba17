//! The visitor's own data.

use super::*;
use crate::packs::PackStatus;

const OWN: DataSource = DataSource::OwnImages(7);

fn own_link() -> Permalink {
    let mut link = Permalink::default();
    link.config.data = DataSource::OwnImages(0);
    link.config.epochs = 3;
    link
}

#[test]
fn a_link_to_own_images_says_what_to_do_and_keeps_the_rest() {
    let mut page = Page::open(own_link());
    assert_eq!(page.notices().len(), 1);
    assert!(page.notices()[0].starts_with("This link trains on your own images"));
    page.pack_arrives();
    assert_eq!(page.state.link.config.data, DataSource::MedNist);
    assert_eq!(page.state.link.config.epochs, 3);
    assert!(
        page.effects
            .iter()
            .any(|effect| matches!(effect, Effect::FetchPack { source: DataSource::MedNist, .. }))
    );
    // Where MedNIST is missing, too, the images are generated.
    let mut bare = Page::open(own_link());
    bare.act(Action::PacksListed(vec![]));
    assert_eq!(bare.state.link.config.data, DataSource::MedNist.generated_fallback());
    assert_eq!(bare.notices().len(), 2);
}

#[test]
fn own_images_that_were_kept_are_read_when_they_are_needed() {
    let mut state = State::new(own_link(), "test".into(), 1000);
    state.packs.add_own(OWN, PackStatus::Listed { file: String::new(), bytes: 5 });
    let effects = reduce(&mut state, Action::Open(vec![]));
    assert!(effects.contains(&Effect::FetchPack { source: OWN, file: String::new(), bytes: 5 }));
    assert_eq!(state.link.config.data, OWN);
    assert!(state.packs.available(Lab::Classify).iter().any(|source| source.is_own()));
    let effects = reduce(&mut state, Action::PackReady(OWN));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::LoadDataset(key) if key.source == OWN))
    );
    // The list of the site's packs says nothing of them.
    reduce(&mut state, Action::PacksListed(vec![]));
    assert_eq!(state.packs.status(OWN), &PackStatus::Ready);
    // If the browser has deleted them, the page goes on with others.
    let problem = Problem::new(ErrorCode::BadPack, "Gone.");
    reduce(&mut state, Action::PackFailed(OWN, problem));
    assert!(state.notices.iter().any(|notice| notice.problem.message == "Gone."));
    assert!(!state.link.config.data.is_own());
}

#[test]
fn another_import_sets_up_another_run_with_all_classes() {
    let mut page = Page::ready();
    page.act(Action::UseOwnData(OWN));
    page.act(Action::DebounceElapsed);
    page.data_is_decoded();
    page.run_is_ready();
    assert_eq!(page.run().config.data, OWN);
    page.edit_and_debounce(|config| {
        config.sampling.classes = model::ClassSubset::of([0, 3]);
        config.epochs = 4;
    });
    page.act(Action::UseOwnData(DataSource::OwnImages(8)));
    let config = &page.state.link.config;
    assert_eq!(config.data, DataSource::OwnImages(8));
    assert!(config.sampling.classes.is_all() && config.epochs == 4);
    page.effects.clear();
    page.act(Action::DebounceElapsed);
    assert!(page.effects.iter().any(
        |effect| matches!(effect, Effect::LoadDataset(key) if key.source == DataSource::OwnImages(8))
    ));
    // Chosen in the menu, they have no number.
    page.edit_and_debounce(|config| config.choose_data(DataSource::PHANTOM));
    page.edit_and_debounce(|config| config.choose_data(DataSource::OwnImages(0)));
    assert_eq!(page.state.link.config.data, DataSource::OwnImages(8));
}

#[test]
fn images_with_masks_open_their_lab_and_are_forgotten_in_both() {
    let mut page = Page::ready();
    let masks = DataSource::OwnSlices(9);
    page.act(Action::UseOwnData(OWN));
    page.act(Action::UseOwnData(masks));
    assert_eq!((page.state.lab(), page.state.link.config.data), (Lab::Segment, masks));
    assert!(page.state.packs.has_own());
    page.act(Action::ForgetOwnData);
    assert_eq!(page.state.link.config.data, DataSource::Hippocampus);
    assert!(!page.state.packs.has_own());
    page.act(Action::SetLab(Lab::Classify));
    assert_eq!(page.state.link.config.data, DataSource::MedNist);
    assert_eq!(page.notices(), [""; 0]);
    assert!(!page.state.packs.available(Lab::Classify).iter().any(|source| source.is_own()));
}
