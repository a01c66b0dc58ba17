//! Marks of classes: each has a shape as well as a colour.

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A filled circle.
    Disc,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// ×
    Cross,
    /// +
    Plus,
    /// A circle.
    Ring,
}

/// Those of classes in label order.
const SHAPES: [Shape; 7] = [
    Shape::Disc,
    Shape::Square,
    Shape::Triangle,
    Shape::Diamond,
    Shape::Cross,
    Shape::Plus,
    Shape::Ring,
];

/// What the marks of a class look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Their shape.
    pub shape: Shape,
    /// Their colour: 1 to 7 for `--class-1` to `--class-7` of the style sheet, 0 for gray.
    pub ink: u8,
}

/// The look of a class. Where class 0 is the background, that is gray and the others have the colours
/// in which masks are drawn. After the seventh class come other pairs of the same shapes and colours.
pub fn look(class: u8, background: bool) -> Look {
    let place = match (class, background) {
        (0, true) => return Look { shape: Shape::Ring, ink: 0 },
        (class, true) => class - 1,
        (class, false) => class,
    };
    let shape = SHAPES[usize::from(place % 7)];
    // Masks have the same seven colours again and again.
    let turned = if background { place } else { place.wrapping_add(place / 7) };
    Look { shape, ink: 1 + turned % 7 }
}

impl Shape {
    /// Its outline around (0, 0) in the language of SVG paths, of about the area of a disc of that
    /// radius.
    pub fn path(self, radius: f64) -> String {
        match self {
            Shape::Disc => circle(radius, 1),
            Shape::Ring => format!("{}{}", circle(radius * 1.15, 1), circle(radius * 0.55, 0)),
            Shape::Square => polygon(&[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], radius),
            Shape::Triangle => polygon(&[[0.0, -1.3], [1.2, 0.8], [-1.2, 0.8]], radius),
            Shape::Diamond => polygon(&[[0.0, -1.3], [1.1, 0.0], [0.0, 1.3], [-1.1, 0.0]], radius),
            Shape::Plus => polygon(&PLUS, radius),
            // The plus, turned by an eighth.
            Shape::Cross => {
                let turned = PLUS.map(|[x, y]| [x - y, x + y].map(|at| at * 0.5_f64.sqrt()));
                polygon(&turned, radius)
            }
        }
    }
}

const PLUS: [[f64; 2]; 12] = {
    let (a, b) = (0.38, 1.3);
    [
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
    ]
};

/// Two arcs; `sweep` 0 goes the other way round, which leaves a hole in a larger circle.
fn circle(radius: f64, sweep: u8) -> String {
    let (left, right) = (format!("{:.2} 0", -radius), format!("{radius:.2} 0"));
    let arc = format!("A{radius:.2} {radius:.2} 0 1 {sweep} ");
    format!("M{left}{arc}{right}{arc}{left}Z")
}

fn polygon(corners: &[[f64; 2]], radius: f64) -> String {
    let mut path = String::new();
    for [x, y] in corners {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&format!("{:.2} {:.2}", x * radius, y * radius));
    }
    path.push('Z');
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_classes_look_alike() {
        let looks: Vec<Look> = (0..49).map(|class| look(class, false)).collect();
        for (index, one) in looks.iter().enumerate() {
            assert!(looks[..index].iter().all(|other| other != one), "{index}: {one:?}");
        }
        for first in looks[..7].iter().enumerate() {
            let others = looks[..7].iter().enumerate().filter(|other| other.0 != first.0);
            assert!(others.clone().all(|(_, other)| other.shape != first.1.shape));
            assert!(others.clone().all(|(_, other)| other.ink != first.1.ink));
        }
        assert!((0..=255).all(|class| (1..=7).contains(&look(class, false).ink)));
    }

    #[test]
    fn structures_have_the_colours_of_their_masks() {
        let inks: Vec<u8> = (0..9).map(|class| look(class, true).ink).collect();
        assert_eq!(inks, [0, 1, 2, 3, 4, 5, 6, 7, 1]);
        assert_eq!(look(0, true).shape, Shape::Ring);
    }

    #[test]
    fn outlines_are_closed_and_all_different() {
        let paths = SHAPES.map(|shape| shape.path(2.0));
        for (index, path) in paths.iter().enumerate() {
            assert!(path.starts_with('M') && path.ends_with('Z'), "{path}");
            assert!(!paths[..index].contains(path));
        }
        assert_eq!(Shape::Square.path(2.0), "M-1.80 -1.80L1.80 -1.80L1.80 1.80L-1.80 1.80Z");
        assert_eq!(
            Shape::Disc.path(1.0),
            "M-1.00 0A1.00 1.00 0 1 1 1.00 0A1.00 1.00 0 1 1 -1.00 0Z"
        );
    }
}
