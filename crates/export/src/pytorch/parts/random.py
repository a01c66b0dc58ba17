# Purposes of random numbers. Each purpose has its own streams.
FIRST_WEIGHTS, SHUFFLE, DROPOUT = 1, 2, 3

ALL_BITS = 2**64 - 1  # the largest number of 64 bits


def mix(z):
    """Mixes 64 bits (SplitMix64)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ALL_BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ALL_BITS
    return z ^ (z >> 31)


def rotate(x, count):
    """Rotates 64 bits to the left."""
    return ((x << count) & ALL_BITS) | (x >> (64 - count))


class Random:
    """The random number generator of the page, xoshiro256++."""

    def __init__(self, purpose, index):
        golden = 0x9E3779B97F4A7C15
        a = mix(SEED | (purpose << 32))
        b = mix(a ^ index)
        c = mix((a + b + golden) & ALL_BITS)
        d = mix((c + golden) & ALL_BITS)
        self.state = [a, b, c, d]

    def bits(self):
        """Returns 64 random bits."""
        a, b, c, d = self.state
        result = (rotate((a + d) & ALL_BITS, 23) + a) & ALL_BITS
        shifted = (b << 17) & ALL_BITS
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        self.state = [a, b, c ^ shifted, rotate(d, 45)]
        return result

    def uniform(self):
        """Returns a random number between 0 and 1."""
        return (self.bits() >> 11) * 2.0**-53

    def below(self, n):
        """Returns a random whole number from 0 to n - 1."""
        product = self.bits() * n
        while (product & ALL_BITS) < 2**64 % n:
            product = self.bits() * n
        return product >> 64

    def order(self, n):
        """Returns the numbers 0 to n - 1 in random order."""
        numbers = list(range(n))
        for last in range(n - 1, 0, -1):
            other = self.below(last + 1)
            numbers[last], numbers[other] = numbers[other], numbers[last]
        return numbers
