import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { audit } from '../access/audit.ts';
import { RoomwardenError } from '../errors.ts';
import { eraseRoom } from '../findings/erase.ts';
import { backupSqlite, type Replaced, restoreSqlite } from '../store/backup.ts';
import { beginEpoch } from '../store/epoch.ts';
import type { Store } from '../store/index.ts';
import { text } from '../texts/index.ts';
import {
  defaultConfiguration,
  type Environment,
  openConfiguredStore,
  openEnvironment,
} from './environment.ts';
import { questionOf } from './erase.ts';
import { print } from './output.ts';
import { makeFolder } from './recording.ts';
import { requireFile, withStore } from './stored.ts';

export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('a consistent copy of the store, also while it is served')
    .argument('<file>', 'must not exist')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (file: string, { config }: { config: string }) => backup(resolve(file), config));
  program
    .command('restore')
    .description('put a copy in the place of the store; cursors of the feed become void')
    .argument('[file]', 'made by backup')
    .option('--mark', 'the store has been set back by other means already: only void the cursors')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (file: string | undefined, { config, mark }: { config: string; mark?: true }) => {
      if ((file === undefined) !== (mark === true))
        throw new RoomwardenError('RW1004', { detail: 'restore' });
      await (file === undefined ? withStore(config, markRestored) : restore(resolve(file), config));
    });
}

async function backup(to: string, configuration: string): Promise<void> {
  await withStore(configuration, async ({ config, language }, store) => {
    const from = await requireFile(config, 'backup');
    const now = Date.now();
    const bytes = backupSqlite(from, to, now);
    await audit(store.db, { actor: 'cli', action: 'store.backup', detail: { bytes } }, now);
    const key = config.instance.key === null ? join(config.data, 'instance.key') : 'instance.key';
    await print([`${text(language, 'backup.done', { file: to, bytes, key })}\n`]);
    process.stderr.write(`${text(language, 'backup.private')}\n`);
  });
}

async function restore(from: string, configuration: string): Promise<void> {
  const environment = await openEnvironment(configuration);
  const { config, language } = environment;
  const file = await requireFile(config, 'restore');
  makeFolder(config.data);
  const now = Date.now();
  const replaced = restoreSqlite(file, from, now);
  const store = await openConfiguredStore(config, true);
  try {
    const { head } = await store.feed();
    await audit(store.db, { actor: 'cli', action: 'store.restore', detail: { head } }, now);
    await print([`${text(language, 'restore.done', { file: from, head })}\n`]);
    await repeatErasures(environment, store, replaced, now);
  } finally {
    await store.close();
  }
}

/** What somebody had the right to have erased does not come back from a copy. */
async function repeatErasures(
  environment: Environment,
  store: Store,
  { file, erasures, known }: Replaced,
  now: number,
): Promise<void> {
  const { language } = environment;
  for (const { target, ref } of erasures) {
    const question = await questionOf(environment, store, { target, room: ref });
    const erased = await eraseRoom(store, question, { actor: 'cli', now });
    if (erased !== null) await print([`${text(language, 'restore.erased', { target, ref })}\n`]);
  }
  if (erasures.length > 0) await store.tidy();
  if (!known) await print([`${text(language, 'restore.unknown')}\n`]);
  if (file !== null) await print([`${text(language, 'restore.aside', { file })}\n`]);
}

async function markRestored({ language }: Environment, store: Store): Promise<void> {
  const now = Date.now();
  await store.transaction(async (tx) => {
    await tx.appendLock();
    await beginEpoch(tx.db, 0);
    await audit(tx.db, { actor: 'cli', action: 'store.restore', detail: { marked: true } }, now);
  });
  const { head } = await store.feed();
  await print([`${text(language, 'restore.marked', { head })}\n${text(language, 'restore.repeat')}\n`]);
}
