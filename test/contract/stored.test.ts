import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFiles } from '../../adapters/contract/files.ts';
import { describeStored } from './adapter.ts';
import { openBench } from './bench.ts';
import { asNobody, damagedPlace, fileDamagesOf, mountedFiles } from './file-damages.ts';
import { sqlDamagesOf } from './sql-damages.ts';
import { damagedFiles, damagedTables } from './stored.ts';
import { type StoredLie, storedToySpec } from './toy-stored.ts';

describeStored(storedToySpec());

describe('each check is able to fail', () => {
  it.each<[StoredLie, 'tables' | 'files', string]>([
    ['null-is-off', 'tables', 'settings.value column null: deployment -: presence_status_feature_enabled'],
    ['failure-is-off', 'tables', 'settings permission denied: deployment -: presence_status_feature_enabled'],
    ['half-is-whole', 'tables', 'settings connection lost in the middle: deployment -: presence_status'],
    ['last-twin-wins', 'tables', 'settings.value a last row that differs: deployment -: presence_status'],
    ['cap-is-whole', 'tables', 'settings row cap: deployment -: presence_status_feature_enabled'],
    ['no-file-is-off', 'files', 'toy.env deleted: deployment -: recording_feature_enabled was true'],
    ['no-file-is-off', 'files', 'toy.env unreadable: deployment -: recording_feature_enabled was true'],
    ['any-text-is-on', 'files', 'toy.env:2 value garbled: deployment -: recording_feature_enabled'],
  ])('%s', async (lie, what, expected) => {
    const bench = await openBench(storedToySpec(lie));
    try {
      const { problems } = await (what === 'tables' ? damagedTables : damagedFiles)(bench);
      expect(problems.join('\n')).toContain(expected);
    } finally {
      await bench.started.close();
    }
  });
});

describe('damages', () => {
  it('of a statement: each column, each way of failing, rows too many', () => {
    const text = 'SELECT a FROM t LIMIT 5000';
    const answer = { statement: 'T: s', text, parameters: [], reads: {}, rows: [{ a: '1' }], locator: 'T' };
    const damages = sqlDamagesOf('T: s', [answer]);
    expect(damages.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'T: s.a column gone',
      'T: s.a column null',
      'T: s.a column of another type',
      'T: s.a a second row that differs',
      'T: s.a a last row that differs',
      ...['table missing', 'column missing', 'permission denied', 'timeout'].map((kind) => `T: s ${kind}`),
      ...['connection lost before', 'connection lost in the middle'].map((kind) => `T: s ${kind}`),
      ...['server lost in the middle', 'every row twice', 'all rows again'].map((kind) => `T: s ${kind}`),
      ...['a row of nothing', 'a row of garbage', 'row cap'].map((kind) => `T: s ${kind}`),
    ]);
    expect(damages.find(({ kind }) => kind === 'row cap')?.answer(answer)?.rows).toHaveLength(5000);
    expect(damages[0]?.answer({ ...answer, statement: 'T: other' })).toBeNull();
  });

  it('of a file: whole, cut, line by line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'roomwarden-file-'));
    const file = { host: 'h', path: join(folder, 'x.conf') };
    writeFileSync(file.path, 'a = "1" # one\n# two\nb: c\n');
    const place = damagedPlace();
    try {
      expect(mountedFiles({ deep: [file], host: 'h' })).toEqual([file]);
      const read: Record<string, unknown> = {};
      for (const damage of fileDamagesOf(file).filter(({ kind }) => kind !== 'truncated')) {
        const at = place.pathOf(file);
        damage.put(at);
        const look = () => readFiles([{ host: 'h', path: at }], () => 0);
        const [got] = await (damage.unreadable === true ? asNobody(look) : look());
        read[`${damage.path} ${damage.kind}`] =
          got === undefined || 'reason' in got ? got?.reason.code : got.text;
      }
      expect(read).toMatchObject({
        'x.conf deleted': 'unreachable',
        'x.conf empty': 'invalid_answer',
        'x.conf binary': 'invalid_answer',
        'x.conf in UTF-16': 'invalid_answer',
        'x.conf huge': 'too_large',
        'x.conf a link to itself': 'unreachable',
        'x.conf unreadable': 'not_permitted',
        'x.conf:1 line missing': '# two\nb: c\n',
        'x.conf:1 value garbled': 'a = "g4rb4ge" # one\n# two\nb: c\n',
        'x.conf:1 value empty': 'a =\n# two\nb: c\n',
        'x.conf:3 value garbled': 'a = "1" # one\n# two\nb: g4rb4ge\n',
      });
    } finally {
      place.clear();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
