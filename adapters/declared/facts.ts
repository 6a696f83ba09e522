import type { FactSource } from '../contract/adapter.ts';
import { type Fact, hole, known, type Ms, notConfigured } from '../contract/fact.ts';
import { configurationEvidence, configurationSource } from '../contract/room.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const declaredFacts: readonly FactSource[] = [
  {
    fact: 'privacy_notice_present',
    source: configurationSource,
    proves: 'true',
    needs: { kind: 'config', name: 'privacy_notice' },
  },
];

/** An address that is not given proves nothing: the notice may well exist. */
export function deploymentFacts(
  settings: { privacy_notice?: string | undefined },
  now: Ms,
): Partial<Record<FactName, Fact>> {
  const evidence = configurationEvidence('privacy_notice', now);
  return {
    privacy_notice_present:
      settings.privacy_notice === undefined
        ? hole(notConfigured('privacy_notice'), evidence)
        : known(true, {
            ...evidence,
            chain: [
              { layer: 'server', path: 'privacy_notice', value: settings.privacy_notice, decides: true },
            ],
          }),
  };
}
