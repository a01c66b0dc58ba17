//! Screenshots of the page, and their files.

mod compare;

use std::collections::HashMap;

pub use compare::{Comparison, compare};

/// Color of masked pixels, which does not occur on the page.
pub const MASK: [u8; 3] = [255, 0, 255];

/// Side of the blocks over which [`Picture::coarsen`] averages. The content of an image remains
/// recognizable.
const BLOCK_PX: usize = 4;

/// Maximum number of colors in a file. Pages contain few: text, background and one or two color
/// scales.
const PALETTE_SIZE: usize = 256;

/// Maximum difference in each channel at which a color is replaced by a more frequent one.
const MERGED_DISTANCE: u8 = 12;

/// An axis-aligned rectangle in pixels. It may extend beyond the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// Left edge.
    pub x: usize,
    /// Top edge.
    pub y: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
}

/// An RGB image with three bytes per pixel, in row-major order.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    /// Returns an image of uniform color.
    pub fn filled(width: usize, height: usize, color: [u8; 3]) -> Self {
        Self { width, height, rgb: color.repeat(width * height) }
    }

    /// Returns the number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Returns the color of a pixel, or `None` outside the image.
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        let at = (x < self.width && y < self.height).then_some(3 * (y * self.width + x))?;
        self.rgb[at..at + 3].try_into().ok()
    }

    /// Sets the color of a pixel. Does nothing outside the image.
    pub fn set_pixel(&mut self, x: usize, y: usize, color: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = 3 * (y * self.width + x);
            self.rgb[at..at + 3].copy_from_slice(&color);
        }
    }

    /// Fills a rectangle.
    pub fn fill(&mut self, rect: PixelRect, color: [u8; 3]) {
        for y in rect.y..(rect.y + rect.height).min(self.height) {
            for x in rect.x..(rect.x + rect.width).min(self.width) {
                self.set_pixel(x, y, color);
            }
        }
    }

    /// Returns the image at half its size. Each pixel is the mean of four.
    pub fn halved(&self) -> Self {
        let mut half = Self::filled(self.width / 2, self.height / 2, [0; 3]);
        for y in 0..half.height {
            for x in 0..half.width {
                let four = PixelRect { x: 2 * x, y: 2 * y, width: 2, height: 2 };
                half.set_pixel(x, y, self.mean(four));
            }
        }
        half
    }

    /// Averages the pixels of a rectangle over blocks of 4 × 4.
    pub fn coarsen(&mut self, rect: PixelRect) {
        let right = (rect.x + rect.width).min(self.width);
        let bottom = (rect.y + rect.height).min(self.height);
        for top in (rect.y..bottom).step_by(BLOCK_PX) {
            for left in (rect.x..right).step_by(BLOCK_PX) {
                let (width, height) = (BLOCK_PX.min(right - left), BLOCK_PX.min(bottom - top));
                let block = PixelRect { x: left, y: top, width, height };
                self.fill(block, self.mean(block));
            }
        }
    }

    fn mean(&self, block: PixelRect) -> [u8; 3] {
        let mut sums = [0; 3];
        for y in block.y..block.y + block.height {
            for x in block.x..block.x + block.width {
                let pixel = self.pixel(x, y).unwrap_or_default();
                sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += usize::from(channel));
            }
        }
        sums.map(|sum| (sum / (block.width * block.height).max(1)) as u8)
    }

    /// Returns the fraction of pixels with the color [`MASK`], 0 to 1.
    pub fn masked_share(&self) -> f64 {
        let masked = self.rgb.chunks_exact(3).filter(|pixel| *pixel == MASK).count();
        masked as f64 / (self.width * self.height).max(1) as f64
    }

    /// Decodes a PNG with 8 bits per channel or with a palette. Transparency is dropped.
    pub fn from_png(file: &[u8]) -> Result<Self, String> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
        let size = reader.output_buffer_size().ok_or("the image is too large")?;
        let mut bytes = vec![0; size];
        let frame = reader.next_frame(&mut bytes).map_err(|error| error.to_string())?;
        bytes.truncate(frame.buffer_size());
        let rgb = match frame.color_type {
            png::ColorType::Rgb => bytes,
            png::ColorType::Rgba => {
                bytes.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
            }
            other => return Err(format!("{other:?} images are not pictures of a page")),
        };
        Ok(Self { width: frame.width as usize, height: frame.height as usize, rgb })
    }

    /// Encodes the image as a PNG with at most 256 colors, which is a fifth of the size with all
    /// colors. The most frequent colors are exact. Others are replaced by one that differs by at
    /// most 12 in each channel, unless the image has too many colors.
    pub fn to_png(&self) -> Vec<u8> {
        let colors: Vec<[u8; 3]> =
            self.rgb.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let palette = palette_of(&colors);
        let mut indexes: HashMap<[u8; 3], u8> = HashMap::new();
        let nearest = |color| {
            (0..palette.len()).min_by_key(|i| distance(palette[*i], color)).unwrap_or(0) as u8
        };
        let pixels: Vec<u8> = colors
            .iter()
            .map(|color| *indexes.entry(*color).or_insert_with(|| nearest(*color)))
            .collect();

        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette.concat());
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("writing to memory");
        writer.write_image_data(&pixels).expect("as many bytes as the size asks for");
        writer.finish().expect("writing to memory");
        file
    }
}

