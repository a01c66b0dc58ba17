//! Bodies in radiographs.

use super::super::canvas::{Canvas, Shape, ellipse, line};
use super::super::vary::Vary;
use crate::rng::Rng;

pub(super) fn chest_xray(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    // Torso and shoulders as one soft shadow that becomes denser downward.
    let tissue = v.about(0.48, 0.05);
    c.paint(line((-20.0, -17.0), (20.0, -17.0), 10.0), 5.0, tissue, 0.04);
    c.paint(ellipse((0.0, 8.0), (v.about(29.0, 1.5), 34.0)).squared(0.7), 4.0, tissue, 0.04);
    c.paint(line((0.0, -34.0), (0.0, -18.0), 6.5), 4.0, tissue, 0.04);
    c.add(ellipse((0.0, 34.0), (34.0, 18.0)), 16.0, 0.16);
    // Lungs: narrow at the apex, cut off by the domes of the diaphragm.
    let (wide, top) = (v.about(9.6, 0.8), v.about(-19.0, 1.5));
    let base = v.about(15.0, 2.0);
    let air = v.about(0.11, 0.04);
    let lung = |side: f32| Shape::Capsule {
        from: ((side * 9.4, top + 6.0), 5.4),
        to: ((side * 12.8, base - 5.0), wide),
    };
    for side in [-1.0, 1.0] {
        c.paint(lung(side), 2.6, air, 0.08);
    }
    let right_dome = base + v.about(3.2, 0.6);
    c.paint(ellipse((-13.0, right_dome + 4.8), (13.0, 9.5)), 2.0, tissue + 0.22, 0.03);
    c.paint(ellipse((14.0, right_dome + 6.6), (12.0, 9.5)), 2.0, tissue + 0.16, 0.03);
    if v.chance(0.6) {
        c.add(ellipse((11.5, right_dome + 1.2), (3.2, 1.6)), 2.5, -0.2);
    }
    // Vessels fan out from the hila.
    for side in [-1.0, 1.0] {
        for branch in 0..5 {
            let angle = -1.1 + 0.55 * branch as f32 + v.about(0.0, 0.15);
            let long = v.between(6.0, 10.0);
            let from = (side * 6.0, -2.0);
            let to = (from.0 + side * long * libm::cosf(angle), from.1 + long * libm::sinf(angle));
            c.add(Shape::Capsule { from: (from, 0.9), to: (to, 0.2) }, 1.8, 0.13);
        }
    }
    // Ribs, which cross the lungs. The shadow of the heart is drawn over them.
    let bone = v.about(0.17, 0.04);
    let step = v.about(5.2, 0.3);
    for rib in 0..7 {
        let y = top + 5.0 + step * rib as f32;
        for side in [-1.0_f32, 1.0] {
            let arch = ellipse((side * 9.0, y + 4.0), (12.5 + 0.4 * rib as f32, 6.0));
            c.add_rim(arch.rotated(side * 0.42), 1.5, lung(side).enlarged(2.5), bone);
        }
    }
    // Mediastinum, aortic knob, and heart on the right side of the picture.
    let shadow = v.about(0.3, 0.04);
    c.add(line((0.0, -24.0), (0.0, 24.0), 3.2), 2.5, 0.16);
    c.paint(line((0.4, -12.0), (0.6, 16.0), v.about(4.6, 0.4)), 2.5, tissue + 0.2, 0.04);
    c.paint(ellipse((3.4, -9.0), (3.4, 3.4)), 2.2, tissue + 0.2, 0.03);
    let heart = v.about(9.0, 1.4);
    c.paint(
        ellipse((v.about(4.2, 0.6), base - 7.0), (heart, 8.6)).rotated(0.55),
        2.2,
        tissue + shadow,
        0.05,
    );
    // Spine visible through the mediastinum, clavicles, shoulders.
    for level in 0..11 {
        let y = -26.0 + 5.0 * level as f32;
        c.add(line((-2.2, y), (2.2, y), 0.5), 1.6, 0.08);
    }
    for side in [-1.0, 1.0] {
        let tilt = v.about(2.4, 1.2);
        c.add(line((side * 3.0, -17.0), (side * 12.0, -18.0 - 0.4 * tilt), 1.1), 1.4, 0.24);
        c.add(line((side * 12.0, -18.0 - 0.4 * tilt), (side * 22.0, -19.0 - tilt), 1.1), 1.4, 0.24);
        c.add(ellipse((side * 25.5, -17.5), (3.6, 4.0)), 2.0, 0.2);
    }
}

