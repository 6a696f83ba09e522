import { describe, expect, it } from 'vitest';
import tokens from '../../src/dashboard/tokens.json' with { type: 'json' };
import { Format, foreign } from '../../src/report/format.ts';
import { cssString, escapeHtml } from '../../src/report/html/escape.ts';
import { ink } from '../../src/report/html/style.ts';
import { readMoment } from '../../src/report/instants.ts';
import { checksOf } from '../../src/report/matrix/checks.ts';
import { changeOf, standingAfter, standingBefore } from '../../src/report/moves.ts';

describe('where a finding stood', () => {
  it.each([
    ['opened', 'violation', 'open', 'none', 'violation'],
    ['reopened', 'violation', 'open', 'none', 'violation'],
    ['unknown', 'unknown', 'open', 'none', 'unknown'],
    ['unknown', 'violation', 'open', 'violation', 'lost'],
    ['changed', 'violation', 'open', 'violation', 'violation'],
    ['resolved', 'violation', 'resolved', 'violation', 'none'],
    ['closed', 'unknown', 'closed', 'unknown', 'none'],
    ['waived', 'violation', 'waived', 'violation', 'waived'],
    ['waiver_expired', 'violation', 'open', 'waived', 'violation'],
    ['changed', 'violation', 'waived', 'violation', 'waived'],
  ])('%s of a %s, now %s: before %s, after %s', (kind, verdict, status, before, after) => {
    expect([standingBefore({ kind, verdict }), standingAfter({ kind, verdict, status })]).toEqual([
      before,
      after,
    ]);
  });

  it.each([
    ['none', 'violation', 'opened', ['opened'], 'new'],
    ['unknown', 'violation', 'opened', ['opened'], 'new'],
    ['violation', 'none', 'resolved', ['resolved'], 'fixed'],
    ['violation', 'none', 'closed', ['closed'], 'closed'],
    ['waived', 'none', 'resolved', ['resolved'], 'fixed'],
    ['unknown', 'none', 'resolved', ['resolved'], 'regained'],
    ['violation', 'lost', 'unknown', ['unknown'], 'lost'],
    ['lost', 'violation', 'opened', ['opened'], 'changed'],
    ['none', 'unknown', 'unknown', ['unknown'], 'unseen'],
    ['none', 'lost', 'unknown', ['opened', 'unknown'], 'unseen'],
    ['violation', 'waived', 'waived', ['waived'], 'waived'],
    ['waived', 'violation', 'waiver_expired', ['waiver_expired'], 'unwaived'],
    ['violation', 'violation', 'changed', ['changed'], 'changed'],
    ['violation', 'violation', 'reopened', ['resolved', 'reopened'], 'passing'],
    ['none', 'none', 'resolved', ['opened', 'resolved'], 'passing'],
  ] as const)('from %s to %s, last %s of %j: %s', (before, after, last, kinds, change) => {
    expect(changeOf(before, after, last, new Set(kinds))).toBe(change);
  });
});

it.each([
  [{ pass: 5, unknown: 2, not_applicable: 1 }, true, { pass: 5, unknown: 2, stale: 0, not_applicable: 1 }],
  [{ pass: 5, unknown: 2, not_applicable: 1 }, false, { pass: 0, unknown: 7, stale: 7, not_applicable: 1 }],
  [undefined, false, { pass: 0, unknown: 0, stale: 0, not_applicable: 0 }],
])('what is too old is not seen: %j, fresh %s', (counts, fresh, checks) => {
  expect(checksOf(counts, fresh)).toEqual(checks);
});

describe('in print', () => {
  const [de, en] = [new Format('de', 'Europe/Berlin'), new Format('en', 'Europe/Berlin')];

  it.each([
    [{ low: 0.789, high: 0.971 }, '78–98\u00a0%', '78–98%'],
    [{ low: 0.995, high: 0.995 }, '99\u00a0%', '99%'],
    [{ low: 0.2, high: 0.999 }, '20–99\u00a0%', '20–99%'],
    [{ low: 0.467, high: 0.467 }, '46\u00a0%', '46%'],
    [{ low: 1, high: 1 }, '100\u00a0%', '100%'],
  ])('a score %j never looks better than it is: %s, %s', (span, german, english) => {
    expect([de.spread(span), en.spread(span)]).toEqual([german, english]);
  });

  it.each([
    [777_613, '9 Tage'],
    [86_400, '1 Tag'],
    [90_000, '1 Tag, 1 Stunde'],
    [3_660, '1 Stunde, 1 Minute'],
    [61, '1 Minute, 1 Sekunde'],
    [0, '0 Sekunden'],
  ])('%i seconds are %s', (seconds, text) => expect(de.duration(seconds)).toBe(text));

  it('times have their zone', () => {
    const at = Date.UTC(2026, 10, 21, 8, 42);
    expect([de.time(at), en.time(at)]).toEqual(['21.11.2026, 09:42 MEZ', '21/11/2026, 09:42 CET']);
    expect(readMoment('2026-11-21', 'Europe/Berlin')).toBe(Date.UTC(2026, 10, 20, 23));
    expect(readMoment('2026-11-21T09:42:00+01:00', 'Europe/Berlin')).toBe(at);
    expect(readMoment('scan-7', 'Europe/Berlin')).toBe('scan-7');
  });

  it.each([
    ['<b a="1">&\'', '&lt;b a=&quot;1&quot;&gt;&amp;&#39;'],
    ['a\u0000b\ud800', 'a\ufffdb\ufffd'],
  ])('%j is text', (text, html) => expect(escapeHtml(text)).toBe(html));

  it.each(['</style><script>', 'a"}*{x:url(//e)}', 'a\\', 'a\nb', '"'])('%j ends no style sheet', (text) => {
    const inside = cssString(text).slice(1, -1);
    expect(inside).not.toMatch(/["<>{}\n;]/);
    expect(inside.replaceAll(/\\[0-9a-f]+ /g, '')).not.toContain('\\');
  });

  it('marks are shown as what they are, and accents stay on their letters', () => {
    expect(foreign('a\u202Eb\u200D', 'de')).toBe('a[U+202E]b[U+200D]');
    expect(foreign('e\u0301'.repeat(300), 'en')).toBe('e\u0301'.repeat(300));
    const long = foreign('e\u0301'.repeat(5_000), 'en');
    expect(long).toMatch(/^(?:e\u0301){387}…(?:e\u0301){12} \(10,000 characters\)$/);
  });

  it('colours are the light ones of the page', () => {
    for (const [name, value] of Object.entries(ink)) {
      expect([name, value]).toEqual([name, tokens.color.light[name as keyof typeof ink]]);
    }
  });
});