/// Selects the most frequent colors, except those close to a more frequent one.
fn palette_of(colors: &[[u8; 3]]) -> Vec<[u8; 3]> {
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    for color in colors {
        *counts.entry(*color).or_default() += 1;
    }
    let mut frequent: Vec<_> = counts.keys().copied().collect();
    frequent.sort_by_key(|color| (std::cmp::Reverse(counts[color]), *color));
    let mut palette: Vec<[u8; 3]> = Vec::new();
    for color in frequent {
        let is_near = |known: &[u8; 3]| distance(*known, color) <= MERGED_DISTANCE;
        if palette.len() < PALETTE_SIZE && !palette.iter().any(is_near) {
            palette.push(color);
        }
    }
    palette
}

/// Returns the largest difference between the channels of two colors.
fn distance(a: [u8; 3], b: [u8; 3]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_masks_exactly_and_other_colors_nearly() {
        let mut picture = Picture::filled(60, 40, [251, 251, 249]);
        for y in 0..40 {
            for x in 0..60 {
                picture.set_pixel(x, y, [(4 * x) as u8, (6 * y) as u8, 120]);
            }
        }
        picture.fill(PixelRect { x: 50, y: 30, width: 99, height: 99 }, MASK);
        let file = picture.to_png();
        assert!(file.len() < 60 * 40, "{} bytes", file.len());
        let read = Picture::from_png(&file).expect("a picture");
        assert_eq!((read.width(), read.height()), (60, 40));
        assert_eq!(read.masked_share(), 100.0 / 2400.0);
        for (before, after) in picture.rgb.iter().zip(&read.rgb) {
            assert!(before.abs_diff(*after) <= 12, "{before} became {after}");
        }
        assert!(Picture::from_png(b"no picture").is_err());
    }

    #[test]
    fn halving_and_coarsening_keep_the_mean() {
        let mut picture = Picture::filled(8, 8, [0; 3]);
        picture.set_pixel(0, 0, [200, 100, 40]);
        let half = picture.halved();
        assert_eq!((half.width(), half.height()), (4, 4));
        assert_eq!((half.pixel(0, 0), half.pixel(1, 0)), (Some([50, 25, 10]), Some([0; 3])));
        assert_eq!(half.pixel(4, 0), None);
        picture.coarsen(PixelRect { x: 0, y: 0, width: 6, height: 4 });
        let means = [(0, 0), (3, 3), (4, 0), (7, 7)].map(|(x, y)| picture.pixel(x, y));
        assert_eq!(means, [Some([12, 6, 2]), Some([12, 6, 2]), Some([0; 3]), Some([0; 3])]);
    }
}
