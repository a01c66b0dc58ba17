"""Golden values of the metrics, computed with scikit-learn, NumPy and SciPy, for main.rs.

    pip install scikit-learn numpy scipy
    python generate.py

Writes cases.json beside itself: cases with their inputs and the expected figures, null where a figure is
undefined. Scores are rounded, then taken as float32, as the crate does. What scikit-learn does not have
is computed here by its definition: DeLong's variance from all pairs of cases, temperature by a root of
the derivative, McNemar's test by the binomial test, percentiles of the bootstrap by NumPy. The bootstrap
draws with the generator of `Generator`, which main.rs repeats.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest, norm, t
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

warnings.filterwarnings("ignore")
RESAMPLES = 200
PREVALENCES = [0.0, 0.01, 0.3, 1.0]
SENSITIVITIES = [0.5, 0.9, 1.0]
TEMPERATURES = (0.05, 20.0)


class Generator:
    """A linear congruential generator with the constants of Knuth's MMIX."""

    def __init__(self, seed):
        self.state = seed

    def draw(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def number(value):
    """A figure with nine digits after the point, null where it is undefined or infinite."""
    return None if value is None or not np.isfinite(value) else round(float(value), 9)


def numbers(values):
    return [number(value) for value in values]


def members(groups):
    """Cases of each group, in the order of the groups' first cases."""
    found = {}
    for case, group in enumerate(groups):
        found.setdefault(group, []).append(case)
    return list(found.values())


def bootstrap(groups, statistic, seed=7):
    """Percentile interval by drawing groups with replacement; undefined values are left out."""
    generator, groups, values = Generator(seed), members(groups), []
    for _ in range(RESAMPLES):
        sample = [case for _ in groups for case in groups[generator.draw(len(groups))]]
        values.append(statistic(np.array(sample)))
    values = [value for value in values if value is not None and not np.isnan(value)]
    return numbers(np.percentile(values, [2.5, 97.5])) if values else None


# ---- two classes ----


def area(truth, scores):
    return metrics.roc_auc_score(truth, scores) if 0 < truth.sum() < len(truth) else None


def delong(truth, scores):
    """Area, standard error and interval from all pairs of a positive and a negative case."""
    positive, negative = scores[truth == 1].astype(float), scores[truth == 0].astype(float)
    if min(len(positive), len(negative)) < 2:
        return None
    wins = np.array([[(p > n) + (p == n) / 2 for n in negative] for p in positive])
    variance = wins.mean(1).var(ddof=1) / len(positive) + wins.mean(0).var(ddof=1) / len(negative)
    error, z = np.sqrt(variance), norm.ppf(0.975)
    mean = wins.mean()
    return numbers([mean, error, max(0, mean - z * error), min(1, mean + z * error)])


def operating_point(truth, scores, threshold):
    predicted = scores >= threshold
    tn, fp, fn, tp = metrics.confusion_matrix(truth, predicted, labels=[0, 1]).ravel().tolist()
    share = lambda part, whole: number(part / whole) if whole else None
    rows = []
    if tp + fn and tn + fp:
        sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
        for prevalence in PREVALENCES:
            found, alarms = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
            passed, missed = specificity * (1 - prevalence), (1 - sensitivity) * prevalence
            rows.append([share(found, found + alarms), share(passed, passed + missed)])
    wilson = lambda part, whole: (
        numbers(binomtest(part, whole).proportion_ci(method="wilson")) if whole else None
    )
    return {
        "threshold": float(threshold),
        "counts": [tp, fp, tn, fn],
        "sensitivity": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "ppv": share(tp, tp + fp),
        "npv": share(tn, tn + fn),
        "at_prevalence": rows,
        "sensitivity_interval": wilson(tp, tp + fn),
        "specificity_interval": wilson(tn, tn + fp),
    }


def threshold_choices(truth, scores):
    """Thresholds of the largest sensitivity + specificity, and of the wanted sensitivities."""
    fpr, tpr, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    positives, negatives = int(truth.sum()), int((1 - truth).sum())
    heights = np.rint(tpr * positives) * negatives - np.rint(fpr * negatives) * positives
    best = 1 + int(np.argmax(heights[1:]))
    wanted = [1 + int(np.argmax(tpr[1:] >= share - 1e-12)) for share in SENSITIVITIES]
    return [float(thresholds[at]) for at in [best, *wanted]]


def reliability(truth, scores, bins):
    """Bins and ECE; calibration_curve leaves out empty bins."""
    frequency, mean = calibration_curve(truth, scores.astype(float), n_bins=bins)
    edges = np.linspace(0, 1, bins + 1)
    counts = [int(((scores > low) & (scores <= high)).sum()) for low, high in zip(edges, edges[1:])]
    counts[0] += int((scores == 0).sum())
    full = [count for count in counts if count]
    error = (np.abs(frequency - mean) * full).sum() / len(scores)
    return {"counts": counts, "mean": numbers(mean), "frequency": numbers(frequency), "ece": number(error)}


def binary(name, truth, scores, groups=None):
    truth, scores = np.array(truth), np.array(scores, np.float32)
    groups = list(range(len(truth))) if groups is None else groups
    case = {
        "name": name,
        "truth": "".join(map(str, truth.tolist())),
        "scores": [float(str(score)) for score in scores],
        "groups": groups,
        "operating_point": operating_point(truth, scores, np.float32(0.5)),
        "reliability": {str(bins): reliability(truth, scores, bins) for bins in [10, 15]},
        "brier": number(metrics.brier_score_loss(truth, scores.astype(float), labels=[0, 1])),
    }
    if len(set(truth)) < 2:
        case["area"] = None
        return case
    fpr, tpr, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    corners = metrics.roc_curve(truth, scores, drop_intermediate=True)
    precision, recall, _ = metrics.precision_recall_curve(truth, scores)
    return case | {
        "area": number(metrics.auc(fpr, tpr)),
        "average_precision": number(metrics.average_precision_score(truth, scores)),
        "delong": delong(truth, scores),
        "thresholds": [float(str(np.float32(value))) for value in thresholds[1:]],
        "fpr": numbers(fpr),
        "tpr": numbers(tpr),
        # Indices in the full curve, of which the corners are a part.
        "corners": [int(np.flatnonzero(thresholds == value)[0]) for value in corners[2]],
        "precision": numbers(precision[::-1]),
        "recall": numbers(recall[::-1]),
        "area_interval": bootstrap(groups, lambda at: area(truth[at], scores[at])),
        "average_precision_interval": bootstrap(
            groups,
            lambda at: metrics.average_precision_score(truth[at], scores[at]) if truth[at].any() else None,
        ),
        "choices": threshold_choices(truth, scores),
    }


# ---- several classes ----


def agreement(truth, predicted, classes):
    """Figures of a confusion matrix."""
    labels = list(range(classes))
    occurring = sorted({*truth.tolist(), *predicted.tolist()})
    undefined = metrics.precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=np.nan)
    zero = metrics.precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
    kappa = metrics.cohen_kappa_score(truth, predicted) if len(occurring) > 1 else None
    right = int((truth == predicted).sum())
    return {
        "counts": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": number(metrics.accuracy_score(truth, predicted)),
        "accuracy_interval": numbers(binomtest(right, len(truth)).proportion_ci(method="wilson")),
        "precision": numbers(undefined[0]),
        "recall": numbers(undefined[1]),
        "f1": numbers(undefined[2]),
        "macro": numbers(zero[:3]),
        "kappa": number(kappa),
    }


