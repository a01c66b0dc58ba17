//! State of the page, and the function [`reduce`](mod@reduce), which is the only place where it
//! changes.
//!
//! The crate has no views and does not use the browser or a clock. Each [`Action`](action::Action)
//! changes the state and returns [`Effect`](effect::Effect)s for the page to perform; `view_model`
//! projects the state for the views.
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
//! // No run is ready yet: the command waits until there is one.
//! reduce(&mut state, Action::Play);
//! assert!(state.pending_command.is_some());
//! ```

pub mod action;
pub mod best_epoch;
pub mod bug_report;
mod checkpoint_requests;
pub mod checkpoints;
mod course_page;
pub mod effect;
pub mod encoder_start;
pub mod engine;
mod engine_events;
mod engine_worker;
pub mod first_weights;
mod inference_requests;
mod lab;
mod notices;
mod pack_events;
pub mod packs;
pub mod progress;
mod reconcile;
pub mod reduce;
pub mod run;
mod run_lifecycle;
pub mod shared_evaluation;
pub mod slices;
pub mod speeds;
pub mod state;
pub mod test_set;
pub mod view_model;
mod views;
mod weights_files;
