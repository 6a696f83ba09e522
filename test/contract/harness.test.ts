import { describe, expect, it } from 'vitest';
import { describeAdapter } from './adapter.ts';
import { type Bench, openBench } from './bench.ts';
import {
  callsAreAllowed,
  damagedAnswers,
  factsAreDeclared,
  faultIsSeen,
  nothingLeaks,
  oneFailedLogin,
  tlsErrorIsSeen,
} from './checks.ts';
import { mutationsOf, spread } from './mutations.ts';
import { type Lie, toySpec } from './toy.ts';

describeAdapter(toySpec());

async function problemsOf(lie: Lie, check: (bench: Bench) => string[] | Promise<string[]>): Promise<string> {
  const bench = await openBench(toySpec(lie));
  try {
    return (await check(bench)).join('\n');
  } finally {
    await bench.started.close();
  }
}

const wire = async (bench: Bench): Promise<string[]> => (await damagedAnswers(bench)).problems;

describe('each check is able to fail', () => {
  const lies: [Lie, (bench: Bench) => string[] | Promise<string[]>, string][] = [
    ['extra-call', callsAreAllowed, 'a call off the list was made: GET /api/end'],
    ['leaks-person', nothingLeaks, 'items hold persons'],
    ['leaks-message', nothingLeaks, 'items hold messages'],
    ['logs-secret', nothingLeaks, 'log hold secrets'],
    ['logs-room', nothingLeaks, 'the log holds the id of room kx7w3qz9'],
    ['join-link', nothingLeaks, 'evidence holds the address of room kx7w3qz9'],
    ['missing-fact', factsAreDeclared, 'attention_tracking_supported: declared, but not there'],
    ['extra-fact', factsAreDeclared, 'attention_tracking_enabled: there, but not declared'],
    ['wrong-type', factsAreDeclared, 'presence_status_feature_enabled: no boolean'],
    ['nul-name', factsAreDeclared, 'U+0000'],
    ['live-always', factsAreDeclared, 'meeting_running: there, but not declared'],
    ['never-known', factsAreDeclared, 'declared as never seen'],
    ['one-sided', factsAreDeclared, 'for which it has no row'],
    ['undeclared-source', factsAreDeclared, 'outcome of cellar, which is not declared'],
    ['rooms-first', factsAreDeclared, 'came before the deployment'],
    ['twice', factsAreDeclared, 'deployment - came twice'],
    ['no-reason', (bench) => faultIsSeen(bench, '500'), 'no reason'],
    ['throws', (bench) => faultIsSeen(bench, '500'), 'collect threw'],
    ['throws', tlsErrorIsSeen, 'collect threw'],
    ['default-on-failure', (bench) => faultIsSeen(bench, 'reset'), 'was true, became false'],
    ['wrong-reason', (bench) => faultIsSeen(bench, '403'), 'no reason not_permitted'],
    ['wrong-reason', (bench) => faultIsSeen(bench, 'huge'), 'no reason too_large'],
    ['wrong-reason', tlsErrorIsSeen, 'names TLS'],
    ['stops-all', (bench) => faultIsSeen(bench, '404'), 'no other source went on'],
    ['guesses-rooms', (bench) => faultIsSeen(bench, '429'), 'room lobby appeared'],
    ['logs-in-again', oneFailedLogin, '2 logins were sent'],
    ['default-on-absence', wire, 'presence_status_feature_enabled was true, became false'],
    ['default-on-absence', wire, 'presence-status-disabled on deployment -: was violation, became pass'],
    ['coerces', wire, 'room_password_required was true, became false'],
    ['believes-short-list', wire, 'vanished'],
  ];
  it.each(lies)('%s', async (lie, check, expected) => {
    expect(await problemsOf(lie, check)).toContain(expected);
  });
});

describe('mutations', () => {
  const paths = (kind: 'xml' | 'json' | 'text', body: string): string[] =>
    mutationsOf(kind, body).map((mutation) => `${mutation.kind} ${mutation.path}`);

  it('of XML: each element, each text', () => {
    const body = '<?xml version="1.0"?><r><!-- n --><m><id>a</id><e/></m><m><id><![CDATA[b]]></id></m></r>';
    expect(paths('xml', body)).toEqual([
      'spoil r>m>id>#text',
      'spoil r>m>id>#empty',
      'drop r>m>id',
      'drop r>m>e',
      'drop r>m',
      'spoil r>m[1]>id>#text',
      'spoil r>m[1]>id>#empty',
      'drop r>m[1]>id',
      'drop r>m[1]',
      'drop r',
    ]);
    expect(mutationsOf('xml', body).find(({ path }) => path === 'r>m')?.body).toBe(
      '<?xml version="1.0"?><r><!-- n --><m><id><![CDATA[b]]></id></m></r>',
    );
  });

  it('of JSON: each key, each member, each scalar, one at a time', () => {
    const body = '{"a":[1,"x"],"b":{"c":true},"d":null}';
    const all = mutationsOf('json', body);
    expect(all.map(({ body }) => body)).toEqual([
      '{"b":{"c":true},"d":null}',
      '{"a":"g4rb4ge","b":{"c":true},"d":null}',
      '{"a":null,"b":{"c":true},"d":null}',
      '{"a":["x"],"b":{"c":true},"d":null}',
      '{"a":["g4rb4ge","x"],"b":{"c":true},"d":null}',
      '{"a":[null,"x"],"b":{"c":true},"d":null}',
      '{"a":[1],"b":{"c":true},"d":null}',
      '{"a":[1,{"g4rb4ge":true}],"b":{"c":true},"d":null}',
      '{"a":[1,null],"b":{"c":true},"d":null}',
      '{"a":[1,"x"],"d":null}',
      '{"a":[1,"x"],"b":"g4rb4ge","d":null}',
      '{"a":[1,"x"],"b":null,"d":null}',
      '{"a":[1,"x"],"b":{},"d":null}',
      '{"a":[1,"x"],"b":{"c":"g4rb4ge"},"d":null}',
      '{"a":[1,"x"],"b":{"c":null},"d":null}',
      '{"a":[1,"x"],"b":{"c":true}}',
      '{"a":[1,"x"],"b":{"c":true},"d":"g4rb4ge"}',
    ]);
    expect(all.at(3)).toMatchObject({ kind: 'drop', path: 'a[0]', removed: '1' });
  });

  it('of text: cut anywhere', () => {
    expect(mutationsOf('text', 'abc').map(({ body }) => body)).toEqual(['', 'a', 'ab']);
    expect(mutationsOf('js', 'x'.repeat(5_000))).toHaveLength(200);
  });

  it('are thinned evenly', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 3, 6, 9]);
    expect(spread([1, 2], 4)).toEqual([1, 2]);
  });
});
