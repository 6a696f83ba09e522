import { z } from 'zod';
import type { Adapter, AdapterContext, SourceCheck, Target } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import { configurationSource } from '../contract/room.ts';
import { deploymentId, type Item } from '../contract/subject.ts';
import { declaredFacts, deploymentFacts } from './facts.ts';

const configuration = z.strictObject({
  /** What the system is called, as it shall stand in reports. */
  product: z.string().min(1),
});
export type DeclaredConfig = z.infer<typeof configuration>;

/** A system without an API: what the configuration says of it is all there is. Nothing is called. */
export const declared: Adapter<DeclaredConfig> = {
  vendor: 'declared',
  configuration,
  sources: [
    {
      id: configurationSource,
      calls: [],
      population: 'all',
      adds: {
        de: 'Was die Konfiguration über das System sagt: Hosting, Anbieter, Datenschutzinformation.',
        en: 'What the configuration says of the system: hosting, provider, privacy notice.',
      },
    },
  ],
  facts: declaredFacts,
  check,
  collect,
};

async function* check(target: Target<DeclaredConfig>): AsyncGenerator<SourceCheck> {
  if (target.settings.privacy_notice === undefined) {
    yield {
      source: configurationSource,
      state: 'partial',
      message: {
        de: 'Die Adresse der Datenschutzinformation ist nicht angegeben.',
        en: 'The address of the privacy notice is not given.',
      },
      remedy: {
        de: 'Beim Zielsystem `privacy_notice: https://...` eintragen.',
        en: 'Add `privacy_notice: https://...` to the target.',
      },
    };
    return;
  }
  yield {
    source: configurationSource,
    state: 'ok',
    message: { de: 'Alle Angaben sind da.', en: 'Everything is given.' },
  };
}

async function* collect(target: Target<DeclaredConfig>, context: AdapterContext): AsyncGenerator<Item> {
  const facts = deploymentFacts(target.settings, context.now());
  yield {
    subject: {
      kind: 'deployment',
      id: deploymentId,
      name: cleanText(target.settings.product),
      facts,
    },
  };
  yield { source: { source: configurationSource, population: 'all', state: 'complete', count: 1 } };
}