def temperature(truth, logits):
    """The temperature with the smallest log loss, by a root of its derivative by 1 / T."""
    logits = logits.astype(float)
    own = logits[np.arange(len(truth)), truth]
    slope = lambda inverse: np.mean((softmax(logits * inverse, 1) * logits).sum(1) - own)
    low, high = 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]
    if np.ptp(logits, 1).max() == 0:
        inverse, bound = 1.0, False
    elif slope(low) >= 0:
        inverse, bound = low, True
    elif slope(high) <= 0:
        inverse, bound = high, True
    else:
        inverse, bound = brentq(slope, low, high, xtol=1e-15, rtol=1e-14), False
    loss = lambda inverse: -log_softmax(logits * inverse, 1)[np.arange(len(truth)), truth].mean()
    return {
        "temperature": number(1 / inverse),
        "is_at_bound": bound,
        "loss": number(loss(inverse)),
        "loss_before": number(loss(1.0)),
    }


def votes(probabilities, groups):
    rows = [probabilities[at].astype(float) for at in members(groups)]
    return {
        "mean": [numbers(row.mean(0)) for row in rows],
        "maximum": [numbers(row.max(0)) for row in rows],
    }


def multiclass(name, truth, logits, groups=None):
    truth, logits = np.array(truth), np.array(logits, np.float32)
    classes = logits.shape[1]
    groups = list(range(len(truth))) if groups is None else groups
    # float64 until the end, then float32, as the crate's own softmax.
    probabilities = softmax(logits.astype(float), 1).astype(np.float32)
    predicted = probabilities.argmax(1)
    confidence, right = probabilities.max(1), (truth == predicted).astype(int)
    labels = list(range(classes))

    def macro_f1(at):
        return metrics.f1_score(truth[at], predicted[at], average="macro", zero_division=0)

    def kappa(at):
        one_class = len({*truth[at].tolist(), *predicted[at].tolist()}) == 1
        return None if one_class else metrics.cohen_kappa_score(truth[at], predicted[at])

    one_hot = np.eye(classes)[truth]
    squares = ((probabilities.astype(float) - one_hot) ** 2).sum(1).mean()
    brier = metrics.brier_score_loss(truth, probabilities.astype(float), labels=labels)
    assert abs(brier - squares / (2 if classes == 2 else 1)) < 1e-6
    areas = [area((truth == label).astype(int), probabilities[:, label]) for label in labels]
    return {
        "name": name,
        "truth": truth.tolist(),
        "logits": [[float(str(value)) for value in row] for row in logits],
        "groups": groups,
        "agreement": agreement(truth, predicted, classes),
        "accuracy_bootstrap": bootstrap(groups, lambda at: (truth[at] == predicted[at]).mean()),
        "macro_f1_bootstrap": bootstrap(groups, macro_f1),
        "kappa_bootstrap": bootstrap(groups, kappa),
        "areas": numbers(areas),
        "brier": number(brier),
        "log_loss": number(metrics.log_loss(truth, probabilities, labels=labels)),
        "reliability": reliability(right, confidence, 10),
        "temperature": temperature(truth, logits),
        "votes": votes(probabilities, groups),
    }


