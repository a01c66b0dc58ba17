class Dropout(nn.Module):
    """Sets values to 0 with a probability, as nn.Dropout does, but with the random numbers of the
    page. nn.Dropout is faster and drops other values."""

    random = None  # the generator of the present step

    def __init__(self, probability):
        super().__init__()
        self.probability = probability

    def forward(self, x):
        if not self.training:
            return x
        # The 64 bits of a random number decide about four values.
        bits = [Dropout.random.bits() for _ in range((x.numel() + 3) // 4)]
        bits = np.array(bits, dtype="<u8").view("<u2")[: x.numel()].astype(np.int64)
        keep = bits >= round(self.probability * 65536)
        return x * torch.tensor(keep).reshape(x.shape).to(x) / (1 - self.probability)
