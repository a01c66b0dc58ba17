"""Golden values of small networks, computed with PyTorch, for ../golden.rs.

    pip install torch safetensors numpy
    python generate.py

Writes beside itself `batch.safetensors` (four images as bytes, their classes) and one file a case.
The case's network, optimizer and learning rate stand in the file's metadata, in the text form
that the page uses in links. Layouts are PyTorch's own: dense weights [out, in], convolution
weights [out, in, height, width]. Tensors of a case:

    init.<name>          parameters before training
    logits, loss         forward pass in training mode, mean cross-entropy
    grad.<name>          gradients of that loss
    step3.<name>         parameters after three optimizer steps on the same batch
    step3.loss           training-mode loss after those steps
    step3.mean.<layer>, step3.var.<layer>    running statistics of batch norm, where there is one
    step3.logits         evaluation-mode logits after those steps

where <name> is `<layer>.weight`, `<layer>.bias`, `<layer>.norm.weight` or `<layer>.norm.bias` and
<layer> counts from 0, the output layer last.
"""
import pathlib
import re

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
CLASSES = 6
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "gelu": F.gelu, "sigmoid": torch.sigmoid}
CASES = {
    "mlp-sgd": ("mlp", "dense2.tanh", "sgd", 0.01),
    "cnn-sgd": ("cnn", "conv2k5.relu.pool2_conv3k3.relu.pool2_dense5.relu", "sgd", 0.01),
    "norm-sgd": ("cnn", "conv2k5.bn.gelu.pool3_conv3k3.sigmoid.pool2_dense6.bn.tanh", "sgd", 0.01),
    "cnn-adam": ("cnn", "conv2k5.gelu.pool4_conv3k4.sigmoid_dense6.tanh", "adam", 0.001),
    "cnn-adamw": ("cnn", "conv2k3.tanh.pool4_dense4.gelu", "adamw", 0.001),
}
OPTIMIZERS = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
    "adam": lambda p, lr: torch.optim.Adam(p, lr=lr),
    "adamw": lambda p, lr: torch.optim.AdamW(p, lr=lr, weight_decay=0.01),
}


class Block(nn.Module):
    """One layer of a stack, from its text form."""

    def __init__(self, text, shape):
        super().__init__()
        head, *parts = text.split(".")
        self.pool = 1
        self.activation = None
        if conv := re.fullmatch(r"conv(\d+)k(\d+)", head):
            out, kernel = int(conv[1]), int(conv[2])
            self.layer = nn.Conv2d(shape[0], out, kernel)
            side = shape[1] - kernel + 1
            self.shape = (out, side)
        else:
            out = int(head.removeprefix("dense"))
            self.layer = nn.Linear(shape[0] * shape[1] ** 2, out)
            self.shape = (out, 1)
        self.norm = None
        for part in parts:
            if part == "bn":
                self.norm = (nn.BatchNorm2d if conv else nn.BatchNorm1d)(out)
            elif part in ACTIVATIONS:
                self.activation = ACTIVATIONS[part]
            elif pool := re.fullmatch(r"pool(\d)", part):
                self.pool = int(pool[1])
                self.shape = (out, self.shape[1] // self.pool)
            else:
                raise ValueError(part)

    def forward(self, x):
        if isinstance(self.layer, nn.Linear):
            x = x.flatten(1)
        x = self.layer(x)
        x = self.norm(x) if self.norm else x
        x = self.activation(x) if self.activation else x
        return F.max_pool2d(x, self.pool) if self.pool > 1 else x


def stack(text):
    shape, blocks = (1, 64), []
    for part in [*text.split("_"), f"dense{CLASSES}"]:
        blocks.append(Block(part, shape))
        shape = blocks[-1].shape
    return nn.Sequential(*blocks)


def names(model):
    """Our names of the parameters, in PyTorch's order."""
    for name, value in model.named_parameters():
        yield name.replace(".layer.", "."), value


def record(layers, optimizer, rate, x, y):
    model = stack(layers)
    optimizer = OPTIMIZERS[optimizer](model.parameters(), rate)
    out = {f"init.{k}": v.detach().clone() for k, v in names(model)}
    logits = model(x)
    loss = F.cross_entropy(logits, y)
    loss.backward()
    out |= {"logits": logits.detach(), "loss": loss.detach().reshape(1)}
    out |= {f"grad.{k}": v.grad.clone() for k, v in names(model)}
    # The recorded forward pass has moved batch norm's running statistics; the steps start afresh.
    for block in model:
        if block.norm:
            block.norm.reset_running_stats()
    for _ in range(3):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    out |= {f"step3.{k}": v.detach().clone() for k, v in names(model)}
    for index, block in enumerate(model):
        if block.norm:
            out[f"step3.mean.{index}"] = block.norm.running_mean.clone()
            out[f"step3.var.{index}"] = block.norm.running_var.clone()
    with torch.no_grad():
        model.eval()
        out["step3.logits"] = model(x)
        model.train()
        out["step3.loss"] = F.cross_entropy(model(x), y).reshape(1)
    return {k: v.contiguous() for k, v in out.items()}


def main():
    torch.manual_seed(20261123)
    images = torch.randint(0, 256, (4, 1, 64, 64), dtype=torch.uint8)
    classes = torch.tensor([0, 3, 5, 1], dtype=torch.uint8)
    save_file({"input": images, "target": classes}, HERE / "batch.safetensors")
    for case, (model, layers, optimizer, rate) in CASES.items():
        tensors = record(layers, optimizer, rate, images / 255, classes.long())
        about = {"model": model, "layers": layers, "optimizer": optimizer, "lr": str(rate)}
        save_file(tensors, HERE / f"{case}.safetensors", metadata=about)
        print(case, "loss", tensors["loss"].item(), "after 3 steps", tensors["step3.loss"].item())


if __name__ == "__main__":
    main()
