// The labs' networks in tfjs: what the playground's speed is compared with.

/** The same layers as the playground's `Network::lab(Model::Cnn)`: 1,103,556 parameters. */
function labCnn() {
  const conv = (filters, more = {}) =>
    tf.layers.conv2d({ filters, kernelSize: 5, activation: "relu", ...more });
  return tf.sequential({
    layers: [
      conv(10, { inputShape: [64, 64, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      conv(20),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 320, activation: "relu" }),
      tf.layers.dense({ units: 50, activation: "relu" }),
      tf.layers.dense({ units: 6 }),
    ],
  });
}

/**
 * The same layers as the default U-Net for two classes of pixels: 29,650 learned values, and the
 * running statistics of batch norm.
 */
function labUnet() {
  const conv = (x, filters) => {
    const made = tf.layers.conv2d({ filters, kernelSize: 3, padding: "same" }).apply(x);
    const normed = tf.layers.batchNormalization({ axis: -1, momentum: 0.9 }).apply(made);
    return tf.layers.reLU().apply(normed);
  };
  const double = (x, filters) => conv(conv(x, filters), filters);
  const image = tf.input({ shape: [64, 64, 1] });
  const skips = [];
  let maps = image;
  for (const filters of [8, 16]) {
    maps = double(maps, filters);
    skips.push(maps);
    maps = tf.layers.maxPooling2d({ poolSize: 2 }).apply(maps);
  }
  maps = double(maps, 32);
  for (const filters of [16, 8]) {
    const up = tf.layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2 }).apply(maps);
    maps = double(tf.layers.concatenate().apply([skips.pop(), up]), filters);
  }
  const logits = tf.layers.conv2d({ filters: 2, kernelSize: 1 }).apply(maps);
  return tf.model({ inputs: image, outputs: logits });
}

/** Class ids of a batch: one an image, or one a pixel. */
const NETWORKS = {
  cnn: { build: labCnn, shape: [], classes: 6 },
  unet: { build: labUnet, shape: [64, 64], classes: 2 },
};

/**
 * Times training steps (forward, backward, Adam) on one batch, each up to its loss on the CPU side.
 * The first step, which compiles shaders and allocates, is not in the result.
 *
 * @param {string} backend `cpu` or `webgpu`
 * @param {string} network `cnn` or `unet`; the latter with cross-entropy, the cheapest of its losses
 * @param {number} batch images a step
 * @param {number} steps steps to time
 * @returns {Promise<{parameters: number, milliseconds: number[]}>} learned values; time of each step
 */
async function benchTfjs(backend, network, batch, steps) {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend “${backend}” here`);
  await tf.ready();
  const { build, shape, classes } = NETWORKS[network];
  const model = build();
  const optimizer = tf.train.adam(0.001);
  const images = tf.randomUniform([batch, 64, 64, 1]);
  const labels = tf.tidy(() => {
    const ids = tf.floor(tf.randomUniform([batch, ...shape], 0, classes)).toInt();
    return tf.oneHot(ids, classes);
  });
  const milliseconds = [];
  for (let step = 0; step <= steps; step++) {
    const start = performance.now();
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true })),
      true,
    );
    const [value] = await loss.data();
    loss.dispose();
    if (!Number.isFinite(value)) throw new Error(`the loss is ${value}`);
    if (step > 0) milliseconds.push(performance.now() - start);
  }
  const parameters = model.trainableWeights.reduce((sum, weights) => {
    return sum + weights.shape.reduce((product, side) => product * side, 1);
  }, 0);
  model.dispose();
  optimizer.dispose();
  tf.dispose([images, labels]);
  return { parameters, milliseconds };
}
