//! Linear probes and maps of all layers of a network at the end of an epoch, one layer after the
//! other.

use protocol::interpret::{LayerProbe, Snapshot};

use crate::inputs::InputImages;
use crate::job::{JobContext, Step, StepResult};
use crate::layer_probe::ProbeJob;
use crate::pca::align;

/// Starts the job. Computed probes are stored with the checkpoints of the run, so that they are
/// computed only once.
pub fn start() -> impl FnMut(&mut JobContext<'_>) -> StepResult<Vec<LayerProbe>> {
    let mut job: Option<ProbeJob> = None;
    move |context| {
        let InputImages { dataset, examples } = context.inputs.for_model(&context.model)?;
        let Some(job) = &mut job else {
            let known = known_probes(context);
            let layers = context.model.layers.len();
            if known.len() == layers {
                return Ok(Step::Done(known));
            }
            job = Some(ProbeJob::new(&context.model, &examples, known.len()..layers));
            return Ok(if known.is_empty() { Step::Pending } else { Step::Partial(known) });
        };
        let probe = job.advance(&context.model, &context.weights.values, &examples, &dataset);
        let Some(mut probe) = probe else { return Ok(Step::Pending) };
        keep(context, &mut probe);
        Ok(if job.is_done() { Step::Done(vec![probe]) } else { Step::Partial(vec![probe]) })
    }
}

/// Returns the stored probes of the first layers. The probe of the input is the same for all
/// epochs.
fn known_probes(context: &mut JobContext<'_>) -> Vec<LayerProbe> {
    let (Some(run), Snapshot::Epoch(epoch)) =
        (context.checkpoints.run_mut(context.network.run), context.network.snapshot)
    else {
        return Vec::new();
    };
    if !run.probes.contains_key(&(epoch, 0))
        && let Some(input) = run.nearest_probe(epoch, 0).cloned()
    {
        run.probes.insert((epoch, 0), input);
    }
    let layers = 0..context.model.layers.len();
    layers.map_while(|layer| run.probes.get(&(epoch, layer)).cloned()).collect()
}

/// Stores a probe. Its map is first aligned with the map of the nearest epoch, so that its points
/// move as little as possible.
fn keep(context: &mut JobContext<'_>, probe: &mut LayerProbe) {
    let (Some(run), Snapshot::Epoch(epoch)) =
        (context.checkpoints.run_mut(context.network.run), context.network.snapshot)
    else {
        return;
    };
    if let Some(reference) = run.nearest_probe(epoch, probe.layer) {
        align(&mut probe.map, &reference.map);
    }
    // The epoch may have been evicted in the meantime.
    if run.epochs().contains(&epoch) {
        run.probes.insert((epoch, probe.layer), probe.clone());
    }
}
