//! An axial slice of a head at the level of the lateral ventricles, as in T1-weighted MRI: fat and
//! white matter are bright, gray matter is intermediate, water and bone are dark. Positions are in
//! pixels from the center of the head, with the face at the top.

use std::f32::consts::TAU;

use super::canvas::{Canvas, Point, Shape, ellipse, line};
use super::vary::Vary;
use crate::rng::Rng;

/// Number of gyri and sulci in total.
const FOLDS: usize = 26;

const FAT: f32 = 0.74;
const BONE: f32 = 0.07;
const MARROW: f32 = 0.3;

/// Gray values of the tissues inside the skull, which differ slightly between heads.
struct Tissue {
    water: f32,
    gray: f32,
    white: f32,
}

/// Draws a head and returns the shapes that make up its ventricles. `size` is the size of the
/// ventricles as a fraction of their usual width and length. The same random numbers are drawn for
/// every size, so that nothing else about the head changes with it.
pub fn draw(c: &mut Canvas, size: f32, rng: &mut Rng) -> Vec<Shape> {
    let mut v = Vary(rng);
    let tissue = Tissue {
        water: v.about(0.14, 0.03),
        gray: v.about(0.46, 0.03),
        white: v.about(0.72, 0.03),
    };
    let brain = skull(c, &mut v, &tissue);
    cortex(c, &mut v, &tissue, brain);
    let high = v.about(-0.6, 0.8);
    deep(c, &mut v, &tissue, high);
    let ventricles = ventricles(&mut v, size, high);
    for part in &ventricles {
        c.paint(*part, 1.3, tissue.water, 0.0);
    }
    ventricles
}

/// Draws scalp, bone and the water around the brain. Returns half of the width and height of the
/// brain.
fn skull(c: &mut Canvas, v: &mut Vary<'_>, tissue: &Tissue) -> Point {
    let (w, h) = (v.about(20.0, 1.0), v.about(24.3, 1.0));
    let head = ellipse((0.0, 0.0), (w, h)).squared(v.about(0.1, 0.06));
    let (scalp, bone) = (v.about(1.7, 0.4), v.about(1.9, 0.3));
    c.paint(head.enlarged(scalp), 1.3, 0.5 * FAT, 0.05);
    c.paint(head.enlarged(scalp - 0.6), 1.2, FAT, 0.12);
    for side in [-1.0, 1.0] {
        if v.chance(0.4) {
            c.paint(ellipse((side * (w + 2.1), 3.0), (1.3, 3.2)), 1.4, 0.5 * FAT, 0.0);
        }
    }
    c.paint(head, 1.2, BONE, 0.0);
    // Marrow between the two tables of the bone.
    let rim = head.enlarged(-0.5 * bone);
    c.add_rim(rim, 0.6, head, MARROW - BONE);
    c.paint(head.enlarged(-bone), 1.2, tissue.water, 0.0);
    let gap = v.about(0.5, 0.25);
    c.paint(head.enlarged(-bone - gap), 1.3, tissue.gray, 0.06);
    (w - bone - gap, h - bone - gap)
}

