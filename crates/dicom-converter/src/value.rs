//! Values of elements.

use dicom_core::VR;

/// The bytes of a value, with what is needed to read them as numbers.
pub struct Value {
    bytes: Vec<u8>,
    vr: VR,
    is_big_endian: bool,
}

impl Value {
    /// Creates the value of an element. If the value representation is not known, it is
    /// [`VR::UN`].
    pub fn new(bytes: Vec<u8>, vr: VR, is_big_endian: bool) -> Self {
        Self { bytes, vr, is_big_endian }
    }

    /// Returns a text without its padding, such as a UID or a code.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        text.trim_matches(|letter: char| letter == '\0' || letter.is_ascii_whitespace()).to_owned()
    }

    /// Returns finite numbers, stored as text, or as floats if the value representation says so;
    /// `None` if one is not a number.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let numbers: Option<Vec<f64>> = match self.vr {
            VR::FD => Some(self.words().map(f64::from_be_bytes).collect()),
            VR::FL => Some(self.words().map(|raw| f32::from_be_bytes(raw).into()).collect()),
            VR::US => Some(self.words().map(|raw| u16::from_be_bytes(raw).into()).collect()),
            VR::SS => Some(self.words().map(|raw| i16::from_be_bytes(raw).into()).collect()),
            VR::UL => Some(self.words().map(|raw| u32::from_be_bytes(raw).into()).collect()),
            VR::SL => Some(self.words().map(|raw| i32::from_be_bytes(raw).into()).collect()),
            _ => {
                let text = self.text();
                text.split('\\').map(|number| number.trim().parse().ok()).collect()
            }
        };
        numbers.filter(|numbers| numbers.iter().all(|number| number.is_finite()))
    }

    /// Returns the first number.
    pub fn number(&self) -> Option<f64> {
        self.numbers()?.first().copied()
    }

    /// Returns a number of exactly `N`.
    pub fn array<const N: usize>(&self) -> Option<[f64; N]> {
        self.numbers()?.try_into().ok()
    }

    /// Returns the first of unsigned 16-bit integers.
    pub fn short(&self) -> Option<u16> {
        self.shorts().next()
    }

    /// Returns unsigned 16-bit integers.
    pub fn shorts(&self) -> impl Iterator<Item = u16> {
        self.words().map(u16::from_be_bytes)
    }

    /// Returns words of `N` bytes, the most significant byte first.
    fn words<const N: usize>(&self) -> impl Iterator<Item = [u8; N]> {
        self.bytes.chunks_exact(N).map(|raw| {
            let mut word: [u8; N] = std::array::from_fn(|i| raw[i]);
            if !self.is_big_endian {
                word.reverse();
            }
            word
        })
    }
}
