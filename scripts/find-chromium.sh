#!/bin/sh
# Print the path of a Chromium for the browser tests; nothing where Playwright uses its own. Installs one where needed.
# Usage: find-chromium.sh BIN, the folder of the virtual environment's programs.
set -eu
find_one() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }
is_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

if is_root && { [ -z "$(find_one)" ] || [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; }; then
    export DEBIAN_FRONTEND=noninteractive
    packages="fontconfig fonts-wqy-microhei"
    [ -n "$(find_one)" ] || packages="$packages chromium"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages; } >&2 || true
fi
found=$(find_one)
if [ -n "$found" ]; then
    echo "$found"
elif ! "$1/playwright" install chromium >&2; then
    echo "没有找到 Chromium，也装不上；请先安装 chromium 再运行 make test。 / No Chromium found, and none could be installed: install chromium, then run make test again." >&2
    exit 1
fi
