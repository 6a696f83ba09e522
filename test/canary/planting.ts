import { randomBytes } from 'node:crypto';
import type { SimulatorServer } from '../../adapters/contract/simulator.ts';
import { type Canary, secretsOf } from './look.ts';

/** One target of the estate with everything that was planted in it. */
export interface PlantedTarget {
  /** As it stands in the configuration, with secrets in files. */
  target: Record<string, unknown> & { id: string };
  /** Values of the secrets, by name of their file. */
  secrets: Readonly<Record<string, string>>;
  canaries: Canary[];
  /** What was planted in tables and files. */
  stored: string[];
  servers: readonly SimulatorServer[];
  /** From now on sources fail, each in another way, with canaries in what they say. */
  fail(): Promise<void>;
  close(): Promise<void>;
}

/** A text that stands nowhere else. */
export function invented(what: string): string {
  return `${what}-${randomBytes(5).toString('hex')}`;
}

/** The same settings with every `{ env: NAME }` as a file of that name. */
export function inFiles(settings: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(settings), (_key, value: unknown) => {
    const ref = value as { env?: unknown } | null;
    return typeof ref === 'object' && typeof ref?.env === 'string' && Object.keys(ref).length === 1
      ? { file: `secrets/${ref.env}` }
      : value;
  });
}

/** Everything that the servers answered; fields and headers that nobody asked for are added to each answer. */
export function listenTo(planted: readonly PlantedTarget[]): { sent: string[]; canaries: Canary[] } {
  const sent: string[] = [];
  const canaries: Canary[] = [];
  for (const { target, servers } of planted) {
    const [field, header, cookie] = [invented('field'), invented('header'), invented('cookie')];
    canaries.push(...secretsOf(`${target.id}: added to every answer`, [field, header, cookie]));
    for (const server of servers) {
      server.tap = (_request, answer) => {
        const body = addedTo(answer.body, field);
        const headers = { 'x-note': header, 'set-cookie': `session=${cookie}; Path=/; HttpOnly` };
        sent.push(body, header, cookie);
        return { ...answer, headers: { ...answer.headers, ...headers }, body };
      };
    }
  }
  return { sent, canaries };
}

/** Lists by address hold nothing but their entries. */
function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function addedTo(body: string, canary: string): string {
  if (/^\s*[[{]/.test(body)) {
    const whole: unknown = JSON.parse(body);
    return JSON.stringify(whole, (_key, value: unknown) =>
      isRecord(value) && !Object.keys(value).some((key) => key.includes('@'))
        ? { ...value, zz_note: canary }
        : value,
    );
  }
  return body.replace(
    /<\/(meeting|recording|attendee|metadata|response)>/g,
    `<zzNote>${canary}</zzNote></$1>`,
  );
}
