//! Gathering of a layer's activation statistics, which are kept for the next queries about it.

use std::rc::Rc;

use crate::activation_stats::ActivationStats;
use crate::inputs::InputImages;
use crate::job::{JobContext, QueryError};

/// Statistics of a layer over the test set that are being gathered.
#[derive(Default)]
pub struct StatsJob {
    gathering: Option<ActivationStats>,
}

impl StatsJob {
    /// Gathers another batch. Returns the statistics once they are complete, at once if they are
    /// known.
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
