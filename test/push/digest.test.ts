import { afterEach, describe, expect, it } from 'vitest';
import { createSender } from '../../src/push/create.ts';
import { closeStages, embedded } from '../api/helper.ts';
import { opened, row, secrets, settle, type Told, t0, tell } from './helper.ts';
import { type MailServer, mailServer } from './mailserver.ts';
import { tlsFiles } from './receivers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeStages();
});

const hour = 3_600_000;
/** 08:00 UTC on the first of November is 09:00 in Berlin: the next seven o'clock is 22 hours away. */
const due = t0 + 22 * hour;

const day: Told[] = [
  { kind: 'baseline' },
  { uid: 'worst', severity: 'critical', target: 'other', room: 'k3x9w7ab', name: 'Personalrat' },
  { uid: 'open', severity: 'high' },
  { uid: 'shut', severity: 'critical' },
  { uid: 'shut', kind: 'resolved', severity: 'critical' },
  { uid: 'dull', kind: 'changed', severity: 'low' },
  { kind: 'heartbeat' },
];

async function receiving(kind: Parameters<typeof mailServer>[0]): Promise<MailServer> {
  const server = await mailServer(kind);
  closers.push(() => server.close());
  return server;
}

async function digest(port: number, change: Record<string, unknown> = {}) {
  const store = await embedded();
  const made = await opened(
    {
      kind: 'email',
      host: 'localhost',
      port,
      user: 'audit',
      password: { env: 'PASSWORD' },
      sender: 'audit@example.org',
      recipients: ['ict@example.org', 'dsb@example.org'],
      tls: { ca: tlsFiles.ca },
      timeout: '1s',
      language: 'en',
      ...change,
    },
    store,
  );
  return { ...made, store };
}

