"""The labs' networks in PyTorch, on one thread and on one for each core: what the playground's speed on
the CPU is compared with.

Run by `cargo xtask bench --peer torch`. Prints images a second as the median over some steps.
"""

import os
import statistics
import time

import torch
from torch import nn

STEPS = 12


def cnn() -> nn.Module:
    """The same layers as the playground's CNN: 1,103,556 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(3380, 320), nn.ReLU(),
        nn.Linear(320, 50), nn.ReLU(),
        nn.Linear(50, 6),
    )


class UNet(nn.Module):
    """The same layers as the default U-Net for two classes of pixels: 29,650 parameters."""

    def __init__(self) -> None:
        super().__init__()

        def double(inputs: int, outputs: int) -> nn.Module:
            def layer(inputs: int) -> list[nn.Module]:
                return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]

            return nn.Sequential(*layer(inputs), *layer(outputs))

        self.down = nn.ModuleList([double(1, 8), double(8, 16)])
        self.bottom = double(16, 32)
        self.up = nn.ModuleList([nn.ConvTranspose2d(32, 16, 2, 2), nn.ConvTranspose2d(16, 8, 2, 2)])
        self.convs = nn.ModuleList([double(32, 16), double(16, 8)])
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
            x = nn.functional.max_pool2d(x, 2)
        x = self.bottom(x)
        for up, convs in zip(self.up, self.convs):
            x = convs(torch.cat([skips.pop(), up(x)], 1))
        return self.head(x)


def measure(name: str, model: nn.Module, parameters: int, batch: int, classes: int, shape: tuple) -> None:
    assert sum(p.numel() for p in model.parameters()) == parameters, "it must be the same network"
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.rand(batch, 1, 64, 64)
    targets = torch.randint(0, classes, (batch, *shape))
    seconds = []
    for _ in range(STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), targets)
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    speed = batch / statistics.median(seconds[2:])
    threads = torch.get_num_threads()
    name_of_threads = "one thread" if threads == 1 else f"{threads} threads"
    print(f"torch {torch.__version__}, {name_of_threads}, {name}: {speed:.0f} images/s")


# Cores that this process may use, which can be fewer than the machine has.
cores = len(os.sched_getaffinity(0))
for threads in sorted({1, cores}):
    torch.set_num_threads(threads)
    measure("CNN, batch 16", cnn(), 1_103_556, 16, 6, ())
    measure("CNN, batch 64", cnn(), 1_103_556, 64, 6, ())
    measure("U-Net, batch 8", UNet(), 29_650, 8, 2, (64, 64))
