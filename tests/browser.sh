#!/bin/sh
# Finds a Chromium for the browser tests, and a font with Arabic letters; installs both where that is possible.
set -eu

has_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

has_font() {
  command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list ':lang=ar' family)" ]
}

if has_browser >/dev/null && has_font; then
  exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium and the fonts that the browser tests need."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-core; } >/dev/null || true
  if has_browser >/dev/null && has_font; then
    exit 0
  fi
fi

echo "The browser tests need Chromium and a font with Arabic letters. Please run:" >&2
echo "  sudo apt-get install chromium fontconfig fonts-noto-core" >&2
# On a build server a missing browser is a failure; on a laptop the other tests may still run.
[ -z "${CI:-}" ]
