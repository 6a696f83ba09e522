import { gunzipSync } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import { hashOf, type Scope } from '../../src/access/tokens.ts';
import { declared } from '../api/asked.ts';
import { closeStages, embedded, hostile, type Stage, stage } from '../api/helper.ts';
import { randomOf } from '../faults/random.ts';
import { receiver } from '../push/helper.ts';
import { type Call, type Caller, Calls } from './calls.ts';
import { bare, type Check, checkerOf, type OpenApi, operationsOf } from './document.ts';
import { Leaks, person } from './leaks.ts';
import { Pool } from './pool.ts';
import { Values } from './values.ts';

/** By hand: ROOMWARDEN_FUZZ_CALLS=20000 npx vitest run test/fuzz */
const total = Number(process.env['ROOMWARDEN_FUZZ_CALLS'] ?? 4_000);
const seed = Number(process.env['ROOMWARDEN_TEST_SEED'] ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: 120_000 + 40 * total });

afterEach(closeStages);

/** For what hangs. */
const patienceMs = 60_000;
const endless = { address: 1e9, token: 1e9, failedLogins: 1e9 };

async function theatre(): Promise<Stage> {
  const push = [
    receiver({ kind: 'webhook', id: 'hook', url: 'http://localhost:9/in', secret: { env: 'KEY' } }),
  ];
  // What the file attests cannot be attested over REST: one target is left for that.
  const attestations = declared.attestations.filter(({ target }) => target === 'main');
  const config = { ...declared, attestations, push };
  const made = await stage(await embedded(), { config, deps: { limits: endless } });
  const row = { epoch: 'e', position: 0, attempts: 0, refusals: 0, next_attempt_at: null, gap_json: null };
  const empty = { delivered_at: null, failed_at: null, error_json: null };
  await made.store.db
    .insertInto('receivers')
    .values({ id: 'hook', ...row, ...empty })
    .execute();
  const error_json = JSON.stringify({ code: 'refused', status: 400 });
  for (const seq of [1, 2, 3]) {
    const letter = { receiver: 'hook', seq, at: made.clock.now, error_json, retry: 0 };
    await made.store.db.insertInto('dead_letters').values(letter).execute();
  }
  return made;
}

/** Tokens of every scope, for all targets and for one, and such as are none. */
class Callers {
  readonly #made: Stage;
  readonly #leaks: Leaks;
  readonly list: Caller[] = [];
  readonly #ids = new Map<string, number>();

  constructor(made: Stage, leaks: Leaks) {
    this.#made = made;
    this.#leaks = leaks;
  }

  async fill(): Promise<void> {
    const scopes: Scope[][] = [['read'], ['feed'], ['operate'], ['admin'], ['read', 'feed']];
    for (const each of scopes) {
      for (const only of [null, 'main'] as const) await this.#token(this.list.length, each, only);
    }
    const none = { scopes: [], only: 'main' as const };
    for (const authorization of ['Bearer rw_none', 'Basic !!', `Bearer ${'x'.repeat(500)}`, 'Bearer']) {
      this.list.push({ ...none, headers: { authorization } });
    }
    this.list.push({ ...none, headers: {} });
  }

  async #token(at: number, scopes: Scope[], only: 'main' | null): Promise<void> {
    const value = await this.#made.token(scopes, only === null ? undefined : [only]);
    this.#leaks.keep(value);
    this.#leaks.keep(hashOf(value));
    const row = await this.#made.store.db
      .selectFrom('tokens')
      .select('id')
      .where('hash', '=', hashOf(value))
      .executeTakeFirstOrThrow();
    this.#ids.set(row.id, at);
    this.list[at] = { scopes, only, headers: { authorization: `Bearer ${value}` } };
  }

  /** A call may have revoked one of them. */
  async revoked(id: string): Promise<void> {
    const at = this.#ids.get(id);
    const before = at === undefined ? undefined : this.list[at];
    if (at !== undefined && before !== undefined)
      await this.#token(at, [...before.scopes] as Scope[], before.only);
  }
}

function hintsOf(values: () => Values, pool: Pool, callers: Callers) {
  const fixed: Record<string, readonly unknown[]> = {
    policy: ['access', 'presence', 'record-kept'],
    target: ['main', 'other'],
    targets: ['main', 'other'],
    vendor: ['toy', 'rival'],
    until: ['2026-12-31', '2027-05-01'],
    attested_at: ['2026-10-01', '2026-11-01'],
    valid_until: ['2027-10-01', '2026-11-03'],
    value: [true, true, false],
    approved_by: [person],
    attested_by: [person],
    contact_name: [person],
    contact_phone: [person],
    action: ['waiver.create', 'token', 'scan'],
  };
  return (name: string): unknown => {
    if (name === 'token')
      return values().pick(callers.list).headers['authorization']?.replace('Bearer ', '') ?? '';
    if (name === 'finding') return values().pick([...pool.of('uid'), 'none']);
    if (name === 'room') return values().pick([...pool.of('room'), hostile.talk, hostile.slash, 'none']);
    const known = fixed[name];
    return known === undefined ? undefined : values().pick(known);
  };
}

