//! Compares convolutions with their definition, computed in double precision.

// Not every test needs all of it.
#[allow(dead_code)]
mod comparison;

use kernels::{Conv, DepthwiseConv, Epilogue};

use comparison::{assert_close, random};

/// Calls `f` with the indices of output, input and kernel that are multiplied.
fn each_product(conv: &Conv, mut f: impl FnMut(usize, usize, usize)) {
    let ([height, width], [rows, columns]) = (conv.size, conv.output_size());
    let k = conv.kernel;
    for image in 0..conv.batch {
        for output in 0..conv.outputs {
            for (row, column) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
                let y = ((image * conv.outputs + output) * rows + row) * columns + column;
                for input in 0..conv.inputs {
                    for (dy, dx) in (0..k).flat_map(|r| (0..k).map(move |c| (r, c))) {
                        let inside = |place: usize, tap: usize, side: usize| {
                            let at = (place * conv.stride + tap).checked_sub(conv.padding);
                            at.filter(|at| *at < side)
                        };
                        let at = (inside(row, dy, height), inside(column, dx, width));
                        if let (Some(at), Some(across)) = at {
                            let x = ((image * conv.inputs + input) * height + at) * width + across;
                            f(y, x, ((output * conv.inputs + input) * k + dy) * k + dx);
                        }
                    }
                }
            }
        }
    }
}

fn convolutions() -> Vec<Conv> {
    let conv = |batch, inputs, outputs, size, kernel, padding| Conv {
        batch,
        inputs,
        outputs,
        size,
        kernel,
        stride: 1,
        padding,
    };
    let mut convs = vec![
        // Shapes of the lab's CNN, but smaller.
        conv(2, 1, 10, [16, 16], 5, 0),
        conv(2, 10, 20, [9, 11], 5, 0),
        // Shapes of a U-Net.
        conv(2, 8, 8, [16, 16], 3, 1),
        conv(1, 3, 5, [7, 13], 3, 1),
        conv(2, 8, 3, [6, 9], 1, 0),
        // Other shapes that a visitor can choose.
        conv(1, 2, 6, [8, 8], 2, 0),
        conv(1, 2, 3, [10, 9], 4, 2),
        conv(1, 2, 9, [11, 10], 6, 0),
        conv(1, 3, 2, [12, 17], 7, 3),
        conv(1, 1, 1, [9, 9], 9, 0),
        // An output of a single pixel.
        conv(3, 4, 7, [5, 5], 5, 0),
        // A kernel that is larger than the image, but not than the padded image.
        conv(2, 3, 4, [1, 1], 3, 1),
        conv(1, 2, 5, [2, 3], 5, 2),
    ];
    // With a stride: more, as many and fewer pixels than the kernel; rows and columns that no place
    // of the kernel reaches.
    for stride in 2..=4 {
        for (kernel, padding) in [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (5, 2), (4, 3), (7, 3)] {
            for size in [[16, 16], [7, 13], [8, 9], [1, 1], [1, 6]] {
                if size.iter().all(|side| side + 2 * padding >= kernel) {
                    let [inputs, outputs] = [[1, 1], [3, 5], [8, 9]][(stride + kernel) % 3];
                    convs.push(Conv { stride, ..conv(2, inputs, outputs, size, kernel, padding) });
                }
            }
        }
    }
    convs
}

#[test]
fn convolutions_and_their_gradients_are_what_they_are_by_definition() {
    for conv in convolutions() {
        let [rows, columns] = conv.output_size();
        let area = conv.kernel * conv.kernel;
        let x = random(1, conv.batch * conv.inputs * conv.size[0] * conv.size[1]);
        let weight = random(2, conv.outputs * conv.inputs * area);
        let bias = random(3, conv.outputs);
        let gradient = random(4, conv.batch * conv.outputs * rows * columns);

        let channel = |y: usize| y / (rows * columns) % conv.outputs;
        let mut y: Vec<f64> = (0..gradient.len()).map(|at| f64::from(bias[channel(at)])).collect();
        let (mut to_x, mut to_weight) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        each_product(&conv, |at, pixel, kernel| {
            let [x, w, g] = [x[pixel], weight[kernel], gradient[at]].map(f64::from);
            y[at] += x * w;
            to_x[pixel] += g * w;
            to_weight[kernel] += g * x;
        });
        let mut to_bias = vec![0.0; bias.len()];
        for (at, g) in gradient.iter().enumerate() {
            to_bias[channel(at)] += f64::from(*g);
        }

        let name = format!("{conv:?}");
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::None), &y, &name);
        y.iter_mut().for_each(|y| *y = y.max(0.0));
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::Relu), &y, &name);
        assert_close(&conv.backward_input(&weight, &gradient), &to_x, &name);
        let found = conv.backward_weights(&x, &gradient);
        assert_close(&found.weight, &to_weight, &name);
        assert_close(&found.bias, &to_bias, &name);
    }
}

