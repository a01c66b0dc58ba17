//! Slots of the queries that have been asked. Late answers are dropped here.

use std::rc::Rc;

use protocol::Problem;
use protocol::interpret::{AnyAnswer, QueryId};

/// Handles an answer. The second argument tells whether it is the first answer to its query.
pub type AnswerHandler = Rc<dyn Fn(Result<AnyAnswer, Problem>, bool)>;

struct Slot {
    /// Number of the latest query in the slot.
    revision: u32,
    is_answered: bool,
    on_answer: AnswerHandler,
}

/// All slots. The number of a slot is its index.
#[derive(Default)]
pub struct Slots(Vec<Slot>);

impl Slots {
    /// Adds a slot and returns its number.
    pub fn add(&mut self, on_answer: AnswerHandler) -> u32 {
        self.0.push(Slot { revision: 0, is_answered: false, on_answer });
        self.0.len() as u32 - 1
    }

    /// Returns the id of a new query in a slot, which replaces the previous query.
    pub fn next_id(&mut self, slot: u32) -> QueryId {
        let found = &mut self.0[slot as usize];
        found.revision = found.revision.wrapping_add(1);
        found.is_answered = false;
        QueryId { slot, revision: found.revision }
    }

    /// Returns the handler of an answer, and whether this is the first answer to the query. Returns
    /// `None` if the query has been replaced by a later one.
    pub fn handler(&mut self, id: QueryId) -> Option<(AnswerHandler, bool)> {
        let slot = self.0.get_mut(id.slot as usize).filter(|slot| slot.revision == id.revision)?;
        let is_first = !std::mem::replace(&mut slot.is_answered, true);
        Some((slot.on_answer.clone(), is_first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_an_earlier_query_is_dropped() {
        let mut slots = Slots::default();
        let slot = slots.add(Rc::new(|_, _| {}));
        let first = slots.next_id(slot);
        assert!(slots.handler(first).is_some_and(|(_, is_first)| is_first));
        assert!(slots.handler(first).is_some_and(|(_, is_first)| !is_first));
        let second = slots.next_id(slot);
        assert!(slots.handler(first).is_none());
        assert!(slots.handler(second).is_some_and(|(_, is_first)| is_first));
        assert!(slots.handler(QueryId { slot: slot + 1, revision: 1 }).is_none());
    }
}
