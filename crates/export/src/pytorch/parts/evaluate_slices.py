def mean_dice(masks, index):
    """Returns the Dice score of a class: the mean over the patients who have it."""
    scores = []
    for case in sorted(set(test_cases)):
        of_case = torch.tensor([other == case for other in test_cases])
        found, truth = masks[of_case] == index, test_targets[of_case] == index
        total = found.sum() + truth.sum()
        if total > 0:
            scores.append((2 * (found & truth).sum() / total).item())
    return sum(scores) / len(scores) if scores else math.nan


def evaluate():
    """Returns loss, accuracy of the pixels, and Dice score of each class on the test slices."""
    model.eval()
    with torch.no_grad():
        logits = [model(images.to(DEVICE)).cpu() for images in test_images.split(BATCH_SIZE)]
    model.train()
    logits = torch.cat(logits).double()
    masks = logits.argmax(1)
    result = {"loss": loss_function(logits, test_targets).item()}
    result["accuracy"] = (masks == test_targets).double().mean().item()
    for index in range(1, CLASSES):  # class 0 is the background
        result[f"Dice of {classes[index]}"] = mean_dice(masks, index)
    return result
