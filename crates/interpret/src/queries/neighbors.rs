//! Nearest neighbors of a test image by the activations of the last hidden layer.

use protocol::interpret::{NeighborsQuery, Query};

use crate::job::{JobContext, QueryError, Step, StepResult};
use crate::stats_job::StatsJob;

/// Number of nearest neighbors.
const NEIGHBORS: usize = 8;

pub fn start(
    NeighborsQuery { image }: NeighborsQuery,
) -> impl FnMut(&mut JobContext<'_>) -> StepResult<<NeighborsQuery as Query>::Answer> {
    let mut stats = StatsJob::default();
    move |context| {
        let layer = context.model.last_hidden_layer();
        let Some(stats) = stats.step(context, layer)? else { return Ok(Step::Pending) };
        let nearest = stats.neighbors(image, NEIGHBORS).ok_or(QueryError::NoSuchImage)?;
        Ok(Step::Done((image, nearest)))
    }
}
