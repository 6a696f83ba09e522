import { accessFacts } from './access.ts';
import { accountFacts } from './account.ts';
import { endpointFacts } from './endpoints.ts';
import type { Facts, Observation } from './observation.ts';
import { platformFacts } from './platform.ts';
import { recordingFacts } from './recording.ts';
import { trackingFacts } from './tracking.ts';

export function deploymentFacts(observation: Observation): Facts {
  return {
    ...trackingFacts(observation),
    ...recordingFacts(observation),
    ...accessFacts(observation),
    ...platformFacts(observation),
    ...endpointFacts(observation),
    ...accountFacts(observation),
  };
}
