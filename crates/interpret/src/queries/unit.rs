//! Weights of one unit, and its activations on the test set.

use protocol::interpret::{UnitActivations, UnitQuery};

use crate::job::{JobContext, Step, StepResult};
use crate::stats_job::StatsJob;

pub fn start(
    UnitQuery { unit }: UnitQuery,
) -> impl FnMut(&mut JobContext<'_>) -> StepResult<UnitActivations> {
    let mut stats = StatsJob::default();
    move |context| {
        context.model.unit(unit.layer, unit.unit)?;
        let Some(stats) = stats.step(context, unit.layer)? else { return Ok(Step::Pending) };
        Ok(Step::Done(stats.unit(&context.model, &context.weights.values, unit.unit)?))
    }
}
