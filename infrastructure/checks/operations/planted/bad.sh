#!/usr/bin/env bash
# Faults that scripts/check-operations has to find; nothing runs it.
cd "$1"
rm -rf "$folder/"*
cp $1 $2
