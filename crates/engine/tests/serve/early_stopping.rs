//! Tests of early stopping, and of the return to the best epoch.

use model::RunConfig;
use protocol::{Command, Event, RunState};

use super::harness::{EngineHarness, epochs, last_state, small};

/// Returns a run whose loss in evaluation soon rises again: its learning rate is far too large.
fn unsteady(patience: usize) -> RunConfig {
    RunConfig { learning_rate: 0.03, epochs: 12, patience, ..small() }
}

/// Returns the losses in evaluation after the epochs 1, 2, and so on.
fn losses(events: &[Event]) -> Vec<f32> {
    epochs(events).iter().filter(|e| e.epoch > 0).map(|e| e.test.loss()).collect()
}

#[test]
fn training_ends_when_the_loss_has_not_become_lower_for_as_many_epochs() {
    const PATIENCE: usize = 2;
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(unsteady(0));
    engine.send(Command::Play(run));
    let all = losses(&engine.run_until_idle());
    assert_eq!(all.len(), 12, "without patience, all epochs are made");

    let run = engine.configure(unsteady(PATIENCE));
    engine.send(Command::Play(run));
    let events = engine.run_until_idle();
    let made = losses(&events);
    // The same curve, up to the first epoch that comes two after the best one.
    let mut best = 0;
    let end = (0..all.len()).find(|epoch| {
        if all[*epoch] < all[best] {
            best = *epoch;
        }
        epoch - best >= PATIENCE
    });
    let end = end.expect("the loss rises somewhere");
    assert_eq!(made, all[..=end]);
    assert!(made.len() < 12);
    assert!(matches!(last_state(&events), Some((RunState::Finished, _))), "{events:?}");

    // No further step is made.
    for command in [Command::Play(run), Command::Step(run), Command::Epoch(run)] {
        engine.send(command);
    }
    let events = engine.run_until_idle();
    assert!(!events.iter().any(|event| matches!(event, Event::Steps { .. })), "{events:?}");

    // The network of the best epoch gives what it gave at its end.
    engine.checkpoints();
    engine.send(Command::RestoreBest(run));
    let events = engine.run_until_idle();
    let [Event::Restored { epoch, report, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*epoch, report.test.loss()), (best + 1, made[best]));
    assert_eq!(report.step, 38 * (best + 1));
    let sent = engine.checkpoints();
    assert_eq!((sent.len(), sent[0].epoch, sent[0].step), (1, *epoch, report.step));
    engine.send(Command::Test(run));
    let events = engine.run_until_idle();
    let Some(Event::Tested { report: again, .. }) =
        events.iter().find(|event| matches!(event, Event::Tested { .. }))
    else {
        panic!("{events:?}")
    };
    assert_eq!(again, report);
}

#[test]
fn a_run_that_goes_on_has_no_best_epoch_to_restore() {
    let mut engine = EngineHarness::with_phantoms();
    let run = engine.configure(unsteady(0));
    engine.send(Command::Epoch(run));
    engine.run_until_idle();
    engine.send(Command::RestoreBest(run));
    assert_eq!(engine.run_until_idle(), []);
}
