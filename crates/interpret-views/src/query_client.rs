//! Client for queries to the interpreter, with answers as signals.

use std::sync::Arc;

use protocol::Problem;
use protocol::interpret::{AnyAnswer, AnyQuery, MapPoint, NetworkRef, Query};
use ui::erased_signal::{Callback, RwSignal, Signal};

/// A query that is asked again whenever the query, the weights of its network or the images change.
pub struct Subscription {
    /// Returns the query to ask, or `None` while no answer is needed. Signals read by this function
    /// are tracked.
    pub wanted: Box<dyn Fn() -> Option<(NetworkRef, AnyQuery)>>,
    /// Handles an answer to the latest query. The second argument tells whether it is the first
    /// answer to that query.
    pub on_answer: Box<dyn Fn(Result<AnyAnswer, Problem>, bool)>,
}

/// Queries about several networks, each of which is asked once.
pub struct MultiSubscription {
    /// Returns the queries to ask; the last one is answered first. Signals read by this function
    /// are tracked.
    pub wanted: Box<dyn Fn() -> Vec<(NetworkRef, AnyQuery)>>,
    /// Handles an answer about one of the networks.
    pub on_answer: Box<dyn Fn(NetworkRef, Result<AnyAnswer, Problem>)>,
}

/// Client of the interpreter, provided by the page.
#[derive(Clone, Copy)]
pub struct QueryClient {
    /// Subscribes to a query for as long as the page exists.
    pub subscribe: Callback<Subscription>,
    /// Subscribes to queries about several networks for as long as the page exists.
    pub subscribe_each: Callback<MultiSubscription>,
    /// The points of the embedding maps.
    pub map_points: Signal<Arc<Vec<MapPoint>>>,
    /// Reason why no queries can be answered, as a sentence.
    pub failure: Signal<Option<String>>,
}

/// The latest answer to a query, or the reason why there is none.
pub struct QueryResult<T> {
    /// The latest answer.
    pub data: Signal<Option<Arc<T>>>,
    /// Reason why there is no answer, as a sentence.
    pub error: Signal<Option<String>>,
    cell: RwSignal<Option<Arc<T>>>,
}

impl<T> Clone for QueryResult<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for QueryResult<T> {}

impl<T: Send + Sync + 'static> QueryResult<T> {
    /// Removes the answer, because it does not belong to the current query any more.
    pub fn clear(self) {
        self.cell.set(None);
    }

    /// Returns the same result, with the failure of the interpreter, if there is one, in place of
    /// `error`.
    pub fn with_failure(self, failure: Signal<Option<String>>) -> Self {
        let own = self.error;
        Self { error: Signal::memo(move || failure.get().or_else(|| own.get())), ..self }
    }
}

impl QueryClient {
    /// Asks the query returned by `wanted`, and asks it again when the query, the weights of the
    /// network or the images change. A later query replaces an earlier one, whose late answers are
    /// dropped.
    pub fn query<Q: Query>(
        self,
        wanted: impl Fn() -> Option<(NetworkRef, Q)> + 'static,
    ) -> QueryResult<Q::Answer> {
        let cell = RwSignal::new(None);
        let error = RwSignal::new(None);
        let on_answer = move |answer: Result<AnyAnswer, Problem>, is_first: bool| match answer {
            Ok(answer) => {
                let Some(next) = Q::unwrap(answer) else { return };
                let before: Option<Arc<Q::Answer>> = cell.get_untracked();
                let merged = match before.filter(|_| !is_first) {
                    Some(before) => Q::merge(&before, next),
                    None => next,
                };
                cell.set(Some(Arc::new(merged)));
                error.set(None);
            }
            Err(problem) => error.set(Some(problem.message)),
        };
        self.subscribe.run(Subscription {
            wanted: Box::new(move || wanted().map(|(network, query)| (network, query.into()))),
            on_answer: Box::new(on_answer),
        });
        QueryResult { data: cell.into(), error: error.into(), cell }
    }
}
