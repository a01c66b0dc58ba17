//! Tests of valid and invalid NIfTI volumes, and of their conversion to network inputs.

use std::io::Write;

use data::{
    MAX_VOXELS, Plane, Volume, VolumeError, Voxels, center_gray, center_labels, intensity_window,
};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Contents of a test file: by default 2×3×4 voxels with values 0 to 23.
struct File {
    big_endian: bool,
    dim: [i16; 8],
    data_type: i16,
    voxel: [f32; 3],
    units: u8,
    offset: f32,
    slope: f32,
    intercept: f32,
    magic: [u8; 4],
    voxels: Vec<f64>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            big_endian: false,
            dim: [3, 2, 3, 4, 1, 1, 1, 1],
            data_type: 16,
            voxel: [0.5, 2.0, 3.0],
            units: 10,
            offset: 352.0,
            slope: 0.0,
            intercept: 0.0,
            magic: *b"n+1\0",
            voxels: (0..24).map(f64::from).collect(),
        }
    }
}

impl File {
    fn header(&self) -> Vec<u8> {
        let mut bytes = vec![0; 352];
        let mut put = |at: usize, mut raw: Vec<u8>| {
            if self.big_endian {
                raw.reverse();
            }
            bytes[at..at + raw.len()].copy_from_slice(&raw);
        };
        put(0, 348_i32.to_le_bytes().to_vec());
        for (i, side) in self.dim.iter().enumerate() {
            put(40 + 2 * i, side.to_le_bytes().to_vec());
        }
        put(70, self.data_type.to_le_bytes().to_vec());
        for (i, side) in self.voxel.iter().enumerate() {
            put(80 + 4 * i, side.to_le_bytes().to_vec());
        }
        for (at, value) in [(108, self.offset), (112, self.slope), (116, self.intercept)] {
            put(at, value.to_le_bytes().to_vec());
        }
        bytes[123] = self.units;
        bytes[344..348].copy_from_slice(&self.magic);
        bytes
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.header();
        bytes.resize(bytes.len().max(self.offset as usize), 0);
        for value in &self.voxels {
            let mut raw = match self.data_type {
                2 => (*value as u8).to_le_bytes().to_vec(),
                4 => (*value as i16).to_le_bytes().to_vec(),
                8 => (*value as i32).to_le_bytes().to_vec(),
                16 => (*value as f32).to_le_bytes().to_vec(),
                64 => value.to_le_bytes().to_vec(),
                256 => (*value as i8).to_le_bytes().to_vec(),
                512 => (*value as u16).to_le_bytes().to_vec(),
                768 => (*value as u32).to_le_bytes().to_vec(),
                _ => vec![0; 8],
            };
            if self.big_endian {
                raw.reverse();
            }
            bytes.extend(raw);
        }
        bytes
    }

