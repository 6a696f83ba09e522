import { accessFacts } from './access.ts';
import { accountFacts } from './account.ts';
import { contradictions } from './contradictions.ts';
import { endpointFacts } from './endpoints.ts';
import type { Facts, Observation } from './observation.ts';
import { platformFacts } from './platform.ts';
import { dialInFacts, recordingFacts } from './recording.ts';
import { trackingFacts } from './tracking.ts';

export function deploymentFacts(observation: Observation): Facts {
  return {
    ...trackingFacts(observation),
    ...recordingFacts(observation),
    ...accessFacts(observation),
    ...dialInFacts(observation),
    ...platformFacts(observation),
    ...endpointFacts(observation),
    ...accountFacts(observation),
    contradictions: contradictions(observation),
  };
}
