//! Embedding of the test examples by a layer's activations, computed with t-SNE.

use protocol::interpret::{Embedding, EmbeddingQuery};

use crate::inputs::InputImages;
use crate::job::{JobContext, Step, StepResult};
use crate::layer_probe::ProbeJob;
use crate::pca::principal_plane;
use crate::tsne::{ITERATIONS, PERPLEXITY, Tsne};

/// Number of iterations per piece of work.
const BATCH: usize = 20;

enum State {
    Pending,
    /// The features of the test examples in the layer are being computed.
    Gathering(Box<ProbeJob>),
    Iterating(Tsne),
}

/// Starts the job, which sends the embedding after every few iterations.
pub fn start(
    EmbeddingQuery { layer }: EmbeddingQuery,
) -> impl FnMut(&mut JobContext<'_>) -> StepResult<Embedding> {
    let mut state = State::Pending;
    move |context| {
        let (model, weights) = (&context.model, &context.weights.values);
        match &mut state {
            State::Pending => {
                let InputImages { examples, .. } = context.inputs.for_model(model)?;
                model.nodes_of_layer(layer)?;
                let job = ProbeJob::of_test_examples(model, &examples, layer);
                state = State::Gathering(Box::new(job));
                Ok(Step::Pending)
            }
            State::Gathering(job) => {
                let InputImages { dataset, examples } = context.inputs.for_model(model)?;
                if job.gather(model, weights, &examples, &dataset) {
                    let gram = job.test_gram(layer);
                    let start = principal_plane(&gram).points;
                    state = State::Iterating(Tsne::new(&gram, &start, PERPLEXITY));
                }
                Ok(Step::Pending)
            }
            State::Iterating(tsne) => {
                tsne.run(BATCH);
                let (step, map) = (tsne.iteration(), tsne.points());
                let map = Embedding { layer, step, steps: ITERATIONS, map };
                Ok(if tsne.is_done() { Step::Done(map) } else { Step::Partial(map) })
            }
        }
    }
}