pub(super) fn hand(c: &mut Canvas, rng: &mut Rng) {
    let mut v = Vary(rng);
    // Mirrored for left hands. The film is exposed or not.
    let side = if v.chance(0.5) { 1.0 } else { -1.0 };
    let flesh = v.about(0.3, 0.06);
    let bone = v.about(0.36, 0.06);
    let spread = v.about(1.0, 0.3);
    let wrist = (0.0, 19.0);
    // Index to little finger, then thumb: base, direction, lengths of the four bones, thickness.
    let fingers = [
        ((-6.3, 3.2), -0.20 * spread, [9.4, 6.6, 4.6, 3.4], 1.0),
        ((-2.2, 1.4), -0.05 * spread, [9.8, 7.4, 5.2, 3.8], 1.05),
        ((1.9, 2.2), 0.10 * spread, [9.0, 6.8, 4.8, 3.6], 1.0),
        ((5.6, 4.8), 0.27 * spread, [8.2, 5.2, 3.6, 3.0], 0.86),
        ((-9.6, 10.6), -0.75 - 0.12 * spread, [7.6, 5.4, 4.4, 0.0], 1.12),
    ];
    let long = v.about(1.0, 0.05);
    let along = |from: (f32, f32), angle: f32, by: f32| {
        (from.0 + side * by * libm::sinf(angle), from.1 - by * libm::cosf(angle))
    };

    // Soft tissue first: forearm, palm, fingers.
    c.paint(line((0.0, 21.0), (0.0, 40.0), 6.6), 2.4, flesh, 0.03);
    let palm = line((side * -2.8, 8.5), (side * 2.0, 9.5), 7.2);
    c.paint(palm, 2.4, flesh, 0.03);
    c.paint(line((0.0, 10.0), wrist, 6.6), 2.4, flesh, 0.03);
    for (joint, angle, bones, thick) in fingers {
        let joint = (side * joint.0, joint.1);
        let all: f32 = bones[1..].iter().sum::<f32>() * long + 1.4;
        let tip = along(joint, angle, all);
        let flesh_of = Shape::Capsule { from: (joint, 2.9 * thick), to: (tip, 1.9 * thick) };
        c.paint(flesh_of, 1.8, 0.92 * flesh, 0.03);
        if bones[3] == 0.0 {
            c.paint(line(joint, (side * -2.0, 15.0), 3.4), 2.4, flesh, 0.03);
        }
    }

    // Bones are added to the shadow: a shaft, and wider ends.
    let draw = |c: &mut Canvas, from: (f32, f32), to: (f32, f32), thick: f32| {
        c.add(line(from, to, 0.72 * thick), 1.3, bone);
        for end in [from, to] {
            c.add(ellipse(end, (1.15 * thick, 1.15 * thick)), 1.5, 0.35 * bone);
        }
    };
    for (joint, angle, bones, thick) in fingers {
        let joint = (side * joint.0, joint.1);
        let lean = if bones[3] == 0.0 { angle + 0.15 } else { 0.75 * angle };
        let root = along(joint, lean, 0.6 - bones[0]);
        draw(c, root, along(joint, lean, -0.6), 1.15 * thick);
        let mut from = joint;
        for length in bones[1..].iter().filter(|length| **length > 0.0) {
            let to = along(from, angle, length * long);
            draw(c, along(from, angle, 0.6), along(to, angle, -0.6), thick);
            from = to;
        }
    }
    // Two rows of carpals, radius and ulna.
    for (x, y, r) in [
        (-4.4, 13.6, 1.6),
        (-1.6, 13.2, 1.5),
        (1.2, 13.4, 1.7),
        (4.0, 14.0, 1.6),
        (-3.4, 16.8, 1.9),
        (-0.2, 16.8, 1.7),
        (3.0, 17.2, 1.6),
    ] {
        let at = (side * x + v.about(0.0, 0.3), y + v.about(0.0, 0.3));
        c.add(ellipse(at, (r, 0.9 * r)), 1.2, 0.85 * bone);
    }
    for (x, thick) in [(-2.6, 2.3), (3.2, 1.6)] {
        let x = side * x;
        let end = Shape::Capsule { from: ((x, 20.6), thick), to: ((x, 24.5), 0.7 * thick) };
        c.add(end, 1.4, 0.9 * bone);
        c.add(line((x, 25.5), (0.9 * x, 42.0), 0.7 * thick), 1.4, 0.85 * bone);
    }
}
