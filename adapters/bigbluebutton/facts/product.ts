import { type Evidence, type Fact, hole, known, type Reason, reason } from '../../contract/fact.ts';
import { ageFact, type ListInUse, releaseEvidence } from '../../contract/releases.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { parseVersion } from '../../contract/version.ts';
import { answered, type Call, derived, holeOf, proof } from '../answer.ts';
import { isKnownLine, isOutdated, type Product, type Release, releaseOf } from '../releases.ts';
import { productSource, releaseSource } from '../rows.ts';
import type { AllSeen } from '../seen.ts';

export function productEvidence(path: string, now: number): Evidence {
  return {
    source: productSource,
    locator: 'product',
    path,
    observed_at: now,
    provenance: 'derived',
    force: 'enforced',
  };
}

/** Properties of the product itself in the lines that were read; a hidden version is one of them. */
export function lineFacts(seen: AllSeen) {
  const { root } = seen;
  const fact = <T extends boolean | string>(value: T, path: string): Fact => {
    if (!answered(root)) return holeOf(root, '/response/bbbVersion');
    const evidence = proof(root.call, path, derived);
    if (isKnownLine(root.value.version ?? null)) return known(value, evidence);
    return hole(reason('version_unknown', 'the version is of a line that is not known here'), evidence);
  };
  return {
    presence_status_supported: fact(false, '/response/bbbVersion'),
    presence_status_feature_enabled: fact(false, '/response/bbbVersion'),
    presence_status_visibility: fact('none', '/response/bbbVersion'),
    presence_auto_away_enabled: fact(false, '/response/bbbVersion'),
    attention_tracking_supported: fact(true, '/response/bbbVersion'),
    activity_statistics_supported: fact(true, '/response/bbbVersion'),
    activity_statistics_switchable: fact(true, '/response/bbbVersion'),
    remote_control_supported: fact(true, '/response/bbbVersion'),
    virtual_background_supported: fact(true, '/response/bbbVersion'),
  };
}

interface Component {
  name: Product;
  version: string;
  /** The list that was looked at. */
  inUse: ListInUse;
  release: Release | null;
  evidence: Evidence;
}

/** The worst component decides: one that is outdated, else one that could not be seen, else the server itself. */
export function versionFacts(seen: AllSeen) {
  const server = serverVersion(seen);
  const components = [server, ...others(seen)];
  const named = components.filter((component) => 'version' in component);
  const worst =
    named.find(
      (component) => component.release !== null && isOutdated(component.version, component.release),
    ) ??
    components.find((component) => 'unavailable' in component) ??
    named.find(isOpen) ??
    server;
  const looked = [seen.releases.bigbluebutton, ...named.map(({ inUse }) => inUse)];
  return {
    platform_version: 'version' in worst ? known(worst.version, worst.evidence) : worst,
    latest_patch_version: latestOf(worst, seen.now),
    platform_branch_supported: branchSupported(seen, worst),
    component_versions: componentList(named, components),
    version_list_age: ageFact(releaseSource, looked, seen.now),
  } satisfies Record<string, Fact>;
}

function isOpen({ release }: Component): boolean {
  return release?.latest === undefined || release.supported === undefined;
}

type Hole = Fact<never> & { unavailable: Reason };

function serverVersion(seen: AllSeen): Component | Hole {
  const { root, settings, now } = seen;
  const path = '/response/bbbVersion';
  if (!answered(root)) return holeOf(root, path) as Hole;
  const evidence = proof(root.call, path);
  const { version, build } = root.value;
  if (version === undefined && build === null)
    return hole(reason('invalid_answer', 'bbbVersion is missing'), evidence) as Hole;
  if (typeof version === 'string') {
    if (parseVersion(version) !== undefined) return component(seen, 'bigbluebutton', version, evidence);
    return hole(reason('invalid_answer', 'bbbVersion is no version'), evidence) as Hole;
  }
  if (settings.version !== undefined && parseVersion(settings.version) !== undefined)
    return component(seen, 'bigbluebutton', settings.version, configurationEvidence('version', now));
  const detail =
    build === null
      ? 'the server hides its version (allowRevealOfBBBVersion=false)'
      : 'a balancer answers for its nodes; their version has to be declared';
  return hole(reason('version_unknown', detail, { kind: 'config', name: 'version' }), evidence) as Hole;
}

