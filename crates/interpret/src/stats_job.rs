//! Computation of a layer's activation statistics, which are cached for later queries about the
//! layer.

use std::rc::Rc;

use crate::activation_stats::ActivationStats;
use crate::inputs::InputImages;
use crate::job::{JobContext, QueryError};

/// Computes the activation statistics of a layer on the test set, batch by batch.
#[derive(Default)]
pub struct StatsJob {
    gathering: Option<ActivationStats>,
}

impl StatsJob {
    /// Processes the next batch. Returns the statistics once they are complete; if they are cached,
    /// returns them immediately.
    pub fn step(
        &mut self,
        context: &mut JobContext<'_>,
        layer: usize,
    ) -> Result<Option<Rc<ActivationStats>>, QueryError> {
        let (model, weights) = (&context.model, &context.weights);
        let InputImages { dataset, examples } = context.inputs.for_model(model)?;
        let key = (context.network.run, weights.step, layer);
        if let Some((of, stats)) = &context.inputs.activation_stats
            && *of == key
        {
            return Ok(Some(stats.clone()));
        }
        let stats = match &mut self.gathering {
            Some(stats) => stats,
            none => {
                let tests = dataset.test.len() / model.pixels();
                none.insert(ActivationStats::new(model, layer, tests, &examples.probe_images())?)
            }
        };
        if !stats.advance(model, &weights.values, &dataset.test) {
            return Ok(None);
        }
        let stats = self.gathering.take().map(Rc::new);
        context.inputs.activation_stats = stats.clone().map(|stats| (key, stats));
        Ok(stats)
    }
}
