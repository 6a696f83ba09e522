import type { FactSource } from '../../contract/adapter.ts';
import type { JitsiSettings } from '../schema.ts';
import type { Seen } from '../seen.ts';
import { accessFacts, accessRows } from './access.ts';
import type { Facts } from './base.ts';
import { contradictionRows, contradictions } from './contradictions.ts';
import { functionFacts, functionRows } from './functions.ts';
import { liveFacts, liveRows } from './live.ts';
import { platformFacts, platformRows } from './platform.ts';
import { recordingFacts, recordingRows } from './recording.ts';
import { roomFacts, roomRows } from './room.ts';
import { secretFacts, secretRows } from './secrets.ts';
import { trackingFacts, trackingRows } from './tracking.ts';

export type { Facts };
export { liveFacts, roomFacts };

export const factRows: readonly FactSource[] = [
  ...trackingRows,
  ...recordingRows,
  ...contradictionRows,
  ...accessRows,
  ...secretRows,
  ...functionRows,
  ...platformRows,
  ...roomRows,
  ...liveRows,
];

export function deploymentFacts(seen: Seen, settings: JitsiSettings): Facts {
  return {
    ...trackingFacts(seen, settings),
    ...recordingFacts(seen),
    contradictions: contradictions(seen, settings),
    ...accessFacts(seen),
    ...secretFacts(seen, settings),
    ...functionFacts(seen),
    ...platformFacts(seen, settings),
  };
}
