# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of Circumplex's models: data, nets, losses, evaluation, export.

Features always come from the C front end (``dsp/``); nothing here computes them again.
Run ``python3 -m circumplex_train --help`` from the ``train`` folder.
"""
