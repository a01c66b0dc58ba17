def draw_change(epoch, index, height, width):
    """Draws the random change of an image: the matrix that gives the source of each pixel, and the
    factor of the gray values."""
    random = Random(AUGMENTATION, epoch << 32 | index)
    mirrored = random.uniform() < 0.5
    turn, down, right, growth, light = (2 * random.uniform() - 1 for _ in range(5))
    angle, scale = math.radians(ROTATION) * turn, 1 + SCALING * growth
    sin, cos = math.sin(angle) / scale, math.cos(angle) / scale
    sign = -1 if FLIP and mirrored else 1
    along = [sign * cos, -sign * sin * height / width, -sign * 2 * SHIFT * right]
    across = [sin * width / height, cos, -2 * SHIFT * down]
    return [along, across], 1 + BRIGHTENING * light


def augment(images, targets, epoch, batch):
    """Changes the images of a batch at random; each epoch changes them otherwise."""
    height, width = images.shape[2:]
    changes = [draw_change(epoch, index, height, width) for index in batch]
    matrices = torch.tensor([matrix for matrix, _ in changes])
    grid = F.affine_grid(matrices, images.shape, align_corners=False)
    options = {"padding_mode": "reflection", "align_corners": False}
    images = F.grid_sample(images, grid, **options)
    MASKS
    factors = torch.tensor([factor for _, factor in changes]).reshape(-1, 1, 1, 1)
    return (images * factors).clamp(max=1), targets
