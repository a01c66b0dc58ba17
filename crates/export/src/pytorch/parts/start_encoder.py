def start_encoder(model, tensors):
    """Copies the first layers of a classifier to the encoder: weights, biases and, of batch norms,
    the running statistics. The layers after them are left out."""
    for source, target in ENCODER.items():
        start = source + "."
        layer = {name[len(start) :]: tensors[name] for name in tensors if name.startswith(start)}
        model.get_submodule(target).load_state_dict(layer)


model = Network()
draw_first_weights(model)
if WEIGHTS is None:
    print("No file of a classifier was named: the encoder starts from random weights, too.")
else:
    tensors = read_safetensors(WEIGHTS)
    if "head.weight" in tensors:
        model.load_state_dict(tensors)  # all weights of this network
    else:
        start_encoder(model, tensors)
model = model.to(DEVICE)
print(sum(parameter.numel() for parameter in model.parameters()), "learned values")
