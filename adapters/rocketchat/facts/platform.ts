import {
  type Fact,
  hole,
  known,
  notConfigured,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { ageFact, type ListInUse, releaseEvidence, supportedOn } from '../../contract/releases.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import { compareVersions } from '../../contract/version.ts';
import { branchIn } from '../releases.ts';
import { lineOf, type Support, supportOf } from '../signed.ts';
import { releaseSource } from '../sources.ts';
import { isProvider } from './calls.ts';
import type { Facts, Observation } from './observation.ts';

/** Versions, from the vendor's own list where the server has one, else from a list of ours; the newer one decides. */
export function platformFacts(observation: Observation): Facts {
  const { anonymous, signedIn, now } = observation;
  const exact = exactVersion(observation);
  const coarse = has(signedIn.version) ? signedIn.version : anonymous.version;
  const line = has(coarse) ? lineOf(coarse.value) : undefined;
  const list = listUsed(observation, line);
  const lineless = hole(
    has(coarse) ? reason('invalid_answer', 'version is not as documented') : coarse.reason,
    evidenceOf(coarse),
  );
  return {
    platform_version: exact,
    component_versions: components(observation, exact),
    platform_branch_supported: line === undefined ? lineless : supported(line, list, now),
    latest_patch_version: line === undefined ? lineless : latest(line, list, observation),
    version_list_age: age(list, now),
  };
}

/** Without the permission only the line is told, and a line is no patch. */
function exactVersion({ anonymous, signedIn, settings }: Observation): Fact {
  const { version } = signedIn;
  if (!has(version)) {
    const asked = settings.token !== undefined;
    return hole(
      asked ? version.reason : notConfigured('token', 'the patch is not shown to visitors'),
      evidenceOf(asked ? version : anonymous.version),
    );
  }
  if (/^\d+\.\d+$/.test(version.value)) {
    return hole(
      notPermitted('view-statistics', `only the line ${version.value} is shown`),
      evidenceOf(version),
    );
  }
  return known(version.value, evidenceOf(version));
}

type SignedSupport = Seen<Support> & { value: Support };

type List =
  | { state: 'signed'; seen: SignedSupport }
  /** `signed`: the server has a list of the vendor, but an older one. */
  | { state: 'listed'; inUse: ListInUse; signed: SignedSupport | null }
  | { state: 'open'; reason: Reason; seen: Seen<Support> };

/** A server that is registered with the vendor has a list; one that lost it on the way must not look air-gapped. */
function listUsed({ anonymous, signedIn, releases }: Observation, line: string | undefined): List {
  const inUse = releases.server;
  const both = [anonymous.support, signedIn.support];
  const readable = both.find((seen) => has(seen));
  if (readable !== undefined && has(readable)) {
    const there = line !== undefined && supportOf(line, readable.value) !== undefined;
    if (!there) return { state: 'listed', inUse, signed: null };
    return isNewer(inUse, line, readable.value)
      ? { state: 'listed', inUse, signed: readable }
      : { state: 'signed', seen: readable };
  }
  const broken = both.find((seen) => !has(seen) && !seen.absent && seen.reason.code !== 'not_configured');
  if (broken !== undefined && !has(broken)) return { state: 'open', reason: broken.reason, seen: broken };
  const registered = [anonymous.cloudWorkspaceId, signedIn.cloudWorkspaceId];
  const seen = anonymous.support;
  if (registered.some((id) => has(id) || (!id.absent && id.reason.code !== 'not_configured'))) {
    return {
      state: 'open',
      reason: reason('conflicting', 'a registered server without a list of versions'),
      seen,
    };
  }
  return { state: 'listed', inUse, signed: null };
}

/** A list that was given for this line after the server had last heard of its vendor. */
function isNewer(inUse: ListInUse, line: string, { at }: Support): boolean {
  if (!('list' in inUse) || !inUse.given || branchIn(inUse.list, line) === null) return false;
  return inUse.list.dated > new Date(at).toISOString().slice(0, 10);
}

function signedEvidence(seen: Seen<Support>, path: string, value: string) {
  const chain = [{ layer: 'server' as const, path: `${path} (signature not checked)`, value, decides: true }];
  return evidenceOf(seen, { provenance: 'derived', path: 'supportedVersions.signed', chain });
}

function supported(line: string, list: List, now: number): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'signed') return signedSupport(line, list.seen, now);
  const { inUse, signed } = list;
  if (!('list' in inUse)) return hole(inUse.reason);
  const branch = branchIn(inUse.list, line);
  const value = branch === null ? undefined : supportedOn(branch, now);
  const at = releaseEvidence(releaseSource, inUse, line, now);
  if (value === undefined) return hole(unlisted(line, inUse.list.dated), at);
  const longer = value || signed === null ? null : signedSupport(line, signed, now);
  if (longer === null || !('value' in longer) || longer.value === false) return known(value, at);
  const why = reason('conflicting', 'the server knows of a longer support than the list that was given');
  return hole(why, [at, ...longer.evidence]);
}

