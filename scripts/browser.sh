#!/usr/bin/env bash
# Sees to it that a Chromium is here for the browser tests. Prints what to do where it cannot install one.
set -eu
command -v chromium >/dev/null || command -v chromium-browser >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests…"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-color-emoji >/dev/null
else
  echo "The browser tests need Chromium: install it (apt install chromium), or run make test-fast." >&2
  exit 1
fi
