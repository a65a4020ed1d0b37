#!/usr/bin/env bash
# Watches one job, also while the platform is away, and leaves word of it in the folder where it runs:
#   claim    its own process id, the start of that process in clock ticks, the boot: written by the first that comes for this job
#   started  process group of the job, time
#   log.*    what the job prints, in parts of equal size; of a long log the first part and the last ones stay
#   ended    exit status, time
# Arguments: KEY WALL-SECONDS GRACE-SECONDS LOG-PART-BYTES COMMAND...
set -u
readonly key=$1 wall=$2 grace=$3 part=$4
shift 4
ulimit -c 0

# A link appears whole, and only once: whoever comes second leaves, so no job runs twice.
read -r stat < "/proc/$$/stat"
read -ra fields <<< "${stat##*) }"
read -r boot < /proc/sys/kernel/random/boot_id
# The room for its last words is had before it begins: a disk that is full later keeps no job from ending.
printf '%s %s %s\n' "$$" "${fields[19]}" "$boot" > "claim.$$" && printf '%99s\n' > "started.$$" && printf '%99s\n' > "ended.$$" \
  && sync "claim.$$" "started.$$" "ended.$$" || { rm -f "claim.$$" "started.$$" "ended.$$"; exit 1; }
ln "claim.$$" claim 2>/dev/null
won=$?
rm -f "claim.$$"
[ "$won" -eq 0 ] || { rm -f "started.$$" "ended.$$"; exit 0; }
mv "started.$$" started.new
mv "ended.$$" ended.new
sync .

# Should the disk be full, the rest is read all the same: a job does not stop for its log.
readonly keep='cat > "$FILE" || cat > /dev/null; ls log.* | sed 1d | head -n -2 | xargs -r rm -f'
exec 3> >(exec split --bytes="$part" --numeric-suffixes --suffix-length=9 --filter="$keep" - log. 2>/dev/null)
logger=$!

# The job is what the kernel ends first when memory runs out, and it leaves the platform the processor when both want it.
start=$EPOCHREALTIME
(echo 500 > /proc/self/oom_score_adj
 exec timeout --kill-after="$grace" "$wall" nice -n 5 "$@") >&3 2>&1 3>&- < /dev/null &
job=$!
exec 3>&-
printf '%s %s\n' "$job" "$start" 1<> started.new && mv started.new started
wait "$job"
status=$?
end=$EPOCHREALTIME

# Nothing that it has begun outlives it: neither its process group nor what left the group.
for _ in 1 2 3; do
  kill -KILL -- "-$job"
  grep -lzsxF "AIFACTORY_JOB=$key" /proc/[0-9]*/environ | cut -d / -f 3 | xargs -r kill -KILL
done 2>/dev/null
(sleep 5 && kill "$logger") > /dev/null 2>&1 &
wait "$logger"

until printf '%s %s\n' "$status" "$end" 1<> ended.new && sync ended.new && mv ended.new ended; do sleep 1; done 2>/dev/null
sync .
