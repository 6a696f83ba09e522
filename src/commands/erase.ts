import type { Command } from 'commander';
import { instanceKey } from '../access/instance-key.ts';
import { roomRef } from '../access/ref.ts';
import { listTokens } from '../access/tokens.ts';
import { RoomwardenError } from '../errors.ts';
import { type Erased, eraseRoom } from '../findings/erase.ts';
import { type RoomQuestion, type RoomRecords, roomRecords } from '../findings/room.ts';
import type { Store } from '../store/index.ts';
import { text } from '../texts/index.ts';
import { chooseTargets, defaultConfiguration, type Environment } from './environment.ts';
import { print } from './output.ts';
import { copiesBeside, storeFile, withStore } from './stored.ts';

interface RoomOptions {
  target: string;
  room: string;
  config: string;
}

export function registerErase(program: Command): void {
  program
    .command('erase')
    .description('delete everything that is stored about one room and its recordings')
    .requiredOption('--target <target>', 'its target')
    .requiredOption('--room <room>', 'its id or ref')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (options: RoomOptions) =>
      withStore(options.config, (environment, store) => erase(environment, store, options)),
    );
}

async function erase(environment: Environment, store: Store, options: RoomOptions): Promise<void> {
  const question = await questionOf(environment, store, options);
  const records = await roomRecords(store.db, question);
  const erased = await eraseRoom(store, question, { actor: 'cli', now: Date.now() });
  if (records === null || erased === null) throw new RoomwardenError('RW1040', { ...options });
  const tidied = await store.tidy();
  const lines = await reportOf(environment, store, { target: options.target, records, erased, tidied });
  await print([`${lines.join('\n')}\n`]);
}

/** @throws {RoomwardenError} RW1012 for a target that is neither configured nor known from before */
export async function questionOf(
  environment: Pick<Environment, 'config' | 'catalogue'>,
  store: Store,
  { target, room }: Pick<RoomOptions, 'target' | 'room'>,
): Promise<RoomQuestion> {
  const { config, catalogue } = environment;
  const known = await store.db.selectFrom('targets').select('id').where('id', '=', target).executeTakeFirst();
  if (known === undefined) chooseTargets(config, [target]);
  const key = await instanceKey(config);
  const policies = [...catalogue.policyById.keys()];
  return { target, room, policies, refOf: (id) => roomRef(key, id) };
}

interface Done {
  target: string;
  records: RoomRecords;
  erased: Erased;
  tidied: boolean;
}

/** What was done, and what nobody here can do. */
async function reportOf(
  { config, language }: Environment,
  store: Store,
  { target, records, erased, tidied }: Done,
): Promise<string[]> {
  const { ref, uids, mentions } = erased;
  const lines = [text(language, 'erase.done', { ...erased, target })];
  if (mentions > 0) lines.push(text(language, 'erase.mentions', { mentions }));
  if (uids.length > 0) lines.push(text(language, 'erase.uids'), ...uids.map((uid) => `  ${uid}`));
  lines.push(text(language, 'erase.remains'));
  lines.push(text(language, 'erase.remains.source'), text(language, 'erase.remains.backups'));
  const receivers = config.push.map((receiver) => receiver.id).join(', ');
  if (receivers !== '') lines.push(text(language, 'erase.remains.receivers', { receivers }));
  const used = (await listTokens(store.db)).filter((token) => token.lastUsedAt !== null);
  const tokens = used.map((token) => `${token.name} (${token.id})`).join(', ');
  if (tokens !== '') lines.push(text(language, 'erase.remains.readers', { tokens }));
  const places = placesIn(config, target, records).join(', ');
  if (places !== '') lines.push(text(language, 'erase.remains.configuration', { places }));
  const sqlite = store.dialect === 'sqlite';
  const file = storeFile(config);
  const files = sqlite ? copiesBeside(file).map((copy) => copy.file) : [];
  if (files.length > 0) lines.push(text(language, 'erase.remains.copies', { files: files.join(', ') }));
  if (!sqlite) lines.push(text(language, 'erase.remains.pages'));
  if (!tidied) lines.push(text(language, 'erase.remains.log', { file: `${file}-wal` }));
  lines.push(text(language, 'erase.remains.audit', { ref }));
  return lines;
}

/** Where the configuration names the room, as `file:line`. */
export function placesIn(config: Environment['config'], target: string, { ids }: RoomRecords): string[] {
  const waivers = config.waivers.filter(
    (waiver) => waiver.target === target && waiver.room !== undefined && ids.includes(waiver.room),
  );
  const names = (settings: object): boolean => {
    const words = new Set<unknown>(valuesIn(settings));
    return ids.some((id) => words.has(id));
  };
  const targets = config.targets.filter((each) => each.id === target && names(each.settings));
  return [...targets, ...waivers].map(({ origin }) => `${origin.file}:${origin.line}`);
}

/** Keys and values at every depth. */
function* valuesIn(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) {
    yield value;
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    yield key;
    yield* valuesIn(inner);
  }
}
