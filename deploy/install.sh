#!/bin/sh
# Installs Shuzhi from this bundle, with no network: ./install.sh [FOLDER], /opt/shuzhi where left out.
# Each version has a folder of its own; FOLDER/current points to the one that was installed last.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-/opt/shuzhi}
python=${PYTHON:-python3}
wanted=$(cat "$here/PYTHON")
version=$(cat "$here/VERSION")

found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
if [ "$found" != "$wanted" ]; then
    echo "This bundle is for Python $wanted and $python is $found. Install Python $wanted, or name it: PYTHON=/path/to/python$wanted $0" >&2
    exit 2
fi
if ! (cd "$here" && sha256sum --quiet -c SHA256SUMS); then
    echo "The bundle is damaged: copy it here again." >&2
    exit 2
fi

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m zipfile -e "$here"/tools/uv-*.whl "$tools"
uv=$(echo "$tools"/uv-*.data/scripts/uv)
chmod +x "$uv"

new="$to/$version"
mkdir -p "$to"
rm -rf "$new"
"$uv" venv -q --offline --no-config --python "$(command -v "$python")" "$new"
"$uv" pip install -q --offline --no-config --no-cache --no-index --find-links "$here/wheels" \
    --require-hashes --python "$new/bin/python" --compile-bytecode -r "$here/runtime.txt"
"$uv" pip install -q --offline --no-config --no-cache --no-index --no-deps \
    --python "$new/bin/python" --compile-bytecode "$here"/shuzhi-*.whl
"$new/bin/shuzhi" --version >/dev/null
ln -sfn "$version" "$to/current"
echo "Shuzhi $version is in $new; $to/current points to it. Next: deploy/README.md"
