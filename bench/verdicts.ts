import type { Bound } from '../src/policy/bind.ts';
import type { FactMap, Verdict } from '../src/policy/types.ts';
import { celContext, celJudge } from './celjs.ts';
import { boundPolicies, judgeFully, judgeVerdicts } from './engine.ts';
import { conferenceOf, rules } from './handwritten.ts';
import { jsonRules, jsonRulesFacts, jsonRulesJudge } from './jsonrules.ts';
import {
  goalLine,
  machine,
  median,
  type Print,
  readable,
  runAlone,
  spread,
  timed,
  timedAsync,
} from './measure.ts';
import { deploymentFacts, makeRooms, withFactsApart } from './rooms.ts';

const roomCount = 100_000;
const celRooms = 5_000;
const jsonRooms = 200;
const roomsApart = 20_000;
/** As many as a scan judges at once. */
const scanBatch = 64;
const rounds = 5;
const holeRates = [0, 0.1, 0.5];
const goalRate = 0.1;

type Names =
  | 'by hand'
  | 'verdicts'
  | 'judgements'
  | 'cel-js'
  | 'json-rules-engine'
  | 'by hand, apart'
  | 'verdicts, apart'
  | 'judgements, apart';
type Results = Record<Names, number[]>;

const bound = boundPolicies();
const perRoom = bound.judged.room.length;
const byHand = handwrittenRules(bound);

/** Verdicts a second on one core, against the same rules by hand and in other engines. */
export async function measureVerdicts(print: Print): Promise<boolean> {
  print(machine());
  print(`${roomCount} rooms x ${perRoom} policies, median of ${rounds} rounds, interleaved`);
  print(`cel-js on ${celRooms} rooms, json-rules-engine on ${jsonRooms}: normalised to verdicts per second`);
  let met = true;
  for (const rate of holeRates) met = (await measure(rate, print)) && met;
  return met;
}

async function measure(rate: number, print: Print): Promise<boolean> {
  const rooms = makeRooms(roomCount, rate, 2026);
  const results: Results = {
    'by hand': [],
    verdicts: [],
    judgements: [],
    'cel-js': [],
    'json-rules-engine': [],
    'by hand, apart': [],
    'verdicts, apart': [],
    'judgements, apart': [],
  };
  const contexts = rooms.slice(0, celRooms).map((room) => celContext(room, deploymentFacts));
  const facts = rooms.slice(0, jsonRooms).map(jsonRulesFacts);
  const [cel, json] = [celJudge(bound), jsonRulesJudge()];
  const apart = withFactsApart(rooms.slice(0, roomsApart));
  const differing = disagreements(rooms.slice(0, roomsApart)) + disagreements(apart);
  const into: Verdict[] = [];
  const verdicts = roomCount * perRoom;
  for (let round = -1; round < rounds; round += 1) {
    const record = (name: Names, value: number): void => {
      if (round >= 0) results[name].push(value);
    };
    record(
      'by hand',
      timed(verdicts, () => judgeByHand(rooms, into)),
    );
    record(
      'verdicts',
      timed(verdicts, () => judgeVerdicts(bound, rooms, () => {})),
    );
    record(
      'judgements',
      timed(verdicts, () => judgeAll(rooms)),
    );
    record(
      'cel-js',
      timed(celRooms * perRoom, () => {
        for (const context of contexts) cel(context, into);
      }),
    );
    record(
      'json-rules-engine',
      await timedAsync(jsonRooms * jsonRules, async () => {
        for (const room of facts) await json(room);
      }),
    );
    record(
      'by hand, apart',
      timed(roomsApart * perRoom, () => judgeByHand(apart, into)),
    );
    record(
      'verdicts, apart',
      timed(roomsApart * perRoom, () => judgeVerdicts(bound, apart, () => {})),
    );
    record(
      'judgements, apart',
      timed(roomsApart * perRoom, () => judgeAll(apart)),
    );
  }
  report(rate, results, differing, print);
  return goals(rate, results, differing, print);
}

