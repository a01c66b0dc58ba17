def focal_loss(logits, targets):
    """Returns the cross-entropy in which pixels that are classified well count little."""
    surprise = F.cross_entropy(logits, targets, reduction="none")
    weights = CLASS_WEIGHTS.to(logits)[targets]
    probability = torch.exp(-surprise)  # of the true class
    return (weights * (1 - probability) ** 2 * surprise).sum() / weights.sum()
