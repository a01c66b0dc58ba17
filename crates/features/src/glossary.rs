//! The glossary: terms with explanations for first-year students.

use model::params;

/// Terms with their explanations.
const GLOSSARY: &[(&str, &str)] = &[
    ("accuracy", "The share of images whose most probable class is the right one."),
    (
        "activation",
        "A simple curve applied to every value a layer puts out. Without it, any number of layers could be replaced by a single one.",
    ),
    (
        "Adam",
        "Gradient descent with a step size of its own for every weight, learned from how large and how steady that weight’s gradients have been.",
    ),
    (
        "AdamW",
        "Adam that also pulls every weight a little towards zero at each step, which keeps the network from relying on few large weights.",
    ),
    (
        "attribution",
        "For every pixel, how much it speaks for an answer or against it. There are many ways to compute one, and none is the truth.",
    ),
    (
        "backpropagation",
        "The loss’s gradient is passed back from layer to layer by the chain rule. Where it gets small on the way, the first layers learn slowly.",
    ),
    ("batch", "The images that the network looks at together before it changes its weights once."),
    (
        "channels",
        "How many feature maps a convolution puts out; each is the answer of one learned filter.",
    ),
    (
        "class weight",
        "How much a pixel of this class counts in the loss. With equal weights a structure of few pixels hardly counts.",
    ),
    (
        "CNN",
        "Convolutional neural network: small learned filters slide over the image, so that a pattern is recognised wherever it lies.",
    ),
    (
        "confusion matrix",
        "A table of how often images of each class (row) were taken for each class (column). Everything off the diagonal is an error.",
    ),
    (
        "convolution",
        "A small filter that slides over the image and answers at every place how well its pattern fits.",
    ),
    (
        "cross-entropy",
        "The negative logarithm of the probability that the network gave to the right class: 0 when it is certain and right, large when it is certain and wrong.",
    ),
    (
        "cross-entropy per pixel",
        "The mean over all pixels of the negative logarithm of the probability that each got for its right class. Many easy background pixels can hide few wrong ones.",
    ),
    (
        "dead unit",
        "A unit that puts out the same value for every image. It tells nothing apart, and a dead ReLU gets no gradient to change it.",
    ),
    (
        "decoder",
        "The way up in a U-Net: maps are enlarged step by step until every pixel of the image has its answer.",
    ),
    ("dense", "A layer in which every unit is connected to every value that arrives."),
    (
        "Dice",
        "Overlap of two masks: twice the pixels that they share, divided by the pixels of both. 1 where they are the same, 0 where they share nothing.",
    ),
    (
        "dropout",
        "While training, this share of the values is set to zero at random, so that the network cannot rely on any single one.",
    ),
    (
        "encoder",
        "The way down in a U-Net: at each level half the resolution and twice the maps, so that a pixel knows of ever wider surroundings.",
    ),
    (
        "epoch",
        "One pass over all training images. Afterwards the network is examined on the test set.",
    ),
    (
        "F1",
        "One number for precision and recall together: their harmonic mean, high only when both are.",
    ),
    (
        "focal loss",
        "Cross-entropy in which a pixel counts less the surer the network already is of its right class, so that the difficult pixels decide.",
    ),
    (
        "Grad-CAM",
        "Adds up the last feature maps, each weighted by how much more of it would raise the class. Coarse as those maps are, it is made as large as the image.",
    ),
    (
        "gradient ascent",
        "Training turned round: the weights stay, and the image is changed step by step until it excites a unit as much as it can.",
    ),
    (
        "gradient norm",
        "How strongly the loss of this image would change with what the unit puts out. Where it is 0, nothing is learned from the image.",
    ),
    (
        "Hausdorff 95",
        "How far the boundaries of two masks lie apart in millimetres: 95 % of the boundary points are nearer to the other boundary than this.",
    ),
    (
        "HiResCAM",
        "As Grad-CAM, but every place of a feature map has a weight of its own, which is what a network does whose dense layers look at each place separately.",
    ),
    (
        "input × gradient",
        "Each pixel’s value times the slope of the class’s logit there: what the pixel contributes if the network were a straight line.",
    ),
    (
        "integrated gradients",
        "The slopes of the logit, averaged on the way from a black image to this one, times the image. They add up to the difference of the logits at both ends.",
    ),
    (
        "kernel",
        "The filter of a convolution: a small square of learned weights that is laid on the image. Its side is given in pixels.",
    ),
    (
        "linear probe",
        "A linear classifier that is given nothing but what one layer puts out for the training images. How many test images it gets right tells how easily the class can be read off that layer.",
    ),
    (
        "logits",
        "The network’s raw scores, one a class. Softmax turns them into probabilities; only the differences between them count.",
    ),
    (
        "mask",
        "An image of class numbers: for every pixel, which structure it belongs to. Here an expert drew it.",
    ),
    (
        "max-pooling",
        "Keeps only the largest value of each window. It has no weights: the map gets smaller, and what was found somewhere in the window is still there.",
    ),
    (
        "MLP",
        "Multi-layer perceptron: dense layers only. It sees the image as a list of 4,096 values and knows nothing of neighbours.",
    ),
    (
        "nearest neighbours",
        "The images whose values in the last hidden layer differ least. What is close there looks alike to the network, whatever it looks like to us.",
    ),
    (
        "occlusion",
        "A gray square covers one place after another; where the class’s logit falls, the network needs what was there.",
    ),
    (
        "output shape",
        "What a layer passes on for one image: channels × height × width, or the length of a list.",
    ),
    (
        "padding",
        "Pixels of zeros around the image, so that the window also fits over its border and the output stays as large as the input. Max-pooling passes them over; a transposed convolution cuts that many off its output instead.",
    ),
    ("parameters", "The numbers that training changes: weights, biases, and those of batch norm."),
    (
        "PCA",
        "Principal component analysis: of all directions in the space of a layer’s values, the two along which the images differ most. The map is what one sees looking along them, like a shadow.",
    ),
    (
        "phantoms",
        "Images drawn by the page itself that look a little like body parts. They need no download and no patient.",
    ),
    (
        "pixel accuracy",
        "The share of pixels with the right class. Where nearly all pixels are background it is high for a network that finds nothing at all.",
    ),
    (
        "pooling",
        "Keeps only the largest value of each small square, which halves (or more) the side of the map.",
    ),
    ("precision", "Of all images that the network called this class, the share that really are."),
    (
        "probabilities",
        "The logits after softmax: between 0 and 1, and 1 in total. How sure the network is, not how right.",
    ),
    ("recall", "Of all images that really are of this class, the share that the network found."),
    (
        "receptive field",
        "The part of the image that one output pixel depends on. What lies outside cannot change it.",
    ),
    (
        "segmentation",
        "Saying for every pixel of an image what it belongs to, where classification says it once for the whole image.",
    ),
    (
        "SGD",
        "Stochastic gradient descent: every weight moves downhill, by the learning rate times its gradient on one batch.",
    ),
    (
        "smoothed",
        "A running mean over the last steps, which shows the trend behind the noise from batch to batch.",
    ),
    ("step", "One batch, one gradient, one change of all weights."),
    (
        "stride",
        "How many pixels the window moves from one output pixel to the next. With stride 2 the output has half the side. In a transposed convolution it moves over the output.",
    ),
    ("test accuracy", "The share of test images that the network gets right."),
    (
        "test set",
        "Images that the network never trains on. Only they tell whether it has learned or memorised.",
    ),
    (
        "training set",
        "The images that the network learns from; it sees each of them once an epoch.",
    ),
    (
        "t-SNE",
        "A map on which neighbours in the space of a layer’s values stay neighbours, found step by step. How far apart two groups lie, and how large they are, means little.",
    ),
    (
        "transposed convolution",
        "A convolution the other way round: each value of a small map paints a learned patch, here of 2×2, of a map twice as large. Where patches overlap they add up.",
    ),
    (
        "U-Net",
        "A network for segmentation: an encoder that sees ever more of the image, a decoder that gets back to every pixel, and skip connections between them.",
    ),
    (
        "voxel",
        "A pixel with a depth: the smallest box of a volume. Its edges in millimetres tell how large things are.",
    ),
    (
        "weights",
        "The numbers that a unit multiplies its input by before it adds up. They are what is learned; drawn as an image, they show what the unit looks for.",
    ),
    (
        "window/level",
        "Which gray values are spread over the screen from black to white: the level is their middle, the window their range.",
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
