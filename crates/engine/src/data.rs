//! Data sets on a device. A GPU gets them once, and batches are gathered there; on the CPU they stay
//! bytes.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use data::{ImageSet, Images, SliceSet, Slices};
use model::{IMAGE_LEN, IMAGE_SIDE};

use crate::ops::RowIndices;
use crate::rows_on_device::RowsOnDevice;

/// Images with one class label each, on a device.
#[derive(Debug)]
pub struct ImageData {
    /// Number of classes.
    pub classes: usize,
    /// Training images.
    pub train: DeviceImages,
    /// Images on which networks are evaluated while they are trained.
    pub evaluated: Rc<DeviceImages>,
    /// Class weights of the loss, `[classes]`: all 1.
    pub(crate) class_weights: Tensor<1>,
    pub(crate) device: Device,
}

/// Images of one split on a device.
#[derive(Debug)]
pub struct DeviceImages {
    /// Class of each image, in host memory.
    pub labels: Vec<u8>,
    /// Gray values, `[images, 4096]`, in host memory.
    gray: Vec<u8>,
    /// Gray values from 0 to 1.
    pixels: RowsOnDevice,
    /// Class of each image as a float, as required by the losses.
    targets: RowsOnDevice,
}

impl ImageData {
    /// Uploads a data set.
    pub fn new(dataset: &ImageSet, device: &Device) -> Self {
        let classes = dataset.classes.len();
        let ones = TensorData::new(vec![1.0_f32; classes], [classes]);
        Self {
            classes,
            train: DeviceImages::new(&dataset.train, device),
            evaluated: Rc::new(DeviceImages::new(dataset.evaluated_images(), device)),
            class_weights: Tensor::from_data(ones, device),
            device: device.clone(),
        }
    }
}

impl DeviceImages {
    /// Uploads images.
    pub(crate) fn new(images: &Images, device: &Device) -> Self {
        Self {
            pixels: RowsOnDevice::new(&images.pixels, IMAGE_LEN, gray_level, device),
            targets: RowsOnDevice::new(&images.labels, 1, f32::from, device),
            labels: images.labels.clone(),
            gray: images.pixels.clone(),
        }
    }

    /// Returns the gray values 0 to 255 of an image, `[64, 64]` in row-major order.
    pub(crate) fn image(&self, index: usize) -> &[u8] {
        &self.gray[index * IMAGE_LEN..][..IMAGE_LEN]
    }

    /// Gathers images `[batch, 1, 64, 64]` and their classes `[batch]`.
    pub(crate) fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<1>) {
        let rows = RowIndices::new(indices);
        (self.gather(&rows), self.gather_targets(&rows))
    }

    /// Gathers the classes of images, `[batch]`.
    pub(crate) fn targets(&self, indices: &[usize]) -> Tensor<1> {
        self.gather_targets(&RowIndices::new(indices))
    }

    /// Gathers a range of images, `[range, 1, 64, 64]`.
    pub(crate) fn range(&self, range: Range<usize>) -> Tensor<4> {
        self.gather(&RowIndices::new(&range.collect::<Vec<_>>()))
    }

    fn gather_targets(&self, rows: &RowIndices<'_>) -> Tensor<1> {
        self.targets.gather(&self.labels, rows).reshape([rows.indices().len()])
    }

    fn gather(&self, rows: &RowIndices<'_>) -> Tensor<4> {
        let shape = [rows.indices().len(), 1, IMAGE_SIDE, IMAGE_SIDE];
        self.pixels.gather(&self.gray, rows).reshape(shape)
    }
}

/// Slices with one class label per pixel, on a device.
#[derive(Debug)]
pub struct SliceData {
    /// Number of classes, including the background.
    pub classes: usize,
    /// Height and width of every slice in pixels.
    pub size: [usize; 2],
    /// Fraction of the training pixels that belong to each class.
    pub class_frequencies: Vec<f64>,
    /// Indices of the evaluated slices whose predictions are shown during training.
    pub preview_slices: Vec<usize>,
    /// Training slices, in host memory.
    pub train: Slices,
    /// Slices on which networks are evaluated while they are trained.
    pub evaluated: Rc<DeviceSlices>,
    pub(crate) device: Device,
    /// Gray values of the training slices from 0 to 1.
    train_images: RowsOnDevice,
    /// Class of each training pixel as a float, as required by the losses.
    train_targets: RowsOnDevice,
    /// `[preview slices, 1, height, width]`
    pub(crate) preview_images: Tensor<4>,
}

impl SliceData {
    /// Uploads slices. There must be at least one training slice and one to evaluate on.
    pub fn new(set: SliceSet, device: &Device) -> Self {
        let [height, width] = set.size();
        let pixels = height * width;
        let preview_slices = set.preview_slices();
        let evaluated = DeviceSlices::new(set.evaluated_slices().clone(), device);
        Self {
            classes: set.classes.len(),
            size: [height, width],
            class_frequencies: set.class_frequencies(),
            train_images: RowsOnDevice::new(&set.train.images, pixels, gray_level, device),
            train_targets: RowsOnDevice::new(&set.train.masks, pixels, f32::from, device),
            preview_images: evaluated.gather(&RowIndices::new(&preview_slices)),
            preview_slices,
            evaluated: Rc::new(evaluated),
            device: device.clone(),
            train: set.train,
        }
    }

    /// Returns the number of pixels of a slice.
    pub fn pixels(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Gathers training slices `[batch, 1, height, width]` and the class of each of their pixels
    /// `[batch, pixels]`.
    pub(crate) fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<2>) {
        let (rows, [height, width]) = (RowIndices::new(indices), self.size);
        let images = self.train_images.gather(&self.train.images, &rows);
        let images = images.reshape([indices.len(), 1, height, width]);
        (images, self.train_targets.gather(&self.train.masks, &rows))
    }
}

/// Slices of one split on a device.
#[derive(Debug)]
pub struct DeviceSlices {
    /// The slices, in host memory.
    pub slices: Slices,
    /// Gray values from 0 to 1.
    images: RowsOnDevice,
}

impl DeviceSlices {
    /// Uploads slices.
    pub(crate) fn new(slices: Slices, device: &Device) -> Self {
        let [height, width] = slices.size;
        let images = RowsOnDevice::new(&slices.images, height * width, gray_level, device);
        Self { images, slices }
    }

    /// Gathers a range of slices, `[range, 1, height, width]`.
    pub(crate) fn range(&self, range: Range<usize>) -> Tensor<4> {
        self.gather(&RowIndices::new(&range.collect::<Vec<_>>()))
    }

    fn gather(&self, rows: &RowIndices<'_>) -> Tensor<4> {
        let [height, width] = self.slices.size;
        let shape = [rows.indices().len(), 1, height, width];
        self.images.gather(&self.slices.images, rows).reshape(shape)
    }
}

/// Converts gray values 0 to 255 to network inputs, 0 to 1.
pub(crate) fn gray_levels(pixels: &[u8]) -> TensorData {
    let values = pixels.iter().map(|pixel| gray_level(*pixel)).collect::<Vec<_>>();
    let len = values.len();
    TensorData::new(values, [len])
}

/// Converts a gray value 0 to 255 to a network input, 0 to 1.
pub(crate) fn gray_level(pixel: u8) -> f32 {
    f32::from(pixel) / 255.0
}
