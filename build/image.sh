#!/usr/bin/env bash
# Builds the container image from a release's files and pushes it: image.sh FOLDER NAME, where NAME is the image's full name
# without a tag. Says the pushed image's digest as the output `digest`; whoever runs the image names it by that.
set -euo pipefail
folder=$(cd "${1:?}" && pwd)
name=${2:?}
version=$(sed -n 's:^ *<Version>\([0-9A-Za-z.-]*\)</Version>$:\1:p' "$(dirname "${BASH_SOURCE[0]}")/../Directory.Build.props")
(cd "$folder" && sha256sum --strict --quiet --check SHA256SUMS)
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
tar -xzf "$folder/rayquest-container.tar.gz" -C "$context"
cp -L "$(command -v kubectl)" "$context/rayquest-container/deploy/program/kubectl"
if [ -n "${REGISTRY_TOKEN:-}" ]; then
  docker login --username "${REGISTRY_USER:?}" --password-stdin "${name%%/*}" <<<"$REGISTRY_TOKEN"
fi
docker build --file "$context/rayquest-container/deploy/Containerfile" --tag "$name:$version" "$context/rayquest-container"
docker push "$name:$version"
digest=$(docker image inspect --format '{{index .RepoDigests 0}}' "$name:$version" | sed 's/.*@//')
case $digest in
  sha256:*) ;;
  *)
    echo "::error title=image::the registry gave no digest for $name:$version; see what docker push said" >&2
    exit 3
    ;;
esac
echo "digest=$digest" >>"${GITHUB_OUTPUT:-/dev/stdout}"
