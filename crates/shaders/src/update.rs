//! Shaders for optimizer steps.

use crate::text::{INDEPENDENT_GROUP, grid_stride_loop, head};

pub(crate) fn adam(length: usize, beta_1: f32, beta_2: f32) -> String {
    let buffers = [
        "parameter",
        "gradient",
        "scalars",
        "mean",
        "square",
        "parameter_to",
        "mean_to",
        "square_to",
    ];
    let (other_1, other_2) = (1.0 - beta_1, 1.0 - beta_2);
    head(&buffers, "", INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + &format!(
            "        let grad = gradient[i];
        let m = f32({beta_1}) * mean[i] + f32({other_1}) * grad;
        let v = f32({beta_2}) * square[i] + f32({other_2}) * grad * grad;
        mean_to[i] = m;
        square_to[i] = v;
        parameter_to[i] = scalars[2] * parameter[i] - scalars[0] * m / (sqrt(v) + scalars[1]);
    }}
}}
"
        )
}

pub(crate) fn sgd(length: usize) -> String {
    let buffers = ["parameter", "gradient", "scalars", "velocity", "parameter_to", "velocity_to"];
    head(&buffers, "", INDEPENDENT_GROUP)
        + &grid_stride_loop(length)
        + "        let v = scalars[1] * velocity[i] + gradient[i];
        velocity_to[i] = v;
        parameter_to[i] = parameter[i] - scalars[0] * v;
    }
}
"
}
