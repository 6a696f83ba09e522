import { openStore, type StoreLocation } from '../../src/store/index.ts';
import { migrations } from '../../src/store/migrations.ts';

/** A process of its own that migrates, says at one point that it is there, and waits to be killed. */
export interface Upgrading {
  location: StoreLocation;
  /** Before the migration of this number, or behind all of them but before the commit. */
  before: number;
}

const { location, before } = JSON.parse(process.argv[2] ?? '') as Upgrading;
const list = migrations as (typeof migrations)[number][];
list.splice(before - 1, 0, async ({ db }) => {
  await db.schema.createTable('half_done').addColumn('n', 'integer').execute();
  process.stdout.write('here\n');
  setInterval(() => {}, 1_000);
  await new Promise(() => {});
});
await openStore(location);