describe('a digest by mail', () => {
  it.each([
    ['starttls', true, 'audit'],
    ['tls', true, 'audit'],
    ['bare', false, null],
  ] as const)('%s', async (kind, secure, user) => {
    const server = await receiving(kind);
    const plain = { security: 'none', user: undefined, password: undefined };
    const { sender, store, clock } = await digest(server.port, kind === 'bare' ? plain : { security: kind });
    await tell(store, day);
    await settle(sender);
    expect(server.connections).toBe(0);
    clock.now = due;
    await settle(sender);
    expect(server.mails).toMatchObject([
      { from: 'audit@example.org', to: ['ict@example.org', 'dsb@example.org'], secure, user },
    ]);
    expect(await row(store)).toMatchObject({
      position: 7,
      delivered_at: due,
      next_attempt_at: due + 24 * hour,
    });
  });

  it('counts, and lists the worst that still stands; rooms by their ref alone', async () => {
    const server = await receiving('starttls');
    const { sender, store, clock } = await digest(server.port, { worst: 2 });
    await tell(store, day);
    clock.now = due;
    await settle(sender);
    const [mail] = server.mails;
    expect(mail?.head).toContain('Subject: Roomwarden 2026-11-02: 3 new violations, 1 resolved');
    expect(mail?.head).toContain('Auto-Submitted: auto-generated');
    expect(
      mail?.body.replaceAll('\r\n', '\n'),
    ).toBe(`Changes until 2026-11-02 07:00, told by audit.example.org.

violation found: 3 (critical 2, high 1)
changed: 1 (low 1)
resolved: 1 (critical 1)
first look: 1

Changes by target:
  other: 1
  t: 5

The most severe (2):

[critical] room-password
  other / ref-of-worst
  violation found, 2026-11-01 09:00, worst

[high] room-password
  t / ref-of-open
  violation found, 2026-11-01 09:00, open

What could not be seen is not told here; Roomwarden shows the state of every target.
`);
  });

  it('says nothing where nothing happened, and the next one covers it', async () => {
    const server = await receiving('starttls');
    const { sender, store, clock } = await digest(server.port);
    await tell(store, [{ kind: 'heartbeat' }]);
    clock.now = due;
    await settle(sender);
    expect(server.mails).toEqual([]);
    expect(await row(store)).toMatchObject({
      position: 1,
      delivered_at: null,
      next_attempt_at: due + 24 * hour,
    });
    await tell(store, [{ uid: 'a' }]);
    clock.now = due + 24 * hour;
    await settle(sender);
    expect(server.mails).toHaveLength(1);
  });

  it('heartbeats alone are told where they are asked for', async () => {
    const server = await receiving('starttls');
    const { sender, store, clock } = await digest(server.port, { heartbeats: true, language: 'de' });
    await tell(store, [{ kind: 'heartbeat' }, { kind: 'heartbeat' }]);
    clock.now = due;
    await settle(sender);
    expect(server.mails[0]?.body).toContain('Lauf beendet: 2');
  });

  it.each([
    ['a server that asks to wait', { status: 451 }, 'receiver_error'],
    ['a server that refuses', { status: 554 }, 'misconfigured'],
    ['a server that is silent', 'hang', 'timeout'],
  ] as const)('%s is tried again', async (_, trouble, code) => {
    const server = await receiving('starttls');
    const { sender, store, clock, logs } = await digest(server.port);
    await tell(store, day);
    clock.now = due;
    server.plan = [trouble];
    await settle(sender);
    const state = await row(store);
    expect(state).toMatchObject({ position: 0, attempts: 1, next_attempt_at: due + 1_000 });
    expect(JSON.parse(state.error_json ?? '').code).toBe(code);
    clock.now = due + 1_000;
    await tell(store, [{ uid: 'later' }]);
    await settle(sender);
    expect(server.mails).toHaveLength(1);
    expect((await row(store)).position).toBe(8);
    for (const secret of [...Object.values(secrets), 'sEcReT-eCho', 'ict@'])
      expect(logs.join() + state.error_json).not.toContain(secret);
  });

  it.each([
    ['a wrong password', { password: { env: 'TOKEN' } }, 'not_permitted'],
    ['an unknown authority', { tls: undefined }, 'tls'],
    ['nobody there', { port: 1 }, 'unreachable'],
  ])('%s', async (_, change, code) => {
    const server = await receiving('starttls');
    const { sender, store, clock, logs } = await digest(server.port, change);
    await tell(store, day);
    clock.now = due;
    await settle(sender);
    const state = await row(store);
    expect(JSON.parse(state.error_json ?? '').code).toBe(code);
    expect(server.mails).toEqual([]);
    for (const secret of Object.values(secrets)) expect(logs.join()).not.toContain(secret);
  });

  it('nothing is sent in clear where encryption was asked for', async () => {
    const server = await receiving('bare');
    const { sender, store, clock } = await digest(server.port);
    await tell(store, day);
    clock.now = due;
    await settle(sender);
    expect(server.mails).toEqual([]);
    expect(JSON.parse((await row(store)).error_json ?? '').code).toBe('tls');
  });

  it('one recipient that is refused does not stop the others, and is told', async () => {
    const server = await receiving('starttls');
    server.refused.add('dsb@example.org');
    const { sender, store, clock, logs } = await digest(server.port);
    await tell(store, day);
    clock.now = due;
    await settle(sender);
    expect(server.mails.map(({ to }) => to)).toEqual([['ict@example.org']]);
    expect(logs.join()).toContain('does not take every recipient');
    expect(logs.join()).not.toContain('dsb@');
  });

  it('a schedule that was made closer holds at once', async () => {
    const server = await receiving('starttls');
    const { store, clock } = await digest(server.port);
    expect((await row(store)).next_attempt_at).toBe(due);
    const closer = await opened(
      {
        kind: 'email',
        host: 'localhost',
        port: server.port,
        sender: 'a@example.org',
        recipients: ['b@example.org'],
        schedule: '*/5 * * * *',
      },
      store,
    );
    expect((await row(store)).next_attempt_at).toBe(t0 + 300_000);
    expect(closer.clock.now).toBe(clock.now);
  });

  it('an instance begins although another one sends at that moment', async () => {
    const server = await receiving('starttls');
    const { deps, receiver, store } = await digest(server.port);
    await store.db
      .updateTable('receivers')
      .set({ next_attempt_at: due + 24 * hour })
      .execute();
    const sending = store.db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        const next = { position: 7, next_attempt_at: due + hour };
        if ('attempts' in ((result.rows[0] ?? {}) as object))
          await store.db.updateTable('receivers').set(next).execute();
        return result;
      },
    });
    await createSender(receiver, { ...deps, store: { ...store, db: sending } }).prepare();
    expect(await row(store)).toMatchObject({ position: 7, next_attempt_at: due + hour });
  });
});
