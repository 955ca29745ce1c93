# SPDX-License-Identifier: GPL-3.0-or-later
# Supported processors, and the choice of the matrix product in programs without an audio thread.
#   CIRCUMPLEX_COMPUTE=native    our own loops (default where they were tuned: x86-64, AArch64)
#   CIRCUMPLEX_COMPUTE=openblas  OpenBLAS, serial and static, in the command line and the Python package; the plugin
#                                always uses our own loops, because run() must not take a lock
if(CMAKE_C_BYTE_ORDER STREQUAL "BIG_ENDIAN")
  message(FATAL_ERROR "Circumplex does not run on big-endian processors (${CMAKE_SYSTEM_PROCESSOR}): its model files, and how it reads "
    "them, are little-endian.")
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|aarch64|arm64)$")
  set(compute_default native)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^i[3-6]86$")
  set(compute_default openblas)
  add_compile_options(-msse2 -mfpmath=sse) # x87 registers would sometimes keep more bits than a float has
else()
  option(CIRCUMPLEX_UNTESTED_PROCESSOR "Build for a processor on which nothing was ever tried" OFF)
  if(NOT CIRCUMPLEX_UNTESTED_PROCESSOR)
    message(FATAL_ERROR "Circumplex was never tried on this processor (${CMAKE_SYSTEM_PROCESSOR}); it knows x86-64 and AArch64. "
      "To build it all the same: -DCIRCUMPLEX_UNTESTED_PROCESSOR=ON, and run the tests.")
  endif()
  set(compute_default openblas)
endif()
set(CIRCUMPLEX_COMPUTE ${compute_default} CACHE STRING "What multiplies matrices: native or openblas")
set_property(CACHE CIRCUMPLEX_COMPUTE PROPERTY STRINGS native openblas)
if(NOT CIRCUMPLEX_COMPUTE MATCHES "^(native|openblas)$")
  message(FATAL_ERROR "CIRCUMPLEX_COMPUTE is \"${CIRCUMPLEX_COMPUTE}\": it must be native or openblas.")
endif()

# circumplex_may_wait(TARGET): marks a target without an audio thread.
function(circumplex_may_wait target)
  if(CIRCUMPLEX_COMPUTE STREQUAL "openblas")
    target_link_libraries(${target} PRIVATE circumplex_blas)
  endif()
endfunction()
