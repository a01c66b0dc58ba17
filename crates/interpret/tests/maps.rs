//! Tests of properties of maps: principal planes, their alignment, and t-SNE.

use std::f64::consts::PI;

use data::rng::Rng;
use interpret::pca::{align, principal_plane};
use interpret::tsne::{ITERATIONS, PERPLEXITY, Tsne};

/// Returns the Gram matrix with these eigenvalues, largest first, and its eigenvectors: cosines,
/// which are orthogonal to one another and to a constant vector.
fn spectrum(m: usize, values: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let cosine = |k: usize, i: usize| {
        (2.0 / m as f64).sqrt() * (PI * (i as f64 + 0.5) * k as f64 / m as f64).cos()
    };
    // The eigenvectors are not in the order of their frequency, and have the sign used for maps.
    let vector = |k: usize| {
        let vector: Vec<f64> = (0..m).map(|i| cosine(m - 1 - k, i)).collect();
        let largest = vector.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let first = vector.iter().find(|v| v.abs() >= largest * (1.0 - 1e-9)).unwrap().signum();
        vector.into_iter().map(|v| v * first).collect::<Vec<f64>>()
    };
    let vectors: Vec<Vec<f64>> = (0..values.len()).map(vector).collect();
    let mut gram = vec![0.0; m * m];
    for (vector, value) in vectors.iter().zip(values) {
        for (row, gram) in gram.chunks_exact_mut(m).enumerate() {
            gram.iter_mut().zip(vector).for_each(|(sum, v)| *sum += value * vector[row] * v);
        }
    }
    (gram, vectors)
}

#[track_caller]
fn assert_plane(m: usize, values: &[f64]) {
    let (gram, vectors) = spectrum(m, values);
    let found = principal_plane(&gram);
    let total: f64 = values.iter().sum();
    for axis in 0..2 {
        // The results are in single precision.
        let share = f64::from(found.explained_variance[axis]);
        assert!((share * total / values[axis] - 1.0).abs() < 2e-7, "axis {axis}: {share}");
        let size = values[axis].sqrt();
        let apart =
            found.points.iter().zip(&vectors[axis]).fold(0.0_f64, |most, (point, v)| {
                most.max((f64::from(point[axis]) - size * v).abs())
            });
        assert!(apart < 1e-6 * size, "axis {axis}: {apart:e} of {size} apart");
    }
}

#[test]
fn a_plane_is_found_in_any_spectrum() {
    assert_plane(50, &[7.0, 3.0, 1.0]);
    assert_plane(3, &[7.0, 3.0]);
    // Eigenvalues that are close to each other, to the next smaller one, or decrease very slowly.
    assert_plane(80, &[1.0, 1.0 - 1e-6, 0.3, 0.2]);
    assert_plane(80, &[1.0, 0.5, 0.5 - 1e-3, 0.5 - 2e-3, 0.2]);
    let slowly: Vec<f64> = (0..298).map(|k| 1.0 / (1.0 + 0.02 * f64::from(k))).collect();
    assert_plane(300, &slowly);
}

#[test]
fn corners_of_a_triangle_keep_their_distances() {
    // The two eigenvalues are equal, so every rotation of the plane is correct.
    let gram = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].concat();
    let found = principal_plane(&gram).points;
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let apart = (found[a][0] - found[b][0]).hypot(found[a][1] - found[b][1]);
        assert!((apart - 2.0_f32.sqrt()).abs() < 1e-6, "{apart}");
    }
}

#[test]
fn where_there_is_no_plane_all_is_zero() {
    let nothing = |gram: &[f64], m: usize| {
        let found = principal_plane(gram);
        found.points == vec![[0.0; 2]; m] && found.explained_variance == [0.0; 2]
    };
    assert!(nothing(&[], 0) && nothing(&[3.0], 1) && nothing(&[1.0, 0.0, 0.0, 1.0], 2));
    assert!(nothing(&[0.1; 25], 5) && nothing(&[0.0; 25], 5) && nothing(&[f64::NAN; 25], 5));
    // Points on a line have one principal axis.
    let line: Vec<f64> = (0..25).map(|i| f64::from(i / 5 * (i % 5))).collect();
    let found = principal_plane(&line);
    assert!((found.explained_variance[0] - 1.0).abs() < 1e-6 && found.explained_variance[1] == 0.0);
    assert!(found.points.iter().all(|point| point[1] == 0.0));
}

fn random_map(seed: u64, m: usize) -> Vec<[f32; 2]> {
    let mut rng = Rng::new(seed);
    (0..m).map(|_| [3.0 * rng.normal() as f32, rng.normal() as f32]).collect()
}

/// Returns the points rotated, mirrored if requested, and translated.
fn moved(points: &[[f32; 2]], angle: f32, mirrored: bool) -> Vec<[f32; 2]> {
    let (s, c) = angle.sin_cos();
    let y = if mirrored { -1.0 } else { 1.0 };
    points.iter().map(|[a, b]| [c * a - s * b + 4.0, y * (s * a + c * b) - 2.0]).collect()
}

