def draw_first_weights(model):
    """Draws weights and biases between -1/√n and 1/√n, where n is the number of inputs of a unit.
    This is PyTorch's own rule, but with the random numbers of the page."""
    for name, stream in STREAMS.items():
        random = Random(FIRST_WEIGHTS, stream)
        layer = model.get_submodule(name)
        bound = 1 / math.sqrt(layer.weight[0].numel())
        for parameter in (layer.weight, layer.bias):
            numbers = np.array([random.uniform() for _ in range(parameter.numel())])
            values = torch.tensor(-bound + 2 * bound * numbers, dtype=torch.float32)
            parameter.data = values.reshape(parameter.shape)


def read_safetensors(path):
    """Reads a safetensors file: 8 bytes with the length of the header, the header in JSON, then the
    values of all tensors."""
    content = Path(path).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            values = np.frombuffer(content[start + first : start + last], dtype="<f4")
            tensors[name] = torch.tensor(values.copy()).reshape(entry["shape"])
    return tensors