    fn error(&self) -> VolumeError {
        let error = Volume::read(&self.bytes()).unwrap_err();
        assert!(error.to_string().ends_with('.'), "{error}");
        error
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn volume(voxels: Vec<f32>) -> Volume {
    let shape = [1, 1, voxels.len()];
    let voxels = Voxels::from_values(voxels, shape).unwrap();
    Volume { shape, voxel_mm: [1.0; 3], affine: None, volumes: 1, voxels }
}

fn values(volume: &Volume) -> Vec<f32> {
    volume.voxels.iter().collect()
}

fn plane(size: [usize; 2], values: Vec<f32>) -> Plane {
    Plane { size, values, pixel_mm: [1.0; 2] }
}

#[test]
fn every_kind_of_number_is_read_in_both_byte_orders() {
    let wanted: Vec<f32> = (0..24).map(|i| i as f32).collect();
    for big_endian in [false, true] {
        for data_type in [2, 4, 8, 16, 64, 256, 512, 768] {
            let file = File { big_endian, data_type, ..File::default() };
            let volume = Volume::read(&file.bytes()).unwrap();
            assert_eq!(volume.shape, [2, 3, 4]);
            assert_eq!(volume.voxel_mm, [0.5, 2.0, 3.0]);
            assert_eq!(values(&volume), wanted, "type {data_type}, big-endian: {big_endian}");
        }
        for (data_type, voxel, want) in [
            (4, -300.0, -300.0),
            (256, -7.0, -7.0),
            (8, -70_000.0, -70_000.0),
            (512, 65_535.0, 65_535.0),
        ] {
            let voxels = vec![voxel; 24];
            let file = File { big_endian, data_type, voxels, ..File::default() };
            assert_eq!(values(&Volume::read(&file.bytes()).unwrap()), [want; 24]);
        }
    }
}

#[test]
fn a_plane_is_upright() {
    let volume = Volume::read(&File::default().bytes()).unwrap();
    assert_eq!(volume.planes(), 2);
    let plane = volume.slice(1).unwrap();
    assert_eq!((plane.size, plane.pixel_mm), ([4, 3], [3.0, 2.0]));
    // Rows count down the third axis, columns up the second; the first is 1 everywhere.
    assert_eq!(plane.values, [19, 21, 23, 13, 15, 17, 7, 9, 11, 1, 3, 5].map(|value| value as f32));
    assert_eq!(volume.slice(2), None);
}

#[test]
fn a_header_with_its_image_file_behind_it_is_a_pair() {
    let file = File { offset: 0.0, magic: *b"ni1\0", ..File::default() }.header();
    let image = File { offset: 352.0, ..File::default() }.bytes().split_off(352);
    let pair = [&file[..348], &image].concat();
    assert_eq!(Volume::read(&pair).unwrap(), Volume::read(&File::default().bytes()).unwrap());
    assert_eq!(Volume::read(&&file[..348]).unwrap_err(), VolumeError::Pair);
    assert!(matches!(Volume::read(&&pair[..400]), Err(VolumeError::Truncated { found: 13, .. })));
}

#[test]
fn a_single_plane_is_a_slice_along_any_axis() {
    let slice = |dim, voxels: usize| {
        let voxels = (0..voxels).map(|value| value as f64).collect();
        let volume = Volume::read(&File { dim, voxels, ..File::default() }.bytes()).unwrap();
        assert_eq!(volume.planes(), 1);
        volume.slice(0).unwrap()
    };
    let sagittal = slice([3, 1, 3, 2, 1, 1, 1, 1], 6);
    assert_eq!((sagittal.size, sagittal.pixel_mm), ([2, 3], [3.0, 2.0]));
    assert_eq!(sagittal.values, [3.0, 4.0, 5.0, 0.0, 1.0, 2.0]);
    // In coronal and axial slices the patient's right is on the left.
    let coronal = slice([3, 3, 1, 2, 1, 1, 1, 1], 6);
    assert_eq!((coronal.size, coronal.pixel_mm), ([2, 3], [3.0, 0.5]));
    assert_eq!(coronal.values, [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]);
    let axial = slice([2, 3, 2, 1, 1, 1, 1, 1], 6);
    assert_eq!((axial.size, axial.pixel_mm), ([2, 3], [2.0, 0.5]));
    assert_eq!(axial.values, [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]);
}

#[test]
fn the_position_is_that_of_the_sform_else_of_the_qform_else_none() {
    let mut bytes = File::default().bytes();
    let put_short = |bytes: &mut Vec<u8>, at: usize, value: i16| {
        bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    };
    let put = |bytes: &mut Vec<u8>, at: usize, value: f32| {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    assert_eq!(Volume::read(&bytes).unwrap().affine, None);
    // A quaternion of 180° about z: LPS.
    put_short(&mut bytes, 252, 1);
    put(&mut bytes, 264, 1.0);
    put(&mut bytes, 268, 10.0);
    let volume = Volume::read(&bytes).unwrap();
    assert_eq!(volume.orientation().code(), "LPS");
    assert_eq!(volume.affine.unwrap().0[0], [-0.5, 0.0, 0.0, 10.0]);
    // Rows of an affine transform: the first axis runs up, the second to the right, the third back.
    put_short(&mut bytes, 254, 1);
    for (row, column, value) in [(0, 1, 2.0), (1, 2, -3.0), (2, 0, 0.5)] {
        put(&mut bytes, 280 + 16 * row + 4 * column, value);
    }
    let volume = Volume::read(&bytes).unwrap();
    let orientation = volume.orientation();
    assert_eq!((orientation.code().as_str(), volume.voxel_mm), ("SRP", [0.5, 2.0, 3.0]));
    let turned = volume.turned(orientation);
    assert_eq!((turned.shape, turned.voxel_mm), ([3, 4, 2], [2.0, 3.0, 0.5]));
    assert_eq!(turned.orientation().code(), "RAS");
    // A transform that flattens the volume is damaged, and the next one counts.
    put(&mut bytes, 280 + 4, 0.0);
    assert_eq!(Volume::read(&bytes).unwrap().orientation().code(), "LPS");
}

#[test]
fn sizes_and_positions_that_cannot_be_count_as_unknown() {
    for size in [1e30, 1e-30, f32::INFINITY, f32::NAN] {
        let mut bytes = File { voxel: [size, 2.0, 3.0], ..File::default() }.bytes();
        assert_eq!(Volume::read(&bytes).unwrap().voxel_mm, [1.0, 2.0, 3.0], "{size}");
        bytes[254] = 1;
        for (row, value) in [2.0_f32, 2.0, size].into_iter().enumerate() {
            bytes[280 + 20 * row..][..4].copy_from_slice(&value.to_le_bytes());
        }
        assert_eq!(Volume::read(&bytes).unwrap().affine, None, "{size}");
    }
    let mut far = File::default().bytes();
    far[254] = 1;
    for (at, value) in [(280, 1.0), (300, 1.0), (320, 1.0), (292, 1e30_f32)] {
        far[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    assert_eq!(Volume::read(&far).unwrap().affine, None);
}

#[test]
fn compression_is_told_by_the_content() {
    let bytes = File::default().bytes();
    let volume = Volume::read(&bytes).unwrap();
    assert_eq!(Volume::read(&gzip(&bytes)).unwrap(), volume);
    // Parallel compressors write several concatenated streams.
    let (first, second) = bytes.split_at(360);
    let streams = [gzip(first), gzip(second)].concat();
    assert_eq!(Volume::read(&streams).unwrap(), volume);
    // Bytes after the last stream are ignored, as `gunzip` does.
    for tail in [&[0; 512][..], b"garbage", &[0x1f]] {
        assert_eq!(Volume::read(&[&streams[..], tail].concat()).unwrap(), volume);
    }
    assert_eq!(Volume::read(&gzip(&gzip(&bytes))).unwrap(), volume);
}

#[test]
fn values_and_lengths_are_scaled_as_the_header_wants() {
    let read = |file: File| Volume::read(&file.bytes()).unwrap();
    let scaled = read(File { slope: 2.0, intercept: -10.0, data_type: 4, ..File::default() });
    assert_eq!(values(&scaled)[..3], [-10.0, -8.0, -6.0]);
    for slope in [0.0, f32::NAN, f32::INFINITY] {
        let plain = read(File { slope, intercept: f32::NAN, ..File::default() });
        assert_eq!(values(&plain)[..3], [0.0, 1.0, 2.0]);
    }
    let meters = read(File { units: 1, voxel: [0.001, -0.002, 0.0], ..File::default() });
    assert_eq!(meters.voxel_mm, [1.0, 2.0, 1.0]);
    let micrometers = read(File { units: 3, voxel: [500.0, f32::NAN, 1000.0], ..File::default() });
    assert_eq!(micrometers.voxel_mm, [0.5, 1.0, 1.0]);
    let extended = read(File { offset: 1000.0, ..File::default() });
    assert_eq!(values(&extended)[23], 23.0);
}

#[test]
fn what_is_no_volume_is_told_apart() {
    assert_eq!(Volume::read(&b"".to_vec()).unwrap_err(), VolumeError::Empty);
    assert_eq!(Volume::read(&b"\x89PNG\r\n".to_vec()).unwrap_err(), VolumeError::NotNifti);
    assert_eq!(Volume::read(&vec![7; 4000]).unwrap_err(), VolumeError::NotNifti);
    assert_eq!(Volume::read(&gzip(b"hello")).unwrap_err(), VolumeError::NotNifti);
    assert_eq!(File { magic: [0; 4], ..File::default() }.error(), VolumeError::NotNifti);
    let mut second = File::default().bytes();
    second[..4].copy_from_slice(&540_i32.to_le_bytes());
    assert_eq!(Volume::read(&second).unwrap_err(), VolumeError::NotNifti);
    // Complex numbers, colors, numbers of 128 bits.
    for data_type in [0, 1, 32, 128, 1536, 1792, -1] {
        assert_eq!(File { data_type, ..File::default() }.error(), VolumeError::Type(data_type));
    }
}

#[test]
fn the_first_of_several_volumes_is_read_and_further_dimensions_are_refused() {
    let error = |dim| File { dim, ..File::default() }.error();
    assert_eq!(error([5, 2, 3, 4, 1, 3, 1, 1]), VolumeError::Dimensions(5));
    assert_eq!(error([1, 24, 1, 1, 1, 1, 1, 1]), VolumeError::Line(24));
    assert_eq!(error([3, 1, 24, 1, 1, 1, 1, 1]), VolumeError::Line(24));
    let series = File { dim: [4, 2, 3, 2, 2, 1, 1, 1], ..File::default() }.bytes();
    let first = Volume::read(&series).unwrap();
    assert_eq!((first.volumes, values(&first).len(), values(&first)[11]), (2, 12, 11.0));
    let all = Volume::read_all(&series, 9).unwrap();
    assert_eq!((all.len(), values(&all[1])[0]), (2, 12.0));
    // Some scanners write 0 as the length of an axis that is not used.
    let unused = File { dim: [4, 2, 3, 4, 0, 1, 1, 1], ..File::default() };
    assert_eq!(Volume::read(&unused.bytes()).unwrap().shape, [2, 3, 4]);
    let one = File { dim: [4, 2, 3, 4, 1, 1, 1, 1], ..File::default() };
    assert_eq!(Volume::read(&one.bytes()).unwrap().shape, [2, 3, 4]);
    // Values after the last dimension are ignored.
    let stray = File { dim: [3, 2, 3, 4, 0, -5, 9, 0], ..File::default() };
    assert_eq!(Volume::read(&stray.bytes()).unwrap().shape, [2, 3, 4]);
    for dim in [
        [0, 2, 3, 4, 1, 1, 1, 1],
        [8, 2, 3, 4, 1, 1, 1, 1],
        [-3, 2, 3, 4, 1, 1, 1, 1],
        [3, 0, 3, 4, 1, 1, 1, 1],
        [3, 2, -3, 4, 1, 1, 1, 1],
    ] {
        assert_eq!(error(dim), VolumeError::Shape(dim.map(i64::from)));
    }
}

#[test]
fn a_large_volume_is_refused_before_memory_is_taken() {
    let dim = [3, 512, 512, 513, 1, 1, 1, 1];
    let file = File { dim, voxels: vec![], ..File::default() };
    assert_eq!(file.error(), VolumeError::TooLarge([512, 512, 513]));
    assert!(file.error().to_string().contains("512×512×513 voxels; at most 134 million"));
    let largest = File { dim: [3, i16::MAX, i16::MAX, i16::MAX, 1, 1, 1, 1], ..file };
    assert!(matches!(largest.error(), VolumeError::TooLarge(_)));
}

#[test]
fn a_header_that_promises_too_much_is_not_believed() {
    let dim = [3, 512, 512, 512, 1, 1, 1, 1];
    let promise = File { dim, ..File::default() };
    assert_eq!(promise.error(), VolumeError::Truncated { declared: MAX_VOXELS, found: 24 });
    assert!(matches!(
        Volume::read(&gzip(&promise.bytes())),
        Err(VolumeError::Truncated { found: 24, .. })
    ));
    for offset in [f32::NAN, f32::INFINITY, -1.0, 0.0, 347.0, 1e9] {
        let mut bytes = File::default().bytes();
        bytes[108..112].copy_from_slice(&offset.to_le_bytes());
        assert!(matches!(Volume::read(&bytes), Err(VolumeError::Offset(_))), "{offset}");
    }
    // Little data followed by a great many zeros, which must not be kept in memory.
    let mut bomb = File::default().bytes();
    bomb.resize(20 << 20, 0);
    assert_eq!(Volume::read(&gzip(&bomb)).unwrap().voxels.iter().count(), 24);
}

#[test]
fn a_volume_cut_short_is_refused_wherever_it_ends() {
    let whole = File::default().bytes();
    for end in 0..whole.len() {
        let error = Volume::read(&&whole[..end]).unwrap_err();
        assert!(
            matches!(
                error,
                VolumeError::Empty | VolumeError::NotNifti | VolumeError::Truncated { .. }
            ),
            "{end}: {error}"
        );
    }
    let packed = gzip(&whole);
    for end in 2..packed.len() {
        let error = Volume::read(&&packed[..end]).unwrap_err();
        assert!(matches!(error, VolumeError::Gzip(_)), "{end}: {error}");
    }
}

#[test]
fn a_flipped_byte_never_panics_and_in_gzip_is_found() {
    let whole = File::default().bytes();
    let packed = gzip(&whole);
    let read = Volume::read(&whole).unwrap();
    for mask in [0x01, 0x80, 0xff] {
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            if let Ok(volume) = Volume::read(&bytes) {
                let shown = volume
                    .slice(0)
                    .map(|plane| center_gray(&plane, [8, 8], intensity_window(&volume)));
                assert_eq!(shown.unwrap().len(), 64);
                let _ = volume.slice(0).map(|plane| center_labels(&plane, [8, 8]));
            }
        }
        // After the ten bytes of gzip's own header, some of which have no effect.
        for at in 10..packed.len() {
            let mut bytes = packed.clone();
            bytes[at] ^= mask;
            // A run of zeros can be encoded in several ways. Any other change is detected by the
            // checksum.
            let same = Volume::read(&bytes).is_ok_and(|volume| volume == read);
            assert!(same || Volume::read(&bytes).is_err(), "byte {at} of {}", packed.len());
        }
    }
}

#[test]
fn voxels_that_are_no_number_do_not_count() {
    let mut voxels: Vec<f64> = (0..24).map(f64::from).collect();
    (voxels[0], voxels[1], voxels[2]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY);
    let volume = Volume::read(&File { voxels, ..File::default() }.bytes()).unwrap();
    let (low, high) = intensity_window(&volume);
    assert!((low - 3.1).abs() < 1e-5 && (high - 22.9).abs() < 1e-5, "{low} to {high}");
    // The last row of the first plane contains NaN and minus infinity, that of the second infinity.
    assert_eq!(center_gray(&volume.slice(0).unwrap(), [4, 3], (low, high))[9..11], [0, 0]);
    assert_eq!(center_gray(&volume.slice(1).unwrap(), [4, 3], (low, high))[9], 255);
    let nothing = File { voxels: vec![f64::NAN; 24], ..File::default() };
    assert_eq!(nothing.error(), VolumeError::NoValues);
}

#[test]
fn the_window_leaves_out_half_a_percent_on_either_side() {
    let (low, high) = intensity_window(&volume((0..=1000).rev().map(|i| i as f32).collect()));
    assert!((low - 5.0).abs() < 1e-3 && (high - 995.0).abs() < 1e-3, "{low} to {high}");
    assert_eq!(intensity_window(&volume(vec![7.0])), (7.0, 7.0));
    assert_eq!(intensity_window(&volume(vec![])), (0.0, 1.0));
    let wide = volume(vec![f32::MIN, f32::MAX]);
    assert!(intensity_window(&wide).0.is_finite() && intensity_window(&wide).1.is_finite());
}

#[test]
fn gray_values_are_spread_over_the_window() {
    let values = vec![-1.0, 0.0, 1.0, 2.0, 4.0, 9.0];
    let gray = center_gray(&plane([2, 3], values), [2, 3], (0.0, 4.0));
    assert_eq!(gray, [0, 0, 64, 128, 255, 255]);
    // A volume with a single value: everything up to that value is black.
    assert_eq!(center_gray(&plane([1, 3], vec![6.0, 7.0, 8.0]), [1, 3], (7.0, 7.0)), [0, 0, 255]);
}

#[test]
fn the_middle_stays_in_the_middle() {
    let ones = |size: [usize; 2]| plane(size, vec![1.0; size[0] * size[1]]);
    let small = center_gray(&ones([1, 2]), [3, 5], (0.0, 1.0));
    assert_eq!(small, [0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0]);
    let values: Vec<f32> = (0..15).map(|i| i as f32).collect();
    let large = center_gray(&plane([3, 5], values.clone()), [1, 2], (0.0, 255.0));
    assert_eq!(large, [6, 7]);
    let mixed = center_gray(&plane([3, 5], values), [4, 1], (0.0, 255.0));
    assert_eq!(mixed, [2, 7, 12, 0]);
}

#[test]
fn masks_are_rounded_and_placed_like_images() {
    let mask = plane([1, 4], vec![0.9999, -0.2, 2.0, f32::NAN]);
    assert_eq!(center_labels(&mask, [1, 6]).unwrap(), [0, 1, 0, 2, 0, 0]);
    for value in [256.0, -1.0] {
        let error = center_labels(&plane([1, 1], vec![value]), [1, 1]).unwrap_err();
        assert_eq!(error, VolumeError::NoClass(value));
    }
}
