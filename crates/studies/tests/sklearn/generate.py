"""Golden values for main.rs: scores of ridge regressions on layers, by scikit-learn.

    pip install numpy scikit-learn
    python generate.py

Writes values.json beside itself. A test of this crate writes the features of each layer and the planted
targets into a temporary folder.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import LabelBinarizer

HERE = Path(__file__).parent
RIDGE = 0.01


def score(folder, name, layer, is_number):
    """R² of a number, accuracy of a class."""

    def part(which):
        values = np.fromfile(folder / f"{name}-{which}.values", dtype=np.float64)
        rows = np.fromfile(folder / f"{name}-{which}-{layer}.features", dtype=np.float32)
        return rows.astype(np.float64).reshape(len(values), -1), values

    (train, target), (test, truth) = part("train"), part("test")
    # Relative to the mean squared distance of the examples from their mean.
    alpha = RIDGE * ((train - train.mean(axis=0)) ** 2).sum(axis=1).mean()
    ridge = Ridge(alpha=alpha, solver="cholesky")
    if is_number:
        return r2_score(truth, ridge.fit(train, target).predict(test))
    labels = LabelBinarizer().fit_transform(target)
    if labels.shape[1] == 1:
        labels = np.hstack([1 - labels, labels])
    return accuracy_score(truth, ridge.fit(train, labels).predict(test).argmax(axis=1))


def main():
    with tempfile.TemporaryDirectory() as folder:
        command = ["cargo", "test", "-p", "studies", "--test", "sklearn", "dump_features", "--", "--ignored"]
        subprocess.run(command, check=True, cwd=HERE, env={**os.environ, "PROBE_FEATURES": folder})
        folder = Path(folder)
        targets = json.loads((folder / "targets.json").read_text())
        scores = {
            name: [round(score(folder, name, layer, is_number), 6) for layer in range(layers)]
            for name, is_number, layers in targets
        }
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(values)}" for name, values in scores.items())
    (HERE / "values.json").write_text("{\n" + rows + "\n}\n")


main()
