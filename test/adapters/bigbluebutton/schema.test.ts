import { describe, expect, it } from 'vitest';
import {
  type Meeting,
  readCount,
  readHook,
  readMeeting,
  readRecording,
  webHost,
} from '../../../adapters/bigbluebutton/schema.ts';
import { readXmlText } from '../../../adapters/bigbluebutton/xml.ts';

const node = (inner: string) => readXmlText(`<x>${inner}</x>`, [], () => {});

const whole: Record<string, string> = {
  meetingName: 'Haushalt',
  meetingID: '0815',
  createTime: '1767171600123',
  voiceBridge: '04711',
  dialNumber: '+49 361 5550 100',
  running: 'true',
  recording: 'false',
  startTime: '1767171600160',
  participantCount: '2',
  maxUsers: '0',
  attendees: '<attendee><userID>gl-guest-1</userID></attendee><attendee><userID>v_9</userID></attendee>',
  metadata: '<bbb-origin>greenlight</bbb-origin><bbb-context-id>abc-def-ghi-jkl</bbb-context-id>',
  isBreakout: 'false',
};

function meeting(change: Record<string, string | null> = {}): Meeting {
  const fields = Object.entries({ ...whole, ...change }).filter(([, text]) => text !== null);
  const read = readMeeting(node(fields.map(([name, text]) => `<${name}>${text}</${name}>`).join('')));
  if (read === null) throw new Error('no meeting');
  return read;
}

describe('counts', () => {
  it.each([
    ['0', 0],
    ['1234', 1234],
    ['1,234', 1234],
    ['1.234', 1234],
    ["1'234'567", 1_234_567],
    ['1\u00a0234', 1234],
    ['1\u202f234', 1234],
    [' 7 ', 7],
  ])('%s is %d', (text, value) => {
    expect(readCount(text, 'n')).toEqual({ ok: true, value });
  });

  it.each([
    '',
    'x',
    '-1',
    '1e5',
    '1,23',
    '12,34',
    '1,2345',
    '1.5',
    '0x1F',
    '9'.repeat(16),
    '1,234,56',
    'NaN',
  ])('%s is none', (text) => {
    expect(readCount(text, 'n')).toMatchObject({ ok: false, reason: { code: 'invalid_answer' } });
  });

  it('absent is absent', () => {
    expect(readCount(undefined, 'n')).toMatchObject({ ok: false, reason: { detail: 'n is missing' } });
  });
});

