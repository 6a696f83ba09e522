import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  notConfigured,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { ageFact, type ListInUse, releaseEvidence, supportedOn } from '../../contract/releases.ts';
import { evidenceOf, factOf, has, type Seen, valueIn } from '../../contract/seen.ts';
import { compareVersions } from '../../contract/version.ts';
import { type Component, releaseOf } from '../releases.ts';
import { releaseSource } from '../sources.ts';
import { type Facts, type Observation, productFact } from './observation.ts';

interface Part {
  name: Component;
  seen: Seen<string>;
  inUse: ListInUse;
  latest: string | undefined;
  behind: boolean;
}

/** Versions, and the key of server information. */
export function platformFacts(observation: Observation): Facts {
  const { status, anonymous, now, scannedAt, releases } = observation;
  const parts = [
    part('server', status.version, releases.server),
    part('spreed', anonymous.version, releases.spreed),
  ];
  return {
    ...versions(parts, observation),
    platform_branch_supported: branchSupported(observation),
    version_list_age: ageFact(releaseSource, Object.values(releases), scannedAt),
    component_versions: components(parts, observation),
    ...tokenFacts(observation),
    api_accepts_sha1: productFact('api_accepts_sha1', false, now),
  };
}

function part(name: Component, seen: Seen<string>, inUse: ListInUse): Part {
  const latest = has(seen) ? releaseOf(inUse, seen.value)?.latest : undefined;
  const behind = has(seen) && latest !== undefined && (compareVersions(seen.value, latest) ?? 0) < 0;
  return { name, seen, inUse, latest, behind };
}

/** The worst part gives both versions; without a part that is behind, both must have been seen. */
function versions(parts: Part[], observation: Observation): Facts {
  const [server] = parts;
  const worst = parts.find(({ behind }) => behind) ?? server;
  if (worst === undefined) return {};
  const chain = parts.map(({ name, seen, latest }) => ({
    layer: 'server' as const,
    path: `${name} (newest known: ${latest ?? 'none'})`,
    value: has(seen) ? seen.value : null,
    decides: name === worst.name,
  }));
  const evidence = evidenceOf(worst.seen, { chain });
  const gap = worst.behind ? null : gapOf(parts);
  const unseen = parts.map(({ seen }) => seen).find(isUnseen);
  return {
    platform_version:
      unseen !== undefined && !worst.behind
        ? hole(unseen.reason, evidenceOf(unseen))
        : factOf(worst.seen, (version) => version, { chain }),
    latest_patch_version:
      announced(observation, worst) ??
      (gap !== null || worst.latest === undefined
        ? hole(gap ?? unlisted(worst), evidence)
        : known(worst.latest, [{ ...evidence, provenance: 'derived' }, ...listEvidence(worst, observation)])),
  };
}

function listEvidence({ inUse, name }: Part, { scannedAt }: Observation): Evidence[] {
  return 'list' in inUse ? [releaseEvidence(releaseSource, inUse, name, scannedAt)] : [];
}

/**
 * What the server itself says is new. It may know more than the list; that it knows of nothing proves nothing: the
 * check may be switched off.
 */
function announced({ serverInfo, status }: Observation, worst: Part): Fact | null {
  const { updateAvailable, updateVersion } = serverInfo;
  if (!has(updateAvailable) || !updateAvailable.value || worst.behind) return null;
  const evidence = evidenceOf(updateAvailable, { provenance: 'derived' });
  if (!has(updateVersion)) {
    return hole(
      reason('conflicting', 'the server announces an update that the list does not have'),
      evidence,
    );
  }
  const [own, other] = [valueIn(status.version), updateVersion.value].map((text) => text?.split('.')[0]);
  if (own === undefined || own !== other) return null;
  return factOf(updateVersion, (version) => version.split('.').slice(0, 3).join('.'), {
    provenance: 'derived',
  });
}

/** Nothing is tried with a wrong key: the server takes that for an attack. */
function tokenFacts({ serverInfo, token, now }: Observation): Facts {
  const proof = serverInfo.version;
  const once = (make: () => FactValue): Fact =>
    token === null ? hole(notConfigured('serverinfo_token')) : factOf(proof, make, { provenance: 'derived' });
  return {
    shared_secret_used: configured('serverinfo_token', token !== null, now),
    api_secret_is_public_value: once(() => token?.publicValue ?? false),
    api_secret_length: once(() => token?.length ?? 0),
    api_secret_checking_enabled:
      token === null
        ? hole(notConfigured('serverinfo_token'))
        : factOf(proof, () => true, { provenance: 'documented_default' }),
  };
}

function isUnseen(seen: Seen<string>): seen is Extract<Seen<string>, { absent: boolean }> {
  return !has(seen);
}

function gapOf(parts: Part[]): Reason | null {
  for (const one of parts) {
    if (!has(one.seen)) return one.seen.reason;
    if (one.latest === undefined) return unlisted(one);
  }
  return null;
}

function unlisted({ name, inUse }: Part): Reason {
  if (!('list' in inUse)) return inUse.reason;
  return reason(
    'not_supported_by_version',
    `the list of ${inUse.list.dated} names no newest version of this ${name}`,
  );
}

function branchSupported({ status, now, releases }: Observation): Fact {
  const { version, extendedSupport } = status;
  if (!has(version)) return hole(version.reason, evidenceOf(version));
  const inUse = releases.server;
  if (!('list' in inUse)) return hole(inUse.reason, evidenceOf(version));
  const { dated } = inUse.list;
  const chain = [
    { layer: 'server' as const, path: version.path, value: version.value, decides: true },
    { layer: 'server' as const, path: 'list of releases', value: dated, decides: false },
  ];
  const evidence = [
    evidenceOf(version, { provenance: 'derived', chain }),
    releaseEvidence(releaseSource, inUse, 'ends', now),
  ];
  const release = releaseOf(inUse, version.value);
  const supported = release === null ? undefined : supportedOn(release, now);
  if (supported === undefined) {
    const what = release === null ? 'has no such major' : 'names no end of this major';
    return hole(reason('not_supported_by_version', `the list of ${dated} ${what}`), evidence);
  }
  if (supported) return known(true, evidence);
  if (!has(extendedSupport)) return hole(extendedSupport.reason, evidenceOf(extendedSupport));
  if (!extendedSupport.value) return known(false, evidence);
  return hole(
    reason('not_observable', 'paid extended support: its own dates apply'),
    evidenceOf(extendedSupport),
  );
}

function components(parts: Part[], { anonymous }: Observation): Fact {
  const items = parts.flatMap(({ name, seen }) => (has(seen) ? [`${name}=${seen.value}`] : []));
  const evidence = parts.map(({ seen }) => evidenceOf(seen));
  const unseen = parts.map(({ seen }) => seen).find((seen) => !has(seen));
  if (items.length === 0 && unseen !== undefined && !has(unseen)) return hole(unseen.reason, evidence);
  if (unseen !== undefined && !has(unseen)) {
    return known({ items, complete: false, missing: unseen.reason }, evidence);
  }
  const { signalingMode } = anonymous;
  if (has(signalingMode) && signalingMode.value === 'internal')
    return known({ items, complete: true }, evidence);
  const missing = reason('not_observable', 'version of the signaling server');
  return known({ items, complete: false, missing }, evidence);
}

export function configured(key: string, value: boolean, now: number): Fact {
  return known(value, {
    source: 'configuration',
    locator: 'configuration',
    path: key,
    observed_at: now,
    provenance: 'direct',
    force: 'enforced',
  });
}
