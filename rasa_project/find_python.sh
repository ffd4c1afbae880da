#!/usr/bin/env bash
# Prints a Python 3.10 that really runs. A pyenv shim answers even when its version is off, so each one is tried.
set -u
works() { [ -n "$1" ] && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }
for candidate in "${PYTHON310:-}" $(type -ap python3.10) "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python /opt/python/3.10*/bin/python; do
  if works "$candidate"; then echo "$candidate"; exit 0; fi
done
uv=$(command -v uv || echo .tools/bin/uv)
if "$uv" python install --quiet 3.10 >/dev/null 2>&1; then
  found=$("$uv" python find --managed-python 3.10 2>/dev/null) && works "$found" && { echo "$found"; exit 0; }
fi
echo "The understanding server needs Python 3.10: install it (pyenv install 3.10, or apt install python3.10-venv) or set PYTHON310 to its path, then run make again." >&2
exit 1
