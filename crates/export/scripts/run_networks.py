"""Computes logits and gradients of exported networks with their first weights, in training mode and with
64-bit numbers.

    python run_networks.py FOLDER NAME...

For each name, FOLDER has NAME.py, the sections of a program up to the first weights, and NAME.json with
`images` of a `shape` and `factors`, one of each logit. The sum of factors times logits is differentiated.
NAME.out.json gets the `logits` and, by the name of the parameter, the `gradients`.
"""

import contextlib
import json
import sys
from pathlib import Path

import torch

folder, *names = sys.argv[1:]
for name in names:
    path = Path(folder) / f"{name}.py"
    given = json.loads(path.with_suffix(".json").read_text())
    sys.argv = [str(path)]
    values = {"__name__": "__main__"}
    with contextlib.redirect_stdout(sys.stderr):
        exec(compile(path.read_text(), str(path), "exec"), values)
    model, device = values["model"], values["DEVICE"]
    if "Dropout" in values:
        values["Dropout"].random = values["Random"](values["DROPOUT"], 0)
    model.double().train()
    images = torch.tensor(given["images"]).reshape(given["shape"]).double().to(device)
    logits = model(images)
    factors = torch.tensor(given["factors"]).reshape(logits.shape).double().to(device)
    (factors * logits).sum().backward()
    gradients = {key: value.grad.flatten().tolist() for key, value in model.named_parameters()}
    found = {"logits": logits.flatten().tolist(), "gradients": gradients}
    path.with_suffix(".out.json").write_text(json.dumps(found))
