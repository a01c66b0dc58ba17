//! Bodies in CT and MRI slices.

use std::f32::consts::FRAC_PI_6;

use super::super::canvas::{Canvas, Shape, ellipse, line};
use super::super::vary::Vary;
use crate::rng::Rng;

/// Draws a vertebra in cross-section: body, canal, arch, processes.
fn vertebra(c: &mut Canvas, y: f32, size: f32, bright: f32) {
    let at = |dx: f32, dy: f32| (dx * size, y + dy * size);
    c.paint(line(at(-5.2, 4.2), at(-1.8, 3.2), 0.8 * size), 1.2, 0.9 * bright, 0.0);
    c.paint(line(at(5.2, 4.2), at(1.8, 3.2), 0.8 * size), 1.2, 0.9 * bright, 0.0);
    c.paint(line(at(0.0, 4.5), at(0.0, 8.0), 0.75 * size), 1.2, 0.9 * bright, 0.0);
    c.paint(ellipse(at(0.0, 3.4), (2.7 * size, 2.4 * size)), 1.2, 0.95 * bright, 0.0);
    c.paint(ellipse(at(0.0, 3.5), (1.5 * size, 1.3 * size)), 1.2, 0.4, 0.0);
    c.paint(ellipse(at(0.0, 0.0), (3.9 * size, 3.0 * size)), 1.2, bright, 0.0);
    c.paint(ellipse(at(0.0, -0.1), (2.9 * size, 2.0 * size)), 1.6, 0.82 * bright, 0.1);
}

pub(super) fn abdomen_ct(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    let (w, h) = (v.about(27.0, 2.0), v.about(19.5, 2.0));
    let fat = v.about(2.8, 1.3);
    let body = ellipse((0.0, 0.0), (w, h)).squared(v.about(0.3, 0.15));
    c.paint(body, 1.2, 0.42, 0.0);
    c.paint(body.enlarged(-0.9), 1.2, 0.24, 0.04);
    c.paint(body.enlarged(-fat), 1.4, 0.5, 0.06);
    let cavity = body.enlarged(-fat - 1.9);
    c.paint(cavity, 1.4, 0.27, 0.08);
    let (cw, ch) = (w - fat - 1.9, h - fat - 1.9);
    // Back muscles beside the spine.
    for side in [-1.0, 1.0] {
        c.paint(ellipse((side * 6.6, ch - 1.6), (4.6, 3.0)), 1.5, 0.5, 0.06);
        c.paint(ellipse((side * 5.6, ch - 6.5), (2.3, 2.8)), 1.5, 0.5, 0.05);
    }
    // Liver with its vessels, on the left side of the picture.
    let liver = v.about(0.6, 0.04);
    let reach = v.about(0.0, 1.2);
    c.paint(
        ellipse((-0.52 * cw + reach, -0.22 * ch), (0.46 * cw, 0.66 * ch)).rotated(0.25),
        1.4,
        liver,
        0.07,
    );
    c.paint(ellipse((-0.18 * cw + reach, -0.5 * ch), (0.34 * cw, 0.3 * ch)), 1.6, liver, 0.07);
    for _ in 0..4 {
        let at = (v.about(-0.5 * cw, 0.22 * cw), v.about(-0.2 * ch, 0.35 * ch));
        let to = (at.0 + v.about(0.0, 2.5), at.1 + v.about(0.0, 2.5));
        c.add(line(at, to, 0.5), 1.2, 0.13);
    }
    // Spleen, stomach with an air bubble, loops of bowel.
    c.paint(
        ellipse((0.76 * cw, 0.1 * ch), (0.17 * cw, v.about(0.42, 0.06) * ch)).rotated(-0.3),
        1.3,
        v.about(0.62, 0.04),
        0.05,
    );
    let stomach = (v.about(0.42, 0.04) * cw, v.about(-0.38, 0.05) * ch);
    c.paint(ellipse(stomach, (0.3 * cw, 0.36 * ch)).rotated(0.5), 1.3, 0.52, 0.1);
    if v.chance(0.75) {
        let air = (stomach.0 + 0.5, stomach.1 - 0.15 * ch);
        c.paint(ellipse(air, (v.about(0.17, 0.04) * cw, 0.14 * ch)), 1.3, 0.03, 0.0);
    }
    for _ in 0..5 {
        let at = (v.about(0.2 * cw, 0.45 * cw), v.about(0.12 * ch, 0.18 * ch));
        let size = v.about(2.3, 0.7);
        c.paint(ellipse(at, (size, size * v.about(0.85, 0.15))), 1.2, v.about(0.48, 0.08), 0.1);
        if v.chance(0.3) {
            c.paint(ellipse(at, (0.5 * size, 0.4 * size)), 1.2, 0.08, 0.0);
        }
    }
    // Kidneys, with a bright rim around the sinus.
    let bright = v.about(0.78, 0.07);
    for side in [-1.0, 1.0] {
        let at = (side * v.about(0.5, 0.03) * cw, v.about(0.48, 0.06) * ch);
        let kidney = ellipse(at, (3.5, v.about(4.1, 0.6))).rotated(side * -0.5);
        c.paint(kidney, 1.2, bright, 0.06);
        c.paint(ellipse((at.0 - side * 1.2, at.1 - 0.2), (1.5, 1.7)), 1.2, 0.35, 0.0);
    }
    let spine = v.about(0.48, 0.03) * ch;
    vertebra(c, spine, v.about(0.98, 0.08), v.about(0.95, 0.05));
    let blood = v.about(0.75, 0.08);
    c.paint(ellipse((1.6, spine - 4.9), (1.8, 1.8)), 1.2, blood, 0.0);
    c.paint(ellipse((-2.6, spine - 4.6), (2.1, 1.6)), 1.2, 0.9 * blood, 0.0);
}

