#!/usr/bin/env bash
# What the platform does in its folder at a site, where this file lies: bash site.sh WORD [ARGUMENT...]
# Lists come on standard input and go to standard output, each field with a NUL character after it. In the folder are
#   files/NAME  whole files by what they hold: NAME is the SHA-256 of it, with an x behind it where it is a program
#   parts/NAME  those that are on their way
# and whatever is laid out of them.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")"
umask 077

# Whatever a program has done to the rights of what is in it.
remove() { [ ! -e "$1" ] || { mkdir -p going; local gone; gone=$(mktemp -d going/XXXXXXXX); mv -T "$1" "$gone/it"; chmod -R u+rwX "$gone"; rm -rf "$gone"; }; }

word=$1
shift
case $word in
  # NAME... -> for each how much of it is here: whole, or the size of its part.
  have)
    mkdir -p files parts
    whole=()
    while IFS= read -r -d '' name; do
      if [ -e "files/$name" ]; then whole+=("files/$name"); printf 'whole\0'
      elif [ -e "parts/$name" ]; then printf '%s\0' "$(stat -c %s "parts/$name")"
      else printf '0\0'; fi
    done
    [ ${#whole[@]} -eq 0 ] || printf '%s\0' "${whole[@]}" | xargs -0 touch -c
    ;;
  # The SHA-256 of the first BYTES of a part.
  prefix) head -c "$2" "parts/$1" | sha256sum | cut -c 1-64 ;;
  # NAME... -> those whose part holds something else, which is removed; all others are whole from now on.
  settle)
    names=()
    while IFS= read -r -d '' name; do names+=("$name"); done
    sound=()
    for name in "${names[@]}"; do
      [ ! -e "files/$name" ] || continue
      if [ "$(sha256sum < "parts/$name" | cut -c 1-64)" = "${name:0:64}" ]; then sound+=("$name"); else rm -f "parts/$name"; printf '%s\0' "$name"; fi
    done
    if [ ${#sound[@]} -gt 0 ]; then
      cd parts
      printf '%s\0' "${sound[@]}" | xargs -0 sync --
      printf '%s\0' "${sound[@]}" | xargs -0 chmod 400 --
      printf '%s\0' "${sound[@]}" | { grep -z 'x$' || true; } | xargs -0 -r chmod 500 --
      printf '%s\0' "${sound[@]}" | xargs -0 mv -t ../files --
    fi
    ;;
  # NAME PATH... laid out as the folder PLACE, which appears whole. HOW: once, to be read only and left as it is where it is there; or
  # anew, to be written to, in the place of what was there. The NAME - is a folder.
  lay)
    place=$1 how=$2
    [ "$how" != once ] || [ ! -e "$place" ] || exit 0
    mkdir -p "$(dirname "$place")"
    made=$(mktemp -d "$place.XXXXXXXX")
    trap 'rm -rf "$made"' EXIT
    used=()
    while IFS= read -r -d '' name && IFS= read -r -d '' path; do
      if [ "$name" = - ]; then mkdir -p "$made/$path"; continue; fi
      case $path in */*) [ -d "$made/${path%/*}" ] || mkdir -p "$made/${path%/*}" ;; esac
      if [ "$how" = once ]; then ln "files/$name" "$made/$path" 2>/dev/null || cp -p "files/$name" "$made/$path"
      else
        cp --reflink=auto --no-preserve=mode "files/$name" "$made/$path"
        case $name in *x) chmod 700 "$made/$path" ;; esac
        used+=("files/$name")
      fi
    done
    [ "$how" = once ] || remove "$place"
    mv -T "$made" "$place"
    trap - EXIT
    [ ${#used[@]} -eq 0 ] || printf '%s\0' "${used[@]}" | xargs -0 rm -f
    ;;
  # SHA-256 and path of each plain file in a folder, two spaces between them; at most MOST. No links are followed. Exit status 3: no such.
  sums)
    [ -d "$1" ] || exit 3
    chmod -R u+rX "$1"
    cd "$1"
    { find . -type f -printf '%P\0' || [ $? -eq 141 ]; } | head -z -n "$2" | xargs -0 -r sha256sum -z --
    ;;
  # Size and path of each file in folders that grows while a job runs: its log, its numbers and its samples.
  grown)
    for folder in "$@"; do
      [ ! -d "$folder" ] || find "$folder" -maxdepth 3 -type f \( -name '*.jsonl' -o -name 'log.*' -o -name started -o -name ended \
        -o -name complaints \) -printf '%s\0%p\0'
    done
    ;;
  remove) for place in "$@"; do remove "$place"; done ;;
  # What nothing is laid out of goes after a week, and what never arrived after two days.
  prune)
    mkdir -p files parts
    find files -type f -links 1 -mtime +7 -delete
    find parts -type f -mtime +2 -delete
    ;;
  # Bytes that are free, and the SHA-256 of a file.
  room) df -P -B1 . | awk 'NR == 2 { print $4 }' ;;
  sum) sha256sum < "$1" | cut -c 1-64 ;;
  *) echo "site.sh knows no $word" >&2; exit 2 ;;
esac
