//! Compares pooling with its definition, computed in double precision.

// Not every test needs all of it.
#[allow(dead_code)]
mod comparison;

use kernels::{AveragePool, GlobalAveragePool, Pool};

use comparison::{assert_close, random};

#[test]
fn pooling_takes_the_largest_and_gives_back_to_it() {
    let sides = [2, 3, 4];
    let sizes = [[4, 6], [5, 7], [4, 4], [13, 9]];
    for (side, size) in sides.into_iter().flat_map(|side| sizes.map(|size| (side, size))) {
        let [height, width] = size;
        let plain = Pool { shape: [1, 3, height, width], side, relu: false };
        let [rows, columns] = plain.output_size();
        let x = random(5, 3 * height * width);
        let gradient = random(6, 3 * rows * columns);
        let (mut y, mut to_x) = (Vec::new(), vec![0.0; x.len()]);
        for (image, (row, column)) in
            (0..3).flat_map(|i| (0..rows).flat_map(move |r| (0..columns).map(move |c| (i, (r, c)))))
        {
            let first = (image * height + side * row) * width + side * column;
            let square = (0..side * side).map(|i| first + i / side * width + i % side);
            let largest = square.max_by(|a, b| x[*a].total_cmp(&x[*b])).unwrap();
            to_x[largest] += f64::from(gradient[y.len()]);
            y.push(f64::from(x[largest]));
        }
        assert_close(&plain.forward(&x), &y, "pool");
        assert_close(&plain.backward(&x, &gradient), &to_x, "pool, backward");
        let pool = Pool { relu: true, ..plain };
        let positive: Vec<f64> = y.iter().map(|y| y.max(0.0)).collect();
        assert_close(&pool.forward(&x), &positive, "pool and ReLU");
        for (derivative, x) in to_x.iter_mut().zip(&x) {
            *derivative *= f64::from(u8::from(*x > 0.0));
        }
        assert_close(&pool.backward(&x, &gradient), &to_x, "pool and ReLU, backward");
    }
    for side in [2, 3] {
        let pool = Pool { shape: [1, 1, side, side], side, relu: true };
        // Of equal values only the first one counts.
        let mut first = vec![0.0; side * side];
        first[0] = 1.0;
        assert_eq!(pool.backward(&vec![2.0; side * side], &[1.0]), first);
        let odd = pool.forward(&vec![f32::NAN; side * side]);
        assert!(odd[0].is_nan(), "a run that diverges shows it");
        // With a side of one pixel there is no complete window.
        let thin = Pool { shape: [1, 1, 1, 3], side, relu: false };
        assert!(thin.forward(&[1.0, 2.0, 3.0]).is_empty());
    }
}

#[test]
fn average_pooling_and_its_gradient_are_what_they_are_by_definition() {
    let sizes = [[4, 6], [5, 7], [4, 4], [13, 9], [1, 1], [1, 5]];
    for (side, size) in (1..=5).flat_map(|side| sizes.map(|size| (side, size))) {
        let [height, width] = size;
        let pool = AveragePool { shape: [2, 3, height, width], side };
        let [rows, columns] = pool.output_size();
        assert_eq!([rows, columns], [height / side, width / side]);
        let x = random(1, 6 * height * width);
        let gradient = random(2, 6 * rows * columns);
        let area = (side * side) as f64;
        let mut y = vec![0.0; gradient.len()];
        let mut to_x = vec![0.0; x.len()];
        for at in 0..x.len() {
            let (column, row) = (at % width / side, at / width % height / side);
            if row < rows && column < columns {
                let to = (at / (height * width) * rows + row) * columns + column;
                y[to] += f64::from(x[at]) / area;
                to_x[at] = f64::from(gradient[to]) / area;
            }
        }
        let name = format!("{pool:?}");
        assert_close(&pool.forward(&x), &y, &name);
        assert_close(&pool.backward(&gradient), &to_x, &name);
    }
}

#[test]
fn global_average_pooling_and_its_gradient_are_what_they_are_by_definition() {
    for shape @ [batch, channels, height, width] in
        [[1, 1, 1, 1], [2, 3, 8, 8], [3, 5, 1, 7], [1, 2, 13, 9]]
    {
        let pool = GlobalAveragePool { shape };
        let pixels = height * width;
        let x = random(3, batch * channels * pixels);
        let gradient = random(4, batch * channels);
        let mean = |image: &[f32]| image.iter().map(|x| f64::from(*x)).sum::<f64>() / pixels as f64;
        let name = format!("{pool:?}");
        let expected: Vec<f64> = x.chunks(pixels).map(mean).collect();
        assert_close(&pool.forward(&x), &expected, &name);
        let expected: Vec<f64> =
            (0..x.len()).map(|at| f64::from(gradient[at / pixels]) / pixels as f64).collect();
        assert_close(&pool.backward(&gradient), &expected, &name);
    }
}

#[test]
fn averages_of_what_is_no_number_are_none() {
    let mut x = vec![1.0; 16];
    x[5] = f32::NAN;
    let pool = AveragePool { shape: [1, 1, 4, 4], side: 2 };
    assert!(pool.forward(&x)[0].is_nan());
    assert_eq!(pool.forward(&x)[1..], [1.0; 3]);
    assert!(GlobalAveragePool { shape: [1, 1, 4, 4] }.forward(&x)[0].is_nan());
}
