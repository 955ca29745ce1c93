// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the command line of circumplex-host.
#ifndef CIRCUMPLEX_TOOLS_HOST_ARGUMENTS_H
#define CIRCUMPLEX_TOOLS_HOST_ARGUMENTS_H

#include "tools/host/host.h"

#define ARGUMENTS_MAX_BLOCK 8192
#define ARGUMENTS_MAX_CHANGES 64
#define ARGUMENTS_MAX_INSTANCES 256

/// Something that happens at a given time of the run.
typedef enum {
  CHANGE_SET,      ///< a control input
  CHANGE_PROPERTY, ///< by patch:Set
  CHANGE_SAVE,
  CHANGE_RESTORE,
  CHANGE_UI, ///< a window opens or closes
  CHANGE_RESTART
} ChangeKind;

typedef struct {
  double seconds; ///< time; INFINITY: after the run
  ChangeKind kind;
  char name[128]; ///< name of the port or property
  char text[4096];
  bool done;
} TimedChange;

typedef struct {
  HostOptions host;
  const char* input;
  const char* midi;
  const char* cv;
  const char* state_in;
  const char* preset;
  double seconds;
  double skip;    ///< seconds at the start of the source that are left out
  uint32_t block; ///< 0: random
  bool freewheel, ui, rtsan, positive_control, all, quiet, timing, realtime, scaled_cv;
  unsigned instances;
  TimedChange changes[ARGUMENTS_MAX_CHANGES];
  unsigned n_changes;
} Arguments;

/// \return -1 to continue, else the exit status; an error has been reported
int arguments_parse(Arguments* a, int argc, char** argv);

#endif
