"""Golden values of single training steps, computed with PyTorch, for step.rs.

    pip install torch safetensors numpy
    python generate_step.py

Trains small networks for three steps on the batch in `batch.safetensors`, once with each optimizer,
and writes one file a network, `step-<network>.safetensors`. The network and the learning rate stand
in the file's metadata. Layouts are PyTorch's own. Tensors, where <name> is the name of a parameter
as in the page (`conv1.weight`, `bn1.bias`, `fc1.weight`, each kind counted from 1, the output layer
the last `fc`), and <at> is `<optimizer>.<step>`:

    init.<name>             parameters before training
    <at>.logits             logits in training mode, before the update
    <at>.losses             cross-entropy of each image, from these logits
    <at>.norm.<name>        L2 norm of the gradient of the mean loss
    <at>.<what>.<unit>      for the units in UNITS: `old`, `gradient`, `new` (weights before and
                            after the update) and `moment0`, `moment1` (the optimizer's state before
                            the update; zeros before the first)
"""
import torch
from generate import HERE, Block, stack
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

NETWORKS = {
    "plain": "conv2k5.relu.pool4_conv3k4.tanh.pool2_dense6.relu",
    "norm": "conv2k5.bn.relu.pool6_dense6.bn.gelu",
}
RATE = 0.01
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=RATE),
    "momentum": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=RATE),
    "adamw": lambda p: torch.optim.AdamW(p, lr=RATE, weight_decay=0.05),
}
STATE = {"sgd": [], "momentum": ["momentum_buffer"], "adam": ["exp_avg", "exp_avg_sq"]}
STATE["adamw"] = STATE["adam"]
UNITS = [("conv1", 1), ("conv2", 2), ("fc1", 3), ("fc2", 5)]


def names(model):
    """The page's name of each parameter."""
    counts = {"conv": 0, "bn": 0, "fc": 0}
    for block in model:
        assert isinstance(block, Block)
        kind = "conv" if isinstance(block.layer, nn.Conv2d) else "fc"
        for kind, part in [(kind, block.layer), ("bn", block.norm)]:
            if part is not None:
                counts[kind] += 1
                for name, value in part.named_parameters():
                    yield f"{kind}{counts[kind]}.{name}", value


def steps(model, rule, x, y):
    optimizer = OPTIMIZERS[rule](model.parameters())
    out = {}
    for step in range(1, 4):
        at = f"{rule}.{step}"
        optimizer.zero_grad()
        logits = model(x)
        losses = F.cross_entropy(logits, y, reduction="none")
        losses.mean().backward()
        out |= {f"{at}.logits": logits.detach(), f"{at}.losses": losses.detach()}
        parameters = dict(names(model))
        for name, value in parameters.items():
            out[f"{at}.norm.{name}"] = value.grad.norm().reshape(1)
        chosen = [(n, u, parameters[f"{n}.weight"]) for n, u in UNITS if f"{n}.weight" in parameters]
        for name, unit, value in chosen:
            out[f"{at}.old.{name}"] = value[unit].detach().clone()
            out[f"{at}.gradient.{name}"] = value.grad[unit].clone()
            for index, key in enumerate(STATE[rule]):
                moment = optimizer.state[value].get(key, torch.zeros_like(value))
                out[f"{at}.moment{index}.{name}"] = moment[unit].clone()
        optimizer.step()
        for name, unit, value in chosen:
            out[f"{at}.new.{name}"] = value[unit].detach().clone()
    return out


def main():
    batch = load_file(HERE / "batch.safetensors")
    x, y = batch["input"] / 255, batch["target"].long()
    for network, layers in NETWORKS.items():
        torch.manual_seed(20261126)
        start = stack(layers).state_dict()
        out = {}
        for rule in OPTIMIZERS:
            model = stack(layers)
            model.load_state_dict(start)
            out |= {f"init.{k}": v.detach().clone() for k, v in names(model)}
            out |= steps(model, rule, x, y)
        about = {"model": "cnn", "layers": layers, "lr": str(RATE)}
        out = {k: v.contiguous() for k, v in out.items()}
        save_file(out, HERE / f"step-{network}.safetensors", metadata=about)
        print(network, {rule: out[f"{rule}.3.losses"].mean().item() for rule in OPTIMIZERS})


if __name__ == "__main__":
    main()
