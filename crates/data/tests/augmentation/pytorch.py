"""Writes images and masks as PyTorch changes them, with the functions of the exported program.

Needs torch. Run it from anywhere; it writes pytorch.json beside itself.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
PARTS = HERE / "../../../export/src/pytorch/parts"
SEED, AUGMENTATION = 7, 11
FLIP, ROTATION, SHIFT, SCALING, BRIGHTENING = True, 12.0, 0.05, 0.1, 0.15

exec((PARTS / "random.py").read_text())
masks = [
    'masks = F.grid_sample(targets.unsqueeze(1).float(), grid, mode="nearest", **options)',
    "targets = masks.squeeze(1).long()",
]
exec((PARTS / "augment.py").read_text().replace("MASKS", "\n    ".join(masks)))

cases = []
for height, width in [(12, 12), (10, 16)]:
    # Values without symmetry, up to white.
    pixels = [(37 * i * i + 11 * i) % 256 for i in range(height * width)]
    classes = [i % 5 for i in range(height * width)]
    images = torch.tensor(pixels, dtype=torch.float32).reshape(1, 1, height, width) / 255
    targets = torch.tensor(classes).reshape(1, height, width)
    for epoch, index in [(0, 0), (3, 1), (4, 70_000)]:
        image, mask = augment(images, targets, epoch, [index])
        cases.append(
            {
                "size": [height, width],
                "epoch": epoch,
                "index": index,
                "pixels": pixels,
                "classes": classes,
                "image": [round(value, 6) for value in image.flatten().tolist()],
                "mask": mask.flatten().tolist(),
            }
        )
(HERE / "pytorch.json").write_text(json.dumps(cases) + "\n")
