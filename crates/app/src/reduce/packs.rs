//! Which packs there are, and what takes the place of those that cannot be had.

use model::DataSource;
use protocol::{ErrorCode, Problem};

use crate::state::{PACKS, PackStatus, Progress, State, words};

/// A pack that the site has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name, as [`DataSource::pack`] has it.
    pub name: String,
    /// Its file below `packs/`.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// Notes which packs the site has.
pub fn packs_listed(state: &mut State, listed: &[Listed]) {
    for source in PACKS {
        state.packs.set(source, status(source, listed));
    }
}

/// The list of packs cannot be used, and so no pack.
pub fn packs_unlisted(state: &mut State, problem: &Problem) {
    for source in PACKS {
        pack_failed(state, source, problem.clone());
    }
}

/// More of a pack has arrived.
pub fn pack_progress(state: &mut State, source: DataSource, progress: Progress) {
    if let PackStatus::Loading(_) = state.packs.status(source) {
        state.packs.set(source, PackStatus::Loading(progress));
    }
}

/// What the list of packs says of one of them.
fn status(source: DataSource, listed: &[Listed]) -> PackStatus {
    match listed.iter().find(|pack| source.pack_name() == Some(&pack.name)) {
        Some(pack) => PackStatus::Listed { file: pack.file.clone(), bytes: pack.bytes },
        None => {
            let (name, instead) = words(source);
            let message = format!(
                "This copy of the page has no {name} images, so it trains on generated ones \
                 ({instead})."
            );
            PackStatus::Unavailable(Problem::new(ErrorCode::Network, message))
        }
    }
}

/// A pack cannot be used: whoever wants it is told, and goes on with generated images.
pub fn pack_failed(state: &mut State, source: DataSource, problem: Problem) {
    let (_, instead) = words(source);
    let message =
        format!("{} Until then the page uses generated images ({instead}).", problem.message);
    state.packs.set(source, PackStatus::Unavailable(Problem { message, ..problem }));
}
