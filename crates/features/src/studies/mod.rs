//! Studies: several networks that differ in one thing, trained side by side and compared.

mod agreement;
mod arm_figures;
mod arm_tables;
mod comparison_sentences;
mod divided_images;
mod example_images;
mod findings;
mod layer_starts;
mod probe_sentences;
mod probe_tables;
pub mod studies_view;
pub mod study;
mod study_charts;
mod study_plan;
pub mod study_run;
mod study_sentence;
mod study_settings;
mod study_table;
#[cfg(test)]
mod tests;
