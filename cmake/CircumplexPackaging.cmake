# SPDX-License-Identifier: GPL-3.0-or-later
# Installs everything except targets, and configures cpack's packages: a .deb and a source tarball.
# SOURCE_DATE_EPOCH, if set, is the time of every file in them; scripts/reproducible.sh compares two builds.
file(GLOB circumplex_documents CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/*.md" "${PROJECT_SOURCE_DIR}/docs/*.html")
install(FILES "${PROJECT_SOURCE_DIR}/README.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES ${circumplex_documents} DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/images" DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs"
  FILES_MATCHING PATTERN "*.png" PATTERN "*.svg" PATTERN "*.gif")
install(FILES "${PROJECT_SOURCE_DIR}/docs/man/circumplex-columns.5" DESTINATION "${CMAKE_INSTALL_MANDIR}/man5")

set(CPACK_PACKAGE_NAME circumplex)
set(CPACK_PACKAGE_VENDOR "The Circumplex authors")
set(CIRCUMPLEX_MAINTAINER "The Circumplex authors <circumplex@localhost>" CACHE STRING "Whom the package names")
set(CPACK_PACKAGE_CONTACT "${CIRCUMPLEX_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "live meter of the emotion that music expresses (LV2)")
set(CPACK_PACKAGE_DESCRIPTION
"An LV2 plugin that passes audio through untouched while a causal network reads
valence and arousal every half second, shown as a point that moves over the
plane, and sent on as control ports, MIDI, CV and OSC. A command line reads
sound files with the same engine.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_GENERATOR DEB)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON) # the libraries that the binaries link
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "jalv, ardour")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Debian wants a copyright file and compressed manuals and change logs; made before cpack runs.
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/DebianDocuments.cmake")

# The source tarball has the committed files only.
find_package(Git QUIET)
find_path(CIRCUMPLEX_GIT_DIR .git PATHS "${PROJECT_SOURCE_DIR}" NO_DEFAULT_PATH NO_CACHE)
if(GIT_FOUND AND CIRCUMPLEX_GIT_DIR)
  set(tarball "circumplex-${PROJECT_VERSION}")
  add_custom_target(source_tarball
    COMMAND "${GIT_EXECUTABLE}" -C "${PROJECT_SOURCE_DIR}" archive --format=tar.gz
      "--prefix=${tarball}/" -o "${PROJECT_BINARY_DIR}/${tarball}.tar.gz" HEAD
    VERBATIM COMMENT "Packing ${tarball}.tar.gz")
endif()
include(CPack)
