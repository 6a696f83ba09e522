import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../docs/generate.ts';
import { errorCodes, errorTable, RoomwardenError } from '../src/errors.ts';

const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();

describe('the table of errors', () => {
  it.each(errorCodes)('%s says the same in both languages, and what to do', (code) => {
    const row = errorTable[code];
    expect(placeholders(row.de)).toEqual(placeholders(row.en));
    expect(placeholders(row.en)).toEqual(expect.arrayContaining(placeholders(row.todoEn)));
    expect(placeholders(row.todoDe)).toEqual(placeholders(row.todoEn));
    expect(row.todoDe).not.toBe('');
    expect(row.todoEn).not.toBe('');
    expect(row.de).not.toBe(row.en);
  });

  it('is what docs/errors.md lists, in both directions', async () => {
    const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^### (RW\d{4}) /gm)].map((match) => match[1]);
    expect(listed).toEqual([...errorCodes]);
    expect(page).toBe(errorsPage());
  });

  it('keeps its codes in order', () => {
    expect([...errorCodes].sort()).toEqual([...errorCodes]);
  });
});

describe('RoomwardenError', () => {
  const error = new RoomwardenError('RW2001', { target: 'bbb-main', detail: 'ECONNREFUSED' });

  it('says what happened, where and what to do', () => {
    expect(error.message).toBe('RW2001 Target bbb-main cannot be reached: ECONNREFUSED.');
    expect(error.text('de')).toBe(
      'RW2001: Ziel bbb-main ist nicht erreichbar: ECONNREFUSED.\n' +
        '  Adresse, Netz, Zertifikat und Proxy prüfen: roomwarden check bbb-main',
    );
    expect(error.exitCode).toBe(2);
  });

  it('does not fill parameters into parameters', () => {
    const nested = new RoomwardenError('RW2001', { target: '{detail}', detail: 'x' });
    expect(nested.what('en')).toBe('Target {detail} cannot be reached: x.');
  });
});