pub(super) fn breast_mri(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    let apart = v.about(13.5, 1.2);
    let (w, h) = (v.about(12.0, 1.5), v.about(17.0, 3.0));
    let fat = v.about(0.4, 0.1);
    // Chest wall along the lower edge, lungs and heart behind it.
    let chest = ellipse((0.0, 27.0), (32.0, v.about(22.0, 1.5))).squared(0.4);
    c.paint(chest, 1.4, 0.3, 0.08);
    let gland = v.about(0.72, 0.1);
    let dense = v.about(0.55, 0.3);
    let lean = v.about(0.12, 0.1);
    for side in [-1.0, 1.0] {
        let middle = (side * apart, v.about(3.0, 1.0));
        let breast = ellipse(middle, (w, h)).rotated(side * lean).squared(0.1);
        c.paint(breast, 1.2, 0.72, 0.0);
        c.paint(breast.enlarged(-1.0), 1.3, fat, 0.1);
        let nipple = (middle.0 + side * lean * h, middle.1 - h);
        c.paint(ellipse(nipple, (1.5, 1.1)), 1.2, 0.85, 0.0);
        // Glandular tissue fans out from the nipple.
        let root = (nipple.0, nipple.1 + 3.0);
        c.paint(
            ellipse((middle.0, middle.1 - 3.0), (w * (0.3 + 0.35 * dense), h * 0.52)),
            5.0,
            0.5 * (fat + gland),
            0.35,
        );
        for strand in 0..6 {
            let spread = (strand as f32 - 2.5) * (0.16 + 0.1 * dense) + v.about(0.0, 0.06);
            let long = v.between(0.5, 0.95) * h;
            let to = (root.0 + long * libm::sinf(spread), root.1 + long * libm::cosf(spread));
            let thick = v.between(0.3, 0.6 + 0.9 * dense);
            let strand = Shape::Capsule { from: (root, 0.5), to: (to, thick) };
            c.paint(strand, 2.0, gland, 0.3);
        }
    }
    // Muscle, ribs and the structures behind them.
    let wall = ellipse((0.0, 36.0), (30.0, v.about(23.5, 1.0))).squared(0.5);
    c.paint(wall, 1.6, 0.4, 0.12);
    c.paint(wall.enlarged(-2.4), 1.4, 0.16, 0.04);
    for side in [-1.0, 1.0] {
        c.paint(ellipse((side * 15.5, 27.0), (9.5, 9.0)), 1.6, 0.05, 0.03);
    }
    c.paint(
        ellipse((v.about(3.0, 1.0), 26.5), (v.about(8.0, 0.8), 9.0)).rotated(-0.3),
        1.8,
        v.about(0.62, 0.1),
        0.2,
    );
    c.paint(ellipse((0.0, 14.4), (3.2, 1.3)), 1.4, 0.5, 0.1);
}

