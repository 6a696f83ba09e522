import { afterEach, describe, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, hostile, stage, walk } from './helper.ts';

afterEach(closeStages);
const url = '/api/v1/violations';

eachStore((open) => {
  it('gives open violations, most severe first, in the native shape', async () => {
    const made = await stage((await open()).store);
    const response = await made.get(url);
    expect(response.statusCode).toBe(200);
    const { violations, next_cursor, has_more, total } = response.json();
    expect(violations.map((v: NativeFinding) => [v.target, v.policy, v.severity])).toEqual([
      ['main', 'presence', 'critical'],
      ...violations.slice(1, -1).map((v: NativeFinding) => [v.target, 'access', 'high']),
      ['main', 'recordings', 'medium'],
    ]);
    expect([violations.length, next_cursor, has_more, total]).toEqual([6, null, false, undefined]);
    const room = violations.find((v: NativeFinding) => v.target === 'other');
    expect(room).toMatchObject({
      verdict: 'violation',
      status: 'open',
      confidence: 'high',
      title: { de: 'Zugang', en: 'Access' },
      message: { de: 'Offener Raum.', en: 'An open room.' },
      remediation: { de: 'Kennwort setzen.', en: 'Set a password.' },
      subject: { kind: 'room', name: 'Geheimraum' },
      facts: { room_password_required: false },
      clauses: ['S1-01'],
    });
    expect(room.subject.ref).toMatch(/^[a-z2-7]{16}$/);
    expect(room.opened_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(room.evidence[1]).toMatchObject({ source: 'detail', provenance: 'direct', value: false });
  });

  it.each<[string, number]>([
    ['target=other', 1],
    ['target=main&target=other', 6],
    ['vendor=toy', 5],
    ['policy=access', 4],
    ['severity=high', 5],
    ['severity=critical', 1],
    ['severity=info', 6],
    ['kind=recording', 1],
    ['verdict=unknown', 3],
    ['verdict=all', 9],
    ['status=resolved', 0],
    ['status=all', 6],
    ['changed_since=2026-11-01T08:00:30Z', 1],
    ['changed_since=2026-11-01T09:00:30%2B01:00', 1],
    ['policy=access&severity=critical', 0],
  ])('filters by %s', async (query, count) => {
    const made = await stage((await open()).store);
    const response = await made.get(`${url}?${query}&total=true`);
    expect([response.statusCode, response.json().violations?.length, response.json().total]).toEqual([
      200,
      count,
      count,
    ]);
  });

  it('walks everything exactly once, whatever the size of a page', async () => {
    const rooms = Array.from({ length: 57 }, (_, index) => ({ id: `room-${index}`, password: false }));
    const made = await stage((await open()).store, { main: { rooms } });
    const whole = await walk<NativeFinding>(made, `${url}?limit=1000`, 'violations');
    for (const limit of [1, 7, 59, 60]) {
      const walked = await walk<NativeFinding>(made, `${url}?limit=${limit}`, 'violations');
      expect(walked.map((v) => v.uid)).toEqual(whole.map((v) => v.uid));
    }
    expect(new Set(whole.map((v) => v.uid)).size).toBe(60);
  });

  it('follows a violation from open over resolved to its history', async () => {
    const made = await stage((await open()).store);
    const [before] = (await made.get(`${url}?target=other`)).json().violations;
    const room = made.worlds.other.rooms[0];
    if (room === undefined) throw new Error('no room');
    room.password = true;
    await made.scan('other');
    expect((await made.get(`${url}?target=other`)).json().violations).toEqual([]);
    const [after] = (await made.get(`${url}?target=other&status=resolved`)).json().violations;
    expect(after).toMatchObject({ uid: before.uid, status: 'resolved', cause: 'facts' });
    const one = (await made.get(`${url}/${before.uid}`)).json();
    expect(one.finding.uid).toBe(before.uid);
    expect(one.history.map((entry: { event: string }) => entry.event)).toEqual(['opened', 'resolved']);
  });

  it('finds a room by its ref, and for those who operate by its id', async () => {
    const made = await stage((await open()).store);
    const operator = await made.token(['operate']);
    const all = (await made.get(`${url}?policy=access&target=main`, operator)).json().violations;
    for (const { subject } of all as NativeFinding[]) {
      const byRef = (await made.get(`${url}?room=${subject.ref}`)).json().violations;
      expect(byRef).toHaveLength(1);
      expect(byRef[0].subject).not.toHaveProperty('id');
      const byId = await made.get(`${url}?room=${encodeURIComponent(subject.id ?? '')}`, operator);
      expect(byId.json().violations.map((v: NativeFinding) => v.subject.id)).toEqual([subject.id]);
      const guessed = await made.get(`${url}?room=${encodeURIComponent(subject.id ?? '')}`);
      expect(guessed.json().violations).toEqual([]);
    }
    expect(all.map((v: NativeFinding) => v.subject.id).sort()).toEqual(
      [hostile.talk, hostile.slash, hostile.long].sort(),
    );
  });

  it('gives NDJSON and CSV of everything, or of one page with a link to the next', async () => {
    const rooms = Array.from({ length: 1_200 }, (_, index) => ({ id: `room-${index}`, password: false }));
    const made = await stage((await open()).store, { main: { rooms } });
    const lines = (await made.get(url, undefined, { accept: 'application/x-ndjson' })).body
      .trimEnd()
      .split('\n');
    expect(new Set(lines.map((line) => JSON.parse(line).uid)).size).toBe(1_203);
    const table = await made.get(url, undefined, { accept: 'text/csv' });
    expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(table.body.trimEnd().split('\r\n')).toHaveLength(1_204);
    const page = await made.get(`${url}?limit=5`, undefined, { accept: 'application/x-ndjson' });
    expect(page.body.trimEnd().split('\n')).toHaveLength(5);
    const link = /^<(.+)>; rel="next"$/.exec(String(page.headers['link']))?.[1] ?? '';
    const next = await made.get(link.replace(/^https?:\/\/[^/]+/, ''));
    expect(next.json().violations[0].uid).toBe(JSON.parse(lines[5] ?? '').uid);
  });
});

describe('forms', () => {
  it.each<[string, string | undefined, number, string]>([
    ['', undefined, 200, 'application/json'],
    ['', '*/*', 200, 'application/json'],
    ['', 'text/html, application/json;q=0.5', 200, 'application/json'],
    ['', 'application/x-ndjson;q=0.9, text/csv', 200, 'text/csv'],
    ['', 'text/*', 200, 'text/csv'],
    ['?format=native', 'application/x-ndjson', 200, 'application/x-ndjson'],
    ['?format=flat', undefined, 200, 'application/json'],
    ['?format=flat', 'text/csv', 200, 'text/csv'],
    ['?format=flat', 'application/x-ndjson', 200, 'application/x-ndjson'],
    ['?format=native', 'text/csv', 406, 'application/problem+json'],
    ['', 'text/html', 406, 'application/problem+json'],
    ['', 'application/json;q=0', 406, 'application/problem+json'],
    ['', 'application/sarif+json', 200, 'application/sarif+json'],
    ['?format=ocsf', undefined, 200, 'application/json'],
    ['?format=ocsf', 'application/x-ndjson', 200, 'application/x-ndjson'],
    ['?format=ecs', undefined, 200, 'application/json'],
    ['?format=ecs', 'application/x-ndjson', 200, 'application/x-ndjson'],
    ['?format=sarif', undefined, 200, 'application/sarif+json'],
    ['?format=sarif', 'application/json', 406, 'application/problem+json'],
    ['?format=ocsf', 'text/csv', 406, 'application/problem+json'],
    ['?format=ecs', 'application/sarif+json', 406, 'application/problem+json'],
    ['?format=pdf', undefined, 400, 'application/problem+json'],
  ])('%s as %s: %i %s', async (query, accept, status, type) => {
    const made = await stage(await embedded());
    const response = await made.get(`${url}${query}`, undefined, accept === undefined ? {} : { accept });
    expect([response.statusCode, String(response.headers['content-type']).split(';')[0]]).toEqual([
      status,
      type,
    ]);
  });

  it('says which forms there are', async () => {
    const made = await stage(await embedded());
    const refused = await made.get(`${url}?format=ocsf`, undefined, { accept: 'text/csv' });
    expect(refused.json().detail).toContain(
      'application/x-ndjson (native, flat, ocsf, ecs), text/csv (flat)',
    );
  });

  it('runs no formula and breaks no row in CSV', async () => {
    const made = await stage(await embedded());
    const { body } = await made.get(`${url}?verdict=all`, await made.token(['operate']), {
      accept: 'text/csv',
    });
    expect(body).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(body).toContain('"Ä ""quoted"", room"');
    const starts = body.split(/,|\r\n/).filter((cell) => /^"?[=+@]/.test(cell));
    expect(starts).toEqual([]);
    const header = body.split('\r\n')[0]?.split(',') ?? [];
    expect(header.slice(0, 4)).toEqual(['timestamp', 'severity', 'verdict', 'status']);
  });

  it('gives flat findings without arrays of objects', async () => {
    const made = await stage(await embedded());
    const { violations } = (await made.get(`${url}?format=flat&verdict=all`)).json();
    for (const [name, value] of violations.flatMap(Object.entries)) {
      if (Array.isArray(value))
        expect([name, value.every((item) => typeof item === 'string')]).toEqual([name, true]);
    }
  });
});

describe('refusals', () => {
  eachStore((open) => {
    it.each<[string, string[]]>([
      ['limit=0', ['query.limit']],
      ['limit=1001', ['query.limit']],
      ['limit=x', ['query.limit']],
      ['severity=fatal&verdict=pass', ['query.severity', 'query.verdict']],
      ['changed_since=gestern', ['query.changed_since']],
      ['nonsense=1', ['query.nonsense']],
      ['target=nope', ['query.target']],
      ['vendor=zoom', ['query.vendor']],
      ['policy=nope', ['query.policy']],
      ['room=%00', ['query.room']],
      ['after=%00', ['query.after']],
      ['after=x', ['query.after']],
      [`after=${cursor(['h', cursor([1.5, 'a'])])}`, ['query.after']],
      [`after=${cursor({})}`, ['query.after']],
    ])('%s', async (query, paths) => {
      const made = await stage((await open()).store, { scanned: false });
      const response = await made.get(`${url}?${query}`);
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        400,
        'application/problem+json',
      ]);
      const { errors, texts, title, status } = response.json();
      expect(errors.map((error: { path: string }) => error.path).sort()).toEqual(paths);
      for (const { message } of errors)
        expect([message.de, message.en].every((text) => text.length > 5)).toBe(true);
      expect([title, status, typeof texts.de, typeof texts.en]).toEqual([
        'Invalid request',
        400,
        'string',
        'string',
      ]);
    });

    it('a cursor of another query is none of this one', async () => {
      const made = await stage((await open()).store);
      const { next_cursor } = (await made.get(`${url}?limit=1`)).json();
      expect((await made.get(`${url}?limit=3&after=${next_cursor}`)).statusCode).toBe(200);
      expect((await made.get(`${url}?verdict=all&after=${next_cursor}`)).statusCode).toBe(400);
      expect((await made.get(`${url}?target=main&after=${next_cursor}`)).statusCode).toBe(400);
    });

    it('a position that was made up does not reach the store', async () => {
      const made = await stage((await open()).store);
      const { next_cursor } = (await made.get(`${url}?limit=1`)).json();
      const [hash] = JSON.parse(Buffer.from(next_cursor, 'base64url').toString());
      for (const position of [[1.5, 'a'], ['a', 1], [1, 'a\u0000'], [1e300, 'a'], [1], {}, null]) {
        const forged = cursor([hash, cursor(position)]);
        expect([position, (await made.get(`${url}?after=${forged}`)).statusCode]).toEqual([position, 400]);
      }
    });

    it.each(['a', '%00', 'a'.repeat(65), '..%2f..', 'zzzzzzzzzzzzzzzzzzzzzzzzzz'])(
      'no finding %s',
      async (uid) => {
        const made = await stage((await open()).store, { scanned: false });
        expect([400, 404]).toContain((await made.get(`${url}/${uid}`)).statusCode);
      },
    );
  });
});

describe('unknowns', () => {
  it('one cause of a source is one finding with the number of rooms', async () => {
    const made = await stage(await embedded(), {
      main: {
        outcomes: { detail: 'failed' },
        why: reason('not_permitted', undefined, { kind: 'permission', name: 'x' }),
      },
    });
    const { violations } = (await made.get(`${url}?verdict=unknown&policy=access`)).json();
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({ affected: 5, subject: { kind: 'room', name: null } });
    expect(violations[0].subject).not.toHaveProperty('ref');
    expect(violations[0].reasons[0].fill).toEqual({ kind: 'permission', name: 'x' });
  });

  it('says what it has not looked at for too long', async () => {
    const made = await stage(await embedded());
    made.clock.now += 3 * 86_400_000;
    const { violations } = (await made.get(url)).json();
    expect(violations.every((v: NativeFinding) => v.stale === true && v.confidence === 'low')).toBe(true);
  });
});

function cursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
