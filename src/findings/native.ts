import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import { type Catalogue, type Policy, remediationFor } from '../policy/catalogue.ts';
import type { Bilingual, Confidence, Severity, Verdict } from '../policy/types.ts';
import type { Detail } from './detail.ts';
import { rfc3339 } from './detail.ts';
import { describeFill, reasonTexts } from './reasonTexts.ts';
import type { Cause, EvidenceLine, FindingStatus, NativeFinding } from './types.ts';

/** A finding before it is put into words: from a judgement or from the ledger. */
export interface FindingCore {
  uid: string;
  policy: string;
  policyVersion: number;
  severity: Severity;
  verdict: Verdict;
  confidence: Confidence;
  target: string;
  vendor: string;
  kind: SubjectKind;
  /** Empty for an aggregate. */
  id: string;
  ref: string;
  name: string | null;
  detail: Detail;
  affected?: number | null;
  status?: FindingStatus;
  /** False: a violation that the last scan could not see again. */
  confirmed?: boolean;
  /** Not looked at for longer than the target's freshness. */
  stale?: boolean;
  cause?: Cause;
  openedAt?: number;
  firstOpenedAt?: number;
  changedAt?: number;
  lastSeenAt?: number | null;
  resolvedAt?: number | null;
  waiver?: NonNullable<NativeFinding['waiver']> | null;
}

/** `ref`: ids of rooms and recordings never leave, also not inside locators. */
export type IdView = 'plain' | 'ref';

export function toNative(core: FindingCore, catalogue: Catalogue, view: IdView): NativeFinding {
  const policy = catalogue.policyById.get(core.policy);
  const hidden = view === 'ref' && core.kind !== 'deployment' && core.id !== '';
  const detail = hidden ? withoutId(core.detail, core.id, core.ref) : core.detail;
  const name = hidden ? nameWithoutId(core.name, core.id) : core.name;
  const subject: NativeFinding['subject'] = { kind: core.kind, name };
  if (core.id !== '') {
    if (!hidden) subject.id = core.id;
    if (core.kind !== 'deployment' && core.ref !== '') subject.ref = core.ref;
  }
  const finding: NativeFinding = {
    uid: core.uid,
    policy: core.policy,
    policy_version: core.policyVersion,
    title: bilingual(policy, (texts) => texts.title, core.policy),
    severity: core.severity,
    verdict: core.verdict,
    confidence: core.stale === true || core.confirmed === false ? 'low' : core.confidence,
    target: core.target,
    vendor: core.vendor,
    subject,
    clauses: policy?.resolvedClauses ?? [],
    message: message(core, detail, policy),
    facts: detail.facts,
    evidence: detail.evidence,
    reasons: detail.reasons,
    remediation: (policy && remediationFor(policy, core.vendor)) ?? { de: '', en: '' },
  };
  return Object.assign(finding, lifeOf(core));
}

function lifeOf(core: FindingCore): Partial<NativeFinding> {
  const life: Partial<NativeFinding> = {};
  if (core.affected != null) life.affected = core.affected;
  if (core.status !== undefined) life.status = core.status;
  if (core.stale === true) life.stale = true;
  if (core.cause !== undefined) life.cause = core.cause;
  if (core.openedAt !== undefined) life.opened_at = rfc3339(core.openedAt);
  if (core.firstOpenedAt !== undefined) life.first_opened_at = rfc3339(core.firstOpenedAt);
  if (core.changedAt !== undefined) life.changed_at = rfc3339(core.changedAt);
  if (core.lastSeenAt != null) life.last_seen_at = rfc3339(core.lastSeenAt);
  if (core.resolvedAt != null) life.resolved_at = rfc3339(core.resolvedAt);
  if (core.waiver != null) life.waiver = core.waiver;
  return life;
}

type Texts = Policy['texts']['de'];

function bilingual(
  policy: Policy | undefined,
  pick: (texts: Texts) => string | undefined,
  otherwise: string,
): Bilingual {
  if (policy === undefined) return { de: otherwise, en: otherwise };
  return {
    de: pick(policy.texts.de) ?? policy.texts.de.title,
    en: pick(policy.texts.en) ?? policy.texts.en.title,
  };
}

