# SPDX-License-Identifier: GPL-3.0-or-later
# Run by cpack on the tree that goes into the .deb: Debian's names for licence and change log, compressed
# without a time of their own, and one time for every file.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(root "${CPACK_TEMPORARY_DIRECTORY}/usr")
set(documents "${root}/share/doc/circumplex")
get_filename_component(source "${CPACK_RESOURCE_FILE_LICENSE}" DIRECTORY)
file(MAKE_DIRECTORY "${documents}")
file(WRITE "${documents}/copyright"
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: circumplex

Files: *
Copyright: 2026 The Circumplex authors
License: GPL-3.0+
 On Debian systems the full text of the GNU General Public License version 3
 is in /usr/share/common-licenses/GPL-3.
")
file(COPY "${source}/CHANGELOG.md" DESTINATION "${documents}")
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH, if that is set
file(WRITE "${documents}/changelog" "circumplex (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
file(GLOB_RECURSE manuals "${root}/share/man/*")
list(FILTER manuals EXCLUDE REGEX "\\.gz$")
execute_process(COMMAND gzip -9nf "${documents}/changelog" "${documents}/CHANGELOG.md" ${manuals} COMMAND_ERROR_IS_FATAL ANY)
# The same permissions for any umask.
execute_process(COMMAND chmod -R u=rwX,go=rX "${CPACK_TEMPORARY_DIRECTORY}" COMMAND_ERROR_IS_FATAL ANY)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find "${CPACK_TEMPORARY_DIRECTORY}" -exec touch -hd "@$ENV{SOURCE_DATE_EPOCH}" {} +
    COMMAND_ERROR_IS_FATAL ANY)
endif()
