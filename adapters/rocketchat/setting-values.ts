import { z } from 'zod';
import { cleanText } from '../contract/fact.ts';
import { hostOf } from '../contract/hosts.ts';
import { classificationMarking } from '../contract/marking.ts';
import { type PasswordStrength, passwordStrength } from '../contract/strength.ts';

/** Own text of the organisation, the text that the vendor ships, or none; the text itself is dropped. */
export interface PageText {
  state: 'own' | 'shipped' | 'empty';
  /** First address in it, without query. */
  link: string | null;
  /** It links to something that is called privacy or data protection. */
  privacyLink: boolean;
  marked: boolean;
}

const shipped = /go\s+to\s+app\s+settings\s*(?:->|→|&rarr;|&gt;|-&gt;|>)\s*layout\s+to\s+customi[sz]e/i;

export function pageText(html: string): PageText {
  const visible = html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&nbsp;|\s/g, ' ')
    .trim();
  const links = [...html.matchAll(/https?:\/\/[^\s"'<>)]+/gi)].map(([link]) => link.replace(/[?#].*$/, ''));
  const named = /(?:href\s*=\s*["'][^"']*|https?:\/\/\S*)(?:privacy|datenschutz|dsgvo|gdpr)/i.test(html);
  return {
    state: visible === '' ? 'empty' : shipped.test(html.replaceAll(/<[^>]*>/g, ' ')) ? 'shipped' : 'own',
    link: links[0] === undefined ? null : cleanText(links[0]),
    privacyLink: named,
    marked: classificationMarking([visible]) !== 'none' || /verschlusssache/i.test(visible),
  };
}

const text = z.string();

export const flag = z.boolean();
export const given = text.transform((value) => value.trim() !== '');
export const natural = z.number().min(0);
export const host = text.transform((value) => hostOf(value) ?? '');
export const page = text.transform(pageText);
/** STUN and TURN addresses with their credentials: only the hosts are kept. */
export const hosts = text.transform((value) => hostsIn(value));
export const word = text.regex(/^[\w .:@/*-]{0,120}$/);
export const roomName = text;
/** Length and alphabet; the PIN is dropped. */
export const strength: z.ZodType<PasswordStrength> = text.transform((value) => passwordStrength(value));

function hostsIn(list: string): string[] {
  const entries = list.split(/[,\s]+/).filter((entry) => entry !== '');
  const found = entries.map((entry) => hostOf(/^[a-z]+:/i.test(entry) ? entry : entry.replace(/^.*@/, '')));
  return [...new Set(found.filter((each) => each !== undefined))];
}
