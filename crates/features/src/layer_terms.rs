//! Terms of the glossary that name networks, layers and their settings.

/// Terms with their explanations.
pub(crate) const LAYER_TERMS: &[(&str, &str)] = &[
    (
        "activation",
        "A non-linear function, such as ReLU, that is applied to each output of a layer; its results are called activations too. Without it, several layers together could compute no more than one linear layer.",
    ),
    (
        "average pooling",
        "What pooling keeps of each square of values: the largest (max-pooling), or the mean (average pooling).",
    ),
    (
        "channels",
        "The number of feature maps that a convolution outputs; each is computed with its own learned filter. More channels can represent more patterns, but need more parameters.",
    ),
    (
        "CNN",
        "Convolutional neural network: small learned filters are applied at every position of the image, so that a pattern can be found anywhere in it.",
    ),
    (
        "convolution",
        "A layer that moves a small filter over the image and computes the weighted sum of the values under it at each position. The same weights are used at every position.",
    ),
    (
        "dense",
        "A fully connected layer: each unit computes a weighted sum of all inputs, plus a bias.",
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
        "global average pooling",
        "Replaces each feature map by its mean, so that the next layer sees how strongly a pattern is present and not where. It has no weights, and saves those of a large dense layer (Lin et al. 2014).",
    ),
    (
        "kernel",
        "The filter of a convolution: a square of learned weights, whose side is given in pixels. A larger kernel covers a larger part of the image and has more parameters.",
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
        "output shape",
        "The size of a layer’s output for one image: channels × height × width, or the number of units of a dense layer.",
    ),
    (
        "padding",
        "Pixels of value 0 that are added on each side of the image, so that the output of a convolution can be as large as its input. Max-pooling ignores them; a transposed convolution instead removes that many pixels from each side of its output.",
    ),
    (
        "pooling",
        "Of each square of values, only the largest (max-pooling) or the mean (average pooling) is kept. A square with a side of 2 halves the height and width of the feature map; a side of 1 is no pooling.",
    ),
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
];
