//! Places of a mask's voxels in an image.

use super::grid::Grid;
use super::open_file::OpenFile;
use crate::PlaneGrid;
use crate::affine::Affine;

/// Finds the voxel of a mask at each voxel of its image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskGrid {
    /// Number of voxels of the mask, turned to RAS.
    shape: [usize; 3],
    /// Transform from indices of the image to those of the mask; `None` if they are the same.
    from_image: Option<Affine>,
}

impl MaskGrid {
    /// Matches a mask with its image: by position where both files specify one, else by the order in
    /// which pixels are stored.
    ///
    /// # Errors
    ///
    /// Returns a sentence if the mask cannot belong to the image.
    pub fn of(image: &OpenFile, mask: &OpenFile) -> Result<Self, String> {
        let (of_image, of_mask) = (&image.facts.grid, &mask.facts.grid);
        if of_image.is_picture != of_mask.is_picture {
            return by_picture(of_image, of_mask);
        }
        match (of_image.affine, of_mask.affine) {
            (Some(to_image_mm), Some(to_mask_mm)) => {
                by_position(of_image, of_mask, &to_image_mm, &to_mask_mm)
            }
            _ => by_order(of_image, of_mask),
        }
    }

    /// Describes in sentences how the mask was matched.
    ///
    /// # Errors
    ///
    /// Returns a sentence if nothing that the mask marks lies in the image.
    pub fn notes(&self, image: &OpenFile, mask: &OpenFile) -> Result<Vec<String>, String> {
        let Some(from_image) = self.from_image else { return Ok(Vec::new()) };
        if image.facts.grid.is_picture != mask.facts.grid.is_picture {
            return Ok(Vec::new());
        }
        if image.facts.grid.is_picture {
            let turned = "The mask was drawn on the pixels as they are stored, and turned with its \
                          image.";
            return Ok(vec![turned.to_owned()]);
        }
        let Some(to_image) = from_image.inverse() else { return Ok(Vec::new()) };
        let (labeled, outside) = outside_voxels(image, mask, &to_image);
        if labeled > 0 && outside == labeled {
            return Err(
                "the mask marks another place than the volume shows. Choose the mask of this \
                        volume."
                    .into(),
            );
        }
        let mut notes = Vec::new();
        if image.facts.grid.affine.is_some() && mask.facts.grid.affine.is_some() {
            notes.push(
                "The mask has other voxels than the volume and was resampled to them.".into(),
            );
        }
        if outside > 0 {
            let percent = 100.0 * outside as f64 / labeled as f64;
            notes.push(format!("{percent:.0} % of the mask lie outside the volume."));
        }
        Ok(notes)
    }

    /// Returns the index of the mask's voxel that is nearest to a voxel of the image, or `None`
    /// outside the mask.
    pub fn index(&self, image: [usize; 3]) -> Option<[usize; 3]> {
        match &self.from_image {
            None => Some(image),
            Some(from_image) => nearest(from_image.apply(image.map(|i| i as f64)), self.shape),
        }
    }
}

/// Matches a picture with the only plane of a volume, such as a DICOM slice: both as they are drawn.
fn by_picture(image: &Grid, mask: &Grid) -> Result<MaskGrid, String> {
    let volume = if image.is_picture { mask } else { image };
    if !volume.shape.contains(&1) {
        return Err(match image.is_picture {
            true => "the mask of a picture has to be a picture, too. Save it as a PNG.",
            false => "the mask of a volume has to be a volume, too. Save it as NIfTI.",
        }
        .into());
    }
    let plane = |grid: &Grid| PlaneGrid::of(grid.shape, grid.slice_axis());
    let (Some(of_image), Some(of_mask)) = (plane(image), plane(mask)) else {
        return Err("the mask is damaged.".into());
    };
    if of_image.size != of_mask.size {
        let [[height, width], [mask_height, mask_width]] = [of_image.size, of_mask.size];
        return Err(format!(
            "the mask has {mask_width} × {mask_height} pixels, the image {width} × {height}. Choose \
             the mask of this image."
        ));
    }
    // Where a voxel of the image and its neighbors across and down are in the mask.
    let [origin, right, below] = [[0, 0], [0, 1], [1, 0]].map(|[row, column]| {
        let at = |plane: PlaneGrid| plane.index(0, row, column).map(|index| index as f64);
        (at(of_image), at(of_mask))
    });
    let mut from_image = Affine([[0.0; 4]; 3]);
    for neighbor in [right, below] {
        for from in 0..3 {
            let step = neighbor.0[from] - origin.0[from];
            for to in 0..3 {
                from_image.0[to][from] += step * (neighbor.1[to] - origin.1[to]);
            }
        }
    }
    let moved = from_image.apply(origin.0);
    for (row, (wanted, found)) in from_image.0.iter_mut().zip(origin.1.into_iter().zip(moved)) {
        row[3] = wanted - found;
    }
    Ok(MaskGrid { shape: mask.shape, from_image: Some(from_image) })
}

