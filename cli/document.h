// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes a whole reading as a document for other programs: JAMS, the annotation format of music
/// research (Humphrey et al. 2014), or a layer of Sonic Visualiser.
///
/// Thread: any.
#ifndef CIRCUMPLEX_CLI_DOCUMENT_H
#define CIRCUMPLEX_CLI_DOCUMENT_H

#include "audio/sound_file.h"
#include "inference/engine.h"
#include "library/reading.h"

#include <stdio.h>

/// One file's reading.
typedef struct {
  const char* path;
  const AudioInfo* info;
  const ReadingSummary* summary;
  const char *model_name, *model_hash;
  const Estimate* estimates; ///< in order of time
  size_t n;
} Document;

/// JAMS 0.3: the curve as "mood_thayer", words as "tag_open", the other values in a sandbox.
/// An observation begins where its hop begins.  Silent hops have none.
void document_jams(FILE* out, const Document* document);

/// A Sonic Visualiser layer: valence and arousal as two curves of time values.
void document_svl(FILE* out, const Document* document);

#endif
