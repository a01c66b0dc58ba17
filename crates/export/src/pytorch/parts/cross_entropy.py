def cross_entropy(logits, targets):
    """Returns the mean cross-entropy of all pixels, weighted by class."""
    return F.cross_entropy(logits, targets, weight=CLASS_WEIGHTS.to(logits))
