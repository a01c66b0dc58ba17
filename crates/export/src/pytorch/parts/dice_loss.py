def dice_loss(logits, targets):
    """Returns 1 minus the mean Dice score of all classes but the background. The 1 in numerator and
    denominator prevents 0 / 0."""
    probabilities = logits.softmax(1)
    truth = F.one_hot(targets, CLASSES).permute(0, 3, 1, 2)
    overlap = (probabilities * truth).sum((0, 2, 3))
    total = (probabilities + truth).sum((0, 2, 3))
    scores = (2 * overlap + 1) / (total + 1)
    return 1 - scores[1:].mean()
