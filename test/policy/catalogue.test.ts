import { describe, expect, it } from 'vitest';
import { runCases } from '../../src/policy/cases.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { clauseFile, loadFiles, policyFile, policyFolder, problemsOf } from './helper.ts';

const catalogue = loadCatalogue(policyFolder);

describe('the shipped policies', () => {
  it('are 49, of three forms', () => {
    const forms = Map.groupBy(catalogue.policies, (policy) => policy.form);
    expect(catalogue.policies).toHaveLength(49);
    expect(forms.get('advisory')).toHaveLength(4);
    expect(forms.get('attestation')).toHaveLength(11);
    expect(forms.get('rule')).toHaveLength(34);
  });

  it('cover every clause of both documents', () => {
    const numbers = (document: string, last: number): string[] =>
      Array.from({ length: last }, (_, i) => `${document}-${String(i + 1).padStart(2, '0')}`);
    const wanted = [...numbers('S1', 22), ...numbers('S2', 19)].flatMap((id) =>
      id === 'S2-08' ? ['S2-08a', 'S2-08b', 'S2-08c'] : [id],
    );
    expect(catalogue.clauses.map((c) => c.id)).toEqual(wanted);
    expect(catalogue.clauseById.get('S2-10')?.aggregateOf).toEqual([
      'S2-11',
      'S2-12',
      'S2-13',
      'S2-14',
      'S2-15',
    ]);
  });

  it.each(runCases(catalogue).map((result) => [`${result.policy}: ${result.name}`, result] as const))(
    '%s',
    (_name, result) => {
      expect(result.message).toBe('');
    },
  );

  it('never accept Privacy Shield as a guarantee', () => {
    expect(
      JSON.stringify(catalogue.policyById.get('third-country-guarantees')?.judge[0]?.rule),
    ).not.toContain('shield');
  });
});

