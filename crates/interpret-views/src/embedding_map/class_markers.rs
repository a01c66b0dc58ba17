//! Markers of classes, each with its own shape and color.

use ui::raster::colors::CLASS_COLORS;

/// Shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerShape {
    /// A filled circle.
    Disc,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
    /// A square rotated by 45°.
    Diamond,
    /// A cross, ×.
    Cross,
    /// A plus sign, +.
    Plus,
    /// An unfilled circle.
    Ring,
}

/// Shapes of the classes in label order.
const SHAPES: [MarkerShape; CLASS_COLORS as usize] = [
    MarkerShape::Disc,
    MarkerShape::Square,
    MarkerShape::Triangle,
    MarkerShape::Diamond,
    MarkerShape::Cross,
    MarkerShape::Plus,
    MarkerShape::Ring,
];

/// Shape and color of the marker of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkerStyle {
    /// Shape of the marker.
    pub shape: MarkerShape,
    /// Color of the marker: n for `--class-n` in the style sheet, 0 for gray.
    pub color_index: u8,
}

/// Returns the marker of a class. If class 0 is the background, it is gray and the other classes
/// have the colors of their masks. After [`CLASS_COLORS`] classes, shapes and colors are combined
/// differently.
pub fn marker_style(class: u8, background: bool) -> MarkerStyle {
    let place = match (class, background) {
        (0, true) => return MarkerStyle { shape: MarkerShape::Ring, color_index: 0 },
        (class, true) => class - 1,
        (class, false) => class,
    };
    let shape = SHAPES[usize::from(place % CLASS_COLORS)];
    // Colors of masks repeat in the same order.
    let rotated = if background { place } else { place.wrapping_add(place / CLASS_COLORS) };
    MarkerStyle { shape, color_index: 1 + rotated % CLASS_COLORS }
}

impl MarkerShape {
    /// Returns the outline around (0, 0) as an SVG path, with about the area of a disk of this
    /// radius.
    pub fn path(self, radius: f64) -> String {
        match self {
            MarkerShape::Disc => circle(radius, 1),
            MarkerShape::Ring => {
                format!("{}{}", circle(radius * 1.15, 1), circle(radius * 0.55, 0))
            }
            MarkerShape::Square => {
                polygon(&[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], radius)
            }
            MarkerShape::Triangle => polygon(&[[0.0, -1.3], [1.2, 0.8], [-1.2, 0.8]], radius),
            MarkerShape::Diamond => {
                polygon(&[[0.0, -1.3], [1.1, 0.0], [0.0, 1.3], [-1.1, 0.0]], radius)
            }
            MarkerShape::Plus => polygon(&PLUS, radius),
            // The plus sign, rotated by 45°.
            MarkerShape::Cross => {
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

/// Returns a circle of two arcs. With `sweep` 0 the direction is reversed, which cuts a hole into a
/// larger circle.
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
        let looks: Vec<MarkerStyle> = (0..49).map(|class| marker_style(class, false)).collect();
        for (index, one) in looks.iter().enumerate() {
            assert!(looks[..index].iter().all(|other| other != one), "{index}: {one:?}");
        }
        for first in looks[..7].iter().enumerate() {
            let others = looks[..7].iter().enumerate().filter(|other| other.0 != first.0);
            assert!(others.clone().all(|(_, other)| other.shape != first.1.shape));
            assert!(others.clone().all(|(_, other)| other.color_index != first.1.color_index));
        }
        assert!((0..=255).all(|class| (1..=7).contains(&marker_style(class, false).color_index)));
    }

    #[test]
    fn structures_have_the_colors_of_their_masks() {
        let class_colors: Vec<u8> =
            (0..9).map(|class| marker_style(class, true).color_index).collect();
        assert_eq!(class_colors, [0, 1, 2, 3, 4, 5, 6, 7, 1]);
        assert_eq!(marker_style(0, true).shape, MarkerShape::Ring);
    }

    #[test]
    fn outlines_are_closed_and_all_different() {
        let paths = SHAPES.map(|shape| shape.path(2.0));
        for (index, path) in paths.iter().enumerate() {
            assert!(path.starts_with('M') && path.ends_with('Z'), "{path}");
            assert!(!paths[..index].contains(path));
        }
        assert_eq!(MarkerShape::Square.path(2.0), "M-1.80 -1.80L1.80 -1.80L1.80 1.80L-1.80 1.80Z");
        assert_eq!(
            MarkerShape::Disc.path(1.0),
            "M-1.00 0A1.00 1.00 0 1 1 1.00 0A1.00 1.00 0 1 1 -1.00 0Z"
        );
    }
}
