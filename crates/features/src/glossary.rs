//! The glossary: terms with explanations for first-year students.

use model::params;

use crate::evaluation_terms::EVALUATION_TERMS;
use crate::layer_terms::LAYER_TERMS;

/// Terms with their explanations, except those of [`LAYER_TERMS`] and [`EVALUATION_TERMS`].
const TERMS: &[(&str, &str)] = &[
    ("accuracy", "The fraction of images for which the most probable class is the true class."),
    (
        "Adam",
        "Gradient descent with a separate step size for every weight, computed from moving averages of its gradient and its squared gradient.",
    ),
    (
        "AdamW",
        "Adam with decoupled weight decay: at each step, every weight is also reduced by a small fraction of its value. Smaller weights can reduce overfitting.",
    ),
    (
        "argmax",
        "The index of the largest value. A classifier predicts the class whose logit is largest; softmax does not change which one that is.",
    ),
    (
        "attribution",
        "For each pixel, a number that says how much it contributes to the logit of a class: positive for the class, negative against it. The methods define this contribution differently, so their maps differ.",
    ),
    (
        "backpropagation",
        "The computation of the gradient of the loss by the chain rule, from the last layer back to the first. Where the gradient becomes very small (vanishing gradient), the layers learn slowly.",
    ),
    (
        "batch",
        "The training images from which one step computes the gradient. All weights are changed once per batch.",
    ),
    (
        "burn",
        "A library of deep learning for the programming language Rust. This page trains its networks with it.",
    ),
    (
        "class weight",
        "The factor by which the loss of each pixel of this class is multiplied. With equal weights, a structure of few pixels has little influence on the loss.",
    ),
    (
        "confusion matrix",
        "A table that counts how many images of each true class (row) were predicted as each class (column). All images off the diagonal are errors.",
    ),
    (
        "cross-entropy",
        "The negative natural logarithm of the probability predicted for the true class; over several images, their mean. It is 0 if this probability is 1; the smaller the probability, the larger the cross-entropy.",
    ),
    (
        "cross-entropy per pixel",
        "The mean over all pixels of the negative natural logarithm of the probability predicted for the pixel’s true class. If nearly all pixels are background, errors in small structures change it little.",
    ),
    (
        "dead unit",
        "A unit whose output is the same for every image, so that it cannot help to distinguish classes. If a ReLU unit outputs 0 for every image, its weights receive no gradient.",
    ),
    (
        "decoder",
        "The second half of a U-Net: it increases the resolution level by level, until there is an output for every pixel of the image.",
    ),
    (
        "Dice",
        "The Dice coefficient measures the overlap of two masks: twice the number of shared pixels, divided by the sum of the pixels of both. 1 means identical masks, 0 means no overlap.",
    ),
    (
        "encoder",
        "The first half of a U-Net: each level halves the resolution and doubles the number of feature maps. The receptive field becomes larger with each level. A classifier can have the same layers, and its weights can then be the first ones of the encoder.",
    ),
    (
        "epoch",
        "One pass over all training images. After each epoch, the network is evaluated on the validation set.",
    ),
    (
        "F1",
        "The harmonic mean of precision and recall, from 0 to 1. It is high only if both are high.",
    ),
    (
        "focal loss",
        "Cross-entropy of each pixel times (1 − p)², where p is the probability predicted for the true class. Pixels with a large p count little, so that difficult pixels have more influence.",
    ),
    (
        "Grad-CAM",
        "Gradient-weighted class activation mapping: the sum of the last feature maps (in a U-Net, those of the lowest resolution), each weighted by the mean gradient of the class’s logit. Negative sums become 0; the map is as coarse as the feature maps.",
    ),
    (
        "gradient ascent",
        "Changing values step by step in the direction of the gradient, to increase a result. Here the pixels of an image are changed, not the weights, to increase the output of a unit.",
    ),
    (
        "gradient norm",
        "The norm of the gradient of this image’s loss with respect to the unit’s activations. If it is 0, this image does not change the weights of the unit.",
    ),
    (
        "Hausdorff 95",
        "The 95th percentile of the distances from the boundary pixels of one mask to the nearest boundary pixel of the other in the same slice, in mm; the larger value of both directions. Where only one mask contains the part in a slice, its boundary pixels count with the slice’s diagonal, so that leaving a part out never improves the figure. “In 4 of 6” means that both masks contain the part in 4 of the 6 slices in which at least one does. Smaller is better.",
    ),
    (
        "HiResCAM",
        "Like Grad-CAM, but each position of a feature map is weighted by its own gradient, not by the mean over the map. The maps differ if the next layers use different weights for different positions, as dense layers do.",
    ),
    (
        "input × gradient",
        "Each pixel’s value times the derivative of the class’s logit with respect to it. For a linear function, this is exactly the pixel’s contribution; for other networks, it is an approximation.",
    ),
    (
        "integrated gradients",
        "Each pixel’s value times the mean gradient of the class’s logit along a straight path from a black image to this image. The values add up to the difference between the logits of both images.",
    ),
    (
        "L2 norm",
        "The length of a vector: the square root of the sum of its squared values. The norm of a gradient says how strongly the loss reacts to a change of the weights.",
    ),
    (
        "linear probe",
        "A linear classifier that is trained on the activations of one layer, without changing the network. Its accuracy on held-out images shows how well a linear function of these activations separates the classes.",
    ),
    (
        "logits",
        "The outputs of the last layer, one per class, before softmax turns them into probabilities. Adding the same number to all logits does not change the probabilities.",
    ),
    (
        "mask",
        "An image that contains the class number of every pixel. The true masks were drawn by experts; for generated images, they are known exactly.",
    ),
    (
        "nearest neighbours",
        "The images with the smallest Euclidean distance to this one, computed from the activations of the last hidden layer. A small distance means that these activations are similar.",
    ),
    (
        "occlusion",
        "A square with the mean intensity of the image covers one part of the image after another, and the change of the class’s logit is measured. If the logit becomes much smaller, the prediction depends on that part.",
    ),
    (
        "multiply-adds",
        "Multiplications, each with an addition, that one image needs on its way to the logits. A training step needs about three times as many for each image of the batch, so that they determine how long an epoch takes.",
    ),
    (
        "parameters",
        "The numbers that training changes: the weights and biases of the layers, and the scale and shift of batch norm. More parameters can fit more complex data, but need more computation.",
    ),
    (
        "PCA",
        "Principal component analysis: the map shows a layer’s activations along the two directions in which they vary most. Points that are close in the map can still differ in other directions.",
    ),
    (
        "phantoms",
        "Synthetic images computed by this page, which resemble medical images. They need no download and contain no patient data.",
    ),
    (
        "pixel accuracy",
        "The fraction of pixels with the correct class. If nearly all pixels are background, it is high even if no structure is found.",
    ),
    (
        "overfitting",
        "A network that gets more of its training images right than of others has learned some of them by heart. The shaded area between both accuracies shows how much. More or varied images, dropout, weight decay or fewer epochs make it smaller.",
    ),
    ("precision", "Of all images predicted as this class, the fraction that belongs to it."),
    (
        "probabilities",
        "The results of softmax: one number between 0 and 1 per class, with a sum of 1. A high probability does not guarantee that the prediction is correct.",
    ),
    (
        "PyTorch",
        "The most common library of deep learning, for Python. A program that is written with it runs on any computer that has Python, also on large networks and images.",
    ),
    ("recall", "Of all images that belong to this class, the fraction that was predicted as it."),
    (
        "R²",
        "The coefficient of determination: the fraction of the variance of a number that is predicted. 1 is perfect, 0 is no better than always predicting the mean, and below 0 is worse than that.",
    ),
    (
        "receptive field",
        "The part of the image that can influence one output value. Pixels outside it cannot change this value.",
    ),
    (
        "segmentation",
        "Assigning a class to every pixel of an image. Classification assigns one class to the whole image.",
    ),
    (
        "SGD",
        "Stochastic gradient descent: each step subtracts the gradient of the loss on one batch, times the learning rate, from the weights.",
    ),
    (
        "smoothed",
        "The exponential moving average of the loss over the last steps. It shows the trend without most of the variation from batch to batch.",
    ),
    (
        "safetensors",
        "A file format for the weights of a network: the name and shape of each tensor, followed by its values. PyTorch and other libraries read and write it.",
    ),
    (
        "softmax",
        "Turns logits into probabilities: e to the power of each logit, divided by the sum of these powers over all classes. All are positive, and their sum is 1.",
    ),
    ("step", "One update of all weights, computed from the gradient of the loss on one batch."),
    (
        "training accuracy",
        "The fraction of training images that are classified correctly, counted in the steps of the epoch, thus while the weights still change, and with dropout if the network has it. It can therefore be lower than the validation accuracy.",
    ),
    ("test accuracy", "The fraction of test images that are classified correctly."),
    (
        "test set",
        "Images on which nothing was learned and nothing was chosen, so that they show how well the network works on new images. It stays sealed until everything is decided: whoever looks and then changes something has chosen on it, and its figure becomes too good. Without a validation set (split “lab”), it also draws the curves.",
    ),
    (
        "training set",
        "The images from which the weights are learned. Each image is used once per epoch.",
    ),
    (
        "transfer learning",
        "Training that starts from the weights of a network that was trained for another task, for a part of the layers or for all, instead of from random weights. It can help where there are few images, if the features of the other task are useful, too.",
    ),
    (
        "t-SNE",
        "A two-dimensional map in which points with similar activations of a layer are close together; it is computed step by step. Distances between groups and sizes of groups have little meaning.",
    ),
    (
        "volume error",
        "The difference between predicted and true area of a part in each slice, without its sign, added over the slices and multiplied by the distance between slices, in ml. Pixels missed in one slice are not made up for by pixels added in another. Below it: predicted and true volume.",
    ),
    ("validation accuracy", "The fraction of validation images that are classified correctly."),
    (
        "validation set",
        "Images that are never used for training, on which everything else is chosen: the network, the learning rate, the epoch, the threshold. Much worse results than on the training set are a sign of overfitting.",
    ),
    (
        "voxel",
        "Volume element: one value of a three-dimensional image, with height, width and depth. The lengths of its edges in mm give the real size of structures.",
    ),
    (
        "weights",
        "The learned numbers by which a unit multiplies its inputs before it adds the products. Drawn as an image, they show which pattern gives the largest output.",
    ),
    (
        "window/level",
        "The range of intensities that is displayed from black to white: the level is its middle, the window its width. A smaller window gives more contrast.",
    ),
];

/// Returns all terms with their explanations.
fn glossary() -> impl Iterator<Item = (&'static str, &'static str)> {
    TERMS.iter().chain(LAYER_TERMS).chain(EVALUATION_TERMS).copied()
}

/// Returns the explanation of a term, if there is one. Parameters are explained by their table.
pub fn explanation(name: &str) -> Option<&'static str> {
    let param = params::all().find(|param| param.label == name);
    let word = glossary().find(|(word, _)| *word == name);
    word.map(|(_, text)| text).or(param.map(|param| param.help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_has_each_word_once_with_a_sentence() {
        for (index, (word, text)) in glossary().enumerate() {
            assert!(glossary().take(index).all(|(w, _)| w != word), "“{word}” stands there twice");
            assert!(text.ends_with('.') && text.len() > 30, "{word}: {text}");
        }
    }

    #[test]
    fn the_glossary_explains_every_attribution_method() {
        for method in protocol::interpret::AttributionMethod::ALL {
            let name = interpret_views::attribution_method_name(method);
            assert!(explanation(name).is_some(), "{name}");
        }
    }
}
