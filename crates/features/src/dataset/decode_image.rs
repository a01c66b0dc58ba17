//! Decoding of images that the reader leaves to the browser: WebP.
//!
//! The header is checked before anything is decoded, because a small file may declare more pixels
//! than fit into memory. The browser applies the camera orientation.

use protocol::{ErrorCode, Problem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Maximum number of pixels of an image, which take 160 MB as RGBA.
const MAX_PIXELS: usize = 40_000_000;

/// Maximum size of a file, in bytes.
const MAX_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// Advice at the end of all error messages.
const WANTED: &str = "Choose a PNG, JPEG or WebP image.";

fn problem(message: String) -> Problem {
    Problem::new(ErrorCode::BadImage, message)
}

/// Checks the first bytes of a file for a supported image format and an acceptable size.
pub fn check_header(name: &str, bytes: &[u8]) -> Result<(), Problem> {
    use imagesize::ImageType;
    if bytes.is_empty() {
        return Err(problem(format!("“{name}” is empty (0 bytes). {WANTED}")));
    }
    let no_image = || problem(format!("“{name}” is not an image that can be read here. {WANTED}"));
    match imagesize::image_type(bytes) {
        Ok(ImageType::Png | ImageType::Jpeg | ImageType::Webp) => {}
        Ok(_) | Err(_) => return Err(no_image()),
    }
    let size = imagesize::blob_size(bytes).map_err(|_| {
        problem(format!(
            "“{name}” is broken: its header cannot be read. Save it anew, or choose another image."
        ))
    })?;
    match size.width.checked_mul(size.height) {
        Some(0) => Err(problem(format!("“{name}” has no pixels. Choose another image."))),
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        _ => Err(problem(format!(
            "“{name}” is {} × {} pixels; the limit is {} megapixels. Scale it down first.",
            size.width,
            size.height,
            MAX_PIXELS / 1_000_000
        ))),
    }
}

/// Computes the luma of RGBA pixels over black, with the weights of ITU-R BT.601, as in grayscale
/// JPEGs.
pub fn luma(rgba: &[u8]) -> Vec<u8> {
    rgba.as_chunks::<4>()
        .0
        .iter()
        .map(|&[r, g, b, alpha]| {
            let gray = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
            // Rounded. The product 255 × 255 × 1000 does not overflow.
            ((gray * u32::from(alpha) + 127_500) / 255_000) as u8
        })
        .collect()
}

/// A decoded image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedImage {
    /// Gray values 0 to 255, in row-major order.
    pub pixels: Vec<u8>,
    /// Height and width.
    pub size: [usize; 2],
}

/// Reads a file and converts it to gray values.
///
/// # Errors
///
/// Returns a problem that names the file.
pub async fn decode_image(file: &web_sys::File) -> Result<DecodedImage, Problem> {
    let name = file.name();
    if file.size() > MAX_BYTES {
        return Err(problem(format!(
            "“{name}” has {:.0} MB; the limit is {:.0} MB. {WANTED}",
            file.size() / 1048576.0,
            MAX_BYTES / 1048576.0
        )));
    }
    let unreadable =
        |_: JsValue| problem(format!("“{name}” could not be read from the disk. Choose it again."));
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(unreadable)?;
    check_header(&name, &js_sys::Uint8Array::new(&buffer).to_vec())?;
    let broken = |_: JsValue| {
        problem(format!("“{name}” is a broken image. Save it anew, or choose another one."))
    };
    decode(file).await.map_err(broken)
}

async fn decode(file: &web_sys::File) -> Result<DecodedImage, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let image = bitmap(window.create_image_bitmap_with_blob(file)?).await?;
    let (width, height) = (image.width(), image.height());
    let document = window.document().ok_or(JsValue::NULL)?;
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: web_sys::CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    context.draw_image_with_image_bitmap(&image, 0.0, 0.0)?;
    image.close();
    let data = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height))?;
    let pixels = luma(&data.data());
    let size = [height as usize, width as usize];
    if pixels.len() == size[0] * size[1] {
        Ok(DecodedImage { pixels, size })
    } else {
        Err(JsValue::NULL)
    }
}

async fn bitmap(promise: js_sys::Promise) -> Result<web_sys::ImageBitmap, JsValue> {
    JsFuture::from(promise).await?.dyn_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the 33 bytes of signature and IHDR at the start of a PNG. Checksums are not
    /// verified.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn refusal(name: &str, bytes: &[u8]) -> String {
        let problem = check_header(name, bytes).unwrap_err();
        assert_eq!(problem.code, ErrorCode::BadImage);
        problem.message
    }

    #[test]
    fn headers_are_checked_before_anything_is_decoded() {
        assert_eq!(check_header("scan.png", &png(64, 64)), Ok(()));
        assert_eq!(check_header("scan.png", &png(8000, 5000)), Ok(()));
        assert_eq!(
            refusal("empty.png", b""),
            "“empty.png” is empty (0 bytes). Choose a PNG, JPEG or WebP image."
        );
        assert!(refusal("notes.png", b"Dear diary, today").contains("is not an image"));
        assert_eq!(
            refusal("huge.png", &png(20_000, 10_000)),
            "“huge.png” is 20000 × 10000 pixels; the limit is 40 megapixels. Scale it down first."
        );
        assert!(refusal("wild.png", &png(u32::MAX, u32::MAX)).contains("40 megapixels"));
        assert!(refusal("flat.png", &png(0, 10)).contains("no pixels"));
        refusal("cut.png", &png(64, 64)[..12]);
        refusal("cut.jpg", b"\xff\xd8\xff\xe0");
        refusal("cut.webp", b"RIFF\x10\0\0\0WEBP");
    }

    #[test]
    fn gray_is_weighed_as_the_eye_does() {
        let rgba =
            [[255; 4], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [200, 200, 200, 128]];
        assert_eq!(luma(rgba.as_flattened()), [255, 76, 150, 29, 100]);
        assert_eq!(luma(&[1, 2, 3]), [0_u8; 0]);
    }
}