fn farthest(a: &[[f32; 2]], b: &[[f32; 2]]) -> f32 {
    let apart = a.iter().zip(b).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]));
    apart.fold(0.0, f32::max)
}

#[test]
fn aligning_undoes_turns_and_reflections() {
    let reference = random_map(1, 40);
    for angle in [0.0, 0.4, 1.6, 3.1, -2.0] {
        for mirrored in [false, true] {
            let mut points = moved(&reference, angle, mirrored);
            align(&mut points, &reference);
            let apart = farthest(&points, &reference);
            assert!(apart < 1e-5, "{angle}, {mirrored}: {apart}");
        }
    }
}

#[test]
fn aligning_changes_no_distance_and_leaves_alone_what_does_not_fit() {
    let (reference, points) = (random_map(2, 30), random_map(3, 30));
    let mut aligned = points.clone();
    align(&mut aligned, &reference);
    let sum = |points: &[[f32; 2]]| {
        let center = |axis: usize| points.iter().map(|p| p[axis]).sum::<f32>() / 30.0;
        let (other, [x, y]) = (&reference, [center(0), center(1)]);
        let [u, v] = [0, 1].map(|axis| other.iter().map(|p| p[axis]).sum::<f32>() / 30.0);
        let apart = points
            .iter()
            .zip(other)
            .map(|(p, q)| (p[0] - x - q[0] + u).powi(2) + (p[1] - y - q[1] + v).powi(2));
        apart.sum::<f32>()
    };
    for step in 0..60 {
        let other = moved(&points, step as f32 * 0.21, step % 2 == 0);
        assert!(sum(&aligned) <= sum(&other) * (1.0 + 1e-5), "nothing is closer");
    }
    for i in 1..30 {
        let apart = |p: &[[f32; 2]]| (p[i][0] - p[0][0]).hypot(p[i][1] - p[0][1]);
        assert!((apart(&aligned) - apart(&points)).abs() < 1e-5);
    }
    let unchanged = |reference: &[[f32; 2]]| {
        let mut found = points.clone();
        align(&mut found, reference);
        found == points
    };
    assert!(unchanged(&reference[..29]) && unchanged(&[[f32::NAN; 2]; 30]));
    align(&mut [], &[]);
    let mut one = vec![[0.0; 2]; 30];
    align(&mut one, &[[0.0; 2]; 30]);
    assert_eq!(one, vec![[0.0; 2]; 30]);
}

/// Returns the Gram matrix of examples in three clusters, with consecutive examples in different
/// clusters.
fn clusters(m: usize) -> Vec<f64> {
    let mut rng = Rng::new(4);
    let examples: Vec<Vec<f64>> = (0..m)
        .map(|i| (0..20).map(|at| rng.normal() + if at % 3 == i % 3 { 8.0 } else { 0.0 }).collect())
        .collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum();
    examples.iter().flat_map(|a| examples.iter().map(move |b| product(a, b))).collect()
}

fn finished(gram: &[f64], batch: usize) -> Vec<[f32; 2]> {
    let mut tsne = Tsne::new(gram, &principal_plane(gram).points, PERPLEXITY);
    while !tsne.is_done() {
        tsne.run(batch);
    }
    tsne.points()
}

#[test]
fn tsne_separates_clusters() {
    for m in [30, 150] {
        let points = finished(&clusters(m), 100);
        let apart =
            |a: usize, b: usize| (points[a][0] - points[b][0]).hypot(points[a][1] - points[b][1]);
        for i in 0..m {
            let mut others: Vec<usize> = (0..m).filter(|other| *other != i).collect();
            others.sort_by(|a, b| apart(i, *a).total_cmp(&apart(i, *b)));
            let same = others.iter().take(m / 3 - 1).filter(|other| *other % 3 == i % 3).count();
            assert_eq!(same, m / 3 - 1, "neighbors of {i} of {m}");
        }
        let radius = (0..m).map(|i| points[i][0].hypot(points[i][1])).fold(0.0, f32::max);
        assert!((1.0..200.0).contains(&radius), "{m}: a map of a common size: {radius}");
    }
}

#[test]
fn tsne_is_a_function_of_its_input_however_it_is_batched() {
    let gram = clusters(40);
    let once = finished(&gram, ITERATIONS);
    assert_eq!(once, finished(&gram, 7));
    // Only distances matter, and their scale does not.
    let larger: Vec<f64> = gram.iter().map(|value| 4.0 * value).collect();
    assert!(farthest(&once, &finished(&larger, 90)) < 1e-3);
}

#[test]
fn tsne_maps_what_is_hardly_there() {
    for m in 0..8 {
        let found = finished(&clusters(m), 300);
        assert!(found.len() == m && found.as_flattened().iter().all(|value| value.is_finite()));
    }
    assert_eq!(finished(&[0.1; 36], 300), [[0.0; 2]; 6]);
    let mut broken = Tsne::new(&[f64::NAN; 9], &random_map(5, 3), 2.0);
    broken.run(10);
    assert!(broken.is_done() && broken.points() == [[0.0; 2]; 3]);
}
