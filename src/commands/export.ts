import type { Command } from 'commander';
import { RoomwardenError } from '../errors.ts';
import { rfc3339 } from '../findings/detail.ts';
import { type RoomRecords, roomRecords } from '../findings/room.ts';
import { defaultConfiguration } from './environment.ts';
import { placesIn, questionOf } from './erase.ts';
import { print } from './output.ts';
import { withStore } from './stored.ts';

interface ExportOptions {
  target: string;
  room: string;
  config: string;
}

export function registerExport(program: Command): void {
  program
    .command('export')
    .description('everything that is stored about one room and its recordings, as JSON')
    .requiredOption('--target <target>', 'its target')
    .requiredOption('--room <room>', 'its id or ref')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (options: ExportOptions) =>
      withStore(options.config, async (environment, store) => {
        const { target, room } = options;
        const records = await roomRecords(store.db, await questionOf(environment, store, options));
        if (records === null) throw new RoomwardenError('RW1040', { target, room });
        const places = placesIn(environment.config, target, records);
        await print([`${JSON.stringify(documentOf(target, records, places, Date.now()), null, 2)}\n`]);
      }),
    );
}

function documentOf(target: string, records: RoomRecords, places: readonly string[], now: number): object {
  const { ids, ref, subjects, findings, events, waivers, notes, audit } = records;
  return {
    schema: 'roomwarden.room-export/1',
    generated_at: rfc3339(now),
    target,
    ids,
    ref,
    rooms: subjects.filter((row) => row.kind === 'room').map(readable),
    recordings: subjects.filter((row) => row.kind === 'recording').map(readable),
    findings: findings.map(readable),
    events: events.map(readable),
    waivers: waivers.map(readable),
    meetings: notes.map(readable),
    administrative_acts: audit.map(readable),
    named_in_configuration: places,
  };
}

const instant = /(?:^|_)at$|^until$/;

/** A row as it is stored, every column, but for the forms in which times and structures are kept. */
function readable(row: object): Record<string, unknown> {
  const shown = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (name.endsWith('_json')) {
      const inner = value === null ? null : JSON.parse(value as string);
      return [name.replace(/_json$/, ''), name === 'snapshot_json' ? snapshot(inner) : inner];
    }
    return [name, instant.test(name) && typeof value === 'number' ? rfc3339(value) : value];
  });
  return Object.fromEntries(shown);
}

/** A finding as it was, kept inside an event. */
const snapshot = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'uid' in value ? readable(value) : value;
