# SPDX-License-Identifier: GPL-3.0-or-later
# circumplex_target(NAME): the warnings, hardening and sanitizers that every target of ours has.
# circumplex_define_path(TARGET NAME PATH): a macro that is a C string, for paths with any characters.
# circumplex_man(PROGRAM): installs docs/man/PROGRAM.1, whose options the target fill_tables writes.
# circumplex_test(NAME SOURCE... [LIBS lib...]): a cmocka program, run by CTest.
function(circumplex_target name)
  target_compile_options(${name} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
    -Wpointer-arith -Wcast-align -Wwrite-strings -Wundef -Wvla -fno-math-errno
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build"
    $<$<BOOL:${CIRCUMPLEX_WERROR}>:-Werror>)
  target_compile_definitions(${name} PRIVATE _POSIX_C_SOURCE=200809L
    CIRCUMPLEX_VERSION="${PROJECT_VERSION}")
  if(CIRCUMPLEX_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${CIRCUMPLEX_SANITIZE}
      -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_definitions(${name} PRIVATE CIRCUMPLEX_SANITIZED=1)
    target_link_options(${name} PUBLIC -fsanitize=${CIRCUMPLEX_SANITIZE})
  else()
    target_compile_options(${name} PRIVATE -fstack-protector-strong
      $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
    target_link_options(${name} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endfunction()

function(circumplex_define_path target name path)
  string(REGEX REPLACE "([\\\"])" "\\\\\\1" literal "${path}")
  target_compile_definitions(${target} PRIVATE "${name}=\"${literal}\"")
endfunction()

function(circumplex_man program)
  set(page "${PROJECT_SOURCE_DIR}/docs/man/${program}.1")
  install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
  find_package(Python3 COMPONENTS Interpreter)
  if(NOT Python3_Interpreter_FOUND)
    return()
  endif()
  set(fill "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/scripts/fill_man.py")
  add_custom_target(fill_man_${program} COMMAND ${fill} "${page}" "$<TARGET_FILE:${program}>" VERBATIM)
  add_dependencies(fill_man_${program} ${program})
  if(NOT TARGET fill_tables)
    add_custom_target(fill_tables)
  endif()
  add_dependencies(fill_tables fill_man_${program})
  if(CIRCUMPLEX_TESTS)
    add_test(NAME man_${program} COMMAND ${fill} --check "${page}" "$<TARGET_FILE:${program}>")
  endif()
endfunction()

function(circumplex_test name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  circumplex_target(${name})
  circumplex_define_path(${name} CIRCUMPLEX_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
  circumplex_define_path(${name} CIRCUMPLEX_BINARY_DIR "${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE circumplex_core PkgConfig::CMOCKA ${ARG_LIBS})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
endfunction()
