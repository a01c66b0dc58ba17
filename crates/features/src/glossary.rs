//! The glossary: terms with explanations for first-year students.

use model::params;

/// Terms with their explanations.
const GLOSSARY: &[(&str, &str)] = &[
    ("accuracy", "The fraction of images for which the most probable class is the true class."),
    (
        "activation",
        "A non-linear function, such as ReLU, that is applied to each output of a layer; its results are called activations too. Without it, several layers together could compute no more than one linear layer.",
    ),
    (
        "Adam",
        "Gradient descent with a separate step size for every weight, computed from moving averages of its gradient and its squared gradient.",
    ),
    (
        "AdamW",
        "Adam with decoupled weight decay: at each step, every weight is also reduced by a small fraction of its value. Smaller weights can reduce overfitting.",
    ),
    (
        "average pooling",
        "What pooling keeps of each square of values: the largest (max-pooling), or the mean (average pooling).",
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
        "channels",
        "The number of feature maps that a convolution outputs; each is computed with its own learned filter. More channels can represent more patterns, but need more parameters.",
    ),
    (
        "class weight",
        "The factor by which the loss of each pixel of this class is multiplied. With equal weights, a structure of few pixels has little influence on the loss.",
    ),
    (
        "CNN",
        "Convolutional neural network: small learned filters are applied at every position of the image, so that a pattern can be found anywhere in it.",
    ),
    (
        "confusion matrix",
        "A table that counts how many images of each true class (row) were predicted as each class (column). All images off the diagonal are errors.",
    ),
    (
        "convolution",
        "A layer that moves a small filter over the image and computes the weighted sum of the values under it at each position. The same weights are used at every position.",
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
        "dense",
        "A fully connected layer: each unit computes a weighted sum of all inputs, plus a bias.",
    ),
    (
        "Dice",
        "The Dice coefficient measures the overlap of two masks: twice the number of shared pixels, divided by the sum of the pixels of both. 1 means identical masks, 0 means no overlap.",
    ),
    (
        "Deep CNN",
        "A CNN with four stages of 3×3 convolutions with batch norm, each with more channels at half the resolution, and global average pooling in place of large dense layers.",
    ),
    (
        "depthwise separable convolution",
        "A convolution in two parts: a depthwise one, in which each channel has a filter of its own, and a 1×1 convolution that combines the channels. It needs a fraction of the parameters and multiplications (Chollet 2017).",
    ),
    (
        "dropout",
        "During training, this percentage of a layer’s outputs, chosen at random at each step, is set to 0. This can reduce overfitting; for evaluation, all outputs are used.",
    ),
    (
        "encoder",
        "The first half of a U-Net: each level halves the resolution and doubles the number of feature maps. The receptive field becomes larger with each level.",
    ),
    (
        "epoch",
        "One pass over all training images. After each epoch, the network is evaluated on the test set.",
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
        "global average pooling",
        "Replaces each feature map by its mean, so that the next layer sees how strongly a pattern is present and not where. It has no weights, and saves those of a large dense layer (Lin et al. 2014).",
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
        "kernel",
        "The filter of a convolution: a square of learned weights, whose side is given in pixels. A larger kernel covers a larger part of the image and has more parameters.",
    ),
    (
        "L2 norm",
        "The length of a vector: the square root of the sum of its squared values. The norm of a gradient says how strongly the loss reacts to a change of the weights.",
    ),
    (
        "linear probe",
        "A linear classifier that is trained on the activations of one layer, without changing the network. Its accuracy on the test set shows how well a linear function of these activations separates the classes.",
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
        "max-pooling",
        "Outputs the largest value in each window, and has no weights. The feature map becomes smaller, and small shifts of a pattern change the output little.",
    ),
    (
        "MLP",
        "Multilayer perceptron: a network of dense layers only. Its input is a list of 4,096 pixel values, without information about which pixels are next to each other.",
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
        "output shape",
        "The size of a layer’s output for one image: channels × height × width, or the number of units of a dense layer.",
    ),
    (
        "padding",
        "Pixels of value 0 that are added on each side of the image, so that the output of a convolution can be as large as its input. Max-pooling ignores them; a transposed convolution instead removes that many pixels from each side of its output.",
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
        "pooling",
        "Of each square of values, only the largest (max-pooling) or the mean (average pooling) is kept. A square with a side of 2 halves the height and width of the feature map; a side of 1 is no pooling.",
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
        "ResNet",
        "A small residual network (He et al. 2016): one convolution, three stages of residual blocks, each with more channels at half the resolution, and global average pooling.",
    ),
    (
        "residual block",
        "Two convolutions whose output is added to their input, the shortcut (He et al. 2016). The convolutions only learn the difference, and gradients reach earlier layers through the sum, so that deep networks can be trained. Where the shapes differ, the shortcut is a 1×1 convolution.",
    ),
    (
        "stride",
        "The number of pixels by which the window moves from one output pixel to the next. With stride 2, the output has about half the height and width; in a transposed convolution, the window moves over the output and makes it larger.",
    ),
    (
        "training accuracy",
        "The fraction of training images that are classified correctly, counted in the steps of the epoch, thus while the weights still change, and with dropout if the network has it. It can therefore be lower than the test accuracy.",
    ),
    ("test accuracy", "The fraction of test images that are classified correctly."),
    (
        "test set",
        "Images that are never used for training, so that they show how well the network works on new images. Much worse results than on the training set are a sign of overfitting.",
    ),
    (
        "training set",
        "The images from which the weights are learned. Each image is used once per epoch.",
    ),
    (
        "t-SNE",
        "A two-dimensional map in which points with similar activations of a layer are close together; it is computed step by step. Distances between groups and sizes of groups have little meaning.",
    ),
    (
        "transposed convolution",
        "A layer that enlarges a feature map: each input value is multiplied by a learned kernel, here of 2×2, and the products are added to the output at positions one stride apart. With stride 2, height and width are doubled.",
    ),
    (
        "units",
        "The number of outputs of a dense layer. Each is a weighted sum of all inputs, with weights of its own.",
    ),
    (
        "U-Net",
        "A network for segmentation: an encoder reduces the resolution and a decoder restores it. Skip connections pass feature maps from the encoder to the decoder level of the same resolution.",
    ),
    (
        "volume error",
        "The difference between predicted and true area of a part in each slice, without its sign, added over the slices and multiplied by the distance between slices, in ml. Pixels missed in one slice are not made up for by pixels added in another. Below it: predicted and true volume.",
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

/// Returns the explanation of a term, if there is one. Parameters are explained by their table.
pub fn explanation(name: &str) -> Option<&'static str> {
    let param = params::all().find(|param| param.label == name);
    let word = GLOSSARY.iter().find(|(word, _)| *word == name);
    word.map(|(_, text)| *text).or(param.map(|param| param.help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_has_each_word_once_with_a_sentence() {
        for (index, (word, text)) in GLOSSARY.iter().enumerate() {
            assert!(
                GLOSSARY[..index].iter().all(|(w, _)| w != word),
                "“{word}” stands there twice"
            );
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
