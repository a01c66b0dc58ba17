//! Choice of the device, and equality of results on GPU and CPU.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT};
use serde_json::json;

/// A run that takes seconds per step on a software adapter.
const TINY_RUN: &str = "?data=phantom&model=cnn&layers=conv2k5.relu.pool4_dense8.relu&batch=4&seed=3\
                    &optimizer=sgd&momentum=0.9&lr=0.05";

/// Maximum difference between losses of about 1.8. Both devices use 32-bit floats but sum in a
/// different order, which causes differences of about 1e-6 per step. A wrong gradient would be
/// visible in the second loss at the latest.
const TOLERANCE: f64 = 1e-3;

#[test]
fn webgpu_gives_the_losses_of_the_cpu_and_is_never_chosen_when_it_is_software() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::Software);

    page.open(&format!("{TINY_RUN}&device=auto"));
    let ready = page.wait_until_ready();
    assert_eq!(ready["device"], "cpu", "a software adapter is 60 times slower than the CPU");
    page.press("device-chip");
    let reason = page.text("device-reason").to_lowercase();
    assert!(reason.contains("swiftshader"), "the reason reads “{reason}”");
    let cpu = losses(&mut page);

    page.open(&format!("{TINY_RUN}&device=webgpu"));
    let ready = page.wait_until_ready();
    assert_eq!(ready["device"], "gpu", "{ready}");
    let adapter = ready["adapter"].as_str().unwrap_or_default().to_lowercase();
    assert!(adapter.contains("swiftshader"), "the adapter is “{adapter}”");
    assert!(page.text("device-chip").starts_with("GPU: "), "{}", page.text("device-chip"));
    let gpu = losses(&mut page);

    assert_alike(&cpu, &gpu);
    assert!(cpu[0] != cpu[1], "losses that do not change prove nothing");
}

#[test]
fn webgpu_gives_the_losses_of_the_cpu_with_every_kind_of_layer() {
    let layers = "conv4k3.same.stride2.separable.bn.leaky.avgpool2_res4k3.stride2.bn.relu_gap";
    let run = format!("?data=phantom&model=resnet&layers={layers}&batch=4&seed=3");
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::Software);
    let [cpu, gpu] = ["cpu", "webgpu"].map(|device| {
        page.open(&format!("{run}&device={device}"));
        page.wait_until_ready();
        losses(&mut page)
    });
    assert_alike(&cpu, &gpu);
    assert!(cpu[0] != cpu[1], "losses that do not change prove nothing");
}

/// Compares the losses of a run on both devices.
fn assert_alike(cpu: &[f64], gpu: &[f64]) {
    println!("losses on the CPU: {cpu:?}\nlosses on WebGPU:  {gpu:?}");
    for (index, (cpu, gpu)) in cpu.iter().zip(gpu).enumerate() {
        let difference = (cpu - gpu).abs();
        assert!(
            difference <= TOLERANCE,
            "step {}: {cpu} on the CPU, {gpu} on WebGPU, {difference} apart",
            index + 1
        );
    }
}

/// Returns the losses of the first three steps.
fn losses(page: &mut Page) -> Vec<f64> {
    (1..=3)
        .map(|step| {
            page.press("step");
            let loss = page.wait_for_step(step)["loss"].as_f64().expect("a finite loss");
            page.wait_for("state", e2e::TRAINING_TIMEOUT, |event| {
                event["state"] == "paused" && event["step"] == step
            });
            loss
        })
        .collect()
}

#[test]
fn a_slow_graphics_processor_gives_way_to_the_cpu_and_that_is_remembered() {
    let site = Site::with(&[("bench", e2e::package_dir().join("bench"))]);
    let mut page = Page::new(&site, Gpu::Software);
    page.pretend_hardware_gpu("snail");
    page.open("?model=cnn&data=phantom&batch=16");
    let first = page.wait_until_ready();
    assert_eq!((&first["device"], &first["adapter"]), (&json!("gpu"), &json!("snail")));
    // After a few steps on each device, the worker restarts on the faster one.
    page.wait_for("ready", 2 * TRAINING_TIMEOUT, |event| event["device"] == "cpu");
    let chip = page.text("device-chip");
    assert!(chip.starts_with("CPU, ") && chip.ends_with(" times your GPU"), "{chip}");
    page.press("device-chip");
    let reason = page.text("device-reason");
    assert!(reason.starts_with("Your CPU trains this network "), "{reason}");
    page.press("device-chip");
    page.press("play");
    page.wait_for_step(1);

    page.reload();
    assert_eq!(page.wait_until_ready()["device"], "cpu", "remembered");
    let remembered = page.text("device-chip");
    assert!(remembered.ends_with(" times your GPU"), "{remembered}");
    // The visitor's choice takes precedence over the measurement.
    page.open("?model=cnn&data=phantom&batch=16&device=webgpu");
    assert_eq!(page.wait_until_ready()["device"], "gpu");
}
