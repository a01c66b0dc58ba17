"""Golden values of explanations, computed with PyTorch, for ../attributions.rs.

    pip install torch numpy
    python generate_attributions.py

Writes beside itself one text file a case: a line `name count`, then a line of numbers. The network
stands in the first line, in the text form that the page uses in links. `weights` are in the order of a
checkpoint: layer by layer weights (of a dense layer [in, out]), biases, then batch norm's scale, shift,
running mean, running variance.

    gray           64 × 64 (of the U-Net 16 × 16) gray values; the network sees them / 255
    target         its class, or the class of each pixel
    logits         in evaluation mode
    loss           mean cross-entropy
    slopes         root mean square of the loss's gradient with respect to each layer's output
    explained      the class that is explained: the most probable one (of the U-Net class 1)
    cam            Grad-CAM at the last feature maps (of the U-Net at the bottom), resized bilinearly
    gradient       input gradient times image
    integrated     integrated gradients from black, midpoint rule with 4096 points in double precision
    occlusion      mean drop of the logit over squares of an eighth of the side that cover a pixel
"""
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
POINTS = 4096


def randomize(module, generator):
    """Weights large enough that a random network has something to say."""
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)):
            bound = 1.5 / part.weight[0].numel() ** 0.5
            part.weight.data.uniform_(-bound, bound, generator=generator)
            part.bias.data.uniform_(-bound, bound, generator=generator)
        if isinstance(part, nn.BatchNorm2d):
            part.weight.data.uniform_(0.5, 1.5, generator=generator)
            part.bias.data.uniform_(-0.2, 0.2, generator=generator)
            part.running_mean.uniform_(-0.2, 0.2, generator=generator)
            part.running_var.uniform_(0.5, 1.5, generator=generator)


class Cnn(nn.Module):
    name = "model=cnn&layers=conv2k5.bn.relu.pool4_conv3k3.gelu.pool2_dense6.tanh"
    classes = 3
    side = 64

    def __init__(self):
        super().__init__()
        self.one, self.norm = nn.Conv2d(1, 2, 5), nn.BatchNorm2d(2)
        self.two = nn.Conv2d(2, 3, 3)
        self.three, self.head = nn.Linear(3 * 6 * 6, 6), nn.Linear(6, self.classes)

    def weights(self):
        return [*conv(self.one), *norm(self.norm), *conv(self.two), *dense(self.three), *dense(self.head)]

    def forward(self, x):
        first = F.max_pool2d(F.relu(self.norm(self.one(x))), 4)
        self.cam = F.gelu(self.two(first))
        second = F.max_pool2d(self.cam, 2)
        third = torch.tanh(self.three(second.flatten(1)))
        logits = self.head(third)
        self.layers = [x, first, second, third, logits]
        return logits


class UNet(nn.Module):
    name = "lab=segment&depth=1&width=4&up=transposed&bn=1"
    classes = 3
    side = 16

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(i, o, 3, padding=1) for i, o in [(1, 4), (4, 4), (4, 8), (8, 8), (8, 4), (4, 4)]
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c.out_channels) for c in self.convs)
        self.up, self.head = nn.ConvTranspose2d(8, 4, 2, stride=2), nn.Conv2d(4, self.classes, 1)

    def weights(self):
        layer = lambda i: [*conv(self.convs[i]), *norm(self.norms[i])]
        return [*layer(0), *layer(1), *layer(2), *layer(3), *conv(self.up), *layer(4), *layer(5), *conv(self.head)]

    def block(self, x, i):
        for place in (i, i + 1):
            x = F.relu(self.norms[place](self.convs[place](x)))
        return x

    def forward(self, x):
        skip = self.block(x, 0)
        self.cam = self.block(F.max_pool2d(skip, 2), 2)
        up = self.block(torch.cat([skip, self.up(self.cam)], 1), 4)
        logits = self.head(up)
        self.layers = [x, skip, self.cam, up, logits]
        return logits


def conv(layer):
    return [layer.weight, layer.bias]


