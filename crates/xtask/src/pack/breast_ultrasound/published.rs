//! Reading of the archive as published.

use std::collections::{BTreeMap, BTreeSet};

use data::{Split, decode_large_gray_png};

use super::layouts::{CASES, CLASSES, FOLDS};
use crate::pack::csv::{self, CsvError};
use crate::pack::error::DataError;
use crate::pack::patients::Patients;
use crate::pack::place::{Catalog, Place};
use crate::pack::resize::{Gray, Window};

const IMAGES: usize = 0;
const MASKS: usize = 1;

/// The fold of which half of the patients are validation patients.
const HALVED_FOLD: u8 = 4;

/// Side of the square around a lesion, in lengths of the longer side of its outline.
const SIDE: f64 = 1.6;

/// An image with the outline of its lesion.
pub struct Image {
    pub split: Split,
    /// Number of the patient, four digits.
    pub patient: String,
    /// `l` or `r` for an image of two, `s` for a single one.
    pub view: String,
    /// Index of the class of the lesion.
    pub label: u8,
    pub picture: Gray,
    /// Black outside the lesion. Of the same size as the picture.
    pub mask: Gray,
    /// Smallest window with the whole lesion.
    pub bounds: Window,
}

/// A row of the tables.
struct Row {
    /// Name of the image file without `bus_` and ending.
    name: String,
    patient: u32,
    label: u8,
    fold: u8,
}

/// Calls `take` with each image that is not left out.
pub fn read(
    place: &Place,
    catalog: &Catalog,
    mut take: impl FnMut(Image),
) -> Result<(), DataError> {
    let rows = rows(place, catalog)?;
    let halves = halves(&rows);
    let mut patients = Patients::default();
    for row in rows {
        let split = match row.fold {
            HALVED_FOLD if halves.contains(&row.patient) => Split::Validation,
            HALVED_FOLD => continue,
            5 => Split::Test,
            _ => Split::Train,
        };
        let patient = format!("{:04}", row.patient);
        patients.add(place, &patient, split)?;
        let picture = gray(place, catalog, IMAGES, &format!("bus_{}.png", row.name))?;
        let mask_name = format!("mask_{}.png", row.name);
        let mask = gray(place, catalog, MASKS, &mask_name)?;
        if mask.size != picture.size {
            return Err(DataError::ImageSize {
                path: place.path().to_owned(),
                file: mask_name,
                found: mask.size,
                needed: picture.size,
            });
        }
        let bounds = mask.bounds().ok_or_else(|| DataError::EmptyMask {
            path: place.path().to_owned(),
            file: mask_name,
        })?;
        let view = row.name.rsplit('-').next().unwrap_or_default().to_owned();
        take(Image { split, patient, view, label: row.label, picture, mask, bounds });
    }
    Ok(())
}

/// Returns the square around a lesion in an image of a size, both in pixels.
pub fn square_around(lesion: Window, image: [usize; 2]) -> Window {
    let longer = lesion.size[0].max(lesion.size[1]) as f64;
    let side = ((SIDE * longer).round() as usize).clamp(1, image[0].min(image[1]));
    let start = std::array::from_fn(|axis| {
        let center = lesion.start[axis] as f64 + lesion.size[axis] as f64 / 2.0;
        let start = (center - side as f64 / 2.0).round().max(0.0) as usize;
        start.min(image[axis] - side)
    });
    Window { start, size: [side; 2] }
}

fn rows(place: &Place, catalog: &Catalog) -> Result<Vec<Row>, DataError> {
    let table = |file: &'static str| {
        move |error| DataError::Table { path: place.path().to_owned(), file, error }
    };
    let folds = csv::read(&catalog.file(FOLDS)?, ["ID", "kFold"]).map_err(table(FOLDS))?;
    let folds: BTreeMap<String, String> = folds.into_iter().map(|[id, fold]| (id, fold)).collect();
    let columns = ["ID", "Case", "Pathology"];
    let cases = csv::read(&catalog.file(CASES)?, columns).map_err(table(CASES))?;
    let mut rows = Vec::with_capacity(cases.len());
    for (index, [id, case, pathology]) in cases.into_iter().enumerate() {
        let fault = |column, value: &str| {
            // The first row has the names of the columns.
            let error = CsvError::Value { row: index + 2, column, value: value.to_owned() };
            table(CASES)(error)
        };
        let label = CLASSES.iter().position(|class| *class == pathology);
        let label = label.ok_or_else(|| fault("Pathology", &pathology))? as u8;
        let patient = case.parse().map_err(|_| fault("Case", &case))?;
        let name = id.strip_prefix("bus_").ok_or_else(|| fault("ID", &id))?.to_owned();
        let fold = folds.get(&id).ok_or_else(|| table(FOLDS)(CsvError::NoRow(id.clone())))?;
        let fold = fold.parse().ok().filter(|fold| (1..=5).contains(fold)).ok_or_else(|| {
            table(FOLDS)(CsvError::Value { row: index + 2, column: "kFold", value: fold.clone() })
        })?;
        rows.push(Row { name, patient, label, fold });
    }
    Ok(rows)
}

/// Returns every second patient of each class in the halved fold, in the order of their numbers.
fn halves(rows: &[Row]) -> BTreeSet<u32> {
    let mut halves = BTreeSet::new();
    for label in 0..CLASSES.len() as u8 {
        let own = rows.iter().filter(|row| row.fold == HALVED_FOLD && row.label == label);
        let patients: BTreeSet<u32> = own.map(|row| row.patient).collect();
        halves.extend(patients.into_iter().step_by(2));
    }
    halves
}

fn gray(place: &Place, catalog: &Catalog, part: usize, file: &str) -> Result<Gray, DataError> {
    let bytes = catalog.part_file(part, file)?;
    let (size, pixels) = decode_large_gray_png(&bytes).map_err(|reason| DataError::Picture {
        path: place.path().to_owned(),
        file: file.to_owned(),
        reason,
    })?;
    Ok(Gray { size, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_is_around_the_lesion_and_inside_the_image() {
        let window = |start, size| Window { start, size };
        let square = |start, size| square_around(window(start, size), [100, 200]);
        assert_eq!(square([40, 80], [10, 20]), window([29, 74], [32, 32]));
        assert_eq!(square([0, 190], [20, 10]), window([0, 168], [32, 32]), "moved");
        assert_eq!(square([10, 20], [70, 150]), window([0, 45], [100, 100]), "too narrow");
        assert_eq!(square([5, 5], [1, 1]), window([5, 5], [2, 2]));
    }
}
