import { isKnown, type ReasonCode } from '../../adapters/contract/fact.ts';
import { type Bench, basePaths, exactly, isPage, mapTexts, run } from './bench.ts';
import { factChanges, subjectChanges, verdictChanges } from './compare.ts';
import { judgeScan } from './judge.ts';
import { leakProblems, vacuousProblems } from './leaks.ts';
import { type AnswerKind, type Mutation, mutationsOf, sample, spread } from './mutations.ts';
import { callProblems, declarationProblems, runProblems } from './rules.ts';
import type { Scan } from './scan.ts';
import { type FaultName, faults } from './types.ts';

/** Faults at single paths: that many paths, evenly spread. */
const mostPaths = 12;

export function callsAreAllowed(bench: Bench): string[] {
  const problems = callProblems(bench.requests, bench.spec.readOnly, basePaths(bench.started.settings));
  return bench.requests.length === 0 && bench.spec.readOnly.length > 0 ? ['nothing was called'] : problems;
}

export async function nothingLeaks(bench: Bench): Promise<string[]> {
  const elsewhere = bench.started.sentElsewhere ?? [];
  const sent = bench.recorded.map(({ answer }) => answer.body).join('\n') + elsewhere.join('\n');
  const live = await run(bench, { live: true, check: true });
  return [
    ...vacuousProblems(bench.started, sent),
    ...leakProblems(bench.baseline, bench.started),
    ...leakProblems(live, bench.started),
  ];
}

export async function factsAreDeclared(bench: Bench): Promise<string[]> {
  const { adapter } = bench.spec;
  const live = await run(bench, { live: true, check: true });
  return [
    ...declarationProblems(adapter),
    ...runProblems(adapter, bench.baseline, false),
    ...runProblems(adapter, live, true),
    ...factChanges(live, bench.baseline).map((problem) => `two runs disagree: ${problem}`),
  ];
}

/** What holds after any damage. */
export function damageProblems(bench: Bench, after: Scan, removed: string): string[] {
  return [
    ...runProblems(bench.spec.adapter, after, false),
    ...leakProblems(after, bench.started),
    ...subjectChanges(bench.baseline, after, removed),
  ];
}

/** The fault on everything, and on one path after the other. */
export async function faultIsSeen(bench: Bench, name: FaultName): Promise<string[]> {
  const { fault } = faults[name];
  const timeoutMs = name === 'silence' ? 150 : 30_000;
  const problems: string[] = [];
  const all = await run(bench, { fault: { path: /./, fault }, check: true, timeoutMs });
  if (bench.recorded.length > 0) {
    problems.push(...(await oneFault(bench, all, name, null)).map((problem) => `everywhere: ${problem}`));
  }
  const paths = [...new Set(bench.recorded.map(({ request }) => request.path))];
  for (const path of spread(paths, mostPaths)) {
    const after = await run(bench, { fault: { path: exactly(path), fault }, timeoutMs });
    problems.push(...(await oneFault(bench, after, name, path)).map((problem) => `at ${path}: ${problem}`));
  }
  return problems;
}

async function oneFault(bench: Bench, after: Scan, name: FaultName, path: string | null): Promise<string[]> {
  const problems = [...damageProblems(bench, after, ''), ...changes(bench, after)];
  const { expect, essential } = bench.spec.faultCases ?? {};
  const expected = path === null ? undefined : expect?.(path, name);
  const pages = bench.recorded.filter(({ request, answer }) => request.path === path && isPage(answer));
  if (expected !== 'unnoticed' && !(name === 'html' && pages.length > 0)) {
    const codes = expected ?? faults[name].codes;
    const reasons = newReasons(bench.baseline, after);
    if (!codes.some((code) => reasons.has(code))) {
      problems.push(`no reason ${codes.join(' or ')}; new reasons: ${[...reasons].join(', ') || 'none'}`);
    }
  }
  const healthy = [...bench.baseline.outcomes.values()].filter(({ state }) => state === 'complete');
  const going = healthy.filter(({ source }) => after.outcomes.get(source)?.state === 'complete');
  // A refused login ends everything that would send it again.
  const alone = path === null || name === '401' || essential?.some((pattern) => pattern.test(path)) === true;
  if (!alone && healthy.length > 1 && going.length === 0) problems.push('no other source went on');
  return problems;
}

/** Codes of holes and outcomes that were not so before. */
function newReasons(before: Scan, after: Scan): Set<ReasonCode> {
  const codes = new Set<ReasonCode>();
  for (const [key, subject] of after.subjects) {
    const original = before.subjects.get(key);
    for (const [name, fact] of Object.entries(subject.facts)) {
      const was = original?.facts[name as keyof typeof original.facts];
      if (isKnown(fact)) continue;
      if (was === undefined || isKnown(was) || was.unavailable.code !== fact.unavailable.code) {
        codes.add(fact.unavailable.code);
      }
    }
  }
  for (const { source, reason } of after.outcomes.values()) {
    const was = before.outcomes.get(source)?.reason?.code;
    if (reason !== undefined && reason.code !== was) codes.add(reason.code);
  }
  return codes;
}

