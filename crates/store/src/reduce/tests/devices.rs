//! Tests of the automatic choice of a device.

use protocol::{DeviceInfo, DeviceKind, RunState};

use super::*;
use crate::speeds::Speed;

/// Returns a page whose worker has found a GPU.
fn ready_on_gpu() -> Page {
    let mut page = Page::open(Permalink::default());
    page.pack_arrives();
    page.act(Action::EngineLoaded);
    page.worker_is_on(DeviceKind::Gpu);
    page.data_is_decoded();
    page.effects.clear();
    page.run_is_ready();
    page
}

fn device(page: &Page) -> &DeviceInfo {
    let EngineStatus::Ready(info) = &page.state.engine.status else {
        panic!("{:?}", page.state.engine.status)
    };
    info
}

#[test]
fn devices_are_compared_once_and_the_faster_one_is_said() {
    let mut page = ready_on_gpu();
    let asked = Effect::SendCommand(Command::Benchmark(page.id()));
    assert!(page.effects.contains(&asked));
    page.on_event(Event::Benchmark { run: page.id(), device: 1400.0, cpu: 100.0 });
    assert_eq!(device(&page).speedup, Some(14.0));
    assert!(device(&page).reason.contains("14 times"), "{}", device(&page).reason);
    assert!(page.effects.iter().any(|effect| matches!(effect, Effect::RememberSpeeds(_))));
    assert!(!page.effects.iter().any(|effect| matches!(effect, Effect::StartWorker { .. })));
    // A known result is not measured again.
    page.effects.clear();
    page.edit_and_debounce(|config| config.batch = 32);
    page.run_is_ready();
    assert!(!page.effects.iter().any(|e| matches!(e, Effect::SendCommand(Command::Benchmark(_)))));
}

#[test]
fn a_slow_graphics_processor_gives_way_before_the_first_step_and_not_later() {
    let mut page = ready_on_gpu();
    page.act(Action::Play);
    page.effects.clear();
    page.on_event(Event::Benchmark { run: page.id(), device: 10.0, cpu: 100.0 });
    let to_cpu =
        |effect: &Effect| matches!(effect, Effect::StartWorker { device: DeviceChoice::Cpu, .. });
    assert!(page.effects.iter().any(to_cpu));
    page.worker_is_ready();
    assert_eq!(device(&page).choice, DeviceChoice::Auto);
    assert!(device(&page).reason.contains("Your CPU trains this network 10 times"));
    page.data_is_decoded();
    page.effects.clear();
    page.run_is_ready();
    assert!(
        page.effects.contains(&Effect::SendCommand(Command::Play(page.id()))),
        "Play is not forgotten"
    );

    let mut page = ready_on_gpu();
    page.act(Action::Play);
    page.engine_says(RunState::Running);
    page.steps(&[1.0]);
    page.effects.clear();
    page.on_event(Event::Benchmark { run: page.id(), device: 10.0, cpu: 100.0 });
    assert!(!page.effects.iter().any(to_cpu), "a run that moves stays where it is");
    page.engine_says(RunState::Paused);
    page.act(Action::Reset);
    assert!(page.effects.iter().any(to_cpu), "the next one starts on the faster device");
}

#[test]
fn a_device_that_was_chosen_is_kept_however_slow_it_is() {
    let mut page = Page::open(Permalink {
        config: RunConfig { device: DeviceChoice::WebGpu, ..RunConfig::default() },
        ..Permalink::default()
    });
    page.state.speeds.insert(&RunConfig::default(), Speed { gpu: 1.0, cpu: 100.0 });
    page.pack_arrives();
    page.act(Action::EngineLoaded);
    page.worker_is_on(DeviceKind::Gpu);
    page.data_is_decoded();
    page.run_is_ready();
    assert_eq!(page.state.engine.device, DeviceChoice::WebGpu);
    assert_eq!(device(&page).speedup, None);
}
