def evaluate():
    """Returns loss and accuracy on the test images."""
    model.eval()
    with torch.no_grad():
        logits = [model(images.to(DEVICE)).cpu() for images in test_images.split(BATCH_SIZE)]
    model.train()
    logits = torch.cat(logits).double()
    loss = loss_function(logits, test_targets).item()
    accuracy = (logits.argmax(1) == test_targets).double().mean().item()
    return {"loss": loss, "accuracy": accuracy}
