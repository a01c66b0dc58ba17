//! Terms of the evaluation of a classifier, for the glossary.

/// Terms with their explanations.
pub(crate) const EVALUATION_TERMS: &[(&str, &str)] = &[
    (
        "AUC",
        "Area under the ROC curve: the probability that an image of the class gets a higher probability than an image without it. 0.5 is guessing, 1 is perfect; no threshold has to be chosen. Its interval is that of DeLong (1988).",
    ),
    (
        "average precision",
        "The precision at each threshold, averaged over the increase in recall: the area under the precision–recall curve, without interpolation. Guessing gives the fraction of images of the class.",
    ),
    (
        "bootstrap",
        "An interval without a formula: the evaluated images are drawn again and again with replacement, 2,000 times, and the figure is computed for each of these samples. The interval holds the middle 95 % of the results.",
    ),
    (
        "Cohen’s kappa",
        "The agreement of predictions and true classes beyond chance: 0 is what guessing with the same frequencies gives, 1 is full agreement, negative values are worse than guessing.",
    ),
    (
        "confidence interval",
        "The figure was measured on a limited number of images; with others it would be different. If the measurement were repeated with new images, 95 % of such intervals would contain the true value. More images give a narrower interval.",
    ),
    (
        "ECE",
        "Expected calibration error: the mean difference between confidence and fraction of right predictions, over bins of confidence, weighted by their numbers of images. 0 % is perfect.",
    ),
    (
        "log loss",
        "The mean negative natural logarithm of the probability of the true class: the cross-entropy. A confident mistake costs much. Smaller is better.",
    ),
    (
        "maximum vote",
        "The accuracy by patient if the most conspicuous image decides: the class with the largest probability in any image of the patient.",
    ),
    (
        "mean vote",
        "The accuracy by patient if all images of the patient decide together: the class with the largest mean probability (study-level decision). Errors in single images cancel out.",
    ),
    (
        "novelty",
        "How unlike the training images an image is (out-of-distribution detection): its distance to the tenth nearest of them, by the activations of the last hidden layer scaled to length 1 (Sun et al. 2022), compared with the distances of the validation images. A network gives probabilities for any image, even for a photo of a cat; of images like those that it was validated on, one in twenty is farther than 95 %.",
    ),
    (
        "NPV",
        "Negative predictive value: of all patients with a negative result, the fraction without the class. It falls as the prevalence rises.",
    ),
    (
        "operating point",
        "The threshold above which a result counts as positive, with the decisions that follow. A lower threshold finds more patients and gives more false alarms. It is chosen on the validation set, never on the test set.",
    ),
    (
        "PPV",
        "Positive predictive value: of all patients with a positive result, the fraction with the class. Where the class is rare, it can be low even if sensitivity and specificity are high.",
    ),
    (
        "precision–recall curve",
        "Precision and recall at every threshold. Unlike the ROC curve it depends on how frequent the class is, and shows what false alarms mean for a rare one.",
    ),
    (
        "prevalence",
        "The fraction of patients with the class. In a screening it is mostly far smaller than in a data set, which changes the predictive values, not sensitivity and specificity.",
    ),
    (
        "reliability diagram",
        "Images in bins by confidence, the probability of the predicted class; above each bin the fraction of its predictions that are right. In a calibrated network, 80 % of the predictions with a confidence of 80 % are right: all points lie on the diagonal.",
    ),
    (
        "ROC",
        "Receiver operating characteristic: sensitivity against the fraction of false alarms (1 − specificity), at every threshold. Guessing follows the diagonal; the closer to the upper left corner, the better.",
    ),
    (
        "sensitivity",
        "Of all patients with the class, the fraction with a positive result: the recall of the class.",
    ),
    ("specificity", "Of all patients without the class, the fraction with a negative result."),
    (
        "temperature",
        "A number by which all logits are divided before softmax. Above 1 the probabilities become less extreme, below 1 more. Fitted to the smallest log loss on the validation set, it corrects over-confidence without changing any prediction (Guo et al. 2017).",
    ),
    (
        "Wilson interval",
        "A confidence interval of a fraction (Wilson 1927), such as the accuracy. It stays between 0 and 1, and has a width even if all images are right.",
    ),
    (
        "Youden’s J",
        "Two rules choose the threshold on the evaluated images. Youden’s J is sensitivity + specificity − 1, the height above the diagonal of the ROC curve; the threshold with the largest J is taken (Youden 1950). The other rule takes the highest threshold that still finds 95 % of the class. The slider chooses by hand.",
    ),
];
