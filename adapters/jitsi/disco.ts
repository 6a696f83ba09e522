import { createHash } from 'node:crypto';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import type { Read } from './known.ts';
import { type Element, ns } from './stanzas.ts';
import type { Answer } from './xmpp.ts';

export interface Info {
  /** `category/type` to the address or name that stands with it. */
  identities: Map<string, string>;
  features: Set<string>;
  /** Fields of the form that comes with a room. */
  form: Map<string, string>;
}

export function failureOf(answer: Exclude<Answer, { state: 'result' }>): Reason {
  if (answer.state === 'failed') return answer.reason;
  switch (answer.condition) {
    case 'forbidden':
    case 'not-allowed':
    case 'not-authorized':
    case 'registration-required':
      return reason('not_permitted', answer.condition);
    case 'policy-violation':
    case 'resource-constraint':
      return reason('throttled', answer.condition);
    default:
      return reason('invalid_answer', answer.condition);
  }
}

export function readInfo(answer: Answer): Read<Info> {
  if (answer.state !== 'result') return { state: 'unknown', reason: failureOf(answer) };
  return { state: 'known', value: infoOf(answer.payload) };
}

export function infoOf(query: Element): Info {
  const info: Info = { identities: new Map(), features: new Set(), form: new Map() };
  for (const { attrs } of query.getChildren('identity'))
    info.identities.set(`${attrs['category'] ?? ''}/${attrs['type'] ?? ''}`, attrs['name'] ?? '');
  for (const { attrs } of query.getChildren('feature')) info.features.add(attrs['var'] ?? '');
  const form = query.getChild('x', ns.data);
  for (const field of form?.getChildren('field') ?? []) {
    const value = field.getChildText('value');
    if (value !== null && value !== undefined) info.form.set(field.attrs['var'] ?? '', cleanText(value));
  }
  return info;
}

/** Whether the description is the one the server's own checksum was made of (XEP-0115); null without a checksum. */
export function matchesCaps(query: Element, caps: string | null): boolean | null {
  return caps === null ? null : capsOf(query) === caps;
}

export function capsOf(query: Element): string {
  const identities = query
    .getChildren('identity')
    .map(({ attrs }) =>
      [attrs['category'], attrs['type'], attrs['xml:lang'], attrs['name']]
        .map((part) => part ?? '')
        .join('/'),
    );
  const features = query.getChildren('feature').map(({ attrs }) => attrs['var'] ?? '');
  const text = [...identities.sort(byBytes), ...features.sort(byBytes)].map((part) => `${part}<`).join('');
  return createHash('sha1').update(text).digest('base64');
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Addresses in a list of items. */
export function readItems(answer: Answer): Read<string[]> {
  if (answer.state !== 'result') return { state: 'unknown', reason: failureOf(answer) };
  const items: string[] = [];
  for (const item of answer.payload.getChildElements()) {
    const jid = item.attrs['jid'];
    if (item.name !== 'item' || jid === undefined)
      return { state: 'unknown', reason: reason('invalid_answer', 'an item without an address') };
    items.push(cleanText(jid.toLowerCase()));
  }
  return { state: 'known', value: items };
}

export function readSoftware(answer: Answer): Read<string> {
  if (answer.state !== 'result') return { state: 'unknown', reason: failureOf(answer) };
  const name = answer.payload.getChildText('name');
  const version = answer.payload.getChildText('version');
  if (name !== 'Prosody' || !version || !/^\d[\w.+~ -]{0,60}$/.test(version))
    return { state: 'unknown', reason: reason('invalid_answer', 'no version of Prosody') };
  return { state: 'known', value: `${name}=${version}` };
}

/** Hosts of STUN and TURN servers. Names and passwords that come with them are not even looked at. */
export function readServices(answer: Answer): Read<string[]> {
  if (
    answer.state === 'error' &&
    ['service-unavailable', 'feature-not-implemented'].includes(answer.condition)
  )
    return { state: 'known', value: [] };
  if (answer.state !== 'result') return { state: 'unknown', reason: failureOf(answer) };
  const hosts: string[] = [];
  for (const service of answer.payload.getChildElements()) {
    const { host } = service.attrs;
    if (service.name !== 'service' || host === undefined)
      return { state: 'unknown', reason: reason('invalid_answer', 'a service without a host') };
    hosts.push(cleanText(host));
  }
  return { state: 'known', value: hosts };
}
