use std::time::Instant;

use super::*;

#[test]
fn five_thousand_images_of_mixed_sizes_become_a_data_set() {
    let sizes = [[64, 64], [96, 72], [150, 150], [28, 28], [80, 128]];
    let start = Instant::now();
    let files: Vec<(String, Vec<u8>)> = (0..5000)
        .map(|i| {
            let class = ["normal", "pneumonia", "covid", "other"][i % 4];
            (format!("set/{class}/p{:04}_{i}.png", i / 5), picture(i as u64, sizes[i % 5]))
        })
        .collect();
    let bytes = zip(&borrowed(&files));
    drop(files);
    println!("made {} MB in {:.1} s", bytes.len() >> 20, start.elapsed().as_secs_f64());
    let start = Instant::now();
    let own = read_all(open_zip(bytes).unwrap()).unwrap();
    println!("read in {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let report = Report::of(&own);
    println!("reported in {:.2} s", start.elapsed().as_secs_f64());
    let kept = own.to_bytes();
    println!("kept in {} MB", kept.len() >> 20);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("peak of the process, with the zip file and the generated files: {peak}");
    assert_eq!((own.items.len(), report.rule), (5000, SplitRule::Prefix));
    assert!(kept.len() < 25 << 20);
    let [train, validation, test] = [0, 1, 2]
        .map(|split| report.classes.iter().map(|class| class.counts[split]).sum::<usize>());
    assert_eq!(train + validation + test, 5000);
    assert!((700..800).contains(&validation) && (700..800).contains(&test), "{validation} {test}");
}
