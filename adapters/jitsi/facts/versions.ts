import type { FactSource } from '../../contract/adapter.ts';
import {
  type Evidence,
  type Fact,
  hole,
  known,
  type Layer,
  notConfigured,
  type Reason,
} from '../../contract/fact.ts';
import { ageFact, releaseEvidence } from '../../contract/releases.ts';
import type { Read } from '../known.ts';
import {
  compareReleases,
  isSupported,
  type Known,
  knownReleases,
  type Placed,
  placeOfPart,
  placeOfWeb,
  readReleases,
  releaseNamed,
} from '../releases.ts';
import type { Seen } from '../seen.ts';
import { configSetting, evidence, type Facts, keyed, rows, versionHole } from './base.ts';
import { envText } from './files.ts';

export const versionRows: FactSource[] = [
  keyed('platform_version', 'K3', 'value', 'jicofo'),
  keyed('platform_version', 'V1', 'value', 'jvb'),
  ...rows('platform_version', ['W', 'value'], ['C', 'value']),
  keyed('platform_version', 'E', 'value', 'env_file'),
  keyed('platform_branch_supported', 'K3', 'both', 'jicofo'),
  keyed('platform_branch_supported', 'V1', 'both', 'jvb'),
  ...rows('platform_branch_supported', ['W', 'both'], ['C', 'both']),
  keyed('platform_branch_supported', 'E', 'both', 'env_file'),
  ...rows('component_versions', ['W', 'value'], ['X4', 'value'], ['C', 'value']),
  keyed('component_versions', 'K3', 'value', 'jicofo'),
  keyed('component_versions', 'V1', 'value', 'jvb'),
  keyed('component_versions', 'E', 'value', 'env_file'),
  ...rows('latest_patch_version', ['L', 'value']),
  ...rows('version_list_age', ['L', 'value']),
];

/** A part of the deployment and what it says of its release. */
interface Part {
  name: string;
  at: Evidence;
  answer: { placed: Placed; shown: string } | { reason: Reason };
}

export function versionFacts(seen: Seen): Facts {
  const inUse = seen.releases['jitsi-meet'];
  const releases = 'list' in inUse ? knownReleases(inUse.list) : readReleases;
  const parts = partsOf(seen, releases);
  const [newest] = releases;
  return {
    platform_version: versionOf(parts),
    platform_branch_supported: 'list' in inUse ? supportedOf(parts, releases) : hole(inUse.reason),
    component_versions: components(seen, parts),
    latest_patch_version:
      'list' in inUse && newest !== undefined
        ? known(newest.version, releaseEvidence('L', inUse, 'branches', seen.at))
        : hole('list' in inUse ? versionHole('the list of releases is empty') : inUse.reason),
    version_list_age: ageFact('L', [inUse], seen.at),
  };
}

function partsOf(seen: Seen, releases: Known): Part[] {
  const web = evidence(seen, 'W', 'script ?v=');
  const parts: Part[] = [
    numbered(seen, 'jicofo', seen.focusVersion, releases),
    numbered(seen, 'jvb', seen.bridgeVersion, releases),
    { name: 'web', at: web, answer: pageAnswer(seen, releases) },
  ];
  const declared = configSetting(seen, 'deploymentInfo.releaseNumber', 'enforced');
  if (declared.state === 'known')
    parts.push(named('release', declared.evidence, String(declared.value), releases));
  const tag = envText(seen, 'JITSI_IMAGE_VERSION');
  if (tag.state === 'known') parts.push(named('image', tag.evidence, tag.value, releases));
  if (tag.state === 'hole') parts.push({ name: 'image', at: tag.evidence, answer: { reason: tag.reason } });
  return parts;
}

function numbered(seen: Seen, name: 'jicofo' | 'jvb', answer: Read<string>, releases: Known): Part {
  const at = evidence(seen, name === 'jicofo' ? 'K3' : 'V1', 'version');
  if (answer.state === 'unknown') return { name, at, answer };
  return { name, at, answer: { placed: placeOfPart(name, answer.value, releases), shown: answer.value } };
}

function pageAnswer(seen: Seen, releases: Known): Part['answer'] {
  if (seen.page.state === 'unknown') return { reason: seen.page.reason };
  const { value } = seen.page;
  if (value.state === 'number') return { placed: placeOfWeb(value.web, releases), shown: String(value.web) };
  if (value.state === 'hidden') return { reason: versionHole('the page shows no number that can be mapped') };
  return { placed: { state: 'unreadable' }, shown: value.text };
}

/** Only a release of the list; a name that is not in it says nothing. */
function named(name: string, at: Evidence, text: string, releases: Known): Part {
  const version = releaseNamed(text, releases);
  const placed: Placed = version === null ? { state: 'unreadable' } : { state: 'release', version };
  return { name, at, answer: { placed, shown: /^[\w.+-]{1,60}$/.test(text) ? text : 'unreadable' } };
}

