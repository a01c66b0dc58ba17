// The lab's CNN in tfjs: what the playground's speed is compared with.

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
 * Times training steps (forward, backward, Adam) on one batch, each up to its loss on the CPU side.
 * The first step, which compiles shaders and allocates, is not in the result.
 *
 * @param {string} backend `cpu` or `webgpu`
 * @param {number} batch images a step
 * @param {number} steps steps to time
 * @returns {Promise<{parameters: number, milliseconds: number[]}>}
 */
async function benchTfjs(backend, batch, steps) {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend “${backend}” here`);
  await tf.ready();
  const model = labCnn();
  const optimizer = tf.train.adam(0.001);
  const images = tf.randomUniform([batch, 64, 64, 1]);
  const labels = tf.oneHot(tf.range(0, batch, 1, "int32").mod(tf.scalar(6, "int32")), 6);
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
  const parameters = model.countParams();
  model.dispose();
  optimizer.dispose();
  tf.dispose([images, labels]);
  return { parameters, milliseconds };
}
