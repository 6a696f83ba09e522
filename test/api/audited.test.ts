import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { createToken } from '../../src/access/tokens.ts';
import type { Setup } from '../../src/api/deps.ts';
import type { Config } from '../../src/config/types.ts';
import { closeStages, embedded, type Stage, stage } from './helper.ts';

afterEach(closeStages);

const receiver = { id: 'siem', kind: 'webhook' } as Config['push'][number];

interface Act {
  /** What to send so that the call does what it is for. */
  call(made: Stage): Promise<Partial<InjectOptions>> | Partial<InjectOptions>;
  action: string;
  target?: string;
}

const waiver = { policy: 'access', target: 'main', reason: 'r', owner: 'o', until: '2027-01-31' };
const attestation = {
  policy: 'record-kept',
  target: 'main',
  value: true,
  attested_by: 'x',
  attested_at: '2026-10-01',
  valid_until: '2027-10-01',
};

const fresh = { vendor: 'jitsi', id: 'new', values: { url: 'https://meet.example.org' } };
const setup: Setup = { obstacle: () => null, vendors: adapters, async *check() {}, takeUp: () => null };
let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'roomwarden-audited-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** Address of what was given. */
async function given(made: Stage, url: string, payload: object): Promise<string> {
  const headers = { authorization: `Bearer ${await made.token(['operate'])}` };
  return String((await made.call({ method: 'POST', url, headers, payload })).headers['location']);
}

/** Every call that changes something, and the entry that it leaves. A new one must be named here. */
const acts: Record<string, Act> = {
  'POST /api/v1/targets/{target}/scans': {
    call: () => ({ url: '/api/v1/targets/main/scans' }),
    action: 'scan.start',
    target: 'main',
  },
  'POST /api/v1/setup/check': {
    call: () => ({ url: '/api/v1/setup/check', payload: fresh }),
    action: 'setup.check',
    target: 'new',
  },
  'POST /api/v1/setup/targets': {
    call: () => ({ url: '/api/v1/setup/targets', payload: fresh }),
    action: 'target.create',
    target: 'new',
  },
  'POST /api/v1/tokens': {
    call: () => ({ url: '/api/v1/tokens', payload: { name: 'x', scopes: ['read'] } }),
    action: 'token.create',
  },
  'DELETE /api/v1/tokens/{token}': {
    async call({ store, clock }) {
      const { info } = await createToken(store.db, { name: 'y', scopes: ['read'] }, clock.now);
      return { url: `/api/v1/tokens/${info.id}` };
    },
    action: 'token.revoke',
  },
  'POST /api/v1/waivers': {
    call: () => ({ url: '/api/v1/waivers', payload: waiver }),
    action: 'waiver.create',
    target: 'main',
  },
  'DELETE /api/v1/waivers/{waiver}': {
    call: async (made) => ({ url: await given(made, '/api/v1/waivers', waiver) }),
    action: 'waiver.revoke',
    target: 'main',
  },
  'POST /api/v1/attestations': {
    call: () => ({ url: '/api/v1/attestations', payload: attestation }),
    action: 'attestation.create',
    target: 'main',
  },
  'DELETE /api/v1/attestations/{attestation}': {
    call: async (made) => ({ url: await given(made, '/api/v1/attestations', attestation) }),
    action: 'attestation.revoke',
    target: 'main',
  },
  'POST /api/v1/receivers/{receiver}/dead-letters/retry': {
    call: () => ({ url: '/api/v1/receivers/siem/dead-letters/retry', payload: {} }),
    action: 'receiver.retry',
  },
  'POST /api/v1/session': {
    call: async (made) => ({ url: '/api/v1/session', payload: { token: await made.token(['read']) } }),
    action: 'session.open',
  },
  'DELETE /api/v1/session': {
    async call(made) {
      const payload = { token: await made.token(['read']) };
      const opened = await made.call({ method: 'POST', url: '/api/v1/session', payload });
      const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
      return { url: '/api/v1/session', headers: { cookie, 'x-requested-with': 'test' } };
    },
    action: 'session.close',
  },
};

/** What servers report by themselves is data, nobody's act; a preview changes nothing. */
const exceptions = [
  'POST /hooks/bigbluebutton/{target}',
  'POST /api/v1/waivers/preview',
  'POST /api/v1/policies/{policy}/preview',
];

it('names every call that changes something', async () => {
  const made = await stage(await embedded(), { scanned: false });
  const { paths } = (await made.get('/openapi.json', null)).json() as { paths: Record<string, object> };
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const changing = calls.filter((call) => !call.startsWith('GET ') && !exceptions.includes(call));
  expect(changing.sort()).toEqual(Object.keys(acts).sort());
});

it.each(Object.entries(acts))('%s leaves an entry of who did it', async (name, { call, action, target }) => {
  const made = await stage(await embedded(), {
    stuck: true,
    config: { push: [receiver], data, directory: data },
    deps: { setup },
  });
  const [method = ''] = name.split(' ');
  const admin = await made.token(['admin']);
  const prepared = await call(made);
  const ask = (headers: Record<string, string>) =>
    made.call({ method: method as 'POST', ...prepared, headers } as InjectOptions);
  const read = () => made.store.db.selectFrom('audit_log').selectAll().orderBy('id').execute();
  const before = await read();
  expect((await ask({})).statusCode).toBeGreaterThanOrEqual(name === 'POST /api/v1/session' ? 200 : 401);
  const headers = prepared.headers ?? { authorization: `Bearer ${admin}` };
  const response = await ask(headers as Record<string, string>);
  expect([name, response.statusCode]).toEqual([name, expect.toBeOneOf([200, 201, 202, 204])]);
  const added = (await read()).slice(before.length);
  const last = added.at(-1);
  expect(last).toMatchObject({
    action,
    target: target ?? null,
    actor: expect.stringMatching(/^token:[0-9a-f]{12}$/),
  });
  expect(JSON.stringify(added)).not.toMatch(/rw_[\w-]{43}/);
});
