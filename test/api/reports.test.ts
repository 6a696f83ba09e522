import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Document, Table } from '../../src/report/types.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, hostile, type Stage, stage, t0 } from './helper.ts';

afterEach(closeStages);

/** One question for each kind that the toy's rules can answer. */
const questions = [
  'summary?',
  'audit?target=main',
  'evidence?clause=S1-01',
  'tracking?',
  `comparison?from=${new Date(t0 - 1).toISOString()}`,
] as const;
const url = (question: string, more = ''): string => `/api/v1/reports/${question}${more}`;

const tableOf = (document: Document, id: string): Table => {
  const all = document.blocks.flatMap((block) =>
    block.type === 'pair' ? [...block.left, ...block.right] : [block],
  );
  const found = all.find((block): block is Table => block.type === 'table' && block.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
};

async function json(made: Stage, question: string, token?: string): Promise<Document> {
  const response = await made.get(url(question, '&format=json'), token);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}

const bodies = async (made: Stage): Promise<string[]> => {
  const found: string[] = [];
  for (const question of [...questions, 'action-plan?']) {
    const formats = question === 'action-plan?' ? ['csv'] : ['html', 'json', 'csv'];
    for (const format of formats) {
      const response = await made.get(url(question, `&format=${format}`));
      expect([question, format, response.statusCode]).toEqual([question, format, 200]);
      found.push(response.body);
    }
  }
  return found;
};

const byStore = new Map<string, string[]>();

eachStore((open, dialect) => {
  it('gives the same bytes for the same state, whenever it is asked and wherever it is stored', async () => {
    const waiver = {
      id: 'w-1',
      policy: 'access',
      target: 'main',
      room: hostile.talk,
      reason: 'Bürgersprechstunde',
      owner: 'Fachgebiet 12',
      until: t0 + 300 * 86_400_000,
      approvedBy: 'Leitung',
      origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
    };
    const made = await stage((await open()).store, { config: { waivers: [waiver] } });
    expect((await made.get('/api/v1/summary')).json().waived).toBe(1);
    const first = await bodies(made);
    expect(await bodies(made)).toEqual(first);
    made.clock.now += 3_600_000;
    expect(await bodies(made)).toEqual(first);
    byStore.set(dialect, first);
    const [one, other] = [byStore.get('sqlite'), byStore.get('postgres')];
    if (one !== undefined && other !== undefined) expect(other).toEqual(one);
  });
});

describe('what is too old', () => {
  it('is another state, of the moment from which it was too old, and nothing of it counts as met', async () => {
    const made = await stage(await embedded());
    const before = await json(made, 'summary?');
    made.clock.now += 30 * 86_400_000;
    const after = await json(made, 'summary?');
    expect(after.state.hash).not.toBe(before.state.hash);
    expect(Date.parse(after.state.as_of ?? '')).toBeGreaterThan(Date.parse(before.state.as_of ?? ''));
    expect(Date.parse(after.state.as_of ?? '')).toBeLessThan(made.clock.now);
    const themes = tableOf(after, 'themes');
    expect([themes.total?.['met'], themes.total?.['unseen']]).toEqual([0, after.state.unseen]);
    for (const row of tableOf(after, 'targets').rows) {
      expect([row['score'], row['seen']]).toEqual([null, { share: 0 }]);
    }
    made.clock.now += 86_400_000;
    expect((await json(made, 'summary?')).state).toEqual(after.state);
  });

  it('nothing was ever scanned: no time, no score, nothing met', async () => {
    const made = await stage(await embedded(), { scanned: false });
    const document = await json(made, 'summary?');
    expect(document.state.as_of).toBeNull();
    for (const row of tableOf(document, 'targets').rows) {
      expect(row).toMatchObject({ score: null, missing: 'noch nie geprüft' });
    }
    for (const question of questions) {
      expect((await made.get(url(question, '&format=html'))).statusCode).toBe(200);
    }
  });
});

describe('HTML', () => {
  it('is one file that runs nothing and asks for nothing, with its language, headings and heads of rows', async () => {
    const made = await stage(await embedded());
    for (const question of questions) {
      for (const lang of ['de', 'en']) {
        const response = await made.get(url(question, `&lang=${lang}`), undefined, { accept: 'text/html' });
        expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
        const html = response.body;
        expect(html).toMatch(new RegExp(`^<!doctype html>\\n<html lang="${lang}">`));
        expect(html.match(/<h1>/g)).toHaveLength(1);
        expect(html).not.toMatch(
          /<script|<img|<link|<iframe|\son\w+=|style="|url\((?!#)|@import|javascript:/i,
        );
        expect(html).not.toMatch(/(?:src|href)=/);
        expect(html.match(/<table/g)?.length).toBe(html.match(/<thead>/g)?.length);
        const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
        const hash = createHash('sha256').update(style).digest('base64');
        const policy = `default-src 'none'; style-src 'sha256-${hash}'`;
        expect(response.headers['content-security-policy']).toContain(policy);
        expect(html.replaceAll('&#39;', "'")).toContain(`content="${policy}"`);
        expect(style).toContain('counter(pages)');
      }
    }
  });

  it('shows hostile names as text, and ids to nobody', async () => {
    const made = await stage(await embedded(), {
      main: {
        rooms: [
          { id: hostile.talk, name: '<script>alert(1)</script>', password: false },
          { id: 'zweit-raum-id', name: 'a\u202Egnp.exe\u0000</style>', password: false },
          { id: 'dritt-raum-id', name: 'x'.repeat(10_000), password: false },
        ],
      },
    });
    const operator = await made.token(['operate']);
    for (const question of ['audit?target=main', 'evidence?clause=S1-01']) {
      const { body } = await made.get(url(question, '&format=html'), operator);
      expect(body).not.toContain('<script');
      expect(body).toContain('&lt;script&gt;');
      expect(body).toContain('[U+202E]gnp.exe');
      expect(body).not.toContain('\u202E');
      expect(body).not.toContain('x'.repeat(500));
      expect(body).toContain('10.000 Zeichen');
      for (const id of [hostile.talk, 'zweit-raum-id', 'dritt-raum-id']) expect(body).not.toContain(id);
    }
  });
});

describe('rights', () => {
  it('a caller sees reports about his targets alone', async () => {
    const made = await stage(await embedded());
    const token = await made.token(['read'], ['other']);
    for (const question of questions.filter((each) => !each.includes('target='))) {
      const response = await made.get(url(question, '&format=json'), token);
      expect(response.json().state.targets).toEqual(['other']);
      expect(response.body).not.toContain('main');
    }
    expect((await made.get(url('audit?target=main'), token)).statusCode).toBe(400);
    expect((await made.get(url('action-plan?'), token)).body).not.toMatch(/;main;/);
    const scans = await made.get('/api/v1/reports/comparison?from=scan-1', token);
    expect(scans.statusCode).toBe(400);
  });

  it('contact data and ids only for the organisation itself, and only for who operates', async () => {
    const made = await stage(await embedded());
    const operator = await made.token(['operate']);
    const contact = /Kontaktperson|0361 4711/;
    expect((await made.get(url('audit?target=main', '&audience=organisation'))).statusCode).toBe(403);
    for (const question of [...questions, 'action-plan?']) {
      expect((await made.get(url(question), operator)).body).not.toMatch(contact);
    }
    const own = await made.get(url('audit?target=main', '&audience=organisation&format=html'), operator);
    expect(own.body).toMatch(contact);
    expect(own.body).toContain(hostile.talk);
    expect(own.body).toContain('Nur für die eigene Organisation');
    expect((await made.get('/api/v1/reports', null)).statusCode).toBe(401);
    expect((await made.get('/api/v1/reports', await made.token(['feed']))).statusCode).toBe(403);
  });
});

it.each([
  ['audit?', 'query.target'],
  ['audit?target=nowhere', 'query.target'],
  ['evidence?', 'query.clause'],
  ['evidence?clause=S9-99', 'query.clause'],
  ['comparison?', 'query.from'],
  ['comparison?from=2026-11-02&to=2026-11-01', 'query.from'],
  ['comparison?from=scan-99', 'query.from'],
  ['comparison?from=scan-1&to=scan-2', 'query.to'],
])('refuses %s and says what is wrong', async (question, path) => {
  const made = await stage(await embedded());
  const response = await made.get(url(question, '&format=json'));
  expect(response.statusCode).toBe(400);
  expect(response.json().errors.map((error: { path: string }) => error.path)).toEqual([path]);
});

it('knows formats by parameter and by Accept, and refuses what there is not', async () => {
  const made = await stage(await embedded());
  const type = async (question: string, accept?: string) => {
    const headers = accept === undefined ? {} : { accept };
    const response = await made.get(url(question), undefined, headers);
    return [response.statusCode, String(response.headers['content-type']).split(';')[0]];
  };
  expect(await type('summary?')).toEqual([200, 'application/json']);
  expect(await type('summary?', 'text/csv')).toEqual([200, 'text/csv']);
  expect(await type('summary?format=html', 'application/json')).toEqual([200, 'text/html']);
  expect(await type('action-plan?')).toEqual([200, 'text/csv']);
  expect(await type('action-plan?format=json')).toEqual([406, 'application/problem+json']);
  const { reports } = (await made.get('/api/v1/reports')).json();
  expect(reports.map(({ kind }: { kind: string }) => kind)).toHaveLength(7);
});

it('compares two scans: what was added, resolved, and lost from sight', async () => {
  const made = await stage(await embedded());
  made.worlds.main.rooms = made.worlds.main.rooms.map((room) =>
    room.id === 'shut' ? { ...room, password: false } : room,
  );
  made.worlds.main.presence = false;
  const later = await made.scan('main');
  const document = await json(made, `comparison?from=scan-1&to=${later}`);
  const changes = tableOf(document, 'changes').rows.map(({ change, policy, count }) => [
    (change as { text: string }).text,
    policy,
    count,
  ]);
  expect(changes).toEqual([
    ['hinzugekommen', 'Zugang', 1],
    ['behoben', 'Status', 1],
  ]);
  expect(document.blocks[0]).toMatchObject({
    items: [{ strong: '1 Verstoß ist hinzugekommen.' }, { mark: 'unknown' }, { mark: 'pass' }],
  });
  const [totals] = tableOf(document, 'totals').rows;
  expect(totals).toMatchObject({ target: 'main' });
  expect(await json(made, `comparison?from=scan-1&to=${later}`)).toEqual(document);
});
