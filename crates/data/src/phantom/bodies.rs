//! The six bodies. Positions are in pixels from the center of the body, values from 0 (black) to 1
//! (white). Cross-sections are seen from below, with the patient's right side on the left, as is
//! the convention in radiology.

mod radiographs;
mod slices;

use super::canvas::Canvas;
use crate::rng::Rng;
use radiographs::{chest_xray, hand};
use slices::{abdomen_ct, breast_mri, chest_ct, head_ct};

/// Function that draws one body.
pub type Painter = fn(&mut Canvas, &mut Rng);

/// Functions that draw the bodies, in label order.
pub const PAINTERS: [Painter; 6] = [abdomen_ct, breast_mri, chest_xray, chest_ct, hand, head_ct];