describe('loading', () => {
  const good = { 'small.yaml': policyFile(), 'clauses/S1.yaml': clauseFile };

  it('gives texts, parameters and what is read', () => {
    const policy = loadFiles(good).policyById.get('small');
    expect(policy?.judge[0]).toMatchObject({
      reads: ['room_password_length'],
      ruleReads: ['room_password_length'],
    });
    expect(policy?.parameters['least']).toMatchObject({ type: 'int', default: 8, min: 1, max: 100 });
    expect(policy?.texts.de.violation.room).toBe('Falsch.');
    expect(policy?.resolvedClauses).toEqual(['S1-01']);
  });

  it.each([
    ['another file name', { 'other.yaml': policyFile() }, 'other.yaml:1:5', 'must be named small.yaml'],
    ['an unknown key', { 'small.yaml': `${policyFile()}extra: 1\n` }, 'small.yaml:20:1', 'unknown key extra'],
    ['a key twice', { 'small.yaml': `id: small\n${policyFile()}` }, 'small.yaml:2:1', 'unique'],
    [
      'a missing text',
      { 'small.yaml': policyFile().replace(', why: Darum', '') },
      'small.yaml:8:7',
      'texts.de.why',
    ],
    [
      'a sentence missing',
      { 'small.yaml': policyFile().replace('room: Falsch.', '') },
      '',
      'needs a sentence for room',
    ],
    [
      'a wrong severity',
      { 'small.yaml': policyFile().replace('high', 'hihg') },
      'small.yaml:14:15',
      'judge.room.severity',
    ],
    [
      'a limit crossed',
      { 'small.yaml': policyFile().replace('default: 8', 'default: 0') },
      'small.yaml:11:10',
      'from 1 to 100',
    ],
    [
      'a clause nobody knows',
      { 'small.yaml': policyFile().replace('[S1-01]', '[S1-01, S1-02]') },
      'small.yaml:4:18',
      'no clause S1-02',
    ],
    [
      'a clause without policy',
      { 'clauses/S1.yaml': `${clauseFile}${clauseFile.split('\n')[4]?.replace('S1-01', 'S1-02')}\n` },
      '',
      'S1-02: has no policy',
    ],
    [
      'a standard nobody knows',
      { 'small.yaml': policyFile({ more: 'mappings:\n  iso: [A.1]\n' }) },
      'small.yaml:17:8',
      'no standard iso',
    ],
    [
      'a control that the standard does not have',
      {
        'small.yaml': policyFile({ more: 'mappings:\n  own: [X.1, X.2]\n' }),
        'standards/own.yaml':
          'id: own\ntitle: { de: A, en: A }\npublisher: Amt\nedition: "2026"\nidentifiers: { X.1: eacb0d7c-4700-4717-8b2d-de2e57ba6248 }\n',
      },
      'small.yaml:17:14',
      'own has no control X.2',
    ],
    [
      'a standard in a file of another name',
      { 'standards/x.yaml': 'id: own\ntitle: { de: A, en: A }\npublisher: Amt\nedition: "2026"\n' },
      'standards/x.yaml:1:5',
      'must be named own.yaml',
    ],
    [
      'an unknown parameter',
      { 'small.yaml': policyFile({ rule: 'room_password_length >= params.most' }) },
      'small.yaml:15:35',
      'no parameter most',
    ],
    [
      'a parameter nobody reads',
      { 'small.yaml': policyFile({ rule: 'room_password_length >= 8' }) },
      'small.yaml:11:10',
      'never read',
    ],
  ])('refuses %s', (_name, files, place, message) => {
    const problems = problemsOf(
      Object.keys(files).includes('other.yaml')
        ? { ...files, 'clauses/S1.yaml': clauseFile }
        : { ...good, ...files },
    );
    const told = problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.message}`);
    expect(
      told.some((line) => line.startsWith(place) && line.includes(message)),
      told.join('\n'),
    ).toBe(true);
  });

  it.each([
    ['pass', 'ok'],
    ['violation', 'bad'],
    ['unknown', 'open'],
  ])('refuses a policy without a case for %s', (verdict, name) => {
    const text = policyFile()
      .split('\n')
      .filter((line) => !line.includes(`name: ${name}`))
      .join('\n');
    expect(problemsOf({ ...good, 'small.yaml': text }).map((p) => p.message)).toEqual([
      `no case expects ${verdict} for room`,
    ]);
  });

  it('refuses a case that comes out otherwise, an unknown fact and a wrong value in one go', () => {
    const cases = `  - { name: ok, judge: room, facts: { room_password_length: 7 }, expect: pass }
  - { name: bad, judge: room, facts: { room_pasword_length: 7 }, expect: violation }
  - { name: open, judge: room, facts: { room_password_length: long }, expect: unknown }
  - { name: hole, judge: room, facts: { room_password_length: { unavailable: gone } }, expect: unknown }
  - { name: much, judge: room, parameters: { least: 1000 }, facts: {}, expect: unknown }
  - { name: elsewhere, judge: deployment, facts: {}, expect: unknown }
`;
    const told = problemsOf({ ...good, 'small.yaml': policyFile({ cases }) }).map(
      (p) => `${p.line}:${p.column} ${p.message}`,
    );
    expect(told).toEqual([
      '18:61 room_pasword_length is not a fact of the vocabulary; did you mean room_password_length?',
      '19:63 room_password_length is no int',
      '20:63 room_password_length gone is no reason code',
      '21:53 least must be a whole number from 1 to 100',
      '22:31 there is no deployment entry',
    ]);
  });

  it('reports the errors of all files at once', () => {
    const problems = problemsOf({
      'a.yaml': 'id: [',
      'small.yaml': policyFile({ rule: 'nonsense' }),
      'clauses/S1.yaml': 'document: 7',
    });
    expect(new Set(problems.map((p) => p.file))).toEqual(
      new Set(['a.yaml', 'small.yaml', 'clauses/S1.yaml']),
    );
  });

  it('refuses a folder without policies', () => {
    expect(problemsOf({ 'clauses/S1.yaml': clauseFile }).map((p) => p.message)).toContain(
      'holds no YAML file',
    );
    expect(problemsOf({ 'small.yaml': policyFile() }).map((p) => p.message)).toContain(
      'cannot be read (ENOENT)',
    );
  });
});