/// Draws white matter with its gyri, the sulci between them, and the fissures.
fn cortex(c: &mut Canvas, v: &mut Vary<'_>, tissue: &Tissue, (w, h): Point) {
    for side in [-1.0, 1.0] {
        let lobe = ellipse((side * 0.4 * w, 0.0), (0.38 * w, 0.74 * h)).rotated(side * 0.07);
        c.paint(lobe, 2.4, tissue.white, 0.05);
    }
    let start = v.about(0.0, 0.13);
    for fold in 0..FOLDS {
        let angle = start + (fold as f32 + v.about(0.0, 0.3)) * TAU / FOLDS as f32;
        let lean = v.about(0.0, 0.16);
        let at = |depth: f32| {
            let angle = angle + lean * (1.0 - depth);
            (depth * w * libm::cosf(angle), depth * h * libm::sinf(angle))
        };
        if fold % 2 == 0 {
            // A gyrus: white matter extends into the cortex.
            let (reach, thick) = (v.between(0.78, 0.9), v.between(0.35, 0.8));
            let fin = Shape::Capsule { from: (at(0.55), 1.9), to: (at(reach), thick) };
            c.paint(fin, 1.6, tissue.white, 0.04);
        } else {
            // A sulcus: gray matter around water.
            let (depth, dark) = (v.between(0.6, 0.82), v.between(0.45, 1.0));
            let bank = Shape::Capsule { from: (at(0.98), 1.9), to: (at(depth), 1.0) };
            c.paint(bank, 1.6, tissue.gray, 0.05);
            let groove = Shape::Capsule { from: (at(1.0), 0.55), to: (at(depth + 0.07), 0.15) };
            c.add(groove, 1.3, dark * (tissue.water - tissue.gray));
        }
    }
    // Sylvian fissures on both sides, interhemispheric fissure in front and in back.
    for side in [-1.0, 1.0] {
        let y = v.about(-3.0, 1.5);
        let (outer, inner) = ((side * 0.97 * w, y), (side * v.about(0.74, 0.03) * w, y + 1.5));
        c.paint(Shape::Capsule { from: (outer, 1.6), to: (inner, 1.3) }, 1.8, tissue.gray, 0.04);
        c.paint(Shape::Capsule { from: (outer, 0.8), to: (inner, 0.4) }, 1.3, tissue.water, 0.0);
    }
    for (from, to) in [(-h, v.about(-0.56, 0.03) * h), (h, v.about(0.66, 0.03) * h)] {
        c.paint(line((0.0, from), (0.0, to), 1.1), 1.8, tissue.gray, 0.04);
        let slit = Shape::Capsule { from: ((0.0, from), 0.6), to: ((0.0, to), 0.3) };
        c.paint(slit, 1.2, tissue.water, 0.0);
    }
}

/// Draws corpus callosum, basal ganglia, thalami and the third ventricle, which is not a lateral
/// one.
fn deep(c: &mut Canvas, v: &mut Vary<'_>, tissue: &Tissue, high: f32) {
    c.paint(ellipse((0.0, high - 6.5), (4.5, 2.6)), 1.8, tissue.white, 0.03);
    c.paint(ellipse((0.0, high + 9.5), (5.0, 2.4)), 1.8, tissue.white, 0.03);
    for side in [-1.0, 1.0] {
        // Head of the caudate nucleus, lentiform nucleus, thalamus.
        let lens = ellipse((side * v.about(9.2, 0.4), high + 0.2), (2.3, 4.8));
        c.paint(lens.rotated(side * 0.28), 1.8, tissue.gray + 0.04, 0.03);
        let caudate = ellipse((side * 5.3, high - 4.0), (1.7, 3.0)).rotated(side * 0.4);
        c.paint(caudate, 1.6, tissue.gray, 0.03);
        c.paint(ellipse((side * 3.6, high + 3.8), (2.9, 3.8)), 1.8, tissue.gray + 0.06, 0.03);
    }
    let wide = v.about(0.55, 0.2);
    c.paint(line((0.0, high + 2.0), (0.0, high + 5.8), wide), 1.2, tissue.water, 0.0);
}

/// Returns the shapes of both lateral ventricles. Each is a chain from the tip of the frontal horn
/// through the body and the trigone to the tip of the occipital horn. Together they have the shape
/// of a butterfly.
fn ventricles(v: &mut Vary<'_>, size: f32, high: f32) -> Vec<Shape> {
    let own = v.about(1.0, 0.14);
    let flare = v.about(1.0, 0.2);
    let waist = v.about(1.3, 0.35);
    let mut parts = Vec::new();
    for side in [-1.0, 1.0] {
        let scale = size * own * v.about(1.0, 0.1);
        let lean = v.about(0.0, 0.5);
        // Position and radius from front to back, for a ventricle of usual size.
        let chain = [
            ((4.7 * flare, -8.2 + lean), 1.25),
            ((2.7, -3.8), 2.0),
            ((2.6, 0.4), waist),
            ((5.2 * flare, 6.0), 2.3),
            ((5.0 * flare, 9.8 + lean), 0.95),
        ];
        // Widths and lengths shrink toward the body of the ventricle, which stays in place. A part
        // remains at any size: a disk of that radius always contains the center of a pixel.
        let root = (2.6, -1.5);
        let placed = chain.map(|((x, y), radius): (Point, f32)| {
            let at = (root.0 + scale * (x - root.0), root.1 + scale * (y - root.1));
            ((side * at.0, high + at.1), (scale * radius).max(0.4))
        });
        let links = placed.windows(2).map(|pair| Shape::Capsule { from: pair[0], to: pair[1] });
        parts.push(ellipse((side * root.0, high + root.1), (0.8, 0.8)));
        parts.extend(links);
    }
    parts
}