# ---- the rest ----


def paired(name, first, second, groups=None):
    first, second = np.array(first), np.array(second)
    groups = list(range(len(first))) if groups is None else groups
    only_first = int((first & ~second & 1).sum())
    only_second = int((second & ~first & 1).sum())
    both = only_first + only_second
    p_value = binomtest(only_first, both, 0.5).pvalue if both else 1.0
    interval = bootstrap(groups, lambda at: (first[at] - second[at]).mean())
    return {
        "name": name,
        "first": "".join(map(str, first.tolist())),
        "second": "".join(map(str, second.tolist())),
        "groups": groups,
        "difference": number((first - second).mean()),
        "p_value": number(p_value),
        "interval": interval,
        "could_be_chance": bool(p_value >= 0.05 or interval[0] <= 0 <= interval[1]),
    }


def novelty(name, rng, training, validation, features, neighbors):
    rows = lambda count: np.maximum(rng.normal(0.2, 1, (count, features)), 0).round(2).astype(np.float32)
    train, val, new = rows(training), rows(validation), rows(4)
    new[0], new[1] = train[0], 0
    distance = lambda queries: (
        NearestNeighbors(n_neighbors=neighbors, algorithm="brute")
        .fit(normalize(train.astype(float)))
        .kneighbors(normalize(queries.astype(float)))[0][:, -1]
    )
    distances, known = distance(new), distance(val)
    plain = lambda values: [float(str(value)) for value in values.ravel()]
    return {
        "name": name,
        "features": features,
        "neighbors": neighbors,
        "training": plain(train),
        "validation": plain(val),
        "new": plain(new),
        "distances": numbers(distances),
        "percentiles": [number((known < value - 1e-9).sum() / (validation + 1)) for value in distances],
    }


