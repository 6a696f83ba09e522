import { type Ms, type Reason, reason, type SourceId } from '../contract/fact.ts';
import { type BoundedHttp, type HttpAnswer, SourceError } from '../contract/http.ts';
import { type Answer, type Call, refusal, whyNot } from './answer.ts';
import type { Calls, SignedCall } from './calls.ts';
import { type Hook, type Meeting, readHook, readMeeting } from './schema.ts';
import { child, readXml, textOf, type XmlNode } from './xml.ts';

export interface Root {
  /** null: hidden, the element is there and empty. undefined: the element is absent, as behind a balancer. */
  version: string | null | undefined;
  build: string | null;
  /** Printed by 3.0 and later only. */
  graphql: boolean;
}

export interface MeetingList {
  meetings: Meeting[];
  breakouts: number;
  /** Entries without an id, or with one that was there already. */
  unreadable: number;
  /** Nothing in it, and the vendor's word for an empty list. */
  empty: boolean;
}

/** What the server made of our signature so far. One that was never accepted is not sent again after its refusal. */
export interface Login {
  accepted: boolean;
  refused: Reason | null;
}

export interface Client {
  http: BoundedHttp;
  calls: Calls;
  login: Login;
  now(): Ms;
}

export interface XmlAnswer {
  call: Call;
  envelope: XmlNode;
}

const mebibyte = 1024 * 1024;
/** A balancer gives all recordings at once. */
const maxBytes: Readonly<Record<SourceId, number>> = { A1: 32 * mebibyte, A2: 64 * mebibyte };

const plainRoot = { path: '/api', query: '' };

export async function askRoot(client: Client): Promise<Answer<Root>> {
  return ask(
    client,
    'A0',
    plainRoot,
    [],
    () => {},
    ({ envelope }) => {
      const version = textOf(envelope, 'bbbVersion')?.trim();
      const build = textOf(envelope, 'build')?.trim() ?? '';
      return {
        version: version === '' ? null : version,
        build: build === '' ? null : build,
        graphql: child(envelope, 'graphqlWebsocketUrl') !== undefined,
      };
    },
  );
}

export async function askMeetings(client: Client): Promise<Answer<MeetingList>> {
  const list: MeetingList = { meetings: [], breakouts: 0, unreadable: 0, empty: false };
  const ids = new Set<string>();
  const add = (node: XmlNode): void => {
    const meeting = readMeeting(node);
    if (meeting === null || ids.has(meeting.id)) {
      list.unreadable += 1;
      return;
    }
    ids.add(meeting.id);
    if (meeting.breakout) list.breakouts += 1;
    else list.meetings.push(meeting);
  };
  const path = ['response', 'meetings', 'meeting'];
  return ask(client, 'A1', client.calls.getMeetings(), path, add, ({ envelope }) => {
    if (ids.size > 0 || list.unreadable > 0) return list;
    return emptiness(envelope, 'meetings', 'noMeetings') ? { ...list, empty: true } : null;
  });
}

/** So many damaged entries are asked for one by one; the rest keeps its holes. */
const mendable = 20;

/** Asks again, each by itself, for meetings of which a field of the list could not be read. */
export async function mend(client: Client, list: MeetingList): Promise<MeetingList> {
  const damaged = list.meetings.filter(isDamaged).slice(0, mendable);
  const mended = new Map<string, Meeting>();
  for (const { id } of damaged) {
    const answer = await askMeeting(client, id);
    if ('value' in answer && !answer.value.breakout) mended.set(id, answer.value);
  }
  return { ...list, meetings: list.meetings.map((meeting) => mended.get(meeting.id) ?? meeting) };
}

function isDamaged({ name, createTime, startTime, running, recording, ...more }: Meeting): boolean {
  const { pinLength, participants, maxUsers, people } = more;
  const fields = [name, createTime, startTime, running, recording, pinLength, participants, maxUsers, people];
  return fields.some((field) => !field.ok);
}

async function askMeeting(client: Client, id: string): Promise<Answer<Meeting>> {
  return ask(
    client,
    'A1',
    client.calls.getMeetingInfo(id),
    [],
    () => {},
    ({ envelope }) => {
      const meeting = readMeeting(envelope);
      return meeting?.id === id ? meeting : null;
    },
  );
}

export async function askHooks(client: Client): Promise<Answer<Hook[]>> {
  const hooks: Hook[] = [];
  const path = ['response', 'hooks', 'hook'];
  return ask(
    client,
    'A3',
    client.calls.listHooks(),
    path,
    (node) => hooks.push(readHook(node)),
    (answer) => (hooks.length > 0 || child(answer.envelope, 'hooks') !== undefined ? hooks : null),
  );
}

/** A list without entries is empty only if the answer says so in the vendor's words. */
export function emptiness(envelope: XmlNode, list: string, key: string): boolean {
  return child(envelope, list) !== undefined && textOf(envelope, 'messageKey')?.trim() === key;
}

/** `read` gives null for an answer that succeeds and yet lacks what it must hold. */
async function ask<T>(
  client: Client,
  source: SourceId,
  signed: SignedCall,
  itemPath: readonly string[],
  onItem: (node: XmlNode) => void,
  read: (answer: XmlAnswer) => T | null,
): Promise<Answer<T>> {
  const result = await askXml(client, source, signed, itemPath, onItem);
  if ('reason' in result) return result;
  const value = read(result);
  if (value !== null) return { call: result.call, value };
  return {
    call: result.call,
    reason: reason('invalid_answer', 'success, but the answer lacks what it is asked for'),
  };
}

export async function askXml(
  client: Client,
  source: SourceId,
  signed: SignedCall,
  itemPath: readonly string[],
  onItem: (node: XmlNode) => void,
): Promise<XmlAnswer | { call: Call; reason: Reason }> {
  let call: Call = { source, locator: `GET ${signed.path}`, at: client.now(), serverDate: null };
  const { login } = client;
  const isSigned = signed.query !== '';
  if (isSigned && login.refused !== null) return { call, reason: login.refused };
  try {
    const { answer, chunks } = await client.http.stream({
      path: signed.path,
      ...(signed.query === '' ? {} : { query: signed.query }),
      maxBytes: maxBytes[source] ?? mebibyte,
    });
    call = callOf(source, answer);
    const envelope = await readXml(chunks, itemPath, onItem);
    const refused = refusal(envelope);
    if (isSigned) noteLogin(login, refused);
    return refused === null ? { call, envelope } : { call, reason: refused };
  } catch (error) {
    const why = whyNot(error);
    return { call: error instanceof SourceError ? { ...call, locator: error.locator } : call, reason: why };
  }
}

/** An id that a proxy spells differently is refused too, though the secret is right: then an earlier call was accepted. */
function noteLogin(login: Login, refused: Reason | null): void {
  if (refused === null) login.accepted = true;
  else if (refused.fill?.name === 'secret' && !login.accepted) login.refused = refused;
}

export function callOf(source: SourceId, answer: Omit<HttpAnswer, 'text'>): Call {
  return { source, locator: answer.locator, at: answer.observedAt, serverDate: answer.serverDate };
}
