# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DIN=page.html -DOUT=web_page.h -P embed.cmake: the page as a constant of C.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "// Made from page.html.\nstatic const unsigned char web_page[] = {${bytes}};\n")
