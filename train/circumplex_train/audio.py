# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files as mono samples."""

import numpy as np
import soundfile
from scipy.signal import resample_poly


def read_mono(path, rate):
    """float32 samples of a file at `rate` Hz: the mean of its channels, resampled where needed."""
    samples, own = soundfile.read(str(path), dtype="float32", always_2d=True)
    samples = samples.mean(axis=1)
    if own != rate:
        common = np.gcd(own, rate)
        samples = resample_poly(samples, rate // common, own // common).astype(np.float32)
    return samples
