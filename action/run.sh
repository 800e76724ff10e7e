#!/usr/bin/env bash
# Calls the program: RAYQUEST_PROGRAM with RAYQUEST_COMMAND and the words of RAYQUEST_ARGS. Words are parted at blanks and
# line ends and taken as they are: no quotes, no variables, no patterns.
set -euo pipefail
set -f
read -r -d '' -a words <<<"${RAYQUEST_ARGS:-}" || true
unset RAYQUEST_BIN # the launcher of a build from source would follow it
exec "${RAYQUEST_PROGRAM:?}" "${RAYQUEST_COMMAND:?}" ${words[@]+"${words[@]}"}
