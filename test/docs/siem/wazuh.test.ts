import { afterEach, describe, expect, it } from 'vitest';
import { type Element, xmlOf } from './files.ts';
import { closeSites, site } from './site.ts';
import { decode, loadRules, namesIn, ruleFor } from './wazuh.ts';

afterEach(closeSites);

const child = ({ children }: Element, name: string): Element => {
  const found = children.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const localfile = child(xmlOf('wazuh/ossec.conf')[0] as Element, 'localfile');
const label = child(localfile, 'label');
const labels = { [label.attributes['key'] as string]: label.text };
const rules = loadRules(xmlOf('wazuh/roomwarden_rules.xml'));

type Line = Record<string, unknown>;

async function linesOf(format: string): Promise<string[]> {
  const here = await site(400);
  const headers = { authorization: `Bearer ${await here.token()}`, accept: 'application/x-ndjson' };
  const url = `https://roomwarden.example.org/api/v1/events?format=${format}`;
  const { body } = await here.wire({ method: 'GET', url, headers });
  return body.split('\n').filter((line) => line !== '');
}

/** Level at which a line is to be seen; 0: only kept in the archive. */
function levelOf({ event, verdict, status, severity, count_state }: Line): number {
  const bySeverity: Record<string, number> = { info: 3, low: 3, medium: 6, high: 10, critical: 12 };
  if (event === 'feed_gap') return 8;
  if (event === 'heartbeat') return count_state === undefined || count_state === 'complete' ? 0 : 5;
  if (event === 'unknown') return 5;
  if (event === 'resolved' || event === 'closed' || event === 'waived') return 3;
  return verdict === 'violation' && status === 'open' ? (bySeverity[severity as string] ?? 0) : 0;
}

describe('Wazuh', () => {
  it('reads the file that the pulling command writes', () => {
    expect(child(localfile, 'log_format').text).toBe('json');
    expect(child(localfile, 'only-future-events').text).toBe('no');
    expect(child(localfile, 'location').text).toBe('/var/lib/roomwarden-pull/events.ndjson');
  });

  it('loses nothing of the flat form, but something of the others', async () => {
    for (const line of await linesOf('flat')) expect(decode(line, labels).lost).toEqual([]);
    const native = (await linesOf('native')).flatMap((line) => decode(line, labels).lost);
    expect(native).toContain('finding.evidence');
  });

  it('alerts on every event as severely as it is', async () => {
    const lines = await linesOf('flat');
    const told = new Set<string>();
    const failed = { ...(JSON.parse(lines.find((line) => line.includes('heartbeat')) as string) as Line) };
    const gap = { timestamp: '2026-11-01T08:00:00.000Z', event_id: 'gap-x', event: 'feed_gap' };
    const made = [gap, { ...failed, count_state: 'partial' }, { ...failed, count_state: 'complete' }];
    for (const line of [...lines, ...made.map((each) => JSON.stringify(each))]) {
      const event = JSON.parse(line) as Line;
      const rule = ruleFor(rules, decode(line, labels));
      expect([event, rule?.level]).toEqual([event, levelOf(event)]);
      told.add(rule?.id ?? '');
    }
    const closing = rules.map(({ id }) => id).filter((id) => !told.has(id));
    expect(closing).toEqual([]);
  });

  it('leaves lines of others alone', () => {
    const line = JSON.stringify({ event: 'opened', event_id: 'x', verdict: 'violation' });
    expect(ruleFor(rules, decode(line, {}))).toBeNull();
    expect(ruleFor(rules, decode(line, { '@source': 'apache' }))).toBeNull();
  });

  it('names only fields that the lines have', async () => {
    const known = new Set((await linesOf('flat')).flatMap((line) => [...decode(line, labels).fields.keys()]));
    known.add('count_state');
    for (const { description } of rules)
      expect(namesIn(description).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the reading of rules here', () => {
  const rule = (inner: string): Element[] => [
    {
      name: 'group',
      text: '',
      attributes: {},
      children: [
        {
          name: 'rule',
          text: '',
          attributes: { id: '110000', level: '3' },
          children: [
            { name: 'field', text: '^open$', attributes: { name: inner, type: 'pcre2' }, children: [] },
            { name: 'description', text: 'x', attributes: {}, children: [] },
          ],
        },
      ],
    },
  ];
  it('refuses what the manager refuses', () => {
    expect(() => loadRules(rule('status'))).toThrow(/static/);
    expect(loadRules(rule('verdict'))).toHaveLength(1);
  });
});
