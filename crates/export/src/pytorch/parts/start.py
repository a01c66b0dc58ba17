model = Network()
if WEIGHTS is None:
    draw_first_weights(model)
else:
    model.load_state_dict(read_safetensors(WEIGHTS))
model = model.to(DEVICE)
print(sum(parameter.numel() for parameter in model.parameters()), "learned values")
