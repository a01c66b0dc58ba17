//! Luma of colors.

/// Returns the luma of red, green and blue, in their range (ITU-R BT.601: 0.299, 0.587, 0.114).
pub fn luma([red, green, blue]: [u32; 3]) -> u32 {
    // In 16 binary places. The largest sum, of 16-bit samples, fits.
    let sum = u64::from(red) * 19_595 + u64::from(green) * 38_470 + u64::from(blue) * 7_471;
    ((sum + (1 << 15)) >> 16) as u32
}
