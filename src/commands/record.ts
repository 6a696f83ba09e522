import { createReadStream, rmSync } from 'node:fs';
import type { ConfiguredTarget } from '../config/types.ts';
import { currentHeader } from '../scan/declared.ts';
import type { ScanRecord } from '../scan/records.ts';
import { newScanId, type RecordDeps, recordScan, spoolFile } from '../scan/runner.ts';
import { readSpool } from '../scan/spool.ts';
import { type Environment, openConfiguredStore } from './environment.ts';
import { makeFolder, recordDeps } from './recording.ts';

/** Scans into the ledger, and gives the same records again for the report. */
export async function* recordTargets(
  environment: Environment,
  targets: readonly ConfiguredTarget[],
  signal: AbortSignal,
): AsyncGenerator<ScanRecord> {
  makeFolder(environment.config.data);
  const store = await openConfiguredStore(environment.config, false);
  try {
    const deps = await recordDeps(environment, store);
    for (const target of targets) yield* recordOne(deps, target, signal);
  } finally {
    await store.close();
  }
}

async function* recordOne(
  deps: RecordDeps,
  target: ConfiguredTarget,
  signal: AbortSignal,
): AsyncGenerator<ScanRecord> {
  const id = newScanId();
  const file = spoolFile(deps.spool, id);
  try {
    await recordScan(deps, { id, target, signal, keep: true });
    // What was given over REST counts in the report as it does in the ledger.
    for await (const record of readSpool(createReadStream(file), file)) {
      if (record.schema !== 'roomwarden.scan/1') yield record;
      else yield await currentHeader(deps.store.db, deps, record, deps.collect.now());
    }
  } finally {
    rmSync(file, { force: true });
  }
}
