#!/usr/bin/env bash
# Begins a job's program on all of its nodes at once, each with a number of its own and with word of where the others are met. Ends when
# all have ended; where one fails, the others are ended. Runs in the job's folder, on the first node as "first NODES CORES", and there
# under the watch of job.sh; srun runs it on each as "each".
set -u

if [ "$1" = each ]; then
  export AIFACTORY_NODE_RANK=$SLURM_PROCID AIFACTORY_MASTER=$SLURM_LAUNCH_NODE_IPADDR:$AIF_PORT
  mapfile -d '' -t AIF_WORDS < words
  cd "$HOME" && exec "${AIF_WORDS[@]}"
  exit 75
fi
# What the program's variables may not change, a PATH or a number of a job among them.
AIF_SRUN=$(type -P srun) AIF_SCANCEL=$(type -P scancel) AIF_SETSID=$(type -P setsid)
readonly AIF_NODES=$2 AIF_CORES=$3 AIF_JOB=$SLURM_JOB_ID AIF_SRUN AIF_SCANCEL AIF_SETSID
mapfile -d '' -t AIF_PAIRS < variables
rm -f variables
# One that nobody listens on, below those that the system gives out by itself.
while :; do
  AIF_PORT=$((20000 + RANDOM % 12000))
  (exec 3<> "/dev/tcp/127.0.0.1/$AIF_PORT") 2> /dev/null || break
done
export AIF_PORT
# Where Slurm has lost the job and does not reach its node, the platform's word to stop does.
((until [ -e stop ] || [ ! -e words ]; do sleep 5; done; kill "$PPID") &)

for AIF_PAIR in "${AIF_PAIRS[@]}"; do
  case $AIF_PAIR in AIF_*|SLURM_JOB*) ;; *) export "$AIF_PAIR" ;; esac
done
export AIFACTORY_NODES=$AIF_NODES
# Asked to end, srun would kill at once; so it is out of reach, and what it has begun is asked by Slurm.
trap '"$AIF_SCANCEL" --signal=TERM "$AIF_JOB"' TERM
"$AIF_SETSID" "$AIF_SRUN" --export=ALL --mpi=none --nodes="$AIF_NODES" --ntasks="$AIF_NODES" --ntasks-per-node=1 \
  --cpus-per-task="$AIF_CORES" --kill-on-bad-exit=1 "$BASH" "$0" each < /dev/null &
while wait "$!"; [ $? -gt 128 ] && kill -0 "$!" 2> /dev/null; do :; done
wait "$!"
