//! The graph of a task's network.

use super::classifier::classifier;
use super::error::GraphError;
use super::nodes::Graph;
use super::unet::unet;
use crate::{DataShape, Network, NetworkError, Task, UNet, UNetError};

impl Graph {
    /// Builds the network of a task for data of this shape.
    ///
    /// # Errors
    ///
    /// Returns the reason why the network cannot be built.
    pub fn of(task: &Task, DataShape { classes, size }: DataShape) -> Result<Self, GraphError> {
        Ok(match task {
            Task::Classify(network) => classifier(network, classes, size, true)?,
            Task::Segment(part) => unet(&part.unet, classes, size)?,
        })
    }

    /// Builds a classifier.
    ///
    /// # Errors
    ///
    /// Returns the first layer that does not fit, with the reason.
    pub fn classifier(
        network: &Network,
        DataShape { classes, size }: DataShape,
    ) -> Result<Self, NetworkError> {
        classifier(network, classes, size, true)
    }

    /// Builds a classifier whose fields, layers and parameters may exceed the limits of the page.
    ///
    /// # Errors
    ///
    /// Returns the first layer whose input does not fit, with the reason.
    pub fn classifier_without_limits(
        network: &Network,
        DataShape { classes, size }: DataShape,
    ) -> Result<Self, NetworkError> {
        classifier(network, classes, size, false)
    }

    /// Builds a U-Net.
    ///
    /// # Errors
    ///
    /// Returns the reason why the U-Net cannot be built.
    pub fn unet(
        settings: &UNet,
        DataShape { classes, size }: DataShape,
    ) -> Result<Self, UNetError> {
        unet(settings, classes, size)
    }
}
