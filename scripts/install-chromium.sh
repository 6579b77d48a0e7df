#!/bin/sh
# Installs Debian's Chromium for the browser tests, where there is none: needs root and Debian's packages.
set -eu
for browser in "${ATOLL_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$browser" ] && [ -x "$browser" ]; then exit 0; fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium: install it, or name it in ATOLL_CHROMIUM." >&2
  exit 1
fi
echo "Installing Chromium (once) ..."
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --yes --no-install-recommends chromium fonts-dejavu-core >/dev/null
