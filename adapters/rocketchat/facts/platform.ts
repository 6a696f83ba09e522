import {
  type Fact,
  hole,
  known,
  notConfigured,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import { listAge, listedLatest, listedSupport, releases } from '../releases.ts';
import { lineOf, type Support, supportOf } from '../signed.ts';
import { isProvider } from './calls.ts';
import type { Facts, Observation } from './observation.ts';

/** Versions, from the vendor's own list where the server has one, else from the list that comes along. */
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

type List =
  | { state: 'signed'; seen: Seen<Support> & { value: Support } }
  | { state: 'shipped'; at: number }
  | { state: 'open'; reason: Reason; seen: Seen<Support> };

/** A server that is registered with the vendor has a list; one that lost it on the way must not look air-gapped. */
function listUsed({ anonymous, signedIn, now }: Observation, line: string | undefined): List {
  const both = [anonymous.support, signedIn.support];
  const readable = both.find((seen) => has(seen));
  if (readable !== undefined && has(readable)) {
    const there = line !== undefined && supportOf(line, readable.value) !== undefined;
    return there ? { state: 'signed', seen: readable } : { state: 'shipped', at: now };
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
  return { state: 'shipped', at: now };
}

const shippedEvidence = (at: number, path: string) => ({
  source: 'releases',
  locator: `list of releases of ${releases.dated}`,
  path,
  observed_at: at,
  provenance: 'derived' as const,
  force: 'enforced' as const,
});

function signedEvidence(seen: Seen<Support>, path: string, value: string) {
  const chain = [{ layer: 'server' as const, path: `${path} (signature not checked)`, value, decides: true }];
  return evidenceOf(seen, { provenance: 'derived', path: 'supportedVersions.signed', chain });
}

const unlisted = (line: string): Reason =>
  reason('not_supported_by_version', `the list of ${releases.dated} says nothing about ${line}`);

function supported(line: string, list: List, now: number): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'signed') {
    const own = supportOf(line, list.seen.value);
    if (own === undefined) throw new Error('the list was chosen because it has the line');
    return known(
      own.endsAt > now,
      signedEvidence(list.seen, `end of ${own.version}`, new Date(own.endsAt).toISOString().slice(0, 10)),
    );
  }
  const value = listedSupport(line, now);
  const at = shippedEvidence(list.at, line);
  return value === undefined ? hole(unlisted(line), at) : known(value, at);
}

function latest(line: string, list: List, { privileged }: Observation): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'signed') {
    const own = supportOf(line, list.seen.value);
    if (own === undefined) throw new Error('the list was chosen because it has the line');
    return known(
      own.version,
      signedEvidence(list.seen, 'newest patch', own.security ? `${own.version} (security)` : own.version),
    );
  }
  const heard = privileged.get('Update_LatestAvailableVersion');
  if (has(heard) && lineOf(heard.value) === line && heard.value !== '0.0.0')
    return known(heard.value, evidenceOf(heard));
  const value = listedLatest(line);
  const at = shippedEvidence(list.at, line);
  if (value === undefined) return hole(unlisted(line), at);
  return !has(heard) &&
    !heard.absent &&
    heard.reason.code !== 'not_permitted' &&
    heard.reason.code !== 'not_configured'
    ? hole(heard.reason, evidenceOf(heard))
    : known(value, at);
}

function age(list: List, now: number): Fact {
  if (list.state === 'open') return hole(list.reason, evidenceOf(list.seen));
  if (list.state === 'shipped') return known(listAge(now), shippedEvidence(now, 'version_list_age'));
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