function handwrittenRules({ judged }: Bound): (typeof rules)[string][] {
  return judged.room.map(({ policy }) => {
    const rule = rules[policy.id];
    if (rule === undefined) throw new Error(`no hand-written rule for ${policy.id}`);
    return rule;
  });
}

function judgeByHand(rooms: readonly FactMap[], into: Verdict[]): void {
  for (const room of rooms) {
    const conference = conferenceOf(room);
    for (let i = 0; i < byHand.length; i += 1) {
      into[i] = (byHand[i] as (typeof rules)[string])(room, deploymentFacts, conference);
    }
  }
}

function judgeAll(rooms: readonly FactMap[]): void {
  for (let from = 0; from < rooms.length; from += scanBatch) {
    judgeFully(bound, rooms.slice(from, from + scanBatch));
  }
}

/** Engines that do not agree are not worth comparing. */
function disagreements(rooms: readonly FactMap[]): number {
  const [hand, theirs]: [Verdict[], Verdict[]] = [[], []];
  const ours: Verdict[] = [];
  judgeVerdicts(bound, rooms, (batch, count) => ours.push(...batch.slice(0, count * perRoom)));
  const cel = celJudge(bound);
  let differing = 0;
  rooms.forEach((room, index) => {
    judgeByHand([room], hand);
    if (index < 1000) cel(celContext(room, deploymentFacts), theirs);
    for (let i = 0; i < perRoom; i += 1) {
      const own = ours[index * perRoom + i];
      if (hand[i] !== own || (index < 1000 && own !== theirs[i])) differing += 1;
    }
  });
  return differing;
}

function report(rate: number, results: Results, differing: number, print: Print): void {
  const reference = median(results['by hand']);
  print('');
  print(`${rate * 100} % holes (${differing} verdicts differ between Roomwarden, hand and cel-js)`);
  print(`${'engine'.padEnd(38)}${'verdicts/s'.padStart(12)}${'range'.padStart(20)}${'to hand'.padStart(10)}`);
  const labels: Record<Names, string> = {
    'by hand': 'by hand, verdict only',
    verdicts: 'Roomwarden, verdict only',
    judgements: 'Roomwarden, with facts and reasons',
    'cel-js': 'cel-js, verdict only',
    'json-rules-engine': 'json-rules-engine, two values',
    'by hand, apart': 'every fact an object: by hand',
    'verdicts, apart': '  Roomwarden, verdict only',
    'judgements, apart': '  Roomwarden, with facts and reasons',
  };
  for (const name of Object.keys(labels) as Names[]) {
    const middle = median(results[name]);
    const to = name.endsWith('apart') ? median(results['by hand, apart']) : reference;
    const ratio = (middle / to).toFixed(middle / to < 0.01 ? 4 : 2);
    print(
      `${labels[name].padEnd(38)}${readable(middle).padStart(12)}${spread(results[name]).padStart(20)}${ratio.padStart(10)}`,
    );
  }
}

function goals(rate: number, results: Results, differing: number, print: Print): boolean {
  if (rate !== goalRate) return differing === 0;
  const ours = median(results.verdicts);
  const hand = ours / median(results['by hand']);
  const engine = ours / median(results['json-rules-engine']);
  const told = [
    {
      name: 'verdicts, 10 % holes, to the same rules by hand',
      goal: 'at least 0.5',
      measured: hand.toFixed(2),
      met: hand >= 0.5,
    },
    {
      name: 'verdicts, 10 % holes, to json-rules-engine',
      goal: 'at least 400 x',
      measured: `${engine.toFixed(0)} x`,
      met: engine >= 400,
    },
  ];
  for (const goal of told) print(goalLine(goal));
  return differing === 0 && told.every(({ met }) => met);
}

if (import.meta.main) await runAlone(measureVerdicts);