/** Plain HTTP behind an https address: the handshake fails everywhere. */
export async function tlsErrorIsSeen(bench: Bench): Promise<string[]> {
  if (bench.recorded.length === 0) return [];
  const secured = mapTexts(bench.started.settings, (text) =>
    bench.servers.reduce(
      (left, server) => left.replaceAll(server.origin, server.origin.replace('http:', 'https:')),
      text,
    ),
  );
  const after = await run(bench, { settings: secured, check: true });
  const problems = [...damageProblems(bench, after, ''), ...changes(bench, after)];
  const reasons = [
    ...[...after.outcomes.values()].map(({ reason }) => reason),
    ...[...after.subjects.values()].flatMap(({ facts }) =>
      Object.values(facts).map((fact) => (isKnown(fact) ? undefined : fact.unavailable)),
    ),
  ];
  if (
    !reasons.some((reason) => reason?.code === 'unreachable' && reason.detail?.startsWith('TLS') === true)
  ) {
    problems.push('no reason unreachable with a detail that names TLS');
  }
  return problems;
}

/** One refused login is the last one: brute-force protection must not be fed. */
export async function oneFailedLogin(bench: Bench): Promise<string[]> {
  const path = bench.started.loginFailurePath;
  if (path === undefined) return [];
  await run(bench, { fault: { path, fault: { kind: 'status', status: 401 } } });
  const logins = bench.servers
    .flatMap((server) => server.requests)
    .filter(({ path: called, headers }) => path.test(called) && headers.authorization !== undefined);
  return logins.length === 1 ? [] : [`${logins.length} logins were sent, one was to be`];
}

export interface WireResult {
  problems: string[];
  done: number;
  possible: number;
  /** Verdicts of the undamaged run that could be lost or turned. */
  decided: number;
  /** Exempt mutations by reason. */
  exempt: Map<string, number>;
}

/** design.md 6 (b): whatever one part of an answer loses, each verdict stays or becomes unknown. */
export async function damagedAnswers(bench: Bench): Promise<WireResult> {
  const { kinds = [], exempt, perAnswer = 200, total = 1500 } = bench.spec.mutate ?? {};
  const cases = bench.recorded.flatMap(({ key, request, answer }) => {
    const kind = kinds.find(({ path }) => path.test(request.path))?.kind ?? kindOf(answer.body);
    const all = mutationsOf(kind, answer.body);
    return [{ key, path: request.path, all, chosen: sample(all, perAnswer) }];
  });
  const chosen = cases.flatMap(({ key, path, chosen }) =>
    chosen.map((mutation) => ({ key, path, mutation })),
  );
  const result: WireResult = {
    problems: [],
    done: 0,
    possible: cases.reduce((sum, { all }) => sum + all.length, 0),
    decided: [...bench.verdicts.values()].filter((verdict) => verdict !== 'unknown').length,
    exempt: new Map(),
  };
  if (cases.length > 0 && result.decided === 0) {
    result.problems.push('the undamaged run decides nothing, so nothing is proven');
  }
  for (const { key, path, mutation } of sample(chosen, total)) {
    const after = await run(bench, { replace: { key, body: mutation.body }, sql: 'replayed' });
    result.done += 1;
    const problems = wireProblems(bench, after, mutation);
    if (problems.length === 0) continue;
    const why = exempt?.(path, mutation) ?? null;
    if (why === null) {
      const where = `${path} ${mutation.kind} ${mutation.path}`;
      result.problems.push(...problems.map((problem) => `${where}: ${problem}`));
    } else {
      result.exempt.set(why, (result.exempt.get(why) ?? 0) + 1);
    }
  }
  return result;
}

function wireProblems(bench: Bench, after: Scan, mutation: Mutation): string[] {
  return [...damageProblems(bench, after, mutation.removed), ...changes(bench, after)];
}

/** Facts are held to more than verdicts are: also those that no policy reads yet. */
export function changes(bench: Bench, after: Scan): string[] {
  const verdicts = judgeScan(bench.spec.adapter, after);
  return [...factChanges(bench.baseline, after), ...verdictChanges(bench.verdicts, verdicts)];
}

function kindOf(body: string): AnswerKind {
  const start = body.trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return 'json';
  return start.startsWith('<?xml') || /^<(?!!doctype|html)\w/i.test(start) ? 'xml' : 'text';
}