pub(super) fn chest_ct(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    let (w, h) = (v.about(28.0, 1.6), v.about(20.0, 1.5));
    let body = ellipse((0.0, 0.0), (w, h)).squared(v.about(0.45, 0.15));
    let fat = v.about(1.9, 0.8);
    c.paint(body, 1.2, 0.42, 0.0);
    c.paint(body.enlarged(-0.8), 1.2, 0.26, 0.05);
    c.paint(body.enlarged(-fat), 1.3, 0.52, 0.08);
    let (cw, ch) = (w - fat - 3.4, h - fat - 3.2);
    // Ribs: short bright arcs in the chest wall.
    let turn = v.about(0.0, 0.15);
    for rib in 0..12 {
        let angle = rib as f32 * FRAC_PI_6 + 0.26 + turn;
        let on = |a: f32| (1.04 * (cw + 0.6) * libm::cosf(a), 1.04 * (ch + 0.6) * libm::sinf(a));
        c.paint(line(on(angle - 0.1), on(angle + 0.1), 0.75), 1.1, v.about(0.92, 0.08), 0.0);
    }
    for side in [-1.0, 1.0] {
        c.paint(line((side * 10.5, h - 3.6), (side * 17.5, h - 6.4), 0.6), 1.1, 0.85, 0.0);
    }
    // Lungs with vessels.
    let air = v.about(0.06, 0.03);
    let pinch = v.about(0.53, 0.02);
    for side in [-1.0, 1.0] {
        let lung = ellipse((side * pinch * cw, v.about(-0.3, 0.8)), (0.45 * cw, 0.93 * ch));
        c.paint(lung.squared(0.25).rotated(side * 0.16), 1.3, air, 0.04);
        for _ in 0..14 {
            let (reach, angle) = (v.between(0.3, 1.0), v.between(-1.5, 1.5));
            let at = (
                side * (0.22 + 0.6 * reach * libm::cosf(angle).max(0.1)) * cw,
                0.72 * reach * ch * libm::sinf(angle),
            );
            let thick = 0.95 - 0.6 * reach;
            let to = (at.0 + side * v.about(1.0, 0.8), at.1 + v.about(0.0, 1.2));
            c.paint(Shape::Capsule { from: (at, thick), to: (to, 0.25) }, 1.1, 0.5, 0.0);
        }
    }
    // Mediastinum, heart on the right side of the picture, great vessels.
    let blood = v.about(0.7, 0.08);
    c.paint(line((0.0, -0.75 * ch), (0.0, 0.8 * ch), 3.4), 1.6, 0.45, 0.06);
    let heart = v.about(7.6, 1.2);
    let at = (v.about(3.4, 0.8), v.about(-2.6, 1.0));
    c.paint(ellipse(at, (heart + 1.0, 6.4)).rotated(0.5), 1.4, 0.55, 0.05);
    c.paint(ellipse((at.0 + 1.2, at.1 + 0.4), (0.6 * heart, 3.8)).rotated(0.5), 1.8, blood, 0.06);
    c.paint(ellipse((at.0 - 4.6, at.1 - 1.0), (3.2, 3.6)), 1.6, 0.94 * blood, 0.05);
    let spine = 0.62 * ch;
    c.paint(ellipse((3.4, spine - 3.6), (2.0, 2.0)), 1.2, blood, 0.0);
    vertebra(c, spine, v.about(0.9, 0.06), v.about(0.95, 0.05));
    c.paint(line((-2.6, -ch - 0.3), (2.6, -ch - 0.3), 0.95), 1.2, 0.85, 0.0);
}

