//! The state of the page and the one place where it changes: [`reduce`](mod@reduce).
//!
//! Pure: no view, no browser, no clock. An [`Action`](action::Action) goes in,
//! [`Effect`](effect::Effect)s on the world come out, and `view_model` projects the state for the
//! views.
//!
//! ```
//! use model::permalink::Permalink;
//! use store::action::Action;
//! use store::effect::Effect;
//! use store::reduce::reduce;
//! use store::state::State;
//!
//! let mut state = State::new(Permalink::default(), "build".into(), 0);
//! let effects = reduce(&mut state, Action::Open(vec![]));
//! assert_eq!(effects, [Effect::LoadEngine, Effect::ListPacks]);
//!
//! // Nothing stands ready yet: the command waits until a run does.
//! reduce(&mut state, Action::Play);
//! assert!(state.pending_command.is_some());
//! ```

pub mod action;
pub mod bug_report;
mod checkpoint_requests;
pub mod checkpoints;
pub mod dataset_key;
pub mod effect;
pub mod engine;
mod engine_events;
mod lab;
mod notices;
mod pack_events;
pub mod packs;
pub mod progress;
mod questions;
mod reconcile;
pub mod reduce;
pub mod run;
mod run_lifecycle;
pub mod shared_evaluation;
pub mod slices;
pub mod speeds;
pub mod state;
pub mod view_model;
mod worker;