describe('a meeting', () => {
  it.each([
    '007',
    '1e5',
    '0x1F',
    'a/b',
    ' x ',
    '1,234',
    'Ü & <b>'.replace('&', '&amp;').replace('<b>', '&lt;b&gt;'),
  ])('its id stays text: %s', (id) => {
    const plain = id.replace('&lt;', '<').replace('&gt;', '>').replace('&amp;', '&');
    expect(meeting({ meetingID: id }).id).toBe(plain);
  });

  it('half a character in an id becomes the replacement', () => {
    const record = node('<meetingID>a</meetingID>');
    const [id] = record.children;
    if (id !== undefined) id.text = 'a\ud800b';
    expect(readMeeting(record)?.id).toBe('a\ufffdb');
  });

  it.each([null, ''])('without an id it is none', (meetingID) => {
    expect(() => meeting({ meetingID })).toThrow('no meeting');
  });

  it('keeps the length of the PIN with its leading zeros, and no PIN', () => {
    const read = meeting();
    expect(read.pinLength).toEqual({ ok: true, value: 5 });
    expect(JSON.stringify(read)).not.toContain('4711');
  });

  it.each([
    ['613-555-1234', 'placeholder'],
    ['+49 361 5550 100', 'number'],
    ['x5746', 'number'],
    ['0361 5550 x5746', 'number'],
    ['5550-100, x77', 'number'],
    ['', undefined],
    ['none', undefined],
    ['see 3rd floor, room 21', undefined],
  ])('dial number %s', (dialNumber, value) => {
    const { dial } = meeting({ dialNumber });
    expect(dial.ok ? dial.value : undefined).toBe(value);
  });

  it('counts persons by the form of their ids and keeps none', () => {
    const read = meeting();
    expect(read.people).toEqual({ ok: true, value: { listed: 2, greenlightGuests: 1, telephone: 1 } });
    expect(JSON.stringify(read)).not.toContain('gl-guest-1');
    expect(meeting({ attendees: '<attendee></attendee>' }).people.ok).toBe(false);
    expect(meeting({ attendees: null }).people.ok).toBe(false);
  });

  it.each(
    Object.keys(whole).filter((key) => !['meetingID', 'metadata', 'isBreakout', 'attendees'].includes(key)),
  )('a wrong %s costs that field only', (key) => {
    const good = Object.entries(meeting()).filter(([, field]) => isRead(field) && field.ok);
    const bad = Object.entries(meeting({ [key]: null })).filter(([, field]) => isRead(field) && field.ok);
    expect(good.length - bad.length).toBe(1);
  });

  it.each([
    ['<bbb-origin>greenlight</bbb-origin>', true],
    ['<bbb-origin>greenlight</bbb-origin><bbb-origin-version>release-3.8.2.4</bbb-origin-version>', true],
    ['<bbb-origin>greenlight</bbb-origin><bbb-origin-version>2.14.8</bbb-origin-version>', false],
    ['<bbb-origin>Greenlight</bbb-origin>', false],
    ['<bbb-origin>moodle</bbb-origin>', false],
    ['', false],
  ])('origin %s', (metadata, greenlight) => {
    expect(meeting({ metadata }).greenlight).toBe(greenlight);
  });

  it.each([
    [{ isBreakout: 'true' }, true],
    [{ isBreakout: 'TRUE' }, true],
    [{ isBreakout: null, parentMeetingID: 'p' }, true],
    [{ isBreakout: 'garbled', parentMeetingID: 'p' }, true],
    [{ isBreakout: null }, false],
    [{}, false],
  ])('breakout %j', (change, breakout) => {
    expect(meeting(change as Record<string, string | null>).breakout).toBe(breakout);
  });

  it('hosts only: no user, path or query of an address is kept', () => {
    const read = meeting({
      metadata:
        '<analytics-callback-url>https://me:pw@LMS.example.net:8443/a?id=7&amp;t=tok</analytics-callback-url><endcallbackurl>https://konferenz.example.org/end</endcallbackurl><presenter>Erna Muster</presenter>',
    });
    expect(read).toMatchObject({
      sendsStatistics: true,
      statisticsHost: 'lms.example.net',
      hosts: ['lms.example.net', 'konferenz.example.org'],
    });
    expect(JSON.stringify(read)).not.toMatch(/tok|me:pw|Erna/);
  });
});

describe('a recording', () => {
  it('balancers put blanks around texts', () => {
    const read = readRecording(
      node(
        '<recordID>r</recordID><meetingID>0123</meetingID><name>0123</name><state> published </state><startTime>1</startTime><endTime>2</endTime><metadata><gl-listed>\n <![CDATA[]]>\n</gl-listed></metadata>',
      ),
    );
    expect(read).toMatchObject({
      id: 'r',
      roomId: { value: '0123' },
      state: { value: 'published' },
      listed: null,
      formats: [],
    });
  });

  it.each(['archived', '', 'PUBLISHED'])('another state is not known: %s', (state) => {
    expect(readRecording(node(`<recordID>r</recordID><state>${state}</state>`))?.state.ok).toBe(false);
  });

  it('without an id it is none', () => {
    expect(readRecording(node('<meetingID>m</meetingID>'))).toBeNull();
  });
});

describe('hosts and hooks', () => {
  it.each([
    ['https://a.example.org/x?y=z', 'a.example.org'],
    ['http://[::1]:80/', '::1'],
    ['ftp://a.example.org', null],
    ['javascript:alert(1)', null],
    ['a.example.org', null],
    ['', null],
  ])('%s', (text, host) => {
    expect(webHost(text)).toBe(host);
  });

  it('a hook keeps its host, its reach and whether it gets everything', () => {
    const hook = node('<callbackURL>https://h.example.org/p?token=abc</callbackURL><rawData>true</rawData>');
    expect(readHook(hook)).toEqual({ host: 'h.example.org', global: true, raw: true });
  });
});

function isRead(field: unknown): field is { ok: boolean } {
  return typeof field === 'object' && field !== null && 'ok' in field;
}
