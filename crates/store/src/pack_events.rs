//! Changes by the list of packs and by their downloads.

use model::DataSource;
use protocol::{ErrorCode, Problem};

use crate::packs::{ListedPack, PACKS, PackStatus, names};
use crate::progress::Progress;
use crate::state::State;

impl State {
    /// Notes which packs the site has.
    pub(crate) fn on_packs_listed(&mut self, listed: &[ListedPack]) {
        for source in PACKS {
            self.packs.set(source, status(source, listed));
        }
    }

    /// Gives all packs up, since their list cannot be used.
    pub(crate) fn on_packs_unlisted(&mut self, problem: &Problem) {
        for source in PACKS {
            self.on_pack_failure(source, problem.clone());
        }
    }

    /// Notes how much of a pack has arrived.
    pub(crate) fn on_pack_progress(&mut self, source: DataSource, progress: Progress) {
        if let PackStatus::Loading(_) = self.packs.status(source) {
            self.packs.set(source, PackStatus::Loading(progress));
        }
    }

    /// Gives a pack up; who wants it trains on generated images and is told why.
    pub(crate) fn on_pack_failure(&mut self, source: DataSource, problem: Problem) {
        let (_, fallback) = names(source);
        let message =
            format!("{} Until then the page uses generated images ({fallback}).", problem.message);
        self.packs.set(source, PackStatus::Unavailable(Problem { message, ..problem }));
    }
}

/// Returns the status of a pack by the list.
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
