import { recordScan } from '../../src/scan/runner.ts';
import { openStore, type Store, type StoreLocation } from '../../src/store/index.ts';
import { recordDeps, target, type World } from './toy.ts';

/** A process of its own that scans and, at one point, says so and waits to be killed. */
export interface Crash {
  location: StoreLocation;
  spool: string;
  scan: string;
  world: World;
  at: 'collecting' | 'first write' | 'later write' | 'before commit';
}

async function here(): Promise<never> {
  process.stdout.write('here\n');
  setInterval(() => {}, 1_000);
  return new Promise(() => {});
}

function crashing(store: Store, at: Crash['at']): Store {
  let writes = 0;
  return {
    ...store,
    transaction: (work) =>
      store.transaction(async (tx) => {
        const result = await work({
          ...tx,
          async bulkUpsert(table, rows) {
            await tx.bulkUpsert(table, rows);
            writes += 1;
            if ((at === 'first write' && writes === 1) || (at === 'later write' && writes === 4))
              await here();
          },
        });
        if (at === 'before commit') await here();
        return result;
      }),
  };
}

const crash = JSON.parse(process.argv[2] ?? '') as Crash;
const store = await openStore(crash.location);
if (crash.at === 'collecting') {
  crash.world.before = async (index) => {
    if (index === 2) await here();
  };
}
const deps = recordDeps(crashing(store, crash.at), crash.world, crash.spool);
await recordScan(deps, { id: crash.scan, target: target(), signal: new AbortController().signal });
