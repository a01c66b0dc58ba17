"""Golden values of small U-Nets and of the segmentation losses, computed with PyTorch, for unet.rs.

    pip install torch safetensors numpy
    python generate_unet.py

Writes two files beside itself. Both begin with

    input, target        two images as bytes, 1 x 16 x 16, and the class of each of their pixels
    init.<name>          parameters before training
    logits               forward pass in training mode

The U-Net stands in the file's metadata, in the text form that the page uses in links. <name> is
`<layer>.weight`, `<layer>.bias`, `<layer>.norm.weight` or `<layer>.norm.bias`; layers count from 0
in the order in which they compute: encoder, bottom, decoder (upsampling first), head. Layouts are
PyTorch's own: convolutions [out, in, height, width], transposed ones [in, out, height, width].

`unet-losses` holds for each loss

    <loss>.loss, <loss>.grad.<name>        <loss> as in a link; all but Dice with balanced classes

and `unet-norm`, nearest upsampling with batch norm and one skip connection cut,

    loss, grad.<name>                      of the loss in the metadata
    step3.loss, step3.logits               training-mode loss and evaluation-mode logits after
                                           three optimizer steps on the same batch
    step3.mean.<layer>, step3.var.<layer>  running statistics after those
"""
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
CLASSES = 3
SIDE = 16


class UNet(nn.Module):
    """A flat list of layers, so that their numbers are the names."""

    def __init__(self, depth, width, nearest, norm, skips):
        super().__init__()
        self.depth, self.nearest, self.skips = depth, nearest, skips
        self.layers, self.norms = nn.ModuleList(), nn.ModuleDict()

        def conv(inputs, outputs):
            self.layers.append(nn.Conv2d(inputs, outputs, 3, padding=1))
            if norm:
                self.norms[str(len(self.layers) - 1)] = nn.BatchNorm2d(outputs)

        channels = [width << level for level in range(depth + 1)]
        inputs = 1
        for outputs in channels:
            conv(inputs, outputs)
            conv(outputs, outputs)
            inputs = outputs
        for level in reversed(range(depth)):
            below, outputs = channels[level + 1], channels[level]
            if nearest:
                self.layers.append(nn.Conv2d(below, outputs, 3, padding=1))
            else:
                self.layers.append(nn.ConvTranspose2d(below, outputs, 2, 2))
            conv(outputs * (2 if skips[level] else 1), outputs)
            conv(outputs, outputs)
        self.layers.append(nn.Conv2d(width, CLASSES, 1))

    def forward(self, x):
        place = 0

        def layer(x, activated=True):
            nonlocal place
            x = self.layers[place](x)
            x = self.norms[str(place)](x) if str(place) in self.norms else x
            place += 1
            return F.relu(x) if activated else x

        kept = []
        for _ in range(self.depth):
            x = layer(layer(x))
            kept.append(x)
            x = F.max_pool2d(x, 2)
        x = layer(layer(x))
        for level in reversed(range(self.depth)):
            x = F.interpolate(x, scale_factor=2, mode="nearest") if self.nearest else x
            x = layer(x, activated=False)
            x = torch.cat([kept[level], x], 1) if self.skips[level] else x
            x = layer(layer(x))
        return layer(x, activated=False)

    def named(self):
        for index, part in enumerate(self.layers):
            yield f"{index}.weight", part.weight
            yield f"{index}.bias", part.bias
        for index, part in self.norms.items():
            yield f"{index}.norm.weight", part.weight
            yield f"{index}.norm.bias", part.bias


def dice_loss(logits, target):
    probability = logits.softmax(1)
    scores = []
    for label in range(1, CLASSES):
        p, q = probability[:, label], (target == label).float()
        scores.append((2 * (p * q).sum() + 1) / (p.sum() + q.sum() + 1))
    return 1 - sum(scores) / len(scores)


def focal(logits, target, weight):
    right = logits.softmax(1).gather(1, target[:, None])[:, 0]
    weights = weight[target]
    return (weights * (1 - right) ** 2 * -right.log()).sum() / weights.sum()


LOSSES = {
    "ce": lambda x, y, w: F.cross_entropy(x, y, weight=w),
    "dice": lambda x, y, w: dice_loss(x, y),
    "ce-dice": lambda x, y, w: F.cross_entropy(x, y, weight=w) + dice_loss(x, y),
    "focal": focal,
}


def balanced(target):
    """The inverse of each class's share of the pixels, scaled to a mean of 1."""
    inverse = target.numel() / torch.bincount(target.flatten(), minlength=CLASSES)
    return (inverse / inverse.mean()).float()


def batch():
    images = torch.randint(0, 256, (2, 1, SIDE, SIDE), dtype=torch.uint8)
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    masks = []
    for row, column in ((6, 5), (9, 11)):
        distance = (rows - row) ** 2 + (columns - column) ** 2
        masks.append((distance < 26).to(torch.uint8) + (distance < 9).to(torch.uint8))
    return images, torch.stack(masks)


def save(name, about, tensors):
    tensors = {key: value.detach().contiguous() for key, value in tensors.items()}
    save_file(tensors, HERE / f"{name}.safetensors", metadata=about)


def losses():
    images, masks = batch()
    x, y = images / 255, masks.long()
    model = UNet(1, 4, False, False, [True])
    about = {"depth": "1", "width": "4", "up": "transposed", "bn": "0", "skips": "1"}
    out = {"input": images, "target": masks, "logits": model(x)}
    out |= {f"init.{name}": value.clone() for name, value in model.named()}
    for kind, loss in LOSSES.items():
        model.zero_grad()
        value = loss(model(x), y, balanced(y))
        value.backward()
        out[f"{kind}.loss"] = value.reshape(1)
        out |= {f"{kind}.grad.{name}": v.grad.clone() for name, v in model.named()}
    save("unet-losses", about, out)


def norm():
    images, masks = batch()
    x, y = images / 255, masks.long()
    model = UNet(2, 4, True, True, [False, True])
    loss = lambda: LOSSES["ce-dice"](model(x), y, torch.ones(CLASSES))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    about = {"depth": "2", "width": "4", "up": "nearest", "bn": "1", "skips": "01"}
    about |= {"loss": "ce-dice", "balanced": "0", "optimizer": "sgd", "lr": "0.05"}
    out = {"input": images, "target": masks, "logits": model(x)}
    out |= {f"init.{name}": value.detach().clone() for name, value in model.named()}
    value = loss()
    value.backward()
    out |= {"loss": value.reshape(1)}
    out |= {f"grad.{name}": value.grad.clone() for name, value in model.named()}
    # The recorded passes have moved the running statistics; the steps start afresh.
    for part in model.norms.values():
        part.reset_running_stats()
    for _ in range(3):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    for index, part in model.norms.items():
        out[f"step3.mean.{index}"] = part.running_mean.clone()
        out[f"step3.var.{index}"] = part.running_var.clone()
    model.eval()
    out["step3.logits"] = model(x)
    model.train()
    out["step3.loss"] = loss().reshape(1)
    save("unet-norm", about, out)


if __name__ == "__main__":
    torch.manual_seed(20261123)
    losses()
    norm()
