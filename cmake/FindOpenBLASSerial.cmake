# SPDX-License-Identifier: GPL-3.0-or-later
# The *serial* OpenBLAS as a static archive, which starts no threads inside a host.  The shared and the pthread build
# start threads, which also use processor time while they wait; so only this one is accepted.
find_library(OpenBLASSerial_LIBRARY NAMES libopenblas.a
  PATH_SUFFIXES openblas-serial ${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial
  PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial)
find_path(OpenBLASSerial_INCLUDE_DIR NAMES cblas.h
  PATH_SUFFIXES openblas-serial ${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial
  PATHS /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenBLASSerial
  REQUIRED_VARS OpenBLASSerial_LIBRARY OpenBLASSerial_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libopenblas-serial-dev")
if(OpenBLASSerial_FOUND AND NOT TARGET OpenBLAS::Serial)
  add_library(OpenBLAS::Serial STATIC IMPORTED)
  set_target_properties(OpenBLAS::Serial PROPERTIES
    IMPORTED_LOCATION "${OpenBLASSerial_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${OpenBLASSerial_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "m")
endif()
