import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import { type Command, configure, folder, start, until } from '../commands/helper.ts';
import { eachStore } from '../store/helper.ts';
import { many, secrets, type Told, tell } from './helper.ts';
import {
  type Dialect,
  gelfDialect,
  hecDialect,
  inOrder,
  type Sent,
  type StrictReceiver,
  strictReceiver,
  tlsFiles,
  webhookDialect,
} from './receivers.ts';
import { type Rsyslog, rsyslog, rsyslogInstalled } from './rsyslog.ts';

/** 200 by hand: ROOMWARDEN_TEST_KILLS=200 npx vitest run test/push/kill.test.ts */
const kills = Number(process.env['ROOMWARDEN_TEST_KILLS'] ?? 5);
const seed = Number(process.env['ROOMWARDEN_TEST_SEED'] ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: 60_000 + 10_000 * kills });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Mulberry32: the moments of a failed run can be had again. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function unsteady(dialect: Dialect, random: () => number): Promise<StrictReceiver> {
  const server = await strictReceiver(dialect);
  closers.push(() => server.close());
  server.delay = () => 2 + Math.floor(random() * 8);
  server.refuse = () => (random() < 0.005 ? (random() < 0.5 ? 'close after' : { status: 503 }) : null);
  return server;
}

/** What rsyslog wrote, as the others say it. */
function written(server: Rsyslog): Sent[] {
  return server.lines().map(({ raw }) => {
    const [, id = '', seq = ''] = /eventId="(\w+-(\d+))"/.exec(raw) ?? [];
    return { id, seq: Number(seq), uid: /findingUid="(\S+?)"/.exec(raw)?.[1] ?? null };
  });
}

const batch = { events: 7 };
const common = { from: 'beginning', timeout: '5s' };

function receiversOf(
  [hec, gelf, hook]: readonly [StrictReceiver, StrictReceiver, StrictReceiver],
  syslog: Rsyslog | null,
): object[] {
  const tls = { ca: tlsFiles.ca };
  return [
    { ...common, id: 'hec', kind: 'splunk-hec', url: hec.url, token: { env: 'TOKEN' }, batch },
    { ...common, id: 'gelf', kind: 'gelf', url: `${gelf.url}/gelf` },
    {
      ...common,
      id: 'hook',
      kind: 'webhook',
      url: `${hook.url}/in`,
      secret: { env: 'KEY' },
      format: 'ocsf',
      batch,
    },
    ...(syslog === null
      ? []
      : [
          {
            ...common,
            id: 'log',
            kind: 'syslog',
            host: 'localhost',
            port: syslog.port,
            tls,
            batch: { events: 60 },
          },
        ]),
  ];
}

const ocsfDialect = (): Dialect => {
  const whole = webhookDialect(Date.now);
  return {
    ...whole,
    read(request, body, fault) {
      whole.read(request, body, fault);
      return JSON.parse(body).events.map(
        (event: { metadata: { uid: string }; finding_info: { uid: string } }) => ({
          id: event.metadata.uid,
          seq: Number(event.metadata.uid.split('-').at(-1)),
          uid: event.finding_info?.uid ?? null,
        }),
      );
    },
  };
};

async function seqsOf(store: Store): Promise<number[]> {
  const rows = await store.db
    .selectFrom('events')
    .select('seq')
    .where('kind', '<>', 'heartbeat')
    .orderBy('seq')
    .execute();
  return rows.map(({ seq }) => seq);
}

eachStore((open, dialect) => {
  it(`kill -9, ${kills} times at random moments (seed ${seed}): everything at least once, in order`, async () => {
    const random = randomOf(seed);
    const directory = folder();
    const { store, location } = await open(
      dialect === 'sqlite' ? { kind: 'sqlite', file: `${directory}/data/roomwarden.db` } : undefined,
    );
    const http = [
      await unsteady(hecDialect, random),
      await unsteady(gelfDialect(false), random),
      await unsteady(ocsfDialect(), random),
    ] as const;
    const syslog = rsyslogInstalled('gtls') ? await rsyslog('gtls') : null;
    if (syslog !== null)
      closers.push(async () => {
        await syslog.stop('SIGKILL');
        syslog.remove();
      });
    configure(directory, {
      listen: { port: 0 },
      instance: { key: { env: 'INSTANCE_KEY' }, heartbeat: '10s' },
      ...(dialect === 'sqlite' ? {} : { database: { url: { env: 'DATABASE_URL' } } }),
      targets: [
        { id: 't', vendor: 'declared', product: 'Example', hosting: { model: 'on_premises', country: 'DE' } },
      ],
      push: receiversOf(http, syslog),
    });
    const url = location.kind === 'postgres' ? { DATABASE_URL: location.url } : {};
    const env = { ...secrets, ...url, INSTANCE_KEY: 'k'.repeat(40) };
    const serve = async (): Promise<Command> => {
      const command = start(['serve', '--port', '0'], { cwd: directory, env });
      await command.told(/^listening: /);
      return command;
    };
    let told = 0;
    const more = (count: number): Promise<void> => {
      const events: Told[] = many(count, 11).map((each) => ({
        ...each,
        kind: told++ < 11 ? 'opened' : 'changed',
      }));
      return tell(store, events);
    };
    await more(300);
    for (let kill = 0; kill < kills; kill += 1) {
      const command = await serve();
      await more(60);
      await wait(Math.floor(random() * 500));
      await command.stop('SIGKILL');
    }
    const last = await serve();
    const positions = async (): Promise<number[]> => {
      const rows = await store.db.selectFrom('receivers').select('position').execute();
      return rows.map(({ position }) => position);
    };
    const { head } = await store.feed();
    await until(positions, (all) => all.every((position) => position >= head));
    await last.stop('SIGTERM');

    const all = (await seqsOf(store)).filter((seq) => seq <= head);
    const streams = [...http.map(({ taken }) => taken), ...(syslog === null ? [] : [written(syslog)])];
    for (const stream of streams) {
      const got = new Set(stream.map(({ seq }) => seq));
      expect(all.filter((seq) => !got.has(seq))).toEqual([]);
      expect(inOrder(stream)).toBe(true);
    }
    for (const { faults } of http) expect(faults).toEqual([]);
    expect(await store.db.selectFrom('dead_letters').selectAll().execute()).toEqual([]);
  });
});
