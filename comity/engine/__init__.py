"""Many documents over many processes: the inputs are cut into shards, and shards are read and coded side by side.

In: inputs. Out: what each shard gave, batch by batch, in the order of the inputs, whoever did the work. `plan` cuts;
`work` is what one process does; `pool` (processes of this machine) and `cluster` (Dask) lend processes; `running` keeps
the order and copes with processes that die; `folder` writes shards as Parquet. How it fits together: docs/scale.md.
"""

from __future__ import annotations