def main():
    rng = np.random.default_rng(24)
    flip = lambda n, share=0.5: (rng.random(n) < share).astype(int)
    truth = flip(40)
    informative = np.clip(0.5 + 0.35 * (truth - 0.5) + rng.normal(0, 0.2, 40), 0, 1).round(3)
    rare = np.array([1] + [0] * 99)
    patients = np.repeat(np.arange(12), [1, 1, 2, 5, 3, 1, 4, 2, 6, 1, 3, 2]).tolist()
    order = rng.permutation(len(patients))
    patients = np.array(patients)[order].tolist()
    ill = np.array([patient % 3 == 0 for patient in patients]).astype(int)
    ill_scores = np.clip(0.45 + 0.25 * ill + rng.normal(0, 0.2, len(ill)), 0, 1).round(2)
    perfect = np.array([1] * 6 + [0] * 9)
    binaries = [
        binary("random scores", truth, rng.random(40).round(3)),
        binary("informative scores", truth, informative),
        binary("heavy ties", flip(40), (rng.integers(0, 4, 40) / 4)),
        binary("all scores equal", [1, 0, 0, 1, 0], [0.5] * 5),
        binary("positive cases only", [1] * 6, rng.random(6).round(3)),
        binary("negative cases only", [0] * 6, rng.random(6).round(3)),
        binary("one case", [1], [0.7]),
        binary("one case of each class", [1, 0], [0.6, 0.4]),
        binary("perfect", perfect, np.linspace(0.97, 0.03, 15).round(3)),
        binary("inverted", perfect, np.linspace(0.03, 0.97, 15).round(3)),
        binary("imbalanced 1:99", rare, np.concatenate([[0.6], (rng.integers(0, 16, 100)[1:] / 20)])),
        binary("patients of unequal image counts", ill, ill_scores, patients),
        binary("certain", flip(30), rng.integers(0, 2, 30).astype(float)),
    ]
    empty = rng.choice([0, 1, 2, 3, 5], 36)
    logits = rng.normal(0, 1.5, (36, 6))
    logits[np.arange(36), empty] += 1.5
    logits[:, 4] -= 9
    three = flip(31) + flip(31)
    sure = rng.normal(0, 6, (31, 3))
    sure[np.arange(31), three] += 5
    study = [int(patient % 2) for patient in patients]
    two = np.column_stack([rng.normal(0, 1, len(study)), rng.normal(0, 1, len(study)) + study])
    separable = rng.normal(0, 1, (10, 3))
    separable[np.arange(10), np.arange(10) % 3] = 9
    multiclasses = [
        multiclass("six classes, one without cases", empty, logits.round(2)),
        multiclass("three classes, too sure", three, sure.round(2)),
        multiclass("two classes, patients of unequal image counts", study, two.round(2), patients),
        multiclass("separable", np.arange(10) % 3, separable.round(2)),
        multiclass("all logits equal", [0, 1, 2, 0], [[1.0] * 3] * 4),
        multiclass("one class only, all right", [1] * 5, [[0.0, 3.0, 1.0]] * 5),
        multiclass("one class only, predictions vary", [1] * 8, rng.normal(0, 1, (8, 3)).round(2)),
        multiclass("one case", [2], [[0.5, 0.1, 0.3]]),
        multiclass("always wrong", [0, 1, 0, 1], [[-2.0, 2.0], [1.0, -1.0]] * 2),
        multiclass("a class ruled out that is right", [0, 1, 1], [[0.0, 60.0], [0.0, 1.0], [2.0, 1.0]]),
    ]
    better = flip(60, 0.9)
    worse = better & flip(60, 0.75)
    pairs = [
        paired("equal", better, better),
        paired("clearly better", better, worse),
        paired("chance", flip(40, 0.8), flip(40, 0.8)),
        paired("better for few patients", [1] * 27 + [0] * 4, [1] * 20 + [0] * 11, sorted(patients)),
        paired("one case", [1], [0]),
    ]
    novelties = [
        novelty("five nearest", rng, 40, 12, 9, 5),
        novelty("nearest", rng, 10, 6, 3, 1),
    ]
    counts = [(0, 1), (1, 1), (5, 10), (81, 263), (0, 300), (300, 300), (999, 1000)]
    wilsons = [
        [k, n, *numbers(binomtest(k, n).proportion_ci(method="wilson"))] for k, n in counts
    ]
    discordant = [(0, 0), (1, 0), (10, 3), (40, 60), (700, 800)]
    mcnemar = [[b, c, number(binomtest(b, b + c).pvalue if b + c else 1)] for b, c in discordant]
    seeds = [[0.84, 0.87], [0.843, 0.851, 0.839], [-0.01, 0.02, 0.005, 0.013, -0.002], [k % 7 / 10 for k in range(24)]]
    seed_means = [
        [values, np.mean(values), *t.interval(0.95, len(values) - 1, np.mean(values), np.std(values, ddof=1) / len(values) ** 0.5)]
        for values in seeds
    ]
    found = {
        "resamples": RESAMPLES,
        "prevalences": PREVALENCES,
        "sensitivities": SENSITIVITIES,
        "wilson": wilsons,
        "mcnemar": mcnemar,
        "seed_means": seed_means,
        "binary": binaries,
        "multiclass": multiclasses,
        "paired": pairs,
        "novelty": novelties,
    }
    lines = []
    for key, value in found.items():
        compact = lambda item: json.dumps(item, separators=(",", ":"))
        if isinstance(value, list) and isinstance(value[0], dict):
            lines.append(f'"{key}":[\n' + ",\n".join(map(compact, value)) + "\n]")
        else:
            lines.append(f'"{key}":{compact(value)}')
    path = Path(__file__).with_name("cases.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(path, path.stat().st_size, "bytes,", sum(map(len, [binaries, multiclasses, pairs, novelties])), "cases")


if __name__ == "__main__":
    main()
