def read_images(pack, split):
    """Reads the images [count, 1, height, width] of a split, and the class of each."""
    files = []
    for path in pack.namelist():
        folders = path.split("/")  # split, class, file name
        if folders[0] == split and len(folders) == 3 and folders[2]:
            files.append((classes.index(folders[1]), folders[2], path))
    files.sort()  # by class, then by name
    images = [np.array(Image.open(pack.open(path)).convert("L")) for _, _, path in files]
    images = torch.tensor(np.stack(images), dtype=torch.float32) / 255  # 0 is black, 1 is white
    labels = torch.tensor([label for label, _, _ in files])
    return images.unsqueeze(1), labels


with zipfile.ZipFile(DATA) as pack:
    classes = json.loads(pack.read("manifest.json"))["classes"]
    train_images, train_targets = read_images(pack, "train")
    test_images, test_targets = read_images(pack, "test")
if len(classes) != CLASSES:
    raise SystemExit(f"{DATA} has {len(classes)} classes, and the network has {CLASSES}.")
print(len(train_images), "training images,", len(test_images), "test images:", *classes)
