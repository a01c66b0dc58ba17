//! End-to-end tests of what visitors, lecturers and course pages rely on.

mod accessibility;
mod augmentation;
mod bad_input;
mod code_view;
mod controls;
mod course_page;
mod debugging;
mod devices;
mod embedding;
mod evaluation;
mod honest_split;
mod interpreter_restart;
mod ladder;
mod layers;
mod lecture_walk;
mod links;
mod losses;
mod nodules;
mod offline_and_updates;
mod opening;
mod own_data;
mod pictures;
mod real_data;
mod replicas;
mod scans;
mod segment;
mod step;
mod studies;
mod training;
mod transfer_learning;
mod traps;
mod workbench;

/// A small run on generated data.
const SMALL_RUN: &str =
    "?data=phantom&model=mlp&device=cpu&optimizer=adam&lr=0.001&batch=16&seed=1";
