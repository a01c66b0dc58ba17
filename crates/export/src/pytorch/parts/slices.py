def case_and_number(name):
    """Splits “001_009.png” into the patient “001” and the number 9 of the slice."""
    stem = Path(name).stem
    case, _, number = stem.rpartition("_")
    if not case:
        case, number = stem, ""
    return case, int(number) if number.isdecimal() else 2**64


def read_slices(pack, split):
    """Reads the slices [count, 1, height, width] of a split, the class of each of their pixels
    [count, height, width], and the patient of each slice."""
    folder = f"{split}/images/"
    names = [path[len(folder) :] for path in pack.namelist() if path.startswith(folder)]
    names = sorted(filter(None, names), key=lambda name: (case_and_number(name), name))
    images = [np.array(Image.open(pack.open(folder + name)).convert("L")) for name in names]
    images = torch.tensor(np.stack(images), dtype=torch.float32) / 255  # 0 is black, 1 is white
    # A mask has the name of its image, but can have another ending: JPEG would change its classes.
    paths = [path for path in pack.namelist() if path.startswith(f"{split}/masks/")]
    mask_of = {Path(path).stem: path for path in paths}
    masks = [np.array(Image.open(pack.open(mask_of[Path(name).stem]))) for name in names]
    masks = torch.tensor(np.stack(masks), dtype=torch.long)
    return images.unsqueeze(1), masks, [case_and_number(name)[0] for name in names]


with zipfile.ZipFile(DATA) as pack:
    classes = json.loads(pack.read("manifest.json"))["classes"]
    train_images, train_targets, _ = read_slices(pack, "train")
    test_images, test_targets, test_cases = read_slices(pack, "test")
if len(classes) != CLASSES:
    raise SystemExit(f"{DATA} has {len(classes)} classes, and the network has {CLASSES}.")
print(len(train_images), "training slices,", len(test_images), "test slices:", *classes)
