#!/usr/bin/env bash
# Begins a job's program on all of its nodes at once, each with a number of its own and with word of where the others are met. Ends when
# all have ended; where one fails, the others are ended. Runs in the job's folder, on the first node as "first NODES CORES", and there
# under the watch of job.sh; srun runs it on each as "each".
set -u

if [ "$1" = each ]; then
  export AIFACTORY_NODE_RANK=$SLURM_PROCID AIFACTORY_MASTER=$SLURM_LAUNCH_NODE_IPADDR:$AIF_PORT
  mapfile -d '' -t words < words
  cd "$HOME" && exec "${words[@]}"
  exit 75
fi
readonly nodes=$2 cores=$3
while IFS= read -r -d '' pair; do export "$pair"; done < variables
rm -f variables
export AIFACTORY_NODES=$nodes
# One that nobody listens on, below those that the system gives out by itself.
while :; do
  AIF_PORT=$((20000 + RANDOM % 12000))
  (exec 3<> "/dev/tcp/127.0.0.1/$AIF_PORT") 2> /dev/null || break
done
export AIF_PORT
# Where Slurm has lost the job and does not reach its node, the platform's word to stop does.
((until [ -e stop ] || [ ! -e words ]; do sleep 5; done; kill "$PPID") &)

# Asked to end, srun would kill at once; so it is out of reach, and what it has begun is asked by Slurm.
trap 'scancel --signal=TERM "$SLURM_JOB_ID"' TERM
setsid srun --export=ALL --mpi=none --nodes="$nodes" --ntasks="$nodes" --ntasks-per-node=1 --cpus-per-task="$cores" \
  --kill-on-bad-exit=1 bash "$0" each < /dev/null &
while wait "$!"; [ $? -gt 128 ] && kill -0 "$!" 2> /dev/null; do :; done
wait "$!"
