import type { Kysely } from 'kysely';
import type { Config } from '../config/types.ts';
import { givenWaivers } from '../findings/given.ts';
import type { HoldableWaiver } from '../findings/waivers.ts';
import { attestationsOf } from '../inventory/attestations.ts';
import { attestationFacts } from '../inventory/declared.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Database } from '../store/index.ts';
import { attestingPolicies } from './bind.ts';
import type { ScanHeader } from './records.ts';

export interface DeclaredDeps {
  config: Pick<Config, 'targets' | 'attestations'>;
  catalogue: Catalogue;
}

/**
 * A scan's header with what was given over REST besides the configuration: as it is now, not as it was when the scan
 * began. Inside the transaction that judges, so that nothing is judged by what was revoked meanwhile.
 */
export async function currentHeader(
  db: Kysely<Database>,
  { config, catalogue }: DeclaredDeps,
  header: ScanHeader,
  now: number,
): Promise<ScanHeader> {
  const waivers = [...header.waivers, ...(await givenWaivers(db, header.target))];
  const target = config.targets.find(({ id }) => id === header.target);
  if (target === undefined) return { ...header, waivers };
  const held = await attestationsOf(db, config.attestations, header.target);
  const attestations = attestationFacts(target, attestingPolicies(catalogue), held, now);
  return { ...header, waivers, attestations };
}

/** Of the configuration and given over REST, without those that were revoked. */
export async function waiversFor(
  db: Kysely<Database>,
  config: Pick<Config, 'waivers'>,
  target: string,
): Promise<HoldableWaiver[]> {
  const configured = config.waivers.filter((waiver) => waiver.target === target);
  return [...configured, ...(await givenWaivers(db, target))];
}
