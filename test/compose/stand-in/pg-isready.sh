#!/bin/bash
# The embedded binaries come without pg_isready.
exec 3<>/dev/tcp/127.0.0.1/5432