#[test]
fn what_is_no_number_stays_none() {
    let conv =
        Conv { batch: 1, inputs: 1, outputs: 1, size: [4, 4], kernel: 3, stride: 1, padding: 1 };
    let mut x = vec![1.0; 16];
    x[5] = f32::NAN;
    let y = conv.forward(&x, &[1.0; 9], &[0.0], Epilogue::Relu);
    assert!(y[5].is_nan(), "a run that diverges must show it: {y:?}");
    let strided = Conv { stride: 2, ..conv };
    let y = strided.forward(&x, &[1.0; 9], &[0.0], Epilogue::Relu);
    assert!(y[0].is_nan(), "a run that diverges must show it: {y:?}");
}

#[test]
fn output_sizes_are_those_of_pytorch() {
    // torch.nn.functional.conv2d(torch.zeros(1, 1, *size), torch.zeros(1, 1, kernel, kernel), ...)
    for (size, kernel, stride, padding, expected) in [
        ([64, 64], 3, 1, 1, [64, 64]),
        ([64, 64], 3, 2, 1, [32, 32]),
        ([64, 63], 3, 2, 0, [31, 31]),
        ([7, 8], 1, 2, 0, [4, 4]),
        ([5, 5], 5, 3, 0, [1, 1]),
        ([1, 1], 3, 2, 1, [1, 1]),
    ] {
        let conv = Conv { batch: 1, inputs: 1, outputs: 1, size, kernel, stride, padding };
        assert_eq!(conv.output_size(), expected, "{conv:?}");
    }
}

#[test]
fn depthwise_convolutions_and_their_gradients_are_what_they_are_by_definition() {
    let mut convs = Vec::new();
    for stride in 1..=3 {
        for (kernel, padding) in [(1, 0), (2, 0), (3, 0), (3, 1), (4, 2), (5, 2), (7, 3)] {
            for size in [[16, 16], [7, 13], [8, 9], [1, 1], [1, 6]] {
                if size.iter().all(|side| side + 2 * padding >= kernel) {
                    let (batch, channels) = (1 + kernel % 3, [1, 3, 8][(stride + kernel) % 3]);
                    convs.push(DepthwiseConv { batch, channels, size, kernel, stride, padding });
                }
            }
        }
    }
    for conv in convs {
        let DepthwiseConv { batch, channels, size, kernel, stride, padding } = conv;
        let ([height, width], [rows, columns]) = (size, conv.output_size());
        let area = kernel * kernel;
        let x = random(1, batch * channels * height * width);
        let weight = random(2, channels * area);
        let bias = random(3, channels);
        let gradient = random(4, batch * channels * rows * columns);
        let mut y = vec![0.0; gradient.len()];
        let (mut to_x, mut to_weight) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        let mut to_bias = vec![0.0; channels];
        for image in 0..batch * channels {
            let channel = image % channels;
            // A convolution of one channel.
            let (batch, inputs, outputs) = (1, 1, 1);
            let plain = Conv { batch, inputs, outputs, size, kernel, stride, padding };
            let (from, to) = (image * height * width, image * rows * columns);
            for at in to..to + rows * columns {
                y[at] = f64::from(bias[channel]);
                to_bias[channel] += f64::from(gradient[at]);
            }
            each_product(&plain, |at, pixel, place| {
                let (at, pixel, place) = (to + at, from + pixel, channel * area + place);
                let [x, w, g] = [x[pixel], weight[place], gradient[at]].map(f64::from);
                y[at] += x * w;
                to_x[pixel] += g * w;
                to_weight[place] += g * x;
            });
        }
        let name = format!("{conv:?}");
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::None), &y, &name);
        y.iter_mut().for_each(|y| *y = y.max(0.0));
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::Relu), &y, &name);
        assert_close(&conv.backward_input(&weight, &gradient), &to_x, &name);
        let found = conv.backward_weights(&x, &gradient);
        assert_close(&found.weight, &to_weight, &name);
        assert_close(&found.bias, &to_bias, &name);
    }
}