/// Matches files by the positions of their voxels in the patient.
fn by_position(
    image: &Grid,
    mask: &Grid,
    to_image_mm: &Affine,
    to_mask_mm: &Affine,
) -> Result<MaskGrid, String> {
    let shape = mask.shape;
    if shape == image.shape && is_same_place(image, to_image_mm, to_mask_mm) {
        return Ok(MaskGrid { shape, from_image: None });
    }
    match to_mask_mm.inverse() {
        Some(to_mask) => Ok(MaskGrid { shape, from_image: Some(to_mask.after(to_image_mm)) }),
        None => Err("the position of the mask's voxels is damaged. Save the mask again.".into()),
    }
}

/// Matches files without a position: the mask is stored like its image. A photo may be turned by its
/// EXIF data while its mask was drawn on the pixels as they are stored.
fn by_order(image: &Grid, mask: &Grid) -> Result<MaskGrid, String> {
    let stored_shape = |grid: &Grid| grid.stored.stored_shape(grid.shape);
    let shape = mask.shape;
    if stored_shape(image) == stored_shape(mask) {
        if image.stored == mask.stored {
            return Ok(MaskGrid { shape, from_image: None });
        }
        let from_stored = mask.to_stored().inverse();
        let from_image = from_stored.map(|from| from.after(&image.to_stored()));
        return Ok(MaskGrid { shape, from_image });
    }
    if image.is_picture && image.shape == shape {
        // Drawn on the picture as it is seen.
        return Ok(MaskGrid { shape, from_image: None });
    }
    let text = |[a, b, c]: [usize; 3]| match image.is_picture {
        true => format!("{a} × {b}"),
        false => format!("{a} × {b} × {c}"),
    };
    let (unit, name) = if image.is_picture { ("pixels", "image") } else { ("voxels", "volume") };
    Err(format!(
        "the mask has {} {unit}, the {name} {}. Choose the mask of this {name}.",
        text(stored_shape(mask)),
        text(stored_shape(image)),
    ))
}

/// Returns whether two transforms put all corners of an image at the same place, within half a
/// voxel.
fn is_same_place(grid: &Grid, a: &Affine, b: &Affine) -> bool {
    let tolerance = f64::from(grid.voxel_mm.iter().copied().fold(f32::INFINITY, f32::min)) / 2.0;
    (0..8).all(|corner| {
        let index = std::array::from_fn(|axis| {
            if corner >> axis & 1 == 1 { grid.shape[axis] as f64 - 1.0 } else { 0.0 }
        });
        let (a, b) = (a.apply(index), b.apply(index));
        (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt() <= tolerance
    })
}

/// Returns the number of labeled voxels of a mask, and how many of them are outside the image.
fn outside_voxels(image: &OpenFile, mask: &OpenFile, to_image: &Affine) -> (usize, usize) {
    let [width, height, depth] = mask.facts.grid.shape;
    let (mut labeled, mut outside) = (0, 0);
    for z in 0..depth {
        for y in 0..height {
            for x in 0..width {
                let value = mask.voxels.get([x, y, z]);
                if value.is_finite() && value.round() != 0.0 {
                    labeled += 1;
                    let at = to_image.apply([x, y, z].map(|index| index as f64));
                    outside += usize::from(nearest(at, image.facts.grid.shape).is_none());
                }
            }
        }
    }
    (labeled, outside)
}

/// Returns the index of the voxel that is nearest to a place, or `None` outside the array.
fn nearest(place: [f64; 3], shape: [usize; 3]) -> Option<[usize; 3]> {
    let mut index = [0; 3];
    for axis in 0..3 {
        let at = place[axis].round();
        if !(0.0..shape[axis] as f64).contains(&at) {
            return None;
        }
        index[axis] = at as usize;
    }
    Some(index)
}
