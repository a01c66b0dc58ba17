losses = []  # of each step
results = []  # of each epoch
model.train()
for epoch in range(EPOCHS):
    order = Random(SHUFFLE, epoch).order(len(train_images))
    for start in range(0, len(order), BATCH_SIZE):
        batch = order[start : start + BATCH_SIZE]
        BATCH
        DROPOUT_STREAM
        optimizer.zero_grad()
        loss = loss_function(model(images), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise SystemExit("The loss is no longer a number. Choose a smaller learning rate.")
        TEST_WITHIN_EPOCH
    results.append(evaluate())
    steps = math.ceil(len(order) / BATCH_SIZE)
    print(f"epoch {epoch + 1}: training loss {sum(losses[-steps:]) / steps:.4f}, test", end="")
    print(*(f" {name} {value:.4f}" for name, value in results[-1].items()), sep=",")

# With the package safetensors, the page can open the trained weights:
# from safetensors.torch import save_file
# save_file(model.state_dict(), "trained.safetensors")