function signedSupport(line: string, seen: SignedSupport, now: number): Fact<boolean> {
  const own = supportOf(line, seen.value);
  if (own === undefined) throw new Error('the list was chosen because it has the line');
  return known(
    own.endsAt > now,
    signedEvidence(seen, `end of ${own.version}`, new Date(own.endsAt).toISOString().slice(0, 10)),
  );
}

const unlisted = (line: string, dated: string): Reason =>
  reason('not_supported_by_version', `the list of ${dated} says nothing about ${line}`);

function latest(line: string, list: List, { privileged, now }: Observation): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'signed') return signedLatest(line, list.seen);
  const { inUse } = list;
  const heard = privileged.get('Update_LatestAvailableVersion');
  const told = has(heard) && lineOf(heard.value) === line && heard.value !== '0.0.0' ? heard : null;
  if (!('list' in inUse)) return told === null ? hole(inUse.reason) : known(told.value, evidenceOf(told));
  const value = branchIn(inUse.list, line)?.latest;
  const at = releaseEvidence(releaseSource, inUse, line, now);
  if (told !== null) {
    const behind = value !== undefined && (compareVersions(told.value, value) ?? 0) < 0;
    return behind ? known(value, at) : known(told.value, evidenceOf(told));
  }
  if (value === undefined) return hole(unlisted(line, inUse.list.dated), at);
  return !has(heard) &&
    !heard.absent &&
    heard.reason.code !== 'not_permitted' &&
    heard.reason.code !== 'not_configured'
    ? hole(heard.reason, evidenceOf(heard))
    : known(value, at);
}

function signedLatest(line: string, seen: SignedSupport): Fact {
  const own = supportOf(line, seen.value);
  if (own === undefined) throw new Error('the list was chosen because it has the line');
  return known(
    own.version,
    signedEvidence(seen, 'newest patch', own.security ? `${own.version} (security)` : own.version),
  );
}

function age(list: List, now: number): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'listed') return ageFact(releaseSource, [list.inUse], now);
  const seconds = Math.max(0, Math.floor((now - list.seen.value.at) / 1000));
  return known(seconds, signedEvidence(list.seen, 'timestamp', new Date(list.seen.value.at).toISOString()));
}

/** The server, and the app that brings the conference provider. */
function components(observation: Observation, exact: Fact): Fact {
  const { apps, calls } = observation;
  const items = 'value' in exact ? [`server=${exact.value as string}`] : [];
  const app = apps.list.find(({ provider }) => isProvider(observation, provider));
  const seen = app?.version;
  if (app !== undefined && seen !== undefined && has(seen)) items.push(`${app.provider}-app=${seen.value}`);
  const evidence = [...exact.evidence, ...(seen === undefined ? [] : [evidenceOf(seen)])];
  const missing = missingPart(observation, exact, seen);
  if (missing === null) return known({ items, complete: true }, evidence);
  if (items.length === 0) return hole(missing, evidence.length > 0 ? evidence : calls.evidence);
  return known({ items, complete: false, missing }, evidence);
}

function missingPart({ calls }: Observation, exact: Fact, app: Seen<string> | undefined): Reason | null {
  if ('unavailable' in exact) return exact.unavailable;
  if (calls.state === 'none') return null;
  if (calls.state === 'unknown') return calls.reason;
  if (app === undefined) return reason('not_observable', 'version of the conference provider');
  return has(app) ? null : app.reason;
}
