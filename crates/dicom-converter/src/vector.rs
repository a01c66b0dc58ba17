//! Vectors of three numbers.

/// A direction or a position.
pub type Vector = [f64; 3];

/// Returns the scalar product.
pub fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Returns the cross product.
pub fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Returns the length.
pub fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

/// Returns `a + factor · b`.
pub fn add_scaled(a: Vector, factor: f64, b: Vector) -> Vector {
    [a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]]
}

/// Returns the product with a number.
pub fn scaled(a: Vector, factor: f64) -> Vector {
    a.map(|value| value * factor)
}
