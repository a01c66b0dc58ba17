//! State changes in response to the list of packs and to downloads of packs.

use model::{ClassSubset, DataSource, Lab, RunConfig};
use protocol::{ErrorCode, Problem};

use crate::effect::Effect;
use crate::packs::{ListedPack, PackStatus, names, packs};
use crate::progress::Progress;
use crate::state::State;

impl State {
    /// Updates the status of all packs from the list of packs of the site.
    pub(crate) fn on_packs_listed(&mut self, listed: &[ListedPack]) {
        for source in packs() {
            self.packs.set(source, status(source, listed));
        }
    }

    /// Marks all packs as unavailable because their list cannot be used.
    pub(crate) fn on_packs_unlisted(&mut self, problem: &Problem) {
        for source in packs() {
            self.on_pack_failure(source, problem.clone());
        }
    }

    /// Updates the download progress of a pack.
    pub(crate) fn on_pack_progress(&mut self, source: DataSource, progress: Progress) {
        if let PackStatus::Loading(_) = self.packs.status(source) {
            self.packs.set(source, PackStatus::Loading(progress));
        }
    }

    /// Marks a pack as unavailable. A configuration that uses it switches to generated images, and
    /// the problem is shown.
    pub(crate) fn on_pack_failure(&mut self, source: DataSource, problem: Problem) {
        let (_, fallback) = names(source);
        let message = match source.is_own() {
            true => problem.message,
            false => {
                format!(
                    "{} Until then the page uses generated images ({fallback}).",
                    problem.message
                )
            }
        };
        self.packs.set(source, PackStatus::Unavailable(Problem { message, ..problem }));
    }
}

impl State {
    /// Trains on data of the visitor's own, which the page has. They may belong to the other lab.
    pub(crate) fn use_own_data(&mut self, source: DataSource, effects: &mut Vec<Effect>) {
        self.packs.add_own(source, PackStatus::Ready);
        if self.is_lab_locked(source.lab(), effects) {
            return;
        }
        self.switch_lab(source.lab(), effects);
        let mut config = self.link.config.clone();
        config.choose_data(source);
        // Another import may have other classes.
        if config.data != self.link.config.data {
            config.sampling.classes = ClassSubset::ALL;
        }
        self.edit(config, effects);
    }

    /// Forgets the visitor's own data. Configurations that use them go on with the first data set of
    /// their lab.
    pub(crate) fn forget_own_data(&mut self, effects: &mut Vec<Effect>) {
        self.packs.remove_own();
        if let Some(other) = self.other_lab_config.as_mut().filter(|other| other.data.is_own()) {
            other.choose_data(default_data(other.lab()));
        }
        if self.link.config.data.is_own() {
            let mut config = self.link.config.clone();
            config.choose_data(default_data(config.lab()));
            // What is gone cannot stay, even where the data set is locked.
            self.apply_edit(config, effects);
        }
    }
}

/// Returns the data set that replaces one that is not available.
pub(crate) fn replacement(source: DataSource) -> DataSource {
    match source.is_own() {
        true => default_data(source.lab()),
        false => source.generated_fallback(),
    }
}

fn default_data(lab: Lab) -> DataSource {
    RunConfig::default_for(lab).data
}

/// Returns the status of a pack according to the list.
fn status(source: DataSource, listed: &[ListedPack]) -> PackStatus {
    match listed.iter().find(|pack| source.pack_name() == Some(&pack.name)) {
        Some(pack) => PackStatus::Listed { file: pack.file.clone(), bytes: pack.bytes },
        None => {
            let (name, instead) = names(source);
            let message = format!(
                "This copy of the page has no {name} images, so it trains on generated ones \
                 ({instead})."
            );
            PackStatus::Unavailable(Problem::new(ErrorCode::Network, message))
        }
    }
}