function placedOf(part: Part): Placed | null {
  return 'reason' in part.answer ? null : part.answer.placed;
}

/** Of the parts that name a release the oldest, unless another part is older than anything that was named. */
function versionOf(parts: readonly Part[]): Fact {
  const page = parts.find(({ name }) => name === 'web');
  const named = parts.flatMap((part) => {
    const placed = placedOf(part);
    return placed?.state === 'release' ? [{ part, version: placed.version }] : [];
  });
  const [oldest] = named.toSorted((a, b) => compareReleases(a.version, b.version));
  const below = parts.find((part) => {
    const placed = placedOf(part);
    if (placed?.state === 'older') return true;
    return (
      placed?.state === 'at_most' &&
      (oldest === undefined || compareReleases(placed.version, oldest.version) <= 0)
    );
  });
  if (below !== undefined && !explained(below, oldest?.version))
    return hole(versionHole(`${below.name} ${shownOf(below)} is no release of the list`), below.at);
  if (page !== undefined && 'reason' in page.answer && page.answer.reason.code !== 'version_unknown')
    return hole(page.answer.reason, page.at);
  if (oldest === undefined) return unnamed(parts);
  return known(oldest.version, withChain(oldest.part, named));
}

/** A number that several releases share is no news where another part names one of them. */
function explained(part: Part, oldest: string | undefined): boolean {
  const placed = placedOf(part);
  return placed?.state === 'at_most' && oldest !== undefined && compareReleases(oldest, placed.version) === 0;
}

function unnamed(parts: readonly Part[]): Fact {
  const web = parts.find(({ name }) => name === 'web');
  if (web === undefined) return hole(versionHole('nothing names a release'));
  if ('reason' in web.answer) return hole(web.answer.reason, web.at);
  const { state } = web.answer.placed;
  const detail = state === 'newer' ? 'is newer than the list' : 'is no release of the list';
  return hole(versionHole(`web ${shownOf(web)} ${detail}`), web.at);
}

function shownOf(part: Part): string {
  return 'reason' in part.answer ? '' : part.answer.shown;
}

function withChain(deciding: Part, named: readonly { part: Part; version: string }[]): Evidence[] {
  if (named.length < 2) return [deciding.at];
  const chain = named.map(
    ({ part, version }): Layer => ({
      layer: 'server',
      path: `${part.at.source} ${part.name}`,
      value: version,
      decides: part === deciding,
    }),
  );
  return [{ ...deciding.at, chain }];
}

/** One part below the two newest releases is enough; for a yes the page and every part that was asked must be there. */
function supportedOf(parts: readonly Part[], releases: Known): Fact {
  const bits = parts.flatMap((part) => {
    const placed = placedOf(part);
    const value =
      placed?.state === 'older'
        ? false
        : placed?.state === 'release'
          ? isSupported(placed.version, releases)
          : placed?.state === 'at_most'
            ? isSupported(placed.version, releases)
              ? null
              : false
            : null;
    return [{ part, value }];
  });
  const out = bits.find(({ value }) => value === false);
  if (out !== undefined) return known(false, { ...out.part.at, provenance: 'derived' });
  const web = bits.find(({ part }) => part.name === 'web')?.part;
  if (web !== undefined && 'reason' in web.answer && web.answer.reason.code !== 'version_unknown')
    return hole(web.answer.reason, web.at);
  const yes = bits.find(({ value }) => value === true);
  const open = bits.find(({ part }) => placedOf(part)?.state === 'at_most');
  if (yes === undefined || (open !== undefined && !explained(open.part, releaseOf(yes.part))))
    return unnamed(parts);
  return known(true, { ...yes.part.at, provenance: 'derived' });
}

function releaseOf(part: Part): string | undefined {
  const placed = placedOf(part);
  return placed?.state === 'release' ? placed.version : undefined;
}

function components(seen: Seen, parts: readonly Part[]): Fact {
  const items: string[] = [];
  const from: Evidence[] = [];
  const missing: Reason[] = [];
  for (const { name, at, answer } of parts) {
    if ('reason' in answer) missing.push(answer.reason);
    else {
      items.push(`${name}=${answer.shown}`);
      from.push(at);
    }
  }
  if (seen.software.state === 'known') {
    items.push(seen.software.value);
    from.push(evidence(seen, 'X4', 'name, version'));
  } else missing.push(seen.software.reason);
  const why = missing.find(({ code }) => code !== 'not_configured') ?? missing[0];
  if (items.length === 0) return hole(why ?? notConfigured('jicofo'), evidence(seen, 'W', 'script ?v='));
  return known(
    why === undefined
      ? { items: items.sort(), complete: true }
      : { items: items.sort(), complete: false, missing: why },
    from,
  );
}
