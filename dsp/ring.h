// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A single-producer, single-consumer ring buffer of elements of one size.
///
/// One thread calls ring_push(), ring_writable(); one other calls ring_pop(),
/// ring_readable().  Both are wait-free.  Memory order: the producer publishes elements with a
/// release store of `head`; the consumer acquires `head` before it reads them.  The consumer
/// releases `tail` after it has copied; the producer acquires `tail` before it overwrites.  Each
/// side keeps the other's last seen index, so that the shared cache line is touched only when the
/// ring seems full (or empty). Indices run freely over size_t; the capacity is a power of two.
#ifndef CIRCUMPLEX_DSP_RING_H
#define CIRCUMPLEX_DSP_RING_H

#include <stddef.h>

typedef struct Ring Ring;

/// \param capacity least number of elements; rounded up to a power of two
/// \param element  bytes of an element, at least 1
/// \return NULL if out of memory, or if either is 0 or the ring would have more than 2^30 bytes
Ring* ring_new(size_t capacity, size_t element);
void ring_free(Ring* ring); ///< NULL is allowed

/// Discard all contents.  Call it only while neither thread uses the ring.
void ring_clear(Ring* ring);

size_t ring_capacity(const Ring* ring); ///< \return elements

/// Producer: how many elements can be pushed now.
size_t ring_writable(Ring* ring);
/// Producer: push all of \p n elements or, if they do not fit, none.  \return \p n or 0.
size_t ring_push(Ring* ring, const void* data, size_t n);

/// Consumer: how many elements can be popped now.
size_t ring_readable(Ring* ring);
/// Consumer: pop at most \p n elements.  \return how many.
size_t ring_pop(Ring* ring, void* data, size_t n);

#endif
