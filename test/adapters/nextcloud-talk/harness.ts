import type { Adapter } from '../../../adapters/contract/adapter.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import {
  type SimulatedWorld,
  startTalk,
  type TalkSimulator,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import { type Scan, type ScanOptions, scan } from '../../contract/scan.ts';

export interface Run {
  scan: Scan;
  talk: TalkSimulator;
}

export interface RunOptions {
  live?: boolean;
  check?: boolean;
  anonymous?: boolean;
  password?: string;
  settings?: object;
  /** Address of the database. */
  database?: string;
  tags?: Record<string, string[]>;
  adapter?: Adapter;
  sql?: ScanOptions['sql'];
  prepare?(talk: TalkSimulator): void;
}

/** One scan of a simulated server. */
export async function scanWorld(world: SimulatedWorld, options: RunOptions = {}): Promise<Run> {
  const talk = await startTalk(world);
  try {
    options.prepare?.(talk);
    const account =
      options.anonymous === true ? {} : { user: world.user, password: { env: 'TALK_PASSWORD' } };
    const result = await scan({
      adapter: options.adapter ?? (nextcloudTalk as Adapter),
      settings: {
        url: talk.server.origin,
        ...account,
        ...(options.database === undefined ? {} : { database: { env: 'TALK_DATABASE' } }),
        ...options.settings,
      },
      secretValues: {
        TALK_PASSWORD: options.password ?? world.password,
        TALK_DATABASE: options.database ?? '',
        TALK_TOKEN: world.serverInfoToken ?? '',
      },
      live: options.live ?? false,
      check: options.check ?? false,
      ...(options.sql === undefined ? {} : { sql: options.sql }),
      ...(options.tags === undefined ? {} : { tags: options.tags }),
    });
    return { scan: result, talk };
  } finally {
    await talk.server.close();
  }
}
