# Rare classes count more: the weight of a class is the inverse of its frequency, with mean 1.
frequencies = torch.bincount(train_targets.flatten(), minlength=CLASSES).double()
inverse = torch.where(frequencies > 0, frequencies.sum() / frequencies, 0.0)
CLASS_WEIGHTS = inverse / inverse[inverse > 0].mean()
