//! Data sets on a device. They are uploaded once, and batches are gathered on the device.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use data::{ImageSet, Images, SliceSet, Slices};
use model::{IMAGE_LEN, IMAGE_SIDE};

use crate::ops;

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
    /// Gray values of the training images in host memory, where they are augmented.
    train_pixels: Vec<u8>,
}

/// Images of one split on a device.
#[derive(Debug)]
pub struct DeviceImages {
    /// Class of each image, in host memory.
    pub labels: Vec<u8>,
    /// `[images, 4096]`
    pixels: Tensor<2>,
    /// Class of each image as a float, as required by the losses, `[images, 1]`.
    targets: Tensor<2>,
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
            train_pixels: dataset.train.pixels.clone(),
        }
    }

    /// Returns the gray values 0 to 255 of a training image, `[64, 64]` in row-major order.
    pub(crate) fn train_image(&self, index: usize) -> &[u8] {
        &self.train_pixels[index * IMAGE_LEN..(index + 1) * IMAGE_LEN]
    }
}

impl DeviceImages {
    /// Uploads images.
    pub(crate) fn new(images: &Images, device: &Device) -> Self {
        let labels = images.labels.clone();
        let count = labels.len();
        let targets = labels.iter().map(|label| f32::from(*label)).collect::<Vec<_>>();
        Self {
            pixels: Tensor::<1>::from_data(gray_levels(&images.pixels), device)
                .reshape([count, IMAGE_LEN]),
            targets: Tensor::from_data(TensorData::new(targets, [count, 1]), device),
            labels,
        }
    }

    /// Gathers images `[batch, 1, 64, 64]` and their classes `[batch]`.
    pub(crate) fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<1>) {
        (self.gather(indices), self.targets(indices))
    }

    /// Gathers the classes of images, `[batch]`.
    pub(crate) fn targets(&self, indices: &[usize]) -> Tensor<1> {
        ops::gather_rows(&self.targets, indices).reshape([indices.len()])
    }

    /// Gathers a range of images, `[range, 1, 64, 64]`.
    pub(crate) fn range(&self, range: Range<usize>) -> Tensor<4> {
        self.gather(&range.collect::<Vec<_>>())
    }

    fn gather(&self, indices: &[usize]) -> Tensor<4> {
        ops::gather_rows(&self.pixels, indices) // [indices, 4096]
            .reshape([indices.len(), 1, IMAGE_SIDE, IMAGE_SIDE])
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
    /// `[train slices, pixels]`
    train_images: Tensor<2>,
    /// Class of each training pixel as a float, as required by the losses, `[train slices,
    /// pixels]`.
    train_targets: Tensor<2>,
    /// `[preview slices, 1, height, width]`
    pub(crate) preview_images: Tensor<4>,
}

impl SliceData {
    /// Uploads slices. There must be at least one training slice and one to evaluate on.
    pub fn new(set: SliceSet, device: &Device) -> Self {
        let [height, width] = set.size();
        let targets = set.train.masks.iter().map(|class| f32::from(*class)).collect::<Vec<_>>();
        let targets = TensorData::new(targets, [set.train.len(), height * width]);
        let preview_slices = set.preview_slices();
        let evaluated = DeviceSlices::new(set.evaluated_slices().clone(), device);
        Self {
            classes: set.classes.len(),
            size: [height, width],
            class_frequencies: set.class_frequencies(),
            train_images: upload(&set.train, device),
            train_targets: Tensor::from_data(targets, device),
            preview_images: ops::gather_rows(&evaluated.images, &preview_slices).reshape([
                preview_slices.len(),
                1,
                height,
                width,
            ]),
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
        let images = self.gather(&self.train_images, indices);
        (images, ops::gather_rows(&self.train_targets, indices))
    }

    fn gather(&self, images: &Tensor<2>, indices: &[usize]) -> Tensor<4> {
        gather_slices(images, indices, self.size)
    }
}

/// Slices of one split on a device.
#[derive(Debug)]
pub struct DeviceSlices {
    /// The slices, in host memory.
    pub slices: Slices,
    /// `[slices, pixels]`
    images: Tensor<2>,
}

impl DeviceSlices {
    /// Uploads slices.
    pub(crate) fn new(slices: Slices, device: &Device) -> Self {
        Self { images: upload(&slices, device), slices }
    }

    /// Gathers a range of slices, `[range, 1, height, width]`.
    pub(crate) fn range(&self, range: Range<usize>) -> Tensor<4> {
        gather_slices(&self.images, &range.collect::<Vec<_>>(), self.slices.size)
    }
}

/// Uploads the gray values of slices, `[slices, pixels]`.
fn upload(slices: &Slices, device: &Device) -> Tensor<2> {
    let [height, width] = slices.size;
    Tensor::<1>::from_data(gray_levels(&slices.images), device)
        .reshape([slices.len(), height * width])
}

/// Gathers slices, `[indices, 1, height, width]`.
fn gather_slices(images: &Tensor<2>, indices: &[usize], [height, width]: [usize; 2]) -> Tensor<4> {
    ops::gather_rows(images, indices).reshape([indices.len(), 1, height, width])
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
