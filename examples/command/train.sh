#!/usr/bin/env bash
# A program of your own as a run: learns how often each letter stands in your data, a file at a time, and goes on after an interruption.
# Start it:  ./aifactory train --recipe command --command examples/command/train.sh --data handbook --minutes 5 --yes
set -euo pipefail

done_file="$AIFACTORY_CHECKPOINT/done"
counts="$AIFACTORY_CHECKPOINT/counts"
touch "$done_file" "$counts"

echo "Attempt $AIFACTORY_ATTEMPT with $AIFACTORY_CORES cores for at most $AIFACTORY_SECONDS seconds."
total=$(find "$AIFACTORY_DATA" -type f | wc -l)
step=$(wc -l < "$done_file")

while IFS= read -r file; do
  if grep -qxF -- "$file" "$done_file"; then continue; fi
  # The new counts take the place of the old ones in one step, so that whoever ends us leaves one or the other.
  { cat "$counts"; grep -o '[[:alpha:]]' "$file" | tr '[:upper:]' '[:lower:]' | sort | uniq -c | awk '{print $2, $1}' || true; } \
    | awk '{sum[$1] += $2} END {for (letter in sum) print letter, sum[letter]}' | sort > "$counts.new"
  mv "$counts.new" "$counts"
  echo "$file" >> "$done_file"
  step=$((step + 1))
  letters=$(awk '{sum += $2} END {print sum + 0}' "$counts")
  echo "{\"step\": $step, \"steps\": $total, \"letters\": $letters}" >> "$AIFACTORY_METRICS"
done < <(find "$AIFACTORY_DATA" -type f | sort)

cp "$counts" "$AIFACTORY_OUTPUT/letters.txt"
echo "Counted $step files."
