// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Safetensors files: a checked reader and a small writer
/// (https://github.com/huggingface/safetensors, "Format": 8-byte little-endian header length N, N
/// bytes of JSON, the tensors' bytes).
///
/// The reader copies the whole file into one anonymous mapping and makes that read-only.  A mapping
/// of the file itself would raise SIGBUS in the host if someone truncated the file, and would
/// change if someone wrote into it; MAP_PRIVATE prevents neither.  A model packs its weights once,
/// for all instances (see model.h), and then frees this copy.
///
/// The whole header is checked before any tensor can be read: JSON and its depth, UTF-8,
/// duplicate names, dtype (F32 only), shapes and their product, offsets (inside the file, aligned
/// to 4 bytes, without gap or overlap).
///
/// Errors: an error message that names the tensor or key.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_SAFETENSORS_H
#define CIRCUMPLEX_INFERENCE_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#define SAFETENSORS_MAX_RANK 8
#define SAFETENSORS_MAX_FILE ((size_t)256 << 20) ///< bytes
#define SAFETENSORS_MAX_HEADER ((size_t)4 << 20) ///< bytes
#define SAFETENSORS_MAX_TENSORS 65536
#define SAFETENSORS_MAX_DEPTH 32 ///< nesting of JSON; the parser recurses, and stacks may be small

/// One tensor.  The Safetensors owns the pointers.
typedef struct {
  const char* name;
  unsigned rank; ///< 0: a single number
  uint64_t shape[SAFETENSORS_MAX_RANK];
  size_t count;      ///< product of the shape
  const float* data; ///< row-major, aligned to 4 bytes
} Tensor;

typedef struct Safetensors Safetensors;

/// Identifies the file that was opened.
typedef struct {
  uint64_t device, inode;
  int64_t size, mtime_s, mtime_ns;
} FileIdentity;

/// Read a file.  Other things (FIFOs, devices, folders) are refused without blocking.
/// \param identity receives the file's identity, unless NULL
/// \return NULL and an error message in \p error
Safetensors* safetensors_open(const char* path, FileIdentity* identity, char* error,
                              size_t error_size);

/// Read from memory; the bytes are copied.
Safetensors* safetensors_open_memory(const void* data, size_t size, char* error, size_t error_size);
void safetensors_free(Safetensors* st); ///< NULL is allowed

/// \return the tensor called \p name, or NULL.
const Tensor* safetensors_find(const Safetensors* st, const char* name);

/// \return tensor \p index (in the order of the data), or NULL past the end.
const Tensor* safetensors_at(const Safetensors* st, size_t index);

/// \return the value of \p key in `__metadata__`, or NULL.
const char* safetensors_metadata(const Safetensors* st, const char* key);

/// \return how deeply JSON text is nested; brackets inside strings do not count
unsigned safetensors_json_depth(const char* text, size_t size);

/// \return size of the file in bytes, and the FNV-1a hash (64 bits) of its bytes
size_t safetensors_size(const Safetensors* st);
uint64_t safetensors_hash(const Safetensors* st);

/// Identity of the file at \p path without reading it.
/// \return 0, or -1 and an error message (no such file, not a regular file)
int safetensors_identify(const char* path, FileIdentity* identity, char* error, size_t error_size);

/// Write a file: under a temporary name in the same folder, which is then renamed to \p path, so
/// that the file is always complete.  Tensors are written in the given order; Tensor.count is
/// ignored.
/// \param metadata 2 * n_metadata strings: key, value, key, value, ... (UTF-8)
/// \return 0, or -1 and an error message; then \p path is unchanged
int safetensors_write(const char* path, const Tensor* tensors, size_t n_tensors,
                      const char* const* metadata, size_t n_metadata, char* error,
                      size_t error_size);

#endif
