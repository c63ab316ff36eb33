#!/bin/sh
# Look for the Python these wheels are made for; start.py does the rest.
here=$(cd "$(dirname "$0")" && pwd) || exit 3
for python in python@PYTHON@ python3 python; do
    if "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "@PYTHON@")' 2>/dev/null; then
        exec "$python" "$here/start.py" "$@"
    fi
done
echo "没有找到 Python @PYTHON@。请先安装 Python @PYTHON@，再运行 start.sh。" >&2
exit 3