/** @returns null where no answer comes */
async function within<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}

type Answer = Pick<Awaited<ReturnType<Stage['call']>>, 'statusCode' | 'headers' | 'body'>;

function textOf({ headers, body, rawPayload }: Awaited<ReturnType<Stage['call']>>): string {
  return headers['content-encoding'] === 'gzip' && rawPayload.length > 0
    ? gunzipSync(rawPayload).toString('utf8')
    : body;
}

interface Fault {
  what: string;
  call: string;
  answer: string;
}

/** What may come before a call reaches its route: no such method or address, a body where none belongs, too large. */
const general = new Set([400, 404, 405, 413, 414, 415]);

function judge(call: Call, answer: Answer, check: Check, leaks: Leaks): string[] {
  const { operation, request } = call;
  const { statusCode: status, body } = answer;
  const type = String(answer.headers['content-type'] ?? '');
  const found: string[] = [];
  const leak = leaks.of(call, body + JSON.stringify(answer.headers));
  const made = operation.path === '/api/v1/tokens' && status === 201;
  if (leak !== null && !made) found.push(`leak of ${leak.slice(0, 60)}`);
  if (status >= 500) found.push(`status ${status}`);
  if (request.method === 'HEAD' || status === 304) {
    if (body !== '') found.push(`a body with ${request.method} ${status}`);
    return found;
  }
  if (status >= 400) {
    const problem = bare(type) === 'application/problem+json' ? JSON.parse(body) : null;
    const sound =
      problem !== null &&
      problem.status === status &&
      [problem.type, problem.title, problem.detail].every((each) => typeof each === 'string');
    if (!sound) found.push(`no problem document: ${type}`);
  }
  if (!call.declared) return found;
  // Its document does not say so yet; a query with U+0000 is refused everywhere.
  if (operation.path === '/healthz' && status === 400) return found;
  if (!operation.statuses.has(status)) {
    found.push(`${general.has(status) ? 'general ' : ''}status ${status} is not declared`);
    return found;
  }
  const wrong = check(operation, status, type, body);
  if (wrong !== null) found.push(`breaks its schema: ${wrong}`);
  return found;
}

const shown = ({ request, caller }: Call): string =>
  JSON.stringify({ ...request, headers: { ...request.headers, authorization: caller.scopes } }).slice(
    0,
    1_500,
  );

it(`${total} calls made of our own document (seed ${seed}): no 5xx, no leak, no answer that breaks its schema`, async () => {
  const random = randomOf(seed);
  const made = await theatre();
  const document = (await made.get('/openapi.json', null)).json() as OpenApi;
  const operations = operationsOf(document);
  const [pool, leaks, check] = [new Pool(), new Leaks(), checkerOf(document)];
  leaks.keep('k'.repeat(32));
  const callers = new Callers(made, leaks);
  await callers.fill();
  const values: Values = new Values(
    random,
    document.components.schemas,
    hintsOf(() => values, pool, callers),
  );
  const calls = new Calls(operations, values, pool);
  const faults = new Map<string, Fault & { times: number }>();
  const seen = new Map<string, Set<number>>();

  for (let index = 0; index < total; index += 1) {
    const call = calls.next(callers.list);
    const { operation, request } = call;
    const given = await within(made.call(request as never));
    if (given === null) {
      faults.set(`no answer ${shown(call)}`, { what: 'no answer', times: 1, call: shown(call), answer: '' });
      continue;
    }
    const answer = { statusCode: given.statusCode, headers: given.headers, body: textOf(given) };
    const name = `${operation.method} ${operation.path}`;
    if (call.declared) seen.set(name, (seen.get(name) ?? new Set()).add(answer.statusCode));
    calls.sawTag(answer.headers['etag']);
    for (const what of judge(call, answer, check, leaks)) {
      const key = `${name}: ${what}`;
      const before = faults.get(key);
      if (before !== undefined) before.times += 1;
      else faults.set(key, { what, times: 1, call: shown(call), answer: answer.body.slice(0, 600) });
    }
    if (answer.statusCode >= 300 || !/[/+]json$/.test(bare(String(answer.headers['content-type'])))) continue;
    if (request.method === 'HEAD') continue;
    const body = JSON.parse(answer.body);
    pool.harvest(operation.path, body);
    if (operation.path === '/api/v1/tokens' && typeof body.value === 'string') leaks.keep(body.value);
    if (name === 'DELETE /api/v1/tokens/{token}') await callers.revoked(body.id);
    if (index % 500 === 0) made.clock.now += 3_600_000;
  }
  await made.scheduler.idle();

  const told = [...faults].map(
    ([key, { times, call, answer }]) => `${times} x ${key}\n  ${call}\n  ${answer}`,
  );
  expect(told.join('\n')).toBe('');
  expect(leaks.ofLog(made.logs)).toBeNull();
  // A generator that is always refused would find nothing.
  const never = operations
    .filter(({ method, path }) => ![...(seen.get(`${method} ${path}`) ?? [])].some((status) => status < 400))
    .map(({ method, path }) => `${method} ${path}`);
  if (total >= 20_000) expect(never.filter((name) => !/oidc/.test(name))).toEqual([]);
});
