#!/bin/sh
# Installs what is missing, Node 24 included (it comes as a package and stands first on the PATH of every npm script).
# Runs before "npm start", "npm test" and "npm run tour"; does nothing, and needs no network, once everything is there.
set -eu
stamp=node_modules/.atoll-installed
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then exit 0; fi
echo "Installing dependencies (once, about a minute) ..."
npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
cp package-lock.json "$stamp"
