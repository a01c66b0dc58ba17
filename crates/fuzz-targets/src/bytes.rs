//! Values from the bytes of an input.

/// Reads values from an input, one after another; 0 after its end.
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// Reads from the start of an input.
    pub fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    /// Returns the next byte.
    pub fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// Returns the next number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end.max(1)
    }

    /// Returns one of several values.
    pub fn one_of<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        values[self.below(N)]
    }

    /// Returns the next 16-bit number.
    pub fn short(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    /// Returns a number in one of the ranges where numbers of headers are: small whole ones,
    /// fractions, or any.
    pub fn number(&mut self) -> f64 {
        match self.byte() {
            0..160 => f64::from(i8::from_le_bytes(self.array())) / 4.0,
            160..200 => f64::from(i16::from_le_bytes(self.array())) / 256.0,
            200..230 => f64::from(f32::from_le_bytes(self.array())),
            230.. => f64::from_le_bytes(self.array()),
        }
    }

    /// Returns up to `length` bytes.
    pub fn up_to(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Returns all bytes that are left.
    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.up_to(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }
}