def dense(layer):
    return [layer.weight.T, layer.bias]


def norm(layer):
    return [layer.weight, layer.bias, layer.running_mean, layer.running_var]


def explain(net, image):
    logits = net(image)
    if logits.dim() == 2:
        explained = int(logits.argmax())
        mask = None
    else:
        explained = 1
        mask = (logits.argmax(1) == explained).to(image.dtype)

    def score(x):
        out = net(x)[:, explained]
        return out if mask is None else (out * mask).flatten(1).sum(1)

    x = image.clone().requires_grad_()
    value = score(x)
    gradient, by_map = torch.autograd.grad(value.sum(), [x, net.cam])
    weight = by_map.mean((2, 3), keepdim=True)
    cam = F.relu((weight * net.cam).sum(1, keepdim=True))
    cam = F.interpolate(cam, image.shape[2:], mode="bilinear", align_corners=False)

    total = torch.zeros_like(image)
    for start in range(0, POINTS, 256):
        share = (torch.arange(start, start + 256, dtype=image.dtype) + 0.5) / POINTS
        path = (share[:, None, None, None] * image).requires_grad_()
        total += torch.autograd.grad(score(path).sum(), path)[0].sum(0, keepdim=True)
    integrated = image * total / POINTS

    side = image.shape[-1] // 8
    drop, count = torch.zeros_like(image), torch.zeros_like(image)
    for top in range(0, image.shape[-1] - side + 1, max(side // 2, 1)):
        for left in range(0, image.shape[-1] - side + 1, max(side // 2, 1)):
            covered = image.clone()
            covered[..., top : top + side, left : left + side] = image.mean()
            drop[..., top : top + side, left : left + side] += value.detach() - score(covered).detach()
            count[..., top : top + side, left : left + side] += 1
    occlusion = drop / count
    return explained, cam, gradient * image, integrated, occlusion


def main():
    for case, kind in [("cnn", Cnn), ("unet", UNet)]:
        generator = torch.Generator().manual_seed(5)
        net = kind().eval()
        randomize(net, generator)
        net = net.double()
        row, column = torch.meshgrid(*[torch.arange(net.side)] * 2, indexing="ij")
        blob = torch.exp(-(((row - net.side * 0.4) ** 2 + (column - net.side * 0.6) ** 2) / (net.side * 0.8)))
        noise = torch.rand(net.side, net.side, generator=generator)
        gray = ((0.7 * blob + 0.3 * noise) * 255).round()
        image = (gray / 255).double()[None, None]
        if kind is UNet:
            # So that each class gets some of the pixels.
            net.head.bias.data -= net(image).mean((0, 2, 3)).detach()
        logits = net(image)
        shape = (1,) if logits.dim() == 2 else (1, net.side, net.side)
        target = torch.randint(0, net.classes, shape, generator=generator)
        loss = F.cross_entropy(logits, target)
        x = image.clone().requires_grad_()
        again = F.cross_entropy(net(x), target)
        slopes = [g.square().mean().sqrt() for g in torch.autograd.grad(again, net.layers)]
        explained, *maps = explain(net, image)
        values = {
            "weights": torch.cat([w.detach().flatten() for w in net.weights()]),
            "gray": gray,
            "target": target,
            "logits": logits,
            "loss": loss,
            "slopes": torch.stack(slopes),
            "explained": torch.tensor([explained]),
            **dict(zip(["cam", "gradient", "integrated", "occlusion"], maps)),
        }
        # Large maps are sampled: every seventh value.
        lines = [f"{net.name}&classes={net.classes}&side={net.side}"]
        for name, value in values.items():
            flat = value.detach().flatten().tolist()
            if name in ("cam", "gradient", "integrated", "occlusion") and len(flat) > 1000:
                flat = flat[::7]
            lines += [f"{name} {len(flat)}", " ".join(f"{v:.6g}" for v in flat)]
        (HERE / f"attributions-{case}.txt").write_text("\n".join(lines) + "\n")


main()
