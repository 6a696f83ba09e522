import { z } from 'zod';
import { reason } from '../contract/fact.ts';
import { hostOf } from '../contract/hosts.ts';
import { type Answer, field, type Seen } from '../contract/seen.ts';

export interface LoginPage {
  /** Hosts by directive of the content security policy; wildcards without their star. */
  connect: Seen<string[]>;
  script: Seen<string[]>;
  others: Seen<string[]>;
  /** Hosts that are spoken to over wss: the signaling server. */
  signaling: Seen<string[]>;
  privacyUrl: Seen<string>;
}

const policyHeader = 'header Content-Security-Policy';
const initialState = 'input initial-state-theming-data';

export function readLoginPage(answer: Answer): LoginPage {
  const policy = policyOf(answer);
  const hosts = (pick: (directive: string) => boolean, only?: RegExp): Seen<string[]> => {
    if (!('value' in policy)) return policy;
    const sources = [...policy.value].filter(([directive]) => pick(directive)).flatMap(([, list]) => list);
    const wanted = only === undefined ? sources : sources.filter((source) => only.test(source));
    return { ...policy, value: [...new Set(wanted.map(sourceHost).filter((host) => host !== null))] };
  };
  return {
    connect: hosts((directive) => directive === 'connect-src'),
    script: hosts((directive) => directive.startsWith('script-src')),
    others: hosts((directive) => directive !== 'connect-src' && !directive.startsWith('script-src')),
    signaling: hosts((directive) => directive === 'connect-src', /^wss:/i),
    privacyUrl: privacyUrlOf(answer),
  };
}

const Page = z.object({ text: z.string(), headers: z.record(z.string(), z.unknown()) });

function policyOf(answer: Answer): Seen<Map<string, string[]>> {
  const page = field(answer, '', '', Page);
  const sight = { source: page.source, locator: page.locator, at: page.at, path: policyHeader };
  if (!('value' in page)) return { ...sight, reason: page.reason, absent: page.absent };
  const header = page.value.headers['content-security-policy'];
  const policy = Array.isArray(header) ? header.join(';') : header;
  if (typeof policy !== 'string' || !/connect-src|default-src/.test(policy)) {
    return { ...sight, reason: reason('invalid_answer', `${policyHeader} is missing`), absent: true };
  }
  const directives = new Map<string, string[]>();
  for (const part of policy.split(';')) {
    const [directive, ...sources] = part.trim().split(/\s+/);
    if (directive === undefined || directive === '') continue;
    directives.set(directive.toLowerCase(), sources);
  }
  return { ...sight, value: directives };
}

/** Host of a CSP source; null for keywords, bare schemes and the open wildcard. */
function sourceHost(source: string): string | null {
  if (/^'|:$|^\*$/.test(source)) return null;
  const host = hostOf(source.replace(/:\*$/, '').replace(/^([a-z+-]+:\/\/)?\*\./i, '$1'));
  return host !== undefined && /[.:]/.test(host) ? host : null;
}

const Theming = z.object({ privacyUrl: z.string() });

function privacyUrlOf(answer: Answer): Seen<string> {
  const page = field(answer, '', '', Page);
  const sight = { source: page.source, locator: page.locator, at: page.at, path: initialState };
  if (!('value' in page)) return { ...sight, reason: page.reason, absent: page.absent };
  const wrong = (detail: string, absent: boolean): Seen<string> => ({
    ...sight,
    reason: reason('invalid_answer', detail),
    absent,
  });
  const input = /<input\b[^>]*\bid="initial-state-theming-data"[^>]*>/i.exec(page.value.text)?.[0];
  const value = input === undefined ? undefined : /\bvalue="([A-Za-z0-9+/=]*)"/.exec(input)?.[1];
  if (value === undefined) return wrong(`${initialState} is missing`, true);
  try {
    const state = Theming.safeParse(JSON.parse(Buffer.from(value, 'base64').toString('utf8')));
    return state.success
      ? { ...sight, path: `${initialState}.privacyUrl`, value: state.data.privacyUrl }
      : wrong(`${initialState}.privacyUrl is missing`, true);
  } catch {
    return wrong(`${initialState} cannot be decoded`, false);
  }
}
