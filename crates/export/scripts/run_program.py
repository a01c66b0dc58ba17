"""Runs an exported program and prints its losses and results as one line of JSON.

    python run_program.py PROGRAM [WEIGHTS]

PROGRAM is run in its folder, where the zip file of its data set must be. WEIGHTS is a safetensors file
with first weights. The output has `losses`, one of each step, and `results`, one of each epoch.
"""

import contextlib
import json
import os
import runpy
import sys
from pathlib import Path

program, *weights = [Path(path).resolve() for path in sys.argv[1:]]
os.chdir(program.parent)
sys.argv = [str(program), *map(str, weights)]
with contextlib.redirect_stdout(sys.stderr):
    values = runpy.run_path(str(program), run_name="__main__")
print(json.dumps({"losses": values["losses"], "results": values["results"]}))
