//! The six bodies. Positions are in pixels from the body's centre, values from 0 (black) to 1;
//! sections are seen from below with the patient's right on the left, as radiologists hang them.

mod radiographs;
mod slices;

use super::canvas::Canvas;
use crate::rng::Rng;
use radiographs::{chest_xray, hand};
use slices::{abdomen_ct, breast_mri, chest_ct, head_ct};

/// Draws one body.
pub type Painter = fn(&mut Canvas, &mut Rng);

/// By label.
pub const PAINTERS: [Painter; 6] = [abdomen_ct, breast_mri, chest_xray, chest_ct, hand, head_ct];
