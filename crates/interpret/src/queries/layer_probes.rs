//! Linear probes and maps of all layers of a network at the end of an epoch, one layer after the
//! other.

use protocol::interpret::{LayerProbe, NetworkRef, Snapshot};

use crate::inputs::InputImages;
use crate::job::{JobContext, QueryError, Step, StepResult};
use crate::layer_probe::ProbeJob;
use crate::pca::align;

/// Starts the job. Computed probes are stored with the checkpoints of the run, so that they are
/// computed only once. Those of epoch 0 are computed first, since the maps of all other epochs are
/// aligned with theirs.
pub fn start() -> impl FnMut(&mut JobContext<'_>) -> StepResult<Vec<LayerProbe>> {
    let mut of_first: Option<ProbeJob> = None;
    let mut job: Option<ProbeJob> = None;
    move |context| {
        if work_on_first(context, &mut of_first)? {
            return Ok(Step::Pending);
        }
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
        if let Snapshot::Epoch(epoch) = context.network.snapshot {
            keep(context, epoch, &mut probe);
        }
        Ok(if job.is_done() { Step::Done(vec![probe]) } else { Step::Partial(vec![probe]) })
    }
}

/// Does one piece of work for the probes of epoch 0 where they are missing and another epoch is
/// asked about. Returns whether there was any.
fn work_on_first(
    context: &mut JobContext<'_>,
    job: &mut Option<ProbeJob>,
) -> Result<bool, QueryError> {
    let NetworkRef { run, snapshot } = context.network;
    let first = NetworkRef { run, snapshot: Snapshot::Epoch(0) };
    let Some((stored, weights)) = context.checkpoints.find(first) else { return Ok(false) };
    let layers = context.model.layers.len();
    let is_known = (0..layers).all(|layer| stored.probes.contains_key(&(0, layer)));
    if snapshot == first.snapshot || is_known {
        return Ok(false);
    }
    let weights = weights.values.clone();
    let InputImages { dataset, examples } = context.inputs.for_model(&context.model)?;
    let job = job.get_or_insert_with(|| ProbeJob::new(&context.model, &examples, 0..layers));
    if let Some(mut probe) = job.advance(&context.model, &weights, &examples, &dataset) {
        keep(context, 0, &mut probe);
    }
    Ok(true)
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
        && let Some(input) = run.input_probe().cloned()
    {
        run.probes.insert((epoch, 0), input);
    }
    let layers = 0..context.model.layers.len();
    layers.map_while(|layer| run.probes.get(&(epoch, layer)).cloned()).collect()
}

/// Stores a probe of an epoch. Its map is first aligned with that of epoch 0, so that its points
/// move as little as possible from epoch to epoch, whichever epochs are probed before others.
fn keep(context: &mut JobContext<'_>, epoch: usize, probe: &mut LayerProbe) {
    let Some(run) = context.checkpoints.run_mut(context.network.run) else { return };
    if let Some(reference) = run.probes.get(&(0, probe.layer)) {
        align(&mut probe.map, &reference.map);
    }
    // The epoch may have been evicted in the meantime.
    if run.epochs().contains(&epoch) {
        run.probes.insert((epoch, probe.layer), probe.clone());
    }
}
