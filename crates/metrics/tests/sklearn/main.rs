//! Comparison of every metric with scikit-learn, on the cases that `generate.py` writes.

mod binary;
mod golden;
mod multiclass;
mod novelty;
mod paired;
