//! Subscriptions: queries that are asked again when the query, the weights or the images change.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use interpret_views::query_client::{MultiSubscription, QueryClient, Subscription};
use protocol::interpret::{AnyQuery, NetworkRef, Priority, Snapshot};
use ui::erased_view::effect;

use super::client::{Interpreter, InterpreterHost};
use crate::dataset::any_dataset::AnyDataset;

/// A query with everything that its answer depends on.
#[derive(PartialEq)]
struct Asked {
    generation: u32,
    dataset: Option<AnyDataset>,
    network: NetworkRef,
    query: AnyQuery,
    /// Step of the weights if the query is about the latest ones, otherwise `None`.
    step: Option<usize>,
}

impl Interpreter {
    /// Starts to follow the runs of the page. Returns the client with which views ask queries.
    pub fn open(self, host: InterpreterHost) -> QueryClient {
        self.follow_runs(host);
        QueryClient {
            subscribe: (move |subscription| self.subscribe(host, subscription)).into(),
            subscribe_each: (move |subscription| self.subscribe_each(host, subscription)).into(),
            map_points: self.map_points.into(),
            failure: self.failure.into(),
        }
    }

    fn subscribe(self, host: InterpreterHost, subscription: Subscription) {
        let Subscription { wanted, on_answer } = subscription;
        let slot = self.with_slots(|slots| slots.add(Rc::from(on_answer)));
        let last: RefCell<Option<Asked>> = RefCell::default();
        effect(move || {
            let (generation, dataset) = (self.generation.get(), host.dataset.get());
            let latest = host.network.step.get();
            let (Some((network, query)), Some(_)) = (wanted(), latest) else { return };
            let step = match (network.snapshot, query.priority()) {
                (Snapshot::Epoch(_), _) => None,
                (Snapshot::Latest, Priority::Quick) => latest,
                // During training, slow queries use the weights at the end of the last epoch.
                (Snapshot::Latest, _) => host.network.settled_step.get(),
            };
            let asked = Asked { generation, dataset, network, query, step };
            if last.borrow().as_ref() == Some(&asked) {
                return;
            }
            self.ask(host, slot, asked.network, asked.query.clone());
            last.replace(Some(asked));
        });
    }

    fn subscribe_each(self, host: InterpreterHost, subscription: MultiSubscription) {
        let MultiSubscription { wanted, on_answer } = subscription;
        let on_answer: Rc<dyn Fn(_, _)> = Rc::from(on_answer);
        // The networks that the current worker has been asked about, with the current data set.
        type Known = (u32, Option<AnyDataset>, BTreeSet<NetworkRef>);
        let known: RefCell<Known> = RefCell::default();
        effect(move || {
            let mut known = known.borrow_mut();
            let (generation, dataset) = (self.generation.get(), host.dataset.get());
            if (known.0, &known.1) != (generation, &dataset) {
                *known = (generation, dataset, BTreeSet::new());
            }
            let wanted = wanted();
            if host.network.step.get().is_none() {
                return;
            }
            for (network, query) in wanted {
                if !known.2.insert(network) {
                    continue;
                }
                let on_answer = on_answer.clone();
                let handler = Rc::new(move |answer, _| on_answer(network, answer));
                let slot = self.with_slots(|slots| slots.add(handler));
                self.ask(host, slot, network, query);
            }
        });
    }
}
