import { describe, expect, it } from 'vitest';
import { toCef } from '../../src/export/cef.ts';
import { toSyslog5424 } from '../../src/export/syslog.ts';
import { readCef, readSyslog } from './lines.ts';
import { context, eventOf, everyEvent, hostileNames, numbersOf, room } from './matrix.ts';

const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;
const named = (name: string) => eventOf({}, { subject: room(name) });
const titles = hostileNames.map((name) => [name.slice(0, 30), name] as const);

describe('CEF', () => {
  it('every event is one line that a reader of the grammar takes', () => {
    for (const event of everyEvent()) {
      const line = toCef(event, context);
      expect(line.replaceAll('\t', '')).toMatch(oneLine);
      const { header, extension } = readCef(line);
      expect(header.slice(0, 3)).toEqual(['Roomwarden', 'Roomwarden', '1.2.3']);
      expect(Number(header[5])).toBeLessThanOrEqual(10);
      expect(extension).toMatchObject({ externalId: 'f00d-1042', act: event.event });
      for (const key of Object.keys(extension)) {
        if (/^(?:cs|cn|flexString)\d$/.test(key)) expect(extension).toHaveProperty(`${key}Label`);
      }
      if (event.finding?.verdict === 'unknown') expect(extension['outcome']).toBe('unknown');
    }
  });

  it.each(titles)('%j comes back, but for what the format cannot hold', (_, name) => {
    const { extension, header } = readCef(toCef(named(name), context));
    const expected = name.toWellFormed().replace(/(?![\t\r\n])[\p{Cc}\p{Zl}\p{Zp}]/gu, '\uFFFD');
    if ([...name].length <= 4000) expect(extension['cs3']).toBe(expected);
    else expect([...(extension['cs3'] ?? '')]).toHaveLength(4000);
    expect(header[4]).toBe('Access to the room is restricted');
    expect(extension['cs4']).toBe('violation');
  });

  it('a title with a separator stays within its field', () => {
    const { header } = readCef(toCef(eventOf({}, { title: { de: 'a|b', en: 'a|b\\c\nd=e' } }), context));
    expect(header[4]).toBe('a|b\\c d=e');
  });

  it('one event', () => {
    expect(readCef(toCef(eventOf(), context)).extension).toMatchObject({
      rt: '1795246200000',
      start: '1793524500000',
      dvchost: 'audit.example.org',
      dhost: 'cloud.example.org',
      cn1: '1042',
      cs1: 'abcdefghijklmnopqrstuvwxyz',
      cs2: 'cloud/room/aaaabbbbccccdddd',
      cs5: 'S2-06,S1-18',
    });
  });
});

describe('syslog', () => {
  it('every event is one line that a reader of the grammar takes', () => {
    for (const event of everyEvent()) {
      const line = toSyslog5424(event, context);
      expect(line).toMatch(oneLine);
      const read = readSyslog(line);
      expect([read.app, read.host, read.message]).toEqual(['roomwarden', 'audit.example.org', event.event]);
      expect(Math.floor(read.priority / 8)).toBe(13);
      expect(read.data['roomwarden@32473']).toMatchObject({ eventId: 'f00d-1042' });
      expect(read.data['origin']).toEqual({ software: 'roomwarden', swVersion: '1.2.3' });
    }
  });

  it.each([
    ['info', 110],
    ['low', 110],
    ['medium', 109],
    ['high', 108],
    ['critical', 106],
  ] as const)('%s has priority %i', (severity, priority) => {
    expect(readSyslog(toSyslog5424(eventOf({}, { severity }), context)).priority).toBe(priority);
  });

  it.each(titles)('%j comes back, but for what the format cannot hold', (_, name) => {
    const read = readSyslog(toSyslog5424(named(name), context));
    const own = read.data['roomwarden@32473'] ?? {};
    const expected = name
      .toWellFormed()
      .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
      .replace(/\p{Cc}/gu, '\uFFFD');
    if ([...name].length <= 1024) expect(own['subjectName']).toBe(expected);
    else expect([...(own['subjectName'] ?? '')]).toHaveLength(1024);
    expect(own['verdict']).toBe('violation');
    expect(Object.keys(read.data)).toEqual(['roomwarden@32473', 'origin', 'meta']);
  });

  it('takes the own enterprise number, and a host name that needs no blanks', () => {
    const line = toSyslog5424(eventOf(), { ...context, enterprise: 4711, host: 'prüf rechner' });
    const read = readSyslog(line);
    expect([read.host, Object.keys(read.data)[0]]).toEqual(['prfrechner', 'roomwarden@4711']);
    expect(readSyslog(toSyslog5424(eventOf(), { ...context, host: 'ä' })).host).toBe('-');
  });

  it.each([
    [1, '1'],
    [2_147_483_647, '2147483647'],
    [2_147_483_648, '1'],
  ])('number %i is sequenceId %s', (seq, id) => {
    expect(readSyslog(toSyslog5424(eventOf({ seq }), context)).data['meta']).toEqual({ sequenceId: id });
  });

  it('without a number there is none, and numbers of a scan are parameters', () => {
    expect(readSyslog(toSyslog5424(eventOf({ seq: null }), context)).data).not.toHaveProperty('meta');
    const read = readSyslog(toSyslog5424(numbersOf('baseline'), context));
    expect(read.data['roomwarden@32473']).toMatchObject({ target: 'cloud', count_violation: '3' });
  });
});

describe('the readers are able to fail', () => {
  it.each([
    'CEF:1|a|b|c|d|e|1|x=1',
    'CEF:0|a|b|c|d|e',
    'CEF:0|a|b|c|d|e|1|x=a=b',
    'CEF:0|a|b|c|d\\q|e|1|x=1',
    'CEF:0|a|b|c|d|e|1|x=1 x=2',
    'CEF:0|a|b|c|d|e|1|no pairs',
    'CEF:0|a|b|c|d|e|1|x=\\q',
  ])('%s', (line) => expect(() => readCef(line)).toThrow());

  const good = '<108>1 2026-11-20T09:15:00.000Z h a - m [x@1 a="b"] text';
  it.each([
    ['no version', good.replace('>1', '>')],
    ['no time', good.replace('T09', ' 09')],
    ['a quote inside', good.replace('a="b"', 'a="b"c"')],
    ['a bracket inside', good.replace('a="b"', 'a="b]c"')],
    ['a blank between elements', good.replace('] text', '] [y@1 a="b"]x')],
    ['no element', good.replace('[x@1 a="b"]', '-')],
  ])('%s', (name, line) => {
    expect(readSyslog(good).data).toEqual({ 'x@1': { a: 'b' } });
    if (name === 'a blank between elements') expect(readSyslog(line).data).not.toHaveProperty('y@1');
    else expect(() => readSyslog(line)).toThrow();
  });
});
