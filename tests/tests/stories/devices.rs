//! GPU and CPU.

use e2e::{Gpu, Page, Site};

/// What a software GPU can do within seconds a step.
const TINY: &str = "?data=phantom&model=cnn&layers=conv2k5.relu.pool4_dense8.relu&batch=4&seed=3\
                    &optimizer=sgd&momentum=0.9&lr=0.05";

/// Largest difference of two losses of about 1.8. Both devices compute in 32-bit floats, but add up
/// in another order: some 1e-6 a step. A wrong gradient shows in the second loss at the latest.
const TOLERANCE: f64 = 1e-3;

#[test]
fn webgpu_gives_the_losses_of_the_cpu_and_is_never_chosen_when_it_is_software() {
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::Software);

    page.open(&format!("{TINY}&device=auto"));
    let ready = page.wait_until_ready();
    assert_eq!(ready["device"], "cpu", "a software adapter is 60 times slower than the CPU");
    page.press("device-chip");
    let reason = page.text("device-reason").to_lowercase();
    assert!(reason.contains("swiftshader"), "the reason reads “{reason}”");
    let cpu = losses(&mut page);

    page.open(&format!("{TINY}&device=webgpu"));
    let ready = page.wait_until_ready();
    assert_eq!(ready["device"], "gpu", "{ready}");
    let adapter = ready["adapter"].as_str().unwrap_or_default().to_lowercase();
    assert!(adapter.contains("swiftshader"), "the adapter is “{adapter}”");
    assert!(page.text("device-chip").starts_with("GPU: "), "{}", page.text("device-chip"));
    let gpu = losses(&mut page);

    println!("losses on the CPU: {cpu:?}\nlosses on WebGPU:  {gpu:?}");
    for (index, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        let difference = (cpu - gpu).abs();
        assert!(
            difference <= TOLERANCE,
            "step {}: {cpu} on the CPU, {gpu} on WebGPU, {difference} apart",
            index + 1
        );
    }
    assert!(cpu[0] != cpu[1], "losses that do not change prove nothing");
}

/// The losses of three steps.
fn losses(page: &mut Page) -> Vec<f64> {
    (1..=3)
        .map(|step| {
            page.press("step");
            let loss = page.wait_for_step(step)["loss"].as_f64().expect("a finite loss");
            page.wait_for("state", e2e::PATIENCE, |event| {
                event["state"] == "paused" && event["step"] == step
            });
            loss
        })
        .collect()
}
