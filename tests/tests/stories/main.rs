//! What a visitor, a lecturer and a course page may count on.

mod access;
mod bad_input;
mod controls;
mod course;
mod devices;
mod learned;
mod learned_worker;
mod links;
mod next_visit;
mod opening;
mod pictures;
mod segment;
mod training;

/// A run that is quick on any machine, on data that need no download.
const SMALL: &str = "?data=phantom&model=mlp&device=cpu&optimizer=adam&lr=0.001&batch=16&seed=1";