function others(seen: AllSeen): (Component | Hole)[] {
  const { root, greenlight } = seen;
  const list: (Component | Hole)[] = [];
  if (answered(root) && root.value.build !== null)
    list.push(balancerVersion(seen, root.call, root.value.build));
  if (greenlight === null) return list;
  const { env } = greenlight;
  const path = '/data/VERSION_TAG';
  if (!answered(env)) list.push(holeOf(env, path) as Hole);
  else if (env.value.version === null)
    list.push(hole(reason('version_unknown', 'VERSION_TAG is no release'), proof(env.call, path)) as Hole);
  else list.push(component(seen, 'greenlight', env.value.version, proof(env.call, path)));
  return list;
}

function balancerVersion(seen: AllSeen, call: Call, build: string): Component | Hole {
  const evidence = proof(call, '/response/build');
  if (parseVersion(build) !== undefined) return component(seen, 'scalelite', build, evidence);
  return hole(reason('version_unknown', 'the build of the balancer is no release'), evidence) as Hole;
}

function component(seen: AllSeen, name: Product, version: string, evidence: Evidence): Component {
  const inUse = seen.releases[name];
  return { name, version, inUse, release: releaseOf(name, version, inUse, seen.now), evidence };
}

function latestOf(worst: Component | Hole, now: number): Fact {
  if (!('version' in worst)) return hole(worst.unavailable, worst.evidence);
  if (!('list' in worst.inUse)) return hole(worst.inUse.reason);
  const evidence = releaseEvidence(releaseSource, worst.inUse, 'releases', now);
  const latest = worst.release?.latest;
  return latest === undefined ? hole(unlisted(worst), evidence) : known(latest, evidence);
}

function unlisted({ name, version }: Component): Reason {
  return reason('version_unknown', `the release list does not know ${name} ${version}`);
}

/** The address of the graph interface is printed by 3.0 and later only: the branch is known, the patch is not. */
function branchSupported(seen: AllSeen, worst: Component | Hole): Fact {
  const { root, now } = seen;
  if ('version' in worst) {
    if (!('list' in worst.inUse)) return hole(worst.inUse.reason);
    const evidence = releaseEvidence(releaseSource, worst.inUse, 'releases', now);
    const supported = worst.release?.supported;
    return supported === undefined
      ? hole(unlisted(worst), evidence)
      : known(supported, [worst.evidence, evidence]);
  }
  const hidden = answered(root) && root.value.version === null;
  if (!hidden || !root.value.graphql || worst.unavailable.code !== 'version_unknown')
    return hole(worst.unavailable, worst.evidence);
  return hiddenLineSupported(seen, proof(root.call, '/response/graphqlWebsocketUrl', derived));
}

/** 3.0 is the oldest line that prints it. */
function hiddenLineSupported({ releases, now }: AllSeen, at: Evidence): Fact {
  const inUse = releases.bigbluebutton;
  if (!('list' in inUse)) return hole(inUse.reason, at);
  const evidence = [at, releaseEvidence(releaseSource, inUse, 'releases', now)];
  const supported = releaseOf('bigbluebutton', '3.0', inUse, now)?.supported;
  if (supported === true) return known(true, evidence);
  return hole(
    reason('version_unknown', 'the line is hidden, and the oldest that it can be is not supported'),
    evidence,
  );
}

function componentList(named: readonly Component[], all: readonly (Component | Hole)[]): Fact {
  const missing = all.find((component) => 'unavailable' in component);
  const evidence = all.flatMap((component) => component.evidence);
  if (named.length === 0 && missing !== undefined) return hole(missing.unavailable, evidence);
  const items = named.map((component) => `${component.name}=${component.version}`);
  if (missing === undefined) return known({ items, complete: true }, evidence);
  return known({ items, complete: false, missing: missing.unavailable }, evidence);
}
