//! Notices of problems on the page.

use protocol::embed::EmbedEvent;
use protocol::{ErrorCode, Problem};

use crate::effect::Effect;
use crate::state::{Notice, State};

/// Maximum number of notices; the oldest ones are removed. Notices about a link are not counted:
/// every error in a link is shown, and their number is limited by the length of the link.
pub(crate) const MAX_NOTICES: usize = 5;

/// Maximum number of problems listed in a bug report.
const MAX_RECENT_PROBLEMS: usize = 10;

impl State {
    /// Shows a problem on the page and emits it as an event. If the problem is already shown, it
    /// moves to the end of the list.
    pub(crate) fn report(&mut self, problem: Problem, effects: &mut Vec<Effect>) {
        effects.push(Effect::Emit(EmbedEvent::Error {
            code: problem.code.slug(),
            message: problem.message.clone(),
        }));
        self.notices.retain(|notice| notice.problem != problem);
        let counted = |notice: &Notice| notice.problem.code != ErrorCode::BadLink;
        if self.notices.iter().filter(|notice| counted(notice)).count() > MAX_NOTICES - 1
            && let Some(oldest) = self.notices.iter().position(counted)
        {
            self.notices.remove(oldest);
        }
        if self.recent_problems.len() == MAX_RECENT_PROBLEMS {
            self.recent_problems.remove(0);
        }
        self.recent_problems.push(problem.clone());
        self.notices.push(Notice { id: self.next_notice, problem });
        self.next_notice += 1;
    }
}