function message(core: FindingCore, detail: Detail, policy: Policy | undefined): Bilingual {
  switch (core.verdict) {
    case 'violation':
      return violation(core, policy);
    case 'unknown':
      return unknown(core, detail);
    case 'not_applicable':
      return { de: 'Trifft hier nicht zu.', en: 'Does not apply here.' };
    case 'pass': {
      const ways = detail.met.join(', ');
      if (ways === '') return { de: 'Erfüllt.', en: 'Met.' };
      return { de: `Erfüllt durch: ${ways}.`, en: `Met by: ${ways}.` };
    }
  }
}

function violation(core: FindingCore, policy: Policy | undefined): Bilingual {
  const text = bilingual(policy, (texts) => texts.violation[core.kind], core.policy);
  if (core.confirmed !== false) return text;
  return {
    de: `${text.de} Der letzte Durchgang konnte das nicht bestätigen.`,
    en: `${text.en} The last scan could not confirm it.`,
  };
}

/** Names every hole and what would close it. */
function unknown(core: FindingCore, detail: Detail): Bilingual {
  const many = core.affected ?? 1;
  const head =
    core.id === ''
      ? { de: `Nicht zu entscheiden (Anzahl: ${many}).`, en: `Cannot be decided (${many} affected).` }
      : { de: 'Nicht zu entscheiden.', en: 'Cannot be decided.' };
  const lines = alike(detail.reasons).map(({ facts, hole }) => {
    const meanings = facts.map((fact) => (isFactName(fact) ? factDefinition(fact) : { de: fact, en: fact }));
    const fill = hole.fill === undefined ? { de: '', en: '' } : describeFill(hole.fill);
    const end = (text: string): string => (text === '' ? '.' : `; ${text}.`);
    const de = meanings.map((meaning) => `„${trimmed(meaning.de)}“`).join(', ');
    const en = meanings.map((meaning) => `"${trimmed(meaning.en)}"`).join(', ');
    return {
      de: `${de}: ${reasonTexts[hole.code].de}${end(fill.de)}`,
      en: `${en}: ${reasonTexts[hole.code].en}${end(fill.en)}`,
    };
  });
  return {
    de: [head.de, ...lines.map((line) => line.de)].join(' '),
    en: [head.en, ...lines.map((line) => line.en)].join(' '),
  };
}

interface Alike {
  facts: string[];
  hole: Detail['reasons'][number];
}

/** Holes of the same cause, closed by the same thing, are one sentence. */
function alike(reasons: Detail['reasons']): Alike[] {
  const groups = new Map<string, Alike>();
  for (const hole of reasons) {
    const key = JSON.stringify([hole.code, hole.fill?.kind, hole.fill?.name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { facts: [hole.fact], hole });
    else group.facts.push(hole.fact);
  }
  return [...groups.values()];
}

const trimmed = (sentence: string): string => sentence.replace(/\.$/, '');

/** Locators and paths may hold the id that is a join address. */
export function withoutId(detail: Detail, id: string, ref: string): Detail {
  const forms = [...new Set([id, encodeURIComponent(id), decoded(id)])].map((form) =>
    form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  const hide = (text: string): string => text.replace(pattern, ref);
  const evidence = detail.evidence.map((line): EvidenceLine => {
    const copy = { ...line };
    if (copy.locator !== undefined) copy.locator = hide(copy.locator);
    if (copy.path !== undefined) copy.path = hide(copy.path);
    if (copy.chain !== undefined)
      copy.chain = copy.chain.map((layer) => ({ ...layer, path: hide(layer.path) }));
    if (copy.unavailable?.detail !== undefined) {
      copy.unavailable = { ...copy.unavailable, detail: hide(copy.unavailable.detail) };
    }
    return copy;
  });
  const reasons = detail.reasons.map((reason) =>
    reason.detail === undefined ? reason : { ...reason, detail: hide(reason.detail) },
  );
  return { ...detail, evidence, reasons };
}

/** Where a room's address is its name (Jitsi), the name would give the id away: null then. */
export function nameWithoutId(name: string | null, id: string): string | null {
  if (name === null) return null;
  const [shown, secret] = [letters(name), letters(id)];
  return shown === secret || (secret.length >= 6 && shown.includes(secret)) ? null : name;
}

/** ASCII without a percent sign needs neither decoding nor normal form. */
const simple = /^[\x20-\x24\x26-\x7e]*$/;

function letters(text: string): string {
  if (simple.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return decoded(text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
