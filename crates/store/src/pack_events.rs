//! State changes in response to the list of packs and to downloads of packs.

use model::DataSource;
use protocol::{ErrorCode, Problem};

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
        let message =
            format!("{} Until then the page uses generated images ({fallback}).", problem.message);
        self.packs.set(source, PackStatus::Unavailable(Problem { message, ..problem }));
    }
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
