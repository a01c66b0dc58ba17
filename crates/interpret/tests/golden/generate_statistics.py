"""Writes statistics.txt: a linear probe, principal components and Procrustes by NumPy.

Everything is computed another way than in the crate: the probe in its primal form, from features
instead of their inner products, and the rest by singular value decomposition.

    python3 generate_statistics.py
"""

from pathlib import Path

import numpy as np

TRAIN, TEST, FEATURES, CLASSES, RIDGE = 24, 12, 40, 3, 0.01

rng = np.random.default_rng(20)
labels = np.arange(TRAIN + TEST) % CLASSES
centers = rng.normal(size=(CLASSES, FEATURES))
noise = rng.normal(size=(TRAIN + TEST, FEATURES))
# As after a ReLU, with a mean that the intercept has to take away.
features = np.maximum(0, np.round(0.6 * centers[labels] + noise + 1, 2))
train, test = features[:TRAIN], features[TRAIN:]

mean = train.mean(axis=0)
x = train - mean
targets = np.eye(CLASSES)[labels[:TRAIN]]
shares = targets.mean(axis=0)
penalty = RIDGE * np.trace(x @ x.T) / TRAIN
weight = np.linalg.solve(x.T @ x + penalty * np.eye(FEATURES), x.T @ (targets - shares))
scores = (test - mean) @ weight + shares

u, s, _ = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
plane = u[:, :2] * s[:2]
plane *= np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])

# A map that is mirrored, turned, moved and blurred, and the best way back.
mirrored = np.array([[np.cos(2), np.sin(2)], [np.sin(2), -np.cos(2)]])
reference = np.round(plane @ mirrored + [3, -1] + 0.5 * rng.normal(size=plane.shape), 4)
centered, target = plane - plane.mean(axis=0), reference - reference.mean(axis=0)
left, _, right = np.linalg.svd(centered.T @ target)
aligned = centered @ left @ right + reference.mean(axis=0)

arrays = {
    "features": (features, "%.2f"),
    "scores": (scores, "%.9f"),
    "plane": (plane, "%.9f"),
    "shares": (s[None, :2] ** 2 / (s**2).sum(), "%.9f"),
    "reference": (reference, "%.4f"),
    "aligned": (aligned, "%.9f"),
}
with open(Path(__file__).with_name("statistics.txt"), "w") as file:
    for name, (array, form) in arrays.items():
        file.write(f"{name} {array.shape[0]} {array.shape[1]}\n")
        np.savetxt(file, array, fmt=form)
