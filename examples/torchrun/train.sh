#!/usr/bin/env bash
# PyTorch on all nodes of a run: torchrun begins here on each of them, and its processes find one another at the first.
# Start it:  ./aifactory train --recipe command --command examples/torchrun/train.sh --data torchrun --nodes 2 --minutes 10 --yes
# --data is a dataset with train.py beside this file and your texts in it; TORCHRUN says where torchrun is, if not in the PATH.
set -euo pipefail

torchrun=${TORCHRUN:-torchrun}
processes=$AIFACTORY_GPUS
[ "$processes" -gt 0 ] || processes=1
# On one node there is nobody else to be met; other runs may be on the same computer.
master=${AIFACTORY_MASTER:-127.0.0.1:$((20000 + RANDOM % 12000))}

echo "Node $AIFACTORY_NODE_RANK of $AIFACTORY_NODES begins."
exec "$torchrun" --nnodes "$AIFACTORY_NODES" --node-rank "$AIFACTORY_NODE_RANK" --nproc-per-node "$processes" \
  --master-addr "${master%:*}" --master-port "${master##*:}" "$AIFACTORY_DATA/train.py"
