use super::*;
use crate::orientation::Direction;

/// Collects values of a file with these stored numbers.
fn collect(numbers: &[f64], narrow: Option<f64>, range: Option<Range>) -> Option<Voxels> {
    let mut builder = VoxelsBuilder::new((1.0, 0.0), narrow, range);
    numbers.iter().try_for_each(|number| builder.push(*number)).ok()?;
    assert_eq!(builder.len(), numbers.len());
    builder.finish([numbers.len(), 1, 1])
}

fn values(voxels: &Voxels) -> Vec<f64> {
    voxels.iter().map(f64::from).collect()
}

#[test]
fn every_form_holds_its_values_exactly() {
    let few: Vec<f64> = (0..1000).map(|i| f64::from(i % 256) / 4.0 - 3.0).collect();
    let indexed = collect(&few, None, None).unwrap();
    assert_eq!((values(&indexed), indexed.table().map(<[f32]>::len)), (few, Some(256)));
    for (narrow, start) in [(0.0, -32_768_i32), (32_768.0, 0)] {
        let many: Vec<f64> = (start..start + 65_536).map(f64::from).collect();
        let scaled = collect(&many, Some(narrow), None).unwrap();
        assert!(values(&scaled) == many && matches!(scaled.values, Values::Scaled(..)));
    }
    let floats: Vec<f64> = (0..300).map(|i| f64::from(i) + 0.25).collect();
    let kept = collect(&floats, None, None).unwrap();
    assert!(values(&kept) == floats && kept.table().is_none() && kept.histogram().is_none());
    assert!(collect(&floats, None, None).unwrap().table_counts().is_none());
}

#[test]
fn rounding_to_16_bits_keeps_whole_numbers_and_is_fine_for_others() {
    let whole: Vec<f64> = (-300..40_000).map(f64::from).collect();
    let range = Range { low: -300.0, high: 39_999.0, is_whole: true };
    assert!(values(&collect(&whole, None, Some(range)).unwrap()) == whole);
    let floats: Vec<f64> = (0..5000).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let range = Range { low: -1.0, high: 1.0, is_whole: false };
    let rounded = collect(&floats, None, Some(range)).unwrap();
    let worst =
        values(&rounded).iter().zip(&floats).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst <= 1.01 / 65_535.0, "{worst}");
    // What is outside the range, or no number, is kept within it.
    let odd: Vec<f64> = floats.iter().copied().chain([f64::NAN, f64::INFINITY, -9.0]).collect();
    let odd = values(&collect(&odd, None, Some(range)).unwrap());
    assert!(odd.iter().all(|value| value.abs() <= 1.0 + 1e-6), "{:?}", &odd[5000..]);
}

#[test]
fn zeros_of_both_signs_are_one_value_and_what_is_no_number_another() {
    let voxels = collect(&[0.0, -0.0, f64::NAN, 2.0, f64::NAN], None, None).unwrap();
    assert_eq!(voxels.table_counts(), Some(vec![2, 2, 1]));
    assert_eq!(voxels.histogram(), Some(vec![(0.0, 2), (2.0, 1)]));
}

#[test]
fn a_histogram_is_in_ascending_order() {
    let mixed = collect(&[3.0, -2.0, 0.5, -2.0], None, None).unwrap();
    assert_eq!(mixed.histogram(), Some(vec![(-2.0, 2), (0.5, 1), (3.0, 1)]));
    let many: Vec<f64> = (0..600).map(|i| f64::from(i % 300) - 150.0).collect();
    let histogram = collect(&many, Some(0.0), None).unwrap().histogram().unwrap();
    assert!(histogram.len() == 300 && histogram.iter().all(|(_, count)| *count == 2));
    assert!(histogram.is_sorted_by(|a, b| a.0 < b.0));
    let mut builder = VoxelsBuilder::new((-0.5, 1.0), Some(0.0), None);
    (0..900).for_each(|i| builder.push(f64::from(i % 300)).unwrap());
    let falling = builder.finish([900, 1, 1]).unwrap().histogram().unwrap();
    assert!(falling.len() == 300 && falling[0] == (-148.5, 3) && falling[299] == (1.0, 3));
}

#[test]
fn turning_moves_indices_only() {
    let voxels = Voxels::from_table(0..24, (0..24).map(|i| i as f32).collect(), [2, 3, 4]).unwrap();
    let along = |axis, is_reversed| Direction { axis, is_reversed };
    let lia = Orientation([along(0, true), along(2, true), along(1, false)]);
    let turned = voxels.clone().turned(lia);
    assert_eq!(turned.shape(), [2, 4, 3]);
    assert_eq!(turned.get([0, 0, 2]), voxels.get([1, 0, 0]));
    assert_eq!(turned.get([1, 3, 0]), voxels.get([0, 2, 3]));
    assert_eq!(turned.table_place([1, 3, 0]), Some(22));
    assert_eq!(Voxels::from_table(0..23, vec![0.0; 23], [2, 3, 4]), None);
    assert_eq!(Voxels::from_table(0..24, vec![0.0; 23], [2, 3, 4]), None);
}

#[test]
fn more_floats_than_memory_allows_need_their_range() {
    let mut builder = VoxelsBuilder::new((1.0, 0.0), None, None);
    let mut place = 0_u32;
    let failed = loop {
        if builder.push(f64::from(place % 1000)).is_err() {
            break place;
        }
        place += 1;
    };
    assert_eq!(failed, 1 << 24);
}
