//! Generated content of the gallery.

/// Height and width of all images.
pub const SIDE: usize = 32;

/// Returns gray values that increase along a diagonal. Each `shift` gives a different image.
pub fn gradient(shift: usize) -> Vec<u8> {
    let value = |index: usize| (index / SIDE * 4 + index % SIDE * 4 + 32 * shift) % 256;
    (0..SIDE * SIDE).map(|index| value(index) as u8).collect()
}

/// Returns a mask with a disk of two classes, shifted to the right by `shift` pixels.
pub fn disc(shift: usize) -> Vec<u8> {
    let class = |index: usize| {
        let [down, across] = [(index / SIDE).abs_diff(16), (index % SIDE).abs_diff(14 + shift)];
        match down * down + across * across {
            101.. => 0,
            _ if index % SIDE < 14 + shift => 1,
            _ => 2,
        }
    };
    (0..SIDE * SIDE).map(class).collect()
}

/// Returns a decreasing loss with noise, always the same.
pub fn noisy_losses(steps: usize) -> Vec<f32> {
    let noise = |step: usize| ((step * 7919 + 104_729) % 1000) as f32 / 1000.0 - 0.5;
    (0..steps).map(|step| 2.0 * (-(step as f32) / 200.0).exp() + 0.2 + 0.3 * noise(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_all_their_pixels() {
        assert_eq!([gradient(3).len(), disc(3).len()], [SIDE * SIDE; 2]);
        assert!([0, 1, 2].iter().all(|class| disc(0).contains(class)));
        assert!(noisy_losses(600).iter().all(|loss| (0.0..2.5).contains(loss)));
    }
}