pub(super) fn head_ct(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    let (w, h) = (v.about(20.0, 1.3), v.about(24.5, 1.3));
    let egg = v.about(0.08, 0.05);
    let skull = ellipse((0.0, 0.0), (w, h)).squared(egg);
    let thick = v.about(2.3, 0.5);
    c.paint(skull.enlarged(1.7), 1.5, 0.22, 0.04);
    for side in [-1.0, 1.0] {
        if v.chance(0.5) {
            c.paint(ellipse((side * (w + 1.5), 4.0), (1.4, 3.0)), 1.4, 0.3, 0.0);
        }
    }
    c.paint(skull, 1.2, v.about(0.97, 0.03), 0.0);
    c.paint(skull.enlarged(-0.9), 1.4, 0.88, 0.1);
    let brain = skull.enlarged(-thick);
    c.paint(brain, 1.2, 0.2, 0.0);
    let gray = v.about(0.5, 0.03);
    c.paint(brain.enlarged(-0.7), 1.4, gray, 0.06);
    // White matter, slightly darker, and sulci along the rim.
    let (bw, bh) = (w - thick - 0.7, h - thick - 0.7);
    for side in [-1.0, 1.0] {
        c.paint(ellipse((side * 0.46 * bw, 0.0), (0.3 * bw, 0.7 * bh)), 4.0, gray - 0.09, 0.05);
    }
    for fold in 0..18 {
        let angle = fold as f32 * 0.349 + v.about(0.0, 0.1);
        let (dx, dy) = (libm::cosf(angle), libm::sinf(angle));
        let depth = v.between(0.74, 0.9);
        let outer = (0.97 * bw * dx, 0.97 * bh * dy);
        let inner = (depth * bw * dx, depth * bh * dy);
        c.add(line(outer, inner, 0.3), 1.3, v.about(-0.16, 0.08));
    }
    // Falx, ventricles in the shape of a butterfly, thalami, third ventricle.
    c.paint(line((0.0, -bh), (0.0, -0.36 * bh), 0.35), 1.2, gray + 0.17, 0.0);
    c.paint(line((0.0, 0.45 * bh), (0.0, bh), 0.35), 1.2, gray + 0.17, 0.0);
    let water = v.about(0.13, 0.04);
    let size = v.about(1.0, 0.3);
    let high = v.about(-1.0, 1.5);
    for side in [-1.0, 1.0] {
        let own = size * v.about(1.0, 0.12);
        let front = Shape::Capsule {
            from: ((side * 1.5, high - 1.0), 1.5 * own),
            to: ((side * 4.3, high - 6.8), 1.0 * own),
        };
        let back = Shape::Capsule {
            from: ((side * 2.2, high + 2.5), 0.9 * own),
            to: ((side * 6.0, high + 9.6), 1.3 * own),
        };
        c.paint(ellipse((side * 3.4, high + 2.0), (2.6, 3.2)), 2.0, gray + 0.09, 0.04);
        c.paint(front, 1.3, water, 0.0);
        c.paint(back, 1.3, water, 0.0);
        if v.chance(0.5) {
            let plexus = (side * 5.4, high + 8.2);
            c.paint(ellipse(plexus, (0.7, 0.9)), 1.1, 0.95, 0.0);
        }
    }
    c.paint(line((0.0, high + 1.0), (0.0, high + 4.5), 0.45 * size), 1.2, water, 0.0);
    if v.chance(0.5) {
        c.paint(ellipse((0.0, high + 6.4), (0.6, 0.6)), 1.1, 0.92, 0.0);
    }
}
