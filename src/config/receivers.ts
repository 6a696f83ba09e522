import type { Bilingual } from '../texts/fill.ts';
import type { EntryContext } from './entries.ts';
import { formatPath, type Path } from './issues.ts';
import { issuesOf } from './messages.ts';
import { type ConfiguredReceiver, type ReceiverKind, receiverKinds } from './push.ts';
import { scheduleProblem } from './schedule.ts';
import type { ConfiguredSecret } from './secrets.ts';
import { absolutePaths, addressProblems, isLoopback, secretRefs } from './settings.ts';
import { isGroup, unknownTarget } from './targets.ts';

type Report = (path: Path, message: Bilingual) => void;

export interface ReadReceivers {
  receivers: ConfiguredReceiver[];
  secrets: ConfiguredSecret[];
}

/** Section `push`: each entry by the schema of its kind, so that a fault is told at its place. */
export function readReceivers(
  entries: readonly unknown[],
  directory: string,
  context: EntryContext,
): ReadReceivers {
  const { document, issues } = context;
  const read: ReadReceivers = { receivers: [], secrets: [] };
  const lines = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const base: Path = ['push', index];
    const report: Report = (path, message) => void issues.push(document.issue([...base, ...path], message));
    if (!isGroup(entry) || !Object.hasOwn(receiverKinds, String(entry['kind']))) {
      report(isGroup(entry) && Object.hasOwn(entry, 'kind') ? ['kind'] : [], words.kind);
      continue;
    }
    const schema = receiverKinds[entry['kind'] as ReceiverKind];
    const parsed = schema.safeParse(entry);
    if (!parsed.success) {
      issues.push(...issuesOf(parsed.error.issues, { document, base, schema, value: entry }));
      continue;
    }
    const receiver = absolutePaths(parsed.data as ConfiguredReceiver, directory);
    const earlier = lines.get(receiver.id);
    if (earlier !== undefined) report(['id'], words.twice(earlier));
    lines.set(receiver.id, document.at([...base, 'id']).line);
    check(receiver, report, context);
    read.receivers.push(receiver);
    for (const { ref, path } of secretRefs(receiver)) {
      const whole = [...base, ...path];
      const origin = document.at(whole);
      read.secrets.push({ ref, path: formatPath(whole), target: null, serving: true, origin });
    }
  }
  return read;
}

function check(receiver: ConfiguredReceiver, report: Report, context: EntryContext): void {
  for (const { path, message, clear } of addressProblems(receiver, receiver.insecure))
    report(path, clear ? words.clear : message);
  for (const [index, target] of (receiver.targets ?? []).entries()) {
    if (!context.targetIds.has(target)) report(['targets', index], unknownTarget(target, context.targetIds));
  }
  const { tls } = receiver;
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) report(['tls'], words.pair);
  if (clearHost(receiver)) report(['host'], words.clear);
  if (receiver.kind !== 'email') return;
  if ((receiver.user === undefined) !== (receiver.password === undefined)) report(['user'], words.login);
  const problem = scheduleProblem(receiver.schedule, context.timezone, context.now);
  if (problem !== null) report(['schedule'], problem);
}

function clearHost(receiver: ConfiguredReceiver): boolean {
  if (receiver.insecure || !('host' in receiver) || isLoopback(receiver.host)) return false;
  return receiver.kind === 'syslog' ? receiver.protocol === 'tcp' : receiver.security === 'none';
}

const words = {
  kind: {
    de: `Ein Empfänger nennt seine Art, kind: ${Object.keys(receiverKinds).join(', ')}.`,
    en: `A receiver names its kind: ${Object.keys(receiverKinds).join(', ')}.`,
  },
  twice: (line: number): Bilingual => ({
    de: `Diese id steht schon in Zeile ${line}.`,
    en: `This id stands in line ${line} already.`,
  }),
  clear: {
    de: 'Unverschlüsselt wird nur auf demselben Rechner gesendet; sonst mit TLS, oder ausdrücklich insecure: true.',
    en: 'Clear text is sent only on the same machine; otherwise with TLS, or expressly insecure: true.',
  },
  pair: {
    de: 'cert und key gehören zusammen.',
    en: 'cert and key belong together.',
  },
  login: {
    de: 'user und password gehören zusammen.',
    en: 'user and password belong together.',
  },
} as const;
